/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The text header of an age v1 file.
 *
 * Reading is by whole lines: a line is looked at only when its line feed is there, so every cut of
 * a valid header is INCOMPLETE and never wrong. Body lines hold exactly 64 characters; the last one
 * of a stanza is shorter, empty if need be. */

#include "core/age_header.h"

#include "base/base64.h"
#include "base/error.h"

#include <stdarg.h>
#include <string.h>

#define VERSION_LINE "age-encryption.org/v1\n"
#define VERSION_BYTES (sizeof VERSION_LINE - 1)
#define BODY_LINE_CHARACTERS 64
#define BODY_LINE_BYTES 48
#define MAC_CHARACTERS 43
#define FOOTER_BYTES (3 + 1 + MAC_CHARACTERS + 1) /* "--- " MAC line feed */

struct HsAgeHeader
{
  GBytes *bytes;
  gsize stanzas_end; /* where "---" begins */
  GPtrArray *stanzas;
  guint8 mac[HS_AGE_MAC_BYTES];
};

typedef struct
{
  const guint8 *bytes;
  gsize length;
  gsize place;
  GError **error;
  HsAgeHeaderOutcome outcome; /* why the last step returned FALSE */
} Cursor;

typedef struct
{
  const char *text; /* not NUL-terminated */
  gsize length;
} Line;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsAgeStanza *
hs_age_stanza_new (const guint8 *body, gsize body_length, const char *type, ...)
{
  HsAgeStanza *stanza = g_new (HsAgeStanza, 1);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  va_list more;

  va_start (more, type);
  for (const char *argument = type; argument != NULL; argument = va_arg (more, const char *))
    g_ptr_array_add (arguments, g_strdup (argument));
  va_end (more);
  g_ptr_array_add (arguments, NULL);
  stanza->arguments = (char **)g_ptr_array_free (g_steal_pointer (&arguments), FALSE);
  stanza->body = g_bytes_new (body, body_length);
  return stanza;
}

void
hs_age_stanza_free (HsAgeStanza *stanza)
{
  if (stanza == NULL)
    return;
  g_strfreev (stanza->arguments);
  g_bytes_unref (stanza->body);
  g_free (stanza);
}

void
hs_age_header_free (HsAgeHeader *header)
{
  if (header == NULL)
    return;
  g_clear_pointer (&header->bytes, g_bytes_unref);
  g_ptr_array_unref (header->stanzas);
  g_free (header);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
refuse (Cursor *cursor, const char *what)
{
  cursor->outcome = HS_AGE_HEADER_INVALID;
  g_set_error (cursor->error, HS_ERROR, HS_ERROR_CORRUPT,
               "the age header is damaged at byte %" G_GSIZE_FORMAT ": %s", cursor->place, what);
  return FALSE;
}

/* Steps over one line; its line feed is not part of it. */
static gboolean
take_line (Cursor *cursor, Line *line)
{
  const guint8 *start = cursor->bytes + cursor->place;
  const guint8 *end = memchr (start, '\n', cursor->length - cursor->place);

  if (end == NULL && cursor->length >= HS_AGE_HEADER_MAX_BYTES)
    return refuse (cursor, "it is longer than 64 KiB");
  if (end == NULL)
    {
      cursor->outcome = HS_AGE_HEADER_INCOMPLETE;
      return FALSE;
    }
  line->text = (const char *)start;
  line->length = (gsize)(end - start);
  cursor->place += line->length + 1;
  return TRUE;
}

static gboolean
take_version (Cursor *cursor)
{
  gsize known = MIN (cursor->length, VERSION_BYTES);

  if (memcmp (cursor->bytes, VERSION_LINE, known) != 0)
    return refuse (cursor, "it is not an age v1 file");
  if (known < VERSION_BYTES)
    {
      cursor->outcome = HS_AGE_HEADER_INCOMPLETE;
      return FALSE;
    }
  cursor->place = VERSION_BYTES;
  return TRUE;
}

static gboolean
is_argument (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] < 0x21 || text[i] > 0x7e)
      return FALSE;
  return length > 0;
}

/* Splits what follows "-> " at single spaces. */
static char **
split_arguments (const char *text, gsize length)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  gsize start = 0;

  for (gsize i = 0; i <= length; i++)
    {
      if (i < length && text[i] != ' ')
        continue;
      if (!is_argument (text + start, i - start))
        return NULL;
      g_ptr_array_add (arguments, g_strndup (text + start, i - start));
      start = i + 1;
    }
  g_ptr_array_add (arguments, NULL);
  g_ptr_array_set_free_func (arguments, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&arguments), FALSE);
}

static gboolean
take_body (Cursor *cursor, GByteArray *body)
{
  Line line = { 0 };

  do
    {
      guint8 decoded[BODY_LINE_BYTES];
      if (!take_line (cursor, &line))
        return FALSE;
      gssize length = line.length > BODY_LINE_CHARACTERS
                          ? -1
                          : hs_base64_decode (HS_BASE64_STANDARD, line.text, line.length, decoded,
                                              sizeof decoded);
      if (length < 0)
        return refuse (cursor, "a stanza body is not canonical base64 in lines of 64 characters");
      g_byte_array_append (body, decoded, (guint)length);
    }
  while (line.length == BODY_LINE_CHARACTERS);
  return TRUE;
}

static gboolean
take_stanza (Cursor *cursor, const Line *first, HsAgeHeader *header)
{
  if (header->stanzas->len == HS_AGE_STANZAS_MAX)
    return refuse (cursor, "it has more than 64 stanzas");
  g_auto (GStrv) arguments = split_arguments (first->text + 3, first->length - 3);
  if (arguments == NULL)
    return refuse (cursor, "a stanza has no arguments, or malformed ones");
  g_autoptr (GByteArray) body = g_byte_array_new ();
  if (!take_body (cursor, body))
    return FALSE;
  HsAgeStanza *stanza = g_new (HsAgeStanza, 1);
  stanza->arguments = g_steal_pointer (&arguments);
  stanza->body = g_byte_array_free_to_bytes (g_steal_pointer (&body));
  g_ptr_array_add (header->stanzas, stanza);
  return TRUE;
}

static gboolean
take_footer (Cursor *cursor, const Line *line, HsAgeHeader *header)
{
  if (header->stanzas->len == 0)
    return refuse (cursor, "it has no stanza");
  if (line->length != 4 + MAC_CHARACTERS || line->text[3] != ' '
      || hs_base64_decode (HS_BASE64_STANDARD, line->text + 4, MAC_CHARACTERS, header->mac,
                           sizeof header->mac)
             != HS_AGE_MAC_BYTES)
    return refuse (cursor, "its MAC line is malformed");
  return TRUE;
}

static gboolean
take_header (Cursor *cursor, HsAgeHeader *header)
{
  if (!take_version (cursor))
    return FALSE;
  while (TRUE)
    {
      Line line;
      header->stanzas_end = cursor->place;
      if (!take_line (cursor, &line))
        return FALSE;
      if (line.length >= 3 && memcmp (line.text, "---", 3) == 0)
        return take_footer (cursor, &line, header);
      if (line.length < 3 || memcmp (line.text, "-> ", 3) != 0)
        return refuse (cursor, "a line is neither a stanza nor the MAC");
      if (!take_stanza (cursor, &line, header))
        return FALSE;
    }
}

HsAgeHeaderOutcome
hs_age_header_decode (const guint8 *bytes, gsize length, HsAgeHeader **header, GError **error)
{
  Cursor cursor
      = { .bytes = bytes, .length = MIN (length, HS_AGE_HEADER_MAX_BYTES), .error = error };
  g_autoptr (HsAgeHeader) read = g_new0 (HsAgeHeader, 1);

  read->stanzas = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_age_stanza_free);
  if (!take_header (&cursor, read))
    return cursor.outcome;
  read->bytes = g_bytes_new (bytes, cursor.place);
  *header = g_steal_pointer (&read);
  return HS_AGE_HEADER_COMPLETE;
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

guint
hs_age_header_get_n_stanzas (const HsAgeHeader *header)
{
  return header->stanzas->len;
}

const HsAgeStanza *
hs_age_header_get_stanza (const HsAgeHeader *header, guint index)
{
  return g_ptr_array_index (header->stanzas, index);
}

const char *
hs_age_stanza_get_type (const HsAgeStanza *stanza)
{
  return stanza->arguments[0];
}

guint
hs_age_stanza_count_arguments (const HsAgeStanza *stanza)
{
  return g_strv_length (stanza->arguments);
}

GBytes *
hs_age_header_get_bytes (const HsAgeHeader *header)
{
  return g_bytes_ref (header->bytes);
}

GBytes *
hs_age_header_get_authenticated (const HsAgeHeader *header)
{
  return g_bytes_new_from_bytes (header->bytes, 0, header->stanzas_end + 3);
}

GBytes *
hs_age_header_get_stanza_lines (const HsAgeHeader *header)
{
  return g_bytes_new_from_bytes (header->bytes, VERSION_BYTES, header->stanzas_end - VERSION_BYTES);
}

const guint8 *
hs_age_header_get_mac (const HsAgeHeader *header)
{
  return header->mac;
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
append_stanza (GString *text, const HsAgeStanza *stanza)
{
  gsize length;
  const guint8 *body = g_bytes_get_data (stanza->body, &length);

  g_string_append (text, "->");
  for (char **argument = stanza->arguments; *argument != NULL; argument++)
    {
      if (!is_argument (*argument, strlen (*argument)))
        return FALSE;
      g_string_append_printf (text, " %s", *argument);
    }
  g_string_append_c (text, '\n');
  /* A body of a whole number of lines, the empty one too, ends with an empty line. */
  for (gsize place = 0; place <= length; place += BODY_LINE_BYTES)
    {
      const guint8 *start = length > 0 ? body + place : NULL; /* empty GBytes may have no data */
      g_autofree char *line
          = hs_base64_encode (HS_BASE64_STANDARD, start, MIN (length - place, BODY_LINE_BYTES));
      g_string_append_printf (text, "%s\n", line);
      if (text->len > HS_AGE_HEADER_MAX_BYTES)
        return FALSE;
    }
  return stanza->arguments[0] != NULL;
}

GBytes *
hs_age_header_format_authenticated (const HsAgeStanza *const *stanzas,
                                    guint n_stanzas,
                                    GError **error)
{
  g_autoptr (GString) text = g_string_new (VERSION_LINE);
  gboolean fits = n_stanzas >= 1 && n_stanzas <= HS_AGE_STANZAS_MAX;

  for (guint i = 0; fits && i < n_stanzas; i++)
    fits = append_stanza (text, stanzas[i]);
  if (!fits || text->len + FOOTER_BYTES > HS_AGE_HEADER_MAX_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "the stanzas do not fit an age header of 64 stanzas and 64 KiB");
      return NULL;
    }
  g_string_append (text, "---");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

GBytes *
hs_age_header_append_mac (GBytes *authenticated, const guint8 mac[HS_AGE_MAC_BYTES])
{
  g_autofree char *mac_text = hs_base64_encode (HS_BASE64_STANDARD, mac, HS_AGE_MAC_BYTES);
  gsize length;
  const char *start = g_bytes_get_data (authenticated, &length);
  GString *text = g_string_new_len (start, (gssize)length);

  g_string_append_printf (text, " %s\n", mac_text);
  return g_string_free_to_bytes (text);
}
