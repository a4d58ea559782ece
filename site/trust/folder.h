/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The folder of homespool-trust: keys, the organisation's name, and what was signed last.
 *
 *   trust.json         organisation, and the versions that were given out
 *   root.key           printer-admin.key      next-root.key (during a rotation)
 *   bundle.jws         printers.jws           the newest signed files, to be carried to the site
 *
 * A version is written down before the signature that carries it leaves, so none is used twice.
 *
 * Threads: one owner.  Blocks: on disk; with a passphrase about a second for each key. */

#include "base/public_key.h"
#include "base/secret_bytes.h"
#include "core/wire/bundle.h"
#include "core/wire/printer_list.h"

#define HS_TRUST_BUNDLE_FILE "bundle.jws"
#define HS_TRUST_PRINTERS_FILE "printers.jws"

typedef struct HsDurableFolder HsDurableFolder;

typedef struct
{
  char *path;
  HsDurableFolder *folder;
  HsSecretBytes *passphrase; /* nullable */

  HsId organisation;
  char *name;
  guint64 bundle_version;   /* the highest that was given out; 0 = none */
  guint64 printers_version; /* likewise */

  HsSecretBytes *root_seed;
  HsPublicKey root;
  HsSecretBytes *next_root_seed; /* nullable: no rotation is under way */
  HsPublicKey next_root;
  HsSecretBytes *printer_admin_seed;
  HsPublicKey printer_admin;

  HsBundle *bundle;          /* the newest signed one; nullable */
  HsPrinterList *printers;   /* the newest signed one; nullable */
  gboolean printers_are_old; /* by a printer-admin key that was replaced since */
} HsTrustFolder;

/* Makes the folder with new keys and a new organisation. Errors: REFUSED if there is one. */
HsTrustFolder *hs_trust_folder_create (const char *path,
                                       const char *name,
                                       const HsSecretBytes *passphrase,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens it with its keys. Errors: NOT_FOUND, DENIED (a file or the folder is open to others),
 * REFUSED (passphrase), CORRUPT. */
HsTrustFolder *hs_trust_folder_open (const char *path,
                                     const HsSecretBytes *passphrase,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_trust_folder_free (HsTrustFolder *trust);

/* Signs @bundle as the next version: sets version, organisation, root, next root, printer-admin key
 * and times, writes bundle.jws and takes @bundle as the newest. On error @bundle is still the
 * caller's. Errors: REFUSED while the list is of an earlier printer-admin key, which nothing would name
 * any more: sign the list first. */
gboolean hs_trust_folder_sign_bundle (HsTrustFolder *trust,
                                      HsBundle *bundle,
                                      gint64 now_us,
                                      gint64 life_us,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a printer list. */
gboolean hs_trust_folder_sign_printers (HsTrustFolder *trust,
                                        HsPrinterList *printers,
                                        gint64 now_us,
                                        gint64 life_us,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A list by a key that no bundle names can be imported nowhere. Errors: REFUSED: a replacement of the
 * printer-admin key was cut off, or its bundle is still to be signed. */
gboolean hs_trust_folder_check_printer_admin (const HsTrustFolder *trust,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes next-root.key. Errors: REFUSED if there is one already. */
gboolean hs_trust_folder_begin_rotation (HsTrustFolder *trust,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next root becomes the root; the old key is kept as retired-root.key. Bundles have to be signed
 * anew. Errors: REFUSED unless the newest bundle names the next root. */
gboolean hs_trust_folder_finish_rotation (HsTrustFolder *trust,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new printer-admin key. Bundle and list have to be signed anew. */
gboolean hs_trust_folder_replace_printer_admin (HsTrustFolder *trust,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrustFolder, hs_trust_folder_free)
