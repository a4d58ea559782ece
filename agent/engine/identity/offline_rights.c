/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Entitlements: kept, verified whenever they are used, counted, renewed. */

#define HS_LOG_AREA "people"

#include "engine/identity/offline_rights.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/site_link/people.h"
#include "engine/site_link/site_link.h"
#include "seal/key_file.h"
#include "store/ledger_batch.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "offline/"

struct HsOfflineRights
{
  HsOfflineRightsParts parts;
  GHashTable *settings; /* char * → GBytes *: ours of the ledger */
  GHashTable *people;   /* set of HsId *: who used this workstation, as far as we know */
  GHashTable *asking;   /* set of HsId *: the site is being asked */
  GHashTable *charged;  /* set of HsId * of jobs: counted in this run */
  guint round;          /* another one each time that the site ends sessions */
};

/* ── keeping ─────────────────────────────────────────────────────────────────────────────── */

static char *
setting_of (const char *kind, const HsId *identity)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat (PREFIX, kind, "/", hs_id_format (identity, id), NULL);
}

static char *
dup_setting (const HsOfflineRights *rights, const char *kind, const HsId *identity)
{
  g_autofree char *name = setting_of (kind, identity);
  GBytes *kept = g_hash_table_lookup (rights->settings, name);
  gsize length = 0;
  const char *bytes = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;

  return g_strndup (bytes, length);
}

/* @text (nullable): NULL removes. */
static void
put (HsOfflineRights *rights,
     HsLedgerBatch *batch,
     const char *kind,
     const HsId *identity,
     const char *text)
{
  g_autofree char *name = setting_of (kind, identity);
  GBytes *value = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  if (value == NULL && g_hash_table_remove (rights->settings, name))
    hs_ledger_batch_delete_setting (batch, name);
  if (value == NULL)
    return;
  hs_ledger_batch_put_setting (batch, name, value);
  g_hash_table_insert (rights->settings, g_steal_pointer (&name), value);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hs_ledger_commit_finish (user_data, result, &error))
    hs_log_warning ("an entitlement could not be kept: %s", error->message);
}

static void
note_person (HsOfflineRights *rights, const HsId *identity)
{
  if (!g_hash_table_contains (rights->people, identity))
    g_hash_table_add (rights->people, g_memdup2 (identity, sizeof *identity));
}

HsOfflineRights *
hs_offline_rights_new (const HsOfflineRightsParts *parts, GHashTable *settings)
{
  HsOfflineRights *rights = g_new0 (HsOfflineRights, 1);
  static const char entitlements[] = PREFIX "entitlement/";
  GHashTableIter iterator;
  gpointer name, value;
  HsId identity;

  rights->parts = *parts;
  rights->settings
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  rights->people = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  rights->asking = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  rights->charged = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  g_hash_table_iter_init (&iterator, settings);
  while (g_hash_table_iter_next (&iterator, &name, &value))
    {
      if (!g_str_has_prefix (name, PREFIX))
        continue;
      g_hash_table_insert (rights->settings, g_strdup (name), g_bytes_ref (value));
      if (g_str_has_prefix (name, entitlements)
          && hs_id_parse ((const char *)name + strlen (entitlements), &identity))
        note_person (rights, &identity);
    }
  return rights;
}

void
hs_offline_rights_free (HsOfflineRights *rights)
{
  if (rights == NULL)
    return;
  g_hash_table_unref (rights->settings);
  g_hash_table_unref (rights->people);
  g_hash_table_unref (rights->asking);
  g_hash_table_unref (rights->charged);
  g_free (rights);
}

/* ── what holds ──────────────────────────────────────────────────────────────────────────── */

static gboolean
is_for_registered_key (HsOfflineRights *rights, const HsEntitlement *entitlement)
{
  guint8 key[HS_X25519_BYTES];
  char text[HS_RECIPIENT_TEXT_BYTES];

  return hs_identities_get_public (rights->parts.identities, &entitlement->identity, key)
         && g_strcmp0 (hs_recipient_format (key, text), entitlement->recipient) == 0;
}

/* NULL: none that is genuine and this person's, on this workstation and for this key. */
static HsEntitlement *
open_kept (HsOfflineRights *rights, const HsId *identity)
{
  g_autofree char *text = dup_setting (rights, "entitlement", identity);
  g_autoptr (HsEntitlement) entitlement
      = text != NULL ? hs_site_link_open_entitlement (rights->parts.site_link, text, NULL) : NULL;

  if (entitlement == NULL || !hs_id_equal (&entitlement->identity, identity)
      || !is_for_registered_key (rights, entitlement))
    return NULL;
  return g_steal_pointer (&entitlement);
}

HsEntitlement *
hs_offline_rights_find (HsOfflineRights *rights, const HsId *identity, GError **error)
{
  g_autoptr (HsEntitlement) entitlement = open_kept (rights, identity);

  if (entitlement == NULL)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                         "the site has given this person no rights here without it");
  else if (entitlement->expires_us <= hs_last_seen_get_now_us (rights->parts.last_seen))
    g_set_error_literal (error, HS_ERROR, HS_ERROR_EXPIRED,
                         "what the site allows this person without it has run out");
  else
    return g_steal_pointer (&entitlement);
  return NULL;
}

static void
keep (HsOfflineRights *rights, const HsId *identity, const char *text)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  put (rights, batch, "entitlement", identity, text);
  if (text == NULL)
    put (rights, batch, "pages", identity, NULL);
  else
    note_person (rights, identity);
  hs_last_seen_put (rights->parts.last_seen, batch);
  hs_ledger_commit_async (rights->parts.ledger, batch, on_kept, rights->parts.ledger);
}

guint
hs_offline_rights_get_round (const HsOfflineRights *rights)
{
  return rights->round;
}

gboolean
hs_offline_rights_put (HsOfflineRights *rights, guint round, const HsId *identity, const char *text)
{
  if (round != rights->round)
    {
      hs_offline_rights_look (rights, identity);
      return FALSE;
    }
  keep (rights, identity, text);
  return TRUE;
}

/* ── pages ───────────────────────────────────────────────────────────────────────────────── */

/* Kept as "ISSUED USED": the count belongs to the entitlement of that time. What cannot be read counts
 * as all used: damage gives no pages. */
static guint32
get_used (HsOfflineRights *rights, const HsEntitlement *entitlement)
{
  g_autofree char *text = dup_setting (rights, "pages", &entitlement->identity);
  gint64 issued_us = 0;
  guint32 used = 0;

  if (text == NULL)
    return 0;
  if (sscanf (text, "%" G_GINT64_FORMAT " %" G_GUINT32_FORMAT, &issued_us, &used) != 2)
    return entitlement->pages;
  return issued_us == entitlement->issued_us ? used : 0;
}

static void
judge (gpointer data, const HsId *identity, HsOfflineStanding *standing)
{
  HsOfflineRights *rights = data;
  HsSiteStatus site = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsEntitlement) entitlement = NULL;

  *standing = (HsOfflineStanding){ .right = HS_OFFLINE_RIGHT_NONE };
  hs_site_link_get_status (rights->parts.site_link, &site);
  if (site.is_excluded)
    {
      standing->right = HS_OFFLINE_RIGHT_EXCLUDED;
      return;
    }
  entitlement = hs_offline_rights_find (rights, identity, &error);
  if (entitlement == NULL)
    {
      if (g_error_matches (error, HS_ERROR, HS_ERROR_EXPIRED))
        standing->right = HS_OFFLINE_RIGHT_EXPIRED;
      return;
    }
  standing->right = HS_OFFLINE_RIGHT_HELD;
  standing->until_us = entitlement->expires_us;
  standing->pages_left
      = entitlement->pages - MIN (entitlement->pages, get_used (rights, entitlement));
}

/* Also once the entitlement has run out in the meantime: the pages are printed. */
static void
charge (gpointer data, HsLedgerBatch *batch, const HsJob *job, guint32 pages)
{
  HsOfflineRights *rights = data;
  g_autoptr (HsEntitlement) entitlement = open_kept (rights, &job->owner);

  if (entitlement == NULL)
    return;
  guint32 used = get_used (rights, entitlement);
  if (g_hash_table_add (rights->charged, g_memdup2 (&job->id, sizeof job->id)))
    used = pages < G_MAXUINT32 - used ? used + pages : G_MAXUINT32;
  g_autofree char *text
      = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GUINT32_FORMAT, entitlement->issued_us, used);
  put (rights, batch, "pages", &job->owner, text);
  hs_last_seen_put (rights->parts.last_seen, batch);
}

HsOfflineHooks
hs_offline_rights_get_hooks (HsOfflineRights *rights)
{
  return (HsOfflineHooks){ rights, judge, charge };
}

/* ── asking ──────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsOfflineRights *rights;
  HsId identity;
  guint round; /* the rights', when it was asked */
} Question;

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  HsOfflineRights *rights = question->rights;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (HsEntitlement) entitlement
      = hs_site_link_bind_key_finish (rights->parts.site_link, result, &text, &error);

  g_hash_table_remove (rights->asking, &question->identity);
  if (entitlement != NULL && hs_id_equal (&entitlement->identity, &question->identity))
    {
      hs_last_seen_note (rights->parts.last_seen, entitlement->issued_us);
      hs_offline_rights_put (rights, question->round, &question->identity, text);
    }
  /* The policy, a blocked account, a guest whose time is over, or nobody whom the site knows: no rights
   * without it either. */
  else if (error == NULL || g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED)
           || g_error_matches (error, HS_ERROR, HS_ERROR_EXPIRED)
           || g_error_matches (error, HS_ERROR, HS_ERROR_DENIED))
    hs_offline_rights_put (rights, question->round, &question->identity, NULL);
  else if (question->round != rights->round)
    hs_offline_rights_look (rights, &question->identity);
  if (error != NULL)
    hs_log_info ("the site gave no entitlement: %s", error->message);
}

static gboolean
is_fresh (HsOfflineRights *rights, const HsId *identity)
{
  g_autoptr (HsEntitlement) entitlement = open_kept (rights, identity);
  gint64 now_us = hs_last_seen_get_now_us (rights->parts.last_seen);

  return entitlement != NULL && now_us - entitlement->issued_us < HS_OFFLINE_RENEW_US
         && entitlement->expires_us > now_us;
}

void
hs_offline_rights_look (HsOfflineRights *rights, const HsId *identity)
{
  const HsOfflineRightsParts *parts = &rights->parts;
  const HsBundle *bundle = hs_site_link_get_bundle (parts->site_link);
  HsSiteStatus site = { 0 };
  guint8 key[HS_X25519_BYTES];
  char recipient[HS_RECIPIENT_TEXT_BYTES];

  hs_site_link_get_status (parts->site_link, &site);
  if (bundle == NULL || hs_id_is_zero (identity)
      || !hs_identities_get_public (parts->identities, identity, key))
    return;
  note_person (rights, identity);
  if (!site.is_online || g_hash_table_contains (rights->asking, identity)
      || bundle->policy.offline != HS_OFFLINE_PRINT || is_fresh (rights, identity))
    return;
  Question *question = g_new0 (Question, 1);
  question->rights = rights;
  question->identity = *identity;
  question->round = rights->round;
  g_hash_table_add (rights->asking, g_memdup2 (identity, sizeof *identity));
  hs_site_link_renew_entitlement_async (
      parts->site_link, hs_sessions_find_of (parts->sessions, identity, g_get_real_time ()),
      identity, hs_recipient_format (key, recipient), on_answered, question);
}

void
hs_offline_rights_look_all (HsOfflineRights *rights)
{
  g_autofree gpointer *people = g_hash_table_get_keys_as_array (rights->people, NULL);

  for (guint i = 0; people[i] != NULL; i++)
    hs_offline_rights_look (rights, people[i]);
}

void
hs_offline_rights_renew_all (HsOfflineRights *rights)
{
  g_autofree gpointer *people = g_hash_table_get_keys_as_array (rights->people, NULL);

  rights->round++;
  for (guint i = 0; people[i] != NULL; i++)
    {
      const HsId identity = *(const HsId *)people[i];
      keep (rights, &identity, NULL);
      hs_offline_rights_look (rights, &identity);
    }
}
