/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The trust bundle: everything that the organisation root decides, as a value.
 *
 * Payload of a homespool-bundle+jws: canonical JSON {version, root, organisation {uuid, name},
 * issued_us, expires_us, site_urls, device_urls, site_ca, keys {command, entitlement},
 * printer_admin, escrow [{name, recipient}], policy {…}, printer_ca, next_root}. Signed by the key
 * that it names as root; one that names a next root is signed by that key too, in a second JWS over
 * the same bytes. This module knows the contents and the rules; trust/signed.h checks signatures.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "base/public_key.h"

#define HS_BUNDLE_MAX_BYTES (64 * 1024)
#define HS_BUNDLE_MAX_URLS 8
#define HS_BUNDLE_MAX_CERTIFICATES 8
#define HS_BUNDLE_MAX_KEYS 4 /* per purpose: the present one, the next, and two sites */
#define HS_BUNDLE_MAX_ESCROW 4
#define HS_BUNDLE_MAX_NAME_BYTES 128
#define HS_BUNDLE_MAX_PEM_BYTES 8192
#define HS_BUNDLE_MAX_RETENTION_S (90 * 24 * 3600)
#define HS_BUNDLE_MAX_QUOTA_JOBS 10000
#define HS_BUNDLE_MAX_QUOTA_BYTES (G_GINT64_CONSTANT (1) << 40)

typedef enum
{
  HS_TITLE_POLICY_NONE = 0, /* no title ever leaves the workstation */
  HS_TITLE_POLICY_FULL,     /* titles go to the site in plain */
  HS_TITLE_POLICY_SEALED,   /* titles go to the site sealed to their owner's title key */
} HsTitlePolicy;

typedef enum
{
  HS_OFFLINE_HOLD = 0, /* keep accepting; release when the site is back */
  HS_OFFLINE_PRINT,    /* the owner may print to printers used before */
  HS_OFFLINE_DENY,     /* neither accept nor print */
} HsOfflinePolicy;

typedef struct
{
  HsTitlePolicy title_policy;
  HsOfflinePolicy offline;
  gboolean offline_any_printer; /* PRINT: also to listed printers that were not used here before */
  gboolean
      auto_release;  /* PRINT: what is printed while the site is away goes to the last printer */
  gboolean os_names; /* the directory is the user source of the workstations: name = identity */
  gboolean owner_stanza; /* FALSE: jobs are sealed to site and workstation only */
  gboolean report_local; /* workstations tell of what their other queues print; left out if FALSE */
  guint32 retention_s;   /* life of a held job: 60 to 90 days */
  guint32 quota_jobs;    /* held jobs of one owner; 1 to 10,000 */
  guint64 quota_bytes;   /* held bytes of one owner; 1 to 1 TiB */
} HsBundlePolicy;

typedef struct
{
  char *name;      /* shown to people and in each job's trace */
  char *recipient; /* "age1…" */
} HsBundleEscrow;

typedef struct
{
  guint64 version;  /* 1, 2, 3 … */
  HsPublicKey root; /* signs this bundle */
  HsId organisation;
  char *organisation_name;
  gint64 issued_us;          /* UTC */
  gint64 expires_us;         /* UTC */
  char **site_urls;          /* people and enrolment, in order of preference; 1 to 8 */
  char **device_urls;        /* the devices' listener; 1 to 8 */
  char **site_ca;            /* PEM; the only anchors for both listeners; 1 to 8 */
  HsPublicKey *command_keys; /* sign commands and release keys */
  gsize n_command_keys;      /* 1 to 4 */
  HsPublicKey *entitlement_keys;
  gsize n_entitlement_keys;  /* 1 to 4 */
  HsPublicKey printer_admin; /* signs the printer list */
  HsBundleEscrow *escrow;
  gsize n_escrow; /* 0 to 4 */
  HsBundlePolicy policy;
  char **printer_ca; /* PEM; may certify printers; 0 to 8 */
  gboolean has_next_root;
  HsPublicKey next_root; /* signs this bundle too, and may sign the next ones alone */
} HsBundle;

/* The policy of a workstation without a bundle, and of homespool-trust without options: sealed
 * titles, hold, no OS names, owner stanza, 24 h, 100 jobs, 1 GiB. */
extern const HsBundlePolicy hs_bundle_default_policy;

/* Reads a payload whose signature has been checked. Also refuses keys that serve two purposes.
 * Errors: INVALID, NO_SPACE. */
HsBundle *hs_bundle_decode (GBytes *payload, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the payload. Errors: INVALID, NO_SPACE when hs_bundle_decode() would refuse it. */
GBytes *hs_bundle_encode (const HsBundle *bundle, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file that homespool-trust writes and a site reads: the JWS, a line each; the second line, if
 * there is one, is that of the next root. *next_jws is NULL then. Only the form is looked at.
 * Errors: INVALID. */
gboolean hs_bundle_file_split (const char *text,
                               gsize length,
                               char **jws,
                               char **next_jws,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @next_jws is nullable. */
char *hs_bundle_file_join (const char *jws, const char *next_jws);

/* May @next take the place of @previous? Same organisation, a higher version, signed by the same
 * root or by the one that @previous named as the next, and not expired. Errors: EXPIRED (@next is
 * over), REFUSED (older, or of a stranger). */
gboolean hs_bundle_check_successor (const HsBundle *previous,
                                    const HsBundle *next,
                                    gint64 now_us,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when @now_us is not before the end. A clock that stands before the bundle's issue is not
 * believed to be right, but it does not lengthen anything either: then FALSE. */
gboolean hs_bundle_is_expired (const HsBundle *bundle, gint64 now_us);

/* Is @key this bundle's root or next root? */
gboolean hs_bundle_names_root (const HsBundle *bundle, const HsPublicKey *key);

/* An age X25519 recipient: "age1…" with the right checksum and 32 bytes. */
#define HS_BUNDLE_RECIPIENT_KEY_BYTES 32
gboolean hs_bundle_is_recipient (const char *text);

/* Keywords of the wire, for command lines and JSON of our own. */
const char *hs_title_policy_to_keyword (HsTitlePolicy policy);
const char *hs_offline_policy_to_keyword (HsOfflinePolicy policy);

HsBundle *hs_bundle_new (void);
HsBundle *hs_bundle_copy (const HsBundle *bundle);
void hs_bundle_free (HsBundle *bundle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBundle, hs_bundle_free)
