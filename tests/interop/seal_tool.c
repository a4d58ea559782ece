/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The sealing library as a program, for the Python drivers beside it.
 *
 *   seal_tool vector FILE            opens a vector (text header, empty line, age file); prints the
 *                                    outcome and the SHA-256 of what was given out
 *   seal_tool seal RECIPIENT…        stdin → stdout
 *   seal_tool seal-phrase PHRASE
 *   seal_tool open KEY_FILE
 *   seal_tool open-phrase PHRASE
 *   seal_tool job KEYS FACTS         stdin → stdout by a plan; KEYS and FACTS: "key: value" lines
 *   seal_tool title-key KEY_FILE     the key file of the title key of that owner's key
 *   seal_tool title RECIPIENT JOB TITLE
 *   seal_tool wrap KEY_FILE PHRASE   the key file of a kiosk's person
 *   seal_tool speed MIB              seals and opens; prints MiB/s */

#include "crypto/sha256.h"
#include "seal/age_cipher.h"
#include "seal/age_reader.h"
#include "seal/age_writer.h"
#include "seal/key_file.h"
#include "seal/private_fields.h"
#include "seal/seal_reader.h"
#include "seal/seal_writer.h"
#include "seal/sealed_title.h"
#include "seal/stanza_release.h"
#include "seal/stanza_scrypt.h"
#include "seal/stanza_x25519.h"
#include "seal/title_key.h"
#include "support/hex.h"

#include <stdio.h>
#include <string.h>

/* ── "key: value" files ──────────────────────────────────────────────────────────────────── */

/* Reads lines up to an empty one. Returns what follows it in *rest. */
static GHashTable *
read_fields (const char *path, GBytes **rest)
{
  GHashTable *fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    g_error ("cannot read %s", path);
  char *place = text;
  char *end;
  while ((end = memchr (place, '\n', length - (gsize)(place - text))) != NULL && end != place)
    {
      *end = '\0';
      char *colon = strstr (place, ": ");
      g_assert (colon != NULL);
      g_hash_table_insert (fields, g_strndup (place, (gsize)(colon - place)), g_strdup (colon + 2));
      place = end + 1;
    }
  if (rest != NULL && end != NULL)
    *rest = g_bytes_new (end + 1, length - (gsize)(end + 1 - text));
  g_free (text);
  return fields;
}

static const char *
field (GHashTable *fields, const char *name)
{
  return g_hash_table_lookup (fields, name);
}

static HsSecretBytes *
secret_field (GHashTable *fields, const char *name)
{
  g_autoptr (GBytes) bytes = hs_hex_bytes (field (fields, name));

  return hs_secret_bytes_new_copy (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static HsSecretBytes *
text_secret (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

static void
id_field (GHashTable *fields, const char *name, HsId *id)
{
  if (!hs_id_parse (field (fields, name), id))
    g_error ("%s is no uuid", name);
}

/* ── vectors ─────────────────────────────────────────────────────────────────────────────── */

static HsStanzaOutcome
unwrap_release (GHashTable *fields, const HsAgeHeader *header, HsSecretBytes **file_key)
{
  HsStanzaReleaseKeys keys = { 0 };
  g_autoptr (HsSecretBytes) site = secret_field (fields, "release private");
  g_autoptr (HsSecretBytes) machine = secret_field (fields, "machine secret");
  g_autoptr (GError) error = NULL;

  id_field (fields, "device", &keys.context.device);
  id_field (fields, "job", &keys.context.job);
  id_field (fields, "owner", &keys.context.owner);
  hs_hex_fill (field (fields, "e"), keys.context.e_public, HS_X25519_BYTES);
  if (!hs_x25519_get_public (site, keys.context.s_public, &error))
    g_error ("%s", error->message);
  g_autoptr (HsSecretBytes) share = hs_release_share_compute_site (site, &keys.context, &error);
  if (share == NULL)
    return HS_STANZA_FAILED;
  keys.share = share;
  keys.machine_secret = machine;
  keys.machine_generation
      = (guint32)g_ascii_strtoull (field (fields, "machine generation"), NULL, 10);
  return hs_stanza_release_unwrap (header, &keys, file_key, &error);
}

static HsStanzaOutcome
unwrap (GHashTable *fields, const HsAgeHeader *header, HsSecretBytes **file_key)
{
  g_autoptr (GError) error = NULL;

  if (field (fields, "release private") != NULL)
    return unwrap_release (fields, header, file_key);
  if (field (fields, "passphrase") != NULL)
    {
      g_autoptr (HsSecretBytes) phrase = text_secret (field (fields, "passphrase"));
      return hs_stanza_scrypt_unwrap (header, phrase, file_key, &error);
    }
  g_autoptr (HsSecretBytes) text = text_secret (field (fields, "identity"));
  g_autoptr (HsSecretBytes) key = hs_key_file_parse (text, &error);
  if (key == NULL)
    g_error ("%s", error->message);
  return hs_stanza_x25519_unwrap (header, key, file_key, &error);
}

static const char *
open_payload (HsAgeReader *reader, const HsSecretBytes *file_key, HsSha256 *digest)
{
  g_autoptr (GError) error = NULL;
  guint8 buffer[10000];
  gssize got;

  if (!hs_age_header_verify (hs_age_reader_get_header (reader), file_key, &error))
    return "HMAC failure";
  if (!hs_age_reader_start (reader, file_key, &error))
    return "header failure";
  while ((got = hs_age_reader_read (reader, buffer, sizeof buffer, &error)) > 0)
    hs_sha256_update (digest, buffer, (gsize)got);
  return got == 0 ? "success" : "payload failure";
}

static int
run_vector (const char *path)
{
  g_autoptr (GBytes) age = NULL;
  g_autoptr (GHashTable) fields = read_fields (path, &age);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (age);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) file_key = NULL;
  g_autoptr (HsSha256) sha256 = hs_sha256_new ();
  guint8 digest[HS_SHA256_BYTES];
  const char *outcome = "header failure";

  g_autoptr (HsAgeReader) reader = hs_age_reader_new (in, &error);
  if (reader != NULL)
    switch (unwrap (fields, hs_age_reader_get_header (reader), &file_key))
      {
      case HS_STANZA_OPENED:
        outcome = open_payload (reader, file_key, sha256);
        break;
      case HS_STANZA_NOT_MINE:
        outcome = "no match";
        break;
      case HS_STANZA_FAILED:
      case HS_STANZA_NONE:
        break;
      }
  hs_sha256_finish (sha256, digest);
  printf ("%s\n", outcome);
  for (guint i = 0; i < sizeof digest; i++)
    printf ("%02x", digest[i]);
  printf ("\n");
  return 0;
}

/* ── streams ─────────────────────────────────────────────────────────────────────────────── */

static int
fail (const GError *error)
{
  fprintf (stderr, "seal_tool: %s\n", error->message);
  return 1;
}

static int
write_stream (GBytes *header, const HsSecretBytes *file_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (HsAgeWriter) writer = hs_age_writer_new (out, header, file_key, &error);
  guint8 buffer[30000];
  gsize got;

  while (writer != NULL && (got = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    if (!hs_age_writer_write (writer, buffer, got, &error))
      return fail (error);
  if (writer == NULL || !hs_age_writer_finish (writer, &error))
    return fail (error);
  fwrite (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), 1,
          g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)), stdout);
  return 0;
}

static int
run_seal (char **recipients, const char *phrase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) file_key = hs_age_file_key_new (&error);
  g_autoptr (GPtrArray) stanzas
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_age_stanza_free);

  for (char **recipient = recipients; recipient != NULL && *recipient != NULL; recipient++)
    {
      guint8 public_key[HS_X25519_BYTES];
      if (!hs_recipient_parse (*recipient, public_key))
        return 1;
      g_ptr_array_add (stanzas, hs_stanza_x25519_wrap (public_key, file_key, &error));
    }
  if (phrase != NULL)
    {
      g_autoptr (HsSecretBytes) secret = text_secret (phrase);
      g_ptr_array_add (stanzas, hs_stanza_scrypt_wrap (secret, 10, file_key, &error));
    }
  g_autoptr (GBytes) header = hs_age_header_seal ((const HsAgeStanza *const *)stanzas->pdata,
                                                  stanzas->len, file_key, &error);
  return header == NULL ? fail (error) : write_stream (header, file_key);
}

static int
run_open (const char *key_path, const char *phrase)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  guint8 buffer[30000];
  gsize length;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) file_key = NULL;
  HsStanzaOutcome outcome = HS_STANZA_FAILED;

  while ((length = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    g_byte_array_append (whole, buffer, (guint)length);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&whole));
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (HsAgeReader) reader = hs_age_reader_new (in, &error);
  if (reader == NULL)
    return fail (error);
  if (phrase != NULL)
    {
      g_autoptr (HsSecretBytes) secret = text_secret (phrase);
      outcome
          = hs_stanza_scrypt_unwrap (hs_age_reader_get_header (reader), secret, &file_key, &error);
    }
  else
    {
      g_autofree char *text = NULL;
      if (!g_file_get_contents (key_path, &text, NULL, &error))
        return fail (error);
      g_autoptr (HsSecretBytes) secret = text_secret (text);
      g_autoptr (HsSecretBytes) key = hs_key_file_parse (secret, &error);
      if (key == NULL)
        return fail (error);
      outcome = hs_stanza_x25519_unwrap (hs_age_reader_get_header (reader), key, &file_key, &error);
    }
  if (outcome != HS_STANZA_OPENED)
    return 2;
  if (!hs_age_reader_start (reader, file_key, &error))
    return fail (error);
  gssize got;
  while ((got = hs_age_reader_read (reader, buffer, sizeof buffer, &error)) > 0)
    fwrite (buffer, 1, (gsize)got, stdout);
  return got < 0 ? fail (error) : 0;
}

/* ── a whole job ─────────────────────────────────────────────────────────────────────────── */

static void
put_hex (FILE *file, const char *name, const guint8 *bytes, gsize length)
{
  fprintf (file, "%s: ", name);
  for (gsize i = 0; i < length; i++)
    fprintf (file, "%02x", bytes[i]);
  fprintf (file, "\n");
}

static HsSealPlan *
plan_from (GHashTable *fields)
{
  HsId device, job, owner;
  guint8 key[HS_X25519_BYTES];

  id_field (fields, "device", &device);
  id_field (fields, "job", &job);
  id_field (fields, "owner", &owner);
  HsSealPlan *plan = hs_seal_plan_new (&device, &job, &owner);
  if (field (fields, "owner recipient") != NULL
      && hs_recipient_parse (field (fields, "owner recipient"), key))
    hs_seal_plan_set_owner_key (plan, key);
  if (field (fields, "release public") != NULL)
    {
      g_autoptr (HsSecretBytes) machine = secret_field (fields, "machine secret");
      hs_hex_fill (field (fields, "release public"), key, sizeof key);
      hs_seal_plan_set_release_key (
          plan, key, 1, machine,
          (guint32)g_ascii_strtoull (field (fields, "machine generation"), NULL, 10));
    }
  if (field (fields, "escrow recipient") != NULL
      && hs_recipient_parse (field (fields, "escrow recipient"), key))
    hs_seal_plan_add_escrow (plan, "board", key);
  return plan;
}

static int
run_job (const char *keys_path, const char *facts_path)
{
  g_autoptr (GHashTable) fields = read_fields (keys_path, NULL);
  g_autoptr (HsSealPlan) plan = plan_from (fields);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealWriter) writer = hs_seal_writer_new (plan, out, &error);
  guint8 buffer[30000];
  gsize got;

  if (writer == NULL)
    return fail (error);
  while ((got = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    if (!hs_seal_writer_write (writer, buffer, got, &error))
      return fail (error);
  g_autoptr (HsSealFacts) facts = hs_seal_writer_finish (writer, &error);
  if (facts == NULL)
    return fail (error);
  g_autoptr (HsJob) job = hs_job_new ();
  job->title = g_strdup (field (fields, "title"));
  g_autoptr (GBytes) blob = hs_private_fields_seal (facts, job, &error);
  if (blob == NULL)
    return fail (error);
  FILE *file = fopen (facts_path, "w");
  g_assert (file != NULL);
  g_autofree char *recipients = g_strjoinv (" ", facts->recipients);
  put_hex (file, "e", facts->release_e, sizeof facts->release_e);
  put_hex (file, "header mac", facts->header_mac, sizeof facts->header_mac);
  put_hex (file, "stanza digest", facts->stanza_digest, sizeof facts->stanza_digest);
  put_hex (file, "private fields", g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
  fprintf (file, "sealed bytes: %" G_GUINT64_FORMAT "\n", facts->sealed_bytes);
  fprintf (file, "plain bytes: %" G_GUINT64_FORMAT "\n", facts->plain_bytes);
  fprintf (file, "recipients: %s\n", recipients);
  fclose (file);
  fwrite (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), 1,
          g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)), stdout);
  return 0;
}

/* ── titles ──────────────────────────────────────────────────────────────────────────────── */

static int
run_title_key (const char *key_file)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (key_file, &text, &length, &error))
    return fail (error);
  g_autoptr (HsSecretBytes) file = hs_secret_bytes_new_copy ((const guint8 *)text, length);
  g_autoptr (HsSecretBytes) owner = hs_key_file_parse (file, &error);
  g_autoptr (HsSecretBytes) key = owner != NULL ? hs_title_key_derive (owner, &error) : NULL;
  g_autoptr (HsSecretBytes) made = key != NULL ? hs_key_file_format (key, &error) : NULL;
  if (made == NULL)
    return fail (error);
  fwrite (hs_secret_bytes_peek (made), 1, hs_secret_bytes_get_length (made), stdout);
  return 0;
}

static int
run_title (const char *recipient, const char *job, const char *title)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (GError) error = NULL;
  HsId id;

  g_assert (hs_recipient_parse (recipient, public_key) && hs_id_parse (job, &id));
  g_autoptr (GBytes) sealed = hs_sealed_title_seal (public_key, &id, title, &error);
  if (sealed == NULL)
    return fail (error);
  fwrite (g_bytes_get_data (sealed, NULL), 1, g_bytes_get_size (sealed), stdout);
  return 0;
}

/* ── a kiosk's key ───────────────────────────────────────────────────────────────────────── */

static int
run_wrap (const char *key_path, const char *phrase)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (key_path, &text, NULL, &error))
    return fail (error);
  g_autoptr (HsSecretBytes) file = text_secret (text);
  g_autoptr (HsSecretBytes) passphrase = text_secret (phrase);
  g_autoptr (HsSecretBytes) key = hs_key_file_parse (file, &error);
  g_autoptr (GBytes) envelope = key != NULL ? hs_key_file_seal (key, passphrase, &error) : NULL;
  if (envelope == NULL)
    return fail (error);
  fwrite (g_bytes_get_data (envelope, NULL), 1, g_bytes_get_size (envelope), stdout);
  return 0;
}

/* ── speed ───────────────────────────────────────────────────────────────────────────────── */

#define PORTION_BYTES (256 * 1024)

static HsSealFacts *
seal_zeros (const HsSealPlan *plan, GOutputStream *out, guint64 mib, const char *what)
{
  g_autofree guint8 *buffer = g_malloc0 (PORTION_BYTES);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealWriter) writer = hs_seal_writer_new (plan, out, &error);
  gboolean well = writer != NULL;

  for (guint64 left = mib * 1024 * 1024; well && left > 0; left -= PORTION_BYTES)
    well = hs_seal_writer_write (writer, buffer, PORTION_BYTES, &error);
  HsSealFacts *facts = well ? hs_seal_writer_finish (writer, &error) : NULL;
  if (facts == NULL)
    g_error ("%s", error->message);
  printf ("%s: %.0f MiB/s\n", what,
          (double)mib * G_USEC_PER_SEC / (double)(g_get_monotonic_time () - start));
  return facts;
}

static int
run_speed (guint64 mib)
{
  HsId id = { { 1 } };
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, &error);
  g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&id, &id, &id);
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/dev/null");
  g_autoptr (GFileOutputStream) null_stream = g_file_append_to (nowhere, 0, NULL, &error);
  g_autoptr (GFileIOStream) both = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("seal-speed-XXXXXX", &both, &error);
  g_autoptr (HsJob) job = hs_job_new ();

  if (file == NULL || null_stream == NULL)
    return fail (error);
  hs_seal_plan_set_owner_key (plan, public_key);
  hs_seal_facts_free (seal_zeros (plan, G_OUTPUT_STREAM (null_stream), mib, "sealed to nowhere"));
  g_autoptr (HsSealFacts) facts = seal_zeros (
      plan, g_io_stream_get_output_stream (G_IO_STREAM (both)), mib, "sealed to a file");
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, NULL);
  g_file_delete (file, NULL, NULL);
  hs_seal_facts_apply (facts, job);
  g_autofree guint8 *buffer = g_malloc (PORTION_BYTES);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (HsSealOpening) opening = hs_seal_opening_new_key (key);
  g_autoptr (HsSealReader) reader = hs_seal_reader_new (G_INPUT_STREAM (in), opening, job, &error);
  gssize got = reader == NULL ? -1 : 1;
  while (got > 0)
    got = hs_seal_reader_read (reader, buffer, PORTION_BYTES, &error);
  if (got < 0)
    return fail (error);
  printf ("opened from a file: %.0f MiB/s\n",
          (double)mib * G_USEC_PER_SEC / (double)(g_get_monotonic_time () - start));
  return 0;
}

int
main (int argc, char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "";

  if (strcmp (verb, "vector") == 0 && argc == 3)
    return run_vector (argv[2]);
  if (strcmp (verb, "seal") == 0 && argc > 2)
    return run_seal (argv + 2, NULL);
  if (strcmp (verb, "seal-phrase") == 0 && argc == 3)
    return run_seal (NULL, argv[2]);
  if (strcmp (verb, "open") == 0 && argc == 3)
    return run_open (argv[2], NULL);
  if (strcmp (verb, "open-phrase") == 0 && argc == 3)
    return run_open (NULL, argv[2]);
  if (strcmp (verb, "job") == 0 && argc == 4)
    return run_job (argv[2], argv[3]);
  if (strcmp (verb, "title-key") == 0 && argc == 3)
    return run_title_key (argv[2]);
  if (strcmp (verb, "title") == 0 && argc == 5)
    return run_title (argv[2], argv[3], argv[4]);
  if (strcmp (verb, "wrap") == 0 && argc == 4)
    return run_wrap (argv[2], argv[3]);
  if (strcmp (verb, "speed") == 0 && argc == 3)
    return run_speed (g_ascii_strtoull (argv[2], NULL, 10));
  fprintf (stderr, "usage: see the head of seal_tool.c\n");
  return 64;
}
