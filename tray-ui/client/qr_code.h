/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A QR code as a square of dark and light modules.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_QR_CODE_MAX_BYTES 1024 /* of text; a pairing link has about 200 */
#define HS_QR_CODE_QUIET 4        /* light modules around it that ISO/IEC 18004 asks for */

/* Returns: (transfer full): *width × *width bytes, rows from above, 1 for dark; as secret as @text.
 * Errors: INVALID (empty, too long, or with a NUL). */
HsSecretBytes *hs_qr_code_encode (const HsSecretBytes *text,
                                  guint *width,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
