/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The release page's forms about others who may release. Like the other forms they answer with a
 * redirect and one sentence; what went wrong is such a sentence, too. */

#include "site/server/handlers.h"

#include "base/error.h"
#include "site/people/delegations.h"

#define MAX_DAYS 366

static gboolean
end_form (HsSite *site, HsCall *call, const char *sentence, GError **error)
{
  g_autofree char *flash = g_strconcat (sentence, ".", NULL);

  flash[0] = g_ascii_toupper (flash[0]);
  if (!hs_store_set_flash (site->store, call->session->digest, flash, error))
    return FALSE;
  hs_call_redirect (call, "/");
  return TRUE;
}

/* What the person can do something about is told; the rest is an error of the request. */
static gboolean
end_with (HsSite *site, HsCall *call, GError *reason, GError **error)
{
  g_autoptr (GError) owned = reason;

  if (owned->domain == HS_ERROR
      && (owned->code == HS_ERROR_NOT_FOUND || owned->code == HS_ERROR_REFUSED
          || owned->code == HS_ERROR_INVALID || call->retry_s > 0))
    return end_form (site, call, owned->message, error);
  g_propagate_error (error, g_steal_pointer (&owned));
  return FALSE;
}

static gboolean
give (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *name = hs_form_dup_field (call->body, "delegate");
  g_autofree char *job_text = hs_form_dup_field (call->body, "job");
  g_autofree char *days_text = hs_form_dup_field (call->body, "days");
  g_autoptr (HsStoreDelegation) given = NULL;
  HsId job = { { 0 } };
  guint64 days = 0;

  if (days_text == NULL || !g_ascii_string_to_unsigned (days_text, 10, 1, MAX_DAYS, &days, NULL)
      || (job_text != NULL && *job_text != '\0' && !hs_id_parse (job_text, &job)))
    return end_form (site, call, "choose what and until when", error);
  given = hs_delegation_give (site, &call->session->identity, g_strstrip (name), &job,
                              call->now_us + (gint64)days * G_TIME_SPAN_DAY, call->now_us, &reason);
  if (given == NULL)
    return end_with (site, call, g_steal_pointer (&reason), error);
  if (!hs_delegation_wake (site, call, &given->owner, error))
    return FALSE;
  g_autofree char *sentence
      = g_strdup_printf ("%s can now print %s", given->display_name,
                         hs_id_is_zero (&job) ? "your documents" : "this document");
  return end_form (site, call, sentence, error);
}

gboolean
hs_handle_delegate (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *name = hs_form_dup_field (call->body, "delegate");

  if (name == NULL || *g_strstrip (name) == '\0')
    return end_form (site, call, "type the user name of the other person", error);
  if (!hs_delegation_begin (site, &call->session->identity, call->now_us, &call->retry_s, &reason))
    return end_with (site, call, g_steal_pointer (&reason), error);
  call->next = give;
  call->next_lane = HS_CALL_LANE_STORE;
  return TRUE;
}

gboolean
hs_handle_undelegate (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *text = hs_form_dup_field (call->body, "id");
  const HsId *owner = &call->session->identity;
  HsId id, delegate;

  if (text == NULL || !hs_id_parse (text, &id))
    return end_form (site, call, "there is no such permission, or it is over", error);
  if (!hs_delegation_take_back (site, owner, &id, &delegate, &reason))
    return end_with (site, call, g_steal_pointer (&reason), error);
  if (!hs_delegation_wake (site, call, owner, error)
      || !hs_delegation_wake_workstations (site, call, owner, error))
    return FALSE;
  hs_call_wake (call, &delegate);
  return end_form (site, call, "taken back", error);
}
