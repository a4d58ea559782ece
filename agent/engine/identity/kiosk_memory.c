/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a kiosk remembers in the ledger. No name stands there: a name is found by its HMAC under a key
 * that comes of the machine secret. */

#define HS_LOG_AREA "people"

#include "engine/identity/kiosk_private.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"

#include <string.h>

#define PREFIX "kiosk/"
#define NAME_LABEL "homespool kiosk name v1"

static char *
setting_of (const char *kind, const HsId *identity)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat (PREFIX, kind, "/", hs_id_format (identity, id), NULL);
}

/* ── keeping ─────────────────────────────────────────────────────────────────────────────── */

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hs_ledger_commit_finish (user_data, result, &error))
    hs_log_warning ("something of the kiosk could not be kept: %s", error->message);
}

/* @value (transfer full): NULL removes. */
static void
put (HsKiosk *kiosk, HsLedgerBatch *batch, const char *name, GBytes *value)
{
  if (value != NULL)
    {
      hs_ledger_batch_put_setting (batch, name, value);
      g_hash_table_insert (kiosk->settings, g_strdup (name), value);
    }
  else if (g_hash_table_remove (kiosk->settings, name))
    hs_ledger_batch_delete_setting (batch, name);
}

static GBytes *
take_text (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_kiosk_memory_init (HsKiosk *kiosk, GError **error)
{
  GHashTableIter iterator;
  gpointer name, value;

  kiosk->settings
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_hash_table_iter_init (&iterator, kiosk->parts.contents->settings);
  while (g_hash_table_iter_next (&iterator, &name, &value))
    if (g_str_has_prefix (name, PREFIX))
      g_hash_table_insert (kiosk->settings, g_strdup (name), g_bytes_ref (value));
  kiosk->name_key
      = hs_hkdf_sha256_label (kiosk->parts.machine_secret, NAME_LABEL, HS_HMAC_BYTES, error);
  return kiosk->name_key != NULL;
}

void
hs_kiosk_memory_clear (HsKiosk *kiosk)
{
  g_clear_pointer (&kiosk->settings, g_hash_table_unref);
  g_clear_pointer (&kiosk->name_key, hs_secret_bytes_free);
}

/* ── who ─────────────────────────────────────────────────────────────────────────────────── */

/* The site does not tell case apart in names, so neither do we. NULL: no memory of names. */
static char *
name_setting (HsKiosk *kiosk, const char *user)
{
  g_autofree char *plain = g_utf8_casefold (user, -1);
  guint8 mac[HS_HMAC_BYTES];
  gboolean done = hs_hmac_sha256 (kiosk->name_key, plain, strlen (plain), mac, NULL);

  hs_secret_bytes_wipe (plain, strlen (plain));
  if (!done)
    return NULL;
  g_autofree char *text = hs_base64_encode (HS_BASE64_URL, mac, sizeof mac);
  return g_strconcat (PREFIX "name/", text, NULL);
}

gboolean
hs_kiosk_find_name (HsKiosk *kiosk, const char *user, HsId *identity)
{
  g_autofree char *name = name_setting (kiosk, user);
  GBytes *kept = name != NULL ? g_hash_table_lookup (kiosk->settings, name) : NULL;

  if (kept == NULL || g_bytes_get_size (kept) != HS_ID_BYTES)
    return FALSE;
  memcpy (identity->bytes, g_bytes_get_data (kept, NULL), HS_ID_BYTES);
  return TRUE;
}

void
hs_kiosk_remember (HsKiosk *kiosk, const char *user, const HsId *identity, gboolean may_sign_in)
{
  g_autofree char *name = user != NULL ? name_setting (kiosk, user) : NULL;
  HsLedgerBatch *batch = NULL;

  if (name == NULL)
    return;
  batch = hs_ledger_batch_new ();
  put (kiosk, batch, name, may_sign_in ? g_bytes_new (identity->bytes, HS_ID_BYTES) : NULL);
  hs_ledger_commit_async (kiosk->parts.ledger, batch, on_kept, kiosk->parts.ledger);
}

/* ── permission ──────────────────────────────────────────────────────────────────────────── */

HsEntitlement *
hs_kiosk_find_entitlement (HsKiosk *kiosk, const HsId *identity, GError **error)
{
  g_autoptr (GError) reason = NULL;
  HsEntitlement *entitlement = hs_offline_rights_find (kiosk->parts.rights, identity, &reason);

  if (entitlement != NULL)
    return entitlement;
  if (g_error_matches (reason, HS_ERROR, HS_ERROR_EXPIRED))
    hs_refusal_set (error, HS_REFUSAL_SIGN_IN_OFFLINE_OVER, NULL);
  else
    hs_refusal_set (error, HS_REFUSAL_SIGN_IN_OFFLINE_FORBIDDEN, NULL);
  return NULL;
}

/* ── tries ───────────────────────────────────────────────────────────────────────────────── */

HsAttempts
hs_kiosk_get_attempts (HsKiosk *kiosk, const HsId *identity)
{
  g_autofree char *name = setting_of ("attempts", identity);
  GBytes *kept = g_hash_table_lookup (kiosk->settings, name);
  gsize length = 0;

  if (kept == NULL)
    return (HsAttempts){ 0 };
  const char *text = g_bytes_get_data (kept, &length);
  return hs_attempts_parse (text, length, hs_last_seen_get_us (kiosk->parts.last_seen));
}

void
hs_kiosk_count_attempt_async (HsKiosk *kiosk,
                              const HsId *identity,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autofree char *name = setting_of ("attempts", identity);
  HsAttempts attempts = hs_kiosk_get_attempts (kiosk, identity);
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  attempts.failed += attempts.failed < G_MAXUINT32;
  attempts.last_us = hs_last_seen_get_us (kiosk->parts.last_seen);
  put (kiosk, batch, name, take_text (hs_attempts_format (&attempts)));
  hs_last_seen_put (kiosk->parts.last_seen, batch);
  hs_ledger_commit_async (kiosk->parts.ledger, batch, callback, user_data);
}

void
hs_kiosk_clear_attempts (HsKiosk *kiosk, const HsId *identity)
{
  g_autofree char *name = setting_of ("attempts", identity);
  HsLedgerBatch *batch = NULL;

  if (!g_hash_table_contains (kiosk->settings, name))
    return;
  batch = hs_ledger_batch_new ();
  put (kiosk, batch, name, NULL);
  hs_ledger_commit_async (kiosk->parts.ledger, batch, on_kept, kiosk->parts.ledger);
}
