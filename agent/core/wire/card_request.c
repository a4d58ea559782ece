/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The body of a card's registration. */

#include "core/wire/card_request.h"

#include "core/wire/json_secret.h"
#include "core/wire/sign_in.h"

HsCardRequest *
hs_card_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "card", NULL };
  g_autoptr (HsCardRequest) request = g_new0 (HsCardRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("card request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &request->session, error)
      || !hs_json_take_secret_text (object, "card", HS_SIGN_IN_MAX_CARD_BYTES, &request->card,
                                    error)
      || !hs_json_check_members ("card request", object, members, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_card_request_encode (const HsCardRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", request->session);
  hs_json_set_secret_text (object, "card", request->card);
  return hs_json_encode (object);
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
