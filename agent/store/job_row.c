/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The columns of a job. Their order is part of the canonical bytes: a new one goes to later[], in a
 * new schema version. Numbers of enums and bits are stored as they are, so core/job.h,
 * core/job_reasons.h and HsJobEffects may grow but never renumber; states are stored by keyword. */

#include "store/job_row.h"

#include "store/row_bytes.h"

#include <sqlite3.h>
#include <string.h>

typedef enum
{
  KIND_ID,
  KIND_STATE,  /* HsJobState by keyword */
  KIND_NUMBER, /* guint32, gint32 or an enum; at most max */
  KIND_SIZE,   /* guint64 below 2^63 */
  KIND_TIME,   /* gint64 */
  KIND_DIGEST, /* 32 bytes */
  KIND_TEXT,   /* char *, nullable */
  KIND_LIST,   /* char **, stored with a line feed after each */
} Kind;

typedef struct
{
  const char *name;
  Kind kind;
  gsize offset; /* in HsJob */
  guint32 max;  /* KIND_NUMBER */
  gboolean audit;
} Column;

#define COLUMN(field, kind, max, audit)                                                            \
  {                                                                                                \
#field, kind, G_STRUCT_OFFSET(HsJob, field), max, audit                                        \
  }
/* The same of a field that is a value of several. */
#define COLUMN_AS(name, field, kind, max, audit)                                                   \
  {                                                                                                \
    name, kind, G_STRUCT_OFFSET (HsJob, field), max, audit                                         \
  }

static const Column columns[] = {
  COLUMN (id, KIND_ID, 0, TRUE),
  COLUMN (ipp_id, KIND_NUMBER, G_MAXINT32, TRUE),
  COLUMN (state, KIND_STATE, 0, TRUE),
  COLUMN (reasons, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (owner_kind, KIND_NUMBER, HS_OWNER_CLAIMED, TRUE),
  COLUMN (owner, KIND_ID, 0, TRUE),
  COLUMN (owner_uid, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (maker, KIND_ID, 0, FALSE),
  COLUMN (format, KIND_TEXT, 0, TRUE),
  COLUMN (size_bytes, KIND_SIZE, 0, TRUE),
  COLUMN (impressions, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (impressions_source, KIND_NUMBER, HS_COUNT_MEASURED, TRUE),
  COLUMN (colour, KIND_NUMBER, HS_COLOUR_COLOUR, TRUE),
  COLUMN (sides, KIND_NUMBER, HS_SIDES_TWO_SHORT, TRUE),
  COLUMN (copies, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (media, KIND_TEXT, 0, TRUE),
  COLUMN (created_at_us, KIND_TIME, 0, TRUE),
  COLUMN (sealed_at_us, KIND_TIME, 0, TRUE),
  COLUMN (expires_at_us, KIND_TIME, 0, FALSE),
  COLUMN (finished_at_us, KIND_TIME, 0, TRUE),
  COLUMN (header_mac, KIND_DIGEST, 0, FALSE),
  COLUMN (stanza_digest, KIND_DIGEST, 0, FALSE),
  COLUMN (sealed_bytes, KIND_SIZE, 0, FALSE),
  COLUMN (release_e, KIND_DIGEST, 0, FALSE),
  COLUMN (release_epoch, KIND_SIZE, 0, FALSE),
  COLUMN (recipients, KIND_LIST, 0, FALSE),
  COLUMN (printer, KIND_ID, 0, TRUE),
  COLUMN (release_command, KIND_ID, 0, TRUE),
  COLUMN (progress, KIND_NUMBER, HS_DELIVERY_UNANSWERED, FALSE),
  COLUMN (printer_job_id, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (attempts, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (cancel_wanted, KIND_NUMBER, 1, FALSE),
  COLUMN (failure, KIND_TEXT, 0, TRUE),
  COLUMN (result_impressions, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (result_sheets, KIND_NUMBER, G_MAXUINT32, TRUE),
  COLUMN (result_counted, KIND_NUMBER, 1, TRUE),
  COLUMN (offline, KIND_NUMBER, 1, TRUE),
};

G_STATIC_ASSERT (HS_JOB_E_BYTES == HS_JOB_DIGEST_BYTES && HS_JOB_MAC_BYTES == HS_JOB_DIGEST_BYTES);
G_STATIC_ASSERT (sizeof (HsOwnerKind) == sizeof (guint32) && sizeof (gboolean) == sizeof (guint32)
                 && sizeof (HsJobReasons) == sizeof (guint32));

/* Columns of later versions. They stand behind the MAC in the table, and in the canonical bytes, with
 * their name, only where they have a value: a row of an older version verifies as it is. Zeros are
 * stored as no value. */
static const Column later[] = {
  COLUMN (claim_tag, KIND_DIGEST, 0, FALSE), /* v3 */
  COLUMN (sent_bytes, KIND_SIZE, 0, FALSE),  /* v4, and the following */
  COLUMN (printer_job_state, KIND_NUMBER, G_MAXINT32, FALSE),
  COLUMN (left_printer, KIND_ID, 0, FALSE),
  COLUMN (left_job_id, KIND_NUMBER, G_MAXUINT32, FALSE),
  COLUMN (intents, KIND_NUMBER, G_MAXUINT32, FALSE),
  COLUMN_AS ("changed_copies", changed.copies, KIND_NUMBER, HS_COPIES_MAX, TRUE), /* v5 */
  COLUMN_AS ("changed_sides", changed.sides, KIND_NUMBER, HS_SIDES_WISH_TWO_SHORT, TRUE),
  COLUMN_AS ("changed_colour", changed.colour, KIND_NUMBER, HS_COLOUR_COLOUR, TRUE),
};

static gboolean
has_column (HsJobTable table, const Column *column)
{
  return table == HS_JOB_TABLE_JOBS || column->audit;
}

const char *
hs_job_table_get_name (HsJobTable table)
{
  return table == HS_JOB_TABLE_JOBS ? "jobs" : "audit";
}

GPtrArray *
hs_job_row_list_columns (HsJobTable table)
{
  GPtrArray *names = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if (has_column (table, &columns[i]))
      g_ptr_array_add (names, (gpointer)columns[i].name);
  if (table == HS_JOB_TABLE_JOBS)
    {
      g_ptr_array_add (names, (gpointer) "pending");
      g_ptr_array_add (names, (gpointer) "sealed_digest");
    }
  g_ptr_array_add (names, (gpointer) "mac");
  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    if (has_column (table, &later[i]))
      g_ptr_array_add (names, (gpointer)later[i].name);
  return names;
}

char *
hs_job_row_format_put (HsJobTable table)
{
  g_autoptr (GPtrArray) names = hs_job_row_list_columns (table);
  g_autoptr (GString) values = g_string_new (NULL);
  g_autoptr (GString) updates = g_string_new (NULL);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *comma = i > 0 ? ", " : "";
      g_string_append_printf (list, "%s%s", comma, name);
      g_string_append_printf (values, "%s?%u", comma, i + 1);
      if (i > 0)
        g_string_append_printf (updates, "%s%s = excluded.%s", i > 1 ? ", " : "", name, name);
    }
  return g_strdup_printf ("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (id) DO UPDATE SET %s",
                          hs_job_table_get_name (table), list->str, values->str, updates->str);
}

char *
hs_job_row_format_select (HsJobTable table, const char *tail)
{
  g_autoptr (GPtrArray) names = hs_job_row_list_columns (table);

  g_ptr_array_add (names, NULL);
  g_autofree char *list = g_strjoinv (", ", (char **)names->pdata);
  return g_strdup_printf ("SELECT %s FROM %s %s", list, hs_job_table_get_name (table), tail);
}

int
hs_job_row_get_mac_column (HsJobTable table)
{
  g_autoptr (GPtrArray) names = hs_job_row_list_columns (table);
  guint place = 0;

  (void)g_ptr_array_find_with_equal_func (names, "mac", g_str_equal, &place);
  return (int)place;
}

static char *
join_list (char **list)
{
  if (list == NULL)
    return NULL;
  GString *text = g_string_new (NULL);
  for (char **item = list; *item != NULL; item++)
    g_string_append_printf (text, "%s\n", *item);
  return g_string_free (text, FALSE);
}

/* The other way round; "" is an empty list. */
static char **
split_list (const char *text)
{
  if (text == NULL)
    return NULL;
  char **list = g_strsplit (text, "\n", -1);
  guint length = g_strv_length (list);
  if (length > 0 && list[length - 1][0] == '\0')
    g_clear_pointer (&list[length - 1], g_free);
  return list;
}

/* Of a column in later[]. */
static gboolean
has_value (const Column *column, const HsJob *job)
{
  static const guint8 zeros[HS_JOB_DIGEST_BYTES];
  gsize length = column->kind == KIND_DIGEST ? HS_JOB_DIGEST_BYTES
                 : column->kind == KIND_ID   ? HS_ID_BYTES
                 : column->kind == KIND_SIZE ? sizeof (guint64)
                                             : sizeof (guint32);

  return memcmp ((const guint8 *)job + column->offset, zeros, length) != 0;
}

/* ── canonical bytes ─────────────────────────────────────────────────────────────────────── */

static void
encode_column (const Column *column, const HsJob *job, GByteArray *bytes)
{
  const void *field = (const guint8 *)job + column->offset;

  switch (column->kind)
    {
    case KIND_ID:
      hs_row_bytes_add_bytes (bytes, field, HS_ID_BYTES);
      break;
    case KIND_STATE:
      hs_row_bytes_add_text (bytes, hs_job_state_to_keyword (*(const HsJobState *)field));
      break;
    case KIND_NUMBER:
      hs_row_bytes_add_number (bytes, *(const guint32 *)field);
      break;
    case KIND_SIZE:
      hs_row_bytes_add_number (bytes, (gint64) * (const guint64 *)field);
      break;
    case KIND_TIME:
      hs_row_bytes_add_number (bytes, *(const gint64 *)field);
      break;
    case KIND_DIGEST:
      hs_row_bytes_add_bytes (bytes, field, HS_JOB_DIGEST_BYTES);
      break;
    case KIND_TEXT:
      hs_row_bytes_add_text (bytes, *(char *const *)field);
      break;
    case KIND_LIST:
      {
        g_autofree char *text = join_list (*(char **const *)field);
        hs_row_bytes_add_text (bytes, text);
        break;
      }
    }
}

void
hs_job_row_encode (HsJobTable table, const HsJobRow *row, GByteArray *bytes)
{
  hs_row_bytes_begin (bytes, hs_job_table_get_name (table));
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if (has_column (table, &columns[i]))
      encode_column (&columns[i], row->job, bytes);
  if (table == HS_JOB_TABLE_JOBS)
    {
      hs_row_bytes_add_number (bytes, row->pending);
      hs_row_bytes_add_bytes (bytes, row->sealed_digest, sizeof row->sealed_digest);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    if (has_column (table, &later[i]) && has_value (&later[i], row->job))
      {
        hs_row_bytes_add_text (bytes, later[i].name);
        encode_column (&later[i], row->job, bytes);
      }
}

/* ── to SQLite ───────────────────────────────────────────────────────────────────────────── */

static int
bind_column (const Column *column, const HsJob *job, sqlite3_stmt *statement, int place)
{
  const void *field = (const guint8 *)job + column->offset;

  switch (column->kind)
    {
    case KIND_ID:
      return sqlite3_bind_blob (statement, place, field, HS_ID_BYTES, SQLITE_STATIC);
    case KIND_STATE:
      return sqlite3_bind_text (statement, place,
                                hs_job_state_to_keyword (*(const HsJobState *)field), -1,
                                SQLITE_STATIC);
    case KIND_NUMBER:
      return sqlite3_bind_int64 (statement, place, *(const guint32 *)field);
    case KIND_SIZE:
      /* SQLite's integers have a sign; no document comes near. */
      if (*(const guint64 *)field > G_MAXINT64)
        return SQLITE_TOOBIG;
      return sqlite3_bind_int64 (statement, place, (gint64) * (const guint64 *)field);
    case KIND_TIME:
      return sqlite3_bind_int64 (statement, place, *(const gint64 *)field);
    case KIND_DIGEST:
      return sqlite3_bind_blob (statement, place, field, HS_JOB_DIGEST_BYTES, SQLITE_STATIC);
    case KIND_TEXT:
      return sqlite3_bind_text (statement, place, *(char *const *)field, -1, SQLITE_STATIC);
    case KIND_LIST:
      return sqlite3_bind_text (statement, place, join_list (*(char **const *)field), -1, g_free);
    }
  return SQLITE_INTERNAL;
}

int
hs_job_row_bind (HsJobTable table,
                 const HsJobRow *row,
                 const guint8 *mac,
                 gsize mac_length,
                 sqlite3_stmt *statement)
{
  int place = 1;
  int code = SQLITE_OK;

  for (gsize i = 0; i < G_N_ELEMENTS (columns) && code == SQLITE_OK; i++)
    if (has_column (table, &columns[i]))
      code = bind_column (&columns[i], row->job, statement, place++);
  if (code == SQLITE_OK && table == HS_JOB_TABLE_JOBS)
    {
      code = sqlite3_bind_int64 (statement, place++, row->pending);
      if (code == SQLITE_OK)
        code = sqlite3_bind_blob (statement, place++, row->sealed_digest, sizeof row->sealed_digest,
                                  SQLITE_STATIC);
    }
  if (code == SQLITE_OK)
    code = sqlite3_bind_blob (statement, place++, mac, (int)mac_length, SQLITE_STATIC);
  for (gsize i = 0; i < G_N_ELEMENTS (later) && code == SQLITE_OK; i++)
    if (has_column (table, &later[i]))
      {
        code = has_value (&later[i], row->job) ? bind_column (&later[i], row->job, statement, place)
                                               : sqlite3_bind_null (statement, place);
        place++;
      }
  return code;
}

/* ── from SQLite ─────────────────────────────────────────────────────────────────────────── */

static const char wrong_type[] = "a column holds a value of another kind than it should";
static const char out_of_range[] = "a column holds a value that is out of range";

static const char *
read_fixed (sqlite3_stmt *statement, int place, void *field, int length)
{
  if (sqlite3_column_type (statement, place) != SQLITE_BLOB)
    return wrong_type;
  if (sqlite3_column_bytes (statement, place) != length)
    return out_of_range;
  memcpy (field, sqlite3_column_blob (statement, place), (gsize)length);
  return NULL;
}

/* Text without a NUL inside; @text is valid until the next step. */
static const char *
read_text (sqlite3_stmt *statement, int place, const char **text)
{
  *text = NULL;
  if (sqlite3_column_type (statement, place) == SQLITE_NULL)
    return NULL;
  if (sqlite3_column_type (statement, place) != SQLITE_TEXT)
    return wrong_type;
  const char *value = (const char *)sqlite3_column_text (statement, place);
  if (value == NULL || strlen (value) != (gsize)sqlite3_column_bytes (statement, place))
    return out_of_range;
  *text = value;
  return NULL;
}

static const char *
read_integer (sqlite3_stmt *statement, int place, gint64 least, gint64 most, gint64 *value)
{
  if (sqlite3_column_type (statement, place) != SQLITE_INTEGER)
    return wrong_type;
  gint64 found = sqlite3_column_int64 (statement, place);
  if (found < least || found > most)
    return out_of_range;
  *value = found;
  return NULL;
}

static const char *
read_state (sqlite3_stmt *statement, int place, HsJobState *state)
{
  const char *text;
  const char *wrong = read_text (statement, place, &text);

  if (wrong != NULL)
    return wrong;
  HsJobState found = text != NULL ? hs_job_state_from_keyword (text) : HS_JOB_NONE;
  if (found == HS_JOB_NONE || found == HS_JOB_RECEIVING)
    return "the state is not one that a stored job can have";
  *state = found;
  return NULL;
}

static const char *
read_column (const Column *column, HsJob *job, sqlite3_stmt *statement, int place)
{
  void *field = (guint8 *)job + column->offset;
  const char *text;
  const char *wrong;
  gint64 number = 0;

  switch (column->kind)
    {
    case KIND_ID:
      return read_fixed (statement, place, field, HS_ID_BYTES);
    case KIND_DIGEST:
      return read_fixed (statement, place, field, HS_JOB_DIGEST_BYTES);
    case KIND_STATE:
      return read_state (statement, place, field);
    case KIND_NUMBER:
      wrong = read_integer (statement, place, 0, column->max, &number);
      if (wrong == NULL)
        *(guint32 *)field = (guint32)number;
      return wrong;
    case KIND_SIZE:
      wrong = read_integer (statement, place, 0, G_MAXINT64, &number);
      if (wrong == NULL)
        *(guint64 *)field = (guint64)number;
      return wrong;
    case KIND_TIME:
      return read_integer (statement, place, G_MININT64, G_MAXINT64, field);
    case KIND_TEXT:
      wrong = read_text (statement, place, &text);
      if (wrong == NULL)
        *(char **)field = g_strdup (text);
      return wrong;
    case KIND_LIST:
      wrong = read_text (statement, place, &text);
      if (wrong == NULL)
        *(char ***)field = split_list (text);
      return wrong;
    }
  return wrong_type;
}

const char *
hs_job_row_read (HsJobTable table, sqlite3_stmt *statement, HsJobRow *row)
{
  const char *first_wrong = NULL;
  int place = 0;

  memset (row, 0, sizeof *row);
  row->job = hs_job_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      if (!has_column (table, &columns[i]))
        continue;
      const char *wrong = read_column (&columns[i], row->job, statement, place++);
      if (first_wrong == NULL)
        first_wrong = wrong;
    }
  if (table == HS_JOB_TABLE_JOBS)
    {
      gint64 pending = 0;
      const char *wrong = read_integer (statement, place++, 0, G_MAXUINT32, &pending);
      row->pending = (guint32)pending;
      if (wrong == NULL)
        wrong = read_fixed (statement, place, row->sealed_digest, sizeof row->sealed_digest);
      if (first_wrong == NULL)
        first_wrong = wrong;
    }
  place = hs_job_row_get_mac_column (table) + 1;
  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    {
      if (!has_column (table, &later[i]))
        continue;
      const char *wrong = sqlite3_column_type (statement, place) == SQLITE_NULL
                              ? NULL
                              : read_column (&later[i], row->job, statement, place);
      place++;
      if (first_wrong == NULL)
        first_wrong = wrong;
    }
  return first_wrong;
}
