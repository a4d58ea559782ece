/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Jobs on their way from homespool-queue to the agent, behind the reply of print_queue_wire.h:
 *
 *   job   u32 id  u8 state  u8 colour  u32 impressions  u32 sheets  u32 created  u32 finished
 *         four texts (queue, uuid, user, title): u16 length, UTF-8
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "platform/print_watch.h"

#define HS_QUEUE_JOBS_AT_ONCE 32
#define HS_QUEUE_TEXT_MAX_BYTES 1023 /* IPP name(MAX), RFC 8011 section 5.1.3 */
#define HS_QUEUE_JOBS_MAX_BYTES (HS_QUEUE_JOBS_AT_ONCE * (22 + 4 * (2 + HS_QUEUE_TEXT_MAX_BYTES)))

/* Texts that are longer are cut, others than UTF-8 mended. */
void hs_queue_job_append (GByteArray *bytes, const HsPrintedJob *job);

/* Returns: (transfer full) (element-type HsPrintedJob): NULL if these are no jobs. */
GPtrArray *hs_queue_jobs_decode (const guint8 *bytes, gsize length);
