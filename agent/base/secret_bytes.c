/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bytes that must not leave memory. */

#include "base/secret_bytes.h"

#include "platform/locked_memory.h"

#include <string.h>

/* Somebody may type nothing: an empty secret has memory, too. */
#define ALLOCATED_BYTES(length) MAX (length, 1)

struct HsSecretBytes
{
  guint8 *bytes; /* from platform/locked_memory */
  gsize length;
};

HsSecretBytes *
hs_secret_bytes_new (gsize length)
{
  HsSecretBytes *secret = g_new0 (HsSecretBytes, 1);

  secret->bytes = hs_locked_memory_alloc (ALLOCATED_BYTES (length));
  secret->length = length;
  return secret;
}

HsSecretBytes *
hs_secret_bytes_new_copy (const guint8 *bytes, gsize length)
{
  HsSecretBytes *secret = hs_secret_bytes_new (length);

  if (length > 0)
    memcpy (secret->bytes, bytes, length);
  return secret;
}

HsSecretBytes *
hs_secret_bytes_copy (const HsSecretBytes *secret)
{
  return hs_secret_bytes_new_copy (secret->bytes, secret->length);
}

void
hs_secret_bytes_free (HsSecretBytes *secret)
{
  if (secret == NULL)
    return;
  hs_locked_memory_free (secret->bytes, ALLOCATED_BYTES (secret->length));
  g_free (secret);
}

guint8 *
hs_secret_bytes_get (HsSecretBytes *secret)
{
  return secret->bytes;
}

const guint8 *
hs_secret_bytes_peek (const HsSecretBytes *secret)
{
  return secret->bytes;
}

gsize
hs_secret_bytes_get_length (const HsSecretBytes *secret)
{
  return secret->length;
}

gboolean
hs_constant_time_equal (const void *a, const void *b, gsize length)
{
  const volatile guint8 *left = a;
  const volatile guint8 *right = b;
  guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference |= left[i] ^ right[i];
  return difference == 0;
}

gboolean
hs_secret_bytes_equal (const HsSecretBytes *a, const HsSecretBytes *b)
{
  return a->length == b->length && hs_constant_time_equal (a->bytes, b->bytes, a->length);
}

void
hs_secret_bytes_wipe (void *memory, gsize length)
{
  if (length == 0)
    return;
  memset (memory, 0, length);
  /* Says that somebody reads it: what is dead otherwise would not be written. */
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}
