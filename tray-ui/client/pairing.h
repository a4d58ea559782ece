/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The link with which a browser reads the person's titles on the release page, as `homespool pair`
 * makes it (docs/sealed-format.md, section 6). The title key in it is made here of the key in the
 * person's keyring; at a kiosk the agent gives it to who is signed in. The site never sees it.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/secret_bytes.h"
#include "tray-ui/client/agent.h"

/* There is a release page, and it shows titles only to browsers that are paired. Pure. */
gboolean hs_pairing_is_of_use (const HsControlStatus *status);

void hs_pairing_make_link_async (HsAgent *agent, GAsyncReadyCallback callback, gpointer user_data);

/* Returns: (transfer full): the text, without a final NUL; whoever has it reads the titles.
 * Errors: REFUSED (nothing to pair; no key yet; another key than the agent's), DENIED (the keyring),
 * CORRUPT, those of the calls. */
HsSecretBytes *hs_pairing_make_link_finish (HsAgent *agent,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
