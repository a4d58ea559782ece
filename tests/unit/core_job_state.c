/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/job_state.h"
#include "support/suite.h"

static gboolean
step (HsJobState state, HsJobEvent event, HsJobFacts facts, HsJobStep *result)
{
  g_autoptr (GError) error = NULL;
  gboolean legal = hs_job_state_step (state, event, &facts, result, &error);
  HS_ASSERT (legal == (error == NULL));
  if (!legal)
    HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  return legal;
}

static void
a_sealed_job_is_held_announced_and_purged_from_the_system (void)
{
  HsJobStep result = { 0 };
  HS_ASSERT (step (HS_JOB_RECEIVING, HS_EVENT_SEALED, (HsJobFacts){ 0 }, &result));
  HS_ASSERT_INT_EQ (result.state, HS_JOB_HELD);
  HS_ASSERT_INT_EQ (result.reasons, HS_REASON_RELEASE_WAIT);
  HS_ASSERT_INT_EQ (result.effects,
                    HS_EFFECT_ANNOUNCE | HS_EFFECT_PURGE_OS_COPY | HS_EFFECT_NOTIFY);
}

static void
only_an_end_destroys_the_document_and_every_announced_end_does (void)
{
  for (guint state = 0; state < HS_JOB_N_STATES; state++)
    for (guint event = 0; event < HS_EVENT_N_EVENTS; event++)
      for (guint bits = 0; bits < 8; bits++)
        {
          HsJobFacts facts = { (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0 };
          HsJobStep result = { 0 };
          if (!step (state, event, facts, &result))
            continue;
          gboolean destroys = (result.effects & HS_EFFECT_DESTROY) != 0;
          gboolean end = hs_job_state_is_final (result.state);
          if (state == HS_JOB_RECEIVING)
            HS_ASSERT (end == ((result.effects & HS_EFFECT_ABORT_INTAKE) != 0));
          else
            {
              HS_ASSERT (destroys == end);
              if (end)
                HS_ASSERT ((result.effects & HS_EFFECT_REPORT) != 0);
            }
        }
}

static void
an_illegal_event_refuses_and_writes_nothing (void)
{
  guint refused = 0;

  for (guint state = 0; state < HS_JOB_N_STATES; state++)
    for (guint event = 0; event < HS_EVENT_N_EVENTS; event++)
      {
        HsJobStep result = { .state = 77, .effects = 1234 };
        if (step (state, event, (HsJobFacts){ 0 }, &result))
          continue;
        refused++;
        HS_ASSERT_INT_EQ (result.state, 77);
        HS_ASSERT_INT_EQ (result.effects, 1234);
      }
  HS_ASSERT (refused > 100);
}

static void
a_final_job_takes_no_event (void)
{
  for (guint state = HS_JOB_DELIVERED; state < HS_JOB_N_STATES; state++)
    for (guint event = 0; event < HS_EVENT_N_EVENTS; event++)
      {
        HsJobStep result;
        HS_ASSERT (!step (state, event, (HsJobFacts){ TRUE, TRUE, TRUE }, &result));
      }
}

static void
a_job_that_may_have_reached_the_printer_never_starts_anew_by_itself (void)
{
  HsJobStep result = { 0 };

  HS_ASSERT (step (HS_JOB_DELIVERING, HS_EVENT_OUTCOME_UNKNOWN, (HsJobFacts){ .will_retry = TRUE },
                   &result));
  HS_ASSERT_INT_EQ (result.state, HS_JOB_UNCERTAIN);
  HS_ASSERT_INT_EQ (result.effects & (HS_EFFECT_DELIVER | HS_EFFECT_RETRY_LATER), 0);
  HS_ASSERT (step (HS_JOB_UNCERTAIN, HS_EVENT_RESTARTED, (HsJobFacts){ 0 }, &result));
  HS_ASSERT_INT_EQ (result.effects, HS_EFFECT_NONE);
  HS_ASSERT (!step (HS_JOB_UNCERTAIN, HS_EVENT_RELEASE_ASKED, (HsJobFacts){ 0 }, &result));
}

static void
a_cancel_during_delivery_ends_when_the_printer_has_spoken (void)
{
  HsJobFacts facts = { .cancel_wanted = TRUE, .will_retry = TRUE };
  HsJobStep result = { 0 };

  HS_ASSERT (step (HS_JOB_DELIVERING, HS_EVENT_CANCEL_ASKED, facts, &result));
  HS_ASSERT_INT_EQ (result.state, HS_JOB_DELIVERING);
  HS_ASSERT ((result.effects & HS_EFFECT_STOP_DELIVERY) != 0);
  HS_ASSERT (step (HS_JOB_DELIVERING, HS_EVENT_NOT_PRINTED, facts, &result));
  HS_ASSERT_INT_EQ (result.state, HS_JOB_CANCELLED);
  HS_ASSERT (step (HS_JOB_DELIVERING, HS_EVENT_PRINTED, facts, &result));
  HS_ASSERT_INT_EQ (result.state, HS_JOB_DELIVERED);
}

static void
every_state_can_be_reached_and_left (void)
{
  gboolean reached[HS_JOB_N_STATES] = { [HS_JOB_NONE] = TRUE };

  for (guint round = 0; round < HS_JOB_N_STATES; round++)
    for (guint state = 0; state < HS_JOB_N_STATES; state++)
      for (guint event = 0; reached[state] && event < HS_EVENT_N_EVENTS; event++)
        {
          HsJobStep result;
          if (step (state, event, (HsJobFacts){ 0 }, &result))
            reached[result.state] = TRUE;
        }
  for (guint state = 0; state < HS_JOB_N_STATES; state++)
    HS_ASSERT (reached[state]);
}

static void
keywords_go_both_ways_and_ipp_states_are_those_of_rfc_8011 (void)
{
  static const int ipp[] = { 0, 4, 4, 3, 5, 6, 9, 7, 8, 8 };

  for (guint state = HS_JOB_RECEIVING; state < HS_JOB_N_STATES; state++)
    {
      HS_ASSERT_INT_EQ (hs_job_state_from_keyword (hs_job_state_to_keyword (state)), state);
      HS_ASSERT_INT_EQ (hs_job_state_to_ipp (state), ipp[state]);
    }
  HS_ASSERT_INT_EQ (hs_job_state_from_keyword ("held "), HS_JOB_NONE);
  HS_ASSERT_INT_EQ (hs_job_state_from_keyword (NULL), HS_JOB_NONE);
  HS_ASSERT (hs_job_state_to_keyword (HS_JOB_N_STATES) == NULL);
  for (guint event = 0; event < HS_EVENT_N_EVENTS; event++)
    HS_ASSERT (hs_job_event_to_keyword (event) != NULL);
}

static void
the_document_in_docs_is_drawn_from_the_table (void)
{
  g_autofree char *drawn = hs_job_state_format_document ();
  g_autofree char *path = hs_test_source_path ("docs/job-states.md");
  g_autofree char *written = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("HOMESPOOL_UPDATE_DOCS") != NULL)
    g_file_set_contents (path, drawn, -1, NULL);
  g_file_get_contents (path, &written, NULL, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (written, drawn);
}

HS_SUITE ("job state",
          { "a sealed job is held, announced and purged from the system",
            a_sealed_job_is_held_announced_and_purged_from_the_system },
          { "only an end destroys the document, and every announced end does",
            only_an_end_destroys_the_document_and_every_announced_end_does },
          { "an illegal event refuses and writes nothing",
            an_illegal_event_refuses_and_writes_nothing },
          { "a final job takes no event", a_final_job_takes_no_event },
          { "a job that may have reached the printer never starts anew by itself",
            a_job_that_may_have_reached_the_printer_never_starts_anew_by_itself },
          { "a cancel during delivery ends when the printer has spoken",
            a_cancel_during_delivery_ends_when_the_printer_has_spoken },
          { "every state can be reached and left", every_state_can_be_reached_and_left },
          { "keywords go both ways and IPP states are those of RFC 8011",
            keywords_go_both_ways_and_ipp_states_are_those_of_rfc_8011 },
          { "the document in docs is drawn from the table",
            the_document_in_docs_is_drawn_from_the_table })
