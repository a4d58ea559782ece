/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A SoupServer with a doorkeeper.
 *
 * It accepts connections itself, so that who is there and how many there are is settled before
 * libsoup knows of a connection; it gives libsoup a stream (http/stream) that walks the framing of
 * every request (http/framing), hands out no byte beyond the present request, and ends connections
 * that are too slow. Handlers are added to hs_http_server_get_soup() as usual.
 *
 * A refused connection or a broken request gets a short plain answer where that is possible.
 *
 * Threads: main context only.  Blocks: never. */

#include "http/http_limits.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

typedef struct HsHttpServer HsHttpServer;
typedef struct HsHttpConnection HsHttpConnection;

/* Who is at the other end, as the caller's admit function finds out. */
typedef struct
{
  char *key;     /* connections are counted per key: "uid 1000", "::1"; (transfer full) */
  gpointer data; /* kept with the connection; nullable */
  GDestroyNotify free_data; /* nullable */
} HsHttpGuest;

/* Fills *guest, or refuses the connection with an error, whose message is not shown to the peer. */
typedef gboolean (*HsHttpAdmitFunc) (GSocket *socket,
                                     HsHttpGuest *guest,
                                     gpointer user_data,
                                     GError **error);

/* TLS of a listener: its certificate, and whether and by whom clients must be certified. A
 * connection that ends without close_notify counts as cut. */
typedef struct
{
  GTlsCertificate *certificate;
  GTlsDatabase *client_authorities; /* nullable: no client certificates */
  GTlsAuthenticationMode mode;
} HsHttpTls;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @admit may be NULL: the key is then the remote address. */
HsHttpServer *
hs_http_server_new (const HsHttpLimits *limits, HsHttpAdmitFunc admit, gpointer user_data);

/* Closes all listeners and connections; open messages end as aborted. NULL is allowed. */
void hs_http_server_free (HsHttpServer *server);

/* ── set-up ──────────────────────────────────────────────────────────────────────────────── */

/* The server to add handlers to. Do not call soup_server_listen*() on it. */
SoupServer *hs_http_server_get_soup (HsHttpServer *server);

/* Accepts on a socket that listens already. @tls is NULL for plain HTTP; what it points to is
 * referenced. Errors: INVALID if the socket does not listen. */
gboolean hs_http_server_listen (HsHttpServer *server,
                                GSocket *listening,
                                const HsHttpTls *tls,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From now on every listener with TLS shows new connections this certificate; open ones keep theirs. */
void hs_http_server_set_certificate (HsHttpServer *server, GTlsCertificate *certificate);

/* Open connections now. */
guint hs_http_server_count_connections (HsHttpServer *server);

/* ── the connection of a message ─────────────────────────────────────────────────────────── */

/* Borrowed; valid while the message is. */
HsHttpConnection *hs_http_connection_of (SoupServerMessage *message);
gpointer hs_http_connection_get_guest (HsHttpConnection *connection);
GSocket *hs_http_connection_get_socket (HsHttpConnection *connection);

/* NULL on plain HTTP. */
GTlsConnection *hs_http_connection_get_tls (HsHttpConnection *connection);

/* ── a message ───────────────────────────────────────────────────────────────────────────── */

/* TRUE once the whole request arrived as its own framing says. libsoup calls got-body also for a
 * chunked body that was cut: this tells the two apart. Ask before anything is accepted. */
gboolean hs_http_message_is_whole (SoupServerMessage *message);

/* TRUE if nobody is there any more to be answered. */
gboolean hs_http_message_is_abandoned (SoupServerMessage *message);

/* Stops and continues reading (or answering) this message; limits do not run meanwhile. When the
 * peer hangs up during a pause, @hung_up (nullable) is called once; the message is then to be
 * unpaused, which ends it as aborted. */
typedef void (*HsHttpHungUpFunc) (SoupServerMessage *message, gpointer user_data);
void
hs_http_message_pause (SoupServerMessage *message, HsHttpHungUpFunc hung_up, gpointer user_data);
void hs_http_message_unpause (SoupServerMessage *message);

/* Answers now, although the body is still arriving: sends the reply, throws away what still comes
 * (limits->linger_ms at most) and closes. No further signal of @message comes; libsoup lets go of it
 * in the next turn of the main loop. @headers (nullable) are further "Name: value\r\n" lines. */
void hs_http_message_answer_early (SoupServerMessage *message,
                                   guint status,
                                   const char *headers,
                                   const char *content_type,
                                   GBytes *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHttpServer, hs_http_server_free)
