/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The first stage of each route. Each reads the request, asks the parts of the site, and leaves the
 * answer in the request. What they answer: docs/site-api.yaml.
 *
 * Threads: the store lane.  Blocks: on disk. */

#include "site/server/call.h"

/* handlers_device.c: enrolment and workstations */
gboolean hs_handle_bundle (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_enrol (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_renew (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_release_keys (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_events (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_commands (HsSite *site, HsCall *call, GError **error);

/* handlers_person.c: people at a workstation */
gboolean hs_handle_device_sign_in (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_entitlement (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_secret (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_card (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_release (HsSite *site, HsCall *call, GError **error);

/* handlers_delegation.c of devices/: others who may release, shares */
gboolean hs_handle_device_delegate (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_delegations (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_revoke (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_device_shares (HsSite *site, HsCall *call, GError **error);

/* A held poll's workstation hung up: run by the server, not a route. */
gboolean hs_handle_poll_lost (HsSite *site, HsCall *call, GError **error);

/* handlers_terminal.c, page.c: terminals and card readers beside a printer */
gboolean hs_handle_terminal_page (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_enrol (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_pair (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_renew (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_sign_in (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_jobs (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_release (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_delete (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_terminal_sign_out (HsSite *site, HsCall *call, GError **error);

/* handlers_people.c: the release page */
gboolean hs_handle_page (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_jobs (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_sign_in (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_sign_out (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_release (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_delete (HsSite *site, HsCall *call, GError **error);

/* handlers_delegation.c of people/ */
gboolean hs_handle_delegate (HsSite *site, HsCall *call, GError **error);
gboolean hs_handle_undelegate (HsSite *site, HsCall *call, GError **error);
