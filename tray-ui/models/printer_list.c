/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The printers that can be chosen. */

#include "tray-ui/models/printer_list.h"

/* ── one printer ─────────────────────────────────────────────────────────────────────────── */

struct _HsPrinterItem
{
  GObject parent_instance;
  HsControlPrinter *printer;
  guint rank; /* among the recent ones; G_MAXUINT: none */
};

G_DEFINE_FINAL_TYPE (HsPrinterItem, hs_printer_item, G_TYPE_OBJECT)

static void
hs_printer_item_finalize (GObject *object)
{
  hs_control_printer_free (HS_PRINTER_ITEM (object)->printer);
  G_OBJECT_CLASS (hs_printer_item_parent_class)->finalize (object);
}

static void
hs_printer_item_class_init (HsPrinterItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_printer_item_finalize;
}

static void
hs_printer_item_init (HsPrinterItem *self)
{
}

const HsControlPrinter *
hs_printer_item_get (HsPrinterItem *item)
{
  return item->printer;
}

gboolean
hs_printer_item_is_recent (HsPrinterItem *item)
{
  return item->rank != G_MAXUINT;
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────── */

struct _HsPrinterList
{
  GObject parent_instance;
  GPtrArray *items; /* HsPrinterItem */
};

static GType
get_item_type (GListModel *model)
{
  return HS_TYPE_PRINTER_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return HS_PRINTER_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = HS_PRINTER_LIST (model)->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
init_model (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HsPrinterList,
                               hs_printer_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

static void
hs_printer_list_finalize (GObject *object)
{
  g_ptr_array_unref (HS_PRINTER_LIST (object)->items);
  G_OBJECT_CLASS (hs_printer_list_parent_class)->finalize (object);
}

static void
hs_printer_list_class_init (HsPrinterListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_printer_list_finalize;
}

static void
hs_printer_list_init (HsPrinterList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

HsPrinterList *
hs_printer_list_new (void)
{
  return g_object_new (HS_TYPE_PRINTER_LIST, NULL);
}

static int
compare (gconstpointer left, gconstpointer right)
{
  const HsPrinterItem *first = *(HsPrinterItem *const *)left;
  const HsPrinterItem *second = *(HsPrinterItem *const *)right;

  if (first->rank != second->rank)
    return first->rank < second->rank ? -1 : 1;
  if (first->printer->used_before != second->printer->used_before)
    return first->printer->used_before ? -1 : 1;
  int names = g_utf8_collate (first->printer->name, second->printer->name);
  return names != 0 ? names : g_strcmp0 (first->printer->id, second->printer->id);
}

static gboolean
is_same (const HsPrinterItem *left, const HsPrinterItem *right)
{
  g_autoptr (json_t) first = hs_control_printer_encode (left->printer);
  g_autoptr (json_t) second = hs_control_printer_encode (right->printer);

  return left->rank == right->rank && json_equal (first, second);
}

void
hs_printer_list_take_all (HsPrinterList *list, GPtrArray *all, GPtrArray *recent)
{
  g_autoptr (GPtrArray) before = list->items;
  gboolean is_changed = before->len != all->len;

  list->items = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_set_free_func (all, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      HsPrinterItem *item = g_object_new (HS_TYPE_PRINTER_ITEM, NULL);
      item->printer = g_ptr_array_index (all, i);
      if (!g_ptr_array_find_with_equal_func (recent, item->printer->id, g_str_equal, &item->rank))
        item->rank = G_MAXUINT;
      g_ptr_array_add (list->items, item);
    }
  g_ptr_array_set_size (all, 0);
  g_ptr_array_sort (list->items, compare);
  for (guint i = 0; !is_changed && i < before->len; i++)
    is_changed = !is_same (g_ptr_array_index (before, i), g_ptr_array_index (list->items, i));
  if (is_changed)
    g_list_model_items_changed (G_LIST_MODEL (list), 0, before->len, list->items->len);
}

const HsControlPrinter *
hs_printer_list_find (HsPrinterList *list, const char *id)
{
  for (guint i = 0; id != NULL && i < list->items->len; i++)
    {
      HsPrinterItem *item = g_ptr_array_index (list->items, i);
      if (g_str_equal (item->printer->id, id))
        return item->printer;
    }
  return NULL;
}

const char *
hs_printer_list_get_name (HsPrinterList *list, const char *id)
{
  const HsControlPrinter *printer = hs_printer_list_find (list, id);

  return printer != NULL ? printer->name : NULL;
}

guint
hs_printer_list_get_length (HsPrinterList *list)
{
  return list->items->len;
}

const HsControlPrinter *
hs_printer_list_choose (HsPrinterList *list, const char *preferred)
{
  const HsControlPrinter *printer = hs_printer_list_find (list, preferred);

  if (printer != NULL || list->items->len == 0)
    return printer;
  HsPrinterItem *first = g_ptr_array_index (list->items, 0);
  return list->items->len == 1 || first->rank != G_MAXUINT || first->printer->used_before
             ? first->printer
             : NULL;
}
