/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The story of one job is bounded, survives the ledger, and keeps its beginning and its end. */

#include "engine/trace.h"

#include "support/suite.h"

static void
add (HsTrace *trace, gint64 at_us, HsJobEvent event, const char *remark)
{
  HsTraceLine line = { .at_us = at_us,
                       .event = event,
                       .state = HS_JOB_HELD,
                       .reasons = HS_REASON_RELEASE_WAIT | HS_REASON_PRINTER_STOPPED,
                       .remark = remark };

  line.printer.bytes[0] = 0xab;
  hs_trace_add (trace, &line);
}

static void
a_story_comes_back_as_it_was (void)
{
  g_autoptr (HsTrace) trace = hs_trace_new ();
  g_autoptr (HsTrace) back = NULL;
  g_autoptr (GBytes) bytes = NULL;
  HsTraceLine line;

  add (trace, 1700000000000001, HS_EVENT_PRINTER_REFUSED, "the printer has no paper");
  add (trace, 1700000000000002, HS_EVENT_NONE, NULL);
  bytes = hs_trace_encode (trace);
  back = hs_trace_decode (bytes);
  HS_ASSERT_INT_EQ (hs_trace_get_length (back), 2);
  line = hs_trace_get_line (back, 0);
  HS_ASSERT_INT_EQ (line.at_us, 1700000000000001);
  HS_ASSERT_INT_EQ (line.event, HS_EVENT_PRINTER_REFUSED);
  HS_ASSERT_INT_EQ (line.state, HS_JOB_HELD);
  HS_ASSERT_INT_EQ (line.reasons, HS_REASON_RELEASE_WAIT | HS_REASON_PRINTER_STOPPED);
  HS_ASSERT_INT_EQ (line.printer.bytes[0], 0xab);
  HS_ASSERT_STR_EQ (line.remark, "the printer has no paper");
  line = hs_trace_get_line (back, 1);
  HS_ASSERT_INT_EQ (line.event, HS_EVENT_NONE);
  HS_ASSERT_STR_EQ (line.remark, "");
}

static void
a_long_story_keeps_its_beginning_and_its_end (void)
{
  g_autoptr (HsTrace) trace = hs_trace_new ();
  HsTraceLine line;

  for (gint64 i = 0; i < 1000; i++)
    add (trace, i, HS_EVENT_PRINTER_BUSY, "busy");
  HS_ASSERT_INT_EQ (hs_trace_get_length (trace), HS_TRACE_LINES);
  HS_ASSERT_INT_EQ (hs_trace_get_line (trace, 0).at_us, 0);
  HS_ASSERT_INT_EQ (hs_trace_get_line (trace, HS_TRACE_HEAD_LINES - 1).at_us,
                    HS_TRACE_HEAD_LINES - 1);
  HS_ASSERT_INT_EQ (hs_trace_get_line (trace, HS_TRACE_LINES - 1).at_us, 999);
  line = hs_trace_get_line (trace, HS_TRACE_HEAD_LINES);
  HS_ASSERT_INT_EQ (line.event, HS_EVENT_NONE);
  HS_ASSERT_STR_EQ (line.remark, "937 lines left out"); /* 1000 - 63 that are shown */
}

static void
the_count_of_left_out_lines_goes_on_after_a_restart (void)
{
  g_autoptr (HsTrace) trace = hs_trace_new ();
  g_autoptr (HsTrace) back = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (gint64 i = 0; i < 100; i++)
    add (trace, i, HS_EVENT_PRINTER_BUSY, "");
  bytes = hs_trace_encode (trace);
  back = hs_trace_decode (bytes);
  add (back, 100, HS_EVENT_PRINTED, "");
  HS_ASSERT_INT_EQ (hs_trace_get_length (back), HS_TRACE_LINES);
  HS_ASSERT_STR_EQ (hs_trace_get_line (back, HS_TRACE_HEAD_LINES).remark, "38 lines left out");
  HS_ASSERT_INT_EQ (hs_trace_get_line (back, HS_TRACE_LINES - 1).event, HS_EVENT_PRINTED);
}

static void
a_remark_cannot_forge_a_line (void)
{
  g_autoptr (HsTrace) trace = hs_trace_new ();
  g_autoptr (HsTrace) back = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *big = g_strnfill (10000, 'x');

  add (trace, 1, HS_EVENT_PRINTER_REFUSED, "paper\nout\tof");
  add (trace, 2, HS_EVENT_PRINTER_REFUSED, big);
  add (trace, 3, HS_EVENT_PRINTER_REFUSED, "\xff\xfe");
  bytes = hs_trace_encode (trace);
  back = hs_trace_decode (bytes);
  HS_ASSERT_INT_EQ (hs_trace_get_length (back), 3);
  HS_ASSERT_STR_EQ (hs_trace_get_line (back, 0).remark, "paper out of");
  HS_ASSERT_INT_EQ (strlen (hs_trace_get_line (back, 1).remark), HS_TRACE_REMARK_BYTES);
}

static void
a_damaged_story_loses_lines_and_nothing_else (void)
{
  static const char text[]
      = "0\nnonsense\n7\tprinted\tdelivered\t\t00000000-0000-0000-0000-000000000000\tok\n8\tx";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (HsTrace) back = hs_trace_decode (bytes);
  g_autoptr (HsTrace) empty = hs_trace_decode (NULL);

  HS_ASSERT_INT_EQ (hs_trace_get_length (back), 1);
  HS_ASSERT_INT_EQ (hs_trace_get_line (back, 0).event, HS_EVENT_PRINTED);
  HS_ASSERT_INT_EQ (hs_trace_get_length (empty), 0);
}

HS_SUITE ("trace",
          { "a story comes back as it was", a_story_comes_back_as_it_was },
          { "a long story keeps its beginning and its end",
            a_long_story_keeps_its_beginning_and_its_end },
          { "the count of left out lines goes on after a restart",
            the_count_of_left_out_lines_goes_on_after_a_restart },
          { "a remark cannot forge a line", a_remark_cannot_forge_a_line },
          { "a damaged story loses lines and nothing else",
            a_damaged_story_loses_lines_and_nothing_else })
