/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Requests to the site: every one passes here and walks through the URLs. */

#include "net/site_errand.h"

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/wire_error.h"

#include <gio/gio.h>
#include <string.h>

/* DNS is asked for at most so long, and so seldom; no more of its answers are tried. All ours. */
#define LOOK_UP_MS (5 * 1000)
#define LOOK_UP_AGAIN_US (1 * G_TIME_SPAN_MINUTE)
#define MOST_TARGETS 8

/* A line that loses everything is found by this: the site's TCP acknowledges at once, however busy the
 * site is. Ours: the state is known within two seconds of a request. */
#define SITE_SILENCE_MS (2 * 1000)

/* Sooner than that it is told, so that people see it within two seconds. Ours. */
#define SITE_SILENT_AFTER_MS 1500

#define SHORT_TOTAL_MS (60 * 1000) /* any request but the poll, name to last byte; ours */

/* After so long the first URL is tried first again, though another one works; ours. */
#define FALL_BACK_US (15 * G_TIME_SPAN_MINUTE)

/* One listener of the site. */
typedef struct
{
  char **urls;
  GPtrArray
      *targets; /* "host:port" of DNS: further addresses, behind the URLs; NULL: never asked */
  gint64 look_up_at_us;   /* monotonic: not asked again before */
  guint last_good;        /* index of the address that worked last: URLs first, then targets */
  gint64 fall_back_at_us; /* monotonic: then the first one is tried again */
} Listener;

struct HsSiteClient
{
  HsHttp *http;
  Listener people;
  Listener devices;
  char *ca_pem;
  char *certificate;
  HsSecretBytes *key;
  char *proxy;
  char *discover; /* nullable */
  void (*on_silent) (gpointer data);
  gpointer on_silent_data;
  gboolean knows_clock;
  gint64 clock_offset_us; /* our clock minus the site's */
  grefcount references;   /* the owner's and one for each request under way */
};

static Listener *
listener_of (const HsSiteErrand *errand)
{
  return errand->as_device ? &errand->client->devices : &errand->client->people;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsSiteClient *
hs_site_client_new (HsHttp *http, const HsSiteAccess *access)
{
  HsSiteClient *client = g_new0 (HsSiteClient, 1);

  g_ref_count_init (&client->references);
  client->http = http;
  client->people.urls = g_strdupv ((char **)access->site_urls);
  client->devices.urls = g_strdupv ((char **)access->device_urls);
  client->ca_pem = g_strjoinv ("\n", (char **)access->site_ca);
  client->certificate = g_strdup (access->certificate);
  client->key = access->key != NULL ? hs_secret_bytes_copy (access->key) : NULL;
  client->proxy
      = access->proxy != NULL && access->proxy[0] != '\0' ? g_strdup (access->proxy) : NULL;
  if (access->discover != NULL && access->discover[0] != '\0')
    client->discover = g_strdup (access->discover);
  client->on_silent = access->on_silent;
  client->on_silent_data = access->on_silent_data;
  return client;
}

void
hs_site_client_free (HsSiteClient *client)
{
  if (client == NULL || !g_ref_count_dec (&client->references))
    return;
  g_strfreev (client->people.urls);
  g_strfreev (client->devices.urls);
  g_free (client->ca_pem);
  g_free (client->certificate);
  hs_secret_bytes_free (client->key);
  g_free (client->proxy);
  g_free (client->discover);
  g_clear_pointer (&client->devices.targets, g_ptr_array_unref);
  g_free (client);
}

gboolean
hs_site_client_is_elsewhere (const HsSiteClient *client)
{
  return client->devices.last_good != 0;
}

gboolean
hs_site_client_get_clock_offset (const HsSiteClient *client, gint64 *offset_us)
{
  *offset_us = client->clock_offset_us;
  return client->knows_clock;
}

static void
errand_free (gpointer data)
{
  HsSiteErrand *errand = data;

  hs_site_client_free (errand->client);
  g_free (errand->header);
  g_free (errand->header_2);
  g_clear_pointer (&errand->body, g_bytes_unref);
  g_free (errand);
}

/* ── every request ───────────────────────────────────────────────────────────────────────── */

static void try_next (GTask *task);

char *
hs_site_errand_join_url (const char *base, const char *path)
{
  gsize length = strlen (base);

  return g_strdup_printf ("%.*s%s", (int)(length - (base[length - 1] == '/' ? 1 : 0)), base, path);
}

static guint
count_addresses (const Listener *listener)
{
  return g_strv_length (listener->urls) + (listener->targets != NULL ? listener->targets->len : 0);
}

/* The one that worked last, then the others in order; more may come at the end. */
static guint
choose_address (const HsSiteErrand *errand)
{
  guint first = listener_of (errand)->last_good;

  if (errand->tried == 0)
    return first;
  return errand->tried <= first ? errand->tried - 1 : errand->tried;
}

static void
note_good (Listener *listener, guint url)
{
  if (url >= count_addresses (listener))
    return; /* DNS has other answers by now */
  /* A quarter earlier or later: many workstations move together. */
  if (listener->last_good != url)
    listener->fall_back_at_us
        = g_get_monotonic_time ()
          + (gint64)(g_random_double_range (0.75, 1.25) * (double)FALL_BACK_US);
  listener->last_good = url;
}

/* Somewhere between question and answer the site looked at its clock; a poll may lie between. */
static void
note_clock (const HsSiteErrand *errand, const HsHttpReply *reply)
{
  HsSiteClient *client = errand->client;
  gint64 date_us;

  if (!hs_http_reply_get_date (reply, &date_us))
    return;
  gint64 now_us = g_get_real_time ();
  client->knows_clock = TRUE;
  client->clock_offset_us = date_us < errand->sent_us ? errand->sent_us - date_us
                            : date_us > now_us        ? now_us - date_us
                                                      : 0;
}

static gboolean
may_look_up (const HsSiteErrand *errand)
{
  return errand->as_device && errand->client->discover != NULL && !errand->looked
         && g_get_monotonic_time () >= listener_of (errand)->look_up_at_us;
}

static gboolean
may_move_on (const HsSiteErrand *errand, const HsHttpFacts *facts, const GError *error)
{
  if (g_error_matches (error, HS_ERROR, HS_ERROR_CANCELLED)
      || (errand->tried + 1 >= count_addresses (listener_of (errand)) && !may_look_up (errand)))
    return FALSE;
  return !errand->once || !facts->may_have_arrived;
}

/* What a dead gateway in front of a living site says; the next URL may lead around it. */
static gboolean
is_away (guint status)
{
  return status == 502 || status == 503 || status == 504;
}

/* ── more addresses ──────────────────────────────────────────────────────────────────────── */

typedef struct
{
  GTask *task;
  GError *error; /* why there was need for more */
  GCancellable *cancellable;
  guint limit_source;
} LookUp;

static gboolean
on_too_long (gpointer data)
{
  LookUp *look_up = data;

  look_up->limit_source = 0;
  g_cancellable_cancel (look_up->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  LookUp *look_up = data;
  HsSiteErrand *errand = g_task_get_task_data (look_up->task);
  Listener *listener = listener_of (errand);
  GList *found = g_resolver_lookup_service_finish (G_RESOLVER (source), result, NULL);

  g_clear_pointer (&listener->targets, g_ptr_array_unref);
  listener->targets = g_ptr_array_new_with_free_func (g_free);
  if (listener->last_good >= g_strv_length (listener->urls))
    listener->last_good = 0;
  for (GList *item = found; item != NULL && listener->targets->len < MOST_TARGETS;
       item = item->next)
    {
      const char *host = g_srv_target_get_hostname (item->data);
      if (*host != '\0'
          && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
                 == strlen (host))
        g_ptr_array_add (listener->targets,
                         g_strdup_printf ("%s:%u", host, g_srv_target_get_port (item->data)));
    }
  g_resolver_free_targets (found);
  errand->tried = g_strv_length (listener->urls);
  if (listener->targets->len > 0)
    try_next (look_up->task);
  else
    {
      g_task_return_error (look_up->task, g_steal_pointer (&look_up->error));
      g_object_unref (look_up->task);
    }
  g_clear_handle_id (&look_up->limit_source, g_source_remove);
  g_clear_error (&look_up->error);
  g_object_unref (look_up->cancellable);
  g_free (look_up);
}

/* Takes both. */
static void
look_up (GTask *task, GError *error)
{
  HsSiteErrand *errand = g_task_get_task_data (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  LookUp *question = g_new0 (LookUp, 1);

  errand->looked = TRUE;
  listener_of (errand)->look_up_at_us = g_get_monotonic_time () + LOOK_UP_AGAIN_US;
  question->task = task;
  question->error = error;
  question->cancellable = g_cancellable_new ();
  question->limit_source = g_timeout_add (LOOK_UP_MS, on_too_long, question);
  g_resolver_lookup_service_async (resolver, "homespool", "tcp", errand->client->discover,
                                   question->cancellable, on_looked_up, question);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HsSiteErrand *errand = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  HsHttpFacts facts = { 0 };
  g_autoptr (HsHttpReply) reply = hs_http_send_finish (result, &facts, &error);
  guint status = reply != NULL ? hs_http_reply_get_status (reply) : 0;
  GBytes *body = reply != NULL ? hs_http_reply_get_body (reply) : NULL;
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (reply != NULL)
    note_clock (errand, reply);
  if (status >= 200 && status < 300)
    {
      note_good (listener_of (errand), errand->present);
      g_task_return_pointer (task, g_bytes_ref (body), (GDestroyNotify)g_bytes_unref);
      return;
    }
  if (reply != NULL)
    hs_wire_error_decode (status, text != NULL ? text : "", length, &error);
  if ((reply == NULL || (is_away (status) && !errand->once)) && may_move_on (errand, &facts, error))
    {
      errand->tried++;
      if (errand->tried >= count_addresses (listener_of (errand)))
        look_up (g_steal_pointer (&task), g_steal_pointer (&error));
      else
        try_next (g_steal_pointer (&task));
      return;
    }
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
try_next (GTask *task)
{
  HsSiteErrand *errand = g_task_get_task_data (task);
  HsSiteClient *client = errand->client;
  const Listener *listener = listener_of (errand);
  guint n_urls = g_strv_length (listener->urls);
  errand->present = choose_address (errand);
  gboolean is_url = errand->present < n_urls;
  g_autofree char *url
      = hs_site_errand_join_url (listener->urls[is_url ? errand->present : 0], errand->path);
  const char *headers[] = { "Accept: application/json", errand->header, errand->header_2, NULL };
  HsHttpRequest request = {
    .method = errand->method,
    .url = url,
    .headers = headers,
    .content_type = errand->body != NULL ? "application/json" : NULL,
    .body = errand->body,
    .once = errand->once,
    .connect_to = is_url ? NULL : listener->targets->pdata[errand->present - n_urls],
    .trust = HS_HTTP_TRUST_CA,
    .ca_pem = client->ca_pem,
    .tls_version = HS_HTTP_TLS_1_3,
    .certificate_pem = errand->as_device ? client->certificate : NULL,
    .key_pem = errand->as_device ? client->key : NULL,
    .proxy = client->proxy,
    .silence_ms = SITE_SILENCE_MS,
    .on_silent = client->on_silent,
    .on_silent_data = client->on_silent_data,
    .silent_after_ms = SITE_SILENT_AFTER_MS,
    .idle_timeout_ms = errand->idle_timeout_ms,
    .total_timeout_ms = errand->total_timeout_ms,
    .max_body_bytes = errand->max_body_bytes,
  };

  errand->sent_us = g_get_real_time ();
  hs_http_send_async (client->http, &request, g_task_get_cancellable (task), on_reply, task);
}

void
hs_site_errand_start (HsSiteClient *client,
                      gboolean as_device,
                      const HsSiteErrand *model,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  HsSiteErrand *errand = g_memdup2 (model, sizeof *model);
  Listener *listener = as_device ? &client->devices : &client->people;

  /* What the other end did is known from the facts; a cancel must not hide it. */
  g_task_set_check_cancellable (task, FALSE);
  g_ref_count_inc (&client->references);
  errand->client = client;
  errand->as_device = as_device;
  if (g_get_monotonic_time () >= listener->fall_back_at_us)
    listener->last_good = 0;
  if (errand->total_timeout_ms == 0)
    errand->total_timeout_ms = SHORT_TOTAL_MS;
  if (errand->max_body_bytes == 0)
    errand->max_body_bytes = HS_JSON_MAX_BYTES;
  g_task_set_task_data (task, errand, errand_free);
  if (as_device && client->certificate == NULL)
    {
      g_task_return_error (task, hs_refusal_new (HS_REFUSAL_NO_SITE, NULL));
      g_object_unref (task);
      return;
    }
  try_next (task);
}

/* A body that is wiped with its last reference: it carries a secret. */
static void
wipe_and_free (gpointer text)
{
  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
}

GBytes *
hs_site_errand_take_secret_body (char *text)
{
  return g_bytes_new_with_free_func (text, strlen (text), wipe_and_free, text);
}

GBytes *
hs_site_errand_take_body (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

/* The reply's bytes; *text is never NULL on success. */
GBytes *
hs_site_errand_finish (GAsyncResult *result, const char **text, gsize *length, GError **error)
{
  GBytes *body = g_task_propagate_pointer (G_TASK (result), error);

  if (body == NULL)
    return NULL;
  *text = g_bytes_get_data (body, length);
  if (*text == NULL)
    *text = "";
  return body;
}

/* A reply that held a secret. Nobody else has a reference: it was collected for this request. */
void
hs_site_errand_wipe_reply (GBytes *body)
{
  gsize length;
  gpointer bytes = (gpointer)g_bytes_get_data (body, &length);

  if (length > 0)
    hs_secret_bytes_wipe (bytes, length);
}

/* Whatever cannot be read in a reply is the site's fault, not the caller's. */
void
hs_site_errand_blame_site (GError **error)
{
  if (error == NULL || *error == NULL)
    return;
  (*error)->code = HS_ERROR_CORRUPT;
  g_prefix_error (error, "the site's answer cannot be read: ");
}
