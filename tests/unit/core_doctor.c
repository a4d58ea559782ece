/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/doctor.h"
#include "support/suite.h"

#include <string.h>

#define DAY_US (24 * 3600 * G_GINT64_CONSTANT (1000000))

static HsDoctorFacts *facts;

/* A workstation with which all is well. */
static void
set_up (void)
{
  facts = hs_doctor_facts_new ();
  facts->now_us = 1000 * DAY_US;
  facts->queue_managed = facts->queue_exists = facts->queue_has_policy = TRUE;
  facts->queue_refuses_false_names = facts->queue_accepts = TRUE;
  facts->free_bytes = G_GUINT64_CONSTANT (10) << 30;
  facts->reserve_bytes = 512 << 20;
  facts->secret_backend = HS_SECRET_BACKEND_HARDWARE;
  facts->memory_locked = facts->process_locked = TRUE;
  facts->logins_watched = facts->sleep_watched = TRUE;
  facts->key = g_strdup ("unlocked");
  facts->enrolled = facts->site_online = facts->clock_known = TRUE;
  facts->certificate_expires_us = facts->bundle_expires_us = 1060 * DAY_US;
  facts->printer_list_expires_us = 1060 * DAY_US;
  facts->printers = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_printer_free);
  HsControlPrinter *printer = g_new0 (HsControlPrinter, 1);
  printer->name = g_strdup ("Second floor");
  printer->state = g_strdup ("ready");
  printer->sentence = g_strdup ("");
  g_ptr_array_add (facts->printers, printer);
}

static void
tear_down (void)
{
  g_clear_pointer (&facts, hs_doctor_facts_free);
}

/* The worst verdict about @name, -1 if nothing is said; its next step in *next. */
static int
verdict_on (const char *name, char **next)
{
  g_autoptr (GPtrArray) checks = hs_doctor_judge (facts);
  int worst = -1;

  for (guint i = 0; i < checks->len; i++)
    {
      const HsControlCheck *check = g_ptr_array_index (checks, i);
      if (strcmp (check->name, name) != 0 || (int)check->verdict <= worst)
        continue;
      worst = (int)check->verdict;
      if (next != NULL)
        {
          g_free (*next);
          *next = g_strdup (check->next);
        }
    }
  return worst;
}

static char *
dup_sentence_on (const char *name)
{
  g_autoptr (GPtrArray) checks = hs_doctor_judge (facts);

  for (guint i = 0; i < checks->len; i++)
    {
      const HsControlCheck *check = g_ptr_array_index (checks, i);
      if (strcmp (check->name, name) == 0)
        return g_strdup (check->sentence);
    }
  return NULL;
}

static void
a_healthy_workstation_has_nothing_but_ok (void)
{
  g_autoptr (GPtrArray) checks = hs_doctor_judge (facts);

  HS_ASSERT (checks->len >= 9);
  for (guint i = 0; i < checks->len; i++)
    {
      const HsControlCheck *check = g_ptr_array_index (checks, i);
      HS_ASSERT_INT_EQ (check->verdict, HS_CHECK_OK);
      HS_ASSERT_STR_EQ (check->next, "");
    }
}

static void
what_other_printers_print_is_checked_where_the_root_wants_it_told (void)
{
  g_autofree char *next = NULL;

  HS_ASSERT_INT_EQ (verdict_on ("local-printing", NULL), -1);
  facts->local_printing_problem = g_strdup ("the print system lacks our notifier");
  HS_ASSERT_INT_EQ (verdict_on ("local-printing", NULL), -1);
  facts->local_printing_wanted = TRUE;
  HS_ASSERT_INT_EQ (verdict_on ("local-printing", &next), HS_CHECK_WARNING);
  HS_ASSERT (strstr (next, "notifier") != NULL);
  g_clear_pointer (&facts->local_printing_problem, g_free);
  HS_ASSERT_INT_EQ (verdict_on ("local-printing", NULL), HS_CHECK_OK);
}

static void
a_print_system_that_tells_everybody_matters_where_there_are_several (void)
{
  g_autofree char *next = NULL;

  HS_ASSERT_INT_EQ (verdict_on ("queue-privacy", NULL), -1);
  facts->queue_tells_others = TRUE;
  HS_ASSERT_INT_EQ (verdict_on ("queue-privacy", NULL), HS_CHECK_NOTE);
  facts->is_shared = TRUE;
  HS_ASSERT_INT_EQ (verdict_on ("queue-privacy", &next), HS_CHECK_WARNING);
  HS_ASSERT (strstr (next, "man homespoold") != NULL);
  facts->queue_managed = FALSE;
  HS_ASSERT_INT_EQ (verdict_on ("queue-privacy", NULL), -1);
}

static void
everything_that_fails_comes_with_a_next_step (void)
{
  facts->intake_problem = g_strdup ("the folder is missing");
  facts->queue_has_policy = FALSE;
  facts->queue_logs_secrets = TRUE;
  facts->free_bytes = 1;
  facts->ledger_failing_since_us = 5;
  facts->documents_without_ledger = 3;
  facts->rolled_back_us = facts->copied_us = 5;
  facts->swap_in_clear = facts->tmp_on_disk = TRUE;
  facts->secret_backend = HS_SECRET_BACKEND_FILE;
  facts->memory_locked = FALSE;
  facts->site_online = FALSE;
  facts->certificate_expires_us = facts->bundle_expires_us = 999 * DAY_US;
  facts->printer_list_expires_us = 1003 * DAY_US;
  facts->clock_offset_us = 400 * G_USEC_PER_SEC;
  static const struct
  {
    const char *name;
    HsCheckVerdict verdict;
  } expected[] = {
    { "intake", HS_CHECK_FAILED },     { "queue", HS_CHECK_FAILED },
    { "queue-log", HS_CHECK_WARNING }, { "disk", HS_CHECK_FAILED },
    { "ledger", HS_CHECK_FAILED },     { "lost-ledger", HS_CHECK_WARNING },
    { "swap", HS_CHECK_WARNING },      { "tmp", HS_CHECK_NOTE },
    { "keys", HS_CHECK_WARNING },      { "memory", HS_CHECK_WARNING },
    { "site", HS_CHECK_FAILED },       { "certificate", HS_CHECK_FAILED },
    { "bundle", HS_CHECK_FAILED },     { "printer-list", HS_CHECK_WARNING },
    { "clock", HS_CHECK_WARNING },     { "rollback", HS_CHECK_WARNING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *next = NULL;
      HS_ASSERT_INT_EQ (verdict_on (expected[i].name, &next), expected[i].verdict);
      HS_ASSERT (strlen (next) > 10);
    }
}

static void
memory_that_could_not_be_locked_is_named (void)
{
  g_autofree char *next = NULL;

  facts->process_locked = FALSE;
  HS_ASSERT_INT_EQ (verdict_on ("memory", &next), HS_CHECK_WARNING);
  HS_ASSERT (strstr (next, "LimitMEMLOCK=infinity") != NULL);
  facts->memory_locked = FALSE;
  HS_ASSERT_INT_EQ (verdict_on ("memory", NULL), HS_CHECK_WARNING);
}

static void
a_clock_is_said_to_be_ahead_or_behind (void)
{
  g_autofree char *ahead = NULL;
  g_autofree char *behind = NULL;

  facts->clock_offset_us = (gint64)3 * 3600 * G_USEC_PER_SEC;
  ahead = dup_sentence_on ("clock");
  HS_ASSERT_STR_EQ (ahead, "This machine's clock is 180 minutes ahead of the site's.");
  facts->clock_offset_us = -facts->clock_offset_us;
  behind = dup_sentence_on ("clock");
  HS_ASSERT_STR_EQ (behind, "This machine's clock is 180 minutes behind the site's.");
}

static void
what_is_on_a_list_that_has_expired_is_not_guessed (void)
{
  g_ptr_array_set_size (facts->printers, 0);
  HS_ASSERT_INT_EQ (verdict_on ("printers", NULL), HS_CHECK_NOTE);
  facts->printer_list_expires_us = facts->now_us;
  HS_ASSERT_INT_EQ (verdict_on ("printers", NULL), -1);
  HS_ASSERT_INT_EQ (verdict_on ("printer-list", NULL), HS_CHECK_FAILED);
}

static void
a_queue_that_believes_false_names_is_a_failure (void)
{
  facts->queue_refuses_false_names = FALSE;
  HS_ASSERT_INT_EQ (verdict_on ("queue", NULL), HS_CHECK_FAILED);
}

static void
strict_mode_needs_applications_that_print_here (void)
{
  g_autofree char *next = NULL;

  facts->is_strict = TRUE;
  facts->queue_exists = FALSE; /* there is none in this mode */
  facts->intake_socket = g_strdup ("/run/cups/homespool.sock");
  HS_ASSERT_INT_EQ (verdict_on ("strict", &next), HS_CHECK_FAILED);
  HS_ASSERT (strstr (next, "ServerName /run/cups/homespool.sock") != NULL);
  facts->print_server = g_strdup ("printserver.example.org");
  HS_ASSERT_INT_EQ (verdict_on ("strict", NULL), HS_CHECK_FAILED);
  g_free (facts->print_server);
  facts->print_server = g_strdup ("/run/cups/homespool.sock");
  HS_ASSERT_INT_EQ (verdict_on ("strict", NULL), HS_CHECK_OK);
  facts->tmp_on_disk = TRUE;
  HS_ASSERT_INT_EQ (verdict_on ("strict", NULL), HS_CHECK_WARNING);
}

static void
a_workstation_without_a_site_is_a_note_and_no_failure (void)
{
  facts->enrolled = FALSE;
  HS_ASSERT_INT_EQ (verdict_on ("site", NULL), HS_CHECK_NOTE);
  HS_ASSERT_INT_EQ (verdict_on ("bundle", NULL), -1);
}

static void
a_printer_with_another_key_is_named (void)
{
  HsControlPrinter *printer = g_ptr_array_index (facts->printers, 0);
  g_free (printer->state);
  printer->state = g_strdup ("stopped");
  HS_ASSERT_INT_EQ (verdict_on ("printer", NULL), HS_CHECK_WARNING);
  g_clear_pointer (&facts->printers, g_ptr_array_unref);
  HS_ASSERT_INT_EQ (verdict_on ("printers", NULL), HS_CHECK_NOTE);
}

static void
a_machine_that_tells_nothing_is_a_warning (void)
{
  g_autofree char *next = NULL;

  facts->logins_watched = facts->sleep_watched = FALSE;
  facts->logins_problem = g_strdup ("there is no system bus");
  facts->sleep_problem = g_strdup ("there is no system bus");
  HS_ASSERT_INT_EQ (verdict_on ("logins", &next), HS_CHECK_WARNING);
  HS_ASSERT (strstr (next, "sign-out") != NULL);
  HS_ASSERT_INT_EQ (verdict_on ("sleep", NULL), HS_CHECK_WARNING);
}

static void
sleep_that_cannot_be_kept_away_is_a_note (void)
{
  g_autofree char *next = NULL;

  facts->sleep_problem = g_strdup ("it does not let this service keep the machine awake");
  HS_ASSERT_INT_EQ (verdict_on ("sleep", &next), HS_CHECK_NOTE);
  HS_ASSERT (strstr (next, "polkit") != NULL);
}

static const HsControlCheck *
find_check (GPtrArray *checks, const char *name)
{
  for (guint i = 0; i < checks->len; i++)
    if (strcmp (((const HsControlCheck *)checks->pdata[i])->name, name) == 0)
      return checks->pdata[i];
  return NULL;
}

static void
on_a_kiosk_the_queue_is_closed_while_nobody_is_signed_in (void)
{
  facts->is_kiosk = TRUE;
  facts->queue_accepts = FALSE;
  g_autoptr (GPtrArray) closed = hs_doctor_judge (facts);
  HS_ASSERT_INT_EQ (find_check (closed, "queue")->verdict, HS_CHECK_OK);
  HS_ASSERT_INT_EQ (find_check (closed, "seat")->verdict, HS_CHECK_OK);
  facts->queue_accepts = TRUE;
  g_autoptr (GPtrArray) open = hs_doctor_judge (facts);
  HS_ASSERT_INT_EQ (find_check (open, "queue")->verdict, HS_CHECK_WARNING);
  facts->seat_taken = TRUE;
  g_autoptr (GPtrArray) taken = hs_doctor_judge (facts);
  HS_ASSERT_INT_EQ (find_check (taken, "queue")->verdict, HS_CHECK_OK);
  facts->queue_accepts = FALSE;
  g_autoptr (GPtrArray) shut = hs_doctor_judge (facts);
  HS_ASSERT_INT_EQ (find_check (shut, "queue")->verdict, HS_CHECK_FAILED);
}

static void
a_seat_that_cannot_be_cleared_says_why_and_what_to_do (void)
{
  facts->is_kiosk = TRUE;
  facts->queue_accepts = FALSE;
  facts->seat_problem = g_strdup ("2 jobs are still in the print queue");
  g_autoptr (GPtrArray) checks = hs_doctor_judge (facts);
  const HsControlCheck *seat = find_check (checks, "seat");
  HS_ASSERT_INT_EQ (seat->verdict, HS_CHECK_FAILED);
  HS_ASSERT (strstr (seat->sentence, "2 jobs are still") != NULL);
  HS_ASSERT (strstr (seat->next, "systemctl status cups") != NULL);
  HS_ASSERT_INT_EQ (find_check (checks, "leftovers")->verdict, HS_CHECK_WARNING);
  HS_ASSERT (strstr (find_check (checks, "leftovers")->next, "homespool-sweep@") != NULL);
  facts->ends_leftovers = TRUE;
  g_autoptr (GPtrArray) ended = hs_doctor_judge (facts);
  HS_ASSERT_INT_EQ (find_check (ended, "leftovers")->verdict, HS_CHECK_OK);
}

HS_SUITE_WITH (
    "doctor",
    set_up,
    tear_down,
    { "a healthy workstation has nothing but ok", a_healthy_workstation_has_nothing_but_ok },
    { "what other printers print is checked where the root wants it told",
      what_other_printers_print_is_checked_where_the_root_wants_it_told },
    { "a print system that tells everybody matters where there are several",
      a_print_system_that_tells_everybody_matters_where_there_are_several },
    { "everything that fails comes with a next step",
      everything_that_fails_comes_with_a_next_step },
    { "a clock is said to be ahead or behind", a_clock_is_said_to_be_ahead_or_behind },
    { "what is on a list that has expired is not guessed",
      what_is_on_a_list_that_has_expired_is_not_guessed },
    { "memory that could not be locked is named", memory_that_could_not_be_locked_is_named },
    { "a queue that believes false names is a failure",
      a_queue_that_believes_false_names_is_a_failure },
    { "strict mode needs applications that print straight here",
      strict_mode_needs_applications_that_print_here },
    { "a workstation without a site is a note and no failure",
      a_workstation_without_a_site_is_a_note_and_no_failure },
    { "a machine that tells nothing of people and sleep is a warning",
      a_machine_that_tells_nothing_is_a_warning },
    { "sleep that cannot be kept away is a note", sleep_that_cannot_be_kept_away_is_a_note },
    { "a printer with another key is named", a_printer_with_another_key_is_named },
    { "on a kiosk the queue is closed while nobody is signed in",
      on_a_kiosk_the_queue_is_closed_while_nobody_is_signed_in },
    { "a seat that cannot be cleared says why and what to do",
      a_seat_that_cannot_be_cleared_says_why_and_what_to_do })
