/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The table of everything that the site answers; what is not in it does not exist.
 *
 * docs/site-api.yaml describes the same routes; a test compares the two.
 *
 * Threads: any, the table is constant.  Blocks: never. */

#include "site/server/call.h"

typedef enum
{
  HS_SITE_LISTENER_PEOPLE = 1, /* people, enrolment; no client certificate */
  HS_SITE_LISTENER_DEVICES,    /* client certificate of the device authority required */
} HsSiteListener;

typedef enum
{
  HS_SITE_ACCESS_ANYONE = 1,
  HS_SITE_ACCESS_DEVICE,        /* a workstation whose certificate holds */
  HS_SITE_ACCESS_TERMINAL_FACE, /* a terminal whose certificate holds */
  HS_SITE_ACCESS_TERMINAL,      /* and that shows its token */
  HS_SITE_ACCESS_VISITOR,       /* a page: works with or without a session */
  HS_SITE_ACCESS_PERSON,        /* a session is needed */
} HsSiteAccess;

struct HsSiteRoute
{
  HsSiteListener listener;
  const char *method;
  const char *path; /* at most one segment is {…}: a uuid */
  HsSiteAccess access;
  gboolean is_form; /* a form of our pages: Origin must be ours; with a session, csrf too */
  gboolean is_page; /* errors are pages, not JSON */
  gsize max_body_bytes;
  HsCallStage stage;        /* the first one, in the store lane; NULL: a static file */
  const char *file;         /* of a static file: its name in the resources */
  const char *content_type; /* of a static file */
};

typedef enum
{
  HS_SITE_MATCH_FOUND = 1,
  HS_SITE_MATCH_NO_PATH,   /* 404 */
  HS_SITE_MATCH_NO_METHOD, /* 405 */
} HsSiteMatch;

/* *argument is (transfer full) (nullable). HEAD is answered as GET. */
HsSiteMatch hs_site_routes_find (HsSiteListener listener,
                                 const char *method,
                                 const char *path,
                                 const HsSiteRoute **route,
                                 char **argument);

/* One line each: "people GET /v1/bundle". Returns: (transfer full). */
char *hs_site_routes_format (void);

/* The checks of a route before its first stage; in the store lane.
 * Errors: DENIED; with error_status 401 if a session is missing. */
gboolean
hs_site_routes_check (HsSite *site, HsCall *call, GError **error) G_GNUC_WARN_UNUSED_RESULT;
