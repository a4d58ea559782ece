/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who is printing. */

#include "tray-ui/window/identity_panel.h"

#include "tray-ui/client/pairing.h"
#include "tray-ui/words/agent_words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HsIdentityPanel
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkWidget *box;
  GtkLabel *initials;
  GtkLabel *name;
  GtkLabel *place;
  GtkLabel *key;
  GtkWidget *unlock;
  GtkLabel *unlock_text;
  GtkWidget *sign_in;
  GtkWidget *pair;
  GtkWidget *switch_person;
  GtkWidget *sign_out;
  GtkWidget *quit;

  /* Borrowed references */
  const HsDesk *desk;
};

G_DEFINE_FINAL_TYPE (HsIdentityPanel, hs_identity_panel, GTK_TYPE_WIDGET)

static const char *
word_key (const HsControlStatus *status)
{
  if (strcmp (status->key, "unlocked") == 0)
    return _ ("Your key is unlocked: jobs can be printed from here, with or without the site.");
  if (strcmp (status->key, "locked") == 0)
    return _ ("Your key is locked.");
  return _ ("You have no key on this computer yet.");
}

static char *
dup_place (const HsControlStatus *status)
{
  if (status->organisation == NULL)
    return g_strdup (_ ("On this computer only"));
  return g_strdup_printf (status->site_online ? _ ("%s · connected") : _ ("%s · offline"),
                          status->organisation);
}

void
hs_identity_panel_refresh (HsIdentityPanel *panel)
{
  const HsControlStatus *status = hs_agent_get_status (panel->desk->agent);
  gboolean is_kiosk = hs_agent_is_kiosk (panel->desk->agent);
  g_autofree char *name = hs_desk_dup_person (panel->desk);
  g_autofree char *initials = hs_person_words_initials (name);

  gtk_label_set_text (panel->name, name);
  gtk_label_set_text (panel->initials, initials);
  if (status == NULL)
    return;
  g_autofree char *place = dup_place (status);
  gtk_label_set_text (panel->place, place);
  gtk_label_set_text (panel->key, word_key (status));
  gtk_widget_set_visible (GTK_WIDGET (panel->key), !is_kiosk);
  const char *unlock
      = strcmp (status->key, "absent") == 0 ? _ ("Make my key") : _ ("Unlock my key");
  gtk_label_set_text (panel->unlock_text, unlock);
  gtk_accessible_update_property (GTK_ACCESSIBLE (panel->unlock), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  unlock, -1);
  gtk_widget_set_visible (panel->unlock, !is_kiosk && strcmp (status->key, "unlocked") != 0);
  gtk_widget_set_visible (panel->sign_in, !is_kiosk && status->enrolled);
  gtk_widget_set_visible (panel->pair,
                          hs_pairing_is_of_use (status) && strcmp (status->key, "unlocked") == 0);
  gtk_widget_set_visible (panel->switch_person, is_kiosk);
  gtk_widget_set_visible (panel->sign_out, is_kiosk || status->identity != NULL
                                               || strcmp (status->key, "unlocked") == 0);
  gtk_widget_set_visible (panel->quit, !is_kiosk);
}

/* What was chosen happens; the panel has done its part. */
static void
on_clicked (HsIdentityPanel *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER);

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
}

static void
hs_identity_panel_dispose (GObject *object)
{
  HsIdentityPanel *self = HS_IDENTITY_PANEL (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hs_identity_panel_parent_class)->dispose (object);
}

static void
hs_identity_panel_class_init (HsIdentityPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_identity_panel_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/homespool/Tray/identity_panel.ui");
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, box);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, initials);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, name);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, place);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, key);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, unlock);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, unlock_text);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, sign_in);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, pair);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, switch_person);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, sign_out);
  gtk_widget_class_bind_template_child (widget_class, HsIdentityPanel, quit);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
hs_identity_panel_init (HsIdentityPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hs_identity_panel_new (const HsDesk *desk)
{
  HsIdentityPanel *panel = g_object_new (HS_TYPE_IDENTITY_PANEL, NULL);

  panel->desk = desk;
  return GTK_WIDGET (panel);
}
