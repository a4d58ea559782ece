/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/service.h with real signals and a datagram socket in the service manager's place. */

#include "platform/service.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static guint stops;
static guint reloads;

static void
count_stop (HsService *service, gpointer user_data)
{
  stops++;
}

static void
count_reload (HsService *service, gpointer user_data)
{
  reloads++;
}

static void
set_up (void)
{
  stops = 0;
  reloads = 0;
  g_unsetenv ("NOTIFY_SOCKET");
}

static void
signals_come_to_the_main_context (void)
{
  g_autoptr (HsService) service = hs_service_new (count_stop, count_reload, NULL);

  kill (getpid (), SIGHUP);
  HS_LOOP_UNTIL (reloads == 1);
  kill (getpid (), SIGTERM);
  HS_LOOP_UNTIL (stops == 1);
  HS_ASSERT_INT_EQ (reloads, 1);
}

/* Runs in a fresh process: GLib's signal thread does not come along in a fork. */
static void
stop_twice (void)
{
  HsService *service = hs_service_new (count_stop, count_reload, NULL);

  alarm (30);
  while (service != NULL)
    {
      kill (getpid (), SIGTERM);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
a_second_wish_to_stop_ends_the_process (void)
{
  int status = 0;

  if (g_getenv ("HS_TEST_STOP_TWICE") != NULL)
    stop_twice ();
  pid_t child = fork ();
  if (child == 0)
    {
      setenv ("HS_TEST_STOP_TWICE", "1", 1);
      close (STDOUT_FILENO); /* its results are not ours */
      execl ("/proc/self/exe", "service", "a second wish", NULL);
      _exit (127);
    }
  HS_ASSERT_INT_EQ (waitpid (child, &status, 0), child);
  HS_ASSERT (WIFSIGNALED (status));
  HS_ASSERT_INT_EQ (WTERMSIG (status), SIGTERM);
}

static char *
receive (int manager)
{
  char text[1024];
  gssize length = recv (manager, text, sizeof text, MSG_DONTWAIT);

  return length >= 0 ? g_strndup (text, (gsize)length) : NULL;
}

/* @is_abstract: systemd may use either kind of name. */
static void
tell_manager (gboolean is_abstract)
{
  g_autofree char *folder = hs_temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "notify", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int manager = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_autofree char *name = is_abstract ? g_strconcat ("@", path + 1, NULL) : g_strdup (path);
  if (is_abstract)
    address.sun_path[0] = '\0';
  socklen_t length = (socklen_t)(G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + strlen (path));
  HS_ASSERT (bind (manager, (void *)&address, length) == 0);
  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  g_autoptr (HsService) service = hs_service_new (count_stop, count_reload, NULL);
  HS_ASSERT (g_getenv ("NOTIFY_SOCKET") == NULL);
  hs_service_say_ready (service);
  hs_service_say_status (service, "3 jobs\nheld");
  hs_service_say_reloading (service);
  hs_service_say_stopping (service);
  g_autofree char *ready = receive (manager);
  g_autofree char *status = receive (manager);
  g_autofree char *reloading = receive (manager);
  g_autofree char *stopping = receive (manager);
  HS_ASSERT_STR_EQ (ready, "READY=1");
  HS_ASSERT_STR_EQ (status, "STATUS=3 jobs held");
  HS_ASSERT (g_str_has_prefix (reloading, "RELOADING=1\nMONOTONIC_USEC="));
  HS_ASSERT_STR_EQ (stopping, "STOPPING=1");
  close (manager);
  hs_temp_dir_free (g_steal_pointer (&folder));
}

static void
the_service_manager_is_told (void)
{
  tell_manager (FALSE);
}

static void
a_manager_with_an_abstract_name_is_told (void)
{
  tell_manager (TRUE);
}

static void
nobody_to_tell_is_no_problem (void)
{
  g_setenv ("NOTIFY_SOCKET", "/nowhere/at/all", TRUE);
  g_autoptr (HsService) service = hs_service_new (count_stop, count_reload, NULL);

  hs_service_say_ready (service);
  kill (getpid (), SIGTERM);
  HS_LOOP_UNTIL (stops == 1);
}

HS_SUITE_WITH ("service",
               set_up,
               NULL,
               { "signals come to the main context", signals_come_to_the_main_context },
               { "a second wish to stop ends the process", a_second_wish_to_stop_ends_the_process },
               { "the service manager is told", the_service_manager_is_told },
               { "a manager with an abstract name is told",
                 a_manager_with_an_abstract_name_is_told },
               { "nobody to tell is no problem", nobody_to_tell_is_no_problem })
