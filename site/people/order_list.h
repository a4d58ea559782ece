/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Several documents released or deleted at once, and the sentence about it.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/server/call.h"

/* What became of the documents. */
typedef struct
{
  guint done;
  guint failed;
  char *trouble; /* of the first that failed */
} HsOrderTally;

/* Releases each of @jobs (element-type HsId) at @printer, cancels it where @printer is NULL, and
 * wakes who waits for it. One that is refused is counted and stops none of the others. */
gboolean hs_order_list_give (HsSite *site,
                             HsCall *call,
                             const HsId *identity,
                             const GArray *jobs,
                             const HsId *printer,
                             HsOrderTally *tally,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "2 documents are on the way to Cellar." @what: "on the way to Cellar". Returns: (transfer full). */
char *hs_order_tally_dup_sentence (const HsOrderTally *tally, const char *what);
void hs_order_tally_clear (HsOrderTally *tally);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsOrderTally, hs_order_tally_clear)
