/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files of identities share: identities.c answers who somebody is, identities_keys.c takes
 * and forgets keys, identities_follow.c lets keys follow when a workstation joins an organisation. */

#include "engine/identity/identities.h"
#include "seal/key_file.h"
#include "seal/keyring.h"

/* What is remembered of a person's registered key. */
typedef struct
{
  guint8 documents[HS_X25519_BYTES];
  gboolean has_titles; /* FALSE: registered before there were title keys, not unlocked since */
  guint8 titles[HS_X25519_BYTES];
} HsOwnerPublics;

struct HsIdentities
{
  HsIdentitiesSetup setup;

  /* Who somebody is. */
  gboolean has_bundle;
  gboolean os_names;
  HsId organisation;
  GHashTable *mappings; /* uid → HsId: who signed in to the site */
  GHashTable *names;    /* uid → Name: what the name service said */

  /* Whose key is what. */
  GHashTable *publics;     /* HsId → HsOwnerPublics */
  GHashTable *followers;   /* HsId of a person → HsId of the OS user before the enrolment */
  GHashTable *registering; /* HsId → gboolean *: a registration is on its way to the store; TRUE:
                              locked meanwhile */
  HsKeyring *keyring;
  GSource *expiry; /* the next hs_keyring_expire(); NULL if no key is here */
  gint64 expiry_us;

  HsSecretBytes *own_private; /* of this start */
  char own_recipient[HS_RECIPIENT_TEXT_BYTES];
};

/* Remembers it; replaces what was there. */
void hs_identities_put_publics (HsIdentities *identities, const HsLedgerOwnerKey *key);

/* Starts or moves the timer to what the keyring says. */
void hs_identities_arm (HsIdentities *identities);
/* Tells of @identity and of its twins. */
void hs_identities_tell (HsIdentities *identities, const HsId *identity);

/* ── identities_follow.c ─────────────────────────────────────────────────────────────────── */

/* The local identity of a person, or the persons of a local identity, with the same registered key.
 * Returns: (transfer full) (element-type HsId). */
GArray *hs_identities_list_twins (const HsIdentities *identities, const HsId *identity);

/* @identity's registered key may be the one of the OS user @uid from before: remembers that. */
void hs_identities_note_follower (HsIdentities *identities, guint32 uid, const HsId *identity);

/* The organisation says that the OS user @uid is @identity: the key that was registered while the
 * workstation stood alone is this person's. Nothing happens if the person has one already. */
void hs_identities_follow (HsIdentities *identities, guint32 uid, const HsId *identity);
