/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Where an HTTP/1.1 request ends (RFC 9112), found by walking its bytes.
 *
 * libsoup takes a cut or misspelt chunked body for a whole one and believes the last of several
 * lengths. This walker reads the same bytes beside it and is the judge: it refuses what two readers
 * could understand differently (two lengths, length with chunks, trailers, folded lines, bare LF)
 * and says exactly when a request is whole. It keeps no bytes.
 *
 * Threads: any, no shared state.  Blocks: never; PURE. */

#include <glib.h>

typedef enum
{
  HS_HTTP_FRAMING_START = 0, /* before a request's first byte */
  HS_HTTP_FRAMING_HEADERS,
  HS_HTTP_FRAMING_BODY,
  HS_HTTP_FRAMING_WHOLE,  /* the request ended here; next() goes on */
  HS_HTTP_FRAMING_BROKEN, /* refused; nothing further is taken */
} HsHttpFramingState;

typedef struct
{
  HsHttpFramingState state;
  guint status; /* BROKEN: the HTTP status to answer: 400, 413, 431, 501 or 505 */
  gsize header_limit;
  guint64 body_limit; /* 0 = none */

  /* Private to framing.c. */
  int step;
  gsize header_count;
  guint64 body_count; /* bytes of content walked, without chunk lines */
  guint64 due;        /* bytes still due of the body or chunk */
  char line[128];     /* start of the present line */
  gsize line_length;
  gboolean has_length;
  gboolean has_host;
  gboolean is_chunked;
  gboolean is_http_1_0;
} HsHttpFraming;

void hs_http_framing_init (HsHttpFraming *framing, gsize header_limit, guint64 body_limit);

/* Walks at most @length bytes and stops behind a request's last byte.
 * Returns: bytes walked; fewer than @length only if state is now WHOLE or BROKEN. */
gsize hs_http_framing_walk (HsHttpFraming *framing, const guint8 *bytes, gsize length);

/* After WHOLE: gets ready for the next request. */
void hs_http_framing_next (HsHttpFraming *framing);

/* Content bytes of the present body so far. */
guint64 hs_http_framing_get_body_bytes (const HsHttpFraming *framing);
