/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* age headers of strangers: what is read can be written back byte for byte, and every cut of a
 * complete header is incomplete, never wrong. */

#include "core/age_header.h"
#include "fuzz/fuzz.h"

static void
check_round_trip (const HsAgeHeader *header)
{
  const HsAgeStanza *stanzas[HS_AGE_STANZAS_MAX];
  guint count = hs_age_header_get_n_stanzas (header);
  g_autoptr (GError) error = NULL;

  FUZZ_CHECK (count >= 1 && count <= HS_AGE_STANZAS_MAX);
  for (guint i = 0; i < count; i++)
    stanzas[i] = hs_age_header_get_stanza (header, i);
  g_autoptr (GBytes) written = hs_age_header_format_authenticated (stanzas, count, &error);
  g_autoptr (GBytes) read = hs_age_header_get_authenticated (header);
  FUZZ_CHECK (written != NULL && g_bytes_equal (written, read));
  g_autoptr (GBytes) whole = hs_age_header_append_mac (written, hs_age_header_get_mac (header));
  g_autoptr (GBytes) original = hs_age_header_get_bytes (header);
  FUZZ_CHECK (g_bytes_equal (whole, original));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (HsAgeHeader) header = NULL;
  g_autoptr (GError) error = NULL;
  HsAgeHeaderOutcome outcome = hs_age_header_decode (data, size, &header, &error);

  FUZZ_CHECK ((outcome == HS_AGE_HEADER_COMPLETE) == (header != NULL));
  FUZZ_CHECK ((outcome == HS_AGE_HEADER_INVALID) == (error != NULL));
  if (header == NULL)
    return 0;
  check_round_trip (header);
  g_autoptr (GBytes) bytes = hs_age_header_get_bytes (header);
  gsize length = g_bytes_get_size (bytes);
  /* Every cut of a short header, a handful of a long one. */
  for (gsize cut = 0; cut < length; cut += 1 + length / 64)
    {
      g_autoptr (HsAgeHeader) none = NULL;
      FUZZ_CHECK (hs_age_header_decode (data, cut, &none, NULL) == HS_AGE_HEADER_INCOMPLETE);
    }
  return 0;
}
