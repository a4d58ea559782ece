/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How a workstation joins and stays: tokens, certificates, revocation.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "core/wire/enrolment.h"
#include "site/site.h"

#define HS_ENROL_TOKEN_LIFE_US G_TIME_SPAN_DAY

/* Makes a token. Returns: (transfer full): the line for the file; wipe it.
 * Errors: TEMPORARY (no bundle yet: the token names its root). */
char *hs_enrolment_make_token (HsSite *site, gint64 life_us, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Spends the secret and issues a certificate. Errors: NOT_FOUND, EXPIRED, REFUSED (the secret),
 * INVALID (the request), TEMPORARY (no bundle). */
HsEnrolReply *hs_enrolment_join (HsSite *site,
                                 const HsEnrolRequest *request,
                                 gint64 now_us,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new certificate for a device that has one. Returns: (transfer full): PEM. */
char *hs_enrolment_renew (HsSite *site,
                          const HsId *device,
                          const char *request_pem,
                          gint64 now_us,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* May the holder of a verified certificate speak for @device?
 * Errors: DENIED, and what to do next. */
gboolean hs_enrolment_check (HsSite *site, const HsId *device, const char *serial, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Ends a workstation: no further request, its release keys destroyed, its sessions ended.
 * *report (transfer full) says which documents can still be opened and how. */
gboolean hs_enrolment_revoke (HsSite *site,
                              const HsId *device,
                              gint64 now_us,
                              char **report,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* At the opening, within a transaction: revokes again what the log of the destroyed names and the
 * database does not know to be revoked. *revoked grows by their number. Errors: as above. */
gboolean hs_enrolment_apply_log (HsSite *site, gint64 now_us, guint *revoked, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
