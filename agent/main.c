/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespoold: reads options and configuration, hardens the process, and runs the assembly as a
 * service until it is told to stop. */

#define HS_LOG_AREA "agent"

#include "assembly.h"

#include "base/log.h"
#include "platform/locked_memory.h"
#include "platform/service.h"
#include "platform/wiping_memory.h"
#include "store/config_files.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#define EXIT_USAGE 2

/* Before the first GIO call: no TLS below 1.2 on any server or client of this process. */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

typedef struct
{
  GMainLoop *loop;
  HsService *service;
  HsAssembly *assembly;
  gboolean is_stopping;
  int exit_code;
} Program;

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_main_loop_quit (((Program *)user_data)->loop);
}

static void
stop (Program *program)
{
  if (program->is_stopping)
    return;
  program->is_stopping = TRUE;
  hs_service_say_stopping (program->service);
  hs_assembly_stop_async (program->assembly, on_stopped, program);
}

static void
on_stop_wanted (HsService *service, gpointer user_data)
{
  stop (user_data);
}

static void
on_broke (gpointer user_data, const GError *error)
{
  Program *program = user_data;

  hs_log_error ("the ledger failed for good; the agent ends, to be started anew: %s",
                error->message);
  program->exit_code = 1;
  stop (program);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  if (hs_assembly_start_finish (program->assembly, result, &error))
    {
      g_autofree char *status = hs_assembly_dup_status (program->assembly);
      hs_service_say_status (program->service, status);
      hs_service_say_ready (program->service);
      hs_log_info ("ready: %s", status);
      return;
    }
  hs_log_error ("cannot start: %s", error->message);
  program->exit_code = 1;
  stop (program);
}

static int
run (const HsPaths *paths, const HsConfig *config)
{
  Program program = { .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (GError) error = NULL;

  program.service = hs_service_new (on_stop_wanted, NULL, &program);
  program.assembly = hs_assembly_new (paths, config, &error);
  if (program.assembly == NULL)
    {
      hs_log_error ("cannot start: %s", error->message);
      program.exit_code = 1;
    }
  else
    {
      hs_assembly_set_broke_func (program.assembly, on_broke, &program);
      hs_assembly_start_async (program.assembly, on_started, &program);
      g_main_loop_run (program.loop);
    }
  hs_assembly_free (program.assembly);
  hs_service_free (program.service);
  g_main_loop_unref (program.loop);
  return program.exit_code;
}

static void
harden (void)
{
  const char *problem = NULL;

  if (!hs_locked_memory_harden_process (&problem))
    hs_log_warning ("%s", problem);
  if (!hs_wiping_heap_is_active ())
    hs_log_warning ("freed memory is not wiped in this build; it is one for looking for mistakes");
  hs_wiping_stack_begin ();
}

static void
set_log_level (const char *word)
{
  hs_log_set_threshold (strcmp (word, "debug") == 0     ? G_LOG_LEVEL_DEBUG
                        : strcmp (word, "warning") == 0 ? G_LOG_LEVEL_WARNING
                                                        : G_LOG_LEVEL_MESSAGE);
}

int
main (int argc, char **argv)
{
  g_autofree char *config_file = NULL;
  g_autofree char *root = NULL;
  g_autofree char *helper_folder = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config_file, "Read FILE, and the drop-ins of FILE.d",
      "FILE" },
    { "root", 0, 0, G_OPTION_ARG_FILENAME, &root, "Keep everything below DIR, for trials", "DIR" },
    { "helper-folder", 0, 0, G_OPTION_ARG_FILENAME, &helper_folder,
      "Where homespool-render lies, for trials", "DIR" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Show the version", NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };

  g_setenv ("G_TLS_GNUTLS_PRIORITY", TLS_PRIORITY, TRUE);
  /* The kernel tells of networks; the other monitor of GIO asks NetworkManager over a connection to
   * the bus that ends the process when the bus goes. */
  g_setenv ("GIO_USE_NETWORK_MONITOR", "netlink", TRUE);
  setlocale (LC_ALL, "");
  g_autoptr (GOptionContext) context = g_option_context_new ("- keeps print jobs at home");
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1)
    {
      fprintf (stderr, "homespoold: %s\n",
               error != NULL ? error->message : "it takes options only; see --help");
      return EXIT_USAGE;
    }
  if (version)
    {
      puts ("homespoold " HS_VERSION);
      return 0;
    }
  g_autoptr (HsPaths) paths = hs_paths_new (root);
  if (config_file != NULL)
    hs_paths_use_config (paths, config_file);
  /* Without the file that was meant, a kiosk would be somebody's own machine. */
  if (config_file != NULL && !g_file_test (paths->config_file, G_FILE_TEST_EXISTS))
    {
      hs_log_error ("cannot start: there is no file %s, which --config names", paths->config_file);
      return 1;
    }
  if (helper_folder != NULL)
    hs_paths_use_helpers (paths, helper_folder);
  g_autoptr (HsConfig) config
      = hs_config_files_read (paths->config_file, paths->config_folder, &error);
  if (config == NULL)
    {
      hs_log_error ("cannot start: %s", error->message);
      return 1;
    }
  set_log_level (config->log_level);
  harden ();
  return run (paths, config);
}
