/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Random bytes from OpenSSL's generator, which the kernel seeds.
 *
 * Threads: any, no shared state.  Blocks: never once the kernel's pool is ready.
 * Errors of all: HS_ERROR_INTERNAL when the generator cannot be seeded; nothing was written. */

#include "base/id.h"
#include "base/secret_bytes.h"

gboolean hs_random_bytes (void *out, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From the private generator. @length 1 to 64 KiB. Returns: (transfer full). */
HsSecretBytes *hs_random_secret (gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A version 4 UUID. */
gboolean hs_random_id (HsId *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* 1 to 2^31-1, every value equally likely: IPP job-ids, jitter that must not be guessed. */
gboolean hs_random_uint31 (guint32 *number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
