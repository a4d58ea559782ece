/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Letting others release, and shares: core/wire/delegation. */

#include "core/wire/delegation.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#include <string.h>

#define U1 "00112233-4455-6677-8899-aabbccddeeff"
#define U2 "10112233-4455-6677-8899-aabbccddeeff"
#define SHARE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* A decoder that only says yes or no, and a rewriting that must give the same text. */
#define BODY(name, Type, module, free_value)                                                       \
  static gboolean name (const char *bytes, gsize length, GError **error)                           \
  {                                                                                                \
    Type *value = module##_decode (bytes, length, error);                                          \
    gboolean ok = value != NULL;                                                                   \
    if (ok)                                                                                        \
      free_value (value);                                                                          \
    return ok;                                                                                     \
  }                                                                                                \
  static void name##_again (const char *text)                                                      \
  {                                                                                                \
    g_autoptr (GError) error = NULL;                                                               \
    Type *value = module##_decode (text, strlen (text), &error);                                   \
    HS_ASSERT_NO_ERROR (error);                                                                    \
    g_autofree char *again = module##_encode (value);                                              \
    HS_ASSERT_STR_EQ (again, text);                                                                \
    free_value (value);                                                                            \
    hs_wire_refuses_the_usual (text, NULL, name);                                                  \
  }

BODY (delegation_request, HsDelegationRequest, hs_delegation_request, hs_delegation_request_free)
BODY (delegation_reply, HsDelegationReply, hs_delegation_reply, hs_delegation_reply_free)
BODY (delegations_request, HsSecretBytes, hs_delegations_request, hs_secret_bytes_free)
BODY (delegations, GPtrArray, hs_delegations, g_ptr_array_unref)
BODY (revocation_request, HsRevocationRequest, hs_revocation_request, hs_revocation_request_free)
BODY (shares_request, HsSharesRequest, hs_shares_request, hs_shares_request_free)
BODY (shares, GPtrArray, hs_shares, g_ptr_array_unref)

static void
giving_survives_and_is_strict (void)
{
  static const char one[]
      = "{\"delegate\":\"bea\",\"expires_us\":9,\"job\":\"" U1 "\",\"session\":\"s\"}";

  delegation_request_again (one);
  delegation_request_again ("{\"delegate\":\"bea\",\"expires_us\":9,\"job\":null,"
                            "\"session\":\"s\"}");
  hs_wire_refuses_with (one, "delegate", "\"\"", delegation_request);
  hs_wire_refuses_with (one, "delegate", "null", delegation_request);
  hs_wire_refuses_with (one, "expires_us", "0", delegation_request);
  hs_wire_refuses_with (one, "job", "\"all\"", delegation_request);
  hs_wire_refuses_with (one, "session", "null", delegation_request);
  delegation_reply_again ("{\"id\":\"" U1 "\",\"identity\":\"" U2 "\",\"name\":\"Bea\"}");
}

static void
the_list_survives_and_is_strict (void)
{
  delegations_request_again ("{\"session\":\"s\"}");
  delegations_again ("{\"delegations\":[]}");
  delegations_again ("{\"delegations\":[{\"delegate\":\"bea\",\"expires_us\":9,\"id\":\"" U1
                     "\",\"job\":null,\"name\":\"Bea\"},{\"delegate\":\"cleo\",\"expires_us\":9,"
                     "\"id\":\"" U2 "\",\"job\":\"" U1 "\",\"name\":\"Cleo\"}]}");
}

static void
taking_back_survives_and_is_strict (void)
{
  static const char text[] = "{\"id\":\"" U1 "\",\"session\":\"s\"}";

  revocation_request_again (text);
  hs_wire_refuses_with (text, "id", "null", revocation_request);
}

static void
shares_survive_and_are_strict (void)
{
  static const char request[] = "{\"jobs\":[\"" U1 "\",\"" U2 "\"],\"session\":\"s\"}";
  static const char reply[] = "{\"shares\":[{\"job\":\"" U1 "\",\"share\":\"" SHARE "\"}]}";

  shares_request_again (request);
  hs_wire_refuses_with (request, "jobs", "[]", shares_request);
  hs_wire_refuses_with (request, "jobs", "[\"00000000-0000-0000-0000-000000000000\"]",
                        shares_request);
  hs_wire_refuses_with (request, "jobs", "[\"no uuid\"]", shares_request);
  shares_again (reply);
  shares_again ("{\"shares\":[]}");
  hs_wire_refuses_with (reply, "shares.0.share", "\"AAAA\"", shares);
}

HS_SUITE ("delegations and shares",
          { "giving survives and is strict", giving_survives_and_is_strict },
          { "the list survives and is strict", the_list_survives_and_is_strict },
          { "taking back survives and is strict", taking_back_survives_and_is_strict },
          { "shares survive and are strict", shares_survive_and_are_strict })
