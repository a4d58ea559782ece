/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The site's data folder and its settings.
 *
 *   DIR/site.conf                  settings (below)
 *   DIR/site.db                    the store
 *   DIR/keys/site-ca.{key,pem}     authority of the server certificates
 *   DIR/keys/device-ca.{key,pem}   authority of the device certificates
 *   DIR/keys/server.{key,pem}      the server's own
 *   DIR/keys/{command,entitlement}.key   signing seeds
 *   DIR/keys/wrap.key              wraps the private halves of release keys; never in a backup
 *   DIR/keys/destroyed.log         names of what is destroyed or revoked; never in a backup
 *
 * site.conf is a key file: [people] listen=, urls=; [devices] listen=, urls=; [server] names=; and
 * with defaults [devices] certificate-days= (90), [cards] self-registration= (false), [terminals]
 * card-only= (false) and certificate-days= (730), [offline] pages= (200), days= (7), and
 * [ldap] (site/people/directory_settings.h).
 *
 * Threads: any.  Blocks: on disk. */

#include "site/people/directory_settings.h"

#include <glib.h>

typedef struct
{
  char *folder;
  char **people_listen;             /* "address:port"; "[::]:443" */
  char **people_urls;               /* https://…; what tokens and the bundle name */
  char **devices_listen;            /* "address:port" */
  char **devices_urls;              /* https://… */
  char **names;                     /* DNS names and addresses in the server certificate */
  gboolean cards_self_registration; /* a signed-in person may register a card */
  gboolean terminals_card_only;     /* at every terminal a card without PIN is enough */
  guint32 terminal_days;            /* life of a terminal's certificate; 1 to 1095 */
  guint32 certificate_days;         /* life of a workstation's certificate; 1 to 397 */
  guint32 offline_pages;            /* of one entitlement; 1 to 100,000 */
  guint32 offline_days;             /* its life; 1 to 30 */
  HsDirectorySettings *directory;   /* [ldap]; NULL: no directory */
} HsSiteConfig;

/* Errors: NOT_FOUND; INVALID, naming file, key and what was expected. */
HsSiteConfig *hs_site_config_load (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes DIR/site.conf. Errors: INVALID, as load would say; as hs_error_convert_gio(). */
gboolean hs_site_config_store (const HsSiteConfig *config,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Splits "127.0.0.1:8443" or "[::1]:8443". *host is (transfer full). Errors: INVALID. */
gboolean hs_site_config_split_address (const char *address,
                                       char **host,
                                       guint16 *port,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* DIR/keys/@name. Returns: (transfer full). */
char *hs_site_config_dup_key_path (const char *folder, const char *name);

HsSiteConfig *hs_site_config_new (const char *folder);
void hs_site_config_free (HsSiteConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteConfig, hs_site_config_free)
