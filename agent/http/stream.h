/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What libsoup reads and writes instead of the socket.
 *
 * Reads come from a large buffer, through the framing walker, and end with the present request;
 * every read, write and wait is told to the owner, who keeps the clocks. A stream that was failed
 * gives its error to the next read or write, and wakes whoever polls it.
 *
 * Threads: main context only.  Blocks: never (blocking calls of the base are not used). */

#include "http/framing.h"
#include "http/http_limits.h"

#include <gio/gio.h>

#define HS_TYPE_HTTP_STREAM (hs_http_stream_get_type ())
G_DECLARE_FINAL_TYPE (HsHttpStream, hs_http_stream, HS, HTTP_STREAM, GIOStream)

/* Called after anything happened; see hs_http_stream_look(). */
typedef void (*HsHttpStreamFunc) (HsHttpStream *stream, gpointer user_data);

/* @base is pollable both ways, over @socket; it is closed with the stream. */
HsHttpStream *hs_http_stream_new (GIOStream *base, GSocket *socket, const HsHttpLimits *limits);
GIOStream *hs_http_stream_get_base (HsHttpStream *stream);

/* Somebody else reads from the base from now on: what was read ahead is thrown away. */
void hs_http_stream_drop_input (HsHttpStream *stream);

/* Only one; NULL takes it away. */
void hs_http_stream_watch (HsHttpStream *stream, HsHttpStreamFunc func, gpointer user_data);

/* How it stands with a stream now. */
typedef struct
{
  HsHttpFraming framing;
  guint64 traffic;           /* bytes in both directions since the start */
  gboolean waits_for_input;  /* the reader found nothing and waits */
  gboolean waits_for_output; /* the writer could not write and waits */
  gboolean is_between;       /* libsoup has seen no byte of the present request, or all of it */
  gboolean is_closed;        /* closed from our side */
  gboolean is_orphan;        /* it ended, or was broken off, when libsoup had no request of it under
                              * way. libsoup 3.2 would keep such a connection for ever: the owner
                              * takes it back. The reader is only told to wait. */
} HsHttpStreamFacts;

/* Borrowed; changes with the stream. */
const HsHttpStreamFacts *hs_http_stream_look (HsHttpStream *stream);

/* Makes all further reads and writes fail with @message. */
void hs_http_stream_fail (HsHttpStream *stream, GIOErrorEnum code, const char *message);
