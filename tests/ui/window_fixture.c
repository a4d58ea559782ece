/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The tray's window without an agent. */

#include "window_fixture.h"

#include "support/loop.h"
#include "tray-ui/client/agent_private.h"
#include "tray-ui/window/theme.h"

static HsSettings *settings;
static HsTheme *theme;

void
hs_window_fixture_set_up (void)
{
  g_autofree char *path
      = g_build_filename (g_get_user_config_dir (), "homespool", "tray.conf", NULL);

  gtk_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/org/homespool/Tray/icons");
  settings = hs_settings_new (path);
  theme = hs_theme_new (settings);
}

GPtrArray *
hs_window_fixture_jobs (void)
{
  static const char *const titles[]
      = { "Lease.pdf", "Board pack.pdf",
          "Minutes of the meeting about the minutes, with all annexes, second and final.pdf" };
  GPtrArray *jobs = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      g_autofree char *id = g_strdup_printf ("%08zu-0000-4000-8000-000000000000", i);
      HsControlJob *job = hs_tray_fixture_job (id, HS_JOB_HELD, (gint64)(i + 1) * 60);
      g_free (job->name);
      job->name = g_strdup (titles[i]);
      g_ptr_array_add (jobs, job);
    }
  return jobs;
}

void
hs_window_fixture_set_status (HsWindowFixture *fixture,
                              HsAgentState state,
                              void (*change) (HsControlStatus *status))
{
  HsAgent *agent = fixture->desk.agent;

  hs_control_status_free (agent->status);
  agent->status = hs_tray_fixture_status ();
  if (change != NULL)
    change (agent->status);
  hs_agent_set_state (agent, state);
  hs_window_fixture_settle (fixture);
}

HsWindowFixture *
hs_window_fixture_new (GPtrArray *jobs, void (*change) (HsControlStatus *status))
{
  HsWindowFixture *fixture = g_new0 (HsWindowFixture, 1);
  g_autoptr (GPtrArray) owned = jobs;
  g_autoptr (GPtrArray) printers = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  fixture->application = gtk_application_new ("org.homespool.Test", G_APPLICATION_NON_UNIQUE);
  HS_ASSERT (g_application_register (G_APPLICATION (fixture->application), NULL, &error));
  fixture->desk.agent = hs_agent_new ("/nonexistent/control.sock");
  fixture->desk.wishes = hs_wishes_new (fixture->desk.agent);
  fixture->desk.settings = settings;
  fixture->window = hs_window_new (fixture->application, &fixture->desk);
  g_ptr_array_add (printers, hs_tray_fixture_printer ("p", "Second floor", TRUE));
  hs_printer_list_take_all (hs_agent_get_printers (fixture->desk.agent), printers, recent);
  gtk_window_present (GTK_WINDOW (fixture->window));
  hs_window_fixture_set_status (fixture, HS_AGENT_READY, change);
  hs_jobs_begin (hs_agent_get_jobs (fixture->desk.agent));
  hs_jobs_take_all (hs_agent_get_jobs (fixture->desk.agent), owned);
  hs_window_fixture_settle (fixture);
  return fixture;
}

void
hs_window_fixture_free (HsWindowFixture *fixture)
{
  if (fixture == NULL)
    return;
  hs_agent_stop (fixture->desk.agent);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->desk.wishes);
  g_object_unref (fixture->desk.agent);
  g_object_unref (fixture->application);
  g_free (fixture);
}

void
hs_window_fixture_settle (HsWindowFixture *fixture)
{
  HS_LOOP_UNTIL (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)));
  /* Rows come with a layout, and their own layout with the next. */
  for (guint i = 0; i < 3; i++)
    {
      gtk_widget_queue_resize (GTK_WIDGET (fixture->window));
      gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->window));
    }
}

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

static void
collect (GtkWidget *widget, GType type, GPtrArray *out)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    g_ptr_array_add (out, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, out);
}

GPtrArray *
hs_window_fixture_list (gpointer root, GType type)
{
  GPtrArray *out = g_ptr_array_new ();

  collect (GTK_WIDGET (root), type, out);
  return out;
}

/* GTK tells what is not as expected, and with it what there is. */
char *
hs_window_fixture_name (GtkWidget *widget)
{
  g_autofree char *said = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  if (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    said = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                               GTK_ACCESSIBLE_PROPERTY_LABEL, "\001");
  if (said != NULL && *said != '\0')
    return g_steal_pointer (&said);
  labels = hs_window_fixture_list (widget, GTK_TYPE_LABEL);
  return g_strdup (labels->len > 0 ? gtk_label_get_text (g_ptr_array_index (labels, 0)) : "");
}

GtkWidget *
hs_window_fixture_find (gpointer root, GType type, const char *name)
{
  g_autoptr (GPtrArray) all = hs_window_fixture_list (root, type);

  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *said = hs_window_fixture_name (g_ptr_array_index (all, i));
      if (strcmp (said, name) == 0)
        return g_ptr_array_index (all, i);
    }
  return NULL;
}

graphene_rect_t
hs_window_fixture_bounds (GtkWidget *widget)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, 0, 0);

  HS_ASSERT (
      gtk_widget_compute_bounds (widget, GTK_WIDGET (gtk_widget_get_root (widget)), &bounds));
  return bounds;
}

GdkTexture *
hs_window_fixture_render (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot;

  /* The paintable takes what is drawn from now on, and a window's first frame may be empty. */
  for (guint i = 0; i < 3; i++)
    {
      gtk_widget_queue_resize (widget);
      gtk_test_widget_wait_for_draw (widget);
    }
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  return gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)),
                                      node, NULL);
}

void
hs_window_fixture_shoot_part (GtkWidget *widget, const char *name)
{
  const char *folder = g_getenv ("HOMESPOOL_UI_PICTURES");
  g_autofree char *file = g_strconcat (name, ".png", NULL);

  if (folder == NULL)
    return;
  g_autoptr (GdkTexture) texture = hs_window_fixture_render (widget);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  HS_ASSERT (gdk_texture_save_to_png (texture, path));
}

void
hs_window_fixture_shoot (HsWindowFixture *fixture, const char *name)
{
  hs_window_fixture_settle (fixture);
  hs_window_fixture_shoot_part (GTK_WIDGET (fixture->window), name);
}
