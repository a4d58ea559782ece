/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The part of the release page that says who else may release the person's documents. It stands in
 * forms of its own: in the documents' form, the return key in a text field would print. */

#include "site/people/page_delegations.h"

#include "site/people/job_text.h"
#include "site/people/page_html.h"
#include "site/store/delegations.h"

#define MAX_CHOICES 50 /* documents that can be named one by one */

static void
add_given (GString *html,
           const HsStoreDelegation *given,
           const char *csrf,
           const char *what,
           const char *until)
{
  char id[HS_ID_TEXT_BYTES];

  hs_html_format (html,
                  "<li><form method=\"post\" action=\"/delegations/revoke\">"
                  "<input type=\"hidden\" name=\"csrf\" value=\"%s\">"
                  "<input type=\"hidden\" name=\"id\" value=\"%s\">"
                  "<span><strong>%s</strong>: %s, until %s</span>"
                  "<button class=\"plain\" type=\"submit\">Take back</button></form></li>\n",
                  csrf, hs_id_format (&given->id, id), given->display_name, what, until);
}

static char *
dup_what (const HsStoreJob *job, gint64 now_us, GTimeZone *zone)
{
  g_autofree char *facts = hs_job_text_dup_facts (job);
  g_autofree char *time = hs_job_text_dup_time (job->announce.created_at_us, now_us, zone);

  return g_strdup_printf ("%s, %s%s%s", hs_job_text_get_title (job), facts,
                          *facts != '\0' ? ", " : "", time);
}

static gboolean
add_all_given (HsSite *site, const HsCall *call, GTimeZone *zone, GString *html, GError **error)
{
  g_autoptr (GPtrArray) given
      = hs_store_list_delegations (site->store, &call->session->identity, call->now_us, error);

  if (given == NULL)
    return FALSE;
  if (given->len == 0)
    return TRUE;
  g_string_append (html, "<ul class=\"given\">\n");
  for (guint i = 0; i < given->len; i++)
    {
      const HsStoreDelegation *row = g_ptr_array_index (given, i);
      g_autoptr (HsStoreJob) job
          = hs_id_is_zero (&row->job) ? NULL : hs_store_get_job (site->store, &row->job, NULL);
      g_autofree char *what
          = job != NULL ? dup_what (job, call->now_us, zone) : g_strdup ("all my documents");
      g_autofree char *until = hs_job_text_dup_end (row->expires_us, zone);
      add_given (html, row, call->session->csrf, what, until);
    }
  g_string_append (html, "</ul>\n");
  return TRUE;
}

static gboolean
add_jobs (HsSite *site, const HsCall *call, GTimeZone *zone, GString *html, GError **error)
{
  g_autoptr (GPtrArray) jobs = hs_store_list_jobs (site->store, &call->session->identity,
                                                   call->now_us, MAX_CHOICES, error);

  if (jobs == NULL)
    return FALSE;
  for (guint i = 0; i < jobs->len; i++)
    {
      const HsStoreJob *job = g_ptr_array_index (jobs, i);
      g_autofree char *what = dup_what (job, call->now_us, zone);
      char id[HS_ID_TEXT_BYTES];
      if (!hs_job_state_is_final (job->state))
        hs_html_format (html, "<option value=\"%s\">%s</option>\n",
                        hs_id_format (&job->announce.job, id), what);
    }
  return TRUE;
}

gboolean
hs_page_add_delegations (HsSite *site, const HsCall *call, GString *html, GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  g_string_append (html, "<details class=\"card delegations\" id=\"delegations\"><summary>Let "
                         "somebody else print for you</summary>\n");
  if (!add_all_given (site, call, zone, html, error))
    return FALSE;
  hs_html_format (html,
                  "<form method=\"post\" action=\"/delegations\">"
                  "<input type=\"hidden\" name=\"csrf\" value=\"%s\">\n",
                  call->session->csrf);
  g_string_append (html, "<label for=\"delegate\">User name</label>\n"
                         "<input id=\"delegate\" name=\"delegate\" autocomplete=\"off\" "
                         "autocapitalize=\"none\" spellcheck=\"false\" required "
                         "maxlength=\"256\">\n<label for=\"delegate-job\">Documents</label>\n"
                         "<select id=\"delegate-job\" name=\"job\">"
                         "<option value=\"\">All my documents</option>\n");
  if (!add_jobs (site, call, zone, html, error))
    return FALSE;
  g_string_append (html, "</select>\n<label for=\"delegate-days\">For</label>\n"
                         "<select id=\"delegate-days\" name=\"days\">"
                         "<option value=\"1\">1 day</option>"
                         "<option value=\"2\" selected>2 days</option>"
                         "<option value=\"7\">1 week</option>"
                         "<option value=\"30\">30 days</option></select>\n"
                         "<button class=\"plain\" type=\"submit\">Allow</button>\n"
                         "<p class=\"quiet\">They can print, see when and how many pages, and "
                         "neither read titles here nor delete. You can take it back at any time; "
                         "what was printed stays printed.</p></form></details>\n");
  return TRUE;
}
