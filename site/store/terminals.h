/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The part of the store about terminals and card readers; rules as in site/store/store.h.
 *
 * Threads, blocking and errors: as site/store/store.h. */

#include "site/store/store.h"

typedef struct
{
  HsId id;
  HsId printer;          /* its own; it releases to no other */
  char *name;            /* for administrators */
  gboolean is_card_only; /* a card without PIN is enough here */
  gint64 added_us;
  guint8 secret[HS_STORE_DIGEST_BYTES]; /* SHA-256 of the one-time secret; zeros once it is spent */
  gint64 secret_until_us;
  guint8 fingerprint
      [HS_STORE_DIGEST_BYTES]; /* SHA-256 of its certificate; zeros before there is one */
  gint64 not_after_us;         /* of the certificate */
  guint8 next_fingerprint
      [HS_STORE_DIGEST_BYTES]; /* of the renewed one, until that was used; zeros: there is none */
  gint64 next_not_after_us;    /* of the renewed one */
  guint8 token[HS_STORE_DIGEST_BYTES]; /* SHA-256 of the token; zeros until it is enrolled */
  gint64 enrolled_us;                  /* 0 = not yet */
  gint64 last_seen_us;
  gint64 revoked_us; /* 0 = in use */
} HsStoreTerminal;

gboolean hs_store_add_terminal (HsStore *store, const HsStoreTerminal *terminal, GError **error);
/* Errors: NOT_FOUND. */
HsStoreTerminal *hs_store_get_terminal (HsStore *store, const HsId *id, GError **error);
/* The one whose secret is not spent yet. Errors: NOT_FOUND. */
HsStoreTerminal *
hs_store_get_terminal_by_secret (HsStore *store, const guint8 *digest, GError **error);
GPtrArray *hs_store_list_terminals (HsStore *store, GError **error);

/* Writes fingerprint, end, token and time of enrolment of @terminal; the secret is spent. */
gboolean hs_store_enrol_terminal (HsStore *store, const HsStoreTerminal *terminal, GError **error);
/* Writes the renewed certificate's fingerprint and end; one that was never used is forgotten. */
gboolean
hs_store_set_terminal_next (HsStore *store, const HsStoreTerminal *terminal, GError **error);
/* The renewed certificate is the terminal's from now on, and the older one nobody's. */
gboolean hs_store_promote_terminal (HsStore *store, const HsId *id, GError **error);
gboolean hs_store_set_terminal_seen (HsStore *store, const HsId *id, gint64 now_us, GError **error);
/* Ends its sessions too; the first time counts. */
gboolean hs_store_revoke_terminal (HsStore *store, const HsId *id, gint64 now_us, GError **error);

void hs_store_terminal_free (HsStoreTerminal *terminal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStoreTerminal, hs_store_terminal_free)
