/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The control API: HTTP and JSON over the control socket, for the command line, the tray and curl.
 *
 * The caller is whom the kernel names; jobs are those that this person may know of, and somebody
 * else's job looks like none. Administrators (root, members of agent.admin-group) have routes of
 * their own. Requests with an Origin header or a strange Host are refused: no web page speaks here.
 * The routes are listed in docs/control-api.md; a test compares the two.
 *
 * Threads: main context only.  Blocks: never, apart from asking which groups a user is in. */

#include "engine/engine.h"

#include <gio/gio.h>

typedef struct HsControl HsControl;
typedef struct HsDoctor HsDoctor;
typedef struct HsIdentities HsIdentities;
typedef struct HsKiosk HsKiosk;
typedef struct HsLoginSessions HsLoginSessions;
typedef struct HsPrinters HsPrinters;
typedef struct HsSessions HsSessions;
typedef struct HsOfflineRights HsOfflineRights;
typedef struct HsSiteLink HsSiteLink;
typedef struct HsLoginSessions HsLoginSessions;
typedef struct HsSleep HsSleep;

/* All must outlive the server. */
typedef struct
{
  HsEngine *engine;
  HsPrinters *printers;
  HsSiteLink *site_link;
  HsIdentities *identities;
  HsSessions *sessions;
  HsOfflineRights *rights;
  HsDoctor *doctor;
  HsLoginSessions *login_sessions; /* nullable: not watched */
  HsSleep *sleep;                  /* the same */
  HsKiosk *kiosk;                  /* nullable: this is none; else with @login_sessions */
  const char *people_mode;         /* config.people_mode */
  const char *admin_group;
} HsControlParts;

/* Serves on @listening, a Unix socket that listens (taken by reference). Errors: of the socket. */
HsControl *hs_control_new (const HsControlParts *parts,
                           GSocket *listening,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the site can be reached, or why not, has changed: tells who listens. */
void hs_control_tell_site (HsControl *control);

/* A key was unlocked or locked, or there are other printers: tells who listens to ask again. */
void hs_control_tell_status (HsControl *control);

/* Ends all connections. NULL is allowed. */
/* Somebody with @uid asked the virtual printer to show itself: tells that user's listeners. */
void hs_control_identify (HsControl *control, guint32 uid);

void hs_control_free (HsControl *control);

/* The routes as lines "METHOD /path", administrators' marked " (administrator)".
 * Returns: (transfer full). */
char *hs_control_format_routes (void);

/* @identity has left the kiosk: ends its event streams. */
void hs_control_end_streams_of (HsControl *control, const HsId *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsControl, hs_control_free)
