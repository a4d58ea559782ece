/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What people may do while the site is away: every rule and its edges. */

#include "base/error.h"
#include "core/release_policy.h"
#include "support/rights_fixture.h"
#include "support/suite.h"

static RightsFixture fixture;

static void
set_up (void)
{
  rights_fixture_init (&fixture);
}

static void
tear_down (void)
{
  rights_fixture_clear (&fixture);
}

static HsOfflineStanding
judge_anna (void)
{
  return rights_fixture_judge (&fixture, &fixture.anna);
}

/* What a person hears who releases a held job of @pages pages now. Returns: NULL: it is printed. */
static char *
ask_to_print (guint32 pages)
{
  const HsOfflineStanding standing = judge_anna ();
  g_autoptr (HsJob) job = hs_fixture_job (2);
  g_autoptr (GError) error = NULL;

  job->state = HS_JOB_HELD;
  job->owner_kind = HS_OWNER_PROVEN;
  job->impressions = pages;
  job->copies = 1;
  const HsReleaseQuestion question = { .job = job,
                                       .caller = HS_CALLER_PERSON,
                                       .caller_is_owner = TRUE,
                                       .is_enrolled = TRUE,
                                       .offline = fixture.site.bundle->policy.offline,
                                       .key_unlocked = TRUE,
                                       .printer_known = TRUE,
                                       .printer_used_before = TRUE,
                                       .right = standing.right,
                                       .pages_left = standing.pages_left };
  if (hs_release_policy_check (hs_release_policy_judge (&question), job, &error))
    return NULL;
  return g_strdup (error->message);
}

static void
hears (guint32 pages, const char *words)
{
  g_autofree char *sentence = ask_to_print (pages);

  if (words == NULL)
    HS_ASSERT (sentence == NULL);
  else
    HS_ASSERT (sentence != NULL && strstr (sentence, words) != NULL);
}

/* ── who has rights ──────────────────────────────────────────────────────────────────────── */

static void
who_was_given_nothing_has_none_and_hears_how_to_get_some (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  HS_ASSERT (hs_offline_rights_find (fixture.rights, &fixture.anna, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  hears (1, "it has given you no permission to print without it");
  hears (1, "run `homespool sign-in`");
}

static void
what_the_site_signed_holds_for_its_person_over_a_restart (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_give (&fixture, &entitlement);
  rights_fixture_restart (&fixture, FALSE);
  const HsOfflineStanding standing = judge_anna ();
  HS_ASSERT_INT_EQ (standing.right, HS_OFFLINE_RIGHT_HELD);
  HS_ASSERT_INT_EQ (standing.pages_left, RIGHTS_PAGES);
  HS_ASSERT_INT_EQ (standing.until_us, entitlement.expires_us);
  HS_ASSERT_INT_EQ (rights_fixture_judge (&fixture, &fixture.ben).right, HS_OFFLINE_RIGHT_NONE);
  hears (1, NULL);
}

/* Each is a word of the site's, but not about this person, workstation and key. */
static void
anybody_elses_word_is_none (void)
{
  HsEntitlement changed = rights_fixture_usual (&fixture);
  char bens[HS_RECIPIENT_TEXT_BYTES];

  rights_fixture_register (&fixture, &fixture.ben, bens);
  changed.identity = fixture.ben;
  changed.recipient = bens;
  rights_fixture_give (&fixture, &changed);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  HS_ASSERT_INT_EQ (rights_fixture_judge (&fixture, &fixture.ben).right, HS_OFFLINE_RIGHT_NONE);
  changed = rights_fixture_usual (&fixture);
  changed.device.bytes[0]++;
  rights_fixture_give (&fixture, &changed);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  changed = rights_fixture_usual (&fixture);
  changed.recipient = NULL;
  rights_fixture_give (&fixture, &changed);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  changed = rights_fixture_usual (&fixture);
  rights_fixture_give (&fixture, &changed);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
  rights_fixture_register (&fixture, &fixture.anna, bens); /* another key than the site has bound */
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
}

static void
a_text_that_was_changed_is_none (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);

  text[strlen (text) - 2] ^= 1;
  hs_offline_rights_put (fixture.rights, 0, &fixture.anna, text);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  hs_offline_rights_put (fixture.rights, 0, &fixture.anna, "");
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  rights_fixture_settle (&fixture);
}

static void
an_excluded_workstation_prints_nothing_whatever_it_was_given (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_give (&fixture, &entitlement);
  fixture.site.status.is_excluded = TRUE;
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_EXCLUDED);
  hears (1, "does not accept this workstation any more");
}

/* ── how long ────────────────────────────────────────────────────────────────────────────── */

static void
it_ends_at_its_last_microsecond (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);
  g_autoptr (GError) error = NULL;

  entitlement.expires_us = fixture.now_us + 1;
  rights_fixture_give (&fixture, &entitlement);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
  rights_boot_us++;
  HS_ASSERT_INT_EQ (hs_last_seen_get_now_us (fixture.last_seen), entitlement.expires_us);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_EXPIRED);
  HS_ASSERT (hs_offline_rights_find (fixture.rights, &fixture.anna, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  hears (1, "has run out");
}

/* The system's clock is a month behind what the site has signed. */
static void
a_clock_that_is_turned_back_gives_nothing_back (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  entitlement.expires_us = fixture.now_us + RIGHTS_DAY_US;
  rights_fixture_give (&fixture, &entitlement);
  HS_ASSERT (hs_last_seen_is_clock_unsure (fixture.last_seen));
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD); /* the rest of it stays */
  rights_boot_us += RIGHTS_DAY_US;
  rights_fixture_charge (&fixture, 3, 1); /* keeps the time, too */
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_EXPIRED);
  rights_boot_us
      = 5 * G_USEC_PER_SEC; /* the machine was started anew, with its clock in the past */
  rights_fixture_restart (&fixture, FALSE);
  HS_ASSERT (g_get_real_time () < entitlement.expires_us);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_EXPIRED);
}

static void
a_clock_that_is_ahead_ends_it (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_restart (&fixture, TRUE); /* the site has signed no time yet */
  entitlement.issued_us = g_get_real_time () - RIGHTS_DAY_US;
  entitlement.expires_us = g_get_real_time () - 1;
  rights_fixture_give (&fixture, &entitlement);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_EXPIRED);
}

/* ── how many pages ──────────────────────────────────────────────────────────────────────── */

static void
the_last_page_may_be_printed_and_the_next_may_not (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_give (&fixture, &entitlement);
  hears (RIGHTS_PAGES, NULL);
  hears (RIGHTS_PAGES + 1, "more pages than you may still print");
  rights_fixture_charge (&fixture, 3, RIGHTS_PAGES - 1);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, 1);
  hears (1, NULL);
  hears (2, "more pages than you may still print");
  rights_fixture_charge (&fixture, 4, 1);
  const HsOfflineStanding standing = judge_anna ();
  HS_ASSERT_INT_EQ (standing.right, HS_OFFLINE_RIGHT_HELD); /* all used is not run out */
  HS_ASSERT_INT_EQ (standing.pages_left, 0);
  hears (1, "`homespool status` shows how many");
  rights_fixture_restart (&fixture, FALSE);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, 0);
}

static void
a_limit_of_none_is_none (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  entitlement.pages = 0;
  rights_fixture_give (&fixture, &entitlement);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
  hears (1, "more pages than you may still print");
  hears (0, "more pages than you may still print"); /* not counted yet: one at least */
}

static void
a_job_is_charged_once_and_more_than_all_is_all (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_give (&fixture, &entitlement);
  rights_fixture_charge (&fixture, 3, 4);
  rights_fixture_charge (&fixture, 3, 4); /* its transaction is tried again */
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, RIGHTS_PAGES - 4);
  rights_fixture_charge (&fixture, 4, RIGHTS_PAGES);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, 0);
  rights_fixture_charge (&fixture, 5, G_MAXUINT32);
  rights_fixture_charge (&fixture, 6, G_MAXUINT32);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, 0);
  rights_fixture_restart (&fixture, FALSE);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, 0);
}

static void
what_printed_after_the_end_is_charged_all_the_same (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat ("offline/pages/", hs_id_format (&fixture.anna, id), NULL);
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT " 4", entitlement.issued_us);

  entitlement.expires_us = fixture.now_us + 1;
  rights_fixture_give (&fixture, &entitlement);
  rights_boot_us++;
  rights_fixture_charge (&fixture, 3, 4);
  rights_fixture_restart (&fixture, FALSE);
  GBytes *kept = g_hash_table_lookup (fixture.contents->settings, name);
  HS_ASSERT (kept != NULL);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), expected,
                      strlen (expected));
}

static void
a_newer_one_begins_with_all_its_pages_and_the_same_one_does_not (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_give (&fixture, &entitlement);
  rights_fixture_charge (&fixture, 3, 7);
  rights_fixture_give (&fixture, &entitlement); /* the site's answer came twice */
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, RIGHTS_PAGES - 7);
  entitlement.issued_us++;
  rights_fixture_give (&fixture, &entitlement);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, RIGHTS_PAGES);
}

static void
a_count_that_cannot_be_read_leaves_no_pages (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  g_autoptr (GBytes) value = g_bytes_new_static ("many", 4);
  g_autoptr (GError) error = NULL;
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat ("offline/pages/", hs_id_format (&fixture.anna, id), NULL);

  rights_fixture_give (&fixture, &entitlement);
  hs_ledger_batch_put_setting (batch, name, value);
  HS_ASSERT (hs_fixture_commit (fixture.ledger, batch, &error));
  rights_fixture_restart (&fixture, FALSE);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
  HS_ASSERT_INT_EQ (judge_anna ().pages_left, 0);
}

/* ── the policy ──────────────────────────────────────────────────────────────────────────── */

static void
hold_and_deny_print_nothing_and_ask_for_nothing (void)
{
  const HsEntitlement entitlement = rights_fixture_usual (&fixture);
  static const HsOfflinePolicy policies[] = { HS_OFFLINE_HOLD, HS_OFFLINE_DENY };

  rights_fixture_give (&fixture, &entitlement);
  rights_boot_us += 2 * RIGHTS_DAY_US; /* old enough to be renewed */
  for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      fixture.site.bundle->policy.offline = policies[i];
      hears (1, "your organisation does not print without it");
      hs_offline_rights_look (fixture.rights, &fixture.anna);
      HS_ASSERT_INT_EQ (fixture.site.n_asked, 0);
    }
}

HS_SUITE_WITH ("rights without the site",
               set_up,
               tear_down,
               { "who was given nothing has none, and hears how to get some",
                 who_was_given_nothing_has_none_and_hears_how_to_get_some },
               { "what the site signed holds for its person over a restart",
                 what_the_site_signed_holds_for_its_person_over_a_restart },
               { "anybody else's word is none", anybody_elses_word_is_none },
               { "a text that was changed is none", a_text_that_was_changed_is_none },
               { "an excluded workstation prints nothing, whatever it was given",
                 an_excluded_workstation_prints_nothing_whatever_it_was_given },
               { "it ends at its last microsecond", it_ends_at_its_last_microsecond },
               { "a clock that is turned back gives nothing back",
                 a_clock_that_is_turned_back_gives_nothing_back },
               { "a clock that is ahead ends it", a_clock_that_is_ahead_ends_it },
               { "the last page may be printed, and the next may not",
                 the_last_page_may_be_printed_and_the_next_may_not },
               { "a limit of none is none", a_limit_of_none_is_none },
               { "a job is charged once, and more than all is all",
                 a_job_is_charged_once_and_more_than_all_is_all },
               { "what printed after the end is charged all the same",
                 what_printed_after_the_end_is_charged_all_the_same },
               { "a newer one begins with all its pages, and the same one does not",
                 a_newer_one_begins_with_all_its_pages_and_the_same_one_does_not },
               { "a count that cannot be read leaves no pages",
                 a_count_that_cannot_be_read_leaves_no_pages },
               { "hold and deny print nothing, and ask for nothing",
                 hold_and_deny_print_nothing_and_ask_for_nothing })
