/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Changes of the network, from GLib's monitor. main() makes it listen to the kernel itself: the one
 * that asks NetworkManager shares a bus connection that ends the process when the bus goes. */

#include "engine/host/network.h"

struct HsNetwork
{
  GNetworkMonitor *monitor;
  gulong handler;
  guint settle_source;
  void (*changed) (gboolean is_there, gpointer user_data);
  gpointer user_data;
};

static gboolean
on_settled (gpointer user_data)
{
  HsNetwork *network = user_data;

  network->settle_source = 0;
  network->changed (g_network_monitor_get_network_available (network->monitor), network->user_data);
  return G_SOURCE_REMOVE;
}

static void
on_changed (GNetworkMonitor *monitor, gboolean available, gpointer user_data)
{
  HsNetwork *network = user_data;

  if (network->settle_source == 0)
    network->settle_source = g_timeout_add (HS_NETWORK_SETTLE_MS, on_settled, network);
}

HsNetwork *
hs_network_new (void (*changed) (gboolean is_there, gpointer user_data), gpointer user_data)
{
  HsNetwork *network = g_new0 (HsNetwork, 1);

  network->changed = changed;
  network->user_data = user_data;
  network->monitor = g_object_ref (g_network_monitor_get_default ());
  network->handler
      = g_signal_connect (network->monitor, "network-changed", G_CALLBACK (on_changed), network);
  return network;
}

void
hs_network_free (HsNetwork *network)
{
  if (network == NULL)
    return;
  g_clear_handle_id (&network->settle_source, g_source_remove);
  g_signal_handler_disconnect (network->monitor, network->handler);
  g_object_unref (network->monitor);
  g_free (network);
}
