/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How a terminal joins and stays. */

#include "site/terminals/enrolment.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/wire/enrol_token.h"
#include "crypto/pkcs12.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

#include <string.h>

#define SECRET_BYTES 32
#define TOKEN_BYTES 32
#define CODE_CHARACTERS 12                    /* 58 bits */
#define BACKDATE_US (10 * G_TIME_SPAN_MINUTE) /* for terminals whose clock is late */
#define SEEN_US (60 * G_TIME_SPAN_SECOND)     /* how exact "last seen" is */
#define REMINDER_US (60 * G_TIME_SPAN_DAY)    /* a visit can be planned */

static void
digest_text (const char *text, gsize length, guint8 digest[HS_STORE_DIGEST_BYTES])
{
  hs_sha256 (text, length, digest);
}

/* ── an administrator adds one ───────────────────────────────────────────────────────────── */

static gboolean
prepare (HsSite *site, HsStoreTerminal *terminal, gint64 now_us, GError **error)
{
  g_autoptr (HsStorePrinter) printer
      = hs_store_get_printer (site->store, &terminal->printer, error);

  terminal->added_us = now_us;
  terminal->secret_until_us = now_us + HS_TERMINAL_SECRET_LIFE_US;
  return printer != NULL && hs_random_id (&terminal->id, error);
}

char *
hs_terminal_add (HsSite *site, HsStoreTerminal *terminal, gint64 now_us, GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (site, error);
  g_autoptr (HsEnrolToken) line = g_new0 (HsEnrolToken, 1);

  if (bundle == NULL || !prepare (site, terminal, now_us, error)
      || (line->secret = hs_random_secret (SECRET_BYTES, error)) == NULL)
    return NULL;
  line->url = g_strdup (site->config->people_urls[0]);
  line->expires_us = terminal->secret_until_us;
  hs_public_key_digest (&bundle->root, line->root_digest);
  hs_sha256 (hs_secret_bytes_peek (line->secret), SECRET_BYTES, terminal->secret);
  return hs_store_add_terminal (site->store, terminal, error) ? hs_enrol_token_format (line) : NULL;
}

static gint64
get_life_us (HsSite *site)
{
  return site->config->terminal_days * G_TIME_SPAN_DAY;
}

static HsCertificate *
issue (HsSite *site, const HsId *id, const char *request_pem, gint64 now_us, GError **error)
{
  return hs_certificate_issue_terminal (hs_site_secrets_get_device_authority (site->secrets),
                                        hs_site_secrets_get_device_authority_key (site->secrets),
                                        request_pem, id, now_us - BACKDATE_US,
                                        now_us + get_life_us (site), error);
}

/* Of 30 characters that nobody confuses: no 0, 1, i, l, o, u. */
static char *
make_code (GError **error)
{
  static const char alphabet[] = "23456789abcdefghjkmnpqrstvwxyz";
  static const gsize n_letters = sizeof alphabet - 1;
  GString *code = g_string_new (NULL);
  guint8 byte;

  while (code->len < CODE_CHARACTERS)
    {
      if (!hs_random_bytes (&byte, 1, error))
        {
          g_string_free (code, TRUE);
          return NULL;
        }
      if (byte < 256 / n_letters * n_letters) /* the others would favour the first letters */
        g_string_append_c (code, alphabet[byte % n_letters]);
    }
  return g_string_free (code, FALSE);
}

static void
wipe_code (char *code)
{
  hs_secret_bytes_wipe (code, strlen (code));
  g_free (code);
}

/* Key and certificate for a browser, in one file. Returns: (transfer full): the code that opens *file. */
static char *
make_file (HsSite *site,
           const HsStoreTerminal *terminal,
           gint64 now_us,
           HsCertificate **certificate,
           GBytes **file,
           GError **error)
{
  g_autoptr (HsCertificateKey) key = hs_certificate_key_new (error);
  g_autofree char *request = key != NULL ? hs_certificate_key_make_request (key, error) : NULL;
  g_autofree char *label = g_strdup_printf ("Homespool %s", terminal->name);
  g_autoptr (HsCertificate) made
      = request != NULL ? issue (site, &terminal->id, request, now_us, error) : NULL;
  char *code = made != NULL ? make_code (error) : NULL;

  if (code == NULL)
    return NULL;
  *file = hs_pkcs12_make (made, key, label, code, error);
  if (*file == NULL)
    {
      wipe_code (code);
      return NULL;
    }
  *certificate = g_steal_pointer (&made);
  return code;
}

char *
hs_terminal_add_browser (
    HsSite *site, HsStoreTerminal *terminal, gint64 now_us, GBytes **file, GError **error)
{
  g_autoptr (HsCertificate) certificate = NULL;
  char *code = NULL;

  if (!prepare (site, terminal, now_us, error)
      || (code = make_file (site, terminal, now_us, &certificate, file, error)) == NULL)
    return NULL;
  hs_certificate_get_fingerprint (certificate, terminal->fingerprint);
  terminal->not_after_us = hs_certificate_get_not_after_us (certificate);
  digest_text (code, strlen (code), terminal->secret);
  if (hs_store_add_terminal (site->store, terminal, error))
    return code;
  g_clear_pointer (file, g_bytes_unref);
  wipe_code (code);
  return NULL;
}

/* ── it joins ────────────────────────────────────────────────────────────────────────────── */

static gboolean
check_secret_life (const HsStoreTerminal *terminal, gint64 now_us, GError **error)
{
  if (now_us < terminal->secret_until_us)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
               "this secret is over; an administrator makes a new one with homespool-site terminal "
               "add");
  return FALSE;
}

/* Spends the secret of @terminal. Returns: (transfer full): its token. */
static char *
spend (HsSite *site, HsStoreTerminal *terminal, gint64 now_us, GError **error)
{
  g_autoptr (HsSecretBytes) secret = hs_random_secret (TOKEN_BYTES, error);

  if (secret == NULL)
    return NULL;
  char *token = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (secret), TOKEN_BYTES);
  digest_text (token, strlen (token), terminal->token);
  terminal->enrolled_us = now_us;
  if (hs_store_enrol_terminal (site->store, terminal, error))
    return token;
  hs_secret_bytes_wipe (token, strlen (token));
  g_free (token);
  return NULL;
}

HsTerminalEnrolReply *
hs_terminal_join (HsSite *site,
                  const HsTerminalEnrolRequest *request,
                  gint64 now_us,
                  GError **error)
{
  g_autoptr (HsTerminalEnrolReply) reply = g_new0 (HsTerminalEnrolReply, 1);
  g_autoptr (HsStoreTerminal) terminal = NULL;
  g_autoptr (HsStorePrinter) printer = NULL;
  g_autoptr (HsCertificate) certificate = NULL;
  guint8 digest[HS_STORE_DIGEST_BYTES];

  hs_sha256 (hs_secret_bytes_peek (request->secret), hs_secret_bytes_get_length (request->secret),
             digest);
  terminal = hs_store_get_terminal_by_secret (site->store, digest, error);
  if (terminal == NULL || !check_secret_life (terminal, now_us, error)
      || (printer = hs_store_get_printer (site->store, &terminal->printer, error)) == NULL
      || (certificate = issue (site, &terminal->id, request->csr, now_us, error)) == NULL)
    return NULL;
  hs_certificate_get_fingerprint (certificate, terminal->fingerprint);
  terminal->not_after_us = hs_certificate_get_not_after_us (certificate);
  char *token = spend (site, terminal, now_us, error);
  if (token == NULL)
    return NULL;
  reply->token = hs_secret_bytes_new_copy ((const guint8 *)token, strlen (token));
  hs_secret_bytes_wipe (token, strlen (token));
  g_free (token);
  reply->terminal = terminal->id;
  reply->certificate = hs_certificate_dup_pem (certificate);
  reply->printer = printer->uuid;
  reply->printer_name = g_strdup (printer->name);
  reply->printer_location = g_strdup (printer->location);
  reply->is_card_only = terminal->is_card_only || site->config->terminals_card_only;
  return g_steal_pointer (&reply);
}

char *
hs_terminal_pair (
    HsSite *site, const HsId *id, const HsSecretBytes *code, gint64 now_us, GError **error)
{
  g_autoptr (HsStoreTerminal) terminal = hs_store_get_terminal (site->store, id, error);
  guint8 digest[HS_STORE_DIGEST_BYTES];
  static const guint8 spent[HS_STORE_DIGEST_BYTES];

  if (terminal == NULL)
    return NULL;
  hs_sha256 (hs_secret_bytes_peek (code), hs_secret_bytes_get_length (code), digest);
  if (memcmp (terminal->secret, spent, sizeof spent) == 0
      || !hs_constant_time_equal (digest, terminal->secret, sizeof digest))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "this is not the code, or it was used already; an administrator makes a new "
                   "file and code with homespool-site terminal add");
      return NULL;
    }
  return check_secret_life (terminal, now_us, error) ? spend (site, terminal, now_us, error) : NULL;
}

/* ── it stays ────────────────────────────────────────────────────────────────────────────── */

/* Not before half of its life is over: whoever stands at a tablet may press its button. */
static gboolean
check_age (HsSite *site, const HsStoreTerminal *terminal, gint64 now_us, GError **error)
{
  if (now_us >= terminal->not_after_us - get_life_us (site) / 2)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "this terminal's certificate is not old enough to be renewed");
  return FALSE;
}

static gboolean
make_renewed (HsSite *site,
              const HsStoreTerminal *terminal,
              const char *csr,
              gint64 now_us,
              HsTerminalRenewal *renewal,
              HsCertificate **certificate,
              GError **error)
{
  if (csr != NULL)
    {
      *certificate = issue (site, &terminal->id, csr, now_us, error);
      if (*certificate != NULL)
        renewal->certificate = hs_certificate_dup_pem (*certificate);
      return *certificate != NULL;
    }
  char *code = make_file (site, terminal, now_us, certificate, &renewal->file, error);
  if (code == NULL)
    return FALSE;
  renewal->code = hs_secret_bytes_new_copy ((const guint8 *)code, strlen (code));
  wipe_code (code);
  return TRUE;
}

HsTerminalRenewal *
hs_terminal_renew (HsSite *site, const HsId *id, const char *csr, gint64 now_us, GError **error)
{
  g_autoptr (HsStoreTerminal) terminal = hs_store_get_terminal (site->store, id, error);
  g_autoptr (HsTerminalRenewal) renewal = g_new0 (HsTerminalRenewal, 1);
  g_autoptr (HsCertificate) certificate = NULL;

  if (terminal == NULL || !check_age (site, terminal, now_us, error)
      || !make_renewed (site, terminal, csr, now_us, renewal, &certificate, error))
    return NULL;
  hs_certificate_get_fingerprint (certificate, terminal->next_fingerprint);
  renewal->until_us = hs_certificate_get_not_after_us (certificate);
  terminal->next_not_after_us = renewal->until_us;
  return hs_store_set_terminal_next (site->store, terminal, error) ? g_steal_pointer (&renewal)
                                                                   : NULL;
}

gint64
hs_terminal_get_reminder_us (HsSite *site, const HsStoreTerminal *terminal)
{
  return terminal->not_after_us - MIN (REMINDER_US, get_life_us (site) / 3);
}

/* ── it asks ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_terminal_has_token (const HsStoreTerminal *terminal, const char *token)
{
  guint8 digest[HS_STORE_DIGEST_BYTES];

  if (token == NULL || terminal->enrolled_us == 0)
    return FALSE;
  digest_text (token, strlen (token), digest);
  return hs_constant_time_equal (digest, terminal->token, sizeof digest);
}

typedef enum
{
  CERTIFICATE_OTHER,
  CERTIFICATE_IN_USE,
  CERTIFICATE_RENEWED, /* not used yet */
} Certificate;

static Certificate
find_certificate (const HsStoreTerminal *terminal, const guint8 fingerprint[HS_STORE_DIGEST_BYTES])
{
  if (hs_constant_time_equal (fingerprint, terminal->fingerprint, HS_STORE_DIGEST_BYTES))
    return CERTIFICATE_IN_USE;
  return hs_constant_time_equal (fingerprint, terminal->next_fingerprint, HS_STORE_DIGEST_BYTES)
             ? CERTIFICATE_RENEWED
             : CERTIFICATE_OTHER;
}

gboolean
hs_terminal_check (HsSite *site,
                   const HsId *id,
                   const guint8 fingerprint[HS_STORE_DIGEST_BYTES],
                   gboolean needs_token,
                   const char *token,
                   gint64 now_us,
                   GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreTerminal) terminal = hs_store_get_terminal (site->store, id, &reason);
  Certificate certificate
      = terminal != NULL ? find_certificate (terminal, fingerprint) : CERTIFICATE_OTHER;
  gboolean has_token = terminal != NULL && hs_terminal_has_token (terminal, token);

  if (terminal == NULL && !g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (terminal != NULL && terminal->revoked_us != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "this terminal was revoked; an administrator can add it again");
      return FALSE;
    }
  /* Certificate and token are looked at together: which of them is wrong is not for others. */
  if (certificate == CERTIFICATE_OTHER || (needs_token && !has_token))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "this terminal's certificate and token do not belong together here; an "
                   "administrator can add it again");
      return FALSE;
    }
  /* A file for a browser that somebody else carried away ends nothing: it came without the token. */
  if (certificate == CERTIFICATE_RENEWED && has_token
      && !hs_store_promote_terminal (site->store, id, error))
    return FALSE;
  return now_us - terminal->last_seen_us < SEEN_US
         || hs_store_set_terminal_seen (site->store, id, now_us, error);
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

static char *
dup_log_name (const HsId *id)
{
  char text[HS_ID_TEXT_BYTES];

  return g_strconcat ("terminal ", hs_id_format (id, text), NULL);
}

gboolean
hs_terminal_revoke (HsSite *site, const HsId *id, gint64 now_us, GError **error)
{
  g_autofree char *name = dup_log_name (id);
  g_autoptr (HsStoreTerminal) terminal = hs_store_get_terminal (site->store, id, error);

  return terminal != NULL
         && (hs_site_secrets_has_name (site->secrets, name)
             || hs_site_secrets_log_name (site->secrets, name, error))
         && hs_store_revoke_terminal (site->store, id, now_us, error);
}

gboolean
hs_terminals_apply_log (HsSite *site, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) terminals = hs_store_list_terminals (site->store, error);

  if (terminals == NULL)
    return FALSE;
  for (guint i = 0; i < terminals->len; i++)
    {
      const HsStoreTerminal *terminal = g_ptr_array_index (terminals, i);
      g_autofree char *name = dup_log_name (&terminal->id);
      if (terminal->revoked_us == 0 && hs_site_secrets_has_name (site->secrets, name)
          && !hs_store_revoke_terminal (site->store, &terminal->id, now_us, error))
        return FALSE;
    }
  return TRUE;
}
