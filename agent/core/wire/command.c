/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Commands of the site, and the reply that carries them. */

#include "core/wire/command.h"

#include "base/error.h"
#include "core/wire/json_secret.h"

#include <string.h>

static const char *const kind_keywords[] = { "release", "cancel", "bundle", "sign-out", NULL };

const char *
hs_command_kind_to_keyword (HsCommandKind kind)
{
  return kind == HS_COMMAND_KIND_NONE ? NULL : kind_keywords[kind - HS_COMMAND_KIND_RELEASE];
}

/* ── one command ─────────────────────────────────────────────────────────────────────────── */

static gboolean
check_arguments (const HsCommand *command, GError **error)
{
  gboolean wants_job
      = command->kind == HS_COMMAND_KIND_RELEASE || command->kind == HS_COMMAND_KIND_CANCEL;
  gboolean wants_printer = command->kind == HS_COMMAND_KIND_RELEASE;

  if (wants_job == hs_id_is_zero (&command->job)
      || wants_printer == hs_id_is_zero (&command->printer))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a %s command names %s job and %s printer",
                   hs_command_kind_to_keyword (command->kind), wants_job ? "a" : "no",
                   wants_printer ? "a" : "no");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_members (const json_t *object, HsCommand *command, GError **error)
{
  static const char *const members[]
      = { "device", "nonce", "id", "kind", "job", "printer", "life_s", NULL };
  gint64 life_s;
  int kind;

  if (!hs_json_check_members ("command", object, members, error)
      || !hs_json_get_id (object, "device", &command->device, error)
      || !hs_json_get_bytes (object, "nonce", command->nonce, sizeof command->nonce, error)
      || !hs_json_get_id (object, "id", &command->id, error)
      || !hs_json_get_keyword (object, "kind", kind_keywords, &kind, error)
      || !hs_json_get_id_or_null (object, "job", &command->job, error)
      || !hs_json_get_id_or_null (object, "printer", &command->printer, error)
      || !hs_json_get_integer (object, "life_s", 1, HS_COMMAND_MAX_LIFE_S, &life_s, error))
    return FALSE;
  command->kind = (HsCommandKind)(HS_COMMAND_KIND_RELEASE + kind);
  command->life_s = (guint32)life_s;
  return check_arguments (command, error);
}

gboolean
hs_command_decode (GBytes *payload, HsCommand *command, GError **error)
{
  g_autoptr (json_t) object = hs_json_parse_bytes ("command", payload, HS_COMMAND_MAX_BYTES, error);
  HsCommand read = { 0 };

  if (object == NULL)
    return FALSE;
  if (!read_members (object, &read, error))
    {
      g_prefix_error (error, "the command is not valid: ");
      return FALSE;
    }
  *command = read;
  return TRUE;
}

GBytes *
hs_command_encode (const HsCommand *command, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (GBytes) bytes = NULL;
  HsCommand again;

  hs_json_set_id (object, "device", &command->device);
  hs_json_set_bytes (object, "nonce", command->nonce, sizeof command->nonce);
  hs_json_set_id (object, "id", &command->id);
  hs_json_set_lines (object, "kind", hs_command_kind_to_keyword (command->kind));
  hs_json_set_id (object, "job", &command->job);
  hs_json_set_id (object, "printer", &command->printer);
  hs_json_set_integer (object, "life_s", command->life_s);
  bytes = hs_json_encode_bytes (object);
  return hs_command_decode (bytes, &again, error) ? g_steal_pointer (&bytes) : NULL;
}

gboolean
hs_command_check (const HsCommand *command,
                  const HsCommandPoll *poll,
                  gint64 now_boot_us,
                  GError **error)
{
  if (!hs_id_equal (&command->device, &poll->device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "the command is for another workstation");
      return FALSE;
    }
  if (!hs_constant_time_equal (command->nonce, poll->nonce, sizeof command->nonce))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
                   "the command answers another question than the one that is open");
      return FALSE;
    }
  if (now_boot_us < poll->sent_boot_us
      || now_boot_us - poll->sent_boot_us > (gint64)command->life_s * G_USEC_PER_SEC)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED, "the command came too late");
      return FALSE;
    }
  return TRUE;
}

/* ── the reply ───────────────────────────────────────────────────────────────────────────── */

#define JWS_MAX_BYTES (2 * HS_COMMAND_MAX_BYTES + 1024) /* base64 of payload, header, signature */

static HsCommandEnvelope *
read_envelope (json_t *object, GError **error)
{
  static const char *const members[] = { "jws", "share", NULL };
  g_autoptr (HsCommandEnvelope) envelope = g_new0 (HsCommandEnvelope, 1);

  if (!hs_json_check_members ("command", object, members, error)
      || !hs_json_get_text (object, "jws", JWS_MAX_BYTES, &envelope->jws, error))
    return NULL;
  if (!json_is_null (json_object_get (object, "share"))
      && !hs_json_take_secret (object, "share", HS_COMMAND_SHARE_BYTES, HS_COMMAND_SHARE_BYTES,
                               &envelope->share, error))
    return NULL;
  return g_steal_pointer (&envelope);
}

char *
hs_commands_format_held (const GArray *ids)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    {
      char id[HS_ID_TEXT_BYTES];
      if (i > 0)
        g_string_append_c (text, ',');
      g_string_append (text, hs_id_format (&g_array_index (ids, HsId, i), id));
    }
  return g_string_free (text, FALSE);
}

GArray *
hs_commands_parse_held (const char *text, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (HsId));
  g_auto (GStrv) words = g_strsplit (text, ",", HS_COMMANDS_MAX_HELD + 1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      HsId id;
      if (i == HS_COMMANDS_MAX_HELD || !hs_id_parse (words[i], &id))
        {
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                       "the header " HS_COMMANDS_HELD_HEADER " has to hold up to %d uuids",
                       HS_COMMANDS_MAX_HELD);
          return NULL;
        }
      g_array_append_val (ids, id);
    }
  return g_steal_pointer (&ids);
}

static gboolean
read_gone (const json_t *object, GArray **gone, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (HsId));

  if (json_object_get (object, "gone") == NULL)
    return TRUE;
  if (!hs_json_get_id_list (object, "gone", 0, HS_COMMANDS_MAX_HELD, ids, error))
    return FALSE;
  *gone = g_steal_pointer (&ids);
  return TRUE;
}

static gboolean
read_envelopes (const json_t *object, GPtrArray *envelopes, GError **error)
{
  static const char *const members[] = { "commands", NULL };
  static const char *const more_members[] = { "commands", "gone", NULL };
  gboolean has_gone = json_object_get (object, "gone") != NULL;
  json_t *array, *item;
  size_t i;

  if (!hs_json_check_members ("reply", object, has_gone ? more_members : members, error)
      || !hs_json_get_array (object, "commands", 0, HS_COMMANDS_MAX_COMMANDS, &array, error))
    return FALSE;
  json_array_foreach (array, i, item)
  {
    HsCommandEnvelope *envelope = read_envelope (item, error);

    if (envelope == NULL)
      return FALSE;
    g_ptr_array_add (envelopes, envelope);
  }
  return TRUE;
}

GPtrArray *
hs_commands_decode (const char *bytes, gsize length, GArray **gone, GError **error)
{
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GPtrArray) envelopes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_command_envelope_free);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("reply with commands", bytes, length, HS_COMMANDS_MAX_BYTES, error);

  if (object == NULL || !read_envelopes (object, envelopes, error)
      || !read_gone (object, &ids, error))
    return NULL;
  *gone = g_steal_pointer (&ids);
  return g_steal_pointer (&envelopes);
}

char *
hs_commands_encode (const GPtrArray *envelopes, const GArray *gone)
{
  g_autoptr (HsSecretJson) object = json_object ();
  json_t *array = json_array ();

  for (guint i = 0; i < envelopes->len; i++)
    {
      const HsCommandEnvelope *envelope = envelopes->pdata[i];
      json_t *item = json_object ();

      hs_json_set_lines (item, "jws", envelope->jws);
      hs_json_set_secret (item, "share", envelope->share);
      json_array_append_new (array, item);
    }
  hs_json_set_value (object, "commands", array);
  if (gone != NULL)
    hs_json_set_id_list (object, "gone", gone);
  return hs_json_encode (object);
}

HsCommandEnvelope *
hs_command_envelope_new (const char *jws, const HsSecretBytes *share)
{
  HsCommandEnvelope *envelope = g_new0 (HsCommandEnvelope, 1);

  envelope->jws = g_strdup (jws);
  envelope->share = share != NULL ? hs_secret_bytes_copy (share) : NULL;
  return envelope;
}

void
hs_command_envelope_free (HsCommandEnvelope *envelope)
{
  if (envelope == NULL)
    return;
  g_free (envelope->jws);
  hs_secret_bytes_free (envelope->share);
  g_free (envelope);
}
