/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The icon beside the clock, and notifications. */

#include "tray-ui/presence.h"

#include "base/safe_text.h"
#include "platform/tray_icon.h"
#include "tray-ui/notices.h"
#include "tray-ui/words/agent_words.h"
#include "tray-ui/words/notice_words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MENU_JOBS 5 /* more than a handful is what the window is for */

struct HsPresence
{
  GApplication *application;
  const HsDesk *desk;
  gboolean (*is_in_front) (GApplication *application);
  GMenu *menu;
  HsTrayIcon *icon;
  HsNotices *notices;
  guint menu_source;
  HsNewsState news;
  GHashTable *told;    /* set of ids of jobs: what was said of them may still be shown */
  gboolean is_leaving; /* signing out was asked for here */
};

/* ── the menu ────────────────────────────────────────────────────────────────────────────── */

static void
add_entry (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) entry = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (entry, action, target != NULL ? "s" : NULL, target);
  g_menu_append_item (menu, entry);
}

/* A menu takes "_" for the mark of a key. Frees @text. */
static char *
take_label (char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);

  g_free (text);
  return g_strjoinv ("__", parts);
}

/* Who is printing, and what can be done about that. */
static void
add_person (HsPresence *presence, GMenu *menu)
{
  const HsControlStatus *status = hs_agent_get_status (presence->desk->agent);
  gboolean is_kiosk = hs_agent_is_kiosk (presence->desk->agent);
  g_autofree char *name = hs_desk_dup_person (presence->desk);
  g_autofree char *label = take_label (g_strdup_printf (_ ("Printing as %s"), name));
  g_autoptr (GMenu) choices = g_menu_new ();

  if (status == NULL || (is_kiosk && status->seat_name == NULL))
    return;
  if (hs_person_words_key (status) != NULL)
    add_entry (choices, _ ("Unlock my key"), "app.unlock", NULL);
  if (!is_kiosk && status->enrolled)
    add_entry (choices, _ ("Sign in at the site…"), "app.sign-in", NULL);
  if (is_kiosk || strcmp (status->key, "unlocked") == 0)
    add_entry (choices, is_kiosk ? _ ("Sign out") : _ ("Sign out and lock"), "app.sign-out", NULL);
  if (g_menu_model_get_n_items (G_MENU_MODEL (choices)) > 0)
    g_menu_append_submenu (menu, label, G_MENU_MODEL (choices));
}

static void
add_jobs (HsPresence *presence, GMenu *menu)
{
  GListModel *open = G_LIST_MODEL (hs_jobs_get_open (hs_agent_get_jobs (presence->desk->agent)));
  guint shown = 0;

  for (guint i = 0; i < g_list_model_get_n_items (open) && shown < MENU_JOBS; i++)
    {
      g_autoptr (HsJobItem) item = g_list_model_get_item (open, i);
      const HsControlJob *job = hs_job_item_get_job (item);
      g_autofree char *label = take_label (hs_job_words_title (job));
      g_autoptr (GMenu) choices = g_menu_new ();
      if (!hs_job_words_may_release (job))
        continue;
      shown++;
      add_entry (choices, _ ("Print"), "app.release", job->id);
      add_entry (choices, _ ("Details"), "app.details", job->id);
      add_entry (choices, _ ("Delete"), "app.delete", job->id);
      g_menu_append_submenu (menu, label, G_MENU_MODEL (choices));
    }
}

static gboolean
on_make_menu (gpointer user_data)
{
  HsPresence *presence = user_data;
  const HsControlStatus *status = hs_agent_get_status (presence->desk->agent);
  const HsControlPrinter *printer = hs_desk_choose_printer (presence->desk);
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) jobs = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  presence->menu_source = 0;
  g_menu_remove_all (presence->menu);
  add_entry (first, _ ("Show print jobs"), "app.show", NULL);
  if (status != NULL && status->held > 0)
    {
      g_autofree char *label
          = hs_job_words_release (status->held, printer != NULL ? printer->name : NULL);
      add_entry (first, label, "app.release-all", NULL);
    }
  add_person (presence, first);
  if (!hs_agent_is_kiosk (presence->desk->agent))
    add_jobs (presence, jobs);
  add_entry (last, _ ("Preferences"), "app.preferences", NULL);
  add_entry (last, _ ("About Homespool"), "app.about", NULL);
  if (!hs_agent_is_kiosk (presence->desk->agent))
    add_entry (last, _ ("Quit"), "app.quit", NULL);
  g_menu_append_section (presence->menu, NULL, G_MENU_MODEL (first));
  if (g_menu_model_get_n_items (G_MENU_MODEL (jobs)) > 0)
    g_menu_append_section (presence->menu, NULL, G_MENU_MODEL (jobs));
  g_menu_append_section (presence->menu, NULL, G_MENU_MODEL (last));
  return G_SOURCE_REMOVE;
}

/* Once for all changes of one turn. */
static void
make_menu_soon (HsPresence *presence)
{
  if (presence->menu_source == 0)
    presence->menu_source = g_idle_add (on_make_menu, presence);
}

/* ── the icon ────────────────────────────────────────────────────────────────────────────── */

static void
show_icon (HsPresence *presence)
{
  const HsControlStatus *status = hs_agent_get_status (presence->desk->agent);
  HsIcon icon = hs_agent_words_icon (status);
  g_autofree char *text = hs_agent_words_tooltip (status);

  hs_tray_icon_set (presence->icon, hs_agent_words_icon_name (icon), text,
                    icon == HS_ICON_ATTENTION);
}

static void
on_activated (gpointer user_data)
{
  HsPresence *presence = user_data;

  g_action_group_activate_action (G_ACTION_GROUP (presence->application), "show", NULL);
}

/* ── notifications ───────────────────────────────────────────────────────────────────────── */

static void
notify_person (HsPresence *presence, HsNotice notice, const HsControlJob *job)
{
  const HsDesk *desk = presence->desk;
  const HsControlPrinter *printer = hs_desk_choose_printer (desk);
  gboolean shows_title
      = hs_settings_shows_titles (desk->settings) && !hs_agent_is_kiosk (desk->agent);
  g_autofree char *body = hs_notice_words_body (notice, job, hs_desk_get_printer_name (desk, job),
                                                shows_title, g_get_real_time ());
  g_autoptr (GNotification) notification = g_notification_new (hs_notice_words_title (notice));

  g_notification_set_default_action_and_target (notification, "app.show-job", "s", job->id);
  if (notice == HS_NOTICE_HELD || notice == HS_NOTICE_RETURNED)
    {
      g_autofree char *name = hs_safe_text_dup (printer != NULL ? printer->name : "");
      g_autofree char *label = printer != NULL ? g_strdup_printf (_ ("Print on %s"), name)
                                               : g_strdup (_ ("Choose a printer"));
      g_notification_add_button_with_target (notification, label, "app.release", "s", job->id);
      g_notification_add_button_with_target (notification, _ ("Delete"), "app.delete", "s",
                                             job->id);
    }
  if (notice == HS_NOTICE_QUESTION || notice == HS_NOTICE_FAILED)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  /* One for each job: what is said of it now takes the place of what was said before. */
  hs_notices_send (presence->notices, job->id, notification, body);
  g_hash_table_add (presence->told, g_strdup (job->id));
}

static void
withdraw (HsPresence *presence, const char *id)
{
  hs_notices_withdraw (presence->notices, id);
  g_hash_table_remove (presence->told, id);
}

/* What was said of a job goes with the job, and at a kiosk with its person. An agent that restarts tells of
 * the same jobs again, and of none of them that it is news. */
static void
follow_told (HsPresence *presence)
{
  HsJobs *jobs = hs_agent_get_jobs (presence->desk->agent);
  HsAgentState state = hs_agent_get_state (presence->desk->agent);
  g_autoptr (GPtrArray) over = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id;

  if (state != HS_AGENT_READY && state != HS_AGENT_VACANT)
    return;
  g_hash_table_iter_init (&iter, presence->told);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (state == HS_AGENT_VACANT || hs_jobs_find (jobs, id) == NULL)
      g_ptr_array_add (over, g_strdup (id));
  for (guint i = 0; i < over->len; i++)
    withdraw (presence, g_ptr_array_index (over, i));
}

static void
on_moved (HsJobs *jobs, HsJobItem *item, int before, HsPresence *presence)
{
  const HsControlJob *job = hs_job_item_get_job (item);
  HsNotice notice = hs_notice_words_choose (job, (HsJobState)before);

  make_menu_soon (presence);
  if (notice == HS_NOTICE_NONE)
    withdraw (presence, job->id);
  else if (hs_settings_shows_notifications (presence->desk->settings)
           && !presence->is_in_front (presence->application))
    notify_person (presence, notice, job);
}

/* What was told of the same before gives way: "back" replaces "cannot be reached". */
static const char *
get_topic (HsNews news)
{
  return news == HS_NEWS_OFFLINE || news == HS_NEWS_ONLINE ? "site" : "person";
}

static void
tell_news (HsPresence *presence, HsNews news)
{
  const HsControlStatus *status = hs_agent_get_status (presence->desk->agent);
  g_autofree char *body = hs_news_words_body (news, status, g_get_real_time ());
  g_autoptr (GNotification) notification = g_notification_new (hs_news_words_title (news));

  g_notification_set_default_action (notification, "app.show");
  if (news == HS_NEWS_LOCKED)
    g_notification_add_button (notification, _ ("Unlock my key"), "app.unlock");
  hs_notices_send (presence->notices, get_topic (news), notification, body);
}

static void
follow_news (HsPresence *presence)
{
  static const HsNews all[]
      = { HS_NEWS_OFFLINE, HS_NEWS_ONLINE, HS_NEWS_LOCKED, HS_NEWS_SIGNED_OUT };
  const HsControlStatus *status = hs_agent_get_status (presence->desk->agent);
  HsNews news = hs_news_words_follow (&presence->news, status);

  if (presence->is_leaving && (news & (HS_NEWS_LOCKED | HS_NEWS_SIGNED_OUT)) != 0)
    {
      presence->is_leaving = FALSE;
      news &= ~(HsNews)(HS_NEWS_LOCKED | HS_NEWS_SIGNED_OUT);
    }
  if (presence->news.is_unlocked || presence->news.is_signed_in)
    hs_notices_withdraw (presence->notices, "person");
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if ((news & all[i]) == 0)
      continue;
    else if (hs_settings_shows_notifications (presence->desk->settings)
             && !presence->is_in_front (presence->application))
      tell_news (presence, all[i]);
    else /* the window says it; what was told before holds no longer */
      hs_notices_withdraw (presence->notices, get_topic (all[i]));
}

void
hs_presence_expect_sign_out (HsPresence *presence, gboolean is_leaving)
{
  presence->is_leaving = is_leaving && (presence->news.is_unlocked || presence->news.is_signed_in);
}

static void
on_agent_changed (HsPresence *presence)
{
  show_icon (presence);
  make_menu_soon (presence);
  follow_news (presence);
  follow_told (presence);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsPresence *
hs_presence_new (GApplication *application,
                 const HsDesk *desk,
                 gboolean (*is_in_front) (GApplication *application))
{
  HsPresence *presence = g_new0 (HsPresence, 1);
  const char *folder = g_getenv ("HOMESPOOL_ICON_DIR"); /* of a build that is not installed */

  presence->application = application;
  presence->desk = desk;
  presence->is_in_front = is_in_front;
  presence->menu = g_menu_new ();
  presence->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const HsTrayIconSetup setup = { .id = "homespool",
                                  .title = _ ("Homespool"),
                                  .icon_folder = folder,
                                  .menu = G_MENU_MODEL (presence->menu),
                                  .actions = G_ACTION_GROUP (application),
                                  .activated = on_activated,
                                  .user_data = presence };
  presence->icon = hs_tray_icon_new (&setup);
  presence->notices = hs_notices_new (application);
  g_signal_connect_swapped (desk->agent, "changed", G_CALLBACK (on_agent_changed), presence);
  g_signal_connect (hs_agent_get_jobs (desk->agent), "moved", G_CALLBACK (on_moved), presence);
  show_icon (presence);
  on_make_menu (presence);
  return presence;
}

void
hs_presence_free (HsPresence *presence)
{
  if (presence == NULL)
    return;
  g_clear_handle_id (&presence->menu_source, g_source_remove);
  g_signal_handlers_disconnect_by_data (presence->desk->agent, presence);
  g_signal_handlers_disconnect_by_data (hs_agent_get_jobs (presence->desk->agent), presence);
  hs_tray_icon_free (presence->icon);
  hs_notices_free (presence->notices);
  g_object_unref (presence->menu);
  g_hash_table_unref (presence->told);
  g_free (presence);
}
