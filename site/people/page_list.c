/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The list of a person's documents. It shows times of day and never "2 minutes ago", so that the
 * same state is the same text, and its digest tells an open page whether anything changed. */

#include "site/people/page.h"

#include "base/base64.h"
#include "site/people/job_entry.h"
#include "site/people/page_html.h"
#include "site/store/delegations.h"

#include <stdarg.h>

#define RECENT_US (30 * G_TIME_SPAN_MINUTE)
#define MAX_JOBS 200

typedef struct
{
  HsSite *site;
  const HsId *person;
  gint64 now_us;
  GTimeZone *zone;
} List;

void
hs_html_format (GString *html, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_markup_vprintf_escaped (format, arguments);
  va_end (arguments);
  g_string_append (html, text);
}

static const char *
view_class (HsJobView view)
{
  switch (view)
    {
    case HS_JOB_VIEW_WAITING:
      return "waiting";
    case HS_JOB_VIEW_UNREACHABLE:
      return "unreachable";
    case HS_JOB_VIEW_BUSY:
      return "busy";
    case HS_JOB_VIEW_ATTENTION:
      return "attention";
    case HS_JOB_VIEW_DONE:
      return "done";
    case HS_JOB_VIEW_GONE:
    default:
      return "gone";
    }
}

/* What can be chosen: waiting documents to print or delete, unreachable ones to delete. */
static void
add_choice (GString *html, const HsJobEntry *entry)
{
  char uuid[HS_ID_TEXT_BYTES];

  if (entry->view != HS_JOB_VIEW_WAITING && entry->view != HS_JOB_VIEW_UNREACHABLE)
    {
      g_string_append (html, entry->view == HS_JOB_VIEW_BUSY
                                 ? "<span class=\"spinner\" aria-hidden=\"true\"></span>"
                                 : "<span class=\"no-choice\" aria-hidden=\"true\"></span>");
      return;
    }
  hs_html_format (html,
                  "<input type=\"checkbox\" name=\"job\" value=\"%s\" id=\"job-%s\" "
                  "aria-describedby=\"about-%s\">",
                  hs_id_format (&entry->job->announce.job, uuid), uuid, uuid);
}

/* For the person's browser, which may have the key; we have none. */
static void
add_sealed_title (GString *html, GBytes *sealed)
{
  if (sealed == NULL)
    return;
  g_autofree char *text = hs_base64_encode (HS_BASE64_STANDARD, g_bytes_get_data (sealed, NULL),
                                            g_bytes_get_size (sealed));
  hs_html_format (html, " data-sealed-title=\"%s\"", text);
}

static void
add_entry (List *list, const HsJobEntry *entry, GString *html)
{
  const HsStoreJob *job = entry->job;
  g_autofree char *facts = hs_job_text_dup_facts (job);
  g_autofree char *time
      = hs_job_text_dup_time (job->announce.created_at_us, list->now_us, list->zone);
  g_autofree char *reach = hs_job_text_dup_reach (entry->device, list->now_us, list->zone);
  g_autofree char *state = hs_job_entry_dup_state (entry);
  gboolean is_own = hs_id_equal (&job->announce.owner, list->person);
  char uuid[HS_ID_TEXT_BYTES];

  hs_html_format (html, "<li class=\"job %s\" data-job=\"%s\"", view_class (entry->view),
                  hs_id_format (&job->announce.job, uuid));
  /* A title is its owner's alone. */
  if (is_own)
    add_sealed_title (html, job->announce.sealed_title);
  g_string_append (html, ">");
  add_choice (html, entry);
  hs_html_format (html,
                  "<label for=\"job-%s\" class=\"what\"><span class=\"title\">%s</span></label>"
                  "<div class=\"about\" id=\"about-%s\"><span class=\"facts\">%s%s%s</span>",
                  uuid, is_own ? hs_job_text_get_title (job) : "Document", uuid, facts,
                  *facts != '\0' ? ", " : "", time);
  if (!hs_job_state_is_final (job->state))
    hs_html_format (html, "<span class=\"place %s\"><span class=\"host\">%s</span>, %s</span>",
                    entry->reach == HS_REACH_NOW ? "now" : "away", entry->device->host_name, reach);
  if (!is_own && entry->owner != NULL)
    hs_html_format (html, "<span class=\"from\">from %s</span>", entry->owner->display_name);
  if (*state != '\0' && entry->asker != NULL)
    hs_html_format (html, "<span class=\"state\">%s (released by %s)</span>", state,
                    entry->asker->display_name);
  else if (*state != '\0')
    hs_html_format (html, "<span class=\"state\">%s</span>", state);
  g_string_append (html, "</div></li>\n");
}

static void
add_heading (GString *html, const char *title, guint count)
{
  hs_html_format (html, "<h2>%s <span class=\"count\">%u</span></h2>\n<ul class=\"jobs\">\n", title,
                  count);
}

static void
add_nothing (GString *html)
{
  g_string_append (
      html, "<div class=\"nothing\"><svg viewBox=\"0 0 64 64\" aria-hidden=\"true\">"
            "<path d=\"M18 8h20l10 10v38H18z\"/><path d=\"M38 8v10h10\"/>"
            "<path d=\"M25 34l6 6 10-12\"/></svg>"
            "<p><strong>Nothing is waiting</strong></p>"
            "<p class=\"quiet\">Print to the Homespool queue on your workstation, and the document "
            "appears here.</p></div>\n");
}

static gboolean
add_entries (List *list, const GPtrArray *jobs, GString *html, GError **error)
{
  guint waiting = 0;

  /* The store puts those that are not final first. */
  for (guint i = 0; i < jobs->len; i++)
    waiting += !hs_job_state_is_final (((HsStoreJob *)g_ptr_array_index (jobs, i))->state);
  if (waiting == 0)
    add_nothing (html);
  for (guint i = 0; i < jobs->len; i++)
    {
      g_auto (HsJobEntry) entry = { 0 };
      if (!hs_job_entry_init (&entry, list->site, g_ptr_array_index (jobs, i), list->now_us, error))
        return FALSE;
      if (i == 0 && waiting > 0)
        add_heading (html, "Waiting", waiting);
      if (i == waiting)
        {
          if (waiting > 0)
            g_string_append (html, "</ul>\n");
          add_heading (html, "Just now", jobs->len - waiting);
        }
      add_entry (list, &entry, html);
    }
  if (jobs->len > 0)
    g_string_append (html, "</ul>\n");
  return TRUE;
}

/* Other people's documents that the person may release. */
static gboolean
add_delegated (List *list, GString *html, GError **error)
{
  g_autoptr (GPtrArray) jobs = hs_store_list_delegated_jobs (list->site->store, list->person,
                                                             list->now_us, MAX_JOBS, error);

  if (jobs == NULL)
    return FALSE;
  if (jobs->len > 0)
    add_heading (html, "For others", jobs->len);
  for (guint i = 0; i < jobs->len; i++)
    {
      g_auto (HsJobEntry) entry = { 0 };
      if (!hs_job_entry_init (&entry, list->site, g_ptr_array_index (jobs, i), list->now_us, error))
        return FALSE;
      add_entry (list, &entry, html);
    }
  if (jobs->len > 0)
    g_string_append (html, "</ul>\n");
  return TRUE;
}

char *
hs_page_render_list (
    HsSite *site, const HsId *identity, gint64 now_us, char **digest, GError **error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  List list = { .site = site, .person = identity, .now_us = now_us, .zone = zone };
  g_autoptr (GPtrArray) jobs
      = hs_store_list_jobs (site->store, identity, now_us - RECENT_US, MAX_JOBS, error);

  if (jobs == NULL || !add_entries (&list, jobs, html, error)
      || !add_delegated (&list, html, error))
    return NULL;
  *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, html->str, (gssize)html->len);
  return g_string_free (g_steal_pointer (&html), FALSE);
}
