/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Copies, sides and colour of one job, or of several. */

#include "tray-ui/window/paper_controls.h"

#include <string.h>

struct _HsPaperControls
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkWidget *grid;
  GtkSpinButton *copies;
  GtkWidget *sides_label;
  GtkDropDown *sides;
  GtkWidget *colour_label;
  GtkDropDown *colour;
  GtkLabel *drawn;

  /* What each line of the lists stands for. */
  HsSidesWish offered_sides[HS_SIDES_WISH_TWO_SHORT + 1];
  HsPaperColour offered_colours[HS_PAPER_COLOUR_COLOUR + 1];

  gboolean is_setting; /* the controls follow the job, not the person */
};

G_DEFINE_FINAL_TYPE (HsPaperControls, hs_paper_controls, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_changed (HsPaperControls *self)
{
  if (!self->is_setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* ── what is offered ─────────────────────────────────────────────────────────────────────── */

/* Of several that differ: no number, but that each keeps its own. */
static gboolean
on_copies_output (HsPaperControls *self)
{
  if (gtk_spin_button_get_value_as_int (self->copies) != 0)
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->copies), hs_paper_words_each ());
  return TRUE;
}

static int
on_copies_input (HsPaperControls *self, double *value)
{
  if (strcmp (gtk_editable_get_text (GTK_EDITABLE (self->copies)), hs_paper_words_each ()) != 0)
    return FALSE;
  *value = 0;
  return TRUE;
}

static void
offer_copies (HsPaperControls *self, guint32 now, const HsPrintAbilities *abilities)
{
  gtk_spin_button_set_numeric (self->copies, now != 0);
  gtk_spin_button_set_range (self->copies, now != 0 ? 1 : 0, MAX (abilities->copies_max, now));
  gtk_spin_button_set_value (self->copies, now);
  gtk_spin_button_update (self->copies);
}

/* What the jobs are now is always there, so that it can be left. */
static void
offer_sides (HsPaperControls *self, HsSidesWish now, guint offered)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;
  guint n = 0;

  for (guint sides = HS_SIDES_WISH_NONE; sides <= HS_SIDES_WISH_TWO_SHORT; sides++)
    {
      gboolean is_offered = sides != HS_SIDES_WISH_NONE && (offered & (1u << (sides - 1))) != 0;
      if (sides != now && !is_offered)
        continue;
      if (sides == now)
        selected = n;
      self->offered_sides[n++] = (HsSidesWish)sides;
      gtk_string_list_append (names, sides == HS_SIDES_WISH_NONE
                                         ? hs_paper_words_each ()
                                         : hs_paper_words_sides ((HsSides)(sides - 1)));
    }
  gtk_drop_down_set_model (self->sides, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->sides, selected);
}

static void
offer_colours (HsPaperControls *self,
               HsPaperColour now,
               const GPtrArray *jobs,
               const HsPrintAbilities *abilities)
{
  const gboolean offered[] = {
    [HS_PAPER_COLOUR_EACH] = FALSE,
    [HS_PAPER_COLOUR_SENT] = TRUE,
    [HS_PAPER_COLOUR_MONOCHROME] = abilities->monochrome && hs_paper_words_may_monochrome (jobs),
    [HS_PAPER_COLOUR_COLOUR] = abilities->colour && hs_paper_words_may_colour (jobs),
  };
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;
  guint n = 0;

  for (guint colour = HS_PAPER_COLOUR_EACH; colour <= HS_PAPER_COLOUR_COLOUR; colour++)
    {
      if (colour != now && !offered[colour])
        continue;
      if (colour == now)
        selected = n;
      self->offered_colours[n++] = (HsPaperColour)colour;
      gtk_string_list_append (names, colour == HS_PAPER_COLOUR_EACH
                                         ? hs_paper_words_each ()
                                         : hs_paper_words_colour ((HsColour)(colour - 1)));
    }
  gtk_drop_down_set_model (self->colour, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->colour, selected);
}

static void
show_row (GtkWidget *label, GtkDropDown *list, gboolean is_shown)
{
  gtk_widget_set_visible (label, is_shown);
  gtk_widget_set_visible (GTK_WIDGET (list), is_shown);
}

void
hs_paper_controls_begin (HsPaperControls *controls,
                         const GPtrArray *jobs,
                         const HsPrintAbilities *abilities)
{
  HsPaperChoice now = hs_paper_choice_of_jobs (jobs);
  const char *drawn = hs_paper_words_drawn (jobs);

  controls->is_setting = TRUE;
  offer_copies (controls, now.copies, abilities);
  offer_sides (controls, now.sides, abilities->sides);
  offer_colours (controls, now.colour, jobs, abilities);
  show_row (controls->sides_label, controls->sides, drawn == NULL);
  show_row (controls->colour_label, controls->colour,
            drawn == NULL && hs_paper_words_may_monochrome (jobs));
  gtk_label_set_text (controls->drawn, drawn != NULL ? drawn : "");
  gtk_widget_set_visible (GTK_WIDGET (controls->drawn), drawn != NULL);
  controls->is_setting = FALSE;
}

HsPaperChoice
hs_paper_controls_get (HsPaperControls *controls)
{
  guint sides = gtk_drop_down_get_selected (controls->sides);
  guint colour = gtk_drop_down_get_selected (controls->colour);

  /* What was typed counts, too, before the focus leaves it. */
  gtk_spin_button_update (controls->copies);
  return (HsPaperChoice){
    .copies = (guint32)gtk_spin_button_get_value_as_int (controls->copies),
    .sides = sides < G_N_ELEMENTS (controls->offered_sides) ? controls->offered_sides[sides]
                                                            : HS_SIDES_WISH_NONE,
    .colour = colour < G_N_ELEMENTS (controls->offered_colours) ? controls->offered_colours[colour]
                                                                : HS_PAPER_COLOUR_EACH,
  };
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_paper_controls_dispose (GObject *object)
{
  g_clear_pointer (&HS_PAPER_CONTROLS (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (hs_paper_controls_parent_class)->dispose (object);
}

static void
hs_paper_controls_class_init (HsPaperControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_paper_controls_dispose;
  signals[CHANGED] = g_signal_new ("changed", HS_TYPE_PAPER_CONTROLS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/homespool/Tray/paper_controls.ui");
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, grid);
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, copies);
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, sides_label);
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, sides);
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, colour_label);
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, colour);
  gtk_widget_class_bind_template_child (widget_class, HsPaperControls, drawn);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_copies_output);
  gtk_widget_class_bind_template_callback (widget_class, on_copies_input);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
hs_paper_controls_init (HsPaperControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
