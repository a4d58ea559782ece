/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window and the tray icon say of the agent and the site, and what is copied for the
 * helpdesk. */

#include "tray-ui/words/agent_words.h"

#include "tray-ui/words/job_words.h"
#include "tray-ui/words/time_words.h"

#include <glib/gi18n.h>
#include <string.h>

/* ── the icon ────────────────────────────────────────────────────────────────────────────── */

HsIcon
hs_agent_words_icon (const HsControlStatus *status)
{
  if (status == NULL)
    return HS_ICON_ABSENT;
  if (status->uncertain > 0)
    return HS_ICON_ATTENTION;
  if (status->printing > 0)
    return HS_ICON_PRINTING;
  if (status->enrolled && !status->site_online)
    return HS_ICON_OFFLINE;
  return status->held > 0 ? HS_ICON_HELD : HS_ICON_IDLE;
}

const char *
hs_agent_words_icon_name (HsIcon icon)
{
  static const char *const names[]
      = { "homespool-tray-absent",  "homespool-tray-attention", "homespool-tray-printing",
          "homespool-tray-offline", "homespool-tray-held",      "homespool-tray-idle" };

  return names[icon];
}

char *
hs_agent_words_tooltip (const HsControlStatus *status)
{
  switch (hs_agent_words_icon (status))
    {
    case HS_ICON_ABSENT:
      return g_strdup (_ ("Homespool does not answer on this computer"));
    case HS_ICON_ATTENTION:
      return g_strdup_printf (ngettext ("%u job waits for your answer: did it print?",
                                        "%u jobs wait for your answer: did they print?",
                                        status->uncertain),
                              status->uncertain);
    case HS_ICON_PRINTING:
      return g_strdup_printf (
          ngettext ("%u job is printing", "%u jobs are printing", status->printing),
          status->printing);
    case HS_ICON_OFFLINE:
      return g_strdup_printf (
          ngettext ("Offline · %u job is waiting", "Offline · %u jobs are waiting", status->held),
          status->held);
    case HS_ICON_HELD:
    case HS_ICON_IDLE:
      break;
    }
  return hs_job_words_waiting (status->held);
}

/* ── the site ────────────────────────────────────────────────────────────────────────────── */

/* What the organisation lets this person do without the site. */
static char *
say_what_works (const HsControlStatus *status, gint64 now_us)
{
  gboolean is_empty_seat = strcmp (status->mode, "kiosk") == 0 && status->idle_sign_out_s > 0
                           && status->seat_name == NULL;
  gboolean may_print = g_strcmp0 (status->offline_policy, "print") == 0
                       && status->offline_until_us > now_us && status->offline_pages > 0;

  if (is_empty_seat)
    return g_strdup (_ ("Who has signed in here before with a long password can do so now, too; a "
                        "PIN or a card needs the site."));
  if (!may_print)
    return g_strdup (_ ("Jobs are still taken and stay encrypted on this computer. They can be "
                        "printed once the site is back."));
  if (strcmp (status->key, "unlocked") != 0)
    return g_strdup (_ ("Jobs are still taken and stay encrypted on this computer. Unlock your key "
                        "to print them from here."));
  g_autofree char *until = hs_time_words_clock (status->offline_until_us, now_us);
  /* TRANSLATORS: %s is a time: "14:02", "tomorrow at 14:02" */
  return g_strdup_printf (
      ngettext ("You can go on printing from here: %u page, until %s. Jobs stay "
                "encrypted on this computer.",
                "You can go on printing from here: %u pages, until %s. Jobs "
                "stay encrypted on this computer.",
                status->offline_pages),
      status->offline_pages, until);
}

char *
hs_agent_words_offline (const HsControlStatus *status, gint64 now_us)
{
  if (status == NULL || !status->enrolled || status->site_online || status->site_since_us == 0)
    return NULL;
  g_autofree char *since = hs_time_words_clock (status->site_since_us, now_us);
  g_autofree char *works = say_what_works (status, now_us);
  /* TRANSLATORS: %s is a time of day */
  g_autofree char *first = g_strdup_printf (_ ("Offline since %s."), since);
  return g_strdup_printf ("%s %s", first, works);
}

/* ── for the helpdesk ────────────────────────────────────────────────────────────────────── */

static void
add_time (GString *text, gint64 us)
{
  g_autofree char *time = hs_control_format_time (us);
  g_string_append (text, time != NULL ? time : "-");
}

/* In English and with keywords, whatever the person's language: somebody else reads it. */
char *
hs_trace_words_text (const HsControlJob *job, GPtrArray *lines, const char *printer)
{
  GString *text = g_string_new (NULL);
  g_autofree char *recipients = g_strjoinv (", ", job->recipients);

  g_string_append_printf (text, "Homespool job %s (%s)\n", job->id,
                          hs_job_state_to_keyword (job->state));
  g_string_append_printf (
      text, "format %s, %" G_GUINT64_FORMAT " bytes, %u pages (%s), %s, %s, %u copies, %s\n",
      job->format != NULL ? job->format : "unknown", job->size_bytes, job->pages, job->pages_source,
      job->colour, job->sides, job->copies, job->media != NULL ? job->media : "default media");
  g_string_append_printf (text, "can be opened by: %s\n", recipients);
  if (printer != NULL)
    g_string_append_printf (text, "printer: %s\n", printer);
  for (guint i = 0; i < lines->len; i++)
    {
      const HsControlTraceLine *line = g_ptr_array_index (lines, i);
      add_time (text, line->at_us);
      g_string_append_printf (text, "  %-12s %s%s%s\n", line->state,
                              *line->event != '\0' ? line->event : "note",
                              *line->sentence != '\0' ? ": " : "", line->sentence);
    }
  return g_string_free (text, FALSE);
}

char *
hs_about_words_text (const HsControlStatus *status)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "homespool-tray %s\n", HS_VERSION);
  if (status == NULL)
    {
      g_string_append (text, "agent: does not answer\n");
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (text, "agent %s, mode %s\n", status->version, status->mode);
  g_string_append_printf (text, "organisation: %s\n",
                          status->organisation != NULL ? status->organisation : "none");
  g_string_append_printf (text, "device: %s\n", status->device != NULL ? status->device : "none");
  g_string_append_printf (text, "site: %s, %s since ",
                          status->site_url != NULL ? status->site_url : "none",
                          status->site_online ? "online" : "offline");
  add_time (text, status->site_since_us);
  g_string_append_printf (text, "%s%s\n", status->site_problem != NULL ? ": " : "",
                          status->site_problem != NULL ? status->site_problem : "");
  g_string_append_printf (text, "titles at the site: %s\n",
                          status->title_policy != NULL ? status->title_policy : "none");
  g_string_append_printf (text, "key: %s\n", status->key);
  g_autofree char *escrow = g_strjoinv (", ", status->escrow);
  g_string_append_printf (text, "escrow: %s\n", *escrow != '\0' ? escrow : "none");
  g_string_append_printf (text, "watches logins: %s, sleep: %s\n",
                          status->watches_logins ? "yes" : "no",
                          status->watches_sleep ? "yes" : "no");
  return g_string_free (text, FALSE);
}
