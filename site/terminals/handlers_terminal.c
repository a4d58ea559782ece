/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What terminals ask: joining, and a person in front of one. */

#include "site/server/handlers.h"

#include "base/error.h"
#include "core/wire/sign_in.h"
#include "core/wire/terminal.h"
#include "site/people/order_list.h"
#include "site/people/proof_stage.h"
#include "site/people/sign_in.h"
#include "site/terminals/enrolment.h"
#include "site/terminals/job_list.h"
#include "site/terminals/page.h"

#include <string.h>

/* ── joining ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_handle_terminal_enrol (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsTerminalEnrolRequest) wanted
      = hs_terminal_enrol_request_decode (call->body, call->body_length, error);
  g_autoptr (HsTerminalEnrolReply) reply
      = wanted != NULL ? hs_terminal_join (site, wanted, call->now_us, error) : NULL;

  if (reply == NULL)
    return FALSE;
  hs_call_reply_wiped (call, hs_terminal_enrol_reply_encode (reply));
  return TRUE;
}

gboolean
hs_handle_terminal_pair (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsSecretBytes) code = hs_terminal_secret_decode ("code", call->body, call->body_length,
                                                              HS_TERMINAL_MAX_CODE_BYTES, error);
  char *token
      = code != NULL ? hs_terminal_pair (site, &call->terminal, code, call->now_us, error) : NULL;

  if (token == NULL)
    return FALSE;
  hs_terminal_set_cookie (site, call, token);
  hs_secret_bytes_wipe (token, strlen (token));
  g_free (token);
  hs_call_reply_json (call, "{}");
  return TRUE;
}

gboolean
hs_handle_terminal_renew (HsSite *site, HsCall *call, GError **error)
{
  g_autofree char *csr = NULL;
  g_autoptr (HsTerminalRenewal) renewal = NULL;

  if (!hs_terminal_renew_request_decode (call->body, call->body_length, &csr, error)
      || (renewal = hs_terminal_renew (site, &call->terminal, csr, call->now_us, error)) == NULL)
    return FALSE;
  hs_call_reply_wiped (call, hs_terminal_renewal_encode (renewal));
  return TRUE;
}

/* ── signing in and out ──────────────────────────────────────────────────────────────────── */

static gboolean
finish_sign_in (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStoreUser) user = hs_proof_stage_finish (site, call, error);
  g_autoptr (HsTerminalSignIn) wanted = NULL;

  if (user == NULL
      || (wanted = hs_terminal_sign_in_decode (call->body, call->body_length, error)) == NULL)
    return FALSE;
  char *token = hs_sign_in_make_terminal_session (site, user, &call->terminal, wanted->pin == NULL,
                                                  call->now_us, error);
  if (token == NULL)
    return FALSE;
  g_autoptr (HsSecretBytes) session
      = hs_secret_bytes_new_copy ((const guint8 *)token, strlen (token));
  hs_secret_bytes_wipe (token, strlen (token));
  g_free (token);
  hs_call_reply_wiped (
      call, hs_terminal_sign_in_reply_encode (user->display_name, session,
                                              HS_SESSION_TERMINAL_IDLE_US / G_TIME_SPAN_SECOND));
  return TRUE;
}

gboolean
hs_handle_terminal_sign_in (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsTerminalSignIn) wanted
      = hs_terminal_sign_in_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreTerminal) terminal
      = wanted != NULL ? hs_store_get_terminal (site->store, &call->terminal, error) : NULL;

  if (terminal == NULL)
    return FALSE;
  /* Before the card is looked at: what is answered says nothing about it. */
  if (wanted->method == HS_TERMINAL_CARD && !terminal->is_card_only
      && !site->config->terminals_card_only)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "a card alone is not enough at this printer; type your PIN too");
      return FALSE;
    }
  const HsProof proof
      = { .method = wanted->method == HS_TERMINAL_USER_PIN ? HS_SIGN_IN_PIN : HS_SIGN_IN_CARD,
          .user = wanted->user,
          .card = wanted->card,
          .secret = wanted->pin,
          .kind = "terminal",
          .hides_cards = TRUE };
  return hs_proof_stage_begin (site, call, &proof, finish_sign_in, error);
}

/* The session of the person who stands in front of this very terminal. */
static HsStoreSession *
use_session (HsSite *site, HsCall *call, const char *token, GError **error)
{
  HsStoreSession *session
      = token != NULL
            ? hs_sign_in_use_terminal_session (site, token, &call->terminal, call->now_us, error)
            : NULL;

  if (session != NULL)
    return session;
  if (token == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "sign in first");
  if (token == NULL || g_error_matches (*error, HS_ERROR, HS_ERROR_DENIED))
    call->error_status = 401;
  return NULL;
}

static HsStoreSession *
use_secret_session (HsSite *site, HsCall *call, const HsSecretBytes *token, GError **error)
{
  g_autofree char *text
      = g_strndup ((const char *)hs_secret_bytes_peek (token), hs_secret_bytes_get_length (token));
  HsStoreSession *session = use_session (site, call, text, error);

  hs_secret_bytes_wipe (text, strlen (text));
  return session;
}

gboolean
hs_handle_terminal_sign_out (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsSecretBytes) token = hs_terminal_secret_decode (
      "session", call->body, call->body_length, HS_SIGN_IN_MAX_SESSION_BYTES, error);
  g_autoptr (HsStoreSession) session
      = token != NULL ? use_secret_session (site, call, token, error) : NULL;

  if (session == NULL || !hs_store_remove_session (site->store, session->digest, error))
    return FALSE;
  hs_call_reply_json (call, "{}");
  return TRUE;
}

/* ── documents ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_handle_terminal_jobs (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStoreSession) session = use_session (site, call, call->seat, error);
  g_autofree char *json
      = session != NULL ? hs_terminal_list_jobs (site, &session->identity, call->now_us, error)
                        : NULL;

  if (json == NULL)
    return FALSE;
  hs_call_reply_json (call, json);
  return TRUE;
}

/* Releases at @printer, cancels where it is NULL. */
static gboolean
give_orders (HsSite *site,
             HsCall *call,
             const HsTerminalOrder *order,
             const HsStorePrinter *printer,
             GError **error)
{
  g_autoptr (HsStoreSession) session = use_secret_session (site, call, order->session, error);
  g_autoptr (GArray) jobs = NULL;
  g_auto (HsOrderTally) tally = { 0 };

  if (session == NULL)
    return FALSE;
  if (printer == NULL && session->is_card_only)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "a card alone is not enough to delete a document; sign in with your PIN");
      return FALSE;
    }
  jobs = order->is_all ? hs_terminal_list_releasable (site, &session->identity, call->now_us, error)
                       : g_array_ref (order->jobs);
  if (jobs == NULL
      || !hs_order_list_give (site, call, &session->identity, jobs,
                              printer != NULL ? &printer->uuid : NULL, &tally, error))
    return FALSE;
  hs_call_wake (call, &session->identity);
  g_autofree char *where = printer != NULL ? g_strdup_printf ("on the way to %s", printer->name)
                                           : g_strdup ("being deleted");
  g_autofree char *sentence = tally.done + tally.failed > 0
                                  ? hs_order_tally_dup_sentence (&tally, where)
                                  : g_strdup ("Nothing can be printed now.");
  g_autofree char *json = hs_terminal_order_reply_encode (tally.done, tally.failed, sentence);
  hs_call_reply_json (call, json);
  return TRUE;
}

gboolean
hs_handle_terminal_release (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsTerminalOrder) order
      = hs_terminal_order_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreTerminal) terminal
      = order != NULL ? hs_store_get_terminal (site->store, &call->terminal, error) : NULL;
  g_autoptr (HsStorePrinter) printer
      = terminal != NULL ? hs_store_get_printer (site->store, &terminal->printer, error) : NULL;

  return printer != NULL && give_orders (site, call, order, printer, error);
}

gboolean
hs_handle_terminal_delete (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsTerminalOrder) order
      = hs_terminal_order_decode (call->body, call->body_length, error);

  if (order == NULL)
    return FALSE;
  if (!order->is_all)
    return give_orders (site, call, order, NULL, error);
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "say which documents are to be deleted");
  return FALSE;
}
