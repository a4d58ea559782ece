/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A name for the network that this workstation is in. It tells two networks apart and says nothing
 * about either: it is made under a key of this workstation, so that nobody who reads the ledger can
 * try hardware addresses.
 *
 * Threads: main context only.  Blocks: on the kernel's own tables only. */

#include "base/secret_bytes.h"

#define HS_PLACE_BYTES 16

typedef struct HsPlaces HsPlaces;

/* Errors: INTERNAL. */
HsPlaces *hs_places_new (const HsSecretBytes *machine_secret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL is allowed. */
void hs_places_free (HsPlaces *places);

/* Where this workstation is now. FALSE: cannot be told. */
gboolean hs_places_find (const HsPlaces *places, guint8 place[HS_PLACE_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPlaces, hs_places_free)
