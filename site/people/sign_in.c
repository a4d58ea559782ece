/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Signing in. */

#include "site/people/sign_in.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/refusal.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "site/people/pin.h"

#include <gio/gio.h>
#include <string.h>

#define CSRF_BYTES 16

/* Names are hashed: what is typed into the name field by mistake is often a password. Without their
 * case, for a directory finds one person by every way to write the name, and each would bring new
 * tries. */
static char *
dup_subject (const char *kind, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);
  g_autofree char *hex = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folded, -1);

  return g_strconcat (kind, hex, NULL);
}

/* One household or machine has a whole IPv6 /64. */
static char *
dup_address_subject (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  guint8 prefix[16] = { 0 };

  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return g_strconcat ("address:", address, NULL);
  memcpy (prefix, g_inet_address_to_bytes (parsed), 8);
  g_autoptr (GInetAddress) network = g_inet_address_new_from_bytes (prefix, G_SOCKET_FAMILY_IPV6);
  g_autofree char *text = g_inet_address_to_string (network);
  return g_strconcat ("address:", text, "/64", NULL);
}

guint
hs_sign_in_delay_s (guint count, guint free_tries, guint max_delay_s)
{
  if (count < free_tries)
    return 0;
  guint doublings = MIN (count - free_tries, 20);
  return MIN (1U << doublings, max_delay_s);
}

/* Whose failures are counted, and what they cost. */
typedef struct
{
  char *subject;
  guint free_tries;
  guint max_delay_s;
  guint forget_s; /* one failure is forgotten each time this has passed; 0 = none is */
} Limit;

#define MAX_LIMITS 3

typedef struct
{
  Limit items[MAX_LIMITS];
  gsize n_items;
} Limits;

static void
clear_limits (Limits *limits)
{
  for (gsize i = 0; i < limits->n_items; i++)
    g_free (limits->items[i].subject);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Limits, clear_limits)

static void
add_limit (Limits *limits, char *subject, guint free_tries, guint max_delay_s, guint forget_s)
{
  limits->items[limits->n_items++] = (Limit){ subject, free_tries, max_delay_s, forget_s };
}

/* The place first: a try that it refuses does not count against a person. */
static void
list_limits (Limits *limits, const char *name, const HsSignInPlace *place)
{
  if (place->terminal != NULL)
    {
      char id[HS_ID_TEXT_BYTES];
      add_limit (limits, g_strconcat ("terminal:", hs_id_format (place->terminal, id), NULL),
                 HS_SIGN_IN_FREE_TRIES_TERMINAL, HS_SIGN_IN_MAX_DELAY_TERMINAL_S,
                 HS_SIGN_IN_FORGET_TERMINAL_S);
      add_limit (limits, g_strdup ("terminals"), HS_SIGN_IN_FREE_TRIES_SITE,
                 HS_SIGN_IN_MAX_DELAY_SITE_S, HS_SIGN_IN_FORGET_SITE_S);
    }
  else
    add_limit (limits, dup_address_subject (place->address), HS_SIGN_IN_FREE_TRIES_ADDRESS,
               HS_SIGN_IN_MAX_DELAY_ADDRESS_S, 0);
  if (name != NULL)
    add_limit (limits, dup_subject ("user:", name), HS_SIGN_IN_FREE_TRIES_PERSON,
               HS_SIGN_IN_MAX_DELAY_PERSON_S, 0);
}

static gboolean
count_try (HsSite *site, const Limit *limit, gint64 now_us, guint *retry_s, GError **error)
{
  HsStoreFailures failures;

  if (!hs_store_get_failures (site->store, limit->subject, &failures, error))
    return FALSE;
  gint64 open_us = failures.last_us
                   + hs_sign_in_delay_s (failures.count, limit->free_tries, limit->max_delay_s)
                         * G_TIME_SPAN_SECOND;
  if (now_us < open_us)
    {
      guint wait_s = (guint)((open_us - now_us) / G_TIME_SPAN_SECOND) + 1;
      *retry_s = MAX (*retry_s, wait_s);
      return TRUE;
    }
  if (limit->forget_s > 0 && now_us > failures.last_us)
    {
      gint64 forgotten = (now_us - failures.last_us) / (limit->forget_s * G_TIME_SPAN_SECOND);
      failures.count -= (guint)MIN (forgotten, (gint64)failures.count);
    }
  failures.count++;
  failures.last_us = now_us;
  return hs_store_set_failures (site->store, limit->subject, &failures, error);
}

gboolean
hs_sign_in_begin (HsSite *site,
                  const char *name,
                  const HsSignInPlace *place,
                  gint64 now_us,
                  guint *retry_s,
                  GError **error)
{
  g_auto (Limits) limits = { 0 };

  *retry_s = 0;
  list_limits (&limits, name, place);
  for (gsize i = 0; i < limits.n_items && *retry_s == 0; i++)
    if (!count_try (site, &limits.items[i], now_us, retry_s, error))
      return FALSE;
  if (*retry_s > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", *retry_s);
      hs_refusal_set (error, HS_REFUSAL_SIGN_IN_TOO_MANY, "seconds", seconds, NULL);
      return FALSE;
    }
  return TRUE;
}

gboolean
hs_sign_in_begin_pin (
    HsSite *site, const HsStoreUser *user, const char *name, gint64 now_us, GError **error)
{
  gboolean has_pin = user != NULL && user->pin != NULL;
  g_autofree char *subject = has_pin ? NULL : dup_subject ("pin:", name);
  HsStoreFailures failures = { .count = has_pin ? user->pin_failures : 0 };

  if (!has_pin && !hs_store_get_failures (site->store, subject, &failures, error))
    return FALSE;
  if (failures.count >= HS_PIN_MAX_FAILURES)
    {
      hs_refusal_set (error, HS_REFUSAL_SIGN_IN_PIN_LOCKED, "tries",
                      G_STRINGIFY (HS_PIN_MAX_FAILURES), NULL);
      return FALSE;
    }
  failures.count++;
  failures.last_us = now_us;
  return has_pin ? hs_store_set_pin_failures (site->store, &user->identity, failures.count, error)
                 : hs_store_set_failures (site->store, subject, &failures, error);
}

static gboolean
take_one_back (HsSite *site, const char *subject, GError **error)
{
  HsStoreFailures failures;

  if (!hs_store_get_failures (site->store, subject, &failures, error))
    return FALSE;
  if (failures.count > 0)
    failures.count--;
  return hs_store_set_failures (site->store, subject, &failures, error);
}

gboolean
hs_sign_in_take_back (HsSite *site, const char *name, const HsSignInPlace *place, GError **error)
{
  g_auto (Limits) limits = { 0 };

  list_limits (&limits, name, place);
  for (gsize i = 0; i < limits.n_items; i++)
    if (!take_one_back (site, limits.items[i].subject, error))
      return FALSE;
  return TRUE;
}

gboolean
hs_sign_in_succeed (HsSite *site, const char *name, const HsSignInPlace *place, GError **error)
{
  static const HsStoreFailures none;
  g_autofree char *person = name != NULL ? dup_subject ("user:", name) : NULL;

  /* The place gives back this one try only: one own account must not open the gate to others. */
  return (person == NULL || hs_store_set_failures (site->store, person, &none, error))
         && hs_sign_in_take_back (site, NULL, place, error);
}

void
hs_sign_in_name_subjects (const char *name, char *subjects[2])
{
  subjects[0] = dup_subject ("user:", name);
  subjects[1] = dup_subject ("pin:", name);
}

gboolean
hs_sign_in_forget_failures (HsSite *site, const char *name, GError **error)
{
  static const HsStoreFailures none;
  char *subjects[2];

  hs_sign_in_name_subjects (name, subjects);
  gboolean ok = hs_store_set_failures (site->store, subjects[0], &none, error)
                && hs_store_set_failures (site->store, subjects[1], &none, error);
  g_free (subjects[0]);
  g_free (subjects[1]);
  return ok;
}

gboolean
hs_sign_in_check_account (const HsStoreUser *user, gint64 now_us, GError **error)
{
  if (user->blocked_us != 0)
    hs_refusal_set (error, HS_REFUSAL_SIGN_IN_BLOCKED, NULL);
  else if (user->guest_until_us != 0 && now_us >= user->guest_until_us)
    hs_refusal_set (error, HS_REFUSAL_SIGN_IN_GUEST_OVER, NULL);
  else
    return TRUE;
  return FALSE;
}

static void
digest_token (const char *token, guint8 digest[HS_STORE_DIGEST_BYTES])
{
  hs_sha256 (token, strlen (token), digest);
}

/* Fills digest, person and end of @row, and stores it. Returns: (transfer full): the token. */
static char *
add_session (
    HsSite *site, const HsStoreUser *user, gint64 life_us, HsStoreSession *row, GError **error)
{
  g_autoptr (HsSecretBytes) secret = hs_random_secret (HS_SESSION_TOKEN_BYTES, error);

  if (secret == NULL)
    return NULL;
  g_autofree char *token
      = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (secret), HS_SESSION_TOKEN_BYTES);
  digest_token (token, row->digest);
  row->identity = user->identity;
  row->expires_us = row->created_us + life_us;
  if (user->guest_until_us != 0)
    row->expires_us = MIN (row->expires_us, user->guest_until_us);
  return hs_store_add_session (site->store, row, error) ? g_steal_pointer (&token) : NULL;
}

char *
hs_sign_in_make_session (HsSite *site,
                         const HsStoreUser *user,
                         const HsId *device,
                         gboolean is_card_only,
                         gint64 now_us,
                         HsStoreSession **session,
                         GError **error)
{
  g_autoptr (HsStoreSession) row = g_new0 (HsStoreSession, 1);
  guint8 csrf[CSRF_BYTES];

  if (!hs_random_bytes (csrf, sizeof csrf, error))
    return NULL;
  row->is_card_only = is_card_only;
  row->created_us = now_us;
  if (device != NULL)
    row->device = *device;
  else
    row->csrf = hs_base64_encode (HS_BASE64_URL, csrf, sizeof csrf);
  char *token = add_session (
      site, user, device != NULL ? HS_SESSION_DEVICE_US : HS_SESSION_BROWSER_US, row, error);
  if (token != NULL)
    *session = g_steal_pointer (&row);
  return token;
}

char *
hs_sign_in_make_terminal_session (HsSite *site,
                                  const HsStoreUser *user,
                                  const HsId *terminal,
                                  gboolean is_card_only,
                                  gint64 now_us,
                                  GError **error)
{
  HsStoreSession row
      = { .terminal = *terminal, .is_card_only = is_card_only, .created_us = now_us };

  return add_session (site, user, HS_SESSION_TERMINAL_IDLE_US, &row, error);
}

HsStoreSession *
hs_sign_in_use_terminal_session (
    HsSite *site, const char *token, const HsId *terminal, gint64 now_us, GError **error)
{
  g_autoptr (HsStoreSession) session = hs_sign_in_find_session (site, token, now_us, NULL);
  gboolean is_ours = session != NULL && hs_id_equal (&session->terminal, terminal)
                     && now_us < session->created_us + HS_SESSION_TERMINAL_US;
  g_autoptr (HsStoreUser) user
      = is_ours ? hs_store_get_user (site->store, &session->identity, NULL) : NULL;

  if (user == NULL || !hs_sign_in_check_account (user, now_us, NULL))
    {
      hs_refusal_set (error, HS_REFUSAL_SIGN_IN_AGAIN, NULL);
      return NULL;
    }
  session->expires_us
      = MIN (now_us + HS_SESSION_TERMINAL_IDLE_US, session->created_us + HS_SESSION_TERMINAL_US);
  if (!hs_store_set_session_end (site->store, session->digest, session->expires_us, error))
    return NULL;
  return g_steal_pointer (&session);
}

HsStoreSession *
hs_sign_in_find_session (HsSite *site, const char *token, gint64 now_us, GError **error)
{
  guint8 digest[HS_STORE_DIGEST_BYTES];

  digest_token (token, digest);
  return hs_store_get_session (site->store, digest, now_us, error);
}

gboolean
hs_sign_in_end_sessions (HsSite *site, const HsId *identity, gint64 now_us, GError **error)
{
  g_autoptr (GArray) devices = hs_store_list_person_devices (site->store, identity, error);

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      HsStoreCommand command = { .device = g_array_index (devices, HsId, i),
                                 .kind = HS_COMMAND_KIND_SIGN_OUT,
                                 .asked_us = now_us };
      if (!hs_random_id (&command.id, error)
          || !hs_store_add_command (site->store, &command, error))
        return FALSE;
    }
  return hs_store_remove_sessions (site->store, identity, NULL, error);
}

/* ── blocked people, whatever database is put back ───────────────────────────────────────── */

static char *
dup_log_name (const HsId *identity)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat ("blocked ", hs_id_format (identity, id), NULL);
}

gboolean
hs_sign_in_log_blocked (HsSite *site, const HsId *identity, gboolean is_blocked, GError **error)
{
  g_autofree char *name = dup_log_name (identity);

  if (!is_blocked)
    return hs_destroyed_log_remove (hs_site_secrets_get_destroyed_log (site->secrets), name, error);
  return hs_site_secrets_has_name (site->secrets, name)
         || hs_site_secrets_log_name (site->secrets, name, error);
}

gboolean
hs_sign_in_is_log_blocked (HsSite *site, const HsId *identity, gboolean *is_blocked, GError **error)
{
  g_autofree char *name = dup_log_name (identity);

  if (!hs_destroyed_log_refresh (hs_site_secrets_get_destroyed_log (site->secrets), error))
    return FALSE;
  *is_blocked = hs_site_secrets_has_name (site->secrets, name);
  return TRUE;
}

gboolean
hs_sign_in_check_free (HsSite *site, const HsId *identity, GError **error)
{
  gboolean is_blocked = FALSE;

  if (!hs_sign_in_is_log_blocked (site, identity, &is_blocked, error))
    return FALSE;
  if (is_blocked)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "somebody of this user name was blocked; end that first, if the name is to be "
                 "used again: homespool-site user unblock --name NAME");
  return !is_blocked;
}

gboolean
hs_sign_in_apply_log (HsSite *site, gint64 now_us, guint *blocked, GError **error)
{
  g_autoptr (GPtrArray) users = hs_store_list_users (site->store, error);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      const HsStoreUser *user = g_ptr_array_index (users, i);
      g_autofree char *name = dup_log_name (&user->identity);
      if (user->blocked_us != 0 || !hs_site_secrets_has_name (site->secrets, name))
        continue;
      if (!hs_store_set_blocked (site->store, &user->identity, now_us, error)
          || !hs_sign_in_end_sessions (site, &user->identity, now_us, error))
        return FALSE;
      (*blocked)++;
    }
  return users != NULL;
}
