/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Titles for the release page, sealed when the document comes and kept until the job is over. The
 * announcement may be later than the title is here: after a restart, a sleep or a site that was put
 * back, the owner's key is locked, and with it the title of the row. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "base/log.h"
#include "seal/sealed_title.h"

#include <string.h>

#define SETTING "title/"

static char *
dup_name (const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];

  return g_strconcat (SETTING, hs_id_format (job, id), NULL);
}

/* NULL: nobody could prove whose it would be, or there is no key for it. */
static GBytes *
seal (HsEngine *engine, const HsJob *job, const guint8 title_public[HS_X25519_BYTES])
{
  g_autoptr (GError) error = NULL;
  char id[HS_ID_TEXT_BYTES];
  GBytes *sealed = hs_sealed_title_seal (title_public, &job->id, job->title, &error);

  if (sealed == NULL)
    hs_log_warning ("job %s: its title could not be sealed for the site: %s",
                    hs_id_format (&job->id, id), error->message);
  return sealed;
}

static gboolean
find_title_public (HsEngine *engine, const HsJob *job, guint8 title_public[HS_X25519_BYTES])
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;

  return job->owner_kind == HS_OWNER_PROVEN
         && keys->find_title_public (keys->data, &job->owner, title_public);
}

void
hs_sealed_titles_prepare (HsSlot *slot)
{
  HsEngine *engine = slot->engine;
  const HsJob *job = slot->job;

  if (job->title == NULL || slot->sealed_title != NULL
      || (engine->bundle != NULL && engine->bundle->policy.title_policy != HS_TITLE_POLICY_SEALED)
      || !find_title_public (engine, job, slot->sealed_title_for))
    return;
  slot->sealed_title = seal (engine, job, slot->sealed_title_for);
}

void
hs_sealed_titles_note (HsSlot *slot, HsLedgerBatch *batch)
{
  g_autofree char *name = dup_name (&slot->job->id);

  hs_sealed_titles_prepare (slot);
  if (slot->sealed_title != NULL)
    hs_ledger_batch_put_setting (batch, name, slot->sealed_title);
}

/* Anew where that is possible and brings something: the person may have another key by now. */
GBytes *
hs_sealed_titles_dup (HsEngine *engine, const HsJob *job)
{
  const HsSlot *slot = hs_engine_find_slot (engine, &job->id);
  GBytes *noted = slot != NULL ? slot->sealed_title : NULL;
  guint8 title_public[HS_X25519_BYTES];
  GBytes *sealed = NULL;

  if (job->title != NULL && find_title_public (engine, job, title_public)
      && (noted == NULL || memcmp (title_public, slot->sealed_title_for, sizeof title_public) != 0))
    sealed = seal (engine, job, title_public);
  if (sealed == NULL && noted != NULL)
    sealed = g_bytes_ref (noted);
  return sealed;
}

void
hs_sealed_titles_add_deletion (const HsSlot *slot, HsLedgerBatch *batch)
{
  g_autofree char *name = dup_name (&slot->job->id);

  if (slot->sealed_title != NULL)
    hs_ledger_batch_delete_setting (batch, name);
}

void
hs_sealed_titles_load (HsSlot *slot, const HsLedgerContents *contents)
{
  g_autofree char *name = dup_name (&slot->job->id);
  GBytes *noted = g_hash_table_lookup (contents->settings, name);

  if (noted != NULL)
    slot->sealed_title = g_bytes_ref (noted);
}

void
hs_sealed_titles_prune (HsEngine *engine, const HsLedgerContents *contents, HsLedgerBatch *batch)
{
  GHashTableIter settings;
  gpointer name = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, NULL))
    {
      const HsSlot *slot = NULL;
      HsId job;
      if (!g_str_has_prefix (name, SETTING))
        continue;
      if (hs_id_parse ((char *)name + strlen (SETTING), &job))
        slot = hs_engine_find_slot (engine, &job);
      if (slot == NULL || slot->is_archived)
        hs_ledger_batch_delete_setting (batch, name);
    }
}
