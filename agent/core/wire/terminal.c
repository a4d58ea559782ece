/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies of what terminals ask. Whatever held a secret is wiped before it is freed. */

#include "core/wire/terminal.h"

#include "base/error.h"
#include "core/wire/enrol_token.h"
#include "core/wire/enrolment.h"
#include "core/wire/json_strict.h"
#include "core/wire/sign_in.h"

#define MAX_SENTENCE_BYTES 1024

/* The words of HsTerminalMethod, which counts from 1. */
static const char *const methods[] = { "user+pin", "card", "card+pin", NULL };

static void
set_secret_text (json_t *object, const char *name, const HsSecretBytes *secret)
{
  hs_json_set_value (object, name,
                     secret != NULL ? json_stringn ((const char *)hs_secret_bytes_peek (secret),
                                                    hs_secret_bytes_get_length (secret))
                                    : json_null ());
}

static gboolean
take_text_or_null (
    json_t *object, const char *name, gsize max_bytes, HsSecretBytes **out, GError **error)
{
  return json_is_null (json_object_get (object, name))
         || hs_json_take_secret_text (object, name, max_bytes, out, error);
}

static char *
encode_and_wipe (json_t *object)
{
  char *text = hs_json_encode (object);

  hs_json_wipe (object);
  json_decref (object);
  return text;
}

/* ── joining ─────────────────────────────────────────────────────────────────────────────── */

HsTerminalEnrolRequest *
hs_terminal_enrol_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "secret", "csr", NULL };
  g_autoptr (HsTerminalEnrolRequest) request = g_new0 (HsTerminalEnrolRequest, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("terminal's enrolment", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = hs_json_take_secret (object, "secret", HS_ENROL_TOKEN_SECRET_MIN_BYTES,
                            HS_ENROL_TOKEN_SECRET_MAX_BYTES, &request->secret, error)
       && hs_json_check_members ("terminal's enrolment", object, members, error)
       && hs_json_get_lines (object, "csr", HS_ENROLMENT_MAX_PEM_BYTES, &request->csr, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&request) : NULL;
}

char *
hs_terminal_enrol_request_encode (const HsTerminalEnrolRequest *request)
{
  json_t *object = json_object ();

  hs_json_set_bytes (object, "secret", hs_secret_bytes_peek (request->secret),
                     hs_secret_bytes_get_length (request->secret));
  hs_json_set_lines (object, "csr", request->csr);
  return encode_and_wipe (object);
}

void
hs_terminal_enrol_request_free (HsTerminalEnrolRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->secret);
  g_free (request->csr);
  g_free (request);
}

char *
hs_terminal_enrol_reply_encode (const HsTerminalEnrolReply *reply)
{
  json_t *object = json_object ();

  hs_json_set_id (object, "terminal", &reply->terminal);
  hs_json_set_lines (object, "certificate", reply->certificate);
  set_secret_text (object, "token", reply->token);
  hs_json_set_id (object, "printer", &reply->printer);
  hs_json_set_text (object, "printer_name", reply->printer_name, MAX_SENTENCE_BYTES);
  hs_json_set_text (object, "printer_location", reply->printer_location, MAX_SENTENCE_BYTES);
  hs_json_set_boolean (object, "card_only", reply->is_card_only);
  return encode_and_wipe (object);
}

void
hs_terminal_enrol_reply_free (HsTerminalEnrolReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->certificate);
  hs_secret_bytes_free (reply->token);
  g_free (reply->printer_name);
  g_free (reply->printer_location);
  g_free (reply);
}

/* ── signing in ──────────────────────────────────────────────────────────────────────────── */

/* One way to say each thing: what a method does not use must be null. */
static gboolean
check_parts (const HsTerminalSignIn *sign_in, GError **error)
{
  gboolean has_card = sign_in->method != HS_TERMINAL_USER_PIN;
  gboolean has_pin = sign_in->method != HS_TERMINAL_CARD;

  if ((sign_in->user != NULL) == !has_card && (sign_in->card != NULL) == has_card
      && (sign_in->pin != NULL) == has_pin)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "a sign-in has user and pin, a card, or card and pin, as its method says");
  return FALSE;
}

HsTerminalSignIn *
hs_terminal_sign_in_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "method", "user", "card", "pin", NULL };
  g_autoptr (HsTerminalSignIn) sign_in = g_new0 (HsTerminalSignIn, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("terminal's sign-in", bytes, length, HS_JSON_MAX_BYTES, error);
  int index = 0;
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = take_text_or_null (object, "pin", HS_SIGN_IN_MAX_SECRET_BYTES, &sign_in->pin, error)
       && take_text_or_null (object, "card", HS_SIGN_IN_MAX_CARD_BYTES, &sign_in->card, error)
       && hs_json_check_members ("terminal's sign-in", object, members, error)
       && hs_json_get_keyword (object, "method", methods, &index, error)
       && hs_json_get_text_or_null (object, "user", HS_SIGN_IN_MAX_NAME_BYTES, &sign_in->user,
                                    error);
  sign_in->method = (HsTerminalMethod)(index + 1);
  ok = ok && check_parts (sign_in, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&sign_in) : NULL;
}

char *
hs_terminal_sign_in_encode (const HsTerminalSignIn *sign_in)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "method", methods[sign_in->method - 1], 16);
  hs_json_set_text (object, "user", sign_in->user, HS_SIGN_IN_MAX_NAME_BYTES);
  set_secret_text (object, "card", sign_in->card);
  set_secret_text (object, "pin", sign_in->pin);
  return encode_and_wipe (object);
}

void
hs_terminal_sign_in_free (HsTerminalSignIn *sign_in)
{
  if (sign_in == NULL)
    return;
  g_free (sign_in->user);
  hs_secret_bytes_free (sign_in->card);
  hs_secret_bytes_free (sign_in->pin);
  g_free (sign_in);
}

char *
hs_terminal_sign_in_reply_encode (const char *name, const HsSecretBytes *session, guint idle_s)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "name", name, HS_SIGN_IN_MAX_NAME_BYTES);
  set_secret_text (object, "session", session);
  hs_json_set_integer (object, "idle_s", idle_s);
  return encode_and_wipe (object);
}

/* ── documents ───────────────────────────────────────────────────────────────────────────── */

char *
hs_terminal_jobs_encode (const HsTerminalJob *jobs, gsize n_jobs)
{
  g_autoptr (json_t) object = json_object ();
  json_t *list = json_array ();

  for (gsize i = 0; i < n_jobs; i++)
    {
      json_t *item = json_object ();
      hs_json_set_id (item, "job", &jobs[i].job);
      hs_json_set_text (item, "name", jobs[i].name, MAX_SENTENCE_BYTES);
      if (jobs[i].pages > 0)
        hs_json_set_integer (item, "pages", jobs[i].pages);
      else
        hs_json_set_value (item, "pages", json_null ());
      hs_json_set_text (item, "colour", jobs[i].colour, MAX_SENTENCE_BYTES);
      hs_json_set_text (item, "sides", jobs[i].sides, MAX_SENTENCE_BYTES);
      hs_json_set_integer (item, "copies", jobs[i].copies);
      hs_json_set_text (item, "size", jobs[i].size, MAX_SENTENCE_BYTES);
      hs_json_set_integer (item, "made_us", jobs[i].made_us);
      hs_json_set_text (item, "made", jobs[i].made, MAX_SENTENCE_BYTES);
      hs_json_set_boolean (item, "reachable", jobs[i].is_reachable);
      hs_json_set_text (item, "sentence", jobs[i].sentence, MAX_SENTENCE_BYTES);
      json_array_append_new (list, item);
    }
  hs_json_set_value (object, "jobs", list);
  return hs_json_encode (object);
}

static gboolean
read_ids (const json_t *object, HsTerminalOrder *order, GError **error)
{
  json_t *list = NULL;
  json_t *item;
  size_t i;

  order->is_all = json_is_null (json_object_get (object, "jobs"));
  if (order->is_all)
    return TRUE;
  if (!hs_json_get_array (object, "jobs", 1, HS_TERMINAL_MAX_JOBS, &list, error))
    return FALSE;
  json_array_foreach (list, i, item)
  {
    HsId job;
    if (!json_is_string (item) || !hs_id_parse (json_string_value (item), &job)
        || hs_id_is_zero (&job))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "jobs: every item is a uuid");
        return FALSE;
      }
    g_array_append_val (order->jobs, job);
  }
  return TRUE;
}

HsTerminalOrder *
hs_terminal_order_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "jobs", NULL };
  g_autoptr (HsTerminalOrder) order = g_new0 (HsTerminalOrder, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("terminal's order", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  order->jobs = g_array_new (FALSE, FALSE, sizeof (HsId));
  ok = hs_json_take_secret_text (object, "session", HS_SIGN_IN_MAX_SESSION_BYTES, &order->session,
                                 error)
       && hs_json_check_members ("terminal's order", object, members, error)
       && read_ids (object, order, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&order) : NULL;
}

char *
hs_terminal_order_encode (const HsTerminalOrder *order)
{
  json_t *object = json_object ();
  json_t *list = order->is_all ? json_null () : json_array ();
  char text[HS_ID_TEXT_BYTES];

  for (guint i = 0; !order->is_all && i < order->jobs->len; i++)
    json_array_append_new (
        list, json_string (hs_id_format (&g_array_index (order->jobs, HsId, i), text)));
  set_secret_text (object, "session", order->session);
  hs_json_set_value (object, "jobs", list);
  return encode_and_wipe (object);
}

void
hs_terminal_order_free (HsTerminalOrder *order)
{
  if (order == NULL)
    return;
  hs_secret_bytes_free (order->session);
  g_clear_pointer (&order->jobs, g_array_unref);
  g_free (order);
}

char *
hs_terminal_order_reply_encode (guint done, guint refused, const char *sentence)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_integer (object, "done", done);
  hs_json_set_integer (object, "refused", refused);
  hs_json_set_text (object, "sentence", sentence, MAX_SENTENCE_BYTES);
  return hs_json_encode (object);
}

/* ── one secret ──────────────────────────────────────────────────────────────────────────── */

HsSecretBytes *
hs_terminal_secret_decode (
    const char *name, const char *bytes, gsize length, gsize max_bytes, GError **error)
{
  const char *const members[] = { name, NULL };
  g_autoptr (HsSecretBytes) secret = NULL;
  g_autoptr (json_t) object = hs_json_parse ("body", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = hs_json_take_secret_text (object, name, max_bytes, &secret, error)
       && hs_json_check_members ("body", object, members, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&secret) : NULL;
}
