/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Pairing a browser. */

#include "tray-ui/window/pairing_window.h"

#include "tray-ui/client/pairing.h"
#include "tray-ui/window/qr_view.h"
#include "tray-ui/words/refusal_words.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN_S 180 /* time to find a phone; then nobody looks at it any more */

#define HS_TYPE_PAIRING_WINDOW (hs_pairing_window_get_type ())
G_DECLARE_FINAL_TYPE (HsPairingWindow, hs_pairing_window, HS, PAIRING_WINDOW, GtkWindow)

struct _HsPairingWindow
{
  GtkWindow parent_instance;

  /* Template widgets */
  HsQrView *code;
  GtkLabel *problem;
  GtkButton *copy;

  /* Borrowed references */
  const HsDesk *desk;

  /* Owned references */
  HsSecretBytes *link;              /* NULL: not made yet */
  GdkContentProvider *on_clipboard; /* what was put there from here */
  guint end_source;
};

G_DEFINE_FINAL_TYPE (HsPairingWindow, hs_pairing_window, GTK_TYPE_WINDOW)

static GdkClipboard *
get_clipboard (HsPairingWindow *self)
{
  return gtk_widget_get_clipboard (GTK_WIDGET (self));
}

static void
on_link (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPairingWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) link = hs_pairing_make_link_finish (HS_AGENT (source), result, &error);

  if (self->desk == NULL)
    return; /* closed meanwhile */
  if (link == NULL || !hs_qr_view_set_text (self->code, link, &error))
    {
      g_autofree char *sentence = hs_refusal_words_dup (error);
      gtk_label_set_text (self->problem, sentence);
      gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
      gtk_widget_set_visible (GTK_WIDGET (self->code), FALSE);
      return;
    }
  self->link = g_steal_pointer (&link);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), TRUE);
}

static void
on_copy (HsPairingWindow *self)
{
  gsize length = hs_secret_bytes_get_length (self->link);
  char *text = g_strndup ((const char *)hs_secret_bytes_peek (self->link), length);

  g_clear_object (&self->on_clipboard);
  self->on_clipboard = gdk_content_provider_new_typed (G_TYPE_STRING, text);
  hs_secret_bytes_wipe (text, length);
  g_free (text);
  gdk_clipboard_set_content (get_clipboard (self), self->on_clipboard);
  gtk_button_set_label (self->copy, _ ("Copied"));
}

/* Nobody else has copied anything since. */
static void
empty_clipboard (HsPairingWindow *self)
{
  GdkClipboard *clipboard = get_clipboard (self);

  if (self->on_clipboard != NULL && gdk_clipboard_get_content (clipboard) == self->on_clipboard)
    gdk_clipboard_set_content (clipboard, NULL);
  g_clear_object (&self->on_clipboard);
}

static gboolean
on_end (gpointer user_data)
{
  HsPairingWindow *self = user_data;

  self->end_source = 0;
  gtk_window_close (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static void
on_agent_changed (HsPairingWindow *self)
{
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);

  if (hs_agent_get_state (self->desk->agent) != HS_AGENT_READY || status == NULL
      || strcmp (status->key, "unlocked") != 0)
    gtk_window_close (GTK_WINDOW (self));
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_pairing_window_dispose (GObject *object)
{
  HsPairingWindow *self = HS_PAIRING_WINDOW (object);

  g_clear_handle_id (&self->end_source, g_source_remove);
  if (self->desk != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->desk->agent, self);
      empty_clipboard (self);
    }
  self->desk = NULL;
  g_clear_pointer (&self->link, hs_secret_bytes_free);
  G_OBJECT_CLASS (hs_pairing_window_parent_class)->dispose (object);
}

static void
hs_pairing_window_class_init (HsPairingWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_pairing_window_dispose;
  g_type_ensure (HS_TYPE_QR_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/homespool/Tray/pairing.ui");
  gtk_widget_class_bind_template_child (widget_class, HsPairingWindow, code);
  gtk_widget_class_bind_template_child (widget_class, HsPairingWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HsPairingWindow, copy);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hs_pairing_window_init (HsPairingWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
hs_pairing_window_new (GtkWindow *parent, const HsDesk *desk)
{
  HsPairingWindow *self = g_object_new (HS_TYPE_PAIRING_WINDOW, "transient-for", parent, NULL);

  self->desk = desk;
  /* The next person would find it on a kiosk's clipboard. */
  gtk_widget_set_visible (GTK_WIDGET (self->copy), !hs_agent_is_kiosk (desk->agent));
  if (gtk_widget_has_css_class (GTK_WIDGET (parent), "kiosk"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk");
  g_signal_connect_swapped (desk->agent, "changed", G_CALLBACK (on_agent_changed), self);
  self->end_source = g_timeout_add_seconds (SHOWN_S, on_end, self);
  hs_pairing_make_link_async (desk->agent, on_link, g_object_ref (self));
  return GTK_WINDOW (self);
}
