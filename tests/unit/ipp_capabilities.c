/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What printers say of themselves, and tickets fitted to them. */

#include "ipp/capabilities.h"

#include "base/error.h"
#include "ipp/message.h"
#include "ipp/ticket_fit_private.h"
#include "support/suite.h"

#define UUID "6ba7b810-9dad-41d1-80b4-00c04fd430c8"

static ipp_t *printer;
static HsCapabilities *capabilities;
static HsJob *job;

static void
add_keywords (ipp_t *message, const char *name, const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);

  ippAddStrings (message, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, name, (int)g_strv_length (words), NULL,
                 (const char *const *)words);
}

static void
set_up (void)
{
  static const int operations[]
      = { IPP_OP_PRINT_JOB,     IPP_OP_VALIDATE_JOB,       IPP_OP_CREATE_JOB,
          IPP_OP_SEND_DOCUMENT, IPP_OP_GET_JOB_ATTRIBUTES, IPP_OP_GET_JOBS };

  printer = ippNew ();
  ippSetStatusCode (printer, IPP_STATUS_OK);
  ippAddString (printer, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL, "utf-8");
  ippAddInteger (printer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", IPP_PSTATE_IDLE);
  ippAddBoolean (printer, IPP_TAG_PRINTER, "printer-is-accepting-jobs", 1);
  ippAddIntegers (printer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "operations-supported",
                  G_N_ELEMENTS (operations), operations);
  ippAddString (printer, IPP_TAG_PRINTER, IPP_TAG_MIMETYPE, "document-format-supported", NULL,
                "application/pdf");
  ippAddString (printer, IPP_TAG_PRINTER, IPP_TAG_URI, "printer-uuid", NULL, "urn:uuid:" UUID);
  ippAddRange (printer, IPP_TAG_PRINTER, "copies-supported", 1, 99);
  add_keywords (printer, "sides-supported", "one-sided,two-sided-long-edge");
  add_keywords (printer, "media-supported", "iso_a4_210x297mm,na_letter_8.5x11in");
  add_keywords (printer, "media-col-supported", "media-size,media-type");
  add_keywords (printer, "print-color-mode-supported", "auto,monochrome");
  ippAddBoolean (printer, IPP_TAG_PRINTER, "page-ranges-supported", 1);
  ippAddInteger (printer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "print-quality-supported", 4);
  ippAddResolution (printer, IPP_TAG_PRINTER, "printer-resolution-supported", IPP_RES_PER_INCH, 600,
                    600);
  job = hs_job_new ();
  job->format = g_strdup ("application/pdf");
}

static void
tear_down (void)
{
  g_clear_pointer (&printer, ippDelete);
  g_clear_pointer (&capabilities, hs_capabilities_unref);
  g_clear_pointer (&job, hs_job_free);
}

static HsCapabilities *
read_printer (void)
{
  g_autoptr (GBytes) bytes = hs_ipp_message_encode (printer);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&capabilities, hs_capabilities_unref);
  capabilities = hs_capabilities_decode (bytes, &error);
  HS_ASSERT_NO_ERROR (error);
  return capabilities;
}

static void
a_printer_is_read (void)
{
  HsId uuid;
  char text[HS_ID_TEXT_BYTES];

  read_printer ();
  HS_ASSERT (hs_capabilities_get_uuid (capabilities, &uuid));
  HS_ASSERT_STR_EQ (hs_id_format (&uuid, text), UUID);
  HS_ASSERT_INT_EQ (hs_capabilities_get_abilities (capabilities),
                    HS_CAN_PRINT_JOB | HS_CAN_VALIDATE | HS_CAN_CREATE_JOB | HS_CAN_GET_JOB
                        | HS_CAN_GET_JOBS);
  HS_ASSERT (hs_capabilities_takes_format (capabilities, "application/pdf"));
  HS_ASSERT (!hs_capabilities_takes_format (capabilities, "image/urf"));
  HS_ASSERT (hs_capabilities_has_two_sides (capabilities));
  HS_ASSERT (!hs_capabilities_has_colour (capabilities));
  HS_ASSERT (hs_capabilities_dup_obstacle (capabilities) == NULL);
}

static void
what_is_no_printer_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  ippDeleteAttribute (printer, ippFindAttribute (printer, "operations-supported", IPP_TAG_ZERO));
  bytes = hs_ipp_message_encode (printer);
  HS_ASSERT (hs_capabilities_decode (bytes, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_SUPPORTED);
}

static void
set_state (int state, gboolean accepting, const char *reasons)
{
  static const char *const names[]
      = { "printer-state", "printer-is-accepting-jobs", "printer-state-reasons" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      ipp_attribute_t *old = ippFindAttribute (printer, names[i], IPP_TAG_ZERO);
      if (old != NULL)
        ippDeleteAttribute (printer, old);
    }
  ippAddInteger (printer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", state);
  ippAddBoolean (printer, IPP_TAG_PRINTER, "printer-is-accepting-jobs", (char)accepting);
  add_keywords (printer, "printer-state-reasons", reasons);
}

static void
expect_obstacle (int state, gboolean accepting, const char *reasons, const char *sentence)
{
  g_autofree char *obstacle = NULL;

  set_state (state, accepting, reasons);
  obstacle = hs_capabilities_dup_obstacle (read_printer ());
  HS_ASSERT_STR_EQ (obstacle, sentence);
}

static void
a_printer_in_error_says_why (void)
{
  expect_obstacle (3, TRUE, "none", NULL);
  expect_obstacle (4, TRUE, "toner-low-warning,media-low-report", NULL);
  expect_obstacle (3, TRUE, "media-empty", NULL);
  expect_obstacle (3, TRUE, "media-empty-error", "it is out of paper; add some");
  expect_obstacle (5, TRUE, "toner-low-warning,media-jam-error", "paper is jammed; clear the jam");
  expect_obstacle (5, TRUE, "cover-open", "a cover is open; close it");
  expect_obstacle (5, TRUE, "none", "it is stopped; look at its panel");
  expect_obstacle (3, FALSE, "none",
                   "it takes no jobs now; look at its panel or choose another printer");
  expect_obstacle (5, TRUE, "com.example-strange-error",
                   "it reports “com.example strange”; look at its panel");
}

static void
what_a_printer_leaves_out_is_not_made_up (void)
{
  g_auto (GStrv) media = NULL;
  HsId uuid;

  HS_ASSERT (hs_capabilities_get_uuid (read_printer (), &uuid));
  HS_ASSERT (hs_capabilities_has_two_sides (capabilities));
  HS_ASSERT_INT_EQ (hs_capabilities_get_queued (capabilities), 0);
  media = hs_capabilities_dup_values (capabilities, "media-supported");
  HS_ASSERT_INT_EQ (g_strv_length (media), 2);
  ippDeleteAttribute (printer, ippFindAttribute (printer, "printer-uuid", IPP_TAG_URI));
  ippAddString (printer, IPP_TAG_PRINTER, IPP_TAG_URI, "printer-uuid", NULL, "urn:oid:1.2.3");
  ippDeleteAttribute (printer, ippFindAttribute (printer, "sides-supported", IPP_TAG_KEYWORD));
  ippDeleteAttribute (printer,
                      ippFindAttribute (printer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN));
  ippAddInteger (printer, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "queued-job-count", 3);
  HS_ASSERT (!hs_capabilities_get_uuid (read_printer (), &uuid) && hs_id_is_zero (&uuid));
  HS_ASSERT (!hs_capabilities_has_two_sides (capabilities));
  HS_ASSERT_INT_EQ (hs_capabilities_get_queued (capabilities), 3);
  HS_ASSERT (hs_capabilities_is_accepting (capabilities)); /* REQUIRED: left out is no "no" */
}

static void
remarks_are_for_people (void)
{
  g_autofree char *remark = NULL;

  set_state (4, TRUE, "media-low-report,toner-low-warning");
  remark = hs_capabilities_dup_remark (read_printer ());
  HS_ASSERT_STR_EQ (remark, "toner is low");
}

/* ── tickets ───────────────────────────────────────────────────────────────────────────────── */

/* The fitted attributes as a request would carry them: "copies=2 sides=one-sided". */
static char *
fit_ticket (ipp_t *ticket, char **remark, GError **error)
{
  g_autoptr (ipp_t) request = ippNew ();
  g_autoptr (HsTicketFit) fit = NULL;
  GString *text;

  g_clear_pointer (&job->ticket, g_bytes_unref);
  if (ticket != NULL)
    job->ticket = hs_ipp_message_encode (ticket);
  ippDelete (ticket);
  fit = hs_ticket_fit_new (job, read_printer (), error);
  if (fit == NULL)
    return NULL;
  if (remark != NULL)
    *remark = hs_ticket_fit_dup_remark (fit);
  hs_ticket_fit_add_to (fit, request);
  text = g_string_new (NULL);
  for (ipp_attribute_t *attribute = ippFirstAttribute (request); attribute != NULL;
       attribute = ippNextAttribute (request))
    {
      char value[512];
      ippAttributeString (attribute, value, sizeof value);
      g_string_append_printf (text, "%s%s=%s", text->len == 0 ? "" : " ", ippGetName (attribute),
                              value);
    }
  return g_string_free (text, FALSE);
}

static void
expect_fit (ipp_t *ticket, const char *attributes, const char *remark)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_autofree char *text = fit_ticket (ticket, &said, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (text, attributes);
  HS_ASSERT_STR_EQ (said, remark);
}

static void
a_job_without_ticket_keeps_what_it_knows (void)
{
  job->copies = 3;
  job->sides = HS_SIDES_TWO_LONG;
  job->media = g_strdup ("iso_a4_210x297mm");
  expect_fit (NULL, "copies=3 sides=two-sided-long-edge media=iso_a4_210x297mm", NULL);
}

static void
offered_things_go_along (void)
{
  ipp_t *ticket = ippNew ();

  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 2);
  ippAddRange (ticket, IPP_TAG_JOB, "page-ranges", 1, 2);
  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_ENUM, "print-quality", 4);
  ippAddResolution (ticket, IPP_TAG_JOB, "printer-resolution", IPP_RES_PER_INCH, 600, 600);
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "print-color-mode", NULL, "monochrome");
  expect_fit (ticket,
              "copies=2 page-ranges=1-2 print-quality=normal printer-resolution=600dpi "
              "print-color-mode=monochrome sides=one-sided",
              NULL);
}

static void
missing_things_are_named (void)
{
  ipp_t *ticket = ippNew ();

  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 100);
  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", 4);
  ippAddResolution (ticket, IPP_TAG_JOB, "printer-resolution", IPP_RES_PER_INCH, 300, 300);
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "two-sided-short-edge");
  expect_fit (ticket, "",
              "this printer does not offer: copies, finishings, printer-resolution, sides");
}

/* ── what the release changed ──────────────────────────────────────────────────────────────── */

static ipp_t *
make_own_ticket (void)
{
  ipp_t *ticket = ippNew ();

  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 2);
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "two-sided-long-edge");
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "print-color-mode", NULL, "auto");
  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_ENUM, "print-quality", 4);
  return ticket;
}

static void
what_the_release_changed_goes_before_the_ticket (void)
{
  job->changed = (HsPrintOptions){ 7, HS_SIDES_WISH_ONE, HS_COLOUR_MONOCHROME };
  expect_fit (make_own_ticket (),
              "print-quality=normal copies=7 sides=one-sided print-color-mode=monochrome", NULL);
  /* Also where the ticket is locked. */
  expect_fit (NULL, "copies=7 sides=one-sided print-color-mode=monochrome", NULL);
  job->changed = (HsPrintOptions){ .copies = 7 };
  expect_fit (make_own_ticket (),
              "sides=two-sided-long-edge print-color-mode=auto print-quality=normal copies=7",
              NULL);
}

static void
pages_with_a_wish_of_their_own_follow_the_release (void)
{
  ipp_t *ticket = ippNew ();
  ipp_t *pages = ippNew ();

  add_keywords (printer, "overrides-supported", "pages,media,sides");
  ippAddRange (pages, IPP_TAG_JOB, "pages", 1, 1);
  ippAddString (pages, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", NULL, "iso_a4_210x297mm");
  ippAddString (pages, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "one-sided");
  ippAddCollection (ticket, IPP_TAG_JOB, "overrides", pages);
  ippDelete (pages);
  job->changed.sides = HS_SIDES_WISH_TWO_LONG;
  expect_fit (ticket,
              "overrides={pages=1-1 media=iso_a4_210x297mm} copies=1 sides=two-sided-long-edge",
              NULL);
}

static void
refuses_changed (HsPrintOptions changed, const char *reason)
{
  g_autoptr (GError) error = NULL;

  job->changed = changed;
  HS_ASSERT (fit_ticket (make_own_ticket (), NULL, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (strstr (error->message, reason) != NULL);
}

static void
what_the_release_changed_is_never_left_out (void)
{
  refuses_changed ((HsPrintOptions){ .copies = 100 }, "99 copies");
  refuses_changed ((HsPrintOptions){ .sides = HS_SIDES_WISH_TWO_SHORT }, "short edge");
  refuses_changed ((HsPrintOptions){ .colour = HS_COLOUR_COLOUR }, "no colour");
}

static void
expect_abilities (guint32 copies_max, guint sides, gboolean colour, gboolean monochrome)
{
  HsPrintAbilities abilities;

  hs_capabilities_get_print_abilities (read_printer (), &abilities);
  HS_ASSERT_INT_EQ (abilities.copies_max, copies_max);
  HS_ASSERT_INT_EQ (abilities.sides, sides);
  HS_ASSERT_INT_EQ (abilities.colour, colour);
  HS_ASSERT_INT_EQ (abilities.monochrome, monochrome);
}

static void
remove_from_printer (const char *name)
{
  ippDeleteAttribute (printer, ippFindAttribute (printer, name, IPP_TAG_ZERO));
}

static void
what_a_printer_does_not_name_it_does_plainly (void)
{
  expect_abilities (99, 3, FALSE, TRUE);
  remove_from_printer ("copies-supported");
  remove_from_printer ("sides-supported");
  remove_from_printer ("print-color-mode-supported");
  expect_abilities (1, 1, FALSE, TRUE);
  /* It prints in colour and cannot be told otherwise. */
  ippAddBoolean (printer, IPP_TAG_PRINTER, "color-supported", 1);
  expect_abilities (1, 1, TRUE, FALSE);
  job->changed.colour = HS_COLOUR_COLOUR;
  expect_fit (NULL, "", NULL);
  add_keywords (printer, "print-color-mode-supported", "auto,monochrome");
  expect_abilities (1, 1, TRUE, TRUE);
  expect_fit (NULL, "print-color-mode=auto", NULL);
  remove_from_printer ("print-color-mode-supported");
  add_keywords (printer, "print-color-mode-supported", "auto,color,monochrome");
  expect_fit (NULL, "print-color-mode=color", NULL);
}

static void
private_things_stay_at_home (void)
{
  ipp_t *ticket = ippNew ();

  ippAddString (ticket, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL, "alice");
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_NAME, "job-name", NULL, "Secret plans");
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_NAME, "job-accounting-user-id", NULL, "alice");
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-hold-until", NULL, "indefinite");
  expect_fit (ticket, "copies=1 sides=one-sided", NULL);
}

static ipp_t *
make_media_col (const char *extra)
{
  ipp_t *ticket = ippNew ();
  ipp_t *media = ippNew ();

  ippAddString (media, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media-type", NULL, "stationery");
  if (extra != NULL)
    ippAddString (media, IPP_TAG_JOB, IPP_TAG_KEYWORD, extra, NULL, "x");
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", NULL, "iso_a4_210x297mm");
  ippAddCollection (ticket, IPP_TAG_JOB, "media-col", media);
  ippDelete (media);
  return ticket;
}

static void
a_collection_needs_all_its_members (void)
{
  expect_fit (make_media_col (NULL), "media-col={media-type=stationery} copies=1 sides=one-sided",
              NULL);
  expect_fit (make_media_col ("media-tooth"), "media=iso_a4_210x297mm copies=1 sides=one-sided",
              "this printer does not offer: media-col");
}

static ipp_t *
make_finishing (const char *template)
{
  ipp_t *ticket = ippNew ();
  ipp_t *finishing = ippNew ();

  ippAddString (finishing, IPP_TAG_JOB, IPP_TAG_KEYWORD, "finishing-template", NULL, template);
  ippAddCollection (ticket, IPP_TAG_JOB, "finishings-col", finishing);
  ippDelete (finishing);
  return ticket;
}

static void
a_finishing_goes_along_only_where_the_printer_has_it (void)
{
  ipp_t *none = ippNew ();

  ippAddInteger (none, IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", IPP_FINISHINGS_NONE);
  expect_fit (none, "copies=1 sides=one-sided", NULL);
  add_keywords (printer, "finishings-col-supported", "finishing-template");
  expect_fit (make_finishing ("staple"), "copies=1 sides=one-sided",
              "this printer does not offer: finishings-col");
  add_keywords (printer, "finishing-template-supported", "none,staple");
  expect_fit (make_finishing ("staple"),
              "finishings-col={finishing-template=staple} copies=1 sides=one-sided", NULL);
  expect_fit (make_finishing ("fold-z"), "copies=1 sides=one-sided",
              "this printer does not offer: finishings-col");
}

static void
mandatory_things_are_not_left_out (void)
{
  g_autoptr (GError) error = NULL;
  ipp_t *ticket = ippNew ();

  ippAddString (ticket, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "job-mandatory-attributes", NULL,
                "finishings");
  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", 4);
  HS_ASSERT (fit_ticket (ticket, NULL, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (strstr (error->message, "finishings") != NULL);

  ticket = ippNew ();
  ippAddString (ticket, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "job-mandatory-attributes", NULL,
                "sides");
  ippAddInteger (ticket, IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", 4);
  ippAddString (ticket, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", NULL, "two-sided-long-edge");
  expect_fit (ticket, "job-mandatory-attributes=sides sides=two-sided-long-edge copies=1",
              "this printer does not offer: finishings");
}

static void
an_unknown_format_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_free (job->format);
  job->format = g_strdup ("image/urf");
  HS_ASSERT (fit_ticket (NULL, NULL, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
}

HS_SUITE_WITH (
    "ipp capabilities",
    set_up,
    tear_down,
    { "a printer is read", a_printer_is_read },
    { "what takes no jobs is no printer", what_is_no_printer_is_refused },
    { "a printer in error says why in a sentence", a_printer_in_error_says_why },
    { "what a printer leaves out is not made up", what_a_printer_leaves_out_is_not_made_up },
    { "remarks leave out mere reports", remarks_are_for_people },
    { "a job whose ticket is locked keeps copies, sides and media",
      a_job_without_ticket_keeps_what_it_knows },
    { "what the printer offers goes along", offered_things_go_along },
    { "what it does not offer is left out and named", missing_things_are_named },
    { "what the release changed goes before the ticket",
      what_the_release_changed_goes_before_the_ticket },
    { "pages with a wish of their own follow the release",
      pages_with_a_wish_of_their_own_follow_the_release },
    { "what the release changed is never left out", what_the_release_changed_is_never_left_out },
    { "what a printer does not name it does plainly",
      what_a_printer_does_not_name_it_does_plainly },
    { "names, accounts and holds stay at home", private_things_stay_at_home },
    { "a collection goes along only with all its members", a_collection_needs_all_its_members },
    { "a finishing goes along only where the printer has it",
      a_finishing_goes_along_only_where_the_printer_has_it },
    { "what is mandatory is never left out silently", mandatory_things_are_not_left_out },
    { "a format that the printer lacks is refused with a sentence", an_unknown_format_is_refused })
