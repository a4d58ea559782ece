/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Session tokens of a kiosk. */

#include "engine/identity/tokens.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/refusal.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

#include <string.h>

#define TOKEN_BYTES 32
#define MOST_TOKENS 32 /* programs of one person; the command line and the tray are two */

struct HsTokens
{
  GPtrArray *held; /* Token */
  HsTokensEndedFunc ended;
  gpointer user_data;
};

typedef struct
{
  HsTokens *tokens; /* whose it is */
  guint8 hash[HS_SHA256_BYTES];
  guint32 uid;
  HsPeerProcess *process;
  char *login_session;
  HsId occupancy;
} Token;

static void
token_free (gpointer data)
{
  Token *token = data;

  hs_peer_process_free (token->process);
  g_free (token->login_session);
  g_free (token);
}

HsTokens *
hs_tokens_new (HsTokensEndedFunc ended, gpointer user_data)
{
  HsTokens *tokens = g_new0 (HsTokens, 1);

  tokens->held = g_ptr_array_new_with_free_func (token_free);
  tokens->ended = ended;
  tokens->user_data = user_data;
  return tokens;
}

void
hs_tokens_free (HsTokens *tokens)
{
  if (tokens == NULL)
    return;
  g_ptr_array_unref (tokens->held);
  g_free (tokens);
}

void
hs_tokens_forget_all (HsTokens *tokens)
{
  g_ptr_array_set_size (tokens->held, 0);
}

static gboolean
has_token_of (const HsTokens *tokens, const HsId *occupancy)
{
  for (guint i = 0; i < tokens->held->len; i++)
    if (hs_id_equal (&((const Token *)tokens->held->pdata[i])->occupancy, occupancy))
      return TRUE;
  return FALSE;
}

static void
on_process_ended (HsPeerProcess *process, gpointer user_data)
{
  Token *token = user_data;
  HsTokens *tokens = token->tokens;
  HsId occupancy = token->occupancy;

  g_ptr_array_remove_fast (tokens->held, token);
  if (!has_token_of (tokens, &occupancy))
    tokens->ended (&occupancy, tokens->user_data);
}

HsSecretBytes *
hs_tokens_issue (HsTokens *tokens,
                 const HsTokenHolder *holder,
                 const HsId *occupancy,
                 GError **error)
{
  g_autoptr (HsPeerProcess) process = holder->process;
  guint8 random[TOKEN_BYTES];

  if (tokens->held->len >= MOST_TOKENS)
    {
      hs_refusal_set (error, HS_REFUSAL_SEAT_TOO_MANY_PROGRAMS, NULL);
      return NULL;
    }
  if (!hs_random_bytes (random, sizeof random, error))
    return NULL;
  char *text = hs_base64_encode (HS_BASE64_URL, random, sizeof random);
  hs_secret_bytes_wipe (random, sizeof random);
  Token *token = g_new0 (Token, 1);
  token->tokens = tokens;
  hs_sha256 (text, strlen (text), token->hash);
  token->uid = holder->uid;
  token->process = g_steal_pointer (&process);
  token->login_session = g_strdup (holder->login_session);
  token->occupancy = *occupancy;
  g_ptr_array_add (tokens->held, token);
  hs_peer_process_watch (token->process, on_process_ended, token);
  /* With its NUL: whoever writes it out wants a string. */
  HsSecretBytes *secret = hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text) + 1);
  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
  return secret;
}

gboolean
hs_tokens_check (
    HsTokens *tokens, const char *text, GSocket *socket, const char *login_session, HsId *occupancy)
{
  guint8 hash[HS_SHA256_BYTES];
  HsPeer peer;

  if (strlen (text) != HS_TOKEN_TEXT_BYTES - 1 || !hs_peer_identify (socket, &peer, NULL))
    return FALSE;
  hs_sha256 (text, strlen (text), hash);
  for (guint i = 0; i < tokens->held->len; i++)
    {
      const Token *token = tokens->held->pdata[i];
      if (!hs_constant_time_equal (token->hash, hash, sizeof hash))
        continue;
      if (token->uid != peer.uid
          || (token->login_session != NULL && login_session != NULL
              && strcmp (token->login_session, login_session) != 0)
          || !hs_peer_process_has_connected (token->process, socket))
        return FALSE;
      *occupancy = token->occupancy;
      return TRUE;
    }
  return FALSE;
}
