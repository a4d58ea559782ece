/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window says of the person and of the printers. */

#include "base/safe_text.h"
#include "tray-ui/words/agent_words.h"

#include "tray-ui/words/job_words.h"
#include "tray-ui/words/time_words.h"

#include <glib/gi18n.h>
#include <string.h>

/* ── the person ──────────────────────────────────────────────────────────────────────────── */

char *
hs_person_words_initials (const char *name)
{
  g_autofree char *safe = hs_safe_text_dup (name != NULL ? name : "");
  g_auto (GStrv) words = g_strsplit_set (g_strstrip (safe), " .-_", -1);
  GString *initials = g_string_new (NULL);
  gunichar last = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      gunichar first = g_unichar_toupper (g_utf8_get_char (words[i]));
      if (initials->len == 0)
        g_string_append_unichar (initials, first);
      else
        last = first;
    }
  if (last != 0)
    g_string_append_unichar (initials, last);
  if (initials->len == 0)
    g_string_append_c (initials, '?');
  return g_string_free (initials, FALSE);
}

const char *
hs_person_words_key (const HsControlStatus *status)
{
  if (status == NULL || strcmp (status->mode, "kiosk") == 0)
    return NULL;
  if (strcmp (status->key, "locked") == 0)
    return _ ("Your key is locked, so titles are hidden and jobs cannot be printed from here.");
  if (strcmp (status->key, "absent") == 0)
    return _ ("You have no key on this computer yet. With one, only you can open your jobs here.");
  return NULL;
}

const char *
hs_person_words_welcome (const char *key, const char *sentence)
{
  static const struct
  {
    const char *key;
    const char *sentence;
  } rows[] = {
    { "new",
      N_ ("A key was made for you on this computer. From now on your jobs are sealed to it.") },
    { "not-asked",
      N_ ("A card alone opens no key: your jobs are released by the site. Sign in with "
          "your PIN as well to open your key.") },
    { "other-way",
      N_ ("Your key here opens with the other of PIN and password, so it stays locked; the site "
          "can "
          "still release your jobs. Sign in that way, then once more this way, to use both.") },
    { "locked",
      N_ ("Your key here was closed with an earlier PIN or password and stays locked; the "
          "site can still release your jobs. “homespool key rotate” makes a new key.") },
    { "damaged", N_ ("The file of your key on this computer is damaged; computer and site together "
                     "can still release your jobs. “homespool key rotate” makes a new key.") },
    { "lost", N_ ("The file of your key on this computer is gone; computer and site together can "
                  "still release your jobs. “homespool key rotate” makes a new key.") },
    { "unreadable",
      N_ ("Your key could not be read from this computer's disk; nothing was changed. Sign out and "
          "try again; if it stays so, tell your administrator.") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].key, key) == 0)
      return _ (rows[i].sentence);
  return strcmp (key, "unlocked") == 0 ? NULL : sentence;
}

gint64
hs_person_words_seconds_left (const HsControlStatus *status, gint64 idle_s, gint64 now_us)
{
  gint64 left = -1;

  if (status == NULL || status->seat_name == NULL)
    return -1;
  if (status->seat_until_us > 0)
    left = MAX (0, (status->seat_until_us - now_us) / G_USEC_PER_SEC);
  if (status->idle_sign_out_s > 0)
    {
      gint64 idle_left = MAX (0, (gint64)status->idle_sign_out_s - idle_s);
      left = left < 0 ? idle_left : MIN (left, idle_left);
    }
  return left;
}

char *
hs_person_words_countdown (const HsControlStatus *status, gint64 idle_s, gint64 now_us)
{
  gint64 left = hs_person_words_seconds_left (status, idle_s, now_us);

  if (left < 0)
    return NULL;
  g_autofree char *time = hs_time_words_countdown (left);
  /* TRANSLATORS: %s is what is left: 4:05 */
  return g_strdup_printf (_ ("Signs out in %s"), time);
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

const char *
hs_printer_words_state (const HsControlPrinter *printer)
{
  if (*printer->sentence != '\0')
    return _ (printer->sentence);
  if (strcmp (printer->state, "ready") == 0)
    return _ ("Ready");
  if (strcmp (printer->state, "busy") == 0)
    return _ ("Busy");
  if (strcmp (printer->state, "stopped") == 0)
    return _ ("Needs attention");
  return printer->seen_us == 0 ? _ ("Not asked yet") : _ ("Does not answer");
}

char *
hs_printer_words_line (const HsControlPrinter *printer)
{
  const char *state = hs_printer_words_state (printer);

  if (printer->location == NULL)
    return hs_safe_text_dup (state);
  g_autofree char *line = g_strdup_printf ("%s · %s", printer->location, state);
  return hs_safe_text_dup (line);
}

gboolean
hs_printer_words_match (const HsControlPrinter *printer, const char *query)
{
  g_autofree char *whole
      = g_strjoin (" ", printer->name, printer->location != NULL ? printer->location : "", NULL);
  g_auto (GStrv) words = g_str_tokenize_and_fold (query, NULL, NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_str_match_string (words[i], whole, TRUE))
      return FALSE;
  return TRUE;
}
