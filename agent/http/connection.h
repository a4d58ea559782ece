/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One accepted connection: its stream, its guest and its clock. Used by http/server only.
 *
 * The clock is one timer that fires at the earliest moment at which a limit could be broken, and
 * that does not run while nothing is due from the peer; a quiet server never wakes.
 *
 * Threads: main context only.  Blocks: never. */

#include "http/server.h"
#include "http/stream.h"

/* The connection is over: libsoup, the peer or a limit closed it. Called once. */
typedef void (*HsHttpConnectionClosedFunc) (HsHttpConnection *connection, gpointer user_data);

/* Takes *guest over (its members are stolen). @base is the socket's connection, with TLS on top
 * where there is any. */
HsHttpConnection *hs_http_connection_new (GSocket *socket,
                                          GIOStream *base,
                                          const HsHttpLimits *limits,
                                          HsHttpGuest *guest,
                                          HsHttpConnectionClosedFunc closed,
                                          gpointer user_data);
HsHttpConnection *hs_http_connection_ref (HsHttpConnection *connection);
void hs_http_connection_unref (HsHttpConnection *connection);

HsHttpStream *hs_http_connection_get_stream (HsHttpConnection *connection);
const char *hs_http_connection_get_key (HsHttpConnection *connection);
const HsHttpLimits *hs_http_connection_get_limits (HsHttpConnection *connection);

/* Ties the connection to the address object by which its messages are recognised later. */
void hs_http_connection_attach (HsHttpConnection *connection, GSocketAddress *address);

/* Its newest message has started. */
void hs_http_connection_note_message (HsHttpConnection *connection, SoupServerMessage *message);

/* Writes a short plain answer, if it fits into the socket's buffer; never waits. */
void hs_http_answer_plainly (GOutputStream *output, guint status);
