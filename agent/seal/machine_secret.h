/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The machine secret: 32 random bytes that never leave this workstation. Half of what opens a job
 * together with the site, and the root of the ledger's row MACs.
 *
 * It lies in one of two places, tried in this order: a credential of the service manager
 * (LoadCredentialEncrypted=, bound to the TPM or host key by systemd-creds), else a file of the
 * state folder that only the agent can read. Either holds one line:
 *
 *   homespool-machine-secret/1 <generation, decimal from 1> <43 characters of base64>
 *
 * A lost or exchanged secret is reported and never silently replaced: jobs and rows that depend on
 * it would then look damaged.
 *
 * Threads: main, at start.  Blocks: on the disk. */

#include "base/secret_bytes.h"

#define HS_MACHINE_SECRET_BYTES 32
#define HS_MACHINE_SECRET_NAME "machine-secret" /* of the credential and of the file */

typedef enum
{
  HS_MACHINE_SECRET_NONE = 0,
  HS_MACHINE_SECRET_LOADED, /* the one that the ledger knows, or the first one it sees */
  HS_MACHINE_SECRET_MADE,   /* there was none and none was known: made now, generation 1 */
  HS_MACHINE_SECRET_NEWER,  /* somebody put another one with a higher generation: older jobs need
                               their owner's key, and the ledger's rows do not verify */
  HS_MACHINE_SECRET_LOST,   /* one was known and it is gone or older: there is no secret to use */
} HsMachineSecretOutcome;

typedef enum
{
  HS_MACHINE_SECRET_NOWHERE = 0,
  HS_MACHINE_SECRET_CREDENTIAL, /* kept by the service manager */
  HS_MACHINE_SECRET_FILE,       /* a plain file: protects against other users, not against a stolen
                                   disk without encryption */
} HsMachineSecretPlace;

typedef struct
{
  HsMachineSecretOutcome outcome;
  HsMachineSecretPlace place;
  HsSecretBytes *bytes; /* NULL if lost */
  guint32 generation;   /* 0 if lost */
} HsMachineSecret;

/* Finds the secret, or makes the first one.
 * @credentials_folder: $CREDENTIALS_DIRECTORY; nullable. @state_folder: 0700, ours.
 * @known_generation: what the ledger remembers; 0 = it remembers none (a new ledger).
 * Returns: (transfer full): also for LOST.
 * Errors: CORRUPT (a secret is there and cannot be read as one: nothing is replaced), DENIED (the
 * file can be read or written by others; says how to repair it), NO_SPACE, INTERNAL. */
HsMachineSecret *hs_machine_secret_load (const char *credentials_folder,
                                         const char *state_folder,
                                         guint32 known_generation,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes a new one as a file, after a person decided that the old one is lost for good. The old file,
 * if there is one, is kept beside it as "machine-secret.<generation>".
 * @generation: one more than was ever known. Errors: DENIED, NO_SPACE, INTERNAL. */
HsMachineSecret *hs_machine_secret_replace (const char *state_folder,
                                            guint32 generation,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A sentence for doctor: where it is, and what that protects against or what to do. Static. */
const char *hs_machine_secret_to_sentence (const HsMachineSecret *secret);

/* The line above, without its line feed, for a tool that makes the credential. */
HsSecretBytes *hs_machine_secret_format (const HsSecretBytes *bytes, guint32 generation);

/* Errors: CORRUPT. */
gboolean hs_machine_secret_parse (const HsSecretBytes *line,
                                  HsSecretBytes **bytes,
                                  guint32 *generation,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_machine_secret_free (HsMachineSecret *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsMachineSecret, hs_machine_secret_free)
