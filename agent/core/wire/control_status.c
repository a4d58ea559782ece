/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How the agent is, its printers, what doctor found, and a line of a job's story. */

#include "core/wire/control_status.h"

#define TEXT_BYTES 1024

static gboolean
get_text_or_empty (const json_t *object, const char *name, char **out, GError **error)
{
  if (!hs_json_get_text_or_null (object, name, TEXT_BYTES, out, error))
    return FALSE;
  if (*out == NULL)
    *out = g_strdup ("");
  return TRUE;
}

/* ── status ──────────────────────────────────────────────────────────────────────────────── */

void
hs_control_status_free (HsControlStatus *status)
{
  if (status == NULL)
    return;
  g_free (status->version);
  g_free (status->organisation);
  g_free (status->device);
  g_free (status->site_url);
  g_free (status->title_policy);
  g_free (status->site_state);
  g_free (status->site_problem);
  g_free (status->offline_policy);
  g_free (status->identity);
  g_free (status->key);
  g_free (status->mode);
  g_free (status->seat_problem);
  g_free (status->seat_name);
  g_strfreev (status->escrow);
  g_free (status);
}

json_t *
hs_control_status_encode (const HsControlStatus *status)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "version", status->version, TEXT_BYTES);
  hs_json_set_boolean (object, "ready", status->ready);
  hs_json_set_integer (object, "uid", status->uid);
  hs_json_set_boolean (object, "is_admin", status->is_admin);
  hs_json_set_integer (object, "held", status->held);
  hs_json_set_integer (object, "printing", status->printing);
  hs_json_set_integer (object, "uncertain", status->uncertain);
  hs_json_set_boolean (object, "enrolled", status->enrolled);
  hs_json_set_text (object, "organisation", status->organisation, TEXT_BYTES);
  hs_json_set_text (object, "device", status->device, TEXT_BYTES);
  hs_json_set_text (object, "site_url", status->site_url, TEXT_BYTES);
  hs_json_set_text (object, "title_policy", status->title_policy, TEXT_BYTES);
  hs_json_set_boolean (object, "site_online", status->site_online);
  hs_json_set_text (object, "site_state", status->site_state, TEXT_BYTES);
  hs_control_set_time (object, "site_since", status->site_since_us);
  hs_json_set_text (object, "site_problem", status->site_problem, TEXT_BYTES);
  hs_json_set_text (object, "offline_policy", status->offline_policy, TEXT_BYTES);
  hs_control_set_time (object, "offline_until", status->offline_until_us);
  hs_json_set_integer (object, "offline_pages", status->offline_pages);
  hs_json_set_integer (object, "outbox_records", status->outbox_records);
  hs_control_set_time (object, "rolled_back", status->rolled_back_us);
  hs_control_set_time (object, "copied", status->copied_us);
  hs_json_set_text (object, "identity", status->identity, TEXT_BYTES);
  hs_json_set_text (object, "key", status->key, TEXT_BYTES);
  hs_json_set_text_list (object, "escrow", (const char *const *)status->escrow);
  hs_json_set_boolean (object, "watches_logins", status->watches_logins);
  hs_json_set_boolean (object, "watches_sleep", status->watches_sleep);
  hs_json_set_text (object, "mode", status->mode, TEXT_BYTES);
  hs_json_set_boolean (object, "seat_taken", status->is_seat_taken);
  hs_json_set_text (object, "seat_problem", status->seat_problem, TEXT_BYTES);
  hs_json_set_text (object, "seat_name", status->seat_name, TEXT_BYTES);
  hs_control_set_time (object, "seat_until", status->seat_until_us);
  hs_json_set_integer (object, "idle_sign_out_s", status->idle_sign_out_s);
  return object;
}

HsControlStatus *
hs_control_status_decode (const json_t *object, GError **error)
{
  g_autoptr (HsControlStatus) status = g_new0 (HsControlStatus, 1);

  if (!hs_json_get_text (object, "version", TEXT_BYTES, &status->version, error)
      || !hs_json_get_boolean (object, "ready", &status->ready, error)
      || !hs_control_get_count (object, "uid", &status->uid, error)
      || !hs_json_get_boolean (object, "is_admin", &status->is_admin, error)
      || !hs_control_get_count (object, "held", &status->held, error)
      || !hs_control_get_count (object, "printing", &status->printing, error)
      || !hs_control_get_count (object, "uncertain", &status->uncertain, error)
      || !hs_json_get_boolean (object, "enrolled", &status->enrolled, error)
      || !hs_json_get_text_or_null (object, "organisation", TEXT_BYTES, &status->organisation,
                                    error)
      || !hs_json_get_text_or_null (object, "device", TEXT_BYTES, &status->device, error)
      || !hs_json_get_text_or_null (object, "site_url", TEXT_BYTES, &status->site_url, error)
      || !hs_json_get_text_or_null (object, "title_policy", TEXT_BYTES, &status->title_policy,
                                    error)
      || !hs_json_get_boolean (object, "site_online", &status->site_online, error)
      || !hs_json_get_text (object, "site_state", TEXT_BYTES, &status->site_state, error)
      || !hs_control_get_time (object, "site_since", &status->site_since_us, error)
      || !hs_json_get_text_or_null (object, "site_problem", TEXT_BYTES, &status->site_problem,
                                    error)
      || !hs_json_get_text_or_null (object, "offline_policy", TEXT_BYTES, &status->offline_policy,
                                    error)
      || !hs_control_get_time (object, "offline_until", &status->offline_until_us, error)
      || !hs_control_get_count (object, "offline_pages", &status->offline_pages, error)
      || !hs_control_get_count (object, "outbox_records", &status->outbox_records, error)
      || !hs_control_get_time (object, "rolled_back", &status->rolled_back_us, error)
      || !hs_control_get_time (object, "copied", &status->copied_us, error)
      || !hs_json_get_text_or_null (object, "identity", TEXT_BYTES, &status->identity, error)
      || !hs_json_get_text (object, "key", TEXT_BYTES, &status->key, error)
      || !hs_json_get_text_list (object, "escrow", 0, 64, TEXT_BYTES, FALSE, &status->escrow, error)
      || !hs_json_get_boolean (object, "watches_logins", &status->watches_logins, error)
      || !hs_json_get_boolean (object, "watches_sleep", &status->watches_sleep, error)
      || !hs_json_get_text (object, "mode", TEXT_BYTES, &status->mode, error)
      || !hs_json_get_boolean (object, "seat_taken", &status->is_seat_taken, error)
      || !hs_json_get_text_or_null (object, "seat_problem", TEXT_BYTES, &status->seat_problem,
                                    error)
      || !hs_json_get_text_or_null (object, "seat_name", TEXT_BYTES, &status->seat_name, error)
      || !hs_control_get_time (object, "seat_until", &status->seat_until_us, error)
      || !hs_control_get_count (object, "idle_sign_out_s", &status->idle_sign_out_s, error))
    return NULL;
  return g_steal_pointer (&status);
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

void
hs_control_printer_free (HsControlPrinter *printer)
{
  if (printer == NULL)
    return;
  g_free (printer->id);
  g_free (printer->name);
  g_free (printer->location);
  g_free (printer->state);
  g_free (printer->sentence);
  g_free (printer->trust);
  g_free (printer->place);
  g_free (printer);
}

json_t *
hs_control_printer_encode (const HsControlPrinter *printer)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "id", printer->id, TEXT_BYTES);
  hs_json_set_text (object, "name", printer->name, TEXT_BYTES);
  hs_json_set_text (object, "location", printer->location, TEXT_BYTES);
  hs_json_set_text (object, "state", printer->state, TEXT_BYTES);
  hs_json_set_text (object, "sentence", printer->sentence, TEXT_BYTES);
  hs_json_set_text (object, "trust", printer->trust, TEXT_BYTES);
  hs_json_set_boolean (object, "used_before", printer->used_before);
  hs_json_set_text (object, "place", printer->place != NULL ? printer->place : "unknown",
                    TEXT_BYTES);
  hs_control_set_time (object, "used", printer->used_us);
  hs_control_set_time (object, "seen", printer->seen_us);
  hs_print_abilities_encode (object, &printer->abilities);
  return object;
}

HsControlPrinter *
hs_control_printer_decode (const json_t *object, GError **error)
{
  g_autoptr (HsControlPrinter) printer = g_new0 (HsControlPrinter, 1);

  if (!hs_json_get_text (object, "id", TEXT_BYTES, &printer->id, error)
      || !hs_json_get_text (object, "name", TEXT_BYTES, &printer->name, error)
      || !hs_json_get_text_or_null (object, "location", TEXT_BYTES, &printer->location, error)
      || !hs_json_get_text (object, "state", TEXT_BYTES, &printer->state, error)
      || !get_text_or_empty (object, "sentence", &printer->sentence, error)
      || !hs_json_get_text (object, "trust", TEXT_BYTES, &printer->trust, error)
      || !hs_json_get_boolean (object, "used_before", &printer->used_before, error)
      || !hs_json_get_text (object, "place", TEXT_BYTES, &printer->place, error)
      || !hs_control_get_time (object, "used", &printer->used_us, error)
      || !hs_control_get_time (object, "seen", &printer->seen_us, error)
      || !hs_print_abilities_decode (object, &printer->abilities, error))
    return NULL;
  return g_steal_pointer (&printer);
}

/* ── doctor ──────────────────────────────────────────────────────────────────────────────── */

static const char *const verdicts[] = { "ok", "note", "warning", "failed", NULL };

const char *
hs_check_verdict_to_keyword (HsCheckVerdict verdict)
{
  return verdicts[verdict];
}

HsControlCheck *
hs_control_check_new (
    const char *name, HsCheckVerdict verdict, const char *next, const char *sentence_format, ...)
{
  HsControlCheck *check = g_new0 (HsControlCheck, 1);
  va_list arguments;

  va_start (arguments, sentence_format);
  check->sentence = g_strdup_vprintf (sentence_format, arguments);
  va_end (arguments);
  check->name = g_strdup (name);
  check->verdict = verdict;
  check->next = g_strdup (next);
  return check;
}

void
hs_control_check_free (HsControlCheck *check)
{
  if (check == NULL)
    return;
  g_free (check->name);
  g_free (check->sentence);
  g_free (check->next);
  g_free (check);
}

json_t *
hs_control_check_encode (const HsControlCheck *check)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "name", check->name, TEXT_BYTES);
  hs_json_set_text (object, "verdict", verdicts[check->verdict], TEXT_BYTES);
  hs_json_set_text (object, "sentence", check->sentence, TEXT_BYTES);
  hs_json_set_text (object, "next", check->next, TEXT_BYTES);
  return object;
}

HsControlCheck *
hs_control_check_decode (const json_t *object, GError **error)
{
  g_autoptr (HsControlCheck) check = g_new0 (HsControlCheck, 1);
  int verdict;

  if (!hs_json_get_text (object, "name", TEXT_BYTES, &check->name, error)
      || !hs_json_get_keyword (object, "verdict", verdicts, &verdict, error)
      || !get_text_or_empty (object, "sentence", &check->sentence, error)
      || !get_text_or_empty (object, "next", &check->next, error))
    return NULL;
  check->verdict = (HsCheckVerdict)verdict;
  return g_steal_pointer (&check);
}

/* ── a job's story ───────────────────────────────────────────────────────────────────────── */

void
hs_control_trace_line_free (HsControlTraceLine *line)
{
  if (line == NULL)
    return;
  g_free (line->event);
  g_free (line->state);
  g_free (line->sentence);
  g_free (line->printer);
  g_free (line);
}

json_t *
hs_control_trace_line_encode (const HsControlTraceLine *line)
{
  json_t *object = json_object ();

  hs_control_set_time (object, "at", line->at_us);
  hs_json_set_text (object, "event", line->event, TEXT_BYTES);
  hs_json_set_text (object, "state", line->state, TEXT_BYTES);
  hs_json_set_text (object, "sentence", line->sentence, TEXT_BYTES);
  hs_json_set_text (object, "printer", line->printer, TEXT_BYTES);
  return object;
}

HsControlTraceLine *
hs_control_trace_line_decode (const json_t *object, GError **error)
{
  g_autoptr (HsControlTraceLine) line = g_new0 (HsControlTraceLine, 1);

  if (!hs_control_get_time (object, "at", &line->at_us, error)
      || !get_text_or_empty (object, "event", &line->event, error)
      || !hs_json_get_text (object, "state", TEXT_BYTES, &line->state, error)
      || !get_text_or_empty (object, "sentence", &line->sentence, error)
      || !hs_json_get_text_or_null (object, "printer", TEXT_BYTES, &line->printer, error))
    return NULL;
  return g_steal_pointer (&line);
}
