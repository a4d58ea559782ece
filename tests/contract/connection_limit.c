/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A limit on a connection that somebody else waits on. */

#include "platform/connection_limit.h"

#include "support/suite.h"

#include <sys/socket.h>
#include <unistd.h>

static int pair[2];

static void
set_up (void)
{
  HS_ASSERT (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

static void
tear_down (void)
{
  close (pair[0]);
  close (pair[1]);
}

static void
who_waits_on_a_silent_connection_is_let_go (void)
{
  g_autoptr (HsConnectionLimit) limit = hs_connection_limit_new (pair[0], 50);
  char byte;

  HS_ASSERT (limit != NULL);
  HS_ASSERT_INT_EQ (read (pair[0], &byte, 1), 0); /* would wait for ever */
}

static void
a_limit_that_is_taken_away_changes_nothing (void)
{
  HsConnectionLimit *limit = hs_connection_limit_new (pair[0], 60000);
  char byte = 'x';

  hs_connection_limit_free (limit);
  HS_ASSERT_INT_EQ (write (pair[1], &byte, 1), 1);
  HS_ASSERT_INT_EQ (read (pair[0], &byte, 1), 1);
}

static void
a_connection_that_was_closed_first_harms_nobody_who_got_its_number (void)
{
  HsConnectionLimit *limit = hs_connection_limit_new (pair[0], 1);
  int number = pair[0];
  int other[2];
  char byte = 'x';

  close (pair[0]);
  HS_ASSERT (socketpair (AF_UNIX, SOCK_STREAM, 0, other) == 0);
  HS_ASSERT_INT_EQ (other[0], number);
  HS_ASSERT_INT_EQ (read (pair[1], &byte, 1), 0); /* the limit has shut down its own */
  HS_ASSERT_INT_EQ (write (other[1], &byte, 1), 1);
  HS_ASSERT_INT_EQ (read (other[0], &byte, 1), 1);
  hs_connection_limit_free (limit);
  close (other[1]);
  pair[0] = other[0];
}

static void
no_socket_is_no_limit (void)
{
  HS_ASSERT (hs_connection_limit_new (-1, 10) == NULL);
  hs_connection_limit_free (NULL);
}

HS_SUITE_WITH ("connection limit",
               set_up,
               tear_down,
               { "who waits on a silent connection is let go",
                 who_waits_on_a_silent_connection_is_let_go },
               { "a limit that is taken away changes nothing",
                 a_limit_that_is_taken_away_changes_nothing },
               { "a connection that was closed first harms nobody who got its number",
                 a_connection_that_was_closed_first_harms_nobody_who_got_its_number },
               { "no socket is no limit", no_socket_is_no_limit })
