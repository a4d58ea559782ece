/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The key that opens a person's titles and nothing else.
 *
 * It is made one-way of the person's own key, so it needs no keeping: whoever has that key can make
 * it again, and whoever has only the title key learns nothing of the other. Its public half is what
 * the agent remembers; the private half is made by the person's own programs alone, to pair a
 * browser with (docs/sealed-format.md, section 6).
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"
#include "crypto/x25519.h"

#define HS_TITLE_KEY_MAX_HOST_BYTES 64 /* of a host's name in a link: one DNS label has 63 */

/* HKDF (owner's private key, "homespool title v1"): an X25519 private key.
 * Errors: INVALID (not 32 bytes), INTERNAL. */
HsSecretBytes *hs_title_key_derive (const HsSecretBytes *owner_private,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Its public half. Errors: as above. */
gboolean hs_title_key_derive_public (const HsSecretBytes *owner_private,
                                     guint8 title_public[HS_X25519_BYTES],
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a browser is paired with:
 * "<site>/#title-key=AGE-SECRET-KEY-1…&person=<uuid>&host=<name>". The key stands in the fragment,
 * which browsers do not send. @site_url: as in the trust bundle; @host: of this workstation, cut to
 * HS_TITLE_KEY_MAX_HOST_BYTES.
 * Returns: (transfer full): the text, without a final NUL. Errors: INVALID (not 32 bytes). */
HsSecretBytes *hs_title_key_format_link (const HsSecretBytes *title_key,
                                         const char *site_url,
                                         const HsId *person,
                                         const char *host,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
