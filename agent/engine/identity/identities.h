/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who an OS user is, which key that person's documents are sealed to, and whether it is unlocked.
 *
 * One answer to "who", by what the bundle says:
 *   no bundle             a local identity, made of the uid: the workstation stands alone
 *   bundle, os-names      the organisation's identity of the OS user name (core/identity)
 *   bundle, no os-names   whoever signed in to the site as this OS user, if anybody did
 * With os-names, root and system users are nobody: each workstation has its own "root".
 *
 * A key that was registered while the workstation stood alone follows its person: at once with
 * os-names, else with the unlock that shows it, for a sign-in alone does not prove whose it is.
 *
 * Names stay in here: logs and errors carry none. Questions answer from memory; what must survive a
 * restart goes through HsIdentityStore and counts once it is durable.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine_parts.h"
#include "store/ledger.h"

typedef struct HsIdentities HsIdentities;

/* Of one person; the words of the control API are "absent", "locked" and "unlocked". */
typedef enum
{
  HS_KEY_ABSENT = 0, /* no key is registered */
  HS_KEY_LOCKED,
  HS_KEY_UNLOCKED,
} HsKeyState;

/* What an unlock may do beside unlocking. */
typedef enum
{
  HS_UNLOCK_REGISTERED = 0, /* only the key that is registered */
  HS_UNLOCK_FIRST,          /* or the first one, which is registered by this */
  HS_UNLOCK_REPLACE,        /* or another one, since the old one is lost: documents that were sealed
                               to the old one can then only be released at the site */
} HsUnlockManner;

#define HS_UNLOCK_MAX_BYTES (16 * 1024) /* of the age file; a key file has 150 */
#define HS_IDENTITIES_FIRST_PERSON_UID                                                             \
  1000 /* UID_MIN of Debian's login.defs: below are system users */
#define HS_IDENTITIES_NAME_AGE_US                                                                  \
  (10 * G_TIME_SPAN_MINUTE) /* a name is asked for again after this */

/* Where mappings and registered keys are kept; engine/identity/identity_store.h makes one of a ledger. Each
 * call copies its value and completes on the main context when it is durable. */
typedef struct
{
  gpointer data;
  void (*put_owner_key_async) (gpointer data,
                               const HsLedgerOwnerKey *key,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
  void (*put_identity_async) (gpointer data,
                              const HsLedgerIdentity *identity,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
  void (*delete_identity_async) (gpointer data,
                                 guint32 uid,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
  gboolean (*finish) (gpointer data, GAsyncResult *result, GError **error);
} HsIdentityStore;

typedef struct
{
  HsIdentityStore store;
  gint64 idle_limit_us; /* of unlocked keys: hs_keyring_new() */
  gint64 absolute_limit_us;

  /* A key was unlocked or locked (hs_engine_keys_changed()); nullable. */
  void (*changed) (gpointer data, const HsId *identity);
  gpointer changed_data;

  /* For tests; NULL otherwise: instead of hs_peer_dup_user_name(), on a worker. */
  char *(*dup_user_name) (guint32 uid, GError **error);
} HsIdentitiesSetup;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Makes the recipient of this start, too. Errors: INTERNAL. */
HsIdentities *hs_identities_new (const HsIdentitiesSetup *setup,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Wipes every key. Calls under way must have completed. NULL is allowed. */
void hs_identities_free (HsIdentities *identities);

/* Takes mappings and registered keys that a ledger held at start; elements are copied. */
void hs_identities_load (HsIdentities *identities,
                         const GPtrArray *mappings,    /* of HsLedgerIdentity */
                         const GPtrArray *owner_keys); /* of HsLedgerOwnerKey */

/* NULL: not enrolled. */
void hs_identities_set_bundle (HsIdentities *identities, const HsBundle *bundle);

/* The table for the engine, which asks nothing else of us. */
HsOwnerKeys hs_identities_get_owner_keys (HsIdentities *identities);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* FALSE: nobody yet. With os-names hs_identities_learn_async() must have completed for @uid. */
gboolean hs_identities_find (const HsIdentities *identities, guint32 uid, HsId *identity);

HsKeyState hs_identities_get_key_state (const HsIdentities *identities, const HsId *identity);

/* FALSE: none is registered. */
gboolean hs_identities_get_public (const HsIdentities *identities,
                                   const HsId *identity,
                                   guint8 public_key[HS_X25519_BYTES]);

/* What titles are sealed to. FALSE: no key is registered, or not unlocked since there are title
 * keys. */
gboolean hs_identities_get_title_public (const HsIdentities *identities,
                                         const HsId *identity,
                                         guint8 title_public[HS_X25519_BYTES]);

/* The registered key of the OS user @uid, and the identity whose name it bears in the person's own
 * keyring: the local one, if it was made before the workstation joined its organisation. FALSE: none
 * is registered; *keeper is then who a new one is for, and unchanged for an OS user who is nobody. */
gboolean hs_identities_find_key (const HsIdentities *identities,
                                 guint32 uid,
                                 HsId *keeper,
                                 guint8 public_key[HS_X25519_BYTES]);

/* "age1…": to whom keys on their way to us are sealed; another one at each start. */
const char *hs_identities_get_recipient (const HsIdentities *identities);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Makes ready to answer hs_identities_find() for @uid: with os-names it asks for the user's name in
 * a worker, at most once in HS_IDENTITIES_NAME_AGE_US. Servers call it before they serve a user.
 * Errors: TEMPORARY (the name service does not answer; an older answer stays). */
void hs_identities_learn_async (HsIdentities *identities,
                                guint32 uid,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean hs_identities_learn_finish (HsIdentities *identities,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, at once. Blocks: on the name service. */
gboolean hs_identities_learn (HsIdentities *identities,
                              guint32 uid,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A person signed in to the site as this OS user, or signed out: the last one counts. Signing out
 * locks the person's key. @identity NULL: sign out. Errors: the store's. */
void hs_identities_map_async (HsIdentities *identities,
                              guint32 uid,
                              const HsId *identity,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hs_identities_map_finish (HsIdentities *identities,
                                   GAsyncResult *result,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the caller's key: an age file, sealed to hs_identities_get_recipient(), that holds a key
 * file (seal/key_file.h). A key is registered, with the public half of its title key
 * (seal/title_key.h), once that is durable, and unlocked right after.
 * Errors: REFUSED (this OS user is nobody yet; or not the registered key), NOT_FOUND (none is
 * registered, with HS_UNLOCK_REGISTERED), TEMPORARY (sealed to an earlier start's recipient, another
 * registration is under way, or it was locked while it was registered), INVALID (not a key file, or
 * too long), CORRUPT, NO_SPACE, and the store's. */
void hs_identities_unlock_async (HsIdentities *identities,
                                 guint32 uid,
                                 const guint8 *sealed,
                                 gsize length,
                                 HsUnlockManner manner,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hs_identities_unlock_finish (HsIdentities *identities,
                                      GAsyncResult *result,
                                      HsId *identity,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the key of a kiosk's person, who has signed in; otherwise as hs_identities_unlock_async(), with
 * the same finish. @key is copied. Errors: REFUSED, TEMPORARY, NO_SPACE, and the store's. */
void hs_identities_put_key_async (HsIdentities *identities,
                                  const HsId *identity,
                                  const HsSecretBytes *key,
                                  HsUnlockManner manner,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* The key, borrowed for the moment; NULL: not unlocked here. */
const HsSecretBytes *hs_identities_use_key (HsIdentities *identities, const HsId *identity);

/* Opens an age file sealed to hs_identities_get_recipient(): a key, or a password on its way.
 * Returns: (transfer full). Errors: TEMPORARY (sealed to an earlier start's recipient), INVALID (too
 * long), CORRUPT. */
HsSecretBytes *hs_identities_open_message (HsIdentities *identities,
                                           const guint8 *sealed,
                                           gsize length,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Wipes one person's key (sign-out, logout), or everybody's (sleep). */
void hs_identities_lock (HsIdentities *identities, const HsId *identity);
void hs_identities_lock_all (HsIdentities *identities);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsIdentities, hs_identities_free)
