/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/secret_bytes.h"
#include "platform/locked_memory.h"
#include "support/suite.h"

static void
a_copy_is_equal_and_apart (void)
{
  g_autoptr (HsSecretBytes) one = hs_secret_bytes_new_copy ((const guint8 *)"abcdef", 6);
  g_autoptr (HsSecretBytes) two = hs_secret_bytes_copy (one);

  HS_ASSERT (hs_secret_bytes_equal (one, two));
  hs_secret_bytes_get (two)[5] = 'x';
  HS_ASSERT (!hs_secret_bytes_equal (one, two));
  g_autoptr (HsSecretBytes) shorter = hs_secret_bytes_new_copy ((const guint8 *)"abcde", 5);
  HS_ASSERT (!hs_secret_bytes_equal (one, shorter));
}

static void
nothing_is_a_secret_too (void)
{
  g_autoptr (HsSecretBytes) nothing = hs_secret_bytes_new_copy (NULL, 0);
  g_autoptr (HsSecretBytes) copy = hs_secret_bytes_copy (nothing);
  g_autoptr (HsSecretBytes) other = hs_secret_bytes_new (1);

  HS_ASSERT_INT_EQ (hs_secret_bytes_get_length (copy), 0);
  HS_ASSERT (hs_secret_bytes_equal (nothing, copy));
  HS_ASSERT (!hs_secret_bytes_equal (nothing, other));
}

static void
freed_memory_holds_nothing_of_the_secret (void)
{
  HsSecretBytes *secret = hs_secret_bytes_new_copy ((const guint8 *)"topsecret", 9);
  /* The pool keeps its pages, so the address stays readable after the secret is gone. */
  const volatile guint8 *place = hs_secret_bytes_peek (secret);

  hs_secret_bytes_free (secret);
  for (int i = 0; i < 9; i++)
    HS_ASSERT_INT_EQ (place[i], 0);
}

static void
many_secrets_of_many_sizes_do_not_overlap (void)
{
  HsSecretBytes *secrets[500];

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      secrets[i] = hs_secret_bytes_new (1 + i * 7 % 900);
      memset (hs_secret_bytes_get (secrets[i]), (int)(i & 0xff),
              hs_secret_bytes_get_length (secrets[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      for (gsize j = 0; j < hs_secret_bytes_get_length (secrets[i]); j++)
        HS_ASSERT_INT_EQ (hs_secret_bytes_peek (secrets[i])[j], i & 0xff);
      hs_secret_bytes_free (secrets[i]);
    }
}

/* In KiB, as the system counts it. */
static guint64
get_locked (void)
{
  g_autofree char *status = NULL;
  const char *line = NULL;

  HS_ASSERT (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmLck:");
  HS_ASSERT (line != NULL);
  return g_ascii_strtoull (line + strlen ("VmLck:"), NULL, 10);
}

static void
what_many_secrets_took_is_given_back (void)
{
  HsSecretBytes *secrets[40];
  guint64 before = get_locked ();
  guint64 most = 0;

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    secrets[i] = hs_secret_bytes_new (64 * 1024);
  most = get_locked ();
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    hs_secret_bytes_free (secrets[i]);
  /* Else nothing is counted: locking is not allowed, or a sanitizer has made it do nothing. */
  if (hs_locked_memory_is_locked () && most > 0)
    {
      HS_ASSERT (most >= before + 30 * 64);
      HS_ASSERT (get_locked () <= before + 2 * 64);
    }
}

HS_SUITE ("secret bytes",
          { "a copy is equal and apart", a_copy_is_equal_and_apart },
          { "nothing is a secret, too", nothing_is_a_secret_too },
          { "freed memory holds nothing of the secret", freed_memory_holds_nothing_of_the_secret },
          { "many secrets of many sizes do not overlap",
            many_secrets_of_many_sizes_do_not_overlap },
          { "what many secrets took is given back", what_many_secrets_took_is_given_back })
