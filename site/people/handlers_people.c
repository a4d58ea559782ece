/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What people ask: the release page and its forms. A form answers with a redirect (303) and one
 * sentence that the next page shows, so that reloading never sends anything twice. */

#include "site/server/handlers.h"

#include "base/error.h"
#include "core/identity.h"
#include "site/people/order_list.h"
#include "site/people/page.h"
#include "site/people/password.h"
#include "site/people/proof_stage.h"
#include "site/people/sign_in.h"

#include <string.h>

#define LIVE_WAIT_US (25 * G_TIME_SPAN_SECOND) /* proxies cut silent connections after 30 to 60 s */
#define COOKIE "__Host-homespool"

/* The printer of the path or form. *printer stays NULL if none is named; NOT_FOUND if it is not on
 * the list. */
static gboolean
find_printer (HsSite *site, const char *text, HsStorePrinter **printer, GError **error)
{
  HsId uuid;

  if (text == NULL || *text == '\0')
    return TRUE;
  if (hs_id_parse (text, &uuid))
    *printer = hs_store_get_printer (site->store, &uuid, error);
  else
    g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                 "that printer is not on the organisation's list");
  return *printer != NULL;
}

gboolean
hs_handle_page (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStorePrinter) printer = NULL;

  if (!find_printer (site, call->argument, &printer, error))
    return FALSE;
  if (call->session != NULL)
    return hs_page_reply_jobs (site, call, printer, error);
  HsPageSignIn view = { .printer = printer };
  return hs_page_reply_sign_in (site, call, 200, &view, error);
}

/* ── live updates ────────────────────────────────────────────────────────────────────────── */

/* Holds until the list differs from the digest that the page has, at most LIVE_WAIT_US. */
gboolean
hs_handle_jobs (HsSite *site, HsCall *call, GError **error)
{
  g_autofree char *seen = hs_form_dup_field (call->query, "seen");
  g_autofree char *digest = NULL;
  g_autofree char *list
      = hs_page_render_list (site, &call->session->identity, call->now_us, &digest, error);

  if (list == NULL)
    return FALSE;
  if (call->deadline_us == 0)
    call->deadline_us = call->now_us + LIVE_WAIT_US;
  if (g_strcmp0 (seen, digest) != 0)
    {
      g_autofree char *framed
          = g_strdup_printf ("<div id=\"list\" data-digest=\"%s\">\n%s</div>\n", digest, list);
      hs_call_reply (call, 200, "text/html; charset=utf-8", framed, -1);
    }
  else if (call->now_us >= call->deadline_us)
    hs_call_reply (call, 204, NULL, NULL, 0);
  else
    {
      call->wants_wait = TRUE;
      call->wait_key = call->session->identity;
      call->wait_until_us = call->deadline_us;
    }
  return TRUE;
}

/* ── signing in and out ──────────────────────────────────────────────────────────────────── */

static void
redirect_to_page (HsCall *call, const HsStorePrinter *printer)
{
  char uuid[HS_ID_TEXT_BYTES];
  g_autofree char *path = printer != NULL
                              ? g_strconcat ("/p/", hs_id_format (&printer->uuid, uuid), NULL)
                              : g_strdup ("/");

  hs_call_redirect (call, path);
}

/* A sign-in that failed shows the form again, with the reason and the status of the error. */
static gboolean
show_again (HsSite *site,
            HsCall *call,
            const char *name,
            const HsStorePrinter *printer,
            guint status,
            const char *message,
            GError **error)
{
  g_autofree char *sentence = g_strconcat (message, ".", NULL);
  HsPageSignIn view = { .printer = printer, .name = name, .message = sentence };

  sentence[0] = g_ascii_toupper (sentence[0]);
  return hs_page_reply_sign_in (site, call, status, &view, error);
}

static gboolean
finish_sign_in (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *text = hs_form_dup_field (call->body, "printer");
  g_autoptr (HsStorePrinter) printer = NULL;
  g_autoptr (HsStoreUser) user = NULL;
  g_autoptr (HsStoreSession) session = NULL;

  if (!find_printer (site, text, &printer, error))
    return FALSE;
  user = hs_proof_stage_finish (site, call, &reason);
  if (user == NULL
      && (g_error_matches (reason, HS_ERROR, HS_ERROR_DENIED)
          || g_error_matches (reason, HS_ERROR, HS_ERROR_REFUSED)
          || g_error_matches (reason, HS_ERROR, HS_ERROR_EXPIRED)
          || g_error_matches (reason, HS_ERROR, HS_ERROR_TEMPORARY)))
    {
      g_autofree char *name = hs_form_dup_field (call->body, "user");
      guint status = reason->code == HS_ERROR_TEMPORARY ? 503 : 401;
      return show_again (site, call, name, printer, status, reason->message, error);
    }
  if (user == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  /* A new session for each sign-in; an older one in the same browser ends. */
  if (call->token != NULL)
    {
      g_autoptr (HsStoreSession) older
          = hs_sign_in_find_session (site, call->token, call->now_us, NULL);
      if (older != NULL && !hs_store_remove_session (site->store, older->digest, error))
        return FALSE;
    }
  g_autofree char *token
      = hs_sign_in_make_session (site, user, NULL, FALSE, call->now_us, &session, error);
  if (token == NULL)
    return FALSE;
  call->set_cookie
      = g_strdup_printf (COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", token,
                         (int)(HS_SESSION_BROWSER_US / G_TIME_SPAN_SECOND));
  hs_secret_bytes_wipe (token, strlen (token));
  redirect_to_page (call, printer);
  return TRUE;
}

gboolean
hs_handle_sign_in (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *name = hs_form_dup_field (call->body, "user");
  g_autofree char *typed = hs_form_dup_field (call->body, "password");
  g_autoptr (HsSecretBytes) password = NULL;
  gsize length = typed != NULL ? strlen (typed) : 0;

  if (length > 0 && length <= HS_PASSWORD_MAX_BYTES)
    password = hs_secret_bytes_new_copy ((const guint8 *)typed, length);
  if (typed != NULL)
    hs_secret_bytes_wipe (typed, length);
  if (name != NULL)
    g_strstrip (name);
  if (name == NULL || !hs_identity_is_name (name) || password == NULL)
    return show_again (site, call, NULL, NULL, 400, "enter your user name and your password",
                       error);
  const HsProof proof
      = { .method = HS_SIGN_IN_PASSWORD, .user = name, .secret = password, .kind = "page" };
  if (hs_proof_stage_begin (site, call, &proof, finish_sign_in, &reason))
    return TRUE;
  if (call->error_status == 429)
    return show_again (site, call, name, NULL, 429, reason->message, error);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
hs_handle_sign_out (HsSite *site, HsCall *call, GError **error)
{
  if (!hs_store_remove_session (site->store, call->session->digest, error))
    return FALSE;
  call->set_cookie = g_strdup (COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
  hs_call_redirect (call, "/");
  return TRUE;
}

/* ── release and delete ──────────────────────────────────────────────────────────────────── */

static gboolean
end_form (
    HsSite *site, HsCall *call, const HsStorePrinter *printer, const char *flash, GError **error)
{
  g_autofree char *here = hs_form_dup_field (call->body, "here");

  if (!hs_store_set_flash (site->store, call->session->digest, flash, error))
    return FALSE;
  hs_call_wake (call, &call->session->identity);
  redirect_to_page (call, here != NULL ? printer : NULL);
  return TRUE;
}

/* Releases each chosen job at @printer; cancels it where @printer is NULL. */
static gboolean
order_all (
    HsSite *site, HsCall *call, const HsStorePrinter *printer, HsOrderTally *tally, GError **error)
{
  g_auto (GStrv) texts = hs_form_dup_fields (call->body, "job");
  g_autoptr (GArray) jobs = g_array_new (FALSE, FALSE, sizeof (HsId));

  for (char **text = texts; *text != NULL; text++)
    {
      HsId job;
      if (hs_id_parse (*text, &job))
        g_array_append_val (jobs, job);
    }
  return hs_order_list_give (site, call, &call->session->identity, jobs,
                             printer != NULL ? &printer->uuid : NULL, tally, error);
}

gboolean
hs_handle_release (HsSite *site, HsCall *call, GError **error)
{
  g_autofree char *text = hs_form_dup_field (call->body, "printer");
  g_autoptr (HsStorePrinter) printer = NULL;
  g_auto (HsOrderTally) tally = { 0 };

  if (!find_printer (site, text, &printer, error))
    return FALSE;
  if (printer == NULL)
    return end_form (site, call, NULL, "Choose a printer first.", error);
  if (!order_all (site, call, printer, &tally, error))
    return FALSE;
  g_autofree char *where = g_strdup_printf ("on the way to %s", printer->name);
  g_autofree char *flash = hs_order_tally_dup_sentence (&tally, where);
  return end_form (site, call, printer, flash, error);
}

gboolean
hs_handle_delete (HsSite *site, HsCall *call, GError **error)
{
  g_autofree char *text = hs_form_dup_field (call->body, "printer");
  g_autoptr (HsStorePrinter) printer = NULL;
  g_auto (HsOrderTally) tally = { 0 };

  if (!find_printer (site, text, &printer, NULL))
    g_clear_pointer (&printer, hs_store_printer_free);
  if (!order_all (site, call, NULL, &tally, error))
    return FALSE;
  g_autofree char *flash = hs_order_tally_dup_sentence (&tally, "being deleted");
  return end_form (site, call, printer, flash, error);
}
