/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Counting a PDF through the real homespool-render, over small PDFs written here; and over programs
 * in its place that break every rule. */

#include "base/error.h"
#include "engine/render/page_counter.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>

/* ── documents ───────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  GString *text;
  GArray *offsets; /* of objects 1, 2, … */
} Pdf;

static void
begin_object (Pdf *pdf)
{
  g_array_append_val (pdf->offsets, pdf->text->len);
  g_string_append_printf (pdf->text, "%u 0 obj\n", pdf->offsets->len);
}

static void
append_trailer (Pdf *pdf)
{
  gsize start = pdf->text->len;

  g_string_append_printf (pdf->text, "xref\n0 %u\n0000000000 65535 f \n", pdf->offsets->len + 1);
  for (guint i = 0; i < pdf->offsets->len; i++)
    g_string_append_printf (pdf->text, "%010zu 00000 n \n", g_array_index (pdf->offsets, gsize, i));
  g_string_append_printf (pdf->text,
                          "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
                          pdf->offsets->len + 1, start);
}

/* A PDF of @pages A4 pages, each drawing @content; its page tree claims @claimed. */
static GString *
make_pdf (guint pages, guint claimed, const char *content)
{
  Pdf pdf = { g_string_new ("%PDF-1.4\n"), g_array_new (FALSE, FALSE, sizeof (gsize)) };

  begin_object (&pdf);
  g_string_append (pdf.text, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
  begin_object (&pdf);
  g_string_append_printf (pdf.text, "<< /Type /Pages /Count %u /Kids [", claimed);
  for (guint i = 0; i < pages; i++)
    g_string_append_printf (pdf.text, " %u 0 R", 4 + i);
  g_string_append (pdf.text, " ] >>\nendobj\n");
  begin_object (&pdf);
  g_string_append_printf (pdf.text, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n",
                          strlen (content), content);
  for (guint i = 0; i < pages; i++)
    {
      begin_object (&pdf);
      g_string_append (pdf.text, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                                 "/Resources << >> /Contents 3 0 R >>\nendobj\n");
    }
  append_trailer (&pdf);
  g_array_unref (pdf.offsets);
  return pdf.text;
}

#define BLACK "0 g 100 100 50 50 re f"
#define RED "1 0 0 rg 100 100 50 50 re f"

static gssize
read_string (gpointer document, guint64 offset, void *buffer, gsize capacity, GError **error)
{
  const GString *text = document;

  if (offset >= text->len)
    return 0;
  gsize step = MIN (capacity, text->len - (gsize)offset);
  memcpy (buffer, text->str + offset, step);
  return (gssize)step;
}

static HsPageFacts
count (GString *document)
{
  const HsRenderPlan plan = { HS_TEST_HELPER_FOLDER, document->len, read_string, document };
  g_autoptr (GError) error = NULL;
  HsPageFacts facts;

  HS_ASSERT (hs_page_counter_count (&plan, NULL, &facts, &error));
  HS_ASSERT_NO_ERROR (error);
  return facts;
}

static void
assert_unknown (GString *document)
{
  static const HsPageFacts nothing;
  HsPageFacts facts = count (document);

  HS_ASSERT_BYTES_EQ (&facts, sizeof facts, &nothing, sizeof nothing);
}

static void
free_string (GString *string)
{
  g_string_free (string, TRUE);
}

/* ── counting ────────────────────────────────────────────────────────────────────────────── */

static void
pages_and_size_are_found (void)
{
  g_autoptr (GString) one = make_pdf (1, 1, BLACK);
  g_autoptr (GString) many = make_pdf (700, 700, BLACK);
  HsPageFacts facts = count (one);

  HS_ASSERT (facts.is_known);
  HS_ASSERT_INT_EQ (facts.impressions, 1);
  HS_ASSERT_INT_EQ (facts.width_um, 209903);
  HS_ASSERT_INT_EQ (facts.height_um, 297039);
  HS_ASSERT (!facts.has_sides);
  HS_ASSERT_INT_EQ (count (many).impressions, 700);
}

static void
colour_is_seen (void)
{
  g_autoptr (GString) black = make_pdf (2, 2, BLACK);
  g_autoptr (GString) red = make_pdf (2, 2, RED);
  g_autoptr (GString) thin = make_pdf (1, 1, "0 0 1 RG 0.2 w 10 10 m 500 10 l S");
  g_autoptr (GString) inks = make_pdf (1, 1, "0 0 0 1 k 100 100 50 50 re f");
  g_autoptr (GString) empty = make_pdf (1, 1, "");

  if (count (red).colour == HS_COLOUR_UNKNOWN)
    hs_test_skip ("this kernel has no Landlock, so nothing is drawn");
  HS_ASSERT_INT_EQ (count (red).colour, HS_COLOUR_COLOUR);
  HS_ASSERT_INT_EQ (count (thin).colour, HS_COLOUR_COLOUR);
  HS_ASSERT_INT_EQ (count (black).colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT_INT_EQ (count (inks).colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT_INT_EQ (count (empty).colour, HS_COLOUR_MONOCHROME);
}

static void
a_long_document_has_an_unknown_colour_and_a_known_count (void)
{
  g_autoptr (GString) black = make_pdf (150, 150, BLACK);
  HsPageFacts facts = count (black);

  HS_ASSERT_INT_EQ (facts.impressions, 150);
  HS_ASSERT_INT_EQ (facts.colour, HS_COLOUR_UNKNOWN);
}

static void
what_precedes_the_header_does_not_count (void)
{
  g_autoptr (GString) document = make_pdf (3, 3, BLACK);

  g_string_prepend (document, "some bytes of a careless program\n");
  HS_ASSERT_INT_EQ (count (document).impressions, 3);
}

/* ── unknown ─────────────────────────────────────────────────────────────────────────────── */

static void
a_page_tree_that_claims_more_is_unknown (void)
{
  g_autoptr (GString) document = make_pdf (3, 9, BLACK);

  assert_unknown (document);
}

static void
a_cut_document_is_unknown (void)
{
  g_autoptr (GString) whole = make_pdf (3, 3, BLACK);

  for (gsize percent = 0; percent < 100; percent += 9)
    {
      g_autoptr (GString) cut = g_string_new_len (whole->str, (gssize)(whole->len * percent / 100));
      assert_unknown (cut);
    }
}

static void
a_wrong_cross_reference_is_unknown (void)
{
  g_autoptr (GString) document = make_pdf (3, 3, BLACK);
  char *number = g_strrstr (document->str, "startxref\n") + strlen ("startxref\n");

  *number = *number == '9' ? '8' : (char)(*number + 1);
  assert_unknown (document);
}

static void
noise_is_unknown (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (GString) noise = g_string_new ("%PDF-1.7\n");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (noise, (char)g_rand_int (random));
  assert_unknown (noise);
  g_string_append (noise, "startxref\n0\n%%EOF\n");
  assert_unknown (noise);
}

/* A page tree that is its own child. */
static void
an_endless_page_tree_is_unknown (void)
{
  g_autoptr (GString) document = make_pdf (3, 3, BLACK);
  char *kid = strstr (document->str, "[ 4 0 R");

  HS_ASSERT (kid != NULL);
  kid[2] = '2';
  assert_unknown (document);
}

/* ── the reader and the helper ───────────────────────────────────────────────────────────── */

static gssize
fail_to_read (gpointer document, guint64 offset, void *buffer, gsize capacity, GError **error)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, "the chunk is damaged");
  return -1;
}

static void
an_unreadable_document_is_an_error (void)
{
  const HsRenderPlan plan = { HS_TEST_HELPER_FOLDER, 5000, fail_to_read, NULL };
  g_autoptr (GError) error = NULL;
  HsPageFacts facts;

  HS_ASSERT (!hs_page_counter_count (&plan, NULL, &facts, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
a_missing_helper_is_an_error (void)
{
  g_autoptr (GString) document = make_pdf (1, 1, BLACK);
  const HsRenderPlan plan = { "/no/such/folder", document->len, read_string, document };
  g_autoptr (GError) error = NULL;
  HsPageFacts facts;

  HS_ASSERT (!hs_page_counter_count (&plan, NULL, &facts, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
}

/* A shell script in the helper's place. */
static HsPageFacts
count_with (const char *script)
{
  g_autofree char *folder = hs_temp_dir_new ();
  g_autofree char *program = g_build_filename (folder, "homespool-render", NULL);
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);
  g_autoptr (GString) document = make_pdf (1, 1, BLACK);
  const HsRenderPlan plan = { folder, document->len, read_string, document };
  g_autoptr (GError) error = NULL;
  HsPageFacts facts;

  HS_ASSERT (g_file_set_contents (program, text, -1, NULL) && g_chmod (program, 0755) == 0);
  gboolean is_counted = hs_page_counter_count (&plan, NULL, &facts, &error);
  hs_temp_dir_free (g_steal_pointer (&folder));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (is_counted);
  return facts;
}

static void
a_helper_that_breaks_the_rules_is_unknown (void)
{
  HS_ASSERT (!count_with ("exit 0").is_known);
  HS_ASSERT (!count_with ("exec /usr/bin/head -c 100000 /dev/zero").is_known);
  HS_ASSERT (!count_with ("printf '\\377\\377\\377\\377'").is_known);
  HS_ASSERT (!count_with ("printf '\\0\\0\\0\\2\\5\\2'").is_known);
  HS_ASSERT (!count_with ("printf '\\0\\0\\0\\15\\4\\0\\0\\0\\0aaaabbbb'").is_known);
}

/* Takes its task and dies while it looks for colour: the pages it had found by then stand. */
static void
a_count_survives_the_search_for_colour (void)
{
  HsPageFacts facts
      = count_with ("/usr/bin/head -c 13 >/dev/null; printf "
                    "'\\0\\0\\0\\15\\4\\0\\0\\0\\7\\0\\0\\0\\0\\0\\0\\0\\0'; kill -9 $$");

  HS_ASSERT (facts.is_known);
  HS_ASSERT_INT_EQ (facts.impressions, 7);
  HS_ASSERT_INT_EQ (facts.colour, HS_COLOUR_UNKNOWN);
}

/* ── async ───────────────────────────────────────────────────────────────────────────────── */

static guint frees;

static void
count_free (gpointer document)
{
  free_string (document);
  frees++;
}

static void
a_worker_counts_and_the_main_context_hears (void)
{
  GString *document = make_pdf (4, 4, BLACK);
  const HsRenderPlan plan = { HS_TEST_HELPER_FOLDER, document->len, read_string, document };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HsPageFacts facts;

  frees = 0;
  hs_page_counter_count_async (&plan, count_free, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_page_counter_count_finish (result, &facts, &error));
  HS_ASSERT_INT_EQ (facts.impressions, 4);
  g_clear_object (&result);
  HS_LOOP_UNTIL (frees == 1);
}

static void
a_cancelled_count_says_so (void)
{
  GString *document = make_pdf (4, 4, BLACK);
  const HsRenderPlan plan = { HS_TEST_HELPER_FOLDER, document->len, read_string, document };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HsPageFacts facts;

  g_cancellable_cancel (cancellable);
  hs_page_counter_count_async (&plan, count_free, cancellable, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_page_counter_count_finish (result, &facts, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CANCELLED);
}

HS_SUITE ("page counter",
          { "pages and size are found", pages_and_size_are_found },
          { "colour is seen", colour_is_seen },
          { "a long document has an unknown colour and a known count",
            a_long_document_has_an_unknown_colour_and_a_known_count },
          { "what precedes the header does not count", what_precedes_the_header_does_not_count },
          { "a page tree that claims more is unknown", a_page_tree_that_claims_more_is_unknown },
          { "a cut document is unknown", a_cut_document_is_unknown },
          { "a wrong cross-reference is unknown", a_wrong_cross_reference_is_unknown },
          { "noise is unknown", noise_is_unknown },
          { "an endless page tree is unknown", an_endless_page_tree_is_unknown },
          { "an unreadable document is an error", an_unreadable_document_is_an_error },
          { "a missing helper is an error", a_missing_helper_is_an_error },
          { "a helper that breaks the rules is unknown",
            a_helper_that_breaks_the_rules_is_unknown },
          { "a count survives the search for colour", a_count_survives_the_search_for_colour },
          { "a worker counts and the main context hears",
            a_worker_counts_and_the_main_context_hears },
          { "a cancelled count says so", a_cancelled_count_says_so })
