/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Signing in. */

#include "tray-ui/window/sign_in.h"

#include "tray-ui/client/door.h"
#include "tray-ui/words/refusal_words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HsSignIn
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkWidget *box;
  GtkToggleButton *by_password;
  GtkToggleButton *by_pin;
  GtkToggleButton *by_card;
  GtkEntry *user;
  GtkPasswordEntry *secret;
  GtkPasswordEntry *card;
  GtkWidget *pad;
  GtkLabel *problem;
  GtkButton *go;
  GtkButton *end;

  /* Borrowed references */
  const HsDesk *desk;

  gboolean is_asking;
};

G_DEFINE_FINAL_TYPE (HsSignIn, hs_sign_in, GTK_TYPE_WIDGET)

enum
{
  DONE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static HsSignInMethod
get_method (HsSignIn *self)
{
  if (gtk_toggle_button_get_active (self->by_card))
    return HS_SIGN_IN_CARD;
  return gtk_toggle_button_get_active (self->by_pin) ? HS_SIGN_IN_PIN : HS_SIGN_IN_PASSWORD;
}

static const char *
get_text (gpointer entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
say (HsSignIn *self, const char *sentence)
{
  gtk_label_set_text (self->problem, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), sentence != NULL);
}

static void
show_fields (HsSignIn *self)
{
  HsSignInMethod method = get_method (self);
  gboolean is_kiosk = hs_agent_is_kiosk (self->desk->agent);
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);
  gboolean is_complete = method == HS_SIGN_IN_CARD
                             ? *get_text (self->card) != '\0'
                             : *get_text (self->user) != '\0' && *get_text (self->secret) != '\0';

  gtk_widget_set_visible (GTK_WIDGET (self->user), method != HS_SIGN_IN_CARD);
  gtk_widget_set_visible (GTK_WIDGET (self->card), method == HS_SIGN_IN_CARD);
  gtk_widget_set_visible (self->pad, is_kiosk && method != HS_SIGN_IN_PASSWORD);
  g_object_set (self->secret, "placeholder-text",
                method == HS_SIGN_IN_PASSWORD ? _ ("Password")
                : method == HS_SIGN_IN_PIN    ? _ ("PIN")
                                              : _ ("PIN, to open your own key"),
                NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->go), is_complete && !self->is_asking);
  gtk_widget_set_visible (GTK_WIDGET (self->end),
                          is_kiosk && status != NULL && status->is_seat_taken);
}

void
hs_sign_in_refresh (HsSignIn *sign_in)
{
  show_fields (sign_in);
}

static void
on_changed (HsSignIn *self)
{
  if (self->desk != NULL)
    show_fields (self);
}

/* ── sending ─────────────────────────────────────────────────────────────────────────────── */

static void
wipe_secrets (HsSignIn *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->secret), "");
  gtk_editable_set_text (GTK_EDITABLE (self->card), "");
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  gboolean is_in = hs_door_sign_in_finish (HS_AGENT (source), result, &sentence, &error);

  self->is_asking = FALSE;
  if (self->box == NULL)
    return; /* the window was closed meanwhile */
  if (!is_in)
    sentence = hs_refusal_words_dup (error);
  say (self, sentence);
  show_fields (self);
  if (is_in)
    g_signal_emit (self, signals[DONE], 0);
  else
    gtk_widget_grab_focus (get_method (self) == HS_SIGN_IN_CARD ? GTK_WIDGET (self->card)
                                                                : GTK_WIDGET (self->secret));
}

static HsSecretBytes *
take_secret (gpointer entry)
{
  const char *text = get_text (entry);

  return *text != '\0' ? hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text)) : NULL;
}

static void
on_go (HsSignIn *self)
{
  g_autoptr (HsSignInRequest) request = g_new0 (HsSignInRequest, 1);

  show_fields (self);
  if (self->is_asking || !gtk_widget_get_sensitive (GTK_WIDGET (self->go)))
    return;
  request->method = get_method (self);
  request->secret = take_secret (self->secret);
  if (request->method == HS_SIGN_IN_CARD)
    request->card = take_secret (self->card);
  else
    request->user = g_strdup (get_text (self->user));
  wipe_secrets (self);
  self->is_asking = TRUE;
  say (self, NULL);
  show_fields (self);
  hs_door_sign_in_async (self->desk->agent, request, on_signed_in, g_object_ref (self));
}

/* A reader types the card's number and Enter. */
static void
on_card_read (HsSignIn *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->secret));
  show_fields (self);
}

static void
on_key_pressed (HsSignIn *self, GtkButton *button)
{
  const char *label = gtk_button_get_label (button);
  int position = -1;

  if (label != NULL && g_ascii_isdigit (*label))
    gtk_editable_insert_text (GTK_EDITABLE (self->secret), label, 1, &position);
  else
    {
      int length = (int)g_utf8_strlen (get_text (self->secret), -1);
      gtk_editable_delete_text (GTK_EDITABLE (self->secret), MAX (0, length - 1), length);
    }
}

void
hs_sign_in_begin (HsSignIn *sign_in)
{
  gtk_editable_set_text (GTK_EDITABLE (sign_in->user),
                         hs_agent_is_kiosk (sign_in->desk->agent) ? "" : g_get_user_name ());
  wipe_secrets (sign_in);
  say (sign_in, NULL);
  show_fields (sign_in);
  if (get_method (sign_in) == HS_SIGN_IN_CARD)
    gtk_widget_grab_focus (GTK_WIDGET (sign_in->card));
  else /* at a workstation of one's own the name is there already */
    gtk_widget_grab_focus (*get_text (sign_in->user) == '\0' ? GTK_WIDGET (sign_in->user)
                                                             : GTK_WIDGET (sign_in->secret));
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_sign_in_dispose (GObject *object)
{
  HsSignIn *self = HS_SIGN_IN (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hs_sign_in_parent_class)->dispose (object);
}

static void
hs_sign_in_class_init (HsSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_sign_in_dispose;
  signals[DONE] = g_signal_new ("done", HS_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/homespool/Tray/sign_in.ui");
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, box);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, by_password);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, by_pin);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, by_card);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, user);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, secret);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, card);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, pad);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, problem);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, go);
  gtk_widget_class_bind_template_child (widget_class, HsSignIn, end);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_go);
  gtk_widget_class_bind_template_callback (widget_class, on_card_read);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
hs_sign_in_init (HsSignIn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hs_sign_in_new (const HsDesk *desk)
{
  HsSignIn *sign_in = g_object_new (HS_TYPE_SIGN_IN, NULL);

  sign_in->desk = desk;
  show_fields (sign_in);
  return GTK_WIDGET (sign_in);
}

GtkWindow *
hs_sign_in_window_new (GtkWindow *parent, const HsDesk *desk)
{
  /* Said outright, for GTK 4.8 tells screen readers of some windows that they are nothing. */
  GtkWidget *window
      = g_object_new (GTK_TYPE_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_DIALOG, NULL);
  GtkWidget *sign_in = hs_sign_in_new (desk);
  GtkWidget *header = gtk_header_bar_new ();

  gtk_widget_add_css_class (header, "flat");
  gtk_window_set_title (GTK_WINDOW (window), _ ("Sign in at the site"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_resizable (GTK_WINDOW (window), FALSE);
  gtk_window_set_child (GTK_WINDOW (window), sign_in);
  gtk_window_set_titlebar (GTK_WINDOW (window), header);
  gtk_widget_add_css_class (window, "homespool");
  gtk_widget_add_css_class (sign_in, "padded");
  g_signal_connect_swapped (sign_in, "done", G_CALLBACK (gtk_window_destroy), window);
  hs_sign_in_begin (HS_SIGN_IN (sign_in));
  return GTK_WINDOW (window);
}
