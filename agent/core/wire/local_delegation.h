/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a workstation remembers of somebody whom an owner lets release: the setting "delegation/<id>"
 * of the ledger. No name stands in it in plain: the owner's key opens the delegate's, and the
 * delegate's key the owner's.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"

#define HS_LOCAL_DELEGATION_MAX_SEALED_BYTES 1024 /* an age file of a name; ours have 460 at most */

typedef struct
{
  HsId id; /* the site's, where it knows of this */
  HsId owner;
  HsId delegate;
  HsId job; /* zero: every document of the owner (null in the text) */
  gint64 expires_us;
  gboolean is_at_site;  /* the site lets the delegate release as well */
  GBytes *for_owner;    /* age file, for the owner's key: the delegate's name */
  GBytes *for_delegate; /* age file, for the delegate's key: the owner's name */
} HsLocalDelegation;

/* Errors: INVALID, NO_SPACE. */
HsLocalDelegation *hs_local_delegation_decode (const char *bytes,
                                               gsize length,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full). */
char *hs_local_delegation_encode (const HsLocalDelegation *delegation);

/* NULL is allowed. */
void hs_local_delegation_free (HsLocalDelegation *delegation);

/* Does it let @delegate release @job of @owner at @now_us (UTC)? */
gboolean hs_local_delegation_covers (const HsLocalDelegation *delegation,
                                     const HsId *owner,
                                     const HsId *delegate,
                                     const HsId *job,
                                     gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLocalDelegation, hs_local_delegation_free)
