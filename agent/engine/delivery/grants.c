/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Grants of waiting jobs: kept, opened, deleted. How they come about: engine/delegation/granting.c. */

#define HS_LOG_AREA "engine"

#include "engine/delivery/grants.h"

#include "base/log.h"
#include "seal/age_message.h"

#include <string.h>

struct HsGrants
{
  GHashTable *sealed; /* the setting's name → GBytes */
};

HsGrants *
hs_grants_new (void)
{
  HsGrants *grants = g_new0 (HsGrants, 1);

  grants->sealed
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  return grants;
}

void
hs_grants_free (HsGrants *grants)
{
  if (grants == NULL)
    return;
  g_hash_table_unref (grants->sealed);
  g_free (grants);
}

char *
hs_grants_dup_name (const HsId *job, const HsId *identity)
{
  char job_text[HS_ID_TEXT_BYTES];
  char identity_text[HS_ID_TEXT_BYTES];

  return g_strconcat (HS_GRANT_SETTING, hs_id_format (job, job_text), "/",
                      hs_id_format (identity, identity_text), NULL);
}

void
hs_grants_load (HsGrants *grants, const HsLedgerContents *contents)
{
  GHashTableIter settings;
  gpointer name = NULL;
  gpointer value = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, &value))
    if (g_str_has_prefix (name, HS_GRANT_SETTING))
      g_hash_table_replace (grants->sealed, g_strdup (name), g_bytes_ref (value));
}

static GBytes *
find (HsEngine *engine, const HsId *job, const HsId *identity)
{
  g_autofree char *name = hs_grants_dup_name (job, identity);

  return g_hash_table_lookup (engine->grants->sealed, name);
}

gboolean
hs_grants_has (HsEngine *engine, const HsId *job, const HsId *identity)
{
  return find (engine, job, identity) != NULL;
}

void
hs_grants_put (HsEngine *engine, const HsId *job, const HsId *identity, GBytes *sealed)
{
  g_hash_table_replace (engine->grants->sealed, hs_grants_dup_name (job, identity),
                        g_bytes_ref (sealed));
}

void
hs_grants_remove (HsEngine *engine, HsLedgerBatch *batch, const HsId *job, const HsId *identity)
{
  g_autofree char *name = hs_grants_dup_name (job, identity);

  if (g_hash_table_remove (engine->grants->sealed, name))
    hs_ledger_batch_delete_setting (batch, name);
}

gboolean
hs_grants_may_open (HsEngine *engine, const HsId *job, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;

  return find (engine, job, identity) != NULL && keys->find_unlocked (keys->data, identity) != NULL;
}

HsSecretBytes *
hs_grants_open (HsEngine *engine, const HsId *job, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  GBytes *sealed = find (engine, job, identity);
  const HsSecretBytes *key = sealed != NULL ? keys->find_unlocked (keys->data, identity) : NULL;
  g_autoptr (HsSecretBytes) file_key = NULL;
  g_autoptr (GError) error = NULL;
  char id[HS_ID_TEXT_BYTES];

  if (key == NULL)
    return NULL;
  file_key = hs_age_message_open (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), key,
                                  &error);
  if (file_key != NULL && hs_secret_bytes_get_length (file_key) == HS_GRANT_FILE_KEY_BYTES)
    return g_steal_pointer (&file_key);
  hs_log_warning ("job %s: its grant does not open: %s", hs_id_format (job, id),
                  error != NULL ? error->message : "it holds no file key");
  return NULL;
}

static gboolean
is_of (const char *name, const HsId *job)
{
  char text[HS_ID_TEXT_BYTES];

  return g_str_has_prefix (name + strlen (HS_GRANT_SETTING), hs_id_format (job, text));
}

HsSecretBytes *
hs_grants_open_any (HsEngine *engine, const HsId *job)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      HsSecretBytes *file_key = NULL;
      HsId identity;
      if (is_of (name, job)
          && hs_id_parse ((char *)name + strlen (HS_GRANT_SETTING) + HS_ID_TEXT_BYTES, &identity))
        file_key = hs_grants_open (engine, job, &identity);
      if (file_key != NULL)
        return file_key;
    }
  return NULL;
}

void
hs_grants_add_deletion (HsEngine *engine, HsLedgerBatch *batch, const HsId *job)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (is_of (name, job))
      hs_ledger_batch_delete_setting (batch, name);
}

void
hs_grants_forget (HsEngine *engine, const HsId *job)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (is_of (name, job))
      g_hash_table_iter_remove (&iter);
}

void
hs_grants_prune (HsEngine *engine, HsLedgerBatch *batch)
{
  GHashTableIter iter;
  gpointer name = NULL;

  g_hash_table_iter_init (&iter, engine->grants->sealed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_autofree char *text
          = g_strndup ((char *)name + strlen (HS_GRANT_SETTING), HS_ID_TEXT_BYTES - 1);
      HsSlot *slot = NULL;
      HsId job;
      if (hs_id_parse (text, &job))
        slot = hs_engine_find_slot (engine, &job);
      if (slot != NULL && !hs_job_state_is_final (slot->job->state))
        continue;
      hs_ledger_batch_delete_setting (batch, name);
      g_hash_table_iter_remove (&iter);
    }
}
