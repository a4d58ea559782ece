/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The job's ticket, fitted to one printer.
 *
 * The printer is asked beforehand instead of being trusted to ignore what it does not know: it
 * would answer "successful-ok-ignored-or-substituted-attributes", and paper would already move. */

#include "base/error.h"
#include "ipp/capabilities_private.h"
#include "ipp/ticket_fit_private.h"

/* What may go along; of RFC 8011 section 5.2, PWG 5100.2, 5100.3, 5100.6, 5100.7, 5100.11, 5100.13.
 */
static const char *const carried[] = {
  "copies",
  "feed-orientation",
  "finishings",
  "finishings-col",
  "force-front-side",
  "imposition-template",
  "media",
  "media-col",
  "media-input-tray-check",
  "multiple-document-handling",
  "number-up",
  "orientation-requested",
  "output-bin",
  "overrides",
  "page-delivery",
  "page-order-received",
  "page-ranges",
  "presentation-direction-number-up",
  "print-color-mode",
  "print-content-optimize",
  "print-darkness",
  "print-quality",
  "print-rendering-intent",
  "print-scaling",
  "print-speed",
  "printer-resolution",
  "separator-sheets",
  "sides",
  "x-image-position",
  "x-image-shift",
  "x-side1-image-shift",
  "x-side2-image-shift",
  "y-image-position",
  "y-image-shift",
  "y-side1-image-shift",
  "y-side2-image-shift",
};

struct HsTicketFit
{
  ipp_t *attributes;  /* what goes along, in the job group */
  GPtrArray *dropped; /* element-type utf8, NULL-terminated */
  char **mandatory;   /* names that must be honoured and are; NULL-terminated */
};

static gboolean
is_carried (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (carried); i++)
    if (g_str_equal (carried[i], name))
      return TRUE;
  return FALSE;
}

/* One value against "<name>-supported". */
static gboolean
is_integer_offered (ipp_attribute_t *supported, int value)
{
  for (int i = 0; i < ippGetCount (supported); i++)
    {
      int upper;
      int lower;

      switch ((int)ippGetValueTag (supported))
        {
        case IPP_TAG_INTEGER:
        case IPP_TAG_ENUM:
          if (ippGetInteger (supported, i) == value)
            return TRUE;
          break;
        case IPP_TAG_RANGE:
          lower = ippGetRange (supported, i, &upper);
          if (value >= lower && value <= upper)
            return TRUE;
          break;
        default:
          return FALSE;
        }
    }
  return FALSE;
}

static gboolean
is_resolution_offered (ipp_attribute_t *supported, ipp_attribute_t *wanted, int i)
{
  ipp_res_t unit;
  int y;
  int x = ippGetResolution (wanted, i, &y, &unit);

  if (ippGetValueTag (supported) != IPP_TAG_RESOLUTION)
    return FALSE;
  for (int j = 0; j < ippGetCount (supported); j++)
    {
      ipp_res_t supported_unit;
      int supported_y;
      int supported_x = ippGetResolution (supported, j, &supported_y, &supported_unit);

      if (supported_x == x && supported_y == y && supported_unit == unit)
        return TRUE;
    }
  return FALSE;
}

/* A collection goes along if the printer has every member: "media-col-supported" names them. */
static gboolean
is_collection_offered (ipp_attribute_t *supported, ipp_t *wanted)
{
  if (ippGetValueTag (supported) != IPP_TAG_KEYWORD)
    return FALSE;
  for (ipp_attribute_t *member = ippFirstAttribute (wanted); member != NULL;
       member = ippNextAttribute (wanted))
    if (ippGetName (member) != NULL && !ippContainsString (supported, ippGetName (member)))
      return FALSE;
  return TRUE;
}

/* A finishing by its name counts only if the printer has one of that name. */
static gboolean
is_template_offered (const HsCapabilities *capabilities, ipp_t *wanted)
{
  ipp_attribute_t *template = ippFindAttribute (wanted, "finishing-template", IPP_TAG_ZERO);
  ipp_attribute_t *supported = ippFindAttribute (hs_capabilities_peek (capabilities),
                                                 "finishing-template-supported", IPP_TAG_ZERO);

  return template == NULL
         || (supported != NULL && ippContainsString (supported, ippGetString (template, 0, NULL)));
}

static gboolean
is_value_offered (ipp_attribute_t *supported, ipp_attribute_t *wanted, int i)
{
  switch ((int)ippGetValueTag (wanted))
    {
    case IPP_TAG_INTEGER:
    case IPP_TAG_ENUM:
      return is_integer_offered (supported, ippGetInteger (wanted, i));
    case IPP_TAG_KEYWORD:
    case IPP_TAG_NAME:
    case IPP_TAG_NAMELANG:
    case IPP_TAG_MIMETYPE:
      return ippContainsString (supported, ippGetString (wanted, i, NULL));
    case IPP_TAG_RESOLUTION:
      return is_resolution_offered (supported, wanted, i);
    case IPP_TAG_RANGE:
    case IPP_TAG_BOOLEAN:
      /* "page-ranges-supported" and their like are one boolean. */
      return ippGetValueTag (supported) == IPP_TAG_BOOLEAN && ippGetBoolean (supported, 0);
    case IPP_TAG_BEGIN_COLLECTION:
      return is_collection_offered (supported, ippGetCollection (wanted, i));
    default:
      return FALSE;
    }
}

static gboolean
is_offered (const HsCapabilities *capabilities, ipp_attribute_t *wanted)
{
  g_autofree char *name = g_strconcat (ippGetName (wanted), "-supported", NULL);
  ipp_attribute_t *supported
      = ippFindAttribute (hs_capabilities_peek (capabilities), name, IPP_TAG_ZERO);

  if (supported == NULL)
    return FALSE;
  for (int i = 0; i < ippGetCount (wanted); i++)
    if (!is_value_offered (supported, wanted, i)
        || (ippGetValueTag (wanted) == IPP_TAG_BEGIN_COLLECTION
            && !is_template_offered (capabilities, ippGetCollection (wanted, i))))
      return FALSE;
  return ippGetCount (wanted) > 0;
}

/* What every printer does without being asked; leaving it out is no loss. */
static gboolean
is_plain (ipp_attribute_t *wanted)
{
  const char *name = ippGetName (wanted);

  if (g_str_equal (name, "copies"))
    return ippGetInteger (wanted, 0) == 1;
  if (g_str_equal (name, "sides"))
    return g_strcmp0 (ippGetString (wanted, 0, NULL), "one-sided") == 0;
  if (g_str_equal (name, "print-color-mode"))
    return g_strcmp0 (ippGetString (wanted, 0, NULL), "auto") == 0;
  if (g_str_equal (name, "number-up"))
    return ippGetInteger (wanted, 0) == 1;
  if (g_str_equal (name, "finishings"))
    return ippGetCount (wanted) == 1 && ippGetInteger (wanted, 0) == IPP_FINISHINGS_NONE;
  return FALSE;
}

static void
take (HsTicketFit *fit, const HsCapabilities *capabilities, ipp_attribute_t *wanted)
{
  const char *name = ippGetName (wanted);

  if (ippFindAttribute (fit->attributes, name, IPP_TAG_ZERO) != NULL)
    return;
  if (is_offered (capabilities, wanted))
    {
      ipp_attribute_t *copy = ippCopyAttribute (fit->attributes, wanted, 0);
      if (copy != NULL)
        ippSetGroupTag (fit->attributes, &copy, IPP_TAG_JOB);
    }
  else if (!is_plain (wanted))
    g_ptr_array_add (fit->dropped, g_strdup (name));
}

/* ── what the release changed ──────────────────────────────────────────────────────────────── */

static gboolean
is_changed (const HsJob *job, const char *name)
{
  return (job->changed.copies != 0 && g_str_equal (name, "copies"))
         || (job->changed.sides != HS_SIDES_WISH_NONE && g_str_equal (name, "sides"))
         || (job->changed.colour != HS_COLOUR_UNKNOWN && g_str_equal (name, "print-color-mode"));
}

/* The ticket says no word of it any more, nor for single pages. */
static void
remove_changed (const HsJob *job, ipp_t *ticket)
{
  static const char *const names[] = { "copies", "sides", "print-color-mode" };
  ipp_attribute_t *overrides = ippFindAttribute (ticket, "overrides", IPP_TAG_BEGIN_COLLECTION);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (!is_changed (job, names[i]))
        continue;
      for (int j = 0; overrides != NULL && j < ippGetCount (overrides); j++)
        {
          ipp_t *pages = ippGetCollection (overrides, j);
          ippDeleteAttribute (pages, ippFindAttribute (pages, names[i], IPP_TAG_ZERO));
        }
      ippDeleteAttribute (ticket, ippFindAttribute (ticket, names[i], IPP_TAG_ZERO));
    }
}

/* A printer that names no modes has one way to print, and is asked for nothing. */
static void
add_colour_mode (const HsJob *job, const HsCapabilities *capabilities, ipp_t *known)
{
  ipp_attribute_t *modes = ippFindAttribute (hs_capabilities_peek (capabilities),
                                             "print-color-mode-supported", IPP_TAG_KEYWORD);
  const char *mode = job->changed.colour == HS_COLOUR_MONOCHROME ? "monochrome" : "color";

  if (job->changed.colour == HS_COLOUR_UNKNOWN || modes == NULL)
    return;
  if (job->changed.colour == HS_COLOUR_COLOUR && !ippContainsString (modes, mode))
    mode = "auto";
  if (ippContainsString (modes, mode))
    ippAddString (known, IPP_TAG_JOB, IPP_TAG_KEYWORD, "print-color-mode", NULL, mode);
}

static gboolean
check_changed (const HsJob *job, const HsCapabilities *capabilities, GError **error)
{
  HsPrintAbilities abilities;
  g_autofree char *refusal = NULL;

  hs_capabilities_get_print_abilities (capabilities, &abilities);
  refusal = hs_print_options_dup_refusal (&job->changed, &abilities);
  if (refusal != NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "nothing was sent, because %s", refusal);
  return refusal == NULL;
}

/* ── what is known without the ticket ──────────────────────────────────────────────────────── */

/* What the job itself knows, as attributes. */
static ipp_t *
make_known (const HsJob *job, const HsCapabilities *capabilities)
{
  static const char *const sides[] = { [HS_SIDES_ONE] = "one-sided",
                                       [HS_SIDES_TWO_LONG] = "two-sided-long-edge",
                                       [HS_SIDES_TWO_SHORT] = "two-sided-short-edge" };
  ipp_t *known = ippNew ();

  ippAddInteger (known, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", (int)hs_job_get_copies (job));
  ippAddString (known, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, sides[hs_job_get_sides (job)]);
  add_colour_mode (job, capabilities, known);
  if (job->media != NULL)
    ippAddString (known, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", NULL, job->media);
  return known;
}

static void
take_all (HsTicketFit *fit, const HsCapabilities *capabilities, ipp_t *wanted)
{
  for (ipp_attribute_t *attribute = ippFirstAttribute (wanted); attribute != NULL;
       attribute = ippNextAttribute (wanted))
    if (ippGetName (attribute) != NULL && ippGetGroupTag (attribute) != IPP_TAG_OPERATION
        && is_carried (ippGetName (attribute)))
      take (fit, capabilities, attribute);
}

/* RFC 8011 forbids media and media-col together; the collection says more. */
static void
settle_media (HsTicketFit *fit)
{
  ipp_attribute_t *media = ippFindAttribute (fit->attributes, "media", IPP_TAG_ZERO);

  if (media != NULL && ippFindAttribute (fit->attributes, "media-col", IPP_TAG_ZERO) != NULL)
    ippDeleteAttribute (fit->attributes, ippFindAttribute (fit->attributes, "media", IPP_TAG_ZERO));
}

static gboolean
check_mandatory (HsTicketFit *fit, ipp_t *ticket, GError **error)
{
  fit->mandatory = ticket == NULL ? g_new0 (char *, 1)
                                  : hs_ipp_strings_dup (ticket, "job-mandatory-attributes");
  for (guint i = 0; i + 1 < fit->dropped->len; i++)
    {
      const char *name = g_ptr_array_index (fit->dropped, i);

      if (!g_strv_contains ((const char *const *)fit->mandatory, name))
        continue;
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "it does not offer “%s” as the job demands; choose another printer or print "
                   "again with other settings",
                   name);
      return FALSE;
    }
  return TRUE;
}

HsTicketFit *
hs_ticket_fit_new (const HsJob *job, const HsCapabilities *capabilities, GError **error)
{
  g_autoptr (HsTicketFit) fit = NULL;
  g_autoptr (ipp_t) ticket = NULL;
  g_autoptr (ipp_t) known = NULL;

  if (job->format == NULL || !hs_capabilities_takes_format (capabilities, job->format))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "it does not take documents of the kind %s; choose another printer",
                   job->format == NULL ? "that this is" : job->format);
      return NULL;
    }
  if (job->ticket != NULL)
    {
      ticket = hs_ipp_message_decode (job->ticket, error);
      if (ticket == NULL)
        return NULL;
      remove_changed (job, ticket);
    }
  if (!check_changed (job, capabilities, error))
    return NULL;
  fit = g_new0 (HsTicketFit, 1);
  fit->attributes = ippNew ();
  fit->dropped = g_ptr_array_new_with_free_func (g_free);
  if (ticket != NULL)
    take_all (fit, capabilities, ticket);
  known = make_known (job, capabilities);
  for (ipp_attribute_t *attribute = ippFirstAttribute (known); attribute != NULL;
       attribute = ippNextAttribute (known))
    if (!g_ptr_array_find_with_equal_func (fit->dropped, ippGetName (attribute), g_str_equal, NULL))
      take (fit, capabilities, attribute);
  settle_media (fit);
  g_ptr_array_add (fit->dropped, NULL);
  if (!check_mandatory (fit, ticket, error))
    return NULL;
  return g_steal_pointer (&fit);
}

void
hs_ticket_fit_free (HsTicketFit *fit)
{
  if (fit == NULL)
    return;
  ippDelete (fit->attributes);
  g_ptr_array_unref (fit->dropped);
  g_strfreev (fit->mandatory);
  g_free (fit);
}

const char *const *
hs_ticket_fit_get_dropped (const HsTicketFit *fit)
{
  return (const char *const *)fit->dropped->pdata;
}

char *
hs_ticket_fit_dup_remark (const HsTicketFit *fit)
{
  g_autofree char *list = NULL;

  if (fit->dropped->len <= 1)
    return NULL;
  list = g_strjoinv (", ", (char **)fit->dropped->pdata);
  return g_strconcat ("this printer does not offer: ", list, NULL);
}

void
hs_ticket_fit_add_to (const HsTicketFit *fit, ipp_t *request)
{
  if (fit->mandatory[0] != NULL)
    ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "job-mandatory-attributes",
                   (int)g_strv_length (fit->mandatory), NULL, (const char *const *)fit->mandatory);
  for (ipp_attribute_t *attribute = ippFirstAttribute (fit->attributes); attribute != NULL;
       attribute = ippNextAttribute (fit->attributes))
    ippCopyAttribute (request, attribute, 0);
}
