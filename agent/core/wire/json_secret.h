/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* JSON that carries a password, a session or a share: what was parsed or built is wiped before it is
 * freed, whichever way a function is left.
 *
 * Threads: any, no shared state.  Blocks: never.
 * Errors of every function that has @error: INVALID. */

#include "base/secret_bytes.h"
#include "core/wire/json_strict.h"

/* Overwrites every string inside @value, for objects that carried a password or share. Use just
 * before the last json_decref(). */
void hs_json_wipe (json_t *value);

/* A json_t that is wiped when its variable goes: g_autoptr (HsSecretJson) object = json_object (); */
typedef json_t HsSecretJson;
void hs_secret_json_free (HsSecretJson *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSecretJson, hs_secret_json_free)

/* Text of 1 to @maximum bytes that is a secret (a password); wipes the text inside @object. *out is
 * (transfer full). */
gboolean hs_json_take_secret_text (json_t *object,
                                   const char *name,
                                   gsize maximum,
                                   HsSecretBytes **out,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* base64url of @minimum to @maximum secret bytes; wipes the text inside @object. *out is (transfer
 * full). */
gboolean hs_json_take_secret (json_t *object,
                              const char *name,
                              gsize minimum,
                              gsize maximum,
                              HsSecretBytes **out,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same; null leaves *out as it is. */
gboolean hs_json_take_secret_text_or_null (json_t *object,
                                           const char *name,
                                           gsize maximum,
                                           HsSecretBytes **out,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_json_take_secret_or_null (json_t *object,
                                      const char *name,
                                      gsize minimum,
                                      gsize maximum,
                                      HsSecretBytes **out,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The member "session": the token of a person's session at the site. */
gboolean hs_json_take_session (json_t *object,
                               HsSecretBytes **out,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As text, which the secret has to be, and as base64url. NULL @secret writes null. */
void hs_json_set_secret_text (json_t *object, const char *name, const HsSecretBytes *secret);
void hs_json_set_secret (json_t *object, const char *name, const HsSecretBytes *secret);
