/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a test may do to the secret store in memory that platform/fake/secret_store.c offers. There
 * is one for the process.
 *
 * Threads: main context only.  Blocks: never. */

#include <glib.h>

/* Forgets all secrets, unlocks, clears failures and counters. */
void hs_fake_secret_store_reset (void);

/* A locked store: secrets stay and are out of reach; nothing can be put. */
void hs_fake_secret_store_set_locked (gboolean is_locked);

/* Whether the person unlocks the store when a call with HS_SECRET_STORE_ASK, or a put, asks. */
void hs_fake_secret_store_set_person_unlocks (gboolean unlocks);

/* The next call fails with @io_error_code (a GIOErrorEnum); 0 = none. */
void hs_fake_secret_store_fail_next (int io_error_code);

/* How often the person was asked since the reset. */
guint hs_fake_secret_store_get_n_asked (void);
