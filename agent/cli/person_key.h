/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The person's own key, in the person's own keyring: found, or made for the first time.
 *
 * A key is never made because a look-up gave nothing while the agent knows one: that would lock the
 * person out of what was printed before.
 *
 * Threads: main thread.  Blocks: on the keyring, by running the main loop; it may ask the person. */

#include "base/secret_bytes.h"
#include "crypto/x25519.h"
#include "platform/secret_store.h"

/* @name: of the secret, "identity-<uuid>" or "identity-local". @registered (nullable): the public
 * half that the agent knows.
 * Returns: (transfer full): the private key.
 * Errors: DENIED (the keyring is locked, or there is none), REFUSED (the keyring has no key, or
 * another one than the registered), CORRUPT, INTERNAL. */
HsSecretBytes *hs_person_key_get (const char *name,
                                  const guint8 *registered,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes another key and keeps it beside the present one, as "@name.next". It is the person's own from
 * when the agent has registered it: hs_person_key_get() then finds it, too, should
 * hs_person_key_take_next(), which puts it in place of the old one, never have been called.
 * Errors: DENIED, INTERNAL. */
HsSecretBytes *hs_person_key_make_next (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_person_key_take_next (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the keyring has the key of that name, without putting a window before the person, in some
 * seconds at the most. Errors: the keyring's, when it is HS_SECRET_STORE_FAILED. */
HsSecretStoreAnswer hs_person_key_look (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
