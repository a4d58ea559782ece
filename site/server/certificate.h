/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The server's own certificate while it runs: renewed at two thirds of its life, without a restart.
 *
 * The clock is looked at once an hour at least, so a machine that slept or a clock that was set
 * costs no more than that.
 *
 * Threads: main context; the making is done in a lane of its own.  Blocks: new reads two files;
 * free waits for a renewal under way. */

#include "site/config.h"

#include <gio/gio.h>

typedef struct HsServerCertificate HsServerCertificate;

/* New connections are to show @certificate (borrowed). */
typedef void (*HsServerCertificateFunc) (GTlsCertificate *certificate, gpointer user_data);

/* Reads DIR/keys/server.{pem,key}; @config is borrowed and must not change.
 * Errors: as hs_error_convert_gio(). */
HsServerCertificate *hs_server_certificate_new (const HsSiteConfig *config,
                                                HsServerCertificateFunc changed,
                                                gpointer user_data,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_server_certificate_free (HsServerCertificate *self);

/* The present one; borrowed. */
GTlsCertificate *hs_server_certificate_get (HsServerCertificate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsServerCertificate, hs_server_certificate_free)
