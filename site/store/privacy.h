/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person as a whole in the store: everything about somebody is shown, moved or forgotten here, so that
 * a new table with people in it has one place to be named in. A part of site/store/store.h, which says
 * how the store is used; the rules are in site/people/erasure.h.
 *
 * Threads, blocking and errors: as site/store/store.h. */

#include "core/wire/json_strict.h"
#include "site/store/store.h"

/* ── showing ─────────────────────────────────────────────────────────────────────────────── */

typedef enum
{
  HS_PERSON_ACCOUNT = 0,
  HS_PERSON_CARDS,
  HS_PERSON_SESSIONS,
  HS_PERSON_KEYS,
  HS_PERSON_DELEGATIONS_GIVEN,
  HS_PERSON_DELEGATIONS_RECEIVED,
  HS_PERSON_FAILED_SIGN_INS,
  HS_PERSON_DOCUMENTS,
  HS_PERSON_PRINTED,
  HS_PERSON_ORDERS,
  HS_PERSON_N_PARTS,
} HsStorePersonPart;

/* The part's name in an export: "account", "cards", … */
const char *hs_store_person_part_to_keyword (HsStorePersonPart part);

/* @row is borrowed for the call. Times are ISO 8601 in UTC, ids uuid text, bytes base64url. */
typedef gboolean (*HsStoreRowFunc) (const json_t *row, gpointer user_data, GError **error);

/* Calls @each for every row of @part that is about @identity. @subjects: of the failed sign-ins
 * (site/people/sign_in.h). */
gboolean hs_store_walk_person (HsStore *store,
                               HsStorePersonPart part,
                               const HsId *identity,
                               const char *const subjects[2],
                               HsStoreRowFunc each,
                               gpointer user_data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── forgetting ──────────────────────────────────────────────────────────────────────────── */

/* Removes what there is up to @before_us: the account, if it is not younger, with sessions, cards, keys
 * and delegations; documents; the name in reports and orders. Of documents that wait a row without a
 * person stays until they are over, so that what happens to them is counted. Orders that no workstation
 * has yet lapse. *rows: how many changed. */
gboolean hs_store_erase_person (
    HsStore *store, const HsId *identity, gint64 before_us, guint64 *rows, GError **error);

/* Everybody who is mentioned anywhere. Returns: (element-type HsId). */
GArray *hs_store_list_identities (HsStore *store, GError **error);

/* Fingerprints of people who were erased, and when; the newest time counts. */
gboolean hs_store_add_erased (HsStore *store,
                              const guint8 fingerprint[HS_STORE_DIGEST_BYTES],
                              gint64 at_us,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* *at_us: 0 if there is none. */
gboolean hs_store_get_erased (HsStore *store,
                              const guint8 fingerprint[HS_STORE_DIGEST_BYTES],
                              gint64 *at_us,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── correcting ──────────────────────────────────────────────────────────────────────────── */

/* The person is called @name and is @to from now on, everywhere; the PIN, which is bound to the
 * identity, goes. Sessions and keys must be gone already. Errors: REFUSED if the name is taken. */
gboolean hs_store_move_person (HsStore *store,
                               const HsId *from,
                               const HsId *to,
                               const char *name,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A printed job of @identity was not this person's: nobody's from now on. Errors: NOT_FOUND. */
gboolean hs_store_disown_report (HsStore *store,
                                 const HsId *identity,
                                 const HsId *job,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
