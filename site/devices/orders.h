/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Commands to workstations: who may ask, and how they are written for one poll.
 *
 * A command is asked for once and sent with every poll, signed anew for the poll's nonce, until the
 * workstation's answer arrives. The share of a release is computed while its command is written and
 * kept nowhere.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/site.h"

#define HS_ORDER_FETCH_US                                                                          \
  (2 * G_TIME_SPAN_MINUTE)                         /* a release that nobody fetched by then lapses:
                                                    * the person has walked away from the printer */
#define HS_POLL_GRACE_US (60 * G_TIME_SPAN_SECOND) /* from one poll's answer to the next poll */

/* How a workstation can be reached now. */
typedef enum
{
  HS_REACH_NOW = 1, /* it is listening */
  HS_REACH_ASLEEP,  /* it said that it goes to sleep */
  HS_REACH_OFF,     /* it said that it shuts down */
  HS_REACH_SILENT,  /* it has not been heard of for a while */
  HS_REACH_REVOKED,
} HsReach;

HsReach hs_order_get_reach (const HsStoreDevice *device, gint64 now_us);

/* The person @identity asks for paper. Only their own held document, or one that its owner lets them
 * release (site/people/delegations), to a printer of the list, on a workstation that listens. *device gets whom to wake. Asking again for the same printer while a
 * release is open gives the same command.
 * Errors: NOT_FOUND (also for somebody else's), REFUSED (cannot be released now, and why). */
gboolean hs_order_release (HsSite *site,
                           const HsId *identity,
                           const HsId *job,
                           const HsId *printer,
                           gint64 now_us,
                           HsId *command,
                           HsId *device,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The person gives a document up. It is deleted when the workstation hears of it, however late.
 * Errors: NOT_FOUND, REFUSED (it is final already, or another person's who lets them release it). */
gboolean hs_order_cancel (HsSite *site,
                          const HsId *identity,
                          const HsId *job,
                          gint64 now_us,
                          HsId *device,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The open commands of @device, signed for the poll that brought @nonce at @asked_us: the workstation
 * counts their life from there. Returns: (transfer full) (element-type HsCommandEnvelope): empty if
 * there is none; it holds shares. */
GPtrArray *hs_order_write (HsSite *site,
                           const HsId *device,
                           const guint8 nonce[HS_COMMAND_NONCE_BYTES],
                           gint64 asked_us,
                           gint64 now_us,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
