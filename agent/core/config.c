/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent's configuration. One walk over the lines of a key file: GKeyFile itself has no line numbers
 * and keeps the last of two equal keys in silence, and both matter more here than its escapes. */

#include "core/config.h"

#include "base/error.h"
#include "core/wire/command.h"

#include <string.h>

#define FILE_BYTES (64 * 1024)

#define KIB ((guint64)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define MINUTE ((guint64)60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

typedef enum
{
  TYPE_BOOLEAN,
  TYPE_NUMBER,
  TYPE_BYTES,
  TYPE_SECONDS,
  TYPE_TEXT, /* values = allowed words separated by '|', or a pattern of characters, or NULL */
} Type;

typedef struct
{
  const char *group;
  const char *key;
  Type type;
  gsize offset;
  const char *normal; /* the default, as it would be written */
  guint64 least;
  guint64 most;
  const char *words; /* TYPE_TEXT: the only values allowed; NULL = up to 200 characters */
  const char *meaning;
} Row;

#define FIELD(name) G_STRUCT_OFFSET (HsConfig, name)

static const Row rows[] = {
  { "agent", "log-level", TYPE_TEXT, FIELD (log_level), "message", 0, 0, "warning|message|debug",
    "How much is logged. Titles, user names and keys never are, at any level." },
  { "agent", "admin-group", TYPE_TEXT, FIELD (admin_group), "homespool-admin", 0, 0, NULL,
    "Members of this group, and root, may use the administrator's calls." },

  { "intake", "loopback-tcp", TYPE_BOOLEAN, FIELD (loopback_tcp), "false", 0, 1, NULL,
    "Also take jobs on 127.0.0.1 and ::1, for programs that cannot print to a Unix socket." },
  { "intake", "tcp-port", TYPE_NUMBER, FIELD (tcp_port), "6310", 1, 65535, NULL,
    "The port of the loopback listener." },
  { "intake", "connections", TYPE_NUMBER, FIELD (connections), "64", 1, 1024, NULL,
    "Connections at once, all users together." },
  { "intake", "connections-per-user", TYPE_NUMBER, FIELD (connections_per_user), "16", 1, 1024,
    NULL, "Connections at once of one user." },
  { "intake", "idle-timeout", TYPE_SECONDS, FIELD (idle_timeout_s), "30s", 1, HOUR, NULL,
    "A silent connection ends after this time." },
  { "intake", "create-timeout", TYPE_SECONDS, FIELD (create_timeout_s), "2min", 1, HOUR, NULL,
    "A job created without its document is given up after this time "
    "(IPP multiple-operation-time-out)." },

  { "spool", "retention", TYPE_SECONDS, FIELD (retention_s), "24h", MINUTE, 30 * DAY, NULL,
    "How long a job waits for its release. The organisation's policy stands above this." },
  { "spool", "job-size", TYPE_BYTES, FIELD (job_bytes), "4GiB", MIB, 1024 * GIB, NULL,
    "The largest document that is taken." },
  { "spool", "jobs-per-owner", TYPE_NUMBER, FIELD (owner_jobs), "2500", 1, 100000, NULL,
    "Jobs that one person may hold here." },
  { "spool", "bytes-per-owner", TYPE_BYTES, FIELD (owner_bytes), "16GiB", MIB, 1024 * GIB, NULL,
    "Bytes that one person may hold here." },
  { "spool", "disk-reserve", TYPE_BYTES, FIELD (disk_reserve_bytes), "512MiB", 0, 1024 * GIB, NULL,
    "Free disk space that jobs never use up." },
  { "spool", "unproven-jobs", TYPE_NUMBER, FIELD (unproven_jobs), "20", 0, 1000, NULL,
    "Jobs held whose owner nobody could prove, all together." },
  { "spool", "unproven-bytes", TYPE_BYTES, FIELD (unproven_bytes), "64MiB", 0, 16 * GIB, NULL,
    "Bytes held of jobs whose owner nobody could prove, all together." },
  { "spool", "unproven-retention", TYPE_SECONDS, FIELD (unproven_retention_s), "1h", MINUTE, DAY,
    NULL, "How long a job whose owner nobody could prove is kept." },
  { "spool", "history", TYPE_SECONDS, FIELD (history_s), "24h", 0, 30 * DAY, NULL,
    "How long a finished job stays in the list (its document is gone at once)." },

  { "queue", "manage", TYPE_BOOLEAN, FIELD (queue_manage), "true", 0, 1, NULL,
    "Create, verify and repair the system's print queue, and purge its copies. A kiosk without a "
    "print system needs false: else nobody can sign in before the queue is known to be empty." },
  { "queue", "strict", TYPE_BOOLEAN, FIELD (queue_strict), "false", 0, 1, NULL,
    "Strict mode: applications print straight to the agent, so that no document is ever on CUPS's "
    "disk. Needs `ServerName /run/cups/homespool.sock` in /etc/cups/client.conf. No queue is made, "
    "whatever queue.manage says, and what the print system hands over is refused; doctor says what "
    "is still missing." },
  { "queue", "name", TYPE_TEXT, FIELD (queue_name), "Homespool", 0, 0, NULL,
    "The name of the print queue that people choose." },

  { "printers", "connect-timeout", TYPE_SECONDS, FIELD (connect_timeout_s), "10s", 1, 5 * MINUTE,
    NULL, "How long connecting to a printer may take." },
  { "printers", "attempts", TYPE_NUMBER, FIELD (attempts), "20", 1, 1000, NULL,
    "How often a busy printer is tried before the job is held again." },
  { "printers", "answer-timeout", TYPE_SECONDS, FIELD (answer_timeout_s), "2min", 5, HOUR, NULL,
    "A printer that is silent for this long during a request is asked anew." },

  { "keys", "idle-limit", TYPE_SECONDS, FIELD (key_idle_s), "8h", MINUTE, 30 * DAY, NULL,
    "An unlocked key that nobody uses is forgotten after this time." },
  { "keys", "absolute-limit", TYPE_SECONDS, FIELD (key_most_s), "16h", MINUTE, 30 * DAY, NULL,
    "An unlocked key is forgotten after this time in any case." },
  { "keys", "lock-on-sleep", TYPE_BOOLEAN, FIELD (lock_on_sleep), "true", 0, 1, NULL,
    "When the machine is about to sleep, unlocked keys and the site's shares of released jobs are "
    "wiped from memory: a stolen sleeping laptop opens no document. false keeps them." },
  { "keys", "lock-on-logout", TYPE_BOOLEAN, FIELD (lock_on_logout), "true", 0, 1, NULL,
    "When a person's last login session ends, their key is wiped and their sign-in at the site is "
    "forgotten. false keeps both until their limits." },

  { "people", "mode", TYPE_TEXT, FIELD (people_mode), "personal", 0, 0, "personal|shared|kiosk",
    "How people are told apart. personal: by OS user; an unlocked key stays until its limits or "
    "until its person's last login session ends. shared: the same, and the key of a person whose "
    "screen is locked or who is not in front is locked. kiosk: many people share kiosk-account, "
    "and "
    "jobs belong to whoever is signed in; other OS users are as in shared." },
  { "people", "kiosk-account", TYPE_TEXT, FIELD (kiosk_account), "", 0, 0, NULL,
    "The OS user of the kiosk; needed with mode = kiosk, without effect otherwise." },
  { "people", "idle-sign-out", TYPE_SECONDS, FIELD (idle_sign_out_s), "1min", 10, DAY, NULL,
    "On a kiosk, a person who does nothing with Homespool is signed out after this time; while a "
    "released job of theirs is on its way to the printer, it does not run." },
  { "people", "sign-out-after-print", TYPE_BOOLEAN, FIELD (sign_out_after_print), "true", 0, 1,
    NULL,
    "On a kiosk, sign out as soon as a released job has left and no job of the person is left." },
  { "people", "sign-out-on-lock", TYPE_BOOLEAN, FIELD (sign_out_on_lock), "true", 0, 1, NULL,
    "When the screen is locked or another session comes to the front: on a kiosk, sign out; on a "
    "shared workstation, lock the person's key." },
  { "people", "offline-sign-in", TYPE_BOOLEAN, FIELD (offline_sign_in), "true", 0, 1, NULL,
    "On a kiosk, people with a password of at least 12 characters may sign in while the site "
    "cannot "
    "be reached, as long as the site's last permission holds." },

  { "site", "proxy", TYPE_TEXT, FIELD (proxy), "", 0, 0, NULL,
    "An HTTP proxy for the site connection, such as http://proxy.example:3128; empty = none." },
  { "site", "discover", TYPE_TEXT, FIELD (discover), "", 0, 0, NULL,
    "A domain whose DNS service records (_homespool._tcp) name further places where the site can "
    "be "
    "reached when none of its addresses answers; empty = none. Who answers there must prove to be "
    "the "
    "site all the same." },
  { "site", "poll-wait", TYPE_SECONDS, FIELD (poll_wait_s), "4min", 5, HS_COMMANDS_MAX_WAIT_S, NULL,
    "How long the site may hold a request for commands open." },

  { "render", "memory", TYPE_BYTES, FIELD (render_memory_bytes), "1GiB", 64 * MIB, 16 * GIB, NULL,
    "Memory of the sandboxed process that counts pages." },
  { "render", "time", TYPE_SECONDS, FIELD (render_time_s), "20s", 1, 10 * MINUTE, NULL,
    "Processor time that counting the pages of one document may take." },
};

typedef struct
{
  const char *suffix;
  guint64 factor;
} Unit;

static const Unit byte_units[] = { { "GiB", GIB }, { "MiB", MIB }, { "KiB", KIB }, { "B", 1 } };
static const Unit second_units[] = { { "d", DAY }, { "h", HOUR }, { "min", MINUTE }, { "s", 1 } };

static const Unit *
units_of (Type type, gsize *count)
{
  *count = type == TYPE_BYTES || type == TYPE_SECONDS ? 4 : 0;
  return type == TYPE_BYTES ? byte_units : second_units;
}

static char *
format_amount (Type type, guint64 amount)
{
  gsize count;
  const Unit *units = units_of (type, &count);

  for (gsize i = 0; i < count; i++)
    if (amount != 0 && amount % units[i].factor == 0)
      return g_strdup_printf ("%" G_GUINT64_FORMAT "%s", amount / units[i].factor, units[i].suffix);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, amount);
}

static gboolean
parse_amount (const Row *row, const char *text, guint64 *amount)
{
  gsize count;
  const Unit *units = units_of (row->type, &count);
  const char *end = text;
  guint64 value = 0;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  for (; g_ascii_isdigit (*end); end++)
    if (!g_uint64_checked_mul (&value, value, 10)
        || !g_uint64_checked_add (&value, value, (guint64)(*end - '0')))
      return FALSE;
  guint64 factor = *end == '\0' && (count == 0 || value == 0) ? 1 : 0;
  for (gsize i = 0; i < count; i++)
    if (strcmp (end, units[i].suffix) == 0)
      factor = units[i].factor;
  if (factor == 0 || !g_uint64_checked_mul (&value, value, factor) || value < row->least
      || value > row->most)
    return FALSE;
  *amount = value;
  return TRUE;
}

static gboolean
is_allowed_text (const Row *row, const char *text)
{
  if (row->words == NULL)
    {
      if (strlen (text) > 200)
        return FALSE;
      for (const char *at = text; *at != '\0'; at++)
        if (!g_ascii_isgraph (*at))
          return FALSE;
      return *text != '\0' || *row->normal == '\0';
    }
  g_auto (GStrv) words = g_strsplit (row->words, "|", -1);
  return g_strv_contains ((const char *const *)words, text);
}

static gboolean
set_value (HsConfig *config, const Row *row, const char *text)
{
  void *field = G_STRUCT_MEMBER_P (config, row->offset);

  switch (row->type)
    {
    case TYPE_BOOLEAN:
      if (strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
        return FALSE;
      *(gboolean *)field = text[0] == 't';
      return TRUE;
    case TYPE_NUMBER:
    case TYPE_BYTES:
    case TYPE_SECONDS:
      return parse_amount (row, text, field);
    case TYPE_TEXT:
      break;
    }
  if (!is_allowed_text (row, text))
    return FALSE;
  g_free (*(char **)field);
  *(char **)field = g_strdup (text);
  return TRUE;
}

static char *
get_value (const HsConfig *config, const Row *row)
{
  const void *field = G_STRUCT_MEMBER_P (config, row->offset);

  if (row->type == TYPE_TEXT)
    return g_strdup (*(char *const *)field);
  if (row->type == TYPE_BOOLEAN)
    return g_strdup (*(const gboolean *)field ? "true" : "false");
  return format_amount (row->type, *(const guint64 *)field);
}

/* "a duration from 1min to 30d, such as 24h" */
static char *
describe_expected (const Row *row)
{
  static const char *const nouns[] = { [TYPE_NUMBER] = "a number",
                                       [TYPE_BYTES] = "a size with B, KiB, MiB or GiB",
                                       [TYPE_SECONDS] = "a duration with s, min, h or d" };
  g_autofree char *least = format_amount (row->type, row->least);
  g_autofree char *most = format_amount (row->type, row->most);

  if (row->type == TYPE_BOOLEAN)
    return g_strdup ("true or false");
  if (row->type != TYPE_TEXT)
    return g_strdup_printf ("%s from %s to %s, such as %s", nouns[row->type], least, most,
                            row->normal);
  if (row->words == NULL)
    return g_strdup ("up to 200 characters without spaces");
  g_auto (GStrv) words = g_strsplit (row->words, "|", -1);
  g_autofree char *list = g_strjoinv (", ", words);
  return g_strdup_printf ("one of %s", list);
}

HsConfig *
hs_config_new (void)
{
  HsConfig *config = g_new0 (HsConfig, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert (set_value (config, &rows[i], rows[i].normal));
  return config;
}

void
hs_config_free (HsConfig *config)
{
  if (config == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].type == TYPE_TEXT)
      g_free (*(char **)G_STRUCT_MEMBER_P (config, rows[i].offset));
  g_free (config);
}

static const Row *
find_row (const char *group, const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].group, group) == 0 && (key == NULL || strcmp (rows[i].key, key) == 0))
      return &rows[i];
  return NULL;
}

static gboolean
refuse_line (GError **error, const char *file_name, guint line, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
refuse_line (GError **error, const char *file_name, guint line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s:%u: %s", file_name, line, problem);
  return FALSE;
}

static gboolean
take_key_line (HsConfig *config,
               GHashTable *seen,
               const char *group,
               char *text,
               const char *file_name,
               guint line,
               GError **error)
{
  char *equals = strchr (text, '=');
  if (equals == NULL)
    return refuse_line (error, file_name, line, "expected [group], key = value or # comment");
  if (group == NULL)
    return refuse_line (error, file_name, line, "expected a [group] before the first key");
  *equals = '\0';
  const char *key = g_strchomp (text);
  const char *value = g_strstrip (equals + 1);
  const Row *row = find_row (group, key);
  if (row == NULL)
    return refuse_line (error, file_name, line,
                        "%s.%s: there is no such key; docs/configuration.md lists them all", group,
                        key);
  if (!g_hash_table_add (seen, (gpointer)row))
    return refuse_line (error, file_name, line, "%s.%s: given twice in one file", group, key);
  if (set_value (config, row, value))
    return TRUE;
  g_autofree char *expected = describe_expected (row);
  return refuse_line (error, file_name, line, "%s.%s: expected %s", group, key, expected);
}

static gboolean
take_lines (HsConfig *config, const char *file_name, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  const char *group = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      gsize length = strlen (line);
      if (length == 0 || line[0] == '#')
        continue;
      if (line[0] == '[' && line[length - 1] == ']')
        {
          line[length - 1] = '\0';
          group = line + 1;
          if (find_row (group, NULL) == NULL)
            return refuse_line (error, file_name, i + 1, "[%s]: there is no such group", group);
        }
      else if (!take_key_line (config, seen, group, line, file_name, i + 1, error))
        return FALSE;
    }
  return TRUE;
}

static HsConfig *
config_copy (const HsConfig *config)
{
  HsConfig *copy = g_memdup2 (config, sizeof *config);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].type == TYPE_TEXT)
      {
        char **field = G_STRUCT_MEMBER_P (copy, rows[i].offset);
        *field = g_strdup (*field);
      }
  return copy;
}

gboolean
hs_config_merge (
    HsConfig *config, const char *file_name, const char *text, gsize length, GError **error)
{
  if (length > FILE_BYTES)
    return refuse_line (error, file_name, 1, "longer than 64 KiB");
  if (!g_utf8_validate (text, (gssize)length, NULL))
    return refuse_line (error, file_name, 1, "not UTF-8 text");

  g_autofree char *copy = g_strndup (text, length);
  g_autoptr (HsConfig) merged = config_copy (config);
  if (!take_lines (merged, file_name, copy, error))
    return FALSE;
  /* All or nothing: the caller's values change only when every line was right. */
  HsConfig swap = *config;
  *config = *merged;
  *merged = swap;
  return TRUE;
}

gboolean
hs_config_check (const HsConfig *config, GError **error)
{
  if (hs_config_get_people_mode (config) != HS_PEOPLE_KIOSK || *config->kiosk_account != '\0')
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                       "people.mode = kiosk needs people.kiosk-account, the OS user that people "
                       "share");
  return FALSE;
}

HsPeopleMode
hs_config_get_people_mode (const HsConfig *config)
{
  if (strcmp (config->people_mode, "kiosk") == 0)
    return HS_PEOPLE_KIOSK;
  return strcmp (config->people_mode, "shared") == 0 ? HS_PEOPLE_SHARED : HS_PEOPLE_PERSONAL;
}

char *
hs_config_format (const HsConfig *config)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *value = get_value (config, &rows[i]);
      if (i == 0 || strcmp (rows[i].group, rows[i - 1].group) != 0)
        g_string_append_printf (text, "%s[%s]\n", i == 0 ? "" : "\n", rows[i].group);
      g_string_append_printf (text, "%s = %s\n", rows[i].key, value);
    }
  return g_string_free (text, FALSE);
}

char *
hs_config_format_document (void)
{
  GString *text = g_string_new (
      "# Configuration of the agent\n\nThe agent reads `/etc/homespool/agent.conf` and then the "
      "files of `/etc/homespool/agent.conf.d/` that end in `.conf`, in the order of their names; a "
      "later value replaces an earlier one. `homespool config check` says whether the files are "
      "right and shows what is in force. A wrong line stops the agent from starting, with the "
      "file, the line and what was expected.\n\nThis page is generated from the table in "
      "agent/core/config.c; a test compares the two.\n");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *expected = describe_expected (&rows[i]);
      if (i == 0 || strcmp (rows[i].group, rows[i - 1].group) != 0)
        g_string_append_printf (
            text, "\n## [%s]\n\n| key | default | value | meaning |\n|---|---|---|---|\n",
            rows[i].group);
      g_string_append_printf (text, "| %s | %s | %s | %s |\n", rows[i].key,
                              *rows[i].normal != '\0' ? rows[i].normal : "(empty)", expected,
                              rows[i].meaning);
    }
  return g_string_free (text, FALSE);
}
