/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* An HTTP server that misbehaves on demand: one thread per connection, written straight down, so a
 * handler can read half a body and hang, answer late or drop the line.
 *
 * Threads: made and freed on one thread; the handler runs on the connection's thread.
 * Blocks: the exchange functions, at most until hs_http_double_free(). */

#include "crypto/certificate.h"

#include <gio/gio.h>

typedef struct HsHttpDouble HsHttpDouble;

/* One request, with its head read. */
typedef struct
{
  HsHttpDouble *server;
  guint connection; /* 1, 2, …: which TCP connection of this server's life */
  char *method;
  char *path;
  GHashTable *headers; /* lower-case name → value */
  gpointer wire;       /* private */
} HsHttpExchange;

typedef void (*HsHttpDoubleHandler) (HsHttpExchange *exchange, gpointer user_data);

/* Listens on a free port of 127.0.0.1. @certificate_pem with @key_pem: TLS; NULL: plain. */
HsHttpDouble *hs_http_double_new (HsHttpDoubleHandler handler, gpointer user_data);
void hs_http_double_free (HsHttpDouble *server);

/* TLS from the next connection on. */
void hs_http_double_set_identity (HsHttpDouble *server,
                                  const char *certificate_pem,
                                  const char *key_pem);
/* TRUE: ask each client for a certificate and take any. */
void hs_http_double_ask_for_certificate (HsHttpDouble *server, gboolean ask);

guint16 hs_http_double_get_port (const HsHttpDouble *server);

/* "https://127.0.0.1:PORT/path" or http. Returns: (transfer full). */
char *hs_http_double_dup_url (const HsHttpDouble *server, const char *path);

/* Connections taken so far. */
guint hs_http_double_count_connections (HsHttpDouble *server);

/* Wakes every handler in hs_http_exchange_wait(), now and later. */
void hs_http_double_let_go (HsHttpDouble *server);

/* Wakes those that wait now. */
void hs_http_double_let_pass (HsHttpDouble *server);

/* The same, and closes every connection that is open. */
void hs_http_double_drop_all (HsHttpDouble *server);

/* ── for handlers ────────────────────────────────────────────────────────────────────────── */

/* Body bytes, chunked or counted: > 0, 0 = complete, -1 = cut. */
gssize hs_http_exchange_read (HsHttpExchange *exchange, void *buffer, gsize capacity);

/* The rest of the body, at most 1 MiB of it. Returns NULL if it was cut. */
GByteArray *hs_http_exchange_read_all (HsHttpExchange *exchange);

/* A whole reply with Content-Length. @headers: more lines, each with CRLF; nullable. */
void hs_http_exchange_reply (
    HsHttpExchange *exchange, guint status, const char *headers, const void *body, gsize length);

/* Bytes as they are. */
void hs_http_exchange_write (HsHttpExchange *exchange, const void *bytes, gsize length);

/* Closes the connection at once, without TLS's goodbye. */
void hs_http_exchange_drop (HsHttpExchange *exchange);

/* Does nothing until hs_http_double_let_go() or hs_http_double_free(). */
void hs_http_exchange_wait (HsHttpExchange *exchange);

/* The client's certificate's key as hs_certificate_get_pin() gives it; FALSE if it showed none. */
gboolean hs_http_exchange_get_client_pin (HsHttpExchange *exchange, guint8 pin[32]);

/* ── identities ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  char *ca_pem;
  char *certificate_pem;
  char *key_pem;
  guint8 pin[32];
} HsTestIdentity;

/* A fresh key with a certificate for @name (an address or DNS name) of an authority of its own. */
HsTestIdentity *hs_test_identity_new (const char *name);
void hs_test_identity_free (HsTestIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTestIdentity, hs_test_identity_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHttpDouble, hs_http_double_free)
