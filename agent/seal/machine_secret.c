/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The machine secret.
 *
 * The file is written and read through platform/durable_file: inside a folder that was opened once,
 * never through a link, there whole or not at all after a power cut. */

#include "seal/machine_secret.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/random.h"
#include "platform/durable_file.h"
#include "platform/paths.h"

#include <string.h>

#define PREFIX "homespool-machine-secret/1 "
#define PREFIX_CHARACTERS (sizeof PREFIX - 1)
#define SECRET_CHARACTERS 43
#define LINE_MAX_BYTES 128 /* the longest is 27 + 10 + 1 + 43 and a line feed */

/* ── the line ────────────────────────────────────────────────────────────────────────────── */

HsSecretBytes *
hs_machine_secret_format (const HsSecretBytes *bytes, guint32 generation)
{
  char *text = hs_base64_encode (HS_BASE64_STANDARD, hs_secret_bytes_peek (bytes),
                                 hs_secret_bytes_get_length (bytes));
  char *line = g_strdup_printf (PREFIX "%u %s", generation, text);
  HsSecretBytes *secret = hs_secret_bytes_new_copy ((const guint8 *)line, strlen (line));

  hs_secret_bytes_wipe (text, strlen (text));
  hs_secret_bytes_wipe (line, strlen (line));
  g_free (text);
  g_free (line);
  return secret;
}

/* Decimal from 1 without sign or leading zero, then one space. Returns the place behind it. */
static const char *
parse_generation (const char *place, const char *end, guint32 *generation)
{
  guint64 number = 0;

  if (place == end || *place == '0')
    return NULL;
  for (; place < end && g_ascii_isdigit (*place); place++)
    {
      number = number * 10 + (guint64)(*place - '0');
      if (number > G_MAXUINT32)
        return NULL;
    }
  if (number == 0 || place == end || *place != ' ')
    return NULL;
  *generation = (guint32)number;
  return place + 1;
}

gboolean
hs_machine_secret_parse (const HsSecretBytes *line,
                         HsSecretBytes **bytes,
                         guint32 *generation,
                         GError **error)
{
  const char *start = (const char *)hs_secret_bytes_peek (line);
  const char *end = start + hs_secret_bytes_get_length (line);
  g_autoptr (HsSecretBytes) read = hs_secret_bytes_new (HS_MACHINE_SECRET_BYTES);
  const char *place = NULL;
  guint32 number = 0;

  if (end[-1] == '\n')
    end--;
  if ((gsize)(end - start) > PREFIX_CHARACTERS && memcmp (start, PREFIX, PREFIX_CHARACTERS) == 0)
    place = parse_generation (start + PREFIX_CHARACTERS, end, &number);
  if (place == NULL || end - place != SECRET_CHARACTERS
      || hs_base64_decode (HS_BASE64_STANDARD, place, SECRET_CHARACTERS, hs_secret_bytes_get (read),
                           HS_MACHINE_SECRET_BYTES)
             != HS_MACHINE_SECRET_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                           "the machine secret cannot be read: restore it, or run "
                           "\"homespool doctor\"; it is never replaced by itself");
      return FALSE;
    }
  *bytes = g_steal_pointer (&read);
  *generation = number;
  return TRUE;
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

/* Reads a whole small stream. An empty or too long one gives a line that does not parse. */
static HsSecretBytes *
read_line (GInputStream *in, GError **error)
{
  g_autoptr (HsSecretBytes) line = hs_secret_bytes_new (LINE_MAX_BYTES);
  gsize got = 0;

  if (!g_input_stream_read_all (in, hs_secret_bytes_get (line), LINE_MAX_BYTES, &got, NULL, error))
    return NULL;
  return got == 0 ? g_steal_pointer (&line)
                  : hs_secret_bytes_new_copy (hs_secret_bytes_peek (line), got);
}

static GInputStream *
open_credential (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, HS_MACHINE_SECRET_NAME, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static GInputStream *
open_file (const char *state_folder, GError **error)
{
  g_autofree char *path = g_build_filename (state_folder, HS_MACHINE_SECRET_NAME, NULL);
  g_autoptr (HsDurableFolder) folder = hs_durable_folder_open (state_folder, error);

  if (folder == NULL || !hs_paths_check_file (path, TRUE, error))
    return NULL;
  return hs_durable_folder_read (folder, HS_MACHINE_SECRET_NAME, error);
}

/* Returns FALSE only on an error; secret->place stays NOWHERE when nothing is there. */
static gboolean
read_from (HsMachineSecretPlace place, const char *folder, HsMachineSecret *secret, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GInputStream) in = place == HS_MACHINE_SECRET_CREDENTIAL
                                    ? open_credential (folder, &problem)
                                    : open_file (folder, &problem);
  g_autoptr (HsSecretBytes) line = in != NULL ? read_line (in, &problem) : NULL;

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  if (line == NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&problem), "the machine secret: ");
      hs_error_convert_gio (error);
      return FALSE;
    }
  if (!hs_machine_secret_parse (line, &secret->bytes, &secret->generation, error))
    return FALSE;
  secret->place = place;
  return TRUE;
}

/* ── making ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
write_file (HsDurableFolder *folder, const HsMachineSecret *secret, GError **error)
{
  g_autoptr (HsSecretBytes) line = hs_machine_secret_format (secret->bytes, secret->generation);
  g_autoptr (HsDurableFile) file = NULL;

  /* What a crash left under the temporary name was never a secret that anything depends on. */
  if (!hs_durable_folder_remove (folder, HS_MACHINE_SECRET_NAME ".part", error))
    return FALSE;
  file = hs_durable_file_create (folder, HS_MACHINE_SECRET_NAME ".part", error);
  return file != NULL
         && hs_durable_file_write (file, hs_secret_bytes_peek (line),
                                   hs_secret_bytes_get_length (line), error)
         && hs_durable_file_write (file, "\n", 1, error)
         && hs_durable_file_commit (file, HS_MACHINE_SECRET_NAME, HS_DURABLE_NEW, error);
}

/* Fails with EXISTS rather than replace a file. */
static gboolean
make (HsMachineSecret *secret, const char *state_folder, guint32 generation, GError **error)
{
  g_autoptr (HsDurableFolder) folder = NULL;

  secret->bytes = hs_random_secret (HS_MACHINE_SECRET_BYTES, error);
  secret->generation = generation;
  secret->place = HS_MACHINE_SECRET_FILE;
  secret->outcome = HS_MACHINE_SECRET_MADE;
  if (secret->bytes == NULL)
    return FALSE;
  folder = hs_durable_folder_open (state_folder, error);
  if (folder != NULL && write_file (folder, secret, error))
    return TRUE;
  g_prefix_error (error, "the machine secret: ");
  hs_error_convert_gio (error);
  return FALSE;
}

static void
declare_lost (HsMachineSecret *secret)
{
  g_clear_pointer (&secret->bytes, hs_secret_bytes_free);
  secret->generation = 0;
  secret->place = HS_MACHINE_SECRET_NOWHERE;
  secret->outcome = HS_MACHINE_SECRET_LOST;
}

HsMachineSecret *
hs_machine_secret_load (const char *credentials_folder,
                        const char *state_folder,
                        guint32 known_generation,
                        GError **error)
{
  g_autoptr (HsMachineSecret) secret = g_new0 (HsMachineSecret, 1);

  if (credentials_folder != NULL
      && !read_from (HS_MACHINE_SECRET_CREDENTIAL, credentials_folder, secret, error))
    return NULL;
  if (secret->place == HS_MACHINE_SECRET_NOWHERE
      && !read_from (HS_MACHINE_SECRET_FILE, state_folder, secret, error))
    return NULL;
  if (secret->place == HS_MACHINE_SECRET_NOWHERE && known_generation == 0)
    return make (secret, state_folder, 1, error) ? g_steal_pointer (&secret) : NULL;
  if (secret->generation < known_generation)
    declare_lost (secret);
  else if (known_generation == 0 || secret->generation == known_generation)
    secret->outcome = HS_MACHINE_SECRET_LOADED;
  else
    secret->outcome = HS_MACHINE_SECRET_NEWER;
  return g_steal_pointer (&secret);
}

/* Keeps the old line under a name that says its generation; a file that cannot be read as a secret
 * is kept as ".damaged". */
static gboolean
set_aside (const char *state_folder, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (HsMachineSecret) old = g_new0 (HsMachineSecret, 1);
  gboolean is_readable = read_from (HS_MACHINE_SECRET_FILE, state_folder, old, &problem);

  if (is_readable && old->place == HS_MACHINE_SECRET_NOWHERE)
    return TRUE;
  if (!is_readable && !g_error_matches (problem, HS_ERROR, HS_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_autofree char *from = g_build_filename (state_folder, HS_MACHINE_SECRET_NAME, NULL);
  g_autofree char *to = is_readable ? g_strdup_printf ("%s.%u", from, old->generation)
                                    : g_strdup_printf ("%s.damaged", from);
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  if (g_file_move (source, target, G_FILE_COPY_NO_FALLBACK_FOR_MOVE, NULL, NULL, NULL, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

HsMachineSecret *
hs_machine_secret_replace (const char *state_folder, guint32 generation, GError **error)
{
  g_autoptr (HsMachineSecret) secret = g_new0 (HsMachineSecret, 1);

  if (!set_aside (state_folder, error) || !make (secret, state_folder, generation, error))
    return NULL;
  return g_steal_pointer (&secret);
}

/* ── the rest ────────────────────────────────────────────────────────────────────────────── */

const char *
hs_machine_secret_to_sentence (const HsMachineSecret *secret)
{
  switch (secret->outcome)
    {
    case HS_MACHINE_SECRET_LOST:
      return "The machine secret is lost. Jobs that wait here can be released by their owners "
             "after "
             "they unlocked their keys; printing at the site's request starts again once an "
             "administrator has made a new secret.";
    case HS_MACHINE_SECRET_NEWER:
      return "The machine secret was exchanged. Jobs from before can be released by their owners "
             "after they unlocked their keys.";
    case HS_MACHINE_SECRET_LOADED:
    case HS_MACHINE_SECRET_MADE:
      return secret->place == HS_MACHINE_SECRET_CREDENTIAL
                 ? "The machine secret is kept by the service manager as an encrypted credential."
                 : "The machine secret is a file that only Homespool can read. Who steals the disk "
                   "has it: use disk encryption, or keep it as a systemd credential.";
    case HS_MACHINE_SECRET_NONE:
      break;
    }
  return "There is no machine secret.";
}

void
hs_machine_secret_free (HsMachineSecret *secret)
{
  if (secret == NULL)
    return;
  hs_secret_bytes_free (secret->bytes);
  g_free (secret);
}
