/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A title on its way to its owner's browser, by way of a site that must not read it: a small age
 * file for the owner's title key (seal/title_key.h).
 *
 * The plain text is {"job":"<uuid>","title":"…"}, so that the site cannot put one job's title under
 * another, then spaces up to one of three sizes, so that its length tells little.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "crypto/x25519.h"

#define HS_SEALED_TITLE_MAX_BYTES 2560 /* what we write: 2,304 and 200 of age */

/* @title: UTF-8; control characters become '?', and it is cut to HS_ANNOUNCE_MAX_TITLE_BYTES.
 * Returns: (transfer full): an age file. Errors: INVALID (a key of small order), INTERNAL. */
GBytes *hs_sealed_title_seal (const guint8 title_public[HS_X25519_BYTES],
                              const HsId *job,
                              const char *title,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
