/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The body of a card's registration. */

#include "core/wire/card_request.h"

#include "core/wire/json_strict.h"
#include "core/wire/sign_in.h"

HsCardRequest *
hs_card_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "card", NULL };
  g_autoptr (HsCardRequest) request = g_new0 (HsCardRequest, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("card request", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = hs_json_take_secret_text (object, "session", HS_SIGN_IN_MAX_SESSION_BYTES, &request->session,
                                 error)
       && hs_json_take_secret_text (object, "card", HS_SIGN_IN_MAX_CARD_BYTES, &request->card,
                                    error)
       && hs_json_check_members ("card request", object, members, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&request) : NULL;
}

char *
hs_card_request_encode (const HsCardRequest *request)
{
  json_t *object = json_object ();
  char *text;

  hs_json_set_value (object, "session",
                     json_stringn ((const char *)hs_secret_bytes_peek (request->session),
                                   hs_secret_bytes_get_length (request->session)));
  hs_json_set_value (object, "card",
                     json_stringn ((const char *)hs_secret_bytes_peek (request->card),
                                   hs_secret_bytes_get_length (request->card)));
  text = hs_json_encode (object);
  hs_json_wipe (object);
  json_decref (object);
  return text;
}

void
hs_card_request_free (HsCardRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  hs_secret_bytes_free (request->card);
  g_free (request);
}
