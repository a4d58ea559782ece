/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How rights without the site are asked for, renewed and taken back. */

#include "base/error.h"
#include "support/loop.h"
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

static void
answer (const char *text, GError *error)
{
  hs_site_link_double_answer (&fixture.site, text, error);
  while (g_main_context_pending (NULL))
    hs_loop_turn ();
  rights_fixture_settle (&fixture);
}

static void
it_is_asked_for_once_and_renewed_when_it_is_a_day_old (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);

  hs_offline_rights_look (fixture.rights, &fixture.anna);
  hs_offline_rights_look (fixture.rights, &fixture.anna); /* one question at a time */
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 1);
  HS_ASSERT (hs_id_equal (&fixture.site.asked_identity, &fixture.anna));
  HS_ASSERT_STR_EQ (fixture.site.asked_recipient, fixture.recipient);
  HS_ASSERT (!fixture.site.asked_with_session);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
  rights_boot_us += HS_OFFLINE_RENEW_US - 1;
  hs_offline_rights_look (fixture.rights, &fixture.anna);
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 1);
  rights_boot_us++;
  hs_offline_rights_look_all (fixture.rights);
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 2);
  answer (NULL, g_error_new_literal (HS_ERROR, HS_ERROR_TEMPORARY, "the site is away"));
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD); /* what is there stays */
}

static void
a_time_that_the_site_signed_moves_the_trusted_clock (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  entitlement.issued_us = fixture.now_us + RIGHTS_DAY_US;
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);
  hs_offline_rights_look (fixture.rights, &fixture.anna);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (hs_last_seen_get_now_us (fixture.last_seen), fixture.now_us + RIGHTS_DAY_US);
}

static void
a_no_of_the_site_takes_what_was_there (void)
{
  static const HsErrorCode codes[] = { HS_ERROR_REFUSED, HS_ERROR_EXPIRED, HS_ERROR_DENIED };

  for (gsize i = 0; i <= G_N_ELEMENTS (codes); i++)
    {
      const HsEntitlement entitlement = rights_fixture_usual (&fixture);
      rights_fixture_give (&fixture, &entitlement);
      rights_boot_us += HS_OFFLINE_RENEW_US;
      fixture.now_us += HS_OFFLINE_RENEW_US;
      hs_offline_rights_look (fixture.rights, &fixture.anna);
      if (i < G_N_ELEMENTS (codes))
        answer (NULL, g_error_new_literal (HS_ERROR, (int)codes[i], "no"));
      else
        answer (NULL, NULL); /* the policy lets nobody */
      HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
      rights_fixture_restart (&fixture, FALSE);
      HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
    }
}

static void
an_answer_about_somebody_else_is_kept_for_nobody (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  entitlement.identity = fixture.ben;
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);
  hs_offline_rights_look (fixture.rights, &fixture.anna);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  HS_ASSERT_INT_EQ (rights_fixture_judge (&fixture, &fixture.ben).right, HS_OFFLINE_RIGHT_NONE);
}

static void
nobody_is_asked_about_without_site_key_or_person (void)
{
  HsBundle *bundle = fixture.site.bundle;

  hs_offline_rights_look (fixture.rights, &fixture.ben); /* no key is registered */
  hs_offline_rights_look (fixture.rights, &(HsId){ { 0 } });
  fixture.site.status.is_online = FALSE;
  hs_offline_rights_look (fixture.rights, &fixture.anna);
  fixture.site.status.is_online = TRUE;
  fixture.site.bundle = NULL;
  hs_offline_rights_look (fixture.rights, &fixture.anna);
  fixture.site.bundle = bundle;
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 0);
}

static void
when_the_site_ends_sessions_all_is_forgotten_and_asked_for_anew (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);

  rights_fixture_give (&fixture, &entitlement);
  rights_fixture_charge (&fixture, 3, 2);
  hs_offline_rights_renew_all (fixture.rights);
  rights_fixture_settle (&fixture);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 1);
  entitlement.issued_us++;
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
}

/* What a sign-in asked for, and not this module. */
static void
what_came_with_a_sign_in_before_the_site_ended_sessions_is_asked_for_anew (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);
  guint round = hs_offline_rights_get_round (fixture.rights);

  hs_offline_rights_renew_all (fixture.rights);
  HS_ASSERT (!hs_offline_rights_put (fixture.rights, round, &fixture.anna, text));
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 1);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
}

/* Asked before somebody was blocked, answered after: what the site gave then may hold no more. */
static void
an_answer_from_before_the_site_ended_sessions_is_asked_for_anew (void)
{
  HsEntitlement entitlement = rights_fixture_usual (&fixture);
  g_autofree char *text = hs_site_link_double_sign (&fixture.site, &entitlement);

  hs_offline_rights_look (fixture.rights, &fixture.anna);
  hs_offline_rights_renew_all (fixture.rights);
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 1);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_NONE);
  HS_ASSERT_INT_EQ (fixture.site.n_asked, 2);
  answer (text, NULL);
  HS_ASSERT_INT_EQ (judge_anna ().right, HS_OFFLINE_RIGHT_HELD);
}

HS_SUITE_WITH ("rights without the site, asked for",
               set_up,
               tear_down,
               { "it is asked for once, and renewed when it is a day old",
                 it_is_asked_for_once_and_renewed_when_it_is_a_day_old },
               { "a time that the site signed moves the trusted clock",
                 a_time_that_the_site_signed_moves_the_trusted_clock },
               { "a no of the site takes what was there", a_no_of_the_site_takes_what_was_there },
               { "an answer about somebody else is kept for nobody",
                 an_answer_about_somebody_else_is_kept_for_nobody },
               { "nobody is asked about without site, key or person",
                 nobody_is_asked_about_without_site_key_or_person },
               { "when the site ends sessions, all is forgotten and asked for anew",
                 when_the_site_ends_sessions_all_is_forgotten_and_asked_for_anew },
               { "what came with a sign-in before the site ended sessions is asked for anew",
                 what_came_with_a_sign_in_before_the_site_ended_sessions_is_asked_for_anew },
               { "an answer from before the site ended sessions is asked for anew",
                 an_answer_from_before_the_site_ended_sessions_is_asked_for_anew })
