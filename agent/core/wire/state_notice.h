/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job changed: body of a "state" record, {job, state, reasons, sentence} and, if a release changed
 * them or such a change was undone, {copies, sides, colour}: from then on these count instead of the
 * announcement's.
 *
 * Reasons are our own keywords (core/job_reasons); the sentence is for a person and comes from the
 * reasons or from the printer's last refusal, never from the document.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job.h"
#include "core/wire/json_strict.h"

#define HS_STATE_NOTICE_MAX_REASONS 20
#define HS_STATE_NOTICE_MAX_SENTENCE_BYTES 512

/* Returns: (transfer full): the body. @with_paper: with copies, sides and colour. */
json_t *hs_state_notice_encode (const HsJob *job, gboolean with_paper);

typedef struct
{
  HsId job;
  HsJobState state;   /* never NONE or RECEIVING */
  char **reasons;     /* keywords; 0 to 20 */
  char *sentence;     /* nullable */
  gboolean has_paper; /* the following are told */
  guint32 copies;
  HsSides sides;
  HsColour colour;
} HsStateNotice;

/* Errors: INVALID. */
HsStateNotice *hs_state_notice_decode (const json_t *body,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_state_notice_free (HsStateNotice *notice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStateNotice, hs_state_notice_free)
