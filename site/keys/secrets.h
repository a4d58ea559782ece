/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The site's own keys, as loaded from DIR/keys, and the log of destroyed keys.
 *
 * The wrap key seals the private half of each release key, and each pepper, before it goes into the
 * database, so a copy of the database opens nothing. The log of destroyed ones is outside of the
 * database too: a restored backup cannot bring them back to life.
 *
 * Threads: one owner at a time.  Blocks: on disk. */

#include "base/id.h"
#include "base/public_key.h"
#include "crypto/certificate.h"
#include "site/config.h"
#include "site/keys/destroyed_log.h"

typedef struct HsSiteSecrets HsSiteSecrets;

/* Makes everything in DIR/keys (0700), which must not exist. Errors: REFUSED, INVALID. */
gboolean hs_site_secrets_create (const HsSiteConfig *config,
                                 gint64 now_us,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

HsSiteSecrets *hs_site_secrets_load (const HsSiteConfig *config,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_site_secrets_free (HsSiteSecrets *secrets);

/* Makes a new key and certificate of the server if two thirds of the present one's life are over, the
 * names in the settings changed, or the two do not fit each other (a renewal was cut). *renewed
 * (nullable) says so. Looks at nothing but @config's folder and names. */
gboolean hs_site_secrets_renew_server (const HsSiteConfig *config,
                                       gint64 now_us,
                                       gboolean *renewed,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Borrowed. */
const HsSecretBytes *hs_site_secrets_get_command_seed (const HsSiteSecrets *secrets);
const HsSecretBytes *hs_site_secrets_get_entitlement_seed (const HsSiteSecrets *secrets);
const HsPublicKey *hs_site_secrets_get_command_public (const HsSiteSecrets *secrets);
const HsPublicKey *hs_site_secrets_get_entitlement_public (const HsSiteSecrets *secrets);
const HsCertificate *hs_site_secrets_get_device_authority (const HsSiteSecrets *secrets);
const HsCertificateKey *hs_site_secrets_get_device_authority_key (const HsSiteSecrets *secrets);

/* Returns: (transfer full): the PEM of DIR/keys/site-ca.pem. */
char *hs_site_secrets_dup_site_authority_pem (const HsSiteSecrets *secrets);

/* Keys of people's PINs, of cards and of the fingerprints of people who were erased, derived from the
 * wrap key: what they make is worth nothing without the folder keys/. Borrowed. */
const HsSecretBytes *hs_site_secrets_get_pin_key (const HsSiteSecrets *secrets);
const HsSecretBytes *hs_site_secrets_get_card_key (const HsSiteSecrets *secrets);
const HsSecretBytes *hs_site_secrets_get_person_key (const HsSiteSecrets *secrets);

/* Any secret of at most 64 bytes, sealed under the wrap key and bound to @name. */
GBytes *hs_site_secrets_seal (const HsSiteSecrets *secrets,
                              const char *name,
                              const HsSecretBytes *secret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Errors: CORRUPT. */
HsSecretBytes *hs_site_secrets_open (const HsSiteSecrets *secrets,
                                     const char *name,
                                     GBytes *sealed,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A release key's private half, sealed under the wrap key and bound to device and epoch. */
GBytes *hs_site_secrets_wrap (const HsSiteSecrets *secrets,
                              const HsId *device,
                              guint64 epoch,
                              const HsSecretBytes *s_private,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Errors: CORRUPT. */
HsSecretBytes *hs_site_secrets_unwrap (const HsSiteSecrets *secrets,
                                       const HsId *device,
                                       guint64 epoch,
                                       GBytes *wrapped,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @name, one line, to the log of what is destroyed, durably, before the database forgets it. */
gboolean hs_site_secrets_log_name (const HsSiteSecrets *secrets,
                                   const char *name,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_site_secrets_has_name (const HsSiteSecrets *secrets, const char *name);

/* Borrowed. */
HsDestroyedLog *hs_site_secrets_get_destroyed_log (const HsSiteSecrets *secrets);

/* The same with "device epoch". */
gboolean hs_site_secrets_log_destroyed (const HsSiteSecrets *secrets,
                                        const HsId *device,
                                        guint64 epoch,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
hs_site_secrets_is_destroyed (const HsSiteSecrets *secrets, const HsId *device, guint64 epoch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteSecrets, hs_site_secrets_free)
