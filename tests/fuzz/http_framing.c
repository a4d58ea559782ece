/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The framing of HTTP requests: whatever comes, and however it is cut into portions, the walker comes
 * to the same end and never walks beyond what it was given. */

#include "fuzz/fuzz.h"
#include "http/framing.h"

#define HEADER_LIMIT 2000
#define BODY_LIMIT 100000

typedef struct
{
  gsize walked;
  guint requests;
  HsHttpFramingState state;
  guint status;
  guint64 body;
} End;

static End
walk (const guint8 *bytes, gsize length, gsize portion)
{
  HsHttpFraming framing;
  End end = { 0 };

  hs_http_framing_init (&framing, HEADER_LIMIT, BODY_LIMIT);
  while (end.walked < length)
    {
      gsize given = MIN (portion, length - end.walked);
      g_autofree guint8 *exact = g_memdup2 (bytes + end.walked, given);
      gsize walked = hs_http_framing_walk (&framing, exact, given);

      FUZZ_CHECK (walked <= given);
      FUZZ_CHECK (walked == given || framing.state >= HS_HTTP_FRAMING_WHOLE);
      FUZZ_CHECK (hs_http_framing_get_body_bytes (&framing) <= BODY_LIMIT);
      end.walked += walked;
      end.body
          += framing.state == HS_HTTP_FRAMING_WHOLE ? hs_http_framing_get_body_bytes (&framing) : 0;
      if (framing.state == HS_HTTP_FRAMING_BROKEN)
        break;
      if (framing.state == HS_HTTP_FRAMING_WHOLE)
        {
          end.requests++;
          if (end.walked < length)
            hs_http_framing_next (&framing);
        }
    }
  end.state = framing.state;
  end.status = framing.status;
  FUZZ_CHECK ((end.state == HS_HTTP_FRAMING_BROKEN) == (end.status != 0));
  return end;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const gsize portions[] = { 1, 7, 8192 };
  End first = walk (data, size, portions[0]);

  for (gsize i = 1; i < G_N_ELEMENTS (portions); i++)
    {
      End other = walk (data, size, portions[i]);
      FUZZ_CHECK (first.walked == other.walked && first.requests == other.requests);
      FUZZ_CHECK (first.state == other.state && first.status == other.status);
      FUZZ_CHECK (first.body == other.body);
    }
  return 0;
}
