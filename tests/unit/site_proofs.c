/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "site/people/card.h"
#include "site/people/directory.h"
#include "site/people/password.h"
#include "site/people/pin.h"
#include "support/suite.h"

static HsSecretBytes *
secret (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

/* ── PINs ────────────────────────────────────────────────────────────────────────────────── */

static void
a_new_pin_is_4_to_12_digits_that_do_not_count (void)
{
  static const struct
  {
    const char *pin;
    gboolean good;
  } cases[] = { { "824193", TRUE },
                { "1213", TRUE },
                { "121314151617", TRUE },
                { "123", FALSE },
                { "1213141516171", FALSE },
                { "12a4", FALSE },
                { "0000", FALSE },
                { "4567", FALSE },
                { "7654", FALSE },
                { "1 34", FALSE },
                { "\xd9\xa1\xd9\xa2", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HsSecretBytes) pin = secret (cases[i].pin);
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_pin_check_new (pin, &error) == cases[i].good);
      if (!cases[i].good)
        HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
a_pin_is_bound_to_its_person_and_to_the_key (void)
{
  g_autoptr (HsSecretBytes) key = secret ("0123456789abcdef0123456789abcdef");
  g_autoptr (HsSecretBytes) other_key = secret ("0123456789abcdef0123456789abcdeg");
  g_autoptr (HsSecretBytes) pin = secret ("824193");
  g_autoptr (GError) error = NULL;
  HsId ada = { { 1 } };
  HsId bob = { { 2 } };
  gboolean matches = FALSE;

  g_autoptr (HsSecretBytes) bound = hs_pin_bind (key, &ada, pin, &error);
  g_autoptr (HsSecretBytes) of_bob = hs_pin_bind (key, &bob, pin, &error);
  g_autoptr (HsSecretBytes) elsewhere = hs_pin_bind (other_key, &ada, pin, &error);
  g_autofree char *verifier = hs_verifier_make (bound, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_password_check (verifier, bound, &matches, &error) && matches);
  HS_ASSERT (hs_password_check (verifier, of_bob, &matches, &error) && !matches);
  HS_ASSERT (hs_password_check (verifier, elsewhere, &matches, &error) && !matches);
  /* A thief of the database has the verifier and may try every PIN as it is typed: in vain. */
  HS_ASSERT (hs_password_check (verifier, pin, &matches, &error) && !matches);
}

/* ── cards ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
digest (const char *typed, guint8 out[HS_HMAC_BYTES])
{
  g_autoptr (HsSecretBytes) key = secret ("0123456789abcdef0123456789abcdef");
  g_autoptr (HsSecretBytes) card = secret (typed);

  return hs_card_digest (key, card, out, NULL);
}

static void
readers_may_write_a_card_as_they_like (void)
{
  static const char *const same[] = { "04A22BC3",        "04a22bc3",       "04:A2:2B:C3",
                                      "04-a2-2b-c3\r\n", " 04 A2 2B C3\t", "04.A2.2B.C3\n" };
  static const char *const none[]
      = { "", "04A", ":::::", "04A2?", "04A2;", "04\xc3\xa4 2B C3", "%04A22BC3?" };
  guint8 first[HS_HMAC_BYTES], other[HS_HMAC_BYTES];

  HS_ASSERT (digest (same[0], first));
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    HS_ASSERT (digest (same[i], other) && memcmp (first, other, sizeof first) == 0);
  HS_ASSERT (digest ("04A22BC4", other) && memcmp (first, other, sizeof first) != 0);
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    HS_ASSERT (!digest (none[i], other));
}

/* ── the directory ───────────────────────────────────────────────────────────────────────── */

static void
an_empty_password_is_no_without_asking_anybody (void)
{
  /* Nobody listens there: asking would be an error. */
  g_autoptr (HsSecretBytes) empty = hs_secret_bytes_new (0);
  g_autoptr (HsDirectoryPerson) person = NULL;
  g_autoptr (GError) error = NULL;
  HsDirectorySettings settings = { .uris = (char *)"ldaps://127.0.0.1:1",
                                   .ca = (char *)"/dev/null",
                                   .base = (char *)"dc=example",
                                   .filter = (char *)"(uid=%s)",
                                   .bind_template = (char *)"uid=%s,dc=example",
                                   .name_attribute = (char *)"uid",
                                   .display_attribute = (char *)"cn" };

  HS_ASSERT (hs_directory_ask (&settings, "ada", empty, &person, &error));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (person == NULL);
  g_autoptr (HsSecretBytes) some = secret ("x");
  HS_ASSERT (!hs_directory_ask (&settings, "ada", some, &person, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
}

static void
a_name_with_marks_is_no_account_at_a_domain (void)
{
  static const char *const names[] = { "ada@elsewhere.example", "ADA\\ada", "ada,dc=x" };
  g_autoptr (HsSecretBytes) some = secret ("x");
  HsDirectorySettings settings
      = { .uris = (char *)"ldaps://127.0.0.1:1", .bind_template = (char *)"%s@example.org" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HsDirectoryPerson) person = NULL;
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_directory_ask (&settings, names[i], some, &person, &error));
      HS_ASSERT (person == NULL);
    }
}

HS_SUITE ("proofs",
          { "a new PIN is 4 to 12 digits that do not count",
            a_new_pin_is_4_to_12_digits_that_do_not_count },
          { "a PIN is bound to its person and to the key",
            a_pin_is_bound_to_its_person_and_to_the_key },
          { "readers may write a card as they like", readers_may_write_a_card_as_they_like },
          { "an empty password is no without asking anybody",
            an_empty_password_is_no_without_asking_anybody },
          { "a name with marks is no account at a domain",
            a_name_with_marks_is_no_account_at_a_domain })
