/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Where the attributes of an IPP message end and a document may begin (RFC 8010 section 3).
 *
 * The gate in front of libcups: it recurses once for each level of nesting, and 8,000 collections in
 * one another overflow its stack. This walk does not recurse, keeps no bytes, and refuses what is
 * nested or longer than any honest peer needs. It does not judge values; libcups does that after.
 *
 * Threads: any, no shared state.  Blocks: never; PURE. */

#include <glib.h>

#define HS_ATTRIBUTES_MAX_DEPTH 8                   /* media-col nests 2 deep, overrides 3; ours */
#define HS_ATTRIBUTES_REQUEST_MAX_BYTES (64 * 1024) /* CUPS's own requests stay below 4 KiB; ours */
#define HS_ATTRIBUTES_REPLY_MAX_BYTES (1024 * 1024) /* printers send up to 100 KiB; ours */

typedef enum
{
  HS_ATTRIBUTES_MORE = 0, /* so far well, but it has not ended */
  HS_ATTRIBUTES_END,      /* ended at byte @offset */
  HS_ATTRIBUTES_REFUSED,  /* not IPP, nested too deep, or longer than the limit */
} HsAttributesVerdict;

typedef struct
{
  gsize limit_bytes;
  gsize offset;  /* walked so far; after END: the length of the attributes */
  guint depth;   /* collections open */
  guint deepest; /* the most that were open at once */
} HsAttributesEnd;

void hs_attributes_end_init (HsAttributesEnd *end, gsize limit_bytes);

/* @bytes is all that has come so far; the walk goes on where it stopped. */
HsAttributesVerdict
hs_attributes_end_find (HsAttributesEnd *end, const guint8 *bytes, gsize length);
