/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A ledger in a folder, for tests: a MAC with a fixed key, commits that are waited for, and jobs
 * with a value in every field. */

#include "store/ledger.h"

/* The stream of every ledger made here. */
extern const guint8 hs_fixture_stream[HS_OUTBOX_STREAM_BYTES];

/* HMAC-SHA256 with a fixed key; fails once when *@user_data (a guint, nullable) counts down to 0. */
gboolean hs_fixture_mac (const guint8 *row,
                         gsize length,
                         guint8 mac[HS_LEDGER_MAC_BYTES],
                         gpointer user_data,
                         GError **error);

/* Opens the ledger in @folder. */
HsLedger *hs_fixture_open (const char *folder, GError **error);

/* Closes both (nullable), opens the ledger again and loads it; the test fails if anything of it is
 * damaged. */
void hs_fixture_restart (const char *folder, HsLedger **ledger, HsLedgerContents **contents);

/* Takes @batch and waits until it is durable, or not. */
gboolean hs_fixture_commit (HsLedger *ledger, HsLedgerBatch *batch, GError **error);

/* An id whose bytes all are @number, and a held job with that id and a value in every field. */
HsId hs_fixture_id (guint8 number);
HsJob *hs_fixture_job (guint8 number);

/* A batch with one put of hs_fixture_job (@number). */
HsLedgerBatch *hs_fixture_put (guint8 number);

/* Fails the test unless every stored field of the two is equal. */
void hs_fixture_assert_jobs_equal (const HsJob *left, const HsJob *right);

/* An HsOutboxEncodeFunc: "<n> <prev in hex> <data as text>"; data "fail" fails. */
GBytes *hs_fixture_encode (guint64 n, const char *prev, gconstpointer data, GError **error);
