/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Session tokens of a kiosk: how a program shows that its person signed in.
 *
 * A token is 32 random bytes as text, handed out once and kept as a hash. It is bound to a process
 * (the one that signed in, or the shell that it was started from): it serves that process and its
 * descendants, of the same uid and in the same login session, and it ends with that process. Copied
 * elsewhere it is worth nothing.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"
#include "platform/peer.h"

#define HS_TOKEN_TEXT_BYTES 44 /* 32 bytes as base64url, and the NUL */

typedef struct HsTokens HsTokens;

/* Who holds a token. */
typedef struct
{
  guint32 uid;
  HsPeerProcess *process;
  const char *login_session; /* NULL: the system knows none; then it is not compared */
} HsTokenHolder;

/* The process of the last token of @occupancy has ended. */
typedef void (*HsTokensEndedFunc) (const HsId *occupancy, gpointer user_data);

HsTokens *hs_tokens_new (HsTokensEndedFunc ended, gpointer user_data);
void hs_tokens_free (HsTokens *tokens);

/* Takes @holder->process, also on error. Returns: (transfer full): the text.
 * Errors: INTERNAL, NO_SPACE (so many programs hold one). */
HsSecretBytes *hs_tokens_issue (HsTokens *tokens,
                                const HsTokenHolder *holder,
                                const HsId *occupancy,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Is @text the token of the caller that connected @socket? @login_session (nullable): the caller's. */
gboolean hs_tokens_check (HsTokens *tokens,
                          const char *text,
                          GSocket *socket,
                          const char *login_session,
                          HsId *occupancy) G_GNUC_WARN_UNUSED_RESULT;

void hs_tokens_forget_all (HsTokens *tokens);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTokens, hs_tokens_free)
