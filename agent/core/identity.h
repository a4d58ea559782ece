/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Identities: the uuid of a person of the organisation, made of nothing but names, so that a
 * workstation and the site come to the same one without asking each other.
 *
 * UUIDv8 (RFC 9562 section 5.8): the first 16 bytes of
 * SHA-256("homespool.identity/1" 00 organisation-uuid(16) 00 user-name) with version 8 and variant
 * 10. The user name is taken byte for byte; whoever calls decides about its case.
 *
 * A workstation that belongs to no organisation has local identities, made of the OS user's number
 * in the same way with the label "homespool.local-identity/1" 00 uid(4, big endian). They never
 * leave it.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"

#define HS_IDENTITY_NAME_MAX_BYTES 256 /* LOGIN_NAME_MAX of Linux */

/* A name that can have an identity: 1 to 256 bytes of UTF-8 without control characters. */
gboolean hs_identity_is_name (const char *user_name);

/* Returns FALSE, and leaves *identity alone, if the name is none. */
gboolean hs_identity_derive (const HsId *organisation,
                             const char *user_name,
                             HsId *identity) G_GNUC_WARN_UNUSED_RESULT;

/* Whom a workstation that stands alone takes the OS user @uid for. */
void hs_identity_derive_local (guint32 uid, HsId *identity);

/* Is @identity the local one of @uid? */
gboolean hs_identity_is_local (const HsId *identity, guint32 uid);
