/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "journey/fake_site.h"

#include "base/base64.h"
#include "core/wire/command_result.h"
#include "core/wire/enrolment.h"
#include "core/wire/event_record.h"
#include "core/notices.h"
#include "core/wire/wire_error.h"
#include "base/error.h"
#include "crypto/ed25519.h"
#include "crypto/jws.h"
#include "crypto/random.h"
#include "support/suite.h"

#include <string.h>

struct FakeSite
{
  HsHttpDouble *server;
  HsTestIdentity *identity;
  HsId device;
  HsReleaseKeys release_keys;
  HsSecretBytes *seeds[FAKE_SITE_KEY_PRINTER_ADMIN + 1];
  HsPublicKey publics[FAKE_SITE_KEY_PRINTER_ADMIN + 1];
  HsCertificateKey *device_ca_key;
  HsCertificate *device_ca;
  HsBundle *bundle;
  HsPrinterList *printers;
  HsSecretBytes *token_secret;

  GMutex lock; /* all below */
  GCond changed;
  gboolean is_closing;
  FakeSiteMood mood;
  char *bundle_reply;
  GArray *orders; /* FakeSiteCommand, with shares of their own */
  guint8 last_nonce[HS_COMMAND_NONCE_BYTES];
  guint8 nonce[HS_COMMAND_NONCE_BYTES];
  HsUploadAnswer head;
  guint64 pretended;
  GString *records;
  GPtrArray *requests; /* "METHOD path" */
  GByteArray *seen;
};

/* ── the organisation ────────────────────────────────────────────────────────────────────── */

static char *
sign (FakeSite *site, const char *typ, FakeSiteKey key, GBytes *payload)
{
  char *jws;

  HS_ASSERT (payload != NULL);
  jws = hs_jws_sign (typ, site->seeds[key], g_bytes_get_data (payload, NULL),
                     g_bytes_get_size (payload), NULL);
  g_bytes_unref (payload);
  HS_ASSERT (jws != NULL);
  return jws;
}

HsBundle *
fake_site_get_bundle (FakeSite *site)
{
  return site->bundle;
}

HsPrinterList *
fake_site_get_printers (FakeSite *site)
{
  return site->printers;
}

void
fake_site_add_printer (FakeSite *site, const HsId *uuid, const char *uri)
{
  HsPrinterEntry *entry = g_new0 (HsPrinterEntry, 1);

  entry->uuid = *uuid;
  entry->name = g_strdup ("Printer");
  entry->uris = g_new0 (char *, 2);
  entry->uris[0] = g_strdup (uri);
  entry->pins = g_new0 (HsPrinterPin, 1);
  entry->n_pins = 1;
  g_ptr_array_add (site->printers->printers, entry);
}

static void
serve_bundle (FakeSite *site, FakeSiteKey bundle_key, FakeSiteKey printers_key)
{
  HsBundleReply reply = { 0 };

  site->bundle->version++;
  site->printers->version++;
  reply.bundle = sign (site, HS_JWS_TYP_BUNDLE, bundle_key, hs_bundle_encode (site->bundle, NULL));
  reply.printers = sign (site, HS_JWS_TYP_PRINTERS, printers_key,
                         hs_printer_list_encode (site->printers, NULL));
  g_mutex_lock (&site->lock);
  g_free (site->bundle_reply);
  site->bundle_reply = hs_bundle_reply_encode (&reply);
  g_mutex_unlock (&site->lock);
  g_free (reply.bundle);
  g_free (reply.printers);
}

void
fake_site_publish (FakeSite *site)
{
  serve_bundle (site, FAKE_SITE_KEY_ROOT, FAKE_SITE_KEY_PRINTER_ADMIN);
}

void
fake_site_publish_forged (FakeSite *site, FakeSiteKey bundle_key, FakeSiteKey printers_key)
{
  serve_bundle (site, bundle_key, printers_key);
}

HsEnrolToken *
fake_site_make_token (FakeSite *site)
{
  HsEnrolToken *token = g_new0 (HsEnrolToken, 1);

  token->url = g_strdup (site->bundle->site_urls[0]);
  hs_public_key_digest (&site->bundle->root, token->root_digest);
  token->secret = hs_secret_bytes_copy (site->token_secret);
  token->expires_us = g_get_real_time () + G_TIME_SPAN_HOUR;
  return token;
}

/* ── commands ────────────────────────────────────────────────────────────────────────────── */

void
fake_site_order (FakeSite *site, const FakeSiteCommand *command)
{
  FakeSiteCommand copy = *command;

  if (copy.share != NULL)
    copy.share = hs_secret_bytes_copy (copy.share);
  g_mutex_lock (&site->lock);
  g_array_append_val (site->orders, copy);
  g_cond_broadcast (&site->changed);
  g_mutex_unlock (&site->lock);
}

void
fake_site_forget_orders (FakeSite *site)
{
  g_mutex_lock (&site->lock);
  g_array_set_size (site->orders, 0);
  g_mutex_unlock (&site->lock);
}

static void
clear_order (gpointer data)
{
  hs_secret_bytes_free ((HsSecretBytes *)((FakeSiteCommand *)data)->share);
}

/* Under the lock. */
static char *
make_commands (FakeSite *site)
{
  g_autoptr (GPtrArray) envelopes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_command_envelope_free);

  for (guint i = 0; i < site->orders->len;)
    {
      const FakeSiteCommand *order = &g_array_index (site->orders, FakeSiteCommand, i);
      HsCommand command = { .device = site->device,
                            .id = order->id,
                            .kind = order->kind,
                            .job = order->job,
                            .printer = order->printer,
                            .life_s = order->life_s != 0 ? order->life_s : 60 };
      g_autofree char *jws = NULL;

      memcpy (command.nonce, order->old_nonce ? site->last_nonce : site->nonce,
              sizeof command.nonce);
      if (order->other_device)
        command.device.bytes[3] ^= 0xff;
      jws = sign (site, HS_JWS_TYP_COMMAND, order->key, hs_command_encode (&command, NULL));
      g_ptr_array_add (envelopes, hs_command_envelope_new (jws, order->share));
      if (order->repeat)
        i++;
      else
        g_array_remove_index (site->orders, i);
    }
  return hs_commands_encode (envelopes, NULL);
}

/* ── the server ──────────────────────────────────────────────────────────────────────────── */

static void
reply_text (HsHttpExchange *exchange, guint status, const char *text)
{
  hs_http_exchange_reply (exchange, status, "Content-Type: application/json\r\n", text,
                          strlen (text));
}

static void
reply_error (HsHttpExchange *exchange, HsErrorCode code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (HS_ERROR, code, message);
  g_autofree char *body = hs_wire_error_encode (error);

  reply_text (exchange, hs_wire_error_to_status (code), body);
}

static void
enrol (FakeSite *site, HsHttpExchange *exchange, GByteArray *body)
{
  g_autoptr (HsEnrolRequest) request
      = hs_enrol_request_decode ((const char *)body->data, body->len, NULL);
  g_autoptr (HsCertificate) certificate = NULL;
  HsEnrolReply reply = { .device = site->device };
  gint64 now_us = g_get_real_time ();
  g_autofree char *text = NULL;

  if (request == NULL || !hs_secret_bytes_equal (request->secret, site->token_secret))
    {
      reply_error (exchange, HS_ERROR_DENIED, "This token is not known.");
      return;
    }
  certificate = hs_certificate_issue_device (site->device_ca, site->device_ca_key, request->csr,
                                             &site->device, now_us - G_TIME_SPAN_HOUR,
                                             now_us + 30 * G_TIME_SPAN_DAY, NULL);
  reply.certificate = hs_certificate_dup_pem (certificate);
  reply.release_keys = sign (site, HS_JWS_TYP_RELEASE_KEYS, FAKE_SITE_KEY_COMMAND,
                             hs_release_keys_encode (&site->release_keys, NULL));
  text = hs_enrol_reply_encode (&reply);
  reply_text (exchange, 200, text);
  g_free (reply.certificate);
  g_free (reply.release_keys);
}

/* Under the lock. */
static void
note_record (FakeSite *site, const HsEventRecord *record)
{
  const char *detail = NULL;

  if (record->kind == HS_RECORD_COMMAND_RESULT)
    detail = json_string_value (json_object_get (record->body, "result"));
  else if (record->kind == HS_RECORD_AGENT)
    detail = json_string_value (json_object_get (record->body, "agent"));
  else if (record->kind == HS_RECORD_STATE)
    detail = json_string_value (json_object_get (record->body, "state"));
  g_string_append_printf (site->records, "%s%s%s%s", site->records->len > 0 ? " " : "",
                          hs_record_kind_to_keyword (record->kind), detail != NULL ? ":" : "",
                          detail != NULL ? detail : "");
}

static void
take_events (FakeSite *site, HsHttpExchange *exchange, GByteArray *body)
{
  guint8 stream[HS_STREAM_BYTES];
  g_autoptr (GPtrArray) records
      = hs_upload_decode ((const char *)body->data, body->len, stream, NULL);
  g_autoptr (GBytes) answer = NULL;

  if (records == NULL)
    {
      reply_error (exchange, HS_ERROR_INVALID, "These are no records.");
      return;
    }
  g_mutex_lock (&site->lock);
  if (memcmp (site->head.stream, stream, sizeof stream) != 0)
    {
      site->head = (HsUploadAnswer){ .n = site->pretended };
      memcpy (site->head.stream, stream, sizeof stream);
      site->pretended = 0;
    }
  for (guint i = 0; i < records->len && site->mood != FAKE_SITE_TAKES_NONE; i++)
    {
      const HsEventRecord *record = records->pdata[i];

      if (record->n != site->head.n + 1
          || memcmp (record->previous, site->head.hash, sizeof record->previous) != 0)
        continue;
      site->head.n = record->n;
      memcpy (site->head.hash, record->hash, sizeof record->hash);
      note_record (site, record);
    }
  answer = hs_upload_answer_encode (&site->head);
  g_mutex_unlock (&site->lock);
  hs_http_exchange_reply (exchange, 200, NULL, g_bytes_get_data (answer, NULL),
                          g_bytes_get_size (answer));
}

static void
give_commands (FakeSite *site, HsHttpExchange *exchange)
{
  const char *nonce = g_hash_table_lookup (exchange->headers, "homespool-nonce");
  gboolean waits = !g_str_has_suffix (exchange->path, "wait=0");
  g_autofree char *text = NULL;

  g_mutex_lock (&site->lock);
  memcpy (site->last_nonce, site->nonce, sizeof site->nonce);
  if (nonce == NULL
      || hs_base64_decode (HS_BASE64_URL, nonce, strlen (nonce), site->nonce, sizeof site->nonce)
             != sizeof site->nonce)
    {
      g_mutex_unlock (&site->lock);
      reply_error (exchange, HS_ERROR_INVALID, "A poll needs a nonce.");
      return;
    }
  while (waits && site->orders->len == 0 && !site->is_closing && site->mood == FAKE_SITE_GOOD)
    g_cond_wait (&site->changed, &site->lock);
  text = make_commands (site);
  g_mutex_unlock (&site->lock);
  reply_text (exchange, 200, text);
}

static void
misbehave (FakeSiteMood mood, HsHttpExchange *exchange)
{
  static const char endless[] = "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n";
  static guint8 filler[64 * 1024];

  if (mood == FAKE_SITE_RUBBISH)
    reply_text (exchange, 200, "<html><body>Sign in to the guest network</body></html>");
  else if (mood == FAKE_SITE_REDIRECTS)
    hs_http_exchange_reply (exchange, 302, "Location: /v1/elsewhere\r\n", "", 0);
  else if (mood == FAKE_SITE_BROKEN)
    reply_error (exchange, HS_ERROR_INTERNAL, "Something went wrong here.");
  else if (mood == FAKE_SITE_REVOKED)
    reply_error (exchange, HS_ERROR_DENIED, "This workstation was revoked.");
  else if (mood == FAKE_SITE_ENDLESS)
    {
      hs_http_exchange_write (exchange, endless, sizeof endless - 1);
      for (int i = 0; i < 64; i++) /* 4 MiB: more than any limit */
        hs_http_exchange_write (exchange, filler, sizeof filler);
      hs_http_exchange_drop (exchange);
    }
  else
    hs_http_exchange_drop (exchange);
}

static void
handle (HsHttpExchange *exchange, gpointer data)
{
  FakeSite *site = data;
  g_autoptr (GByteArray) body = hs_http_exchange_read_all (exchange);
  gboolean is_device = g_str_has_prefix (exchange->path, "/v1/device/");
  guint8 pin[32];
  FakeSiteMood mood;
  g_autofree char *bundle = NULL;

  if (body == NULL)
    return;
  g_mutex_lock (&site->lock);
  g_ptr_array_add (site->requests, g_strdup_printf ("%s %s", exchange->method, exchange->path));
  g_byte_array_append (site->seen, body->data, body->len);
  mood = site->mood;
  bundle = g_strdup (site->bundle_reply);
  g_mutex_unlock (&site->lock);
  if (mood != FAKE_SITE_GOOD && mood != FAKE_SITE_TAKES_NONE
      && (mood != FAKE_SITE_REVOKED || is_device))
    misbehave (mood, exchange);
  else if (is_device && !hs_http_exchange_get_client_pin (exchange, pin))
    reply_error (exchange, HS_ERROR_DENIED, "Who are you?");
  else if (g_str_equal (exchange->path, "/v1/bundle"))
    reply_text (exchange, 200, bundle);
  else if (g_str_equal (exchange->path, "/v1/enrol"))
    enrol (site, exchange, body);
  else if (g_str_equal (exchange->path, "/v1/device/events"))
    take_events (site, exchange, body);
  else if (g_str_has_prefix (exchange->path, "/v1/device/commands?"))
    give_commands (site, exchange);
  else if (g_str_equal (exchange->path, "/v1/device/release-keys"))
    {
      g_autofree char *jws = sign (site, HS_JWS_TYP_RELEASE_KEYS, FAKE_SITE_KEY_COMMAND,
                                   hs_release_keys_encode (&site->release_keys, NULL));
      g_autofree char *text = hs_single_text_encode ("release_keys", jws);
      reply_text (exchange, 200, text);
    }
  else
    reply_error (exchange, HS_ERROR_NOT_FOUND, "There is no such thing.");
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
fill_bundle (FakeSite *site)
{
  HsBundle *bundle = site->bundle;
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", fake_site_get_port (site));

  bundle->root = site->publics[FAKE_SITE_KEY_ROOT];
  bundle->printer_admin = site->publics[FAKE_SITE_KEY_PRINTER_ADMIN];
  bundle->command_keys = g_memdup2 (&site->publics[FAKE_SITE_KEY_COMMAND], sizeof (HsPublicKey));
  bundle->entitlement_keys
      = g_memdup2 (&site->publics[FAKE_SITE_KEY_ENTITLEMENT], sizeof (HsPublicKey));
  bundle->n_command_keys = bundle->n_entitlement_keys = 1;
  bundle->policy.offline = HS_OFFLINE_PRINT;
  bundle->organisation.bytes[0] = 0x77;
  bundle->organisation_name = g_strdup ("Example");
  bundle->issued_us = g_get_real_time () - G_TIME_SPAN_HOUR;
  bundle->expires_us = bundle->issued_us + G_TIME_SPAN_DAY;
  bundle->site_urls = g_strsplit (url, " ", -1);
  bundle->device_urls = g_strsplit (url, " ", -1);
  bundle->site_ca = g_new0 (char *, 2);
  bundle->site_ca[0] = g_strdup (site->identity->ca_pem);
  site->printers->issued_us = bundle->issued_us;
  site->printers->expires_us = bundle->expires_us;
}

FakeSite *
fake_site_new (const HsId *device, const guint8 release_public[HS_RELEASE_KEY_BYTES])
{
  FakeSite *site = g_new0 (FakeSite, 1);
  gint64 now_us = g_get_real_time ();

  g_mutex_init (&site->lock);
  g_cond_init (&site->changed);
  site->device = *device;
  site->records = g_string_new (NULL);
  site->requests = g_ptr_array_new_with_free_func (g_free);
  site->seen = g_byte_array_new ();
  site->orders = g_array_new (FALSE, TRUE, sizeof (FakeSiteCommand));
  g_array_set_clear_func (site->orders, clear_order);
  for (int key = 0; key <= FAKE_SITE_KEY_PRINTER_ADMIN; key++)
    site->seeds[key] = hs_ed25519_generate (site->publics[key].bytes, NULL);
  site->token_secret = hs_random_secret (32, NULL);
  site->device_ca_key = hs_certificate_key_new (NULL);
  site->device_ca
      = hs_certificate_make_authority (site->device_ca_key, "Devices", now_us - G_TIME_SPAN_DAY,
                                       now_us + 365 * G_TIME_SPAN_DAY, NULL);
  site->release_keys = (HsReleaseKeys){ .device = *device, .issued_us = now_us, .n_keys = 1 };
  site->release_keys.keys[0].epoch = 1;
  site->release_keys.keys[0].not_before_us = now_us - G_TIME_SPAN_HOUR;
  site->release_keys.keys[0].not_after_us = now_us + 7 * G_TIME_SPAN_DAY;
  memcpy (site->release_keys.keys[0].public_bytes, release_public, HS_RELEASE_KEY_BYTES);
  site->identity = hs_test_identity_new ("127.0.0.1");
  site->server = hs_http_double_new (handle, site);
  hs_http_double_set_identity (site->server, site->identity->certificate_pem,
                               site->identity->key_pem);
  hs_http_double_ask_for_certificate (site->server, TRUE);
  site->bundle = hs_bundle_new ();
  site->printers = hs_printer_list_new ();
  fill_bundle (site);
  return site;
}

void
fake_site_free (FakeSite *site)
{
  g_mutex_lock (&site->lock);
  site->is_closing = TRUE;
  g_cond_broadcast (&site->changed);
  g_mutex_unlock (&site->lock);
  hs_http_double_free (site->server);
  hs_test_identity_free (site->identity);
  for (int key = 0; key <= FAKE_SITE_KEY_PRINTER_ADMIN; key++)
    hs_secret_bytes_free (site->seeds[key]);
  hs_secret_bytes_free (site->token_secret);
  hs_certificate_free (site->device_ca);
  hs_certificate_key_free (site->device_ca_key);
  hs_bundle_free (site->bundle);
  hs_printer_list_free (site->printers);
  g_free (site->bundle_reply);
  g_array_unref (site->orders);
  g_string_free (site->records, TRUE);
  g_ptr_array_unref (site->requests);
  g_byte_array_unref (site->seen);
  g_mutex_clear (&site->lock);
  g_cond_clear (&site->changed);
  g_free (site);
}

/* ── behaviour, and what it saw ──────────────────────────────────────────────────────────── */

void
fake_site_set_mood (FakeSite *site, FakeSiteMood mood)
{
  g_mutex_lock (&site->lock);
  site->mood = mood;
  g_cond_broadcast (&site->changed);
  g_mutex_unlock (&site->lock);
}

void
fake_site_impersonate (FakeSite *site)
{
  g_autoptr (HsTestIdentity) other = hs_test_identity_new ("127.0.0.1");

  hs_http_double_set_identity (site->server, other->certificate_pem, other->key_pem);
}

void
fake_site_pretend_records (FakeSite *site, guint64 n)
{
  g_mutex_lock (&site->lock);
  site->pretended = n;
  memset (site->head.stream, 0, sizeof site->head.stream);
  g_mutex_unlock (&site->lock);
}

void
fake_site_forget_records (FakeSite *site)
{
  g_mutex_lock (&site->lock);
  site->head.n = 0;
  memset (site->head.hash, 0, sizeof site->head.hash);
  g_mutex_unlock (&site->lock);
}

char *
fake_site_dup_records (FakeSite *site)
{
  char *text;

  g_mutex_lock (&site->lock);
  text = g_strdup (site->records->str);
  g_mutex_unlock (&site->lock);
  return text;
}

guint
fake_site_count_records (FakeSite *site, const char *word)
{
  g_autofree char *records = fake_site_dup_records (site);
  g_auto (GStrv) parts = g_strsplit (records, word, -1);

  return g_strv_length (parts) > 0 ? g_strv_length (parts) - 1 : 0;
}

guint
fake_site_count (FakeSite *site, const char *prefix)
{
  guint count = 0;

  g_mutex_lock (&site->lock);
  for (guint i = 0; i < site->requests->len; i++)
    count += g_str_has_prefix (site->requests->pdata[i], prefix);
  g_mutex_unlock (&site->lock);
  return count;
}

gboolean
fake_site_has_seen (FakeSite *site, const void *bytes, gsize length)
{
  gboolean seen;

  g_mutex_lock (&site->lock);
  seen = memmem (site->seen->data, site->seen->len, bytes, length) != NULL;
  g_mutex_unlock (&site->lock);
  return seen;
}

guint16
fake_site_get_port (FakeSite *site)
{
  return hs_http_double_get_port (site->server);
}
