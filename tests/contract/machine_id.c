/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/machine_id.h: what is an id, and what is none. */

#include "platform/machine_id.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define ONE "0123456789abcdef0123456789abcdef\n"
#define TWO "0123456789abcdef0123456789abcdee\n"

static char *folder;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static gboolean
read_text (const char *text, guint8 id[HS_MACHINE_ID_BYTES])
{
  g_autofree char *path = g_build_filename (folder, "machine-id", NULL);

  HS_ASSERT (g_file_set_contents (path, text, -1, NULL));
  return hs_machine_id_read (path, id);
}

static void
one_system_has_one_id_and_another_another (void)
{
  guint8 first[HS_MACHINE_ID_BYTES], again[HS_MACHINE_ID_BYTES], other[HS_MACHINE_ID_BYTES];

  HS_ASSERT (read_text (ONE, first) && read_text (ONE, again) && read_text (TWO, other));
  HS_ASSERT (memcmp (first, again, sizeof first) == 0);
  HS_ASSERT (memcmp (first, other, sizeof first) != 0);
}

static void
the_id_itself_is_not_shown (void)
{
  guint8 id[HS_MACHINE_ID_BYTES];

  HS_ASSERT (read_text (ONE, id));
  HS_ASSERT (memmem (id, sizeof id, "\x01\x23\x45\x67", 4) == NULL && id[0] != '0');
}

static void
what_is_no_id_says_nothing (void)
{
  static const char *const none[]
      = { "", "uninitialized\n", "0123456789abcdef0123456789abcde\n",
          "0123456789abcdef0123456789abcdeg\n", "00000000000000000000000000000000\n" };
  guint8 id[HS_MACHINE_ID_BYTES];

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    HS_ASSERT (!read_text (none[i], id));
  HS_ASSERT (!hs_machine_id_read ("/nonexistent/machine-id", id));
  HS_ASSERT (!hs_machine_id_read (folder, id));
}

/* A process of its own, whose mounts nobody else sees. Returns: 0 none, 1 an id, 2 it may not mount. */
static int
read_laid_over (const char *path, const char *over)
{
  guint8 id[HS_MACHINE_ID_BYTES];

  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount (over, path, NULL, MS_BIND, NULL) != 0)
    return 2;
  return hs_machine_id_read (path, id) ? 1 : 0;
}

/* As the system manager lays one over the file where nothing of a boot is kept. */
static void
an_id_for_this_boot_only_says_nothing (void)
{
  g_autofree char *path = g_build_filename (folder, "machine-id", NULL);
  guint8 id[HS_MACHINE_ID_BYTES];
  int status = 0;
  pid_t child;

  if (access ("/dev/shm", W_OK) != 0)
    hs_test_skip ("/dev/shm cannot be written here");
  HS_ASSERT (read_text (ONE, id));
  child = fork ();
  if (child == 0)
    {
      g_autofree char *over = g_strdup_printf ("/dev/shm/homespool-machine-id-%d", (int)getpid ());
      int said = g_file_set_contents (over, TWO, -1, NULL) ? read_laid_over (path, over) : 2;
      unlink (over);
      _exit (said);
    }
  HS_ASSERT (waitpid (child, &status, 0) == child && WIFEXITED (status));
  if (WEXITSTATUS (status) == 2)
    hs_test_skip ("mounting is not allowed here");
  HS_ASSERT_INT_EQ (WEXITSTATUS (status), 0);
}

HS_SUITE_WITH ("machine_id",
               set_up,
               tear_down,
               { "one system has one id, and another another",
                 one_system_has_one_id_and_another_another },
               { "the id itself is not shown", the_id_itself_is_not_shown },
               { "what is no id says nothing", what_is_no_id_says_nothing },
               { "an id for this boot only says nothing", an_id_for_this_boot_only_says_nothing })
