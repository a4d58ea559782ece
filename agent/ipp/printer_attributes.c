/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the virtual printer says of itself.
 *
 * Three messages hold the unchanging attributes: description, job template, and the media database,
 * which is only given by its own name. printer_offer.c fills them. */

#include "ipp/printer_attributes.h"

#include "ipp/message.h"
#include "ipp/printer_media.h"
#include "ipp/printer_offer.h"

#include <cups/cups.h>
#include <string.h>

struct HsPrinterAttributes
{
  char *name;
  ipp_t *description;
  ipp_t *template;
  ipp_t *database;
};

HsPrinterAttributes *
hs_printer_attributes_new (const HsPrinterIdentity *identity)
{
  HsPrinterAttributes *printer = g_new0 (HsPrinterAttributes, 1);

  printer->name = g_strdup (identity->name);
  printer->description = ippNew ();
  printer->template = ippNew ();
  printer->database = ippNew ();
  hs_printer_offer_add_description (printer->description, identity);
  hs_printer_offer_add_template (printer->template);
  hs_printer_media_add (printer->template, printer->database);
  return printer;
}

void
hs_printer_attributes_free (HsPrinterAttributes *printer)
{
  if (printer == NULL)
    return;
  ippDelete (printer->description);
  ippDelete (printer->template);
  ippDelete (printer->database);
  g_free (printer->name);
  g_free (printer);
}

const char *
hs_printer_attributes_get_name (const HsPrinterAttributes *printer)
{
  return printer->name;
}

int
hs_printer_up_time (gint64 at_us)
{
  return (int)CLAMP (at_us / G_USEC_PER_SEC, 1, G_MAXINT);
}

/* ── the moment ──────────────────────────────────────────────────────────────────────────── */

typedef void (*AddFunc) (ipp_t *reply, const char *name, const HsPrinterMoment *moment);

static void
add_date (ipp_t *reply, const char *name, gint64 at_us)
{
  ippAddDate (reply, IPP_TAG_PRINTER, name, ippTimeToDate ((time_t)(at_us / G_USEC_PER_SEC)));
}

static void
add_accepting (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddBoolean (reply, IPP_TAG_PRINTER, name, (char)moment->is_accepting);
}

static void
add_state (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddInteger (reply, IPP_TAG_PRINTER, IPP_TAG_ENUM, name,
                 moment->reasons & HS_PRINTER_PAUSED ? IPP_PSTATE_STOPPED
                 : moment->is_processing             ? IPP_PSTATE_PROCESSING
                                                     : IPP_PSTATE_IDLE);
}

static void
add_state_reasons (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  static const struct
  {
    HsPrinterReasons reason;
    const char *keyword;
  } words[] = {
    { HS_PRINTER_PAUSED, "paused" },
    { HS_PRINTER_MOVING_TO_PAUSED, "moving-to-paused" },
    { HS_PRINTER_SPOOL_FULL, "spool-area-full" },
    { HS_PRINTER_CONNECTING, "connecting-to-device" },
  };
  const char *found[G_N_ELEMENTS (words) + 1] = { "none" };
  int count = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (moment->reasons & words[i].reason)
      found[count++] = words[i].keyword;
  ippAddStrings (reply, IPP_TAG_PRINTER, IPP_CONST_TAG (IPP_TAG_KEYWORD), name, MAX (count, 1),
                 NULL, found);
}

static void
add_state_message (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddString (reply, IPP_TAG_PRINTER, IPP_TAG_TEXT, name, NULL, moment->message);
}

static void
add_up_time (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddInteger (reply, IPP_TAG_PRINTER, IPP_TAG_INTEGER, name,
                 hs_printer_up_time (moment->now_us));
}

static void
add_now (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  add_date (reply, name, moment->now_us);
}

static void
add_config_date (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  add_date (reply, name, moment->started_us);
}

static void
add_config_time (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddInteger (reply, IPP_TAG_PRINTER, IPP_TAG_INTEGER, name,
                 hs_printer_up_time (moment->started_us));
}

static void
add_state_date (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  add_date (reply, name, moment->state_changed_us);
}

static void
add_state_time (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddInteger (reply, IPP_TAG_PRINTER, IPP_TAG_INTEGER, name,
                 hs_printer_up_time (moment->state_changed_us));
}

static void
add_queued (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddInteger (reply, IPP_TAG_PRINTER, IPP_TAG_INTEGER, name, (int)moment->queued_jobs);
}

/* The client came by this address, so it can come by it again. */
static void
add_uri (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddStringf (reply, IPP_TAG_PRINTER, IPP_TAG_URI, name, NULL, "ipp://%s%s", moment->host,
                 moment->path);
}

static void
add_page (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddStringf (reply, IPP_TAG_PRINTER, IPP_TAG_URI, name, NULL, "http://%s/", moment->host);
}

static void
add_icon (ipp_t *reply, const char *name, const HsPrinterMoment *moment)
{
  ippAddStringf (reply, IPP_TAG_PRINTER, IPP_TAG_URI, name, NULL, "http://%s/icon.png",
                 moment->host);
}

static const struct
{
  const char *name;
  AddFunc add;
} momentary[] = {
  { "printer-uri-supported", add_uri },
  { "printer-is-accepting-jobs", add_accepting },
  { "printer-state", add_state },
  { "printer-state-reasons", add_state_reasons },
  { "printer-state-message", add_state_message },
  { "printer-state-change-date-time", add_state_date },
  { "printer-state-change-time", add_state_time },
  { "printer-config-change-date-time", add_config_date },
  { "printer-config-change-time", add_config_time },
  { "printer-up-time", add_up_time },
  { "printer-current-time", add_now },
  { "queued-job-count", add_queued },
  { "printer-more-info", add_page },
  { "printer-supply-info-uri", add_page },
  { "printer-icons", add_icon },
};

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  const HsRequested *requested;
  HsAttributeGroup group;
} CopyFilter;

static int
is_wanted (void *context, ipp_t *to, ipp_attribute_t *attribute)
{
  const CopyFilter *filter = context;
  const char *name = ippGetName (attribute);

  return name != NULL && hs_requested_has (filter->requested, name, filter->group);
}

static void
copy (ipp_t *reply, ipp_t *from, const HsRequested *requested, HsAttributeGroup group)
{
  CopyFilter filter = { requested, group };

  ippCopyAttributes (reply, from, 1, is_wanted, &filter);
}

void
hs_printer_attributes_write (const HsPrinterAttributes *printer,
                             ipp_t *reply,
                             const HsRequested *requested,
                             const HsPrinterMoment *moment)
{
  for (gsize i = 0; i < G_N_ELEMENTS (momentary); i++)
    if (hs_requested_has (requested, momentary[i].name, HS_GROUP_DESCRIPTION))
      momentary[i].add (reply, momentary[i].name, moment);
  copy (reply, printer->description, requested, HS_GROUP_DESCRIPTION);
  copy (reply, printer->template, requested, HS_GROUP_TEMPLATE);
  copy (reply, printer->database, requested, HS_GROUP_NONE);
}

/* ── what a job may ask for ──────────────────────────────────────────────────────────────── */

static gboolean
is_resolution_allowed (ipp_attribute_t *supported, ipp_attribute_t *wanted, int i)
{
  ipp_res_t unit, other_unit;
  int y, other_y;
  int x = ippGetResolution (wanted, i, &y, &unit);

  for (int j = 0; j < ippGetCount (supported); j++)
    if (ippGetResolution (supported, j, &other_y, &other_unit) == x && other_y == y
        && other_unit == unit)
      return TRUE;
  return FALSE;
}

static gboolean
are_members_known (ipp_attribute_t *supported, ipp_t *wanted)
{
  for (ipp_attribute_t *member = ippFirstAttribute (wanted); member != NULL;
       member = ippNextAttribute (wanted))
    if (ippGetName (member) == NULL || !ippContainsString (supported, ippGetName (member)))
      return FALSE;
  return TRUE;
}

static gboolean
is_value_allowed (ipp_attribute_t *supported, ipp_attribute_t *wanted, int i)
{
  int upper;

  switch ((int)ippGetValueTag (wanted))
    {
    case IPP_TAG_INTEGER:
    case IPP_TAG_ENUM:
      /* A single integer n stands for 1 to n: job-priority-supported. */
      if (ippGetValueTag (supported) == IPP_TAG_INTEGER && ippGetCount (supported) == 1)
        return ippGetInteger (wanted, i) >= 1
               && ippGetInteger (wanted, i) <= ippGetInteger (supported, 0);
      return ippContainsInteger (supported, ippGetInteger (wanted, i)) != 0;
    case IPP_TAG_KEYWORD:
    case IPP_TAG_NAME:
    case IPP_TAG_NAMELANG:
      if (ippGetValueTag (supported) == IPP_TAG_BOOLEAN) /* job-account-id: any name */
        return ippGetBoolean (supported, 0) != 0;
      return ippContainsString (supported, ippGetString (wanted, i, NULL)) != 0;
    case IPP_TAG_RANGE:
      return ippGetValueTag (supported) == IPP_TAG_BOOLEAN && ippGetBoolean (supported, 0)
             && ippGetRange (wanted, i, &upper) >= 1 && ippGetRange (wanted, i, &upper) <= upper;
    case IPP_TAG_RESOLUTION:
      return is_resolution_allowed (supported, wanted, i);
    case IPP_TAG_BEGIN_COLLECTION:
      return are_members_known (supported, ippGetCollection (wanted, i));
    default:
      return FALSE;
    }
}

/* What the job itself knows of them is one value. */
static gboolean
is_single (const char *name)
{
  return g_str_equal (name, "copies") || g_str_equal (name, "sides")
         || g_str_equal (name, "print-color-mode");
}

gboolean
hs_printer_attributes_allow (const HsPrinterAttributes *printer, ipp_attribute_t *wanted)
{
  const char *name = ippGetName (wanted);
  int tag = (int)ippGetValueTag (wanted);

  if (g_str_equal (name, "media"))
    return ippGetCount (wanted) == 1 && (tag == IPP_TAG_KEYWORD || tag == IPP_TAG_NAME)
           && hs_printer_media_allows (ippGetString (wanted, 0, NULL));
  if (g_str_equal (name, "media-col"))
    return ippGetCount (wanted) == 1 && tag == IPP_TAG_BEGIN_COLLECTION
           && hs_printer_media_allows_col (ippGetCollection (wanted, 0));

  g_autofree char *supported_name = g_strconcat (name, "-supported", NULL);
  ipp_attribute_t *supported = ippFindAttribute (printer->template, supported_name, IPP_TAG_ZERO);
  if (supported == NULL || ippGetCount (wanted) < 1
      || (is_single (name) && ippGetCount (wanted) > 1))
    return FALSE;
  for (int i = 0; i < ippGetCount (wanted); i++)
    if (!is_value_allowed (supported, wanted, i))
      return FALSE;
  return TRUE;
}
