/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Gathers what core/doctor judges. */

#include "engine/doctor.h"

#include "engine/site_link/site_link.h"
#include "platform/host_facts.h"
#include "platform/leftovers.h"
#include "platform/locked_memory.h"

/* Printers asked in one examination; an organisation may list thousands. Those used before come
 * first. */
#define MOST_PRINTERS 16
/* Somebody sits and waits for the answer, where a delivery has more patience. Ours. */
#define LIMIT_S 10

struct HsDoctor
{
  HsDoctorParts parts;
  char *intake_problem;
  const HsLocalPrinting *local_printing; /* nullable */
};

/* One examination. */
typedef struct
{
  HsDoctor *doctor;
  HsDoctorFacts *facts;
  guint waiting; /* answers that are still to come */
  guint timer;   /* until LIMIT_S; 0: the examination is over, and what still comes too late */
  gboolean awaits_queue;     /* the print system's answer is one of them */
  GCancellable *cancellable; /* of the questions to printers */
} Examination;

/* One printer being asked. */
typedef struct
{
  GTask *task;
  HsPrinterClient *client;
  HsControlPrinter *printer; /* owned by the facts */
  HsId uuid;
} Asking;

HsDoctor *
hs_doctor_new (const HsDoctorParts *parts)
{
  HsDoctor *doctor = g_new0 (HsDoctor, 1);

  doctor->parts = *parts;
  return doctor;
}

void
hs_doctor_free (HsDoctor *doctor)
{
  if (doctor == NULL)
    return;
  g_free (doctor->intake_problem);
  g_free (doctor);
}

void
hs_doctor_set_intake_problem (HsDoctor *doctor, const char *problem)
{
  g_free (doctor->intake_problem);
  doctor->intake_problem = g_strdup (problem);
}

/* ── printers for people ─────────────────────────────────────────────────────────────────── */

static const char *const trust_words[] = { [HS_PRINTER_TRUST_NONE] = "none",
                                           [HS_PRINTER_TRUST_PINS] = "pinned",
                                           [HS_PRINTER_TRUST_AUTHORITY] = "authority",
                                           [HS_PRINTER_TRUST_APPROVAL] = "approved",
                                           [HS_PRINTER_TRUST_PLAIN] = "plain" };

static const char *const place_words[] = { [HS_PRINTER_PLACE_UNKNOWN] = "unknown",
                                           [HS_PRINTER_PLACE_HERE] = "here",
                                           [HS_PRINTER_PLACE_ELSEWHERE] = "elsewhere" };

static void
set_state (HsControlPrinter *printer, const HsCapabilities *capabilities)
{
  g_autofree char *obstacle
      = capabilities != NULL ? hs_capabilities_dup_obstacle (capabilities) : NULL;
  const char *word = "unknown";

  if (capabilities != NULL)
    word = obstacle != NULL                                                    ? "stopped"
           : hs_capabilities_get_state (capabilities) == HS_PRINTER_PROCESSING ? "busy"
                                                                               : "ready";
  if (capabilities != NULL)
    hs_capabilities_get_print_abilities (capabilities, &printer->abilities);
  g_free (printer->state);
  printer->state = g_strdup (word);
  g_free (printer->sentence);
  printer->sentence = g_strdup (obstacle != NULL ? obstacle : "");
}

static HsControlPrinter *
make_printer (const HsPrinterView *view)
{
  HsControlPrinter *printer = g_new0 (HsControlPrinter, 1);

  printer->id = hs_id_dup_text (&view->uuid);
  printer->name = g_strdup (view->name);
  printer->location = g_strdup (view->location);
  printer->trust = g_strdup (trust_words[view->trust]);
  printer->used_before = view->used_before;
  printer->place = g_strdup (place_words[view->place]);
  printer->used_us = view->used_at_us;
  printer->seen_us = view->seen_at_us;
  set_state (printer, view->capabilities);
  return printer;
}

GPtrArray *
hs_doctor_list_printers (HsPrinters *printers)
{
  g_autoptr (GPtrArray) views = hs_printers_list (printers);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_printer_free);

  for (guint i = 0; i < views->len; i++)
    g_ptr_array_add (list, make_printer (g_ptr_array_index (views, i)));
  return list;
}

/* ── waiting for all answers ─────────────────────────────────────────────────────────────── */

static void
examination_free (gpointer data)
{
  Examination *examination = data;

  hs_doctor_facts_free (examination->facts);
  g_object_unref (examination->cancellable);
  g_free (examination);
}

static void
conclude (GTask *task)
{
  Examination *examination = g_task_get_task_data (task);

  examination->timer = 0;
  g_task_return_pointer (task, hs_doctor_judge (examination->facts),
                         (GDestroyNotify)g_ptr_array_unref);
}

/* Of a question that holds @task. */
static void
take_answer (GTask *task)
{
  Examination *examination = g_task_get_task_data (task);

  if (--examination->waiting == 0)
    {
      g_source_remove (examination->timer);
      conclude (task);
    }
  g_object_unref (task);
}

/* Whoever has not answered by now is told of as that: a print system that hangs must not keep all the
 * rest from being said. */
static gboolean
on_limit (gpointer user_data)
{
  GTask *task = user_data;
  Examination *examination = g_task_get_task_data (task);

  if (examination->awaits_queue)
    examination->facts->queue_problem = g_strdup_printf (
        "homespool-queue, or the print system behind it, did not answer within %d seconds",
        LIMIT_S);
  conclude (task);
  g_cancellable_cancel (examination->cancellable);
  return G_SOURCE_REMOVE;
}

/* ── asking the printers ─────────────────────────────────────────────────────────────────── */

static void
set_sentence (HsControlPrinter *printer, const char *sentence)
{
  g_free (printer->sentence);
  printer->sentence = g_strdup (sentence);
}

static void
on_printer_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  Examination *examination = g_task_get_task_data (asking->task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPrinterAnswer) answer = hs_printer_client_ask_finish (result, NULL, &error);
  g_autoptr (HsCapabilities) capabilities = answer != NULL && answer->bytes != NULL
                                                ? hs_capabilities_decode (answer->bytes, &error)
                                                : NULL;

  hs_printer_client_free (asking->client);
  if (examination->timer == 0)
    g_object_unref (asking->task);
  else
    {
      set_state (asking->printer, capabilities);
      if (capabilities != NULL)
        hs_printers_note (examination->doctor->parts.printers, &asking->uuid, capabilities, NULL);
      else
        set_sentence (asking->printer,
                      error != NULL ? error->message : "it does not answer like a printer");
      take_answer (asking->task);
    }
  g_free (asking);
}

static void
ask_printer (GTask *task, const HsPrinterView *view)
{
  const HsPrinterAsk ask = { .question = HS_ASK_PRINTER };
  Examination *examination = g_task_get_task_data (task);
  HsPrinters *printers = examination->doctor->parts.printers;
  HsControlPrinter *printer = make_printer (view);
  g_autoptr (GError) error = NULL;
  GPtrArray *routes = hs_printers_dup_routes (printers, &view->uuid, g_get_real_time (), &error);

  g_ptr_array_add (examination->facts->printers, printer);
  if (routes == NULL)
    {
      set_state (printer, NULL);
      set_sentence (printer, error->message);
      return;
    }
  /* What is remembered of it is not what it says now. */
  set_state (printer, NULL);
  g_free (printer->sentence);
  printer->sentence
      = g_strdup_printf ("it did not answer within %d seconds; check that it is switched on and "
                         "reachable",
                         LIMIT_S);
  Asking *asking = g_new0 (Asking, 1);
  asking->task = g_object_ref (task);
  asking->printer = printer;
  asking->uuid = view->uuid;
  asking->client = hs_printer_client_new (hs_printers_get_http (printers), routes,
                                          hs_printers_get_patience (printers));
  examination->waiting++;
  hs_printer_client_ask_async (asking->client, &ask, examination->cancellable, on_printer_answered,
                               asking);
}

static void
ask_printers (GTask *task)
{
  Examination *examination = g_task_get_task_data (task);
  g_autoptr (GPtrArray) views = hs_printers_list (examination->doctor->parts.printers);
  guint asked = 0;

  examination->facts->printers
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_printer_free);
  for (guint used = 0; used < 2; used++)
    for (guint i = 0; i < views->len && asked < MOST_PRINTERS; i++)
      {
        const HsPrinterView *view = g_ptr_array_index (views, i);
        if (view->used_before != (used == 0))
          continue;
        ask_printer (task, view);
        asked++;
      }
}

/* ── the others ──────────────────────────────────────────────────────────────────────────── */

static void
gather_seat (const HsDoctorParts *parts, HsDoctorFacts *facts)
{
  const HsSeat *seat = parts->seat;

  facts->is_kiosk = TRUE;
  facts->seat_taken = hs_seat_get_state (seat) == HS_SEAT_TAKEN;
  facts->seat_problem = g_strdup (hs_seat_get_problem (seat));
  facts->ends_leftovers = hs_leftovers_has_helper (parts->sweep_socket);
}

static void
on_queue_looked_at (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Examination *examination = g_task_get_task_data (task);
  HsDoctorFacts *facts = examination->facts;
  HsPrintQueueFacts queue;
  const char *problem = NULL;

  if (examination->timer == 0)
    {
      g_object_unref (task);
      return;
    }
  examination->awaits_queue = FALSE;
  hs_os_queue_get_facts (examination->doctor->parts.os_queue, &queue, &problem);
  facts->queue_problem = g_strdup (problem);
  facts->queue_exists = queue.exists;
  facts->queue_has_policy = queue.has_policy;
  facts->queue_refuses_false_names = queue.refuses_false_names;
  facts->queue_accepts = queue.is_accepting;
  facts->queue_logs_secrets = queue.logs_secrets;
  facts->queue_tells_others = queue.tells_others;
  take_answer (task);
}

static void
fill_machine (const HsDoctor *doctor, HsDoctorFacts *facts)
{
  HsEngineStatistics statistics;

  hs_engine_get_statistics (doctor->parts.engine, &statistics);
  facts->intake_problem = g_strdup (doctor->intake_problem);
  facts->loopback_tcp = doctor->parts.config->loopback_tcp;
  facts->free_bytes = hs_host_get_free_bytes (doctor->parts.spool_folder);
  facts->reserve_bytes = doctor->parts.config->disk_reserve_bytes;
  facts->ledger_failing_since_us = statistics.ledger_failing_since_us;
  facts->documents_without_ledger = statistics.documents_without_ledger;
  facts->is_strict = doctor->parts.config->queue_strict;
  facts->is_shared = hs_config_get_people_mode (doctor->parts.config) != HS_PEOPLE_PERSONAL;
  facts->print_server = hs_host_dup_print_server ();
  facts->intake_socket = g_strdup (doctor->parts.intake_socket);
  facts->swap_in_clear = hs_host_has_clear_swap ();
  facts->tmp_on_disk = hs_host_has_tmp_on_disk ();
  facts->secret_backend = doctor->parts.secret_backend;
  facts->memory_locked = hs_locked_memory_is_locked ();
  facts->process_locked = hs_locked_memory_is_process_locked ();
  facts->outbox_records = statistics.outbox_records;
}

void
hs_doctor_set_local_printing (HsDoctor *doctor, const HsLocalPrinting *printing)
{
  doctor->local_printing = printing;
}

static void
fill_local_printing (const HsDoctor *doctor, HsDoctorFacts *facts)
{
  const char *problem = NULL;

  if (doctor->local_printing == NULL)
    return;
  facts->local_printing_wanted = hs_local_printing_is_wanted (doctor->local_printing, &problem);
  facts->local_printing_problem = g_strdup (problem);
}

static void
fill_host (const HsDoctor *doctor, HsDoctorFacts *facts)
{
  HsLoginSessions *login_sessions = doctor->parts.login_sessions;
  HsSleep *sleep = doctor->parts.sleep;

  if (login_sessions != NULL)
    {
      facts->logins_watched = hs_login_sessions_is_watched (login_sessions);
      facts->logins_problem = g_strdup (hs_login_sessions_get_problem (login_sessions));
    }
  if (sleep != NULL)
    {
      facts->sleep_watched = hs_sleep_is_watched (sleep);
      facts->sleep_problem = g_strdup (hs_sleep_get_problem (sleep));
    }
}

static void
fill_site (const HsDoctor *doctor, HsDoctorFacts *facts)
{
  HsSiteStatus site = { 0 };

  hs_site_link_get_status (doctor->parts.site_link, &site);
  facts->enrolled = site.is_enrolled;
  facts->site_online = site.is_online;
  facts->site_degraded = site.reach == HS_REACH_DEGRADED;
  facts->rolled_back_us = site.rolled_back_us;
  facts->copied_us = site.copied_us;
  facts->site_since_us = site.since_us;
  facts->site_problem = g_strdup (site.problem);
  facts->clock_known = site.knows_clock;
  facts->clock_offset_us = site.clock_offset_us;
  facts->certificate_expires_us = site.certificate_expires_us;
  facts->bundle_expires_us = site.bundle_expires_us;
  facts->printer_list_expires_us = site.printers_expires_us;
}

void
hs_doctor_examine_async (HsDoctor *doctor,
                         const char *key,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Examination *examination = g_new0 (Examination, 1);

  examination->doctor = doctor;
  examination->facts = hs_doctor_facts_new ();
  examination->waiting = 1; /* this function itself */
  examination->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, examination, examination_free);
  examination->facts->now_us = g_get_real_time ();
  examination->facts->key = g_strdup (key);
  examination->facts->queue_managed = doctor->parts.os_queue != NULL;
  if (doctor->parts.seat != NULL)
    gather_seat (&doctor->parts, examination->facts);
  fill_machine (doctor, examination->facts);
  fill_host (doctor, examination->facts);
  fill_local_printing (doctor, examination->facts);
  fill_site (doctor, examination->facts);
  examination->timer = g_timeout_add_seconds (LIMIT_S, on_limit, task);
  ask_printers (task);
  if (doctor->parts.os_queue != NULL)
    {
      examination->waiting++;
      examination->awaits_queue = TRUE;
      hs_os_queue_look_async (doctor->parts.os_queue, on_queue_looked_at, g_object_ref (task));
    }
  take_answer (task);
}

GPtrArray *
hs_doctor_examine_finish (HsDoctor *doctor, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
