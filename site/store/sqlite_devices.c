/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: workstations, their certificates, enrolment tokens and release keys. */

#include "base/error.h"
#include "site/store/sqlite.h"

#define DEVICE_COLUMNS                                                                             \
  "id, host_name, version, enrolled_us, revoked_us, last_seen_us, poll_until_us, power, "          \
  "power_at_us"
/* When the newest of several streams of records began. */
#define BEGAN_ANEW                                                                                 \
  "(SELECT iif (count (*)>1, max (r.received_us), 0) FROM streams AS s JOIN records AS r"          \
  " ON r.device=s.device AND r.stream=s.stream AND r.n=1 WHERE s.device=devices.id)"
#define KEY_COLUMNS "device, epoch, public, wrapped, not_before_us, not_after_us"

gboolean
hs_store_add_device (HsStore *store, const HsStoreDevice *device, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "INSERT INTO devices (id, host_name, version, enrolled_us,"
                              " last_seen_us) VALUES (?,?,?,?,?)",
                              "dttii", &device->id, device->host_name, device->version,
                              device->enrolled_us, device->last_seen_us);
}

static HsPowerNotice
power_from_keyword (const char *keyword)
{
  for (HsPowerNotice power = HS_POWER_AWAKE; power <= HS_POWER_DOWN; power++)
    if (g_strcmp0 (keyword, hs_power_notice_to_keyword (power)) == 0)
      return power;
  return HS_POWER_NONE;
}

static gpointer
read_device (sqlite3_stmt *statement)
{
  HsStoreDevice *device = g_new0 (HsStoreDevice, 1);

  hs_store_sqlite_id (statement, 0, &device->id);
  device->host_name = hs_store_sqlite_dup_text (statement, 1);
  device->version = hs_store_sqlite_dup_text (statement, 2);
  device->enrolled_us = hs_store_sqlite_integer (statement, 3);
  device->revoked_us = hs_store_sqlite_integer (statement, 4);
  device->last_seen_us = hs_store_sqlite_integer (statement, 5);
  device->poll_until_us = hs_store_sqlite_integer (statement, 6);
  device->power = power_from_keyword ((const char *)sqlite3_column_text (statement, 7));
  device->power_at_us = hs_store_sqlite_integer (statement, 8);
  device->began_anew_us = hs_store_sqlite_integer (statement, 9);
  return device;
}

HsStoreDevice *
hs_store_get_device (HsStore *store, const HsId *id, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (store, error, "SELECT " DEVICE_COLUMNS ", 0 FROM devices WHERE id=?",
                               "d", id),
      read_device,
      "this site knows no such workstation; homespool-site device list "
      "shows those that it knows",
      error);
}

GPtrArray *
hs_store_list_devices (HsStore *store, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " DEVICE_COLUMNS ", " BEGAN_ANEW
                               " FROM devices ORDER BY host_name, enrolled_us",
                               ""),
      read_device, (GDestroyNotify)hs_store_device_free, error);
}

gboolean
hs_store_set_seen (
    HsStore *store, const HsId *device, gint64 seen_us, gint64 poll_until_us, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE devices SET last_seen_us=?, poll_until_us=? WHERE id=?",
                              "iid", seen_us, poll_until_us, device);
}

gboolean
hs_store_set_power (
    HsStore *store, const HsId *device, HsPowerNotice power, gint64 at_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE devices SET power=?, power_at_us=? WHERE id=?",
                              "tid", hs_power_notice_to_keyword (power), at_us, device);
}

gboolean
hs_store_set_version (HsStore *store, const HsId *device, const char *version, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE devices SET version=? WHERE id=?", "td",
                              version, device);
}

gboolean
hs_store_set_revoked (HsStore *store, const HsId *device, gint64 at_us, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE devices SET revoked_us=?1, poll_until_us=0 WHERE id=?2 AND"
                              " revoked_us=0",
                              "id", at_us, device);
}

/* ── certificates ────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_add_certificate (HsStore *store,
                          const HsId *device,
                          const char *serial,
                          gint64 not_after_us,
                          gint64 issued_us,
                          GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "INSERT INTO certificates (serial, device, not_after_us, issued_us)"
                              " VALUES (?,?,?,?)",
                              "tdii", serial, device, not_after_us, issued_us);
}

gboolean
hs_store_use_certificate (HsStore *store, const HsId *device, const char *serial, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error,
                                 "SELECT issued_us FROM certificates WHERE serial=? AND device=?"
                                 " AND retired=0",
                                 "td", serial, device);

  if (statement == NULL
      || !hs_store_sqlite_need (store, statement,
                                "this certificate was replaced or never issued here; enrol the "
                                "workstation again",
                                error))
    return FALSE;
  gint64 issued_us = hs_store_sqlite_integer (statement, 0);
  g_clear_pointer (&statement, sqlite3_finalize);

  /* Most requests change nothing: look before writing. */
  statement = hs_store_sqlite_prepare (store, error,
                                       "SELECT 1 FROM certificates WHERE device=? AND retired=0"
                                       " AND issued_us<?",
                                       "di", device, issued_us);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;
  if (row != HS_STORE_ROW_ONE)
    return row == HS_STORE_ROW_NONE;
  g_clear_pointer (&statement, sqlite3_finalize);
  return hs_store_sqlite_run (store, error,
                              "UPDATE certificates SET retired=1 WHERE device=? AND issued_us<?",
                              "di", device, issued_us);
}

/* ── tokens ──────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_add_token (HsStore *store, const HsStoreToken *token, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "INSERT INTO tokens (digest, created_us, expires_us) VALUES (?,?,?)", "bii",
      token->digest, (gsize)HS_STORE_DIGEST_BYTES, token->created_us, token->expires_us);
}

static gpointer
read_token (sqlite3_stmt *statement)
{
  HsStoreToken *token = g_new0 (HsStoreToken, 1);

  hs_store_sqlite_bytes (statement, 0, token->digest, HS_STORE_DIGEST_BYTES);
  token->created_us = hs_store_sqlite_integer (statement, 1);
  token->expires_us = hs_store_sqlite_integer (statement, 2);
  token->used_us = hs_store_sqlite_integer (statement, 3);
  hs_store_sqlite_id (statement, 4, &token->device);
  return token;
}

GPtrArray *
hs_store_list_tokens (HsStore *store, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT digest, created_us, expires_us, used_us, device FROM tokens"
                               " ORDER BY created_us",
                               ""),
      read_token, g_free, error);
}

gboolean
hs_store_spend_token (
    HsStore *store, const guint8 *digest, const HsId *device, gint64 now_us, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT expires_us, used_us FROM tokens WHERE digest=?", "b", digest,
      (gsize)HS_STORE_DIGEST_BYTES);

  if (statement == NULL
      || !hs_store_sqlite_need (store, statement,
                                "this site did not make that enrolment token; make one with "
                                "homespool-site token",
                                error))
    return FALSE;
  gint64 expires_us = hs_store_sqlite_integer (statement, 0);
  gint64 used_us = hs_store_sqlite_integer (statement, 1);
  g_clear_pointer (&statement, sqlite3_finalize);
  if (used_us != 0)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "the enrolment token was used already; make another with homespool-site token, "
                 "and find out who used this one");
  else if (now_us >= expires_us)
    g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
                 "the enrolment token is too old; make another with homespool-site token");
  else
    return hs_store_sqlite_run (store, error,
                                "UPDATE tokens SET used_us=?, device=? WHERE digest=?", "idb",
                                now_us, device, digest, (gsize)HS_STORE_DIGEST_BYTES);
  return FALSE;
}

/* ── release keys ────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_add_release_key (HsStore *store, const HsStoreReleaseKey *key, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "INSERT INTO release_keys (" KEY_COLUMNS ") VALUES (?,?,?,?,?,?)", "dibgii",
      &key->device, (gint64)key->epoch, key->public_key, sizeof key->public_key, key->wrapped,
      key->not_before_us, key->not_after_us);
}

static gpointer
read_release_key (sqlite3_stmt *statement)
{
  HsStoreReleaseKey *key = g_new0 (HsStoreReleaseKey, 1);

  hs_store_sqlite_id (statement, 0, &key->device);
  key->epoch = (guint64)hs_store_sqlite_integer (statement, 1);
  hs_store_sqlite_bytes (statement, 2, key->public_key, sizeof key->public_key);
  key->wrapped = hs_store_sqlite_dup_bytes (statement, 3);
  key->not_before_us = hs_store_sqlite_integer (statement, 4);
  key->not_after_us = hs_store_sqlite_integer (statement, 5);
  return key;
}

HsStoreReleaseKey *
hs_store_get_release_key (HsStore *store, const HsId *device, guint64 epoch, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (
          store, error, "SELECT " KEY_COLUMNS " FROM release_keys WHERE device=? AND epoch=?", "di",
          device, (gint64)epoch),
      read_release_key, "there is no release key for that week", error);
}

GPtrArray *
hs_store_list_release_keys (HsStore *store, const HsId *device, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " KEY_COLUMNS " FROM release_keys WHERE wrapped IS NOT NULL"
                               " AND (?1 IS NULL OR device=?1) ORDER BY device, epoch",
                               "d", device),
      read_release_key, (GDestroyNotify)hs_store_release_key_free, error);
}

gboolean
hs_store_destroy_release_key (
    HsStore *store, const HsId *device, guint64 epoch, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE release_keys SET wrapped=NULL, destroyed_us=? WHERE device=?"
                              " AND epoch=? AND wrapped IS NOT NULL",
                              "idi", now_us, device, (gint64)epoch);
}
