/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Shared by agent.c (the stream) and agent_asks.c (calls). */

#include "tray-ui/client/agent.h"

struct _HsAgent
{
  GObject parent_instance;
  char *socket_path;
  char *session; /* nullable */
  guint sessions; /* counts them, none as well: a late answer is another person's */
  HsAgentState state;
  HsControlStatus *status;
  HsJobs *jobs;
  HsPrinterList *printers;
  GCancellable *stream; /* of the stream that is open or being opened; NULL: none */
  GCancellable *calls;  /* of all else */
  GString *line;        /* of the stream */
  GFileMonitor *monitor;
  guint retry_source;
  guint delay_s;
  gboolean is_started;
  gboolean is_asking;   /* GET /v1/status is under way */
  gboolean is_outdated; /* and was asked for again meanwhile */
};

void hs_agent_set_state (HsAgent *agent, HsAgentState state);
void hs_agent_tell_change (HsAgent *agent);
void hs_agent_ask_status (HsAgent *agent);
/* The stream is open: asks for everything. */
void hs_agent_ask_all (HsAgent *agent);
