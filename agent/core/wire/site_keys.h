/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a trust bundle and a site request have in common: the URLs, certificates and keys of a site
 * as JSON members. For core/wire/bundle and core/wire/site_request only.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors: INVALID. */

#include "core/wire/json_strict.h"

/* 1 to HS_BUNDLE_MAX_URLS site URLs. *out is (transfer full). */
gboolean hs_site_keys_get_urls (const json_t *object, const char *name, char ***out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* A list of public keys. *out is (transfer full). */
gboolean hs_site_keys_get_keys (const json_t *object,
                                const char *name,
                                HsPublicKey **out,
                                gsize *n_out,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The member keys {command, entitlement}. */
gboolean hs_site_keys_get_purposes (const json_t *object,
                                    HsPublicKey **command,
                                    gsize *n_command,
                                    HsPublicKey **entitlement,
                                    gsize *n_entitlement,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_site_keys_set_purposes (json_t *object,
                                const HsPublicKey *command,
                                gsize n_command,
                                const HsPublicKey *entitlement,
                                gsize n_entitlement);

/* PEM certificates, @min_items or more. *out is (transfer full). */
gboolean hs_site_keys_get_certificates (const json_t *object,
                                        const char *name,
                                        gsize min_items,
                                        char ***out,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Refuses a key that stands in both lists, or twice in one. */
gboolean hs_site_keys_check_distinct (const HsPublicKey *command,
                                      gsize n_command,
                                      const HsPublicKey *entitlement,
                                      gsize n_entitlement,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
