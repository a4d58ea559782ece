/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/print_system_proof.h"
#include "support/suite.h"

#define SECRET "0123456789abcdefghijklmnopqrstuvwxyzABCDEF-"

static HsPrintSystemTrust
full_trust (void)
{
  HsPrintSystemTrust trust = { .has_verifier = TRUE, .is_policy_verified = TRUE };

  hs_print_system_make_verifier (SECRET, trust.verifier);
  return trust;
}

static void
the_verifier_is_the_digest_of_the_secret (void)
{
  /* FIPS 180-2, appendix B.1. */
  static const guint8 abc[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
  guint8 verifier[HS_PRINT_SYSTEM_VERIFIER_BYTES];

  hs_print_system_make_verifier ("abc", verifier);
  HS_ASSERT_BYTES_EQ (verifier, sizeof verifier, abc, sizeof abc);
}

/* Every combination of the five conditions: only all of them together are believed. */
static void
nothing_less_than_all_proofs_is_believed (void)
{
  for (guint missing = 0; missing < 32; missing++)
    {
      HsPrintSystemTrust trust = full_trust ();
      HsPrintSystemClaim claim = { .is_unix_socket = (missing & 1) == 0,
                                   .is_print_system_uid = (missing & 2) == 0,
                                   .secret = (missing & 4) == 0 ? SECRET : NULL };
      trust.has_verifier = (missing & 8) == 0;
      trust.is_policy_verified = (missing & 16) == 0;
      HS_ASSERT_INT_EQ (hs_print_system_judge (&trust, &claim),
                        missing == 0 ? HS_CALLER_PRINT_SYSTEM : HS_CALLER_STRANGER);
    }
}

static void
a_wrong_secret_makes_a_stranger (void)
{
  static const char *const wrong[]
      = { "", "0", SECRET "x", "1123456789abcdefghijklmnopqrstuvwxyzABCDEF-",
          "0123456789abcdefghijklmnopqrstuvwxyzABCDEF_" };
  HsPrintSystemTrust trust = full_trust ();

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      HsPrintSystemClaim claim = { TRUE, TRUE, wrong[i] };
      HS_ASSERT_INT_EQ (hs_print_system_judge (&trust, &claim), HS_CALLER_STRANGER);
    }
}

static void
knowing_nothing_believes_nothing (void)
{
  static const HsPrintSystemTrust nothing;
  const HsPrintSystemClaim claim = { TRUE, TRUE, "" };

  HS_ASSERT_INT_EQ (hs_print_system_judge (&nothing, &claim), HS_CALLER_STRANGER);
}

HS_SUITE ("print system proof",
          { "the verifier is the digest of the secret", the_verifier_is_the_digest_of_the_secret },
          { "nothing less than all proofs is believed", nothing_less_than_all_proofs_is_believed },
          { "a wrong secret makes a stranger", a_wrong_secret_makes_a_stranger },
          { "knowing nothing believes nothing", knowing_nothing_believes_nothing })
