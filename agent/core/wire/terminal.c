/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies of what terminals ask. Whatever held a secret is wiped before it is freed. */

#include "core/wire/terminal.h"

#include "base/error.h"
#include "core/wire/enrol_token.h"
#include "core/wire/enrolment.h"
#include "core/wire/json_secret.h"
#include "core/wire/sign_in.h"

#define MAX_SENTENCE_BYTES 1024

/* The words of HsTerminalMethod, which counts from 1. */
static const char *const methods[] = { "user+pin", "card", "card+pin", NULL };

/* ── joining ─────────────────────────────────────────────────────────────────────────────── */

HsTerminalEnrolRequest *
hs_terminal_enrol_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "secret", "csr", NULL };
  g_autoptr (HsTerminalEnrolRequest) request = g_new0 (HsTerminalEnrolRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("terminal's enrolment", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL
      || !hs_json_take_secret (object, "secret", HS_ENROL_TOKEN_SECRET_MIN_BYTES,
                               HS_ENROL_TOKEN_SECRET_MAX_BYTES, &request->secret, error)
      || !hs_json_check_members ("terminal's enrolment", object, members, error)
      || !hs_json_get_lines (object, "csr", HS_ENROLMENT_MAX_PEM_BYTES, &request->csr, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_terminal_enrol_request_encode (const HsTerminalEnrolRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret (object, "secret", request->secret);
  hs_json_set_lines (object, "csr", request->csr);
  return hs_json_encode (object);
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
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_id (object, "terminal", &reply->terminal);
  hs_json_set_lines (object, "certificate", reply->certificate);
  hs_json_set_secret_text (object, "token", reply->token);
  hs_json_set_id (object, "printer", &reply->printer);
  hs_json_set_text (object, "printer_name", reply->printer_name, MAX_SENTENCE_BYTES);
  hs_json_set_text (object, "printer_location", reply->printer_location, MAX_SENTENCE_BYTES);
  hs_json_set_boolean (object, "card_only", reply->is_card_only);
  return hs_json_encode (object);
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

/* ── a new certificate ───────────────────────────────────────────────────────────────────── */

gboolean
hs_terminal_renew_request_decode (const char *bytes, gsize length, char **csr, GError **error)
{
  static const char *const members[] = { "csr", NULL };
  g_autoptr (json_t) object
      = hs_json_parse ("terminal's renewal", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_check_members ("terminal's renewal", object, members, error))
    return FALSE;
  *csr = NULL;
  return json_is_null (json_object_get (object, "csr"))
         || hs_json_get_lines (object, "csr", HS_ENROLMENT_MAX_PEM_BYTES, csr, error);
}

char *
hs_terminal_renewal_encode (const HsTerminalRenewal *renewal)
{
  g_autoptr (HsSecretJson) object = json_object ();
  gsize length = 0;
  const guint8 *file = renewal->file != NULL ? g_bytes_get_data (renewal->file, &length) : NULL;

  if (renewal->certificate != NULL)
    hs_json_set_lines (object, "certificate", renewal->certificate);
  else
    hs_json_set_value (object, "certificate", json_null ());
  hs_json_set_bytes (object, "file", file, length);
  hs_json_set_secret_text (object, "code", renewal->code);
  hs_json_set_integer (object, "until_us", renewal->until_us);
  return hs_json_encode (object);
}

void
hs_terminal_renewal_free (HsTerminalRenewal *renewal)
{
  if (renewal == NULL)
    return;
  g_free (renewal->certificate);
  g_clear_pointer (&renewal->file, g_bytes_unref);
  hs_secret_bytes_free (renewal->code);
  g_free (renewal);
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

static gboolean
read_method (const json_t *object, HsTerminalMethod *method, GError **error)
{
  int index = 0;

  if (!hs_json_get_keyword (object, "method", methods, &index, error))
    return FALSE;
  *method = (HsTerminalMethod)(index + 1);
  return TRUE;
}

HsTerminalSignIn *
hs_terminal_sign_in_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "method", "user", "card", "pin", NULL };
  g_autoptr (HsTerminalSignIn) sign_in = g_new0 (HsTerminalSignIn, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("terminal's sign-in", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL
      || !hs_json_take_secret_text_or_null (object, "pin", HS_SIGN_IN_MAX_SECRET_BYTES,
                                            &sign_in->pin, error)
      || !hs_json_take_secret_text_or_null (object, "card", HS_SIGN_IN_MAX_CARD_BYTES,
                                            &sign_in->card, error)
      || !hs_json_check_members ("terminal's sign-in", object, members, error)
      || !read_method (object, &sign_in->method, error)
      || !hs_json_get_text_or_null (object, "user", HS_SIGN_IN_MAX_NAME_BYTES, &sign_in->user,
                                    error)
      || !check_parts (sign_in, error))
    return NULL;
  return g_steal_pointer (&sign_in);
}

char *
hs_terminal_sign_in_encode (const HsTerminalSignIn *sign_in)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_text (object, "method", methods[sign_in->method - 1], 16);
  hs_json_set_text (object, "user", sign_in->user, HS_SIGN_IN_MAX_NAME_BYTES);
  hs_json_set_secret_text (object, "card", sign_in->card);
  hs_json_set_secret_text (object, "pin", sign_in->pin);
  return hs_json_encode (object);
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
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_text (object, "name", name, HS_SIGN_IN_MAX_NAME_BYTES);
  hs_json_set_secret_text (object, "session", session);
  hs_json_set_integer (object, "idle_s", idle_s);
  return hs_json_encode (object);
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
read_jobs (const json_t *object, HsTerminalOrder *order, GError **error)
{
  order->is_all = json_is_null (json_object_get (object, "jobs"));
  return order->is_all
         || hs_json_get_id_list (object, "jobs", 1, HS_TERMINAL_MAX_JOBS, order->jobs, error);
}

HsTerminalOrder *
hs_terminal_order_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "jobs", NULL };
  g_autoptr (HsTerminalOrder) order = g_new0 (HsTerminalOrder, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("terminal's order", bytes, length, HS_JSON_MAX_BYTES, error);

  order->jobs = g_array_new (FALSE, FALSE, sizeof (HsId));
  if (object == NULL || !hs_json_take_session (object, &order->session, error)
      || !hs_json_check_members ("terminal's order", object, members, error)
      || !read_jobs (object, order, error))
    return NULL;
  return g_steal_pointer (&order);
}

char *
hs_terminal_order_encode (const HsTerminalOrder *order)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", order->session);
  if (order->is_all)
    hs_json_set_value (object, "jobs", json_null ());
  else
    hs_json_set_id_list (object, "jobs", order->jobs);
  return hs_json_encode (object);
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
  g_autoptr (HsSecretJson) object = hs_json_parse ("body", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_secret_text (object, name, max_bytes, &secret, error)
      || !hs_json_check_members ("body", object, members, error))
    return NULL;
  return g_steal_pointer (&secret);
}
