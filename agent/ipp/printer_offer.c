/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The unchanging attributes of the virtual printer, as tables: one row for each attribute. */

#include "ipp/printer_offer.h"

/* Nominal; IPP Everywhere demands a number of a printer that has no engine. */
#define PAGES_PER_MINUTE 30

const char *const hs_printer_formats[]
    = { "application/pdf", "image/pwg-raster",         "image/urf",
        "image/jpeg",      "application/octet-stream", NULL };

typedef struct
{
  const char *name;
  ipp_tag_t tag;
  const char *values[32]; /* up to the first NULL */
} StringRow;

typedef struct
{
  const char *name;
  ipp_tag_t tag;
  int values[12]; /* up to the first 0; a row of one may be 0 */
} IntegerRow;

typedef struct
{
  const char *name;
  gboolean value;
} BooleanRow;

typedef struct
{
  const char *name;
  int lower, upper;
} RangeRow;

static const StringRow description_strings[] = {
  { "charset-configured", IPP_TAG_CHARSET, { "utf-8" } },
  { "charset-supported", IPP_TAG_CHARSET, { "utf-8", "us-ascii" } },
  { "compression-supported", IPP_TAG_KEYWORD, { "none", "gzip", "deflate" } },
  { "document-format-default", IPP_TAG_MIMETYPE, { "application/octet-stream" } },
  { "document-format-preferred", IPP_TAG_MIMETYPE, { "application/pdf" } },
  { "generated-natural-language-supported", IPP_TAG_LANGUAGE, { "en" } },
  { "identify-actions-default", IPP_TAG_KEYWORD, { "display" } },
  { "identify-actions-supported", IPP_TAG_KEYWORD, { "display" } },
  { "ipp-features-supported", IPP_TAG_KEYWORD, { "ipp-everywhere" } },
  { "ipp-versions-supported", IPP_TAG_KEYWORD, { "1.1", "2.0" } },
  { "job-creation-attributes-supported",
    IPP_TAG_KEYWORD,
    { "copies",
      "finishings",
      "finishings-col",
      "job-account-id",
      "job-accounting-user-id",
      "job-hold-until",
      "job-name",
      "job-priority",
      "job-sheets",
      "media",
      "media-col",
      "multiple-document-handling",
      "number-up",
      "orientation-requested",
      "output-bin",
      "overrides",
      "page-ranges",
      "print-color-mode",
      "print-content-optimize",
      "print-quality",
      "print-rendering-intent",
      "print-scaling",
      "printer-resolution",
      "sides" } },
  { "job-settable-attributes-supported", IPP_TAG_KEYWORD, { "job-hold-until" } },
  { "multiple-operation-time-out-action", IPP_TAG_KEYWORD, { "abort-job" } },
  { "natural-language-configured", IPP_TAG_LANGUAGE, { "en" } },
  { "pdf-versions-supported",
    IPP_TAG_KEYWORD,
    { "adobe-1.3", "adobe-1.4", "adobe-1.5", "adobe-1.6", "iso-32000-1_2008" } },
  { "pdl-override-supported", IPP_TAG_KEYWORD, { "attempted" } },
  { "printer-device-id",
    IPP_TAG_TEXT,
    { "MFG:Homespool;MDL:Virtual Printer;CMD:PDF,PWGRaster,AppleRaster,JPEG,URF;" } },
  { "printer-firmware-name", IPP_TAG_NAME, { "homespoold" } },
  { "printer-firmware-string-version", IPP_TAG_TEXT, { HS_VERSION } },
  { "printer-get-attributes-supported", IPP_TAG_KEYWORD, { "document-format" } },
  { "printer-kind", IPP_TAG_KEYWORD, { "document" } },
  { "printer-make-and-model", IPP_TAG_TEXT, { "Homespool Virtual Printer" } },
  { "printer-organizational-unit", IPP_TAG_TEXT, { "" } },
  { "printer-supply-description",
    IPP_TAG_TEXT,
    { "Supplies are those of the printer you choose" } },
  { "pwg-raster-document-sheet-back", IPP_TAG_KEYWORD, { "normal" } },
  { "pwg-raster-document-type-supported", IPP_TAG_KEYWORD, { "black_1", "sgray_8", "srgb_8" } },
  { "uri-authentication-supported", IPP_TAG_KEYWORD, { "requesting-user-name" } },
  { "uri-security-supported", IPP_TAG_KEYWORD, { "none" } },
  { "urf-supported",
    IPP_TAG_KEYWORD,
    { "V1.4", "CP255", "W8", "SRGB24", "RS300-600", "DM1", "PQ3-4-5" } },
  { "which-jobs-supported",
    IPP_TAG_KEYWORD,
    { "completed", "not-completed", "aborted", "all", "canceled", "pending", "pending-held",
      "processing", "processing-stopped" } },
};

static const IntegerRow description_integers[] = {
  { "document-password-supported", IPP_TAG_INTEGER, { 0 } },
  { "pages-per-minute", IPP_TAG_INTEGER, { PAGES_PER_MINUTE } },
  { "pages-per-minute-color", IPP_TAG_INTEGER, { PAGES_PER_MINUTE } },
};

static const BooleanRow description_booleans[] = {
  { "color-supported", TRUE },
  { "job-ids-supported", TRUE },
  { "multiple-document-jobs-supported", FALSE },
  { "preferred-attributes-supported", FALSE },
};

static const RangeRow description_ranges[] = {
  { "job-impressions-supported", 0, G_MAXINT },  { "job-k-octets-supported", 0, G_MAXINT },
  { "job-media-sheets-supported", 0, G_MAXINT }, { "jpeg-k-octets-supported", 0, G_MAXINT },
  { "jpeg-x-dimension-supported", 0, 65535 },    { "jpeg-y-dimension-supported", 1, 65535 },
  { "pdf-k-octets-supported", 0, G_MAXINT },
};

static const StringRow template_strings[] = {
  { "finishings-col-supported", IPP_TAG_KEYWORD, { "finishing-template" } },
  { "job-hold-until-default", IPP_TAG_KEYWORD, { "no-hold" } },
  { "job-hold-until-supported", IPP_TAG_KEYWORD, { "no-hold", "indefinite" } },
  { "job-sheets-default", IPP_TAG_KEYWORD, { "none" } },
  { "job-sheets-supported", IPP_TAG_KEYWORD, { "none" } },
  { "multiple-document-handling-default",
    IPP_TAG_KEYWORD,
    { "separate-documents-collated-copies" } },
  { "multiple-document-handling-supported",
    IPP_TAG_KEYWORD,
    { "separate-documents-collated-copies", "separate-documents-uncollated-copies" } },
  { "output-bin-default", IPP_TAG_KEYWORD, { "auto" } },
  { "output-bin-supported", IPP_TAG_KEYWORD, { "auto", "face-down", "face-up" } },
  { "overrides-supported",
    IPP_TAG_KEYWORD,
    { "document-number", "document-numbers", "pages", "media", "media-col", "orientation-requested",
      "print-color-mode", "sides" } },
  { "print-color-mode-default", IPP_TAG_KEYWORD, { "auto" } },
  { "print-color-mode-supported", IPP_TAG_KEYWORD, { "auto", "color", "monochrome" } },
  { "print-content-optimize-default", IPP_TAG_KEYWORD, { "auto" } },
  { "print-content-optimize-supported",
    IPP_TAG_KEYWORD,
    { "auto", "graphic", "photo", "text", "text-and-graphic" } },
  { "print-rendering-intent-default", IPP_TAG_KEYWORD, { "auto" } },
  { "print-rendering-intent-supported",
    IPP_TAG_KEYWORD,
    { "auto", "perceptual", "relative", "relative-bpc", "saturation", "absolute" } },
  { "print-scaling-default", IPP_TAG_KEYWORD, { "auto" } },
  { "print-scaling-supported", IPP_TAG_KEYWORD, { "auto", "auto-fit", "fill", "fit", "none" } },
  { "sides-default", IPP_TAG_KEYWORD, { "one-sided" } },
  { "sides-supported",
    IPP_TAG_KEYWORD,
    { "one-sided", "two-sided-long-edge", "two-sided-short-edge" } },
};

static const IntegerRow template_integers[] = {
  { "copies-default", IPP_TAG_INTEGER, { 1 } },
  { "finishings-default", IPP_TAG_ENUM, { IPP_FINISHINGS_NONE } },
  { "job-priority-default", IPP_TAG_INTEGER, { 50 } },
  { "job-priority-supported", IPP_TAG_INTEGER, { 100 } },
  { "number-up-default", IPP_TAG_INTEGER, { 1 } },
  { "number-up-supported", IPP_TAG_INTEGER, { 1, 2, 4, 6, 9, 16 } },
  { "orientation-requested-default", IPP_TAG_ENUM, { IPP_ORIENT_PORTRAIT } },
  { "orientation-requested-supported",
    IPP_TAG_ENUM,
    { IPP_ORIENT_PORTRAIT, IPP_ORIENT_LANDSCAPE, IPP_ORIENT_REVERSE_LANDSCAPE,
      IPP_ORIENT_REVERSE_PORTRAIT, IPP_ORIENT_NONE } },
  { "print-quality-default", IPP_TAG_ENUM, { IPP_QUALITY_NORMAL } },
  { "print-quality-supported",
    IPP_TAG_ENUM,
    { IPP_QUALITY_DRAFT, IPP_QUALITY_NORMAL, IPP_QUALITY_HIGH } },
};

static const BooleanRow template_booleans[] = {
  { "job-account-id-supported", TRUE },
  { "job-accounting-user-id-supported", TRUE },
  { "page-ranges-supported", TRUE },
};

static const RangeRow template_ranges[] = {
  { "copies-supported", 1, HS_PRINTER_MAX_COPIES },
};

/* ── filling ─────────────────────────────────────────────────────────────────────────────── */

static void
add_strings (ipp_t *to, const StringRow *rows, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      int values = 0;
      while (values < (int)G_N_ELEMENTS (rows[i].values) && rows[i].values[values] != NULL)
        values++;
      ippAddStrings (to, IPP_TAG_PRINTER, IPP_CONST_TAG (rows[i].tag), rows[i].name, values, NULL,
                     rows[i].values);
    }
}

static void
add_integers (ipp_t *to, const IntegerRow *rows, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      int values = 1;
      while (values < (int)G_N_ELEMENTS (rows[i].values) && rows[i].values[values] != 0)
        values++;
      ippAddIntegers (to, IPP_TAG_PRINTER, rows[i].tag, rows[i].name, values, rows[i].values);
    }
}

static void
add_booleans (ipp_t *to, const BooleanRow *rows, gsize count)
{
  for (gsize i = 0; i < count; i++)
    ippAddBoolean (to, IPP_TAG_PRINTER, rows[i].name, (char)rows[i].value);
}

static void
add_ranges (ipp_t *to, const RangeRow *rows, gsize count)
{
  for (gsize i = 0; i < count; i++)
    ippAddRange (to, IPP_TAG_PRINTER, rows[i].name, rows[i].lower, rows[i].upper);
}

static void
add_resolutions (ipp_t *to, const char *name, int count)
{
  static const int dots[] = { 300, 600 };

  ippAddResolutions (to, IPP_TAG_PRINTER, name, count, IPP_RES_PER_INCH, dots, dots);
}

/* What finishers commonly do (PWG 5100.1). Which of it the printer has where the job goes is known
 * when it is released: ticket_fit leaves out what it has not, and the job's story says so. */
static const struct
{
  int value;
  const char *template;
} finishings[] = {
  { IPP_FINISHINGS_NONE, "none" },
  { IPP_FINISHINGS_STAPLE, "staple" },
  { IPP_FINISHINGS_PUNCH, "punch" },
  { IPP_FINISHINGS_FOLD, "fold" },
  { IPP_FINISHINGS_STAPLE_TOP_LEFT, "staple-top-left" },
  { IPP_FINISHINGS_STAPLE_BOTTOM_LEFT, "staple-bottom-left" },
  { IPP_FINISHINGS_STAPLE_TOP_RIGHT, "staple-top-right" },
  { IPP_FINISHINGS_STAPLE_BOTTOM_RIGHT, "staple-bottom-right" },
  { IPP_FINISHINGS_STAPLE_DUAL_LEFT, "staple-dual-left" },
  { IPP_FINISHINGS_STAPLE_DUAL_TOP, "staple-dual-top" },
  { IPP_FINISHINGS_PUNCH_DUAL_LEFT, "punch-dual-left" },
  { IPP_FINISHINGS_PUNCH_DUAL_TOP, "punch-dual-top" },
  { IPP_FINISHINGS_PUNCH_QUAD_LEFT, "punch-quad-left" },
  { IPP_FINISHINGS_FOLD_HALF, "fold-half" },
  { IPP_FINISHINGS_FOLD_LETTER, "fold-letter" },
  { IPP_FINISHINGS_FOLD_Z, "fold-z" },
};

static void
add_finishings_cols (ipp_t *to, const char *name, guint count)
{
  g_autofree const ipp_t **collections = g_new0 (const ipp_t *, count);

  for (guint i = 0; i < count; i++)
    {
      ipp_t *finishing = ippNew ();
      ippAddString (finishing, IPP_TAG_PRINTER, IPP_CONST_TAG (IPP_TAG_KEYWORD),
                    "finishing-template", NULL, finishings[i].template);
      collections[i] = finishing;
    }
  ippAddCollections (to, IPP_TAG_PRINTER, name, (int)count, collections);
  for (guint i = 0; i < count; i++)
    ippDelete ((ipp_t *)collections[i]);
}

static void
add_finishings (ipp_t *to)
{
  int values[G_N_ELEMENTS (finishings)];
  const char *templates[G_N_ELEMENTS (finishings)];
  int count = (int)G_N_ELEMENTS (finishings);

  for (int i = 0; i < count; i++)
    {
      values[i] = finishings[i].value;
      templates[i] = finishings[i].template;
    }
  ippAddIntegers (to, IPP_TAG_PRINTER, IPP_TAG_ENUM, "finishings-supported", count, values);
  ippAddIntegers (to, IPP_TAG_PRINTER, IPP_TAG_ENUM, "finishings-ready", count, values);
  ippAddStrings (to, IPP_TAG_PRINTER, IPP_CONST_TAG (IPP_TAG_KEYWORD),
                 "finishing-template-supported", count, NULL, templates);
  add_finishings_cols (to, "finishings-col-database", (guint)count);
  add_finishings_cols (to, "finishings-col-ready", (guint)count);
  add_finishings_cols (to, "finishings-col-default", 1);
}

static void
add_text (ipp_t *to, ipp_tag_t tag, const char *name, const char *value)
{
  ippAddString (to, IPP_TAG_PRINTER, tag, name, NULL, value != NULL ? value : "");
}

static void
add_identity (ipp_t *to, const HsPrinterIdentity *identity)
{
  char uuid[HS_ID_TEXT_BYTES];
  int count = 0;

  add_text (to, IPP_TAG_NAME, "printer-name", identity->name);
  add_text (to, IPP_TAG_NAME, "printer-dns-sd-name", identity->name);
  add_text (to, IPP_TAG_TEXT, "printer-info", identity->info);
  add_text (to, IPP_TAG_TEXT, "printer-location", identity->location);
  add_text (to, IPP_TAG_TEXT, "printer-organization", identity->organization);
  ippAddStringf (to, IPP_TAG_PRINTER, IPP_TAG_URI, "printer-uuid", NULL, "urn:uuid:%s",
                 hs_id_format (&identity->uuid, uuid));
  ippAddInteger (to, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "multiple-operation-time-out",
                 (int)identity->timeout_s);
  while (identity->operations[count] != 0)
    count++;
  ippAddIntegers (to, IPP_TAG_PRINTER, IPP_TAG_ENUM, "operations-supported", count,
                  identity->operations);
}

void
hs_printer_offer_add_description (ipp_t *description, const HsPrinterIdentity *identity)
{
  static const char supply[] = "index=1;class=supplyThatIsConsumed;type=other;unit=other;"
                               "maxcapacity=-2;level=-2;colorantname=unknown;";

  add_strings (description, description_strings, G_N_ELEMENTS (description_strings));
  add_integers (description, description_integers, G_N_ELEMENTS (description_integers));
  add_booleans (description, description_booleans, G_N_ELEMENTS (description_booleans));
  add_ranges (description, description_ranges, G_N_ELEMENTS (description_ranges));
  ippAddStrings (description, IPP_TAG_PRINTER, IPP_CONST_TAG (IPP_TAG_MIMETYPE),
                 "document-format-supported", (int)g_strv_length ((char **)hs_printer_formats),
                 NULL, hs_printer_formats);
  add_resolutions (description, "pwg-raster-document-resolution-supported", 2);
  ippAddOctetString (description, IPP_TAG_PRINTER, "printer-supply", supply, sizeof supply - 1);
  ippAddOctetString (description, IPP_TAG_PRINTER, "printer-firmware-version", HS_VERSION,
                     sizeof HS_VERSION - 1);
  ippAddOutOfBand (description, IPP_TAG_PRINTER, IPP_TAG_UNKNOWN, "printer-geo-location");
  add_identity (description, identity);
}

void
hs_printer_offer_add_template (ipp_t *template)
{
  add_strings (template, template_strings, G_N_ELEMENTS (template_strings));
  add_integers (template, template_integers, G_N_ELEMENTS (template_integers));
  add_booleans (template, template_booleans, G_N_ELEMENTS (template_booleans));
  add_ranges (template, template_ranges, G_N_ELEMENTS (template_ranges));
  add_resolutions (template, "printer-resolution-default", 1);
  add_resolutions (template, "printer-resolution-supported", 2);
  add_finishings (template);
  ippAddOutOfBand (template, IPP_TAG_PRINTER, IPP_TAG_NOVALUE, "job-account-id-default");
  ippAddOutOfBand (template, IPP_TAG_PRINTER, IPP_TAG_NOVALUE, "job-accounting-user-id-default");
}
