/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person proves who they are, for pages and workstations alike, in stages: gate and count (store
 * lane), look at the secret (scrypt lane), ask the directory about its people (directory lane), take
 * the failure back or refuse (store lane). Who has a row of ours with a password is ours; all others
 * are the directory's, if there is one, and get a row without password at their first sign-in.
 *
 * A name that nobody has, a PIN that nobody has set and a wrong one are answered alike and after the
 * same time. A card is something that a person holds, so that nobody has it is said, except to a
 * terminal. There failures are counted by terminal instead of by address.
 *
 * Threads: as site/server/call.h. */

#include "core/wire/sign_in.h"
#include "site/server/call.h"

/* What is shown; the same rules as HsSignInRequest. Borrowed during hs_proof_stage_begin(). */
typedef struct
{
  HsSignInMethod method;
  const char *user;            /* nullable */
  const HsSecretBytes *card;   /* nullable */
  const HsSecretBytes *secret; /* nullable */
  const char *kind;            /* counted as: "page", "password", … */
  gboolean hides_cards;        /* a card with a PIN that nobody has is answered like a wrong PIN */
} HsProof;

/* On success the request goes on, and comes to @finish in the store lane, which calls
 * hs_proof_stage_finish(). Uses call->state.
 * Errors: TEMPORARY with status 429 and retry_s: too many failures; REFUSED: the PIN is locked;
 * NOT_FOUND: nobody has this card; INVALID: no card number. */
gboolean hs_proof_stage_begin (HsSite *site,
                               HsCall *call,
                               const HsProof *proof,
                               HsCallStage finish,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): who signed in. Errors: DENIED with status 401: wrong; REFUSED, EXPIRED:
 * the account is blocked or over; TEMPORARY: the directory cannot be asked. */
HsStoreUser *
hs_proof_stage_finish (HsSite *site, HsCall *call, GError **error) G_GNUC_WARN_UNUSED_RESULT;
