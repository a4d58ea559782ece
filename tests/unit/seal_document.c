/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Sealing and opening a document: plan, writer, opening, reader, private fields, row MAC. */

#include "base/error.h"
#include "crypto/release_share.h"
#include "seal/age_cipher.h"
#include "seal/private_fields.h"
#include "seal/row_mac.h"
#include "seal/seal_reader.h"
#include "seal/seal_writer.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#define GENERATION 3

/* A job sealed all three ways, with every key that exists for it. */
typedef struct
{
  HsJob *job;
  HsId device;
  HsSecretBytes *owner;
  HsSecretBytes *site; /* s */
  HsSecretBytes *machine;
  HsSecretBytes *escrow;
  guint8 site_public[32];
  GBytes *plain;
  GBytes *sealed;
  HsSealFacts *facts;
} Sealed;

static GBytes *
make_plain (gsize length)
{
  guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(i * 31 + i / 251);
  return g_bytes_new_take (bytes, length);
}

static HsSealPlan *
make_plan (Sealed *sealed)
{
  guint8 public_key[32];

  memset (sealed->device.bytes, 0xd1, HS_ID_BYTES);
  memset (sealed->job->id.bytes, 0x70, HS_ID_BYTES);
  memset (sealed->job->owner.bytes, 0x0e, HS_ID_BYTES);
  HsSealPlan *plan = hs_seal_plan_new (&sealed->device, &sealed->job->id, &sealed->job->owner);
  sealed->machine = hs_secret_bytes_new (32);
  memset (hs_secret_bytes_get (sealed->machine), 0x3a, 32);
  sealed->owner = hs_x25519_generate (public_key, NULL);
  hs_seal_plan_set_owner_key (plan, public_key);
  sealed->site = hs_x25519_generate (sealed->site_public, NULL);
  hs_seal_plan_set_release_key (plan, sealed->site_public, 42, sealed->machine, GENERATION);
  sealed->escrow = hs_x25519_generate (public_key, NULL);
  hs_seal_plan_add_escrow (plan, "board", public_key);
  return plan;
}

static void
seal (Sealed *sealed, gsize length, gsize portion)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  sealed->job = hs_job_new ();
  g_autoptr (HsSealPlan) first = make_plan (sealed);
  g_autoptr (HsSealPlan) plan = hs_seal_plan_copy (first);
  sealed->plain = make_plain (length);
  g_autoptr (HsSealWriter) writer = hs_seal_writer_new (plan, out, &error);
  HS_ASSERT_NO_ERROR (error);
  const guint8 *bytes = g_bytes_get_data (sealed->plain, NULL);
  for (gsize place = 0; place < length; place += portion)
    HS_ASSERT (hs_seal_writer_write (writer, bytes + place, MIN (portion, length - place), &error));
  sealed->facts = hs_seal_writer_finish (writer, &error);
  HS_ASSERT_NO_ERROR (error);
  g_output_stream_close (out, NULL, NULL);
  sealed->sealed = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  hs_seal_facts_apply (sealed->facts, sealed->job);
}

static void
sealed_clear (Sealed *sealed)
{
  hs_job_free (sealed->job);
  hs_secret_bytes_free (sealed->owner);
  hs_secret_bytes_free (sealed->site);
  hs_secret_bytes_free (sealed->machine);
  hs_secret_bytes_free (sealed->escrow);
  g_bytes_unref (sealed->plain);
  g_bytes_unref (sealed->sealed);
  hs_seal_facts_free (sealed->facts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sealed, sealed_clear)

static HsSecretBytes *
site_share (const Sealed *sealed)
{
  HsReleaseContext context
      = { .device = sealed->device, .job = sealed->job->id, .owner = sealed->job->owner };
  g_autoptr (GError) error = NULL;

  memcpy (context.e_public, sealed->job->release_e, 32);
  memcpy (context.s_public, sealed->site_public, 32);
  HsSecretBytes *share = hs_release_share_compute_site (sealed->site, &context, &error);
  HS_ASSERT_NO_ERROR (error);
  return share;
}

static HsSealOpening *
opening_by_share (const Sealed *sealed)
{
  g_autoptr (HsSecretBytes) share = site_share (sealed);

  return hs_seal_opening_new_share (share, sealed->machine, GENERATION, sealed->site_public,
                                    &sealed->device);
}

static HsSealReader *
open_bytes (GBytes *bytes, const HsSealOpening *opening, const HsJob *job, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);

  return hs_seal_reader_new (in, opening, job, error);
}

static void
assert_opens (const Sealed *sealed, HsSealOpening *opening, gsize portion)
{
  g_autoptr (HsSealOpening) copy = hs_seal_opening_copy (opening);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealReader) reader = open_bytes (sealed->sealed, copy, sealed->job, &error);
  gsize length;
  const guint8 *expected = g_bytes_get_data (sealed->plain, &length);
  g_autofree guint8 *buffer = g_malloc (portion);
  gsize place = 0;
  gssize got;

  hs_seal_opening_free (opening);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_seal_reader_get_size (reader), length);
  while ((got = hs_seal_reader_read (reader, buffer, portion, &error)) > 0)
    {
      HS_ASSERT (place + (gsize)got <= length);
      HS_ASSERT_BYTES_EQ (buffer, (gsize)got, expected + place, (gsize)got);
      place += (gsize)got;
    }
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (place, length);
}

static void
assert_refused (GBytes *bytes, HsSealOpening *opening, const HsJob *job, HsErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealReader) reader = open_bytes (bytes, opening, job, &error);

  HS_ASSERT (reader == NULL);
  HS_ASSERT_ERROR (error, (int)code);
}

static const gsize edges[]
    = { 0, 1, 15, 16, 17, 4095, 4096, 4097, 65535, 65536, 65537, 131071, 131072, 131073, 300001 };

static void
each_way_opens_at_every_edge (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      g_auto (Sealed) sealed = { 0 };
      seal (&sealed, edges[i], 65536);
      assert_opens (&sealed, hs_seal_opening_new_key (sealed.owner), 65536);
      assert_opens (&sealed, opening_by_share (&sealed), 100000);
      assert_opens (&sealed, hs_seal_opening_new_key (sealed.escrow), 1000);
      assert_opens (&sealed, hs_seal_opening_new_file_key (sealed.facts->file_key), 65537);
    }
}

static void
portions_of_writing_do_not_matter (void)
{
  static const gsize portions[] = { 1, 7, 4096, 65535, 65536, 65537, 131072, 200000 };

  for (gsize i = 0; i < G_N_ELEMENTS (portions); i++)
    {
      g_auto (Sealed) sealed = { 0 };
      seal (&sealed, 200000, portions[i]);
      assert_opens (&sealed, hs_seal_opening_new_key (sealed.owner), 777);
    }
}

static void
the_facts_describe_the_file (void)
{
  g_auto (Sealed) sealed = { 0 };

  seal (&sealed, 70000, 70000);
  HS_ASSERT_INT_EQ (sealed.job->sealed_bytes, g_bytes_get_size (sealed.sealed));
  HS_ASSERT_INT_EQ (sealed.job->size_bytes, 70000);
  HS_ASSERT_INT_EQ (sealed.job->release_epoch, 42);
  HS_ASSERT_INT_EQ (g_strv_length (sealed.job->recipients), 3);
  HS_ASSERT_STR_EQ (sealed.job->recipients[0], "owner");
  HS_ASSERT_STR_EQ (sealed.job->recipients[1], "release");
  HS_ASSERT_STR_EQ (sealed.job->recipients[2], "escrow:board");
}

static void
any_place_can_be_read (void)
{
  g_auto (Sealed) sealed = { 0 };
  g_autoptr (GError) error = NULL;
  static const guint64 places[]
      = { 0, 65535, 65536, 65537, 131072, 199999, 200000, 200001, 5, G_MAXUINT64 };
  guint8 buffer[300];

  seal (&sealed, 200000, 200000);
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (sealed.owner);
  g_autoptr (HsSealReader) reader = open_bytes (sealed.sealed, opening, sealed.job, &error);
  HS_ASSERT_NO_ERROR (error);
  const guint8 *plain = g_bytes_get_data (sealed.plain, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      gsize expected = places[i] >= 200000 ? 0 : MIN (sizeof buffer, (gsize)(200000 - places[i]));
      gssize got = hs_seal_reader_read_at (reader, places[i], buffer, sizeof buffer, &error);
      HS_ASSERT_NO_ERROR (error);
      HS_ASSERT_INT_EQ (got, expected);
      if (got > 0)
        HS_ASSERT_BYTES_EQ (buffer, (gsize)got, plain + places[i], expected);
    }
}

static void
other_keys_are_refused_and_say_what_to_do (void)
{
  g_auto (Sealed) sealed = { 0 };
  guint8 other_public[32];
  HsId zero = { { 0 } };

  seal (&sealed, 100, 100);
  g_autoptr (HsSecretBytes) other = hs_x25519_generate (other_public, NULL);
  g_autoptr (HsSecretBytes) share = site_share (&sealed);
  g_autoptr (HsSealOpening) by_key = hs_seal_opening_new_key (other);
  assert_refused (sealed.sealed, by_key, sealed.job, HS_ERROR_REFUSED);
  g_autoptr (HsSealOpening) old_machine = hs_seal_opening_new_share (
      share, sealed.machine, GENERATION + 1, sealed.site_public, &sealed.device);
  assert_refused (sealed.sealed, old_machine, sealed.job, HS_ERROR_REFUSED);
  g_autoptr (HsSealOpening) other_epoch
      = hs_seal_opening_new_share (share, sealed.machine, GENERATION, other_public, &sealed.device);
  assert_refused (sealed.sealed, other_epoch, sealed.job, HS_ERROR_REFUSED);
  /* A wrong share is the site's mistake, and no reason to throw the job away. */
  g_autoptr (HsSealOpening) other_share = hs_seal_opening_new_share (
      other, sealed.machine, GENERATION, sealed.site_public, &sealed.device);
  assert_refused (sealed.sealed, other_share, sealed.job, HS_ERROR_REFUSED);
  g_autoptr (HsSealOpening) other_device
      = hs_seal_opening_new_share (share, sealed.machine, GENERATION, sealed.site_public, &zero);
  assert_refused (sealed.sealed, other_device, sealed.job, HS_ERROR_REFUSED);
  g_autoptr (HsSecretBytes) other_file_key = hs_secret_bytes_new (HS_AGE_FILE_KEY_BYTES);
  g_autoptr (HsSealOpening) by_file_key = hs_seal_opening_new_file_key (other_file_key);
  assert_refused (sealed.sealed, by_file_key, sealed.job, HS_ERROR_REFUSED);
}

static void
a_file_of_another_record_is_refused (void)
{
  g_auto (Sealed) sealed = { 0 };
  guint8 *fields[3];

  seal (&sealed, 100, 100);
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (sealed.owner);
  fields[0] = &sealed.job->header_mac[31];
  fields[1] = &sealed.job->stanza_digest[0];
  fields[2] = (guint8 *)&sealed.job->size_bytes;
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      *fields[i] ^= 1;
      assert_refused (sealed.sealed, opening, sealed.job, HS_ERROR_CORRUPT);
      *fields[i] ^= 1;
    }
  sealed.job->sealed_bytes++;
  assert_refused (sealed.sealed, opening, sealed.job, HS_ERROR_CORRUPT);
  sealed.job->sealed_bytes--;
  g_autoptr (HsSealOpening) by_share = opening_by_share (&sealed);
  sealed.job->release_e[0] ^= 1;
  assert_refused (sealed.sealed, by_share, sealed.job, HS_ERROR_REFUSED);
}

/* Even when the row was made to agree with the cut file's length. */
static void
a_cut_file_gives_no_byte (void)
{
  g_auto (Sealed) sealed = { 0 };

  seal (&sealed, 150000, 150000);
  gsize length = g_bytes_get_size (sealed.sealed);
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (sealed.owner);
  gsize header = g_bytes_get_size (sealed.facts->header);
  gsize cuts[] = { 0,
                   1,
                   header - 1,
                   header,
                   header + 15,
                   header + 16,
                   header + 31,
                   header + 16 + HS_AGE_SEALED_CHUNK_BYTES - 1,
                   header + 16 + HS_AGE_SEALED_CHUNK_BYTES,
                   header + 16 + HS_AGE_SEALED_CHUNK_BYTES + 16,
                   header + 16 + 2 * HS_AGE_SEALED_CHUNK_BYTES,
                   length - 16,
                   length - 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (sealed.sealed, 0, cuts[i]);
      assert_refused (cut, opening, sealed.job, HS_ERROR_CORRUPT);
      g_autoptr (HsJob) agreeing = hs_job_copy (sealed.job);
      agreeing->sealed_bytes = cuts[i];
      assert_refused (cut, opening, agreeing, HS_ERROR_CORRUPT);
      gsize chunks = cuts[i] > header + 16 ? cuts[i] - header - 16 : 0;
      agreeing->size_bytes
          = chunks - 16 * ((chunks + HS_AGE_SEALED_CHUNK_BYTES - 1) / HS_AGE_SEALED_CHUNK_BYTES);
      assert_refused (cut, opening, agreeing, HS_ERROR_CORRUPT);
    }
}

/* Reads on until the end or an error. Returns TRUE if everything came and was right. */
static gboolean
reads_through (GBytes *bytes, HsSealOpening *opening, const Sealed *sealed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealReader) reader = open_bytes (bytes, opening, sealed->job, &error);
  g_autofree guint8 *buffer = g_malloc (4096);
  const guint8 *expected = g_bytes_get_data (sealed->plain, NULL);
  gsize place = 0;
  gssize got = -1;

  while (reader != NULL && (got = hs_seal_reader_read (reader, buffer, 4096, &error)) > 0)
    {
      HS_ASSERT_BYTES_EQ (buffer, (gsize)got, expected + place, (gsize)got);
      place += (gsize)got;
    }
  if (got < 0)
    HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  return got == 0;
}

static void
no_changed_bit_goes_through (void)
{
  g_auto (Sealed) sealed = { 0 };

  seal (&sealed, 66000, 66000);
  gsize length;
  const guint8 *original = g_bytes_get_data (sealed.sealed, &length);
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (sealed.owner);
  gsize header = g_bytes_get_size (sealed.facts->header);

  for (gsize bit = 0; bit < length * 8; bit += bit < header * 8 ? 3 : 4999)
    {
      guint8 *changed = g_memdup2 (original, length);
      changed[bit / 8] ^= (guint8)(1 << bit % 8);
      g_autoptr (GBytes) bytes = g_bytes_new_take (changed, length);
      if (reads_through (bytes, opening, &sealed))
        hs_test_fail (__FILE__, __LINE__, "bit %" G_GSIZE_FORMAT " went through", bit);
    }
  HS_ASSERT (reads_through (sealed.sealed, opening, &sealed));
}

static void
a_job_that_nobody_could_open_is_refused (void)
{
  HsId id = { { 1 } };
  g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&id, &id, &id);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  guint8 public_key[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);

  HS_ASSERT (key != NULL);
  HS_ASSERT (hs_seal_writer_new (plan, out, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  /* Escrow holders alone do not make a job printable. */
  hs_seal_plan_add_escrow (plan, "board", public_key);
  HS_ASSERT (!hs_seal_plan_check (plan, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  hs_seal_plan_set_owner_key (plan, public_key);
  for (guint i = 1; i < HS_SEAL_ESCROW_MAX; i++)
    hs_seal_plan_add_escrow (plan, "more", public_key);
  HS_ASSERT (hs_seal_plan_check (plan, &error));
  hs_seal_plan_add_escrow (plan, "too many", public_key);
  HS_ASSERT (!hs_seal_plan_check (plan, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT_INT_EQ (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)), 0);
}

static void
weak_recipients_are_refused (void)
{
  HsId id = { { 1 } };
  guint8 weak[32] = { 1 };
  g_autoptr (HsSecretBytes) machine = hs_secret_bytes_new (32);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  for (guint way = 0; way < 2; way++)
    {
      g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&id, &id, &id);
      g_autoptr (GError) error = NULL;
      if (way == 0)
        hs_seal_plan_set_owner_key (plan, weak);
      else
        hs_seal_plan_set_release_key (plan, weak, 1, machine, 1);
      HS_ASSERT (hs_seal_writer_new (plan, out, &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
private_fields_open_with_the_document_and_not_else (void)
{
  g_auto (Sealed) sealed = { 0 };
  g_autoptr (GError) error = NULL;
  static const guint8 ticket[] = { 1, 0, 2 };

  seal (&sealed, 10, 10);
  sealed.job->title = g_strdup ("Kündigung.pdf");
  sealed.job->ticket = g_bytes_new (ticket, sizeof ticket);
  g_autoptr (GBytes) blob = hs_private_fields_seal (sealed.facts, sealed.job, &error);
  HS_ASSERT_NO_ERROR (error);
  hs_job_forget_private (sealed.job);
  HsSealOpening *ways[] = { hs_seal_opening_new_key (sealed.owner), opening_by_share (&sealed),
                            hs_seal_opening_new_key (sealed.escrow),
                            hs_seal_opening_new_file_key (sealed.facts->file_key) };
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      HS_ASSERT (hs_private_fields_open (blob, ways[i], sealed.job, &error));
      HS_ASSERT_STR_EQ (sealed.job->title, "Kündigung.pdf");
      HS_ASSERT_STR_EQ (sealed.job->user_name, NULL);
      HS_ASSERT_BYTES_EQ (g_bytes_get_data (sealed.job->ticket, NULL), 3, ticket, 3);
      hs_job_forget_private (sealed.job);
      hs_seal_opening_free (ways[i]);
    }
  /* The document's own payload is no private part, nor the other way round. */
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (sealed.owner);
  HS_ASSERT (!hs_private_fields_open (sealed.sealed, opening, sealed.job, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  sealed.job->stanza_digest[0] ^= 1;
  HS_ASSERT (!hs_private_fields_open (blob, opening, sealed.job, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
private_fields_have_a_limit (void)
{
  g_auto (Sealed) sealed = { 0 };
  g_autoptr (GError) error = NULL;

  seal (&sealed, 10, 10);
  sealed.job->title = g_strnfill (HS_PRIVATE_FIELD_MAX_BYTES, 't');
  sealed.job->user_name = g_strnfill (HS_PRIVATE_FIELD_MAX_BYTES, 'u');
  sealed.job->ticket
      = g_bytes_new_take (g_malloc0 (HS_PRIVATE_FIELD_MAX_BYTES), HS_PRIVATE_FIELD_MAX_BYTES);
  g_autoptr (GBytes) blob = hs_private_fields_seal (sealed.facts, sealed.job, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (sealed.owner);
  HS_ASSERT (hs_private_fields_open (blob, opening, sealed.job, &error));
  HS_ASSERT_INT_EQ (strlen (sealed.job->user_name), HS_PRIVATE_FIELD_MAX_BYTES);
  g_free (sealed.job->title);
  sealed.job->title = g_strnfill (HS_PRIVATE_FIELD_MAX_BYTES + 1, 't');
  HS_ASSERT (hs_private_fields_seal (sealed.facts, sealed.job, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
a_row_mac_belongs_to_row_and_machine (void)
{
  g_autoptr (HsSecretBytes) machine = hs_secret_bytes_new (32), other = hs_secret_bytes_new (32);
  g_autoptr (HsSecretBytes) short_secret = hs_secret_bytes_new (31);
  guint8 row[] = "a row", mac[HS_ROW_MAC_BYTES];
  g_autoptr (GError) error = NULL;

  hs_secret_bytes_get (other)[0] = 1;
  HS_ASSERT (hs_row_mac_compute (machine, row, sizeof row, mac, &error));
  HS_ASSERT (hs_row_mac_verify (machine, row, sizeof row, mac, &error));
  HS_ASSERT (!hs_row_mac_verify (other, row, sizeof row, mac, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  row[0] ^= 1;
  HS_ASSERT (!hs_row_mac_verify (machine, row, sizeof row, mac, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  HS_ASSERT (!hs_row_mac_compute (short_secret, row, sizeof row, mac, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
a_stream_that_fails_is_an_error_and_never_the_end (void)
{
  g_auto (Sealed) sealed = { 0 };
  g_autofree char *folder = hs_temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "job.age", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (HsSealOpening) opening = NULL;
  guint8 buffer[100];

  seal (&sealed, 150000, 150000);
  opening = hs_seal_opening_new_key (sealed.owner);
  HS_ASSERT (g_file_set_contents (path, g_bytes_get_data (sealed.sealed, NULL),
                                  (gssize)g_bytes_get_size (sealed.sealed), NULL));
  for (guint is_open_first = 0; is_open_first < 2; is_open_first++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GInputStream) in = G_INPUT_STREAM (g_file_read (file, NULL, NULL));
      g_autoptr (HsSealReader) reader = NULL;

      if (is_open_first == 0)
        g_input_stream_close (in, NULL, NULL);
      reader = hs_seal_reader_new (in, opening, sealed.job, &error);
      HS_ASSERT ((reader == NULL) == (is_open_first == 0));
      if (reader == NULL)
        {
          HS_ASSERT (error->domain == HS_ERROR);
          continue;
        }
      g_input_stream_close (in, NULL, NULL);
      HS_ASSERT_INT_EQ (hs_seal_reader_read_at (reader, 70000, buffer, sizeof buffer, &error), -1);
      HS_ASSERT (error->domain == HS_ERROR);
      g_clear_error (&error);
      /* And nothing more comes of it, wherever one reads. */
      HS_ASSERT_INT_EQ (hs_seal_reader_read (reader, buffer, sizeof buffer, &error), -1);
      HS_ASSERT (error != NULL);
    }
  hs_temp_dir_free (g_steal_pointer (&folder));
}

HS_SUITE ("document",
          { "each way opens at every edge", each_way_opens_at_every_edge },
          { "portions of writing do not matter", portions_of_writing_do_not_matter },
          { "the facts describe the file", the_facts_describe_the_file },
          { "any place can be read", any_place_can_be_read },
          { "other keys are refused and say what to do",
            other_keys_are_refused_and_say_what_to_do },
          { "a file of another record is refused", a_file_of_another_record_is_refused },
          { "a cut file gives no byte", a_cut_file_gives_no_byte },
          { "a stream that fails is an error and never the end",
            a_stream_that_fails_is_an_error_and_never_the_end },
          { "no changed bit goes through", no_changed_bit_goes_through },
          { "a job that nobody could open is refused", a_job_that_nobody_could_open_is_refused },
          { "weak recipients are refused", weak_recipients_are_refused },
          { "private fields open with the document and not else",
            private_fields_open_with_the_document_and_not_else },
          { "private fields have a limit", private_fields_have_a_limit },
          { "a row MAC belongs to row and machine", a_row_mac_belongs_to_row_and_machine })
