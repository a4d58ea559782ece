/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a kiosk remembers in the ledger, and what time it is at least. No name stands there: a name
 * is found by its HMAC under a key that comes of the machine secret. */

#define HS_LOG_AREA "people"

#include "engine/identity/kiosk_private.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/log.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "platform/boot_clock.h"
#include "seal/key_file.h"

#include <string.h>

#define PREFIX "kiosk/"
#define SETTING_SEEN PREFIX "seen"
#define NAME_LABEL "homespool kiosk name v1"
#define CLOCK_SLACK_US (24 * G_TIME_SPAN_HOUR)

/* A later time of the site is stored; what the boot clock adds is stored along with the rest, at
 * least when it has grown by this. */
#define SEEN_STEP_US (10 * G_TIME_SPAN_MINUTE)

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

static void
put_seen (HsKiosk *kiosk, HsLedgerBatch *batch)
{
  kiosk->seen_us = hs_kiosk_get_seen_us (kiosk);
  kiosk->seen_boot_us = hs_boot_clock_now_us ();
  put (kiosk, batch, SETTING_SEEN,
       take_text (g_strdup_printf ("%" G_GINT64_FORMAT, kiosk->seen_us)));
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
read_seen (HsKiosk *kiosk)
{
  GBytes *kept = g_hash_table_lookup (kiosk->settings, SETTING_SEEN);
  gsize length = 0;
  const char *bytes = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;
  g_autofree char *text = g_strndup (bytes, length);

  kiosk->seen_boot_us = hs_boot_clock_now_us ();
  if (text == NULL || !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &kiosk->seen_us, NULL))
    kiosk->seen_us = 0;
}

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
  read_seen (kiosk);
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

/* ── time ────────────────────────────────────────────────────────────────────────────────── */

gint64
hs_kiosk_get_seen_us (const HsKiosk *kiosk)
{
  return kiosk->seen_us + hs_boot_clock_now_us () - kiosk->seen_boot_us;
}

void
hs_kiosk_note_site_time (HsKiosk *kiosk, gint64 signed_us)
{
  gint64 before_us = hs_kiosk_get_seen_us (kiosk);

  if (signed_us <= before_us && before_us - kiosk->seen_us < SEEN_STEP_US)
    return;
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  if (signed_us > before_us)
    {
      kiosk->seen_us = signed_us;
      kiosk->seen_boot_us = hs_boot_clock_now_us ();
    }
  put_seen (kiosk, batch);
  hs_ledger_commit_async (kiosk->parts.ledger, batch, on_kept, kiosk->parts.ledger);
}

gboolean
hs_kiosk_is_clock_unsure (const HsKiosk *kiosk)
{
  return g_get_real_time () < hs_kiosk_get_seen_us (kiosk) - CLOCK_SLACK_US;
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
hs_kiosk_remember (HsKiosk *kiosk, const char *user, const HsId *identity, const char *entitlement)
{
  g_autofree char *name = user != NULL ? name_setting (kiosk, user) : NULL;
  g_autofree char *permission = setting_of ("entitlement", identity);
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  if (name != NULL)
    put (kiosk, batch, name,
         entitlement != NULL ? g_bytes_new (identity->bytes, HS_ID_BYTES) : NULL);
  put (kiosk, batch, permission, entitlement != NULL ? take_text (g_strdup (entitlement)) : NULL);
  put_seen (kiosk, batch);
  hs_ledger_commit_async (kiosk->parts.ledger, batch, on_kept, kiosk->parts.ledger);
}

/* ── permission ──────────────────────────────────────────────────────────────────────────── */

static gboolean
is_for_registered_key (HsKiosk *kiosk, const HsEntitlement *entitlement)
{
  guint8 key[HS_X25519_BYTES];
  char text[HS_RECIPIENT_TEXT_BYTES];

  return hs_identities_get_public (kiosk->parts.identities, &entitlement->identity, key)
         && g_strcmp0 (hs_recipient_format (key, text), entitlement->recipient) == 0;
}

HsEntitlement *
hs_kiosk_find_entitlement (HsKiosk *kiosk, const HsId *identity, GError **error)
{
  g_autofree char *name = setting_of ("entitlement", identity);
  GBytes *kept = g_hash_table_lookup (kiosk->settings, name);
  gsize length = 0;
  const char *bytes = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;
  g_autofree char *text = g_strndup (bytes, length);
  g_autoptr (HsEntitlement) entitlement
      = text != NULL ? hs_site_link_open_entitlement (kiosk->parts.site_link, text, NULL) : NULL;

  if (entitlement == NULL || !hs_id_equal (&entitlement->identity, identity)
      || !is_for_registered_key (kiosk, entitlement))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                           "the site has given no permission to sign in here without it");
      return NULL;
    }
  /* A clock that is behind is not believed: then the last-seen time counts. */
  if (entitlement->expires_us > MAX (g_get_real_time (), hs_kiosk_get_seen_us (kiosk)))
    return g_steal_pointer (&entitlement);
  g_set_error_literal (
      error, HS_ERROR, HS_ERROR_EXPIRED,
      "The site's permission to sign you in without it has run out. Try again when "
      "the site can be reached.");
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
  return hs_attempts_parse (text, length, hs_kiosk_get_seen_us (kiosk));
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
  attempts.last_us = hs_kiosk_get_seen_us (kiosk);
  put (kiosk, batch, name, take_text (hs_attempts_format (&attempts)));
  put_seen (kiosk, batch);
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
