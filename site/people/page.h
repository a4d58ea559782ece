/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The release page as HTML. Works as plain forms; release.js only adds live updates. Everything
 * that comes from outside goes through g_markup_*_escaped.
 *
 * Threads: the store lane (the error page: any).  Blocks: on disk. */

#include "site/server/call.h"

typedef struct
{
  const HsStorePrinter *printer; /* chosen by the path; nullable */
  const char *name;              /* typed before, at sign-in; nullable */
  const char *message;           /* what went wrong; nullable */
} HsPageSignIn;

/* Answers with the sign-in page. Errors: those of the store. */
gboolean hs_page_reply_sign_in (HsSite *site,
                                HsCall *call,
                                guint status,
                                const HsPageSignIn *view,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Answers with the person's documents. @printer (nullable) is the one of the path. */
gboolean hs_page_reply_jobs (HsSite *site,
                             HsCall *call,
                             const HsStorePrinter *printer,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The list alone, as it is replaced while the page is open. *digest (transfer full) names its
 * present contents. Returns: (transfer full). */
char *hs_page_render_list (HsSite *site,
                           const HsId *identity,
                           gint64 now_us,
                           char **digest,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A page that says what happened, and leads back to @home: "/", or a terminal's "/t/".
 * Returns: (transfer full). */
char *hs_page_render_error (guint status, const char *message, const char *home);
