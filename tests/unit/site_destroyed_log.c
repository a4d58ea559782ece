/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* site/keys/destroyed_log.h: what several processes write and read. */

#include "base/error.h"
#include "site/keys/destroyed_log.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>

#define BLOCKED "blocked 00000000-0000-4000-8000-000000000001"
#define REVOKED "revoked 00000000-0000-4000-8000-000000000002"
#define NOW_US 1790000000000000

static char *folder;
static char *path;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  path = g_build_filename (folder, "destroyed.log", NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static HsDestroyedLog *
load (void)
{
  HsDestroyedLog *log = hs_destroyed_log_load (path, NULL);

  HS_ASSERT (log != NULL);
  return log;
}

/* A command line and a server that was there before. */
static void
what_another_process_wrote_counts_after_a_refresh (void)
{
  g_autoptr (HsDestroyedLog) server = load ();
  g_autoptr (HsDestroyedLog) command = load ();

  HS_ASSERT (hs_destroyed_log_add (command, BLOCKED, NOW_US, NULL));
  HS_ASSERT (!hs_destroyed_log_has (server, BLOCKED));
  HS_ASSERT (hs_destroyed_log_refresh (server, NULL));
  HS_ASSERT (hs_destroyed_log_has (server, BLOCKED));
  HS_ASSERT (hs_destroyed_log_remove (command, BLOCKED, NULL));
  HS_ASSERT (hs_destroyed_log_refresh (server, NULL));
  HS_ASSERT (!hs_destroyed_log_has (server, BLOCKED));
}

static void
nobody_writes_over_what_another_process_added (void)
{
  g_autoptr (HsDestroyedLog) server = load ();
  g_autoptr (HsDestroyedLog) command = load ();

  HS_ASSERT (hs_destroyed_log_add (command, BLOCKED, NOW_US, NULL));
  HS_ASSERT (hs_destroyed_log_add (server, REVOKED, NOW_US, NULL));
  HS_ASSERT (hs_destroyed_log_refresh (command, NULL));
  HS_ASSERT (hs_destroyed_log_has (command, BLOCKED));
  HS_ASSERT (hs_destroyed_log_has (command, REVOKED));
}

static void
a_log_that_cannot_be_read_takes_nothing_back (void)
{
  g_autoptr (HsDestroyedLog) log = load ();
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_destroyed_log_add (log, BLOCKED, NOW_US, NULL));
  HS_ASSERT (g_remove (path) == 0 && g_mkdir (path, 0700) == 0);
  HS_ASSERT (!hs_destroyed_log_refresh (log, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
  HS_ASSERT (hs_destroyed_log_has (log, BLOCKED));
}

HS_SUITE_WITH ("site_destroyed_log",
               set_up,
               tear_down,
               { "what another process wrote counts after a refresh",
                 what_another_process_wrote_counts_after_a_refresh },
               { "nobody writes over what another process added",
                 nobody_writes_over_what_another_process_added },
               { "a log that cannot be read takes nothing back",
                 a_log_that_cannot_be_read_takes_nothing_back })
