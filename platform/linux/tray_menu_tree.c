/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "platform/linux/tray_menu_tree.h"

#include <string.h>

#define ACTION_PREFIX "app."

struct HsTrayNumbers
{
  GHashTable *known; /* what an entry does → its number */
  gint32 last;
};

/* One reading of a menu. */
typedef struct
{
  GActionGroup *actions;
  HsTrayNumbers *numbers;
  GHashTable *seen; /* of this reading: the same thing twice gets two numbers */
  guint n_entries;
} Reading;

/* ── numbers ─────────────────────────────────────────────────────────────────────────────── */

HsTrayNumbers *
hs_tray_numbers_new (void)
{
  HsTrayNumbers *numbers = g_new0 (HsTrayNumbers, 1);

  numbers->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return numbers;
}

void
hs_tray_numbers_free (HsTrayNumbers *numbers)
{
  if (numbers == NULL)
    return;
  g_hash_table_unref (numbers->known);
  g_free (numbers);
}

/* @what: (transfer full). */
static gint32
number_of (Reading *reading, char *what)
{
  HsTrayNumbers *numbers = reading->numbers;
  gpointer known = NULL;

  while (!g_hash_table_add (reading->seen, g_strdup (what)))
    {
      char *again = g_strconcat (what, "+", NULL);
      g_free (what);
      what = again;
    }
  known = g_hash_table_lookup (numbers->known, what);
  if (known == NULL)
    {
      known = GINT_TO_POINTER (++numbers->last);
      g_hash_table_insert (numbers->known, what, known);
    }
  else
    g_free (what);
  return GPOINTER_TO_INT (known);
}

/* ── one entry ───────────────────────────────────────────────────────────────────────────── */

static HsTrayEntry *
entry_new (gint32 id)
{
  HsTrayEntry *entry = g_new0 (HsTrayEntry, 1);

  entry->id = id;
  entry->children = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_tray_entry_free);
  return entry;
}

void
hs_tray_entry_free (HsTrayEntry *entry)
{
  if (entry == NULL)
    return;
  g_clear_pointer (&entry->properties, g_variant_unref);
  g_clear_pointer (&entry->target, g_variant_unref);
  g_ptr_array_unref (entry->children);
  g_free (entry->action);
  g_free (entry);
}

static void
set_properties (HsTrayEntry *entry, GVariantDict *properties)
{
  entry->properties = g_variant_ref_sink (g_variant_dict_end (properties));
}

/* An action with a state is a check box, or one of several choices if it takes a target. */
static void
add_state (const Reading *reading, const HsTrayEntry *entry, GVariantDict *properties)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (reading->actions, entry->action);
  gboolean is_on = FALSE;

  if (state == NULL)
    return;
  if (entry->target != NULL)
    is_on = g_variant_equal (state, entry->target);
  else if (g_variant_is_of_type (state, G_VARIANT_TYPE_BOOLEAN))
    is_on = g_variant_get_boolean (state);
  else
    return;
  g_variant_dict_insert (properties, "toggle-type", "s",
                         entry->target != NULL ? "radio" : "checkmark");
  g_variant_dict_insert (properties, "toggle-state", "i", is_on ? 1 : 0);
}

static gboolean
can_be_chosen (const Reading *reading, const HsTrayEntry *entry)
{
  const GVariantType *wanted = NULL;

  if (entry->action == NULL || !g_action_group_has_action (reading->actions, entry->action)
      || !g_action_group_get_action_enabled (reading->actions, entry->action))
    return FALSE;
  wanted = g_action_group_get_action_parameter_type (reading->actions, entry->action);
  return wanted == NULL ? entry->target == NULL
                        : entry->target != NULL && g_variant_is_of_type (entry->target, wanted);
}

static char *
dup_icon_name (GMenuModel *menu, int position)
{
  g_autoptr (GVariant) value
      = g_menu_model_get_item_attribute_value (menu, position, G_MENU_ATTRIBUTE_ICON, NULL);
  g_autoptr (GIcon) icon = value != NULL ? g_icon_deserialize (value) : NULL;
  const char *const *names
      = G_IS_THEMED_ICON (icon) ? g_themed_icon_get_names (G_THEMED_ICON (icon)) : NULL;

  return names != NULL ? g_strdup (names[0]) : NULL;
}

static HsTrayEntry *
read_entry (Reading *reading, GMenuModel *menu, int position, gboolean has_children, char *what)
{
  g_auto (GVariantDict) properties = G_VARIANT_DICT_INIT (NULL);
  HsTrayEntry *entry = entry_new (number_of (reading, what));
  g_autofree char *label = NULL, *action = NULL;
  g_autofree char *icon_name = dup_icon_name (menu, position);

  g_menu_model_get_item_attribute (menu, position, G_MENU_ATTRIBUTE_LABEL, "s", &label);
  g_menu_model_get_item_attribute (menu, position, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  if (action != NULL && g_str_has_prefix (action, ACTION_PREFIX))
    entry->action = g_strdup (action + strlen (ACTION_PREFIX));
  entry->target
      = g_menu_model_get_item_attribute_value (menu, position, G_MENU_ATTRIBUTE_TARGET, NULL);
  g_variant_dict_insert (&properties, "label", "s", label != NULL ? label : "");
  if (!has_children && !can_be_chosen (reading, entry))
    g_variant_dict_insert (&properties, "enabled", "b", FALSE);
  if (entry->action != NULL && g_action_group_has_action (reading->actions, entry->action))
    add_state (reading, entry, &properties);
  if (has_children)
    g_variant_dict_insert (&properties, "children-display", "s", "submenu");
  if (icon_name != NULL)
    g_variant_dict_insert (&properties, "icon-name", "s", icon_name);
  set_properties (entry, &properties);
  return entry;
}

/* What an entry does, below what its parents do; one that does nothing goes by its text. */
static char *
dup_what (GMenuModel *menu, int position, const char *parent)
{
  g_autoptr (GVariant) target
      = g_menu_model_get_item_attribute_value (menu, position, G_MENU_ATTRIBUTE_TARGET, NULL);
  g_autofree char *target_text = target != NULL ? g_variant_print (target, TRUE) : g_strdup ("");
  g_autofree char *action = NULL, *label = NULL;

  g_menu_model_get_item_attribute (menu, position, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  if (action != NULL)
    return g_strconcat (parent, "/", action, " ", target_text, NULL);
  g_menu_model_get_item_attribute (menu, position, G_MENU_ATTRIBUTE_LABEL, "s", &label);
  return g_strconcat (parent, "/", label != NULL ? label : "", NULL);
}

/* ── the tree ────────────────────────────────────────────────────────────────────────────── */

static void
add_separator (Reading *reading, HsTrayEntry *parent, const char *below)
{
  g_auto (GVariantDict) properties = G_VARIANT_DICT_INIT (NULL);
  HsTrayEntry *entry = entry_new (number_of (reading, g_strconcat (below, "|", NULL)));

  g_variant_dict_insert (&properties, "type", "s", "separator");
  set_properties (entry, &properties);
  g_ptr_array_add (parent->children, entry);
}

/* Adds the entries of @menu, those of its sections between separators. */
static void
read_menu (Reading *reading, GMenuModel *menu, HsTrayEntry *parent, const char *below, guint depth)
{
  int count = g_menu_model_get_n_items (menu);

  for (int i = 0; i < count && reading->n_entries < HS_TRAY_MENU_MOST_ENTRIES; i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenuModel) submenu = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SUBMENU);

      if (section != NULL)
        {
          guint before = parent->children->len;
          if (g_menu_model_get_n_items (section) == 0 || depth == 0)
            continue;
          if (before > 0)
            add_separator (reading, parent, below);
          read_menu (reading, section, parent, below, depth - 1);
          continue;
        }
      g_autofree char *what = dup_what (menu, i, below);
      HsTrayEntry *entry = read_entry (reading, menu, i, submenu != NULL, g_strdup (what));
      g_ptr_array_add (parent->children, entry);
      reading->n_entries++;
      if (submenu != NULL && depth > 0)
        read_menu (reading, submenu, entry, what, depth - 1);
    }
}

static gboolean
is_unseen (gpointer what, gpointer number, gpointer seen)
{
  return !g_hash_table_contains (seen, what);
}

HsTrayEntry *
hs_tray_entry_read (GMenuModel *menu, GActionGroup *actions, HsTrayNumbers *numbers)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Reading reading = { .actions = actions, .numbers = numbers, .seen = seen };
  g_auto (GVariantDict) properties = G_VARIANT_DICT_INIT (NULL);
  HsTrayEntry *root = entry_new (0);

  g_variant_dict_insert (&properties, "children-display", "s", "submenu");
  set_properties (root, &properties);
  read_menu (&reading, menu, root, "", 2 * HS_TRAY_MENU_MOST_DEPTH);
  (void)g_hash_table_foreach_remove (numbers->known, is_unseen, seen);
  return root;
}

HsTrayEntry *
hs_tray_entry_find (HsTrayEntry *entry, gint32 id)
{
  HsTrayEntry *found = entry->id == id ? entry : NULL;

  for (guint i = 0; i < entry->children->len && found == NULL; i++)
    found = hs_tray_entry_find (g_ptr_array_index (entry->children, i), id);
  return found;
}

GVariant *
hs_tray_entry_describe (const HsTrayEntry *entry, gint32 depth)
{
  g_auto (GVariantBuilder) children = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < entry->children->len && depth != 0; i++)
    g_variant_builder_add (&children, "v",
                           hs_tray_entry_describe (g_ptr_array_index (entry->children, i),
                                                   depth > 0 ? depth - 1 : depth));
  return g_variant_new ("(i@a{sv}av)", entry->id, entry->properties, &children);
}

gboolean
hs_tray_entry_has_shape (const HsTrayEntry *entry, const HsTrayEntry *other)
{
  gboolean same = entry->id == other->id && entry->children->len == other->children->len;

  for (guint i = 0; i < entry->children->len && same; i++)
    same = hs_tray_entry_has_shape (g_ptr_array_index (entry->children, i),
                                    g_ptr_array_index (other->children, i));
  return same;
}
