/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files of a kiosk share: kiosk.c (life, sign-out), kiosk_sign_in.c (with the site),
 * kiosk_offline.c (without it), kiosk_memory.c (what is remembered), kiosk_secret.c (a new PIN). */

#include "engine/identity/kiosk.h"

#include "core/attempts.h"

struct HsKiosk
{
  HsKioskParts parts;
  HsSeat *seat;
  HsTokens *tokens;
  HsKioskKeys *keys;
  guint watch; /* of the engine's jobs */

  /* Of who sits there. */
  char *name;
  HsSecretBytes *pepper;  /* what the site gave; nullable */
  gint64 expires_us;      /* UTC */
  gint64 expires_boot_us; /* the same, by the boot clock */
  gint64 last_life_us;    /* boot clock: the last sign of life */
  GSource *deadline;      /* looks at the two again; NULL while nobody sits there */
  guint leave_source;     /* signs out in the next turn of the main loop */
  gboolean is_signing_in; /* one at a time */
  guint leaves;           /* times that whoever was here had to go; nobody sits down over one */
  gboolean is_changing;   /* a secret is being changed */

  /* What is remembered (kiosk_memory.c). */
  GHashTable *settings;    /* char * → GBytes *: ours of the ledger */
  HsSecretBytes *name_key; /* makes ids of names that tell nothing */
};

/* ── kiosk.c ─────────────────────────────────────────────────────────────────────────────── */

void hs_kiosk_note_life (HsKiosk *kiosk);

/* The person sits there now (again): limits begin. Takes @name. @pepper nullable, copied. */
void hs_kiosk_settle_in (HsKiosk *kiosk,
                         const char *name,
                         const HsSecretBytes *pepper,
                         gint64 expires_us);

/* ── kiosk_memory.c ──────────────────────────────────────────────────────────────────────── */

gboolean hs_kiosk_memory_init (HsKiosk *kiosk, GError **error);
void hs_kiosk_memory_clear (HsKiosk *kiosk);

/* Remembers who may sign in offline under which name (nullable: a card). */
void
hs_kiosk_remember (HsKiosk *kiosk, const char *user, const HsId *identity, gboolean may_sign_in);

/* The entitlement of @identity that holds now for the registered key; NULL: none, *error says why
 * (DENIED, EXPIRED). */
HsEntitlement *hs_kiosk_find_entitlement (HsKiosk *kiosk, const HsId *identity, GError **error);

/* Tries of this machine. Counting completes when it is durable (@callback: hs_ledger_commit_finish). */
HsAttempts hs_kiosk_get_attempts (HsKiosk *kiosk, const HsId *identity);
void hs_kiosk_count_attempt_async (HsKiosk *kiosk,
                                   const HsId *identity,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
void hs_kiosk_clear_attempts (HsKiosk *kiosk, const HsId *identity);

/* ── a sign-in under way: kiosk_sign_in.c and kiosk_offline.c ────────────────────────────── */

typedef struct
{
  HsKiosk *kiosk;
  GTask *task; /* who waits */
  HsSignInRequest request;
  gboolean replaces_key;
  guint leaves;         /* the kiosk's, when it began */
  HsTokenHolder holder; /* its strings and process are ours */
  char *login_session;

  HsId identity;
  char *name;
  HsSecretBytes *pepper;  /* nullable */
  HsSecretBytes *session; /* the site's; NULL: offline */
  gint64 expires_us;
  char *entitlement; /* nullable */

  HsSecretBytes *key; /* nullable */
  HsKioskKeyState key_state;
  gboolean registers; /* the key is new, or replaces */
} HsKioskSignIn;

/* Both end the sign-in. Take @error. */
void hs_kiosk_sign_in_fail (HsKioskSignIn *sign_in, GError *error);

/* The key, if there is one, is handed over; then the person is seated. */
void hs_kiosk_sign_in_go_on (HsKioskSignIn *sign_in);

/* Is this one for a sign-in without the site? */
gboolean hs_kiosk_may_be_offline (const HsKioskSignIn *sign_in, const GError *why);
void hs_kiosk_sign_in_offline (HsKioskSignIn *sign_in);

/* After a sign-in with the site: makes, or removes, what an offline one needs. Nobody waits. */
void hs_kiosk_prepare_offline (const HsKioskSignIn *sign_in);

/* After the site took a new password of @identity, whose key is open: the earlier one opens nothing any
 * more. Nobody waits. */
void hs_kiosk_follow_password (HsKiosk *kiosk, const HsId *identity, const HsSecretBytes *password);
