/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What workstations tell: their records are kept once each, in order, and applied.
 *
 * A record that continues its stream is kept even if what it says is refused (a second owner for a
 * job, a job of another workstation): the refusal is written beside it and nothing else changes, so
 * one bad record cannot block the stream. A record that does not continue the stream changes
 * nothing; the answer shows where the site stands, and the workstation draws its conclusions.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/site.h"

/* Takes the records of one upload (element-type HsEventRecord). *answer is where the site stands
 * afterwards. The ids of people whose page changed are added to @touched (set of HsId). */
gboolean hs_event_intake_take (HsSite *site,
                               const HsId *device,
                               const guint8 stream[HS_STREAM_BYTES],
                               const GPtrArray *records,
                               gint64 now_us,
                               HsUploadAnswer *answer,
                               GHashTable *touched,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new set of HsId for @touched. */
GHashTable *hs_event_intake_new_touched (void);
void hs_event_intake_touch (GHashTable *touched, const HsId *identity);
