/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A QR code as lines of half blocks, for a terminal that speaks UTF-8.
 *
 * Threads: main thread.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_QR_CODE_MAX_BYTES 1024 /* of text; a pairing link has about 200 */

/* @with_colours: draws black on white by escape sequences, for whatever colours the terminal has.
 * Returns: (transfer full): UTF-8, each line ended by a line feed; as secret as @text.
 * Errors: INVALID (empty, too long, or with a NUL). */
HsSecretBytes *hs_qr_code_draw (const HsSecretBytes *text,
                                gboolean with_colours,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
