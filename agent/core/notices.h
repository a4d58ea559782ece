/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The small records: "erased" {job}, "power" {power}, "agent" {agent, version}, and "claim" {job,
 * identity}.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/json_strict.h"

#define HS_NOTICE_MAX_VERSION_BYTES 64

typedef enum
{
  HS_POWER_NONE = 0,
  HS_POWER_AWAKE,  /* "awake" */
  HS_POWER_ASLEEP, /* "asleep" */
  HS_POWER_DOWN,   /* "down": shutting down, or the agent is being stopped */
} HsPowerNotice;

typedef enum
{
  HS_AGENT_NONE = 0,
  HS_AGENT_STARTED,     /* "started" */
  HS_AGENT_ROLLED_BACK, /* "rolled-back": the site knew more than this ledger; a new stream */
  HS_AGENT_SECRET_LOST, /* "secret-lost": the machine secret is gone; owners must sign in */
} HsAgentNotice;

/* Returns: (transfer full): the bodies. */
json_t *hs_erased_notice_encode (const HsId *job);
json_t *hs_power_notice_encode (HsPowerNotice power);
json_t *hs_agent_notice_encode (HsAgentNotice agent, const char *version);
json_t *hs_claim_notice_encode (const HsId *job, const HsId *identity);

/* Errors of all: INVALID. */
gboolean
hs_erased_notice_decode (const json_t *body, HsId *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_power_notice_decode (const json_t *body,
                                 HsPowerNotice *power,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* *version is (transfer full). */
gboolean hs_agent_notice_decode (const json_t *body,
                                 HsAgentNotice *agent,
                                 char **version,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_claim_notice_decode (const json_t *body, HsId *job, HsId *identity, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
const char *hs_power_notice_to_keyword (HsPowerNotice power);
const char *hs_agent_notice_to_keyword (HsAgentNotice agent);
