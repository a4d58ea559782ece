/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What homespool-trust signed comes into the site.
 *
 * Threads: as site/site.h.  Blocks: on disk. */

#include "site/site.h"

/* Accepts what homespool-trust signed: a bundle (with its second signature if it names the next
 * root) or a printer list, each in the place of the one before. *summary (transfer full) says in a
 * sentence what was imported. Queues a "bundle" command to every workstation.
 * Errors: those of trust/signed.h; REFUSED if the bundle lacks this site's keys or addresses. */
gboolean hs_site_import (HsSite *site,
                         const char *bundle_jws,
                         const char *bundle_next_jws,
                         const char *printers_jws,
                         gint64 now_us,
                         char **summary,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
