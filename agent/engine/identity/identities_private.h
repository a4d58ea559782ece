/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the two halves of identities share: identities.c answers who somebody is, identities_keys.c
 * takes and forgets keys. */

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
  GHashTable *registering; /* set of HsId: a registration is on its way to the store */
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
void hs_identities_tell (HsIdentities *identities, const HsId *identity);
