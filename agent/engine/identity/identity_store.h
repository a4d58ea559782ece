/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Mappings and registered keys in the ledger.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/identity/identities.h"

/* @ledger must outlive what is made of it. */
HsIdentityStore hs_identity_store_for_ledger (HsLedger *ledger);
