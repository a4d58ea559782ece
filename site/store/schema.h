/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The tables of the SQLite store, and the steps that bring an older one up to date.
 *
 * Threads and blocking: as site/store/store.h. */

#include "site/store/store.h"

/* Errors: NOT_SUPPORTED if a newer version made the database. */
gboolean hs_store_schema_upgrade (HsStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
