/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "journey/linked.h"

#include "engine/site_link/enrol.h"
#include "support/loop.h"
#include "support/suite.h"

static void
on_trust_changed (gpointer data, const HsBundle *bundle, const HsPrinterList *printers)
{
  Linked *linked = data;

  hs_printers_set_list (linked->printers, printers,
                        bundle != NULL ? (const char *const *)bundle->printer_ca : NULL);
  hs_engine_printers_changed (linked->world->engine);
}

static void
on_sign_out (gpointer data)
{
  ((Linked *)data)->signed_out++;
}

static void
load_link (gpointer data)
{
  Linked *linked = data;
  World *world = linked->world;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (world->ledger, &error);

  HS_ASSERT_NO_ERROR (error);
  g_clear_error (&linked->load_error);
  if (!hs_site_link_load (linked->link, world->engine, world->ledger, contents,
                          &linked->load_error))
    HS_ASSERT (linked->load_error != NULL);
}

Linked *
linked_new (const char *folder)
{
  Linked *linked = g_new0 (Linked, 1);
  HsPrintersKeeper keeper = { NULL };
  HsPrinterPatience patience = { 0 };

  linked->world = world_new (folder);
  linked->http = hs_http_new ();
  linked->printers = hs_printers_new (linked->http, &keeper, &patience);
  return linked;
}

void
linked_start (Linked *linked)
{
  World *world = linked->world;
  HsSiteLinkParts parts = { .http = linked->http,
                            .config = world->config,
                            .state_folder = world->folder,
                            .data = linked,
                            .trust_changed = on_trust_changed,
                            .sign_out = on_sign_out,
                            .probe = linked->probe };

  linked->link = hs_site_link_new (&parts);
  world->site_hooks = hs_site_link_get_hooks (linked->link);
  world->before_start = load_link;
  world->before_start_data = linked;
  world_start (world);
  hs_site_link_start (linked->link);
}

void
linked_stop (Linked *linked)
{
  hs_site_link_stop (linked->link);
  world_settle (linked->world);
  g_clear_pointer (&linked->link, hs_site_link_free);
  world_stop (linked->world);
}

void
linked_free (Linked *linked)
{
  if (linked->link != NULL)
    linked_stop (linked);
  world_free (linked->world);
  hs_printers_free (linked->printers);
  hs_http_free (linked->http);
  g_clear_error (&linked->load_error);
  g_free (linked);
}

gboolean
linked_enrol (Linked *linked, const HsEnrolToken *token, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_site_link_enrol_async (linked->link, token, "pc7", hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_site_link_enrol_finish (linked->link, result, error);
}
