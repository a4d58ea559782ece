/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Kills by the thousand, and each call that meets each fault.
 *
 *   lives kill COUNT [SEED]   lives by lot: half of them are killed after a time, half before one of
 *                             their own system calls
 *   lives calls [PATH…]       on each path, each system call on the state folder meets each fault
 *
 * Several workers go on side by side, for a life mostly waits. Every life is forked off a process that has done nothing yet: no program is loaded again. The
 * folders are in memory, where a sync costs nothing; that syncs happen and in which order is
 * order.py's to see, that they hold power_cut.py's. TAP on standard output. */

#include "crash/lives.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVES_IN_ONE_FOLDER 8
#define LIMIT_S 60     /* of one child; a machine may be slow */
#define MOST_CALLS 400 /* at which a life is killed; a start alone has about 40 */
#define MOST_TIME_US 60000
#define MOST_WRONG 20 /* then it is enough */

/* Of this worker, in memory shared with its children and the first process. */
static HsCallReport *report;
static guint *violations;

static char *
make_folder (void)
{
  char *folder = g_strdup (access ("/dev/shm", W_OK) == 0 ? "/dev/shm/homespool-lives-XXXXXX"
                                                          : "/tmp/homespool-lives-XXXXXX");

  if (g_mkdtemp (folder) == NULL)
    {
      perror ("a folder for the lives");
      exit (2);
    }
  return folder;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) listing = g_dir_open (path, 0, NULL);

  for (const char *name; listing != NULL && (name = g_dir_read_name (listing)) != NULL;)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      if (unlink (below) != 0)
        remove_tree (below);
    }
  (void)rmdir (path);
}

/* 0: this is the child. */
static pid_t
begin_life (void)
{
  pid_t child;

  fflush (stdout);
  child = fork ();
  if (child < 0)
    {
      perror ("fork");
      exit (2);
    }
  if (child == 0)
    alarm (LIMIT_S);
  return child;
}

/* How the child ended; what it should not have is a violation. */
static void
end_life (pid_t child, gboolean may_be_killed, const char *what)
{
  int status = 0;

  while (waitpid (child, &status, 0) < 0 && errno == EINTR)
    continue;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return;
  if (may_be_killed && WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL)
    return;
  (*violations)++;
  printf ("# %s: %s %d\n", what,
          WIFSIGNALED (status) && WTERMSIG (status) == SIGALRM ? "hung; signal"
          : WIFSIGNALED (status)                               ? "signal"
                                                               : "exit",
          WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
}

static void
check (const char *folder, const char *what)
{
  pid_t child = begin_life ();

  if (child == 0)
    {
      hs_life_check (folder);
      _exit (0);
    }
  end_life (child, FALSE, what);
}

/* ── by lot ──────────────────────────────────────────────────────────────────────────────── */

static void
live_and_die (const char *folder, GRand *lot)
{
  gboolean by_call = g_rand_boolean (lot);
  guint nth = by_call ? (guint)g_rand_int_range (lot, 1, MOST_CALLS) : 0;
  guint seed = g_rand_int (lot);
  pid_t child;

  memset (report, 0, sizeof *report);
  child = begin_life ();
  if (child == 0)
    {
      hs_life_live (folder, seed, nth, report);
      _exit (0);
    }
  if (!by_call)
    {
      usleep ((useconds_t)g_rand_int_range (lot, 0, MOST_TIME_US));
      kill (child, SIGKILL);
    }
  end_life (child, TRUE, "a life by lot");
}

static guint
count_promises (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "promises", NULL);
  g_autofree char *text = NULL;
  guint count = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    for (const char *at = text; (at = strchr (at, '\n')) != NULL; at++)
      count++;
  return count;
}

static void
kill_many (guint count, guint seed)
{
  g_autoptr (GRand) lot = g_rand_new_with_seed (seed);
  guint kills = 0, acts = 0;

  while (kills < count && *violations < MOST_WRONG)
    {
      g_autofree char *folder = make_folder ();
      g_autofree char *what = NULL;
      guint before = *violations;

      for (guint i = 0; i < LIVES_IN_ONE_FOLDER && kills < count; i++, kills++)
        live_and_die (folder, lot);
      what = g_strdup_printf ("after kill %u of seed %u (%s)", kills, seed, folder);
      check (folder, what);
      acts += count_promises (folder);
      if (*violations == before || g_getenv ("HOMESPOOL_KEEP") == NULL)
        remove_tree (folder);
    }
  printf ("# %u kills, %u promises, seed %u, %u violations\n", kills, acts, seed, *violations);
  if (*violations == 0 && acts < kills)
    {
      printf ("# too little was promised for a judgement\n");
      (*violations)++;
    }
}

/* ── each call ───────────────────────────────────────────────────────────────────────────── */

/* Returns: how many calls the path made until then. */
static guint
try_call (const HsLifePath *path, guint nth, HsCallFault fault)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *what = NULL;
  pid_t child;

  if (path->prepare != NULL)
    {
      child = begin_life ();
      if (child == 0)
        {
          path->prepare (folder);
          _exit (0);
        }
      end_life (child, FALSE, "preparing");
    }
  memset (report, 0, sizeof *report);
  child = begin_life ();
  if (child == 0)
    path->run (folder, nth, fault, report);
  what
      = g_strdup_printf ("%s, call %u meets %s", path->name, nth, hs_call_fault_to_keyword (fault));
  end_life (child, fault == HS_CALL_FAULT_KILL && nth > 0, what);
  g_free (what);
  what = g_strdup_printf ("after %s, call %u (%s) met %s", path->name, nth, report->name,
                          hs_call_fault_to_keyword (fault));
  check (folder, what);
  remove_tree (folder);
  return (guint)report->calls;
}

static void
try_path (const HsLifePath *path, HsCallFault fault)
{
  guint count = try_call (path, 0, fault);

  for (guint nth = 1; nth <= count && *violations < MOST_WRONG; nth++)
    (void)try_call (path, nth, fault);
  printf ("# %s: each of %u calls met %s, %u violations\n", path->name, count,
          hs_call_fault_to_keyword (fault), *violations);
  if (count < 8)
    {
      printf ("# too few calls for a judgement\n");
      (*violations)++;
    }
}

/* ── workers ─────────────────────────────────────────────────────────────────────────────── */

#define WORKERS HS_CALL_N_FAULTS /* each tries one fault on all paths */

typedef struct
{
  HsCallReport report;
  guint violations;
} Worker;

typedef struct
{
  int argc;
  char **argv;
  guint seed;
} Wish;

static gboolean
is_kill (const Wish *wish)
{
  return strcmp (wish->argv[1], "kill") == 0;
}

static void
work (const Wish *wish, guint number)
{
  if (is_kill (wish))
    kill_many (((guint)strtoul (wish->argv[2], NULL, 10) + WORKERS - 1) / WORKERS,
               wish->seed + number);
  else
    for (const HsLifePath *path = hs_life_paths; path->name != NULL; path++)
      if (wish->argc == 2 || g_strv_contains ((const char *const *)wish->argv + 2, path->name))
        try_path (path, (HsCallFault)number);
}

/* Returns the violations of all. */
static guint
work_side_by_side (const Wish *wish)
{
  Worker *workers = mmap (NULL, WORKERS * sizeof *workers, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pids[WORKERS];
  guint sum = 0;

  if (workers == MAP_FAILED)
    exit (2);
  for (guint i = 0; i < WORKERS; i++)
    {
      report = &workers[i].report;
      violations = &workers[i].violations;
      pids[i] = fork ();
      if (pids[i] == 0)
        {
          work (wish, i);
          fflush (stdout);
          _exit (0);
        }
    }
  for (guint i = 0; i < WORKERS; i++)
    {
      int status = 0;
      while (waitpid (pids[i], &status, 0) < 0 && errno == EINTR)
        continue;
      sum += workers[i].violations + (status != 0 ? 1 : 0);
    }
  return sum;
}

int
main (int argc, char **argv)
{
  Wish wish = { argc, argv, argc > 3 ? (guint)strtoul (argv[3], NULL, 10) : g_random_int () };
  guint sum;

  if (argc < 2 || (strcmp (argv[1], "calls") != 0 && (!is_kill (&wish) || argc < 3)))
    {
      fprintf (stderr, "usage: lives kill COUNT [SEED] | lives calls [PATH…]\n");
      return 2;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  printf ("1..1\n");
  sum = work_side_by_side (&wish);
  printf ("%s 1 - %s\n", sum == 0 ? "ok" : "not ok",
          is_kill (&wish) ? "a life that is killed at any moment keeps what it promised"
                          : "each call of each path may meet each fault");
  return sum == 0 ? 0 : 1;
}
