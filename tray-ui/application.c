/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The program. */

#include "tray-ui/application.h"

#include "platform/paths.h"
#include "tray-ui/client/door.h"
#include "tray-ui/presence.h"
#include "tray-ui/window/desk.h"
#include "tray-ui/window/pairing_window.h"
#include "tray-ui/window/preferences.h"
#include "tray-ui/window/sign_in.h"
#include "tray-ui/window/theme.h"
#include "tray-ui/window/window.h"
#include "tray-ui/words/refusal_words.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define FAREWELL_S 5 /* what a person waits for a window to go */

struct _HsApplication
{
  GtkApplication parent_instance;
  HsDesk desk; /* owned */
  HsPresence *presence;
  HsTheme *theme;
  HsWindow *window; /* borrowed from GTK; NULL until it is first wanted */
  gboolean is_hidden;
  gboolean has_tried_key; /* the agent was found, and the keyring asked once, quietly */
};

G_DEFINE_FINAL_TYPE (HsApplication, hs_application, GTK_TYPE_APPLICATION)

/* ── the window ──────────────────────────────────────────────────────────────────────────── */

static HsWindow *
get_window (HsApplication *self)
{
  if (self->theme == NULL)
    self->theme = hs_theme_new (self->desk.settings);
  if (self->window == NULL)
    self->window = hs_window_new (GTK_APPLICATION (self), &self->desk);
  return self->window;
}

static void
show_window (HsApplication *self)
{
  gtk_window_present (GTK_WINDOW (get_window (self)));
}

/* One of ours, whichever: what it does not say itself, the window behind it does. */
static gboolean
is_in_front (GApplication *application)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      /* GTK takes a window that was hidden for the active one until another is. */
      if (gtk_widget_get_mapped (GTK_WIDGET (window)) && gtk_window_is_active (window))
        return TRUE;
    }
  return FALSE;
}

static void
tell_error (HsApplication *self, const GError *error)
{
  g_autofree char *sentence = hs_refusal_words_dup (error);

  if (self->window != NULL)
    hs_window_tell (self->window, sentence);
}

/* ── the key ─────────────────────────────────────────────────────────────────────────────── */

static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsApplication *self = HS_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;

  switch (hs_door_unlock_finish (HS_AGENT (source), result, &error))
    {
    case HS_UNLOCK_MADE:
      if (self->window != NULL)
        hs_window_tell (self->window, _ ("Your key was made and kept in your keyring. From now on "
                                         "your jobs are sealed to it."));
      break;
    case HS_UNLOCK_LOCKED:
      if (self->window != NULL)
        hs_window_tell (self->window, _ ("Your keyring is locked."));
      break;
    case HS_UNLOCK_FAILED:
      tell_error (self, error);
      break;
    case HS_UNLOCK_DONE:
      break;
    }
  g_object_unref (self);
}

static void
on_tried_quietly (GObject *source, GAsyncResult *result, gpointer user_data)
{
  /* Nobody asked for it: the banner says what is to be done. */
  (void)!hs_door_unlock_finish (HS_AGENT (source), result, NULL);
  g_object_unref (user_data);
}

/* Once for each time that the agent is found: the keyring opens with the session. A key that is locked
 * later was locked by somebody, and stays so. */
static void
on_agent_changed (HsAgent *agent, HsApplication *self)
{
  const HsControlStatus *status = hs_agent_get_status (agent);

  if (hs_agent_get_state (agent) != HS_AGENT_READY || status == NULL)
    {
      self->has_tried_key = FALSE;
      return;
    }
  if (self->has_tried_key)
    return;
  self->has_tried_key = TRUE;
  if (hs_agent_is_kiosk (agent) || strcmp (status->key, "locked") != 0)
    return;
  hs_door_unlock_async (agent, HS_SECRET_STORE_QUIET, on_tried_quietly, g_object_ref (self));
}

static void
on_identify (HsAgent *agent, HsApplication *self)
{
  show_window (self);
  hs_window_tell (self->window,
                  _ ("Here is Homespool: what you print to it waits in this window."));
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

static void
on_show (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_window (user_data);
}

static void
on_unlock (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  hs_door_unlock_async (self->desk.agent, HS_SECRET_STORE_ASK, on_unlocked, g_object_ref (self));
}

static void
on_sign_in (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  show_window (self);
  if (!hs_agent_is_kiosk (self->desk.agent))
    gtk_window_present (hs_sign_in_window_new (GTK_WINDOW (self->window), &self->desk));
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (hs_door_sign_out_finish (HS_AGENT (source), result, &error))
    return;
  if (self->presence != NULL)
    hs_presence_expect_sign_out (self->presence, FALSE);
  tell_error (self, error);
}

/* ── what was asked for comes first ──────────────────────────────────────────────────────── */

typedef struct
{
  HsApplication *self;
  void (*func) (HsApplication *self);
  gulong idle_handler;
  guint limit_source;
} Farewell;

static gboolean
end_farewell (gpointer user_data)
{
  Farewell *farewell = user_data;

  g_clear_handle_id (&farewell->limit_source, g_source_remove);
  g_clear_signal_handler (&farewell->idle_handler, farewell->self->desk.wishes);
  farewell->func (farewell->self);
  g_object_unref (farewell->self);
  g_free (farewell);
  return G_SOURCE_REMOVE;
}

static void
on_wishes_idle (HsWishes *wishes, Farewell *farewell)
{
  (void)end_farewell (farewell);
}

/* Calls @func when the agent has heard of every deletion and release: after a sign-out it would refuse
 * them, and a program that has ended tells nobody. An agent that does not answer is not waited for. */
static void
part_after_wishes (HsApplication *self, void (*func) (HsApplication *self))
{
  Farewell *farewell;

  hs_wishes_settle (self->desk.wishes);
  if (!hs_wishes_is_busy (self->desk.wishes))
    {
      func (self);
      return;
    }
  farewell = g_new0 (Farewell, 1);
  farewell->self = g_object_ref (self);
  farewell->func = func;
  farewell->idle_handler
      = g_signal_connect (self->desk.wishes, "idle", G_CALLBACK (on_wishes_idle), farewell);
  farewell->limit_source = g_timeout_add_seconds (FAREWELL_S, end_farewell, farewell);
}

static void
sign_out (HsApplication *self)
{
  hs_door_sign_out_async (self->desk.agent, on_signed_out, g_object_ref (self));
}

static void
on_sign_out (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  hs_presence_expect_sign_out (self->presence, TRUE);
  part_after_wishes (self, sign_out);
}

static void
on_release (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;
  const char *id = g_variant_get_string (parameter, NULL);
  HsJobItem *item = hs_jobs_find (hs_agent_get_jobs (self->desk.agent), id);
  const HsControlPrinter *printer = hs_desk_choose_printer (&self->desk);

  if (item != NULL && printer != NULL && hs_job_words_may_release (hs_job_item_get_job (item)))
    {
      hs_wishes_release (self->desk.wishes, item, printer->id, NULL);
      return;
    }
  show_window (self);
  hs_window_show_job (self->window, id);
}

static void
on_release_all (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;
  const HsControlPrinter *printer = hs_desk_choose_printer (&self->desk);
  GListModel *open = G_LIST_MODEL (hs_jobs_get_open (hs_agent_get_jobs (self->desk.agent)));

  if (printer == NULL)
    {
      show_window (self);
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (open); i++)
    {
      g_autoptr (HsJobItem) item = g_list_model_get_item (open, i);
      if (hs_job_words_may_release (hs_job_item_get_job (item)))
        hs_wishes_release (self->desk.wishes, item, printer->id, NULL);
    }
}

static void
on_delete (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  g_ptr_array_add (ids, (gpointer)g_variant_get_string (parameter, NULL));
  hs_wishes_delete (self->desk.wishes, ids);
}

static void
on_details (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  show_window (self);
  hs_window_show_job (self->window, g_variant_get_string (parameter, NULL));
  gtk_widget_activate_action_variant (GTK_WIDGET (self->window), "win.details", parameter);
}

static void
on_show_job (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  show_window (self);
  hs_window_show_job (self->window, g_variant_get_string (parameter, NULL));
}

static void
on_pair (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  show_window (self);
  gtk_window_present (hs_pairing_window_new (GTK_WINDOW (self->window), &self->desk));
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  show_window (self);
  gtk_window_present (hs_preferences_new (GTK_WINDOW (self->window), &self->desk));
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  show_window (self);
  gtk_window_present (hs_about_new (GTK_WINDOW (self->window), &self->desk));
}

static void
quit (HsApplication *self)
{
  g_application_quit (G_APPLICATION (self));
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HsApplication *self = user_data;

  /* There everybody's way to sign in would be gone; its window does not close either. */
  if (hs_agent_is_kiosk (self->desk.agent))
    return;
  if (self->window != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  part_after_wishes (self, quit);
}

static const GActionEntry actions[] = { { "show", on_show, NULL, NULL, NULL, { 0 } },
                                        { "unlock", on_unlock, NULL, NULL, NULL, { 0 } },
                                        { "sign-in", on_sign_in, NULL, NULL, NULL, { 0 } },
                                        { "sign-out", on_sign_out, NULL, NULL, NULL, { 0 } },
                                        { "release", on_release, "s", NULL, NULL, { 0 } },
                                        { "release-all", on_release_all, NULL, NULL, NULL, { 0 } },
                                        { "delete", on_delete, "s", NULL, NULL, { 0 } },
                                        { "details", on_details, "s", NULL, NULL, { 0 } },
                                        { "show-job", on_show_job, "s", NULL, NULL, { 0 } },
                                        { "pair", on_pair, NULL, NULL, NULL, { 0 } },
                                        { "preferences", on_preferences, NULL, NULL, NULL, { 0 } },
                                        { "about", on_about, NULL, NULL, NULL, { 0 } },
                                        { "quit", on_quit, NULL, NULL, NULL, { 0 } } };

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static int
hs_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  HsApplication *self = HS_APPLICATION (application);
  g_autofree char *root = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      puts ("homespool-tray " HS_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "root", "^ay", &root);
  self->is_hidden = g_variant_dict_contains (options, "hidden");
  g_autoptr (HsPaths) paths = hs_paths_new (root);
  self->desk.agent = hs_agent_new (paths->control_socket);
  self->desk.wishes = hs_wishes_new (self->desk.agent);
  self->desk.settings = hs_settings_new (NULL);
  return -1; /* go on */
}

static void
hs_application_startup (GApplication *application)
{
  static const char *const quit_keys[] = { "<Control>q", NULL };
  HsApplication *self = HS_APPLICATION (application);

  G_APPLICATION_CLASS (hs_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
  g_signal_connect (self->desk.agent, "changed", G_CALLBACK (on_agent_changed), self);
  g_signal_connect (self->desk.agent, "identify", G_CALLBACK (on_identify), self);
  self->presence = hs_presence_new (application, &self->desk, is_in_front);
  hs_agent_start (self->desk.agent);
  g_application_hold (application); /* the window comes and goes */
}

static void
hs_application_activate (GApplication *application)
{
  HsApplication *self = HS_APPLICATION (application);

  if (!self->is_hidden)
    show_window (self);
  self->is_hidden = FALSE; /* a second start wants to see it */
}

static void
hs_application_shutdown (GApplication *application)
{
  HsApplication *self = HS_APPLICATION (application);

  g_clear_pointer (&self->presence, hs_presence_free);
  hs_agent_stop (self->desk.agent);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  g_clear_pointer (&self->theme, hs_theme_free);
  G_APPLICATION_CLASS (hs_application_parent_class)->shutdown (application);
}

static void
hs_application_finalize (GObject *object)
{
  HsApplication *self = HS_APPLICATION (object);

  g_clear_object (&self->desk.wishes);
  g_clear_object (&self->desk.agent);
  g_clear_object (&self->desk.settings);
  G_OBJECT_CLASS (hs_application_parent_class)->finalize (object);
}

static void
hs_application_class_init (HsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_application_finalize;
  application_class->handle_local_options = hs_application_handle_local_options;
  application_class->startup = hs_application_startup;
  application_class->activate = hs_application_activate;
  application_class->shutdown = hs_application_shutdown;
}

static void
hs_application_init (HsApplication *self)
{
  static const GOptionEntry options[]
      = { { "hidden", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Start without a window"), NULL },
          { "root", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Everything lies below DIR, for trials"),
            "DIR" },
          { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Say the version"), NULL },
          { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL } };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

HsApplication *
hs_application_new (void)
{
  return g_object_new (HS_TYPE_APPLICATION, "application-id", HS_APPLICATION_ID,
                       "resource-base-path", "/org/homespool/Tray", NULL);
}
