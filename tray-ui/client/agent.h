/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The agent as the window sees it: whether it answers, how it is, and the models that its event
 * stream keeps up to date. It connects by itself, and again after every break: at once when the
 * agent's socket appears, and otherwise after delays that grow to a minute.
 *
 * Signals: "changed" (state, status or printers are others), "identify" (the virtual printer was
 * asked to show itself).
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/control_status.h"
#include "tray-ui/client/exchange.h"
#include "tray-ui/models/jobs.h"
#include "tray-ui/models/printer_list.h"

typedef enum
{
  HS_AGENT_CONNECTING = 0, /* nothing is known yet */
  HS_AGENT_MISSING,        /* nobody answers */
  HS_AGENT_VACANT,         /* a kiosk where nobody is signed in (from here) */
  HS_AGENT_READY,
} HsAgentState;

#define HS_TYPE_AGENT (hs_agent_get_type ())
G_DECLARE_FINAL_TYPE (HsAgent, hs_agent, HS, AGENT, GObject)

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @socket_path: HsPaths.control_socket. */
HsAgent *hs_agent_new (const char *socket_path);
void hs_agent_start (HsAgent *agent);
/* Ends everything under way; callbacks get CANCELLED. */
void hs_agent_stop (HsAgent *agent);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

HsAgentState hs_agent_get_state (HsAgent *agent);
/* Borrowed until "changed"; NULL unless VACANT or READY. */
const HsControlStatus *hs_agent_get_status (HsAgent *agent);
/* Borrowed. */
HsJobs *hs_agent_get_jobs (HsAgent *agent);
HsPrinterList *hs_agent_get_printers (HsAgent *agent);
gboolean hs_agent_is_kiosk (HsAgent *agent);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Tries now: a person asked for it. */
void hs_agent_retry (HsAgent *agent);

/* Asks for status (and printers) again. */
void hs_agent_refresh (HsAgent *agent);

/* At a kiosk: the token of who has signed in here, NULL for nobody. Copied. Connects anew. */
void hs_agent_set_session (HsAgent *agent, const char *token);

/* One call. @body: nullable, sent as @content_type. Returns: (transfer full): the JSON object.
 * Errors: what the agent answered; TEMPORARY. */
void hs_agent_call_async (HsAgent *agent,
                          const char *method,
                          const char *path,
                          GBytes *body,
                          const char *content_type,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
json_t *hs_agent_call_finish (HsAgent *agent,
                              GAsyncResult *result,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A GET whose reply is no JSON: @func gets the bytes of a good one as they come, until the callback.
 * @cancellable (nullable) ends it. Errors: as above; CANCELLED. */
void hs_agent_fetch_async (HsAgent *agent,
                           const char *path,
                           HsExchangeBodyFunc func,
                           gpointer func_data,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean hs_agent_fetch_finish (HsAgent *agent,
                                GAsyncResult *result,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A call with a JSON body; @object (nullable: {}) is taken. */
void hs_agent_post_async (HsAgent *agent,
                          const char *path,
                          json_t *object,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
