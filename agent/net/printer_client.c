/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Talking IPP to one printer. */

#include "net/printer_client.h"

#include "base/error.h"

#include <string.h>

struct HsPrinterClient
{
  HsHttp *http;
  GPtrArray *routes;
  guint route;         /* index of the one in use */
  gboolean is_settled; /* it has answered: no other route is tried any more */
  gboolean is_old;     /* it wants IPP 1.1 */
  HsPrinterPatience patience;
  GCancellable *end;
  gboolean has_spki;
  guint8 spki[HS_HTTP_SPKI_BYTES];
};

/* A question under way. */
typedef struct
{
  HsPrinterClient *client; /* NULL once freed; then end is cancelled */
  GCancellable *end;       /* the client's */
  gulong end_handler;
  GCancellable *cancellable; /* of this question: the caller's or the client's end */
  gulong caller_handler;
  GCancellable *caller;
  HsPrinterQuestion question;
  guint32 printer_job_id;
  HsIppOffer offer;
  char *name;
  char *format;
  GBytes *first;
  HsByteQueue *rest;
  gsize head_bytes; /* of the IPP message before the document */
  void (*on_sent) (guint64 document_bytes, gpointer user_data);
  gpointer on_sent_data;
  HsHttpFacts facts;
  GError *untrusted; /* of an earlier route */
} Question;

static void send_question (GTask *task);

/* ── routes ────────────────────────────────────────────────────────────────────────────────── */

HsPrinterRoute *
hs_printer_route_new (const char *uri,
                      HsHttpTrust trust,
                      const char *ca_pem,
                      const guint8 (*pins)[HS_HTTP_SPKI_BYTES],
                      gsize n_pins)
{
  HsPrinterRoute *route = g_new0 (HsPrinterRoute, 1);

  route->uri = g_strdup (uri);
  route->trust = trust;
  route->ca_pem = g_strdup (ca_pem);
  route->n_pins = n_pins;
  if (n_pins > 0)
    route->pins = g_memdup2 (pins, n_pins * HS_HTTP_SPKI_BYTES);
  return route;
}

void
hs_printer_route_free (HsPrinterRoute *route)
{
  if (route == NULL)
    return;
  g_free (route->uri);
  g_free (route->ca_pem);
  g_free (route->pins);
  g_free (route);
}

char *
hs_printer_uri_to_url (const char *uri, GError **error)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_PATH, NULL);
  const char *scheme = parsed == NULL ? NULL : g_uri_get_scheme (parsed);
  gboolean is_tls = g_strcmp0 (scheme, "ipps") == 0;
  int port;
  const char *path;

  if (parsed == NULL || (!is_tls && g_strcmp0 (scheme, "ipp") != 0)
      || g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0'
      || g_uri_get_userinfo (parsed) != NULL)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a printer's address looks like ipps://host/ipp/print");
      return NULL;
    }
  port = g_uri_get_port (parsed) <= 0 ? HS_PRINTER_DEFAULT_PORT : g_uri_get_port (parsed);
  path = g_uri_get_path (parsed);
  return g_uri_join (G_URI_FLAGS_ENCODED_PATH, is_tls ? "https" : "http", NULL,
                     g_uri_get_host (parsed), port, *path == '\0' ? "/" : path, NULL, NULL);
}

/* ── life ──────────────────────────────────────────────────────────────────────────────────── */

HsPrinterClient *
hs_printer_client_new (HsHttp *http, GPtrArray *routes, const HsPrinterPatience *patience)
{
  HsPrinterClient *client = g_new0 (HsPrinterClient, 1);

  g_return_val_if_fail (routes->len > 0, NULL);
  client->http = http;
  client->routes = routes;
  client->patience = *patience;
  client->end = g_cancellable_new ();
  return client;
}

void
hs_printer_client_free (HsPrinterClient *client)
{
  if (client == NULL)
    return;
  /* Questions under way see the end through their own reference to it, never the client again. */
  g_cancellable_cancel (client->end);
  g_object_unref (client->end);
  g_ptr_array_unref (client->routes);
  g_free (client);
}

gboolean
hs_printer_client_get_spki (const HsPrinterClient *client, guint8 spki[HS_HTTP_SPKI_BYTES])
{
  if (client->has_spki)
    memcpy (spki, client->spki, HS_HTTP_SPKI_BYTES);
  return client->has_spki;
}

/* ── a question ────────────────────────────────────────────────────────────────────────────── */

static void
question_free (gpointer data)
{
  Question *question = data;

  g_cancellable_disconnect (question->end, question->end_handler);
  if (question->caller != NULL)
    g_cancellable_disconnect (question->caller, question->caller_handler);
  g_clear_object (&question->caller);
  g_object_unref (question->end);
  g_object_unref (question->cancellable);
  if (question->rest != NULL)
    hs_byte_queue_close (question->rest);
  g_clear_pointer (&question->rest, hs_byte_queue_unref);
  g_clear_pointer (&question->first, g_bytes_unref);
  g_clear_error (&question->untrusted);
  g_free (question->name);
  g_free (question->format);
  g_free (question);
}

static gboolean
carries_document (HsPrinterQuestion question)
{
  return question == HS_ASK_SEND || question == HS_ASK_PRINT;
}

static GBytes *
encode_question (const Question *question, const HsIppTarget *target)
{
  switch (question->question)
    {
    case HS_ASK_PRINTER:
      return hs_ipp_request_get_printer (target);
    case HS_ASK_VALIDATE:
      return hs_ipp_request_validate_job (target, &question->offer);
    case HS_ASK_CREATE:
      return hs_ipp_request_create_job (target, &question->offer);
    case HS_ASK_SEND:
      return hs_ipp_request_send_document (target, question->printer_job_id, &question->offer);
    case HS_ASK_PRINT:
      return hs_ipp_request_print_job (target, &question->offer);
    case HS_ASK_JOB:
      return hs_ipp_request_get_job (target, question->printer_job_id);
    case HS_ASK_JOBS:
      return hs_ipp_request_get_jobs (target, FALSE, 0);
    case HS_ASK_OLD_JOBS:
      return hs_ipp_request_get_jobs (target, TRUE, 100);
    case HS_ASK_CANCEL:
      return hs_ipp_request_cancel_job (target, question->printer_job_id);
    }
  g_return_val_if_reached (NULL);
}

static void
wipe_and_free (gpointer data)
{
  GByteArray *bytes = data;

  hs_secret_bytes_wipe (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

/* The request with the document's first bytes behind it, so that both leave in one write. */
static GBytes *
append_first (GBytes *request, GBytes *first)
{
  gsize request_length = 0;
  gsize first_length = 0;
  const guint8 *request_bytes = g_bytes_get_data (request, &request_length);
  const guint8 *first_bytes = g_bytes_get_data (first, &first_length);
  GByteArray *both = g_byte_array_sized_new ((guint)(request_length + first_length));

  g_byte_array_append (both, request_bytes, (guint)request_length);
  g_byte_array_append (both, first_bytes, (guint)first_length);
  return g_bytes_new_with_free_func (both->data, both->len, wipe_and_free, both);
}

/* What HTTP alone says (RFC 8010 section 4 leaves the body of such replies open). */
static HsIppVerdict
judge_http (guint status)
{
  switch (status)
    {
    case 401:
    case 403:
    case 407:
      return HS_IPP_AUTHENTICATION;
    case 404:
    case 410:
      return HS_IPP_NOT_FOUND;
    case 413:
      return HS_IPP_TOO_LARGE;
    case 429:
    case 503:
      return HS_IPP_BUSY;
    default:
      return HS_IPP_REFUSED;
    }
}

static HsPrinterAnswer *
make_answer (HsHttpReply *reply, GError **error)
{
  g_autoptr (HsPrinterAnswer) answer = g_new0 (HsPrinterAnswer, 1);
  guint status = hs_http_reply_get_status (reply);

  if (status != 200)
    {
      answer->verdict = judge_http (status);
      return g_steal_pointer (&answer);
    }
  answer->reply = hs_ipp_reply_decode (hs_http_reply_get_body (reply), error);
  if (answer->reply == NULL)
    {
      g_prefix_error (error, "the printer's answer cannot be read: ");
      return NULL;
    }
  answer->verdict = answer->reply->verdict;
  answer->bytes = g_bytes_ref (hs_http_reply_get_body (reply));
  return g_steal_pointer (&answer);
}

/* Both fingerprints, so that a person can compare them with what the printer's panel shows. */
static GError *
make_untrusted (const HsPrinterRoute *route, const HsHttpFacts *facts)
{
  g_autofree char *met
      = facts->has_peer_spki ? hs_http_format_spki (facts->peer_spki) : g_strdup ("none");
  g_autoptr (GString) expected = g_string_new (NULL);

  for (gsize i = 0; i < route->n_pins; i++)
    {
      g_autofree char *pin = hs_http_format_spki (route->pins[i]);
      g_string_append_printf (expected, "%s%s", i == 0 ? "" : " or ", pin);
    }
  if (route->n_pins == 0)
    g_string_append (expected, "a certificate of your organisation's printer authority for this "
                               "name");
  return g_error_new (HS_ERROR, HS_ERROR_REFUSED,
                      "the printer's key is not the trusted one, so nothing was sent. It shows %s; "
                      "expected is %s. If the printer was replaced or reset, your administrator "
                      "has to list the new key; otherwise somebody pretends to be the printer",
                      met, expected->str);
}

static void
note_facts (HsPrinterClient *client, const HsHttpFacts *facts)
{
  if (!facts->connected || !facts->has_peer_spki)
    return;
  client->has_spki = TRUE;
  memcpy (client->spki, facts->peer_spki, HS_HTTP_SPKI_BYTES);
}

/* Another route, if nothing can have reached the printer. */
static gboolean
takes_next_route (HsPrinterClient *client, const Question *question)
{
  if (client->is_settled || question->facts.connected || client->route + 1 >= client->routes->len
      || g_cancellable_is_cancelled (question->cancellable))
    return FALSE;
  client->route++;
  return TRUE;
}

static void
on_replied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = hs_http_send_finish (result, &question->facts, &error);
  g_autoptr (HsPrinterAnswer) answer = NULL;
  HsPrinterClient *client;

  if (g_cancellable_is_cancelled (question->end))
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_CANCELLED, "the delivery was stopped");
      return;
    }
  client = question->client;
  note_facts (client, &question->facts);
  if (reply == NULL && question->facts.untrusted)
    {
      g_clear_error (&error);
      error = make_untrusted (g_ptr_array_index (client->routes, client->route), &question->facts);
      if (question->untrusted == NULL)
        question->untrusted = g_error_copy (error);
    }
  if (reply == NULL && takes_next_route (client, question))
    {
      send_question (g_steal_pointer (&task));
      return;
    }
  if (reply == NULL)
    {
      /* A key that is not the trusted one says more than a second address that does not answer. */
      question->facts.untrusted = question->untrusted != NULL;
      g_task_return_error (task, question->untrusted != NULL
                                     ? g_steal_pointer (&question->untrusted)
                                     : g_steal_pointer (&error));
      return;
    }
  client->is_settled = TRUE;
  answer = make_answer (reply, &error);
  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (answer->verdict == HS_IPP_NO_VERSION && question->question == HS_ASK_PRINTER
      && !client->is_old)
    {
      client->is_old = TRUE;
      send_question (g_steal_pointer (&task));
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify)hs_printer_answer_free);
}

/* For a question without a document. That one goes on for as long as the printer takes bytes, and may be
 * broken off by a person. */
static guint
get_most_ms (const HsPrinterPatience *patience)
{
  guint connect_ms = patience->connect_timeout_ms;
  guint answer_ms = patience->answer_timeout_ms;

  return (connect_ms == 0 ? HS_HTTP_CONNECT_DEFAULT_MS : connect_ms)
         + HS_PRINTER_ANSWER_SPELLS * (answer_ms == 0 ? HS_HTTP_IDLE_DEFAULT_MS : answer_ms);
}

static void
on_document_sent (guint64 body_bytes, gpointer user_data)
{
  const Question *question = user_data;

  if (body_bytes > question->head_bytes)
    question->on_sent (body_bytes - question->head_bytes, question->on_sent_data);
}

/* Takes the task. */
static void
send_question (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  HsPrinterClient *client = question->client;
  const HsPrinterRoute *route = g_ptr_array_index (client->routes, client->route);
  HsIppTarget target = { route->uri, client->is_old };
  gboolean is_document = carries_document (question->question);
  g_autoptr (GBytes) body = encode_question (question, &target);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = hs_printer_uri_to_url (route->uri, &error);
  HsHttpRequest request = {
    .url = url,
    .content_type = HS_IPP_CONTENT_TYPE,
    .stream = question->rest,
    .once = is_document || question->question == HS_ASK_CREATE,
    .trust = route->trust,
    .ca_pem = route->ca_pem,
    .pins = (const guint8 (*)[HS_HTTP_SPKI_BYTES])route->pins,
    .n_pins = route->n_pins,
    .connect_timeout_ms = client->patience.connect_timeout_ms,
    .idle_timeout_ms
    = is_document ? HS_PRINTER_DOCUMENT_IDLE_MS : client->patience.answer_timeout_ms,
    .total_timeout_ms = is_document ? 0 : get_most_ms (&client->patience),
    .on_sent = is_document && question->on_sent != NULL ? on_document_sent : NULL,
    .on_sent_data = question,
  };

  if (url == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  question->head_bytes = g_bytes_get_size (body);
  if (question->first != NULL)
    {
      GBytes *both = append_first (body, question->first);
      g_bytes_unref (body);
      body = both;
    }
  request.body = body;
  hs_http_send_async (client->http, &request, question->cancellable, on_replied, task);
}

static void
on_end (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

void
hs_printer_client_ask_async (HsPrinterClient *client,
                             const HsPrinterAsk *ask,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_task_data (task, question, question_free);
  question->client = client;
  question->question = ask->question;
  question->printer_job_id = ask->printer_job_id;
  if (ask->offer != NULL)
    {
      question->offer = *ask->offer;
      question->offer.name = question->name = g_strdup (ask->offer->name);
      question->offer.format = question->format = g_strdup (ask->offer->format);
    }
  if (ask->first != NULL)
    question->first = g_bytes_ref (ask->first);
  if (ask->rest != NULL)
    question->rest = hs_byte_queue_ref (ask->rest);
  question->on_sent = ask->on_sent;
  question->on_sent_data = ask->on_sent_data;
  question->cancellable = g_cancellable_new ();
  question->end = g_object_ref (client->end);
  question->end_handler = g_cancellable_connect (
      question->end, G_CALLBACK (on_end), g_object_ref (question->cancellable), g_object_unref);
  if (cancellable != NULL)
    {
      question->caller = g_object_ref (cancellable);
      question->caller_handler = g_cancellable_connect (
          cancellable, G_CALLBACK (on_end), g_object_ref (question->cancellable), g_object_unref);
    }
  send_question (task);
}

HsPrinterAnswer *
hs_printer_client_ask_finish (GAsyncResult *result, HsHttpFacts *facts, GError **error)
{
  Question *question = g_task_get_task_data (G_TASK (result));

  if (facts != NULL)
    *facts = question->facts;
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hs_printer_answer_free (HsPrinterAnswer *answer)
{
  if (answer == NULL)
    return;
  g_clear_pointer (&answer->reply, hs_ipp_reply_free);
  g_clear_pointer (&answer->bytes, g_bytes_unref);
  g_free (answer);
}
