/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Mappings and registered keys in the ledger: each call is a batch of one. */

#include "engine/identity/identity_store.h"

static void
put_owner_key_async (gpointer data,
                     const HsLedgerOwnerKey *key,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_ledger_batch_put_owner_key (batch, key);
  hs_ledger_commit_async (data, batch, callback, user_data);
}

static void
put_identity_async (gpointer data,
                    const HsLedgerIdentity *identity,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_ledger_batch_put_identity (batch, identity);
  hs_ledger_commit_async (data, batch, callback, user_data);
}

static void
delete_identity_async (gpointer data, guint32 uid, GAsyncReadyCallback callback, gpointer user_data)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_ledger_batch_delete_identity (batch, uid);
  hs_ledger_commit_async (data, batch, callback, user_data);
}

static gboolean
finish (gpointer data, GAsyncResult *result, GError **error)
{
  return hs_ledger_commit_finish (data, result, error);
}

HsIdentityStore
hs_identity_store_for_ledger (HsLedger *ledger)
{
  return (HsIdentityStore){ .data = ledger,
                            .put_owner_key_async = put_owner_key_async,
                            .put_identity_async = put_identity_async,
                            .delete_identity_async = delete_identity_async,
                            .finish = finish };
}
