/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The paper of the virtual printer. */

#include "ipp/printer_media.h"

#include <cups/cups.h>
#include <cups/pwg.h>

/* Hundredths of a millimetre: a sixth of an inch, which every office printer keeps to. */
#define MARGIN 423

/* The bounds of custom sizes: a small card and A3 with bleed. */
#define CUSTOM_MIN_WIDTH 7620
#define CUSTOM_MIN_LENGTH 12700
#define CUSTOM_MAX_WIDTH 32900
#define CUSTOM_MAX_LENGTH 48300

static const char *const sizes[] = {
  "iso_a4_210x297mm",  "na_letter_8.5x11in",       "iso_a3_297x420mm",
  "iso_a5_148x210mm",  "iso_a6_105x148mm",         "na_legal_8.5x14in",
  "na_ledger_11x17in", "na_executive_7.25x10.5in", "na_invoice_5.5x8.5in",
  "jis_b5_182x257mm",  "iso_b5_176x250mm",         "na_index-4x6_4x6in",
  "iso_dl_110x220mm",  "na_number-10_4.125x9.5in", "iso_c5_162x229mm",
};

static const char *const ready[] = { "iso_a4_210x297mm", "na_letter_8.5x11in" };

static const char *const types[]
    = { "auto",   "stationery",   "stationery-letterhead", "stationery-heavyweight",
        "labels", "transparency", "photographic",          "envelope" };
static const char *const sources[] = { "auto", "main", "alternate", "manual" };
static const char *const members[]
    = { "media-bottom-margin", "media-left-margin", "media-right-margin", "media-size",
        "media-size-name",     "media-source",      "media-top-margin",   "media-type" };
static const char *const margins[]
    = { "media-bottom-margin-supported", "media-left-margin-supported",
        "media-right-margin-supported", "media-top-margin-supported" };

static void
add_keywords (ipp_t *to, const char *name, const char *const *values, gsize count)
{
  ippAddStrings (to, IPP_TAG_PRINTER, IPP_CONST_TAG (IPP_TAG_KEYWORD), name, (int)count, NULL,
                 values);
}

static ipp_t *
new_size (const char *name)
{
  pwg_media_t *media = pwgMediaForPWG (name);
  ipp_t *size = ippNew ();

  ippAddInteger (size, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "x-dimension", media->width);
  ippAddInteger (size, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "y-dimension", media->length);
  return size;
}

/* Adds a child collection and lets go of it: libcups counts references. */
static void
add_collection (ipp_t *to, const char *name, ipp_t *child)
{
  ippAddCollection (to, IPP_TAG_PRINTER, name, child);
  ippDelete (child);
}

static ipp_t *
new_media_col (const char *size, const char *type)
{
  ipp_t *media = ippNew ();

  add_collection (media, "media-size", new_size (size));
  ippAddString (media, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-size-name", NULL, size);
  ippAddInteger (media, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "media-bottom-margin", MARGIN);
  ippAddInteger (media, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "media-left-margin", MARGIN);
  ippAddInteger (media, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "media-right-margin", MARGIN);
  ippAddInteger (media, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "media-top-margin", MARGIN);
  ippAddString (media, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-source", NULL, "auto");
  ippAddString (media, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-type", NULL, type);
  return media;
}

static void
add_media_cols (ipp_t *to, const char *name, const char *const *list, gsize count)
{
  ipp_attribute_t *attribute = ippAddCollections (to, IPP_TAG_PRINTER, name, (int)count, NULL);

  for (gsize i = 0; i < count; i++)
    {
      ipp_t *media = new_media_col (list[i], "stationery");
      ippSetCollection (to, &attribute, (int)i, media);
      ippDelete (media);
    }
}

static void
add_supported_sizes (ipp_t *to)
{
  gsize count = G_N_ELEMENTS (sizes);
  ipp_attribute_t *attribute
      = ippAddCollections (to, IPP_TAG_PRINTER, "media-size-supported", (int)count + 1, NULL);
  ipp_t *custom = ippNew ();

  for (gsize i = 0; i < count; i++)
    {
      ipp_t *size = new_size (sizes[i]);
      ippSetCollection (to, &attribute, (int)i, size);
      ippDelete (size);
    }
  ippAddRange (custom, IPP_TAG_PRINTER, "x-dimension", CUSTOM_MIN_WIDTH, CUSTOM_MAX_WIDTH);
  ippAddRange (custom, IPP_TAG_PRINTER, "y-dimension", CUSTOM_MIN_LENGTH, CUSTOM_MAX_LENGTH);
  ippSetCollection (to, &attribute, (int)count, custom);
  ippDelete (custom);
}

static void
add_supported_names (ipp_t *to)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    g_ptr_array_add (names, g_strdup (sizes[i]));
  for (guint is_max = 0; is_max < 2; is_max++)
    {
      char name[128];
      pwgFormatSizeName (name, sizeof name, "custom", is_max ? "max" : "min",
                         is_max ? CUSTOM_MAX_WIDTH : CUSTOM_MIN_WIDTH,
                         is_max ? CUSTOM_MAX_LENGTH : CUSTOM_MIN_LENGTH, "mm");
      g_ptr_array_add (names, g_strdup (name));
    }
  ippAddStrings (to, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-supported", (int)names->len, NULL,
                 (const char *const *)names->pdata);
}

void
hs_printer_media_add (ipp_t *template, ipp_t *database)
{
  add_supported_names (template);
  ippAddString (template, IPP_TAG_PRINTER, IPP_CONST_TAG (IPP_TAG_KEYWORD), "media-default", NULL,
                sizes[0]);
  add_keywords (template, "media-ready", ready, G_N_ELEMENTS (ready));
  add_keywords (template, "media-type-supported", types, G_N_ELEMENTS (types));
  add_keywords (template, "media-source-supported", sources, G_N_ELEMENTS (sources));
  add_keywords (template, "media-col-supported", members, G_N_ELEMENTS (members));
  for (gsize i = 0; i < G_N_ELEMENTS (margins); i++)
    ippAddInteger (template, IPP_TAG_PRINTER, IPP_TAG_INTEGER, margins[i], MARGIN);
  add_supported_sizes (template);
  add_collection (template, "media-col-default", new_media_col (sizes[0], "stationery"));
  add_media_cols (template, "media-col-ready", ready, G_N_ELEMENTS (ready));
  add_media_cols (database, "media-col-database", sizes, G_N_ELEMENTS (sizes));
}

static gboolean
is_size_allowed (int width, int length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      pwg_media_t *media = pwgMediaForPWG (sizes[i]);
      if (media->width == width && media->length == length)
        return TRUE;
    }
  return width >= CUSTOM_MIN_WIDTH && width <= CUSTOM_MAX_WIDTH && length >= CUSTOM_MIN_LENGTH
         && length <= CUSTOM_MAX_LENGTH;
}

gboolean
hs_printer_media_allows (const char *media)
{
  pwg_media_t *found;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (g_strcmp0 (media, sizes[i]) == 0)
      return TRUE;
  if (media == NULL || !g_str_has_prefix (media, "custom_"))
    return FALSE;
  found = pwgMediaForPWG (media);
  return found != NULL && is_size_allowed (found->width, found->length);
}

static gboolean
has_keyword (const char *const *list, gsize count, const char *value)
{
  for (gsize i = 0; i < count; i++)
    if (g_strcmp0 (list[i], value) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_member_allowed (ipp_attribute_t *member)
{
  const char *name = ippGetName (member);

  if (name == NULL || !has_keyword (members, G_N_ELEMENTS (members), name))
    return FALSE;
  if (g_str_equal (name, "media-type"))
    return has_keyword (types, G_N_ELEMENTS (types), ippGetString (member, 0, NULL));
  if (g_str_equal (name, "media-source"))
    return has_keyword (sources, G_N_ELEMENTS (sources), ippGetString (member, 0, NULL));
  if (g_str_equal (name, "media-size-name"))
    return hs_printer_media_allows (ippGetString (member, 0, NULL));
  return TRUE; /* margins are the real printer's affair; the size is looked at as a whole */
}

static gboolean
find_size (ipp_t *media_col, int *width, int *length)
{
  ipp_attribute_t *size = ippFindAttribute (media_col, "media-size", IPP_TAG_BEGIN_COLLECTION);
  ipp_t *inner = size != NULL ? ippGetCollection (size, 0) : NULL;
  ipp_attribute_t *x = inner ? ippFindAttribute (inner, "x-dimension", IPP_TAG_INTEGER) : NULL;
  ipp_attribute_t *y = inner ? ippFindAttribute (inner, "y-dimension", IPP_TAG_INTEGER) : NULL;

  if (x == NULL || y == NULL)
    return FALSE;
  *width = ippGetInteger (x, 0);
  *length = ippGetInteger (y, 0);
  return TRUE;
}

gboolean
hs_printer_media_allows_col (ipp_t *media_col)
{
  int width, length;

  for (ipp_attribute_t *member = ippFirstAttribute (media_col); member != NULL;
       member = ippNextAttribute (media_col))
    if (!is_member_allowed (member))
      return FALSE;
  if (ippFindAttribute (media_col, "media-size", IPP_TAG_ZERO) == NULL)
    return TRUE;
  return find_size (media_col, &width, &length) && is_size_allowed (width, length);
}

char *
hs_printer_media_dup_name (ipp_t *media_col)
{
  ipp_attribute_t *named = ippFindAttribute (media_col, "media-size-name", IPP_TAG_KEYWORD);
  int width, length;

  if (named != NULL)
    return g_strdup (ippGetString (named, 0, NULL));
  if (!find_size (media_col, &width, &length))
    return NULL;
  pwg_media_t *media = pwgMediaForSize (width, length);
  return media != NULL ? g_strdup (media->pwg) : NULL;
}
