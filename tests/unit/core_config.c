/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/config.h"
#include "support/suite.h"

static void
merge (HsConfig *config, const char *text)
{
  g_autoptr (GError) error = NULL;
  HS_ASSERT (hs_config_merge (config, "agent.conf", text, strlen (text), &error));
  HS_ASSERT_NO_ERROR (error);
}

static void
refuse (const char *text, const char *message)
{
  g_autoptr (HsConfig) config = hs_config_new ();
  g_autofree char *before = hs_config_format (config);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (!hs_config_merge (config, "agent.conf", text, strlen (text), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  HS_ASSERT_STR_EQ (error->message, message);
  g_autofree char *after = hs_config_format (config);
  HS_ASSERT_STR_EQ (after, before);
}

static void
a_later_file_replaces_single_values (void)
{
  g_autoptr (HsConfig) config = hs_config_new ();

  merge (config,
         "# first\n[spool]\nretention = 2h\n  job-size=1GiB\n\n[queue]\nname = Follow-me\n");
  merge (config, "[spool]\r\nretention=90min\r\n");
  HS_ASSERT_INT_EQ (config->retention_s, 5400);
  HS_ASSERT_INT_EQ (config->job_bytes, 1073741824);
  HS_ASSERT_STR_EQ (config->queue_name, "Follow-me");
  HS_ASSERT_INT_EQ (config->tcp_port, 6310);
}

static void
what_is_written_out_reads_back_the_same (void)
{
  g_autoptr (HsConfig) config = hs_config_new ();
  merge (config, "[spool]\nretention = 61s\n[intake]\nloopback-tcp = true\n");
  g_autofree char *text = hs_config_format (config);
  g_autoptr (HsConfig) again = hs_config_new ();
  merge (again, text);
  g_autofree char *text_again = hs_config_format (again);
  HS_ASSERT_STR_EQ (text_again, text);
  HS_ASSERT (strstr (text, "retention = 61s\n") != NULL);
}

static void
a_wrong_line_is_named_with_what_was_expected (void)
{
  refuse ("\n\n[spool]\nretention = 31d\n",
          "agent.conf:4: spool.retention: expected a duration with s, min, h or d from 1min to "
          "30d, such as 24h");
  refuse ("[spool]\nretention = 24\n",
          "agent.conf:2: spool.retention: expected a duration with s, min, h or d from 1min to "
          "30d, such as 24h");
  refuse ("[intake]\nloopback-tcp = yes\n",
          "agent.conf:2: intake.loopback-tcp: expected true or false");
  refuse ("[intake]\ntcp-port = 70000\n",
          "agent.conf:2: intake.tcp-port: expected a number from 1 to 65535, such as 6310");
  refuse ("[agent]\nlog-level = loud\n",
          "agent.conf:2: agent.log-level: expected one of warning, message, debug");
  refuse ("[queue]\nname = my queue\n",
          "agent.conf:2: queue.name: expected up to 200 characters without spaces");
  refuse ("[spool]\nretenion = 1h\n", "agent.conf:2: spool.retenion: there is no such key; "
                                      "docs/configuration.md lists them all");
  refuse ("[spol]\n", "agent.conf:1: [spol]: there is no such group");
  refuse ("retention = 1h\n", "agent.conf:1: expected a [group] before the first key");
  refuse ("[spool]\nretention\n", "agent.conf:2: expected [group], key = value or # comment");
  refuse ("[spool]\nretention = 1h\nretention = 2h\n",
          "agent.conf:3: spool.retention: given twice in one file");
}

static void
numbers_that_overflow_are_refused (void)
{
  refuse ("[spool]\njob-size = 99999999999999999999GiB\n",
          "agent.conf:2: spool.job-size: expected a size with B, KiB, MiB or GiB from 1MiB to "
          "1024GiB, such as 4GiB");
  refuse ("[spool]\njob-size = 18446744073709551615GiB\n",
          "agent.conf:2: spool.job-size: expected a size with B, KiB, MiB or GiB from 1MiB to "
          "1024GiB, such as 4GiB");
}

static void
files_too_long_or_not_text_are_refused (void)
{
  g_autoptr (HsConfig) config = hs_config_new ();
  g_autofree char *long_text = g_strnfill (64 * 1024 + 1, '#');
  g_autoptr (GError) error = NULL;
  HS_ASSERT (!hs_config_merge (config, "a", long_text, strlen (long_text), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  refuse ("[spool]\n\xff\xfe = 1", "agent.conf:1: not UTF-8 text");
}

static void
the_page_in_docs_is_generated_from_the_table (void)
{
  g_autofree char *generated = hs_config_format_document ();
  g_autofree char *path = hs_test_source_path ("docs/configuration.md");
  g_autofree char *written = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("HOMESPOOL_UPDATE_DOCS") != NULL)
    g_file_set_contents (path, generated, -1, NULL);
  g_file_get_contents (path, &written, NULL, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (written, generated);
}

static void
a_kiosk_needs_an_account (void)
{
  g_autoptr (HsConfig) config = hs_config_new ();
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (hs_config_get_people_mode (config), HS_PEOPLE_PERSONAL);
  HS_ASSERT (hs_config_check (config, NULL));
  merge (config, "[people]\nmode = shared\n");
  HS_ASSERT_INT_EQ (hs_config_get_people_mode (config), HS_PEOPLE_SHARED);
  merge (config, "[people]\nmode = kiosk\n");
  HS_ASSERT (!hs_config_check (config, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  merge (config, "[people]\nkiosk-account = counter\n");
  HS_ASSERT_INT_EQ (hs_config_get_people_mode (config), HS_PEOPLE_KIOSK);
  HS_ASSERT (hs_config_check (config, NULL));
}

HS_SUITE ("config",
          { "a later file replaces single values", a_later_file_replaces_single_values },
          { "what is written out reads back the same", what_is_written_out_reads_back_the_same },
          { "a wrong line is named with what was expected",
            a_wrong_line_is_named_with_what_was_expected },
          { "numbers that overflow are refused", numbers_that_overflow_are_refused },
          { "files too long or not text are refused", files_too_long_or_not_text_are_refused },
          { "the page in docs is generated from the table",
            the_page_in_docs_is_generated_from_the_table },
          { "a kiosk needs an account", a_kiosk_needs_an_account })
