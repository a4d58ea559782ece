/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Erasing a person. A line of the log is "person MICROSECONDS FINGERPRINT". */

#include "site/people/erasure.h"

#include "base/error.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "site/people/seats.h"
#include "site/people/sign_in.h"
#include "site/store/privacy.h"

#include <string.h>

#define PERSON "person "

G_STATIC_ASSERT (HS_HMAC_BYTES == HS_STORE_DIGEST_BYTES);

/* An identity is derived from organisation and name: whoever has a list of names could try them all on
 * a plain digest. */
static gboolean
make_fingerprint (HsSite *site,
                  const HsId *identity,
                  guint8 fingerprint[HS_HMAC_BYTES],
                  GError **error)
{
  return hs_hmac_sha256 (hs_site_secrets_get_person_key (site->secrets), identity->bytes,
                         HS_ID_BYTES, fingerprint, error);
}

static char *
dup_line (const guint8 fingerprint[HS_HMAC_BYTES], gint64 at_us)
{
  GString *line = g_string_new (PERSON);

  g_string_append_printf (line, "%" G_GINT64_FORMAT " ", at_us);
  for (gsize i = 0; i < HS_HMAC_BYTES; i++)
    g_string_append_printf (line, "%02x", fingerprint[i]);
  return g_string_free (line, FALSE);
}

static gboolean
parse_line (const char *line, guint8 fingerprint[HS_HMAC_BYTES], gint64 *at_us)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_strv_length (words) != 3 || strlen (words[2]) != 2 * HS_HMAC_BYTES
      || !g_ascii_string_to_signed (words[1], 10, 1, G_MAXINT64, at_us, NULL))
    return FALSE;
  for (gsize i = 0; i < HS_HMAC_BYTES; i++)
    {
      int high = g_ascii_xdigit_value (words[2][2 * i]);
      int low = g_ascii_xdigit_value (words[2][2 * i + 1]);
      if (high < 0 || low < 0)
        return FALSE;
      fingerprint[i] = (guint8)(high * 16 + low);
    }
  return TRUE;
}

/* ── erasing ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_erasure_cancel_job (
    HsSite *site, const HsId *device, const HsId *job, gint64 now_us, GError **error)
{
  HsStoreCommand command
      = { .device = *device, .kind = HS_COMMAND_KIND_CANCEL, .job = *job, .asked_us = now_us };
  g_autoptr (HsStoreCommand) last = NULL;

  if (!hs_store_find_job_command (site->store, job, now_us, &last, error))
    return FALSE;
  if (last != NULL && last->kind == HS_COMMAND_KIND_CANCEL && last->state == HS_STORE_COMMAND_OPEN)
    return TRUE;
  return hs_random_id (&command.id, error) && hs_store_add_command (site->store, &command, error);
}

static gboolean
cancel_jobs (HsSite *site, const HsId *identity, gint64 now_us, guint *count, GError **error)
{
  g_autoptr (GPtrArray) jobs
      = hs_store_list_jobs (site->store, identity, G_MAXINT64, G_MAXINT32, error);

  *count = 0;
  if (jobs == NULL)
    return FALSE;
  for (guint i = 0; i < jobs->len; i++)
    {
      const HsStoreJob *job = g_ptr_array_index (jobs, i);
      if (hs_job_state_is_final (job->state))
        continue;
      if (!hs_erasure_cancel_job (site, &job->device, &job->announce.job, now_us, error))
        return FALSE;
      (*count)++;
    }
  return TRUE;
}

static gboolean
forget (HsSite *site,
        const HsId *identity,
        gint64 before_us,
        gint64 now_us,
        guint *documents,
        guint64 *rows,
        GError **error)
{
  g_autoptr (HsStoreUser) user = hs_store_get_user (site->store, identity, NULL);
  guint ended = 0;

  if (user != NULL && !hs_sign_in_forget_failures (site, user->name, error))
    return FALSE;
  return cancel_jobs (site, identity, now_us, documents, error)
         && hs_sign_in_end_sessions (site, identity, now_us, error)
         && hs_seats_end (site, identity, NULL, &ended, error)
         && hs_store_erase_person (site->store, identity, before_us, rows, error);
}

gboolean
hs_erasure_erase (HsSite *site,
                  const HsId *identity,
                  const char *name,
                  gint64 now_us,
                  guint *documents,
                  gboolean *found,
                  GError **error)
{
  guint8 fingerprint[HS_HMAC_BYTES];
  guint64 rows = 0;

  if (!make_fingerprint (site, identity, fingerprint, error))
    return FALSE;
  g_autofree char *line = dup_line (fingerprint, now_us);
  /* The log comes first: a cut between the two leaves somebody whom the next start erases. A clock that
   * is early somewhere makes nothing survive. */
  if (!hs_site_secrets_log_name (site->secrets, line, error)
      || !hs_store_add_erased (site->store, fingerprint, now_us, error)
      || !hs_sign_in_forget_failures (site, name, error)
      || !hs_sign_in_log_blocked (site, identity, FALSE, error)
      || !forget (site, identity, G_MAXINT64, now_us, documents, &rows, error))
    return FALSE;
  *found = rows > 0;
  return TRUE;
}

gboolean
hs_erasure_covers (
    HsSite *site, const HsId *identity, gint64 made_us, gboolean *is_covered, GError **error)
{
  guint8 fingerprint[HS_HMAC_BYTES];
  gint64 at_us = 0;

  if (!make_fingerprint (site, identity, fingerprint, error)
      || !hs_store_get_erased (site->store, fingerprint, &at_us, error))
    return FALSE;
  *is_covered = made_us <= at_us;
  return TRUE;
}

/* ── after a restore ─────────────────────────────────────────────────────────────────────── */

/* Writes down what the log knows and the database does not. *is_older: there was something. */
static gboolean
take_log (HsSite *site, gboolean *is_older, GError **error)
{
  g_auto (GStrv) lines
      = hs_destroyed_log_list (hs_site_secrets_get_destroyed_log (site->secrets), PERSON);

  *is_older = FALSE;
  for (char **line = lines; *line != NULL; line++)
    {
      guint8 fingerprint[HS_HMAC_BYTES];
      gint64 at_us = 0;
      gint64 known_us = 0;
      if (!parse_line (*line, fingerprint, &at_us))
        continue;
      if (!hs_store_get_erased (site->store, fingerprint, &known_us, error))
        return FALSE;
      if (at_us <= known_us)
        continue;
      if (!hs_store_add_erased (site->store, fingerprint, at_us, error))
        return FALSE;
      *is_older = TRUE;
    }
  return TRUE;
}

gboolean
hs_erasure_apply_log (HsSite *site, gint64 now_us, guint *erased, GError **error)
{
  gboolean is_older = FALSE;

  *erased = 0;
  if (!take_log (site, &is_older, error))
    return FALSE;
  if (!is_older)
    return TRUE;
  g_autoptr (GArray) identities = hs_store_list_identities (site->store, error);
  if (identities == NULL)
    return FALSE;
  for (guint i = 0; i < identities->len; i++)
    {
      const HsId *identity = &g_array_index (identities, HsId, i);
      guint8 fingerprint[HS_HMAC_BYTES];
      gint64 at_us = 0;
      guint documents = 0;
      guint64 rows = 0;
      if (!make_fingerprint (site, identity, fingerprint, error)
          || !hs_store_get_erased (site->store, fingerprint, &at_us, error))
        return FALSE;
      if (at_us == 0)
        continue;
      if (!forget (site, identity, at_us, now_us, &documents, &rows, error))
        return FALSE;
      *erased += rows > 0;
    }
  return TRUE;
}
