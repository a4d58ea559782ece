/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The three stages of a sign-in. */

#include "site/people/password_stage.h"

#include "base/error.h"
#include "site/people/password.h"
#include "site/people/sign_in.h"

typedef struct
{
  char *name;
  char *verifier; /* NULL: nobody has the name */
  HsSecretBytes *password;
  gboolean matches;
  HsCallStage finish;
} Attempt;

static void
free_attempt (gpointer data)
{
  Attempt *attempt = data;

  hs_secret_bytes_free (attempt->password);
  g_free (attempt->verifier);
  g_free (attempt->name);
  g_free (attempt);
}

static gboolean
look_at_password (HsSite *site, HsCall *call, GError **error)
{
  Attempt *attempt = call->state;

  if (!hs_password_check (attempt->verifier, attempt->password, &attempt->matches, error))
    return FALSE;
  call->next = attempt->finish;
  call->next_lane = HS_CALL_LANE_STORE;
  return TRUE;
}

gboolean
hs_password_stage_begin (HsSite *site,
                         HsCall *call,
                         const char *name,
                         HsSecretBytes *password,
                         HsCallStage finish,
                         GError **error)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->name = g_strdup (name);
  attempt->password = password;
  attempt->finish = finish;
  call->state = attempt;
  call->free_state = free_attempt;
  if (!hs_sign_in_begin (site, name, call->address, call->now_us, &attempt->verifier,
                         &call->retry_s, error))
    {
      if (call->retry_s > 0)
        call->error_status = 429;
      return FALSE;
    }
  call->next = look_at_password;
  call->next_lane = HS_CALL_LANE_SCRYPT;
  return TRUE;
}

HsStoreUser *
hs_password_stage_finish (HsSite *site, HsCall *call, GError **error)
{
  const Attempt *attempt = call->state;

  if (attempt->matches)
    return hs_sign_in_succeed (site, attempt->name, call->address, error);
  call->error_status = 401;
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
               "the name or the password is wrong; try again, or ask an administrator for a new "
               "password");
  return NULL;
}
