/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent put together: in which order it is made, started and stopped. What one part hears from
 * another is in assembly_hooks.c. */

#define HS_LOG_AREA "agent"

#include "assembly_private.h"

#include "base/error.h"
#include "base/log.h"
#include "crypto/random.h"
#include "engine/delivery/delivery.h"
#include "engine/identity/identity_store.h"
#include "platform/listen.h"
#include "platform/peer.h"
#include "seal/row_mac.h"

#include <string.h>

#define CONTROL_SOCKET_MODE 0666 /* who may do what is decided by the kernel's word on the caller */
#define INTAKE_SOCKET_MODE 0666

/* The user that the print system's backends run as on this system. */
#define PRINT_SYSTEM_USER "lp"

/* ── making ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
compute_mac (const guint8 *row,
             gsize length,
             guint8 mac[HS_LEDGER_MAC_BYTES],
             gpointer user_data,
             GError **error)
{
  return hs_row_mac_compute (user_data, row, length, mac, error);
}

static gboolean
open_store (HsAssembly *assembly, GError **error)
{
  HsLedgerSetup setup = { .folder = assembly->paths->state_folder,
                          .mac = compute_mac,
                          .mac_data = assembly->secret->bytes };

  if (!hs_random_bytes (setup.new_stream, sizeof setup.new_stream, error))
    return FALSE;
  assembly->ledger = hs_ledger_open (&setup, error);
  if (assembly->ledger == NULL)
    return FALSE;
  assembly->spool
      = hs_spool_open (assembly->paths->spool_folder, assembly->config->disk_reserve_bytes, error);
  if (assembly->spool == NULL)
    return FALSE;
  assembly->contents = hs_ledger_load (assembly->ledger, error);
  return assembly->contents != NULL;
}

static void
make_printers (HsAssembly *assembly)
{
  const HsPrintersKeeper keeper = { assembly, hs_assembly_keep_printer, hs_assembly_find_place };
  const HsPrinterPatience patience
      = { .connect_timeout_ms = (guint)assembly->config->connect_timeout_s * 1000,
          .answer_timeout_ms = (guint)assembly->config->answer_timeout_s * 1000 };

  assembly->http = hs_http_new ();
  assembly->printers = hs_printers_new (assembly->http, &keeper, &patience);
  for (guint i = 0; i < assembly->contents->printers->len; i++)
    {
      const HsLedgerPrinter *kept = g_ptr_array_index (assembly->contents->printers, i);
      hs_printers_restore (assembly->printers, &kept->printer, kept->facts);
    }
}

static gboolean
make_people (HsAssembly *assembly, GError **error)
{
  const HsIdentitiesSetup setup
      = { .store = hs_identity_store_for_ledger (assembly->ledger),
          .idle_limit_us = (gint64)assembly->config->key_idle_s * G_USEC_PER_SEC,
          .absolute_limit_us = (gint64)assembly->config->key_most_s * G_USEC_PER_SEC,
          .changed = hs_assembly_on_key_changed,
          .changed_data = assembly };

  if (!hs_assembly_find_kiosk (assembly, error))
    return FALSE;
  assembly->sessions = hs_sessions_new ();
  assembly->last_seen = hs_last_seen_new (assembly->ledger, assembly->contents->settings);
  assembly->identities = hs_identities_new (&setup, error);
  if (assembly->identities == NULL)
    return FALSE;
  hs_identities_load (assembly->identities, assembly->contents->identities,
                      assembly->contents->owner_keys);
  return TRUE;
}

static void
make_queue (HsAssembly *assembly)
{
  const HsOsQueueKeeper keeper = { assembly, hs_assembly_keep_queue, hs_assembly_on_queue_changed };

  if (!assembly->config->queue_manage || assembly->config->queue_strict)
    return;
  assembly->print_queue = hs_print_queue_new (assembly->paths->queue_socket);
  assembly->os_queue = hs_os_queue_new (
      assembly->print_queue,
      g_hash_table_lookup (assembly->contents->settings, HS_ASSEMBLY_QUEUE_SETTING), &keeper);
}

static void
make_engine (HsAssembly *assembly)
{
  const HsSiteLinkParts link = { .http = assembly->http,
                                 .config = assembly->config,
                                 .state_folder = assembly->paths->state_folder,
                                 .data = assembly,
                                 .trust_changed = hs_assembly_on_trust_changed,
                                 .sign_out = hs_assembly_on_site_sign_out,
                                 .status_changed = hs_assembly_on_status_changed,
                                 .refreshed = hs_assembly_on_refreshed };
  assembly->site_link = hs_site_link_new (&link);
  const HsOfflineRightsParts rights = { .identities = assembly->identities,
                                        .sessions = assembly->sessions,
                                        .site_link = assembly->site_link,
                                        .last_seen = assembly->last_seen,
                                        .ledger = assembly->ledger };
  assembly->rights = hs_offline_rights_new (&rights, assembly->contents->settings);

  const HsEngineParts parts = {
    .ledger = assembly->ledger,
    .spool = assembly->spool,
    .owner_keys = hs_assembly_get_owner_keys (assembly),
    .offline = hs_offline_rights_get_hooks (assembly->rights),
    .config = assembly->config,
    .machine_secret = assembly->secret->bytes,
    .machine_generation = assembly->secret->generation,
    .copy_purger = hs_assembly_get_purger (assembly),
    .count_pdf = hs_page_counter_count,
    .helper_folder = assembly->paths->helper_folder,
    .deliverer = hs_delivery_make_deliverer (assembly->printers),
    .site = hs_site_link_get_hooks (assembly->site_link),
    .host = { assembly, hs_assembly_on_sending_changed },
    .ledger_broke = hs_assembly_on_ledger_broke,
    .ledger_data = assembly,
  };
  assembly->engine = hs_engine_new (&parts);
  const HsAutoReleaseParts auto_release = { .engine = assembly->engine,
                                            .printers = assembly->printers,
                                            .site_link = assembly->site_link,
                                            .kiosk_uid = assembly->kiosk_uid };
  assembly->auto_release = hs_auto_release_new (&auto_release);
}

static void
make_host (HsAssembly *assembly)
{
  assembly->login_sessions = hs_login_sessions_new ();
  const HsLoginsParts logins = { .config = assembly->config,
                                 .login_sessions = assembly->login_sessions,
                                 .identities = assembly->identities,
                                 .sessions = assembly->sessions };
  assembly->logins = hs_logins_new (&logins);
  const HsSleepParts sleep = { .config = assembly->config,
                               .engine = assembly->engine,
                               .site_link = assembly->site_link,
                               .http = assembly->http,
                               .data = assembly,
                               .lock_keys = hs_assembly_lock_keys };
  assembly->sleep = hs_sleep_new (&sleep);
}

static void
make_doctor (HsAssembly *assembly)
{
  const HsDoctorParts parts
      = { .config = assembly->config,
          .engine = assembly->engine,
          .os_queue = assembly->os_queue,
          .seat = assembly->kiosk != NULL ? hs_kiosk_get_seat (assembly->kiosk) : NULL,
          .sweep_socket = assembly->paths->sweep_socket,
          .printers = assembly->printers,
          .site_link = assembly->site_link,
          .login_sessions = assembly->login_sessions,
          .sleep = assembly->sleep,
          .spool_folder = assembly->paths->spool_folder,
          .intake_socket = assembly->paths->ipp_socket,
          .secret_backend = assembly->secret->place == HS_MACHINE_SECRET_CREDENTIAL
                                ? HS_SECRET_BACKEND_CREDENTIAL
                                : HS_SECRET_BACKEND_FILE };

  assembly->doctor = hs_doctor_new (&parts);
}

HsAssembly *
hs_assembly_new (const HsPaths *paths, const HsConfig *config, GError **error)
{
  g_autoptr (HsAssembly) assembly = g_new0 (HsAssembly, 1);
  g_autoptr (GError) problem = NULL;

  assembly->paths = paths;
  assembly->config = config;
  if (!hs_paths_prepare (paths, error))
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  if (!hs_assembly_load_secret (assembly, error) || !open_store (assembly, error))
    return NULL;
  hs_assembly_check_machine (assembly);
  assembly->places = hs_places_new (assembly->secret->bytes, error);
  if (assembly->places == NULL)
    return NULL;
  hs_assembly_keep_generation (assembly);
  make_printers (assembly);
  if (!make_people (assembly, error))
    return NULL;
  make_queue (assembly);
  make_engine (assembly);
  make_host (assembly);
  if (!hs_assembly_make_kiosk (assembly, error))
    return NULL;
  make_doctor (assembly);
  if (!hs_site_link_load (assembly->site_link, assembly->engine, assembly->ledger,
                          assembly->contents, &problem))
    hs_log_error ("what the site gave this workstation cannot be used; it has to be enrolled "
                  "again: %s",
                  problem->message);
  /* The engine's start asks who people are. */
  hs_identities_set_bundle (assembly->identities, hs_site_link_get_bundle (assembly->site_link));
  return g_steal_pointer (&assembly);
}

void
hs_assembly_free (HsAssembly *assembly)
{
  if (assembly == NULL)
    return;
  g_clear_pointer (&assembly->control, hs_control_free);
  g_clear_pointer (&assembly->intake, hs_ipp_intake_free);
  hs_doctor_free (assembly->doctor);
  g_clear_pointer (&assembly->sleep, hs_sleep_free);
  g_clear_pointer (&assembly->logins, hs_logins_free);
  g_clear_pointer (&assembly->presence, hs_presence_free);
  g_clear_pointer (&assembly->kiosk, hs_kiosk_free);
  g_clear_pointer (&assembly->leftovers, hs_leftovers_free);
  g_clear_pointer (&assembly->kiosk_queue, hs_kiosk_queue_free);
  g_clear_pointer (&assembly->login_sessions, hs_login_sessions_free);
  g_clear_pointer (&assembly->auto_release, hs_auto_release_free);
  g_clear_pointer (&assembly->engine, hs_engine_free);
  g_clear_pointer (&assembly->site_link, hs_site_link_free);
  g_clear_pointer (&assembly->rights, hs_offline_rights_free);
  g_clear_pointer (&assembly->last_seen, hs_last_seen_free);
  g_clear_pointer (&assembly->os_queue, hs_os_queue_free);
  g_clear_pointer (&assembly->print_queue, hs_print_queue_free);
  g_clear_pointer (&assembly->identities, hs_identities_free);
  g_clear_pointer (&assembly->sessions, hs_sessions_free);
  g_clear_pointer (&assembly->printers, hs_printers_free);
  g_clear_pointer (&assembly->places, hs_places_free);
  g_clear_pointer (&assembly->http, hs_http_free);
  g_clear_pointer (&assembly->contents, hs_ledger_contents_free);
  g_clear_pointer (&assembly->ledger, hs_ledger_free);
  g_clear_pointer (&assembly->spool, hs_spool_free);
  g_clear_pointer (&assembly->secret, hs_machine_secret_free);
  g_free (assembly);
}

/* ── listening ───────────────────────────────────────────────────────────────────────────── */

/* A socket that the service manager holds for us keeps clients waiting while we restart; without a
 * manager we make it ourselves. */
static GPtrArray *
take_sockets (const char *name, const char *path, guint mode, GError **error)
{
  GPtrArray *sockets = hs_listen_take_inherited (name, error);

  if (sockets == NULL || sockets->len > 0)
    return sockets;
  GSocket *socket = hs_listen_on_path (path, mode, error);
  if (socket == NULL)
    {
      g_ptr_array_unref (sockets);
      return NULL;
    }
  g_ptr_array_add (sockets, socket);
  return sockets;
}

static gboolean
add_loopback (HsAssembly *assembly, GPtrArray *sockets, GError **error)
{
  g_autoptr (GPtrArray) inherited = hs_listen_take_inherited ("intake-tcp", error);
  g_autoptr (GPtrArray) made = NULL;

  if (inherited == NULL)
    return FALSE;
  if (!assembly->config->loopback_tcp)
    return TRUE;
  if (inherited->len == 0)
    {
      made = hs_listen_on_loopback ((guint16)assembly->config->tcp_port, error);
      if (made == NULL)
        return FALSE;
    }
  GPtrArray *more = inherited->len > 0 ? inherited : made;
  for (guint i = 0; i < more->len; i++)
    g_ptr_array_add (sockets, g_object_ref (more->pdata[i]));
  return TRUE;
}

static gboolean
open_intake (HsAssembly *assembly, GError **error)
{
  g_autoptr (GPtrArray) sockets
      = take_sockets ("intake", assembly->paths->ipp_socket, INTAKE_SOCKET_MODE, error);
  g_autofree char *info
      = g_strdup_printf ("%s on %s", assembly->config->queue_name, g_get_host_name ());
  HsIppIntakeOptions options
      = { .engine = assembly->engine,
          .name = assembly->config->queue_name,
          .info = info,
          .timeout_s = (guint)assembly->config->create_timeout_s,
          .seat = assembly->kiosk != NULL ? hs_kiosk_get_seat (assembly->kiosk) : NULL,
          .kiosk_queue = assembly->kiosk_queue,
          .print_system_uid = HS_PEER_NO_UID,
          .is_strict = assembly->config->queue_strict,
          .identify = hs_assembly_on_identify,
          .choose_printer = hs_assembly_choose_printer,
          .printed = hs_assembly_on_printed,
          .user_data = assembly };

  if (sockets == NULL || !add_loopback (assembly, sockets, error)
      || !hs_assembly_find_printer_uuid (assembly, &options.uuid, error))
    return FALSE;
  /* Without such a user there is no print system that could be believed. */
  if (!hs_peer_find_uid (PRINT_SYSTEM_USER, &options.print_system_uid, NULL))
    options.print_system_uid = HS_PEER_NO_UID;
  hs_http_limits_init (&options.limits);
  options.limits.connections = (guint)assembly->config->connections;
  options.limits.connections_per_key = (guint)assembly->config->connections_per_user;
  options.limits.silence_ms = (guint)assembly->config->idle_timeout_s * 1000;
  assembly->intake = hs_ipp_intake_new (&options, sockets, error);
  return assembly->intake != NULL;
}

static gboolean
open_control (HsAssembly *assembly, GError **error)
{
  g_autoptr (GPtrArray) sockets
      = take_sockets ("control", assembly->paths->control_socket, CONTROL_SOCKET_MODE, error);
  const HsControlParts parts = { .engine = assembly->engine,
                                 .printers = assembly->printers,
                                 .site_link = assembly->site_link,
                                 .identities = assembly->identities,
                                 .sessions = assembly->sessions,
                                 .rights = assembly->rights,
                                 .doctor = assembly->doctor,
                                 .login_sessions = assembly->login_sessions,
                                 .sleep = assembly->sleep,
                                 .kiosk = assembly->kiosk,
                                 .people_mode = assembly->config->people_mode,
                                 .admin_group = assembly->config->admin_group };

  if (sockets == NULL)
    return FALSE;
  assembly->control = hs_control_new (&parts, sockets->pdata[0], error);
  return assembly->control != NULL;
}

/* Without the virtual printer nobody can print, but held jobs can still be released and looked
 * after: so the agent stays, and says what is wrong. */
static void
try_intake (HsAssembly *assembly)
{
  g_autoptr (GError) error = NULL;

  if (open_intake (assembly, &error))
    return;
  hs_error_convert_gio (&error);
  hs_log_error ("the virtual printer does not listen, so nobody can print: %s", error->message);
  hs_doctor_set_intake_problem (assembly->doctor, error->message);
}

/* ── starting and stopping ───────────────────────────────────────────────────────────────── */

static void
on_engine_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsAssembly *assembly = g_task_get_task_data (task);
  GError *error = NULL;

  if (!hs_engine_start_finish (assembly->engine, result, &error)
      || !open_control (assembly, &error))
    {
      hs_error_convert_gio (&error);
      g_task_return_error (task, error);
      return;
    }
  try_intake (assembly);
  hs_assembly_make_local_printing (assembly);
  g_clear_pointer (&assembly->contents, hs_ledger_contents_free);
  hs_site_link_start (assembly->site_link);
  if (assembly->kiosk != NULL)
    hs_kiosk_start (assembly->kiosk);
  if (assembly->os_queue != NULL && assembly->intake != NULL)
    hs_os_queue_start (assembly->os_queue);
  g_task_return_boolean (task, TRUE);
}

void
hs_assembly_start_async (HsAssembly *assembly, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, assembly, NULL);
  hs_engine_start_async (assembly->engine, on_engine_started, task);
}

gboolean
hs_assembly_start_finish (HsAssembly *assembly, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_engine_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsAssembly *assembly = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!hs_engine_stop_finish (assembly->engine, result, &error))
    hs_log_error ("the engine did not stop cleanly: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/* The site knows that we go: now the rest. */
static void
on_goodbye_said (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HsAssembly *assembly = g_task_get_task_data (task);

  hs_site_link_stop (assembly->site_link);
  hs_engine_stop_async (assembly->engine, on_engine_stopped, task);
}

void
hs_assembly_stop_async (HsAssembly *assembly, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, assembly, NULL);
  g_clear_pointer (&assembly->control, hs_control_free);
  g_clear_pointer (&assembly->intake, hs_ipp_intake_free);
  hs_assembly_on_sign_out (assembly);
  if (assembly->kiosk_queue != NULL)
    hs_kiosk_queue_stop (assembly->kiosk_queue);
  g_clear_pointer (&assembly->os_queue, hs_os_queue_free);
  hs_assembly_end_local_printing (assembly);
  hs_sleep_stop_async (assembly->sleep, on_goodbye_said, task);
}

char *
hs_assembly_dup_status (HsAssembly *assembly)
{
  HsEngineStatistics statistics;
  HsSiteStatus site = { 0 };

  hs_engine_get_statistics (assembly->engine, &statistics);
  hs_site_link_get_status (assembly->site_link, &site);
  return g_strdup_printf ("%s%u jobs held, %u printing; %s",
                          assembly->intake == NULL ? "the virtual printer does not listen; " : "",
                          statistics.jobs_by_state[HS_JOB_HELD],
                          statistics.jobs_by_state[HS_JOB_RELEASED]
                              + statistics.jobs_by_state[HS_JOB_DELIVERING],
                          !site.is_enrolled ? "not enrolled"
                          : site.is_online  ? "site connected"
                                            : "site not reachable");
}
