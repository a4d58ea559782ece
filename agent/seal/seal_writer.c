/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Sealing a document while it streams. */

#include "seal/seal_writer.h"

#include "crypto/sha256.h"
#include "seal/age_cipher.h"
#include "seal/age_writer.h"
#include "seal/stanza_release.h"
#include "seal/stanza_x25519.h"

#include <string.h>

struct HsSealWriter
{
  HsAgeWriter *age;
  HsSealFacts *facts; /* complete but for the sizes; NULL once given away */
};

static void
facts_set_digests (HsSealFacts *facts)
{
  g_autoptr (HsAgeHeader) header = NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (facts->header, &length);

  /* Read back what was written: MAC and digest are then those that a reader will find. */
  if (hs_age_header_decode (bytes, length, &header, NULL) != HS_AGE_HEADER_COMPLETE)
    return;
  g_autoptr (GBytes) lines = hs_age_header_get_stanza_lines (header);
  hs_sha256 (g_bytes_get_data (lines, NULL), g_bytes_get_size (lines), facts->stanza_digest);
  memcpy (facts->header_mac, hs_age_header_get_mac (header), HS_JOB_MAC_BYTES);
}

static gboolean
add_key_stanza (GPtrArray *stanzas,
                const guint8 *recipient,
                const HsSealFacts *facts,
                GError **error)
{
  HsAgeStanza *stanza = hs_stanza_x25519_wrap (recipient, facts->file_key, error);

  if (stanza == NULL)
    return FALSE;
  g_ptr_array_add (stanzas, stanza);
  return TRUE;
}

static gboolean
add_release_stanza (GPtrArray *stanzas, const HsSealPlan *plan, HsSealFacts *facts, GError **error)
{
  HsReleaseContext context = { .device = plan->device, .job = plan->job, .owner = plan->owner };
  /* e lives in this function only: afterwards nobody here can make the share again. */
  g_autoptr (HsSecretBytes) e_private = hs_x25519_generate (context.e_public, error);

  if (e_private == NULL)
    return FALSE;
  memcpy (context.s_public, plan->release_public, HS_X25519_BYTES);
  HsAgeStanza *stanza = hs_stanza_release_wrap (e_private, &context, plan->machine_secret,
                                                plan->machine_generation, facts->file_key, error);
  if (stanza == NULL)
    return FALSE;
  g_ptr_array_add (stanzas, stanza);
  memcpy (facts->release_e, context.e_public, HS_JOB_E_BYTES);
  facts->release_epoch = plan->release_epoch;
  return TRUE;
}

/* Stanza order: owner, release, escrow; recipients tells the same to the row and the trace. */
static gboolean
add_stanzas (GPtrArray *stanzas, const HsSealPlan *plan, HsSealFacts *facts, GError **error)
{
  g_autoptr (GStrvBuilder) recipients = g_strv_builder_new ();

  if (plan->has_owner_key)
    {
      if (!add_key_stanza (stanzas, plan->owner_public, facts, error))
        return FALSE;
      g_strv_builder_add (recipients, "owner");
    }
  if (plan->has_release_key)
    {
      if (!add_release_stanza (stanzas, plan, facts, error))
        return FALSE;
      g_strv_builder_add (recipients, "release");
    }
  for (guint i = 0; i < plan->escrow->len; i++)
    {
      const HsSealEscrow *escrow = g_ptr_array_index (plan->escrow, i);
      g_autofree char *name = g_strdup_printf ("escrow:%s", escrow->name);
      if (!add_key_stanza (stanzas, escrow->recipient, facts, error))
        return FALSE;
      g_strv_builder_add (recipients, name);
    }
  facts->recipients = g_strv_builder_end (recipients);
  return TRUE;
}

HsSealWriter *
hs_seal_writer_new (const HsSealPlan *plan, GOutputStream *out, GError **error)
{
  g_autoptr (HsSealWriter) writer = g_new0 (HsSealWriter, 1);
  g_autoptr (GPtrArray) stanzas
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_age_stanza_free);

  if (!hs_seal_plan_check (plan, error))
    return NULL;
  writer->facts = g_new0 (HsSealFacts, 1);
  HsSealFacts *facts = writer->facts;
  facts->file_key = hs_age_file_key_new (error);
  if (facts->file_key == NULL || !add_stanzas (stanzas, plan, facts, error))
    return NULL;
  facts->header = hs_age_header_seal ((const HsAgeStanza *const *)stanzas->pdata, stanzas->len,
                                      facts->file_key, error);
  if (facts->header == NULL)
    return NULL;
  facts_set_digests (facts);
  writer->age = hs_age_writer_new (out, facts->header, facts->file_key, error);
  return writer->age != NULL ? g_steal_pointer (&writer) : NULL;
}

void
hs_seal_writer_free (HsSealWriter *writer)
{
  if (writer == NULL)
    return;
  hs_age_writer_free (writer->age);
  hs_seal_facts_free (writer->facts);
  g_free (writer);
}

gboolean
hs_seal_writer_write (HsSealWriter *writer, const void *data, gsize length, GError **error)
{
  return hs_age_writer_write (writer->age, data, length, error);
}

HsSealFacts *
hs_seal_writer_finish (HsSealWriter *writer, GError **error)
{
  if (!hs_age_writer_finish (writer->age, error))
    return NULL;
  writer->facts->plain_bytes = hs_age_writer_get_plain_bytes (writer->age);
  writer->facts->sealed_bytes = hs_age_writer_get_sealed_bytes (writer->age);
  return g_steal_pointer (&writer->facts);
}

void
hs_seal_facts_free (HsSealFacts *facts)
{
  if (facts == NULL)
    return;
  g_strfreev (facts->recipients);
  g_clear_pointer (&facts->header, g_bytes_unref);
  hs_secret_bytes_free (facts->file_key);
  g_free (facts);
}

void
hs_seal_facts_apply (const HsSealFacts *facts, HsJob *job)
{
  memcpy (job->header_mac, facts->header_mac, HS_JOB_MAC_BYTES);
  memcpy (job->stanza_digest, facts->stanza_digest, HS_JOB_DIGEST_BYTES);
  memcpy (job->release_e, facts->release_e, HS_JOB_E_BYTES);
  job->release_epoch = facts->release_epoch;
  job->size_bytes = facts->plain_bytes;
  job->sealed_bytes = facts->sealed_bytes;
  g_strfreev (job->recipients);
  job->recipients = g_strdupv (facts->recipients);
}
