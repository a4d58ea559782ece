/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Every outbound request: to the site, to printers and, over its socket, to the agent itself.
 *
 * A request is a value; the reply arrives through the usual async pair. Nothing is followed,
 * guessed or taken from the environment: no redirects, no proxy unless the request names one, only
 * the schemes http and https, TLS 1.2 or newer, and no TLS connection without a stated reason to
 * trust the other end (HsHttpTrust). Connections are kept and used again by requests with the same
 * trust. An idle HsHttp wakes nobody up.
 *
 * What a failed request may have done at the other end is said by HsHttpFacts, not guessed from the
 * error.
 *
 * Threads: main context only.  Blocks: never (names are resolved in libcurl's own thread). */

#include "base/byte_queue.h"
#include "base/secret_bytes.h"

#include <gio/gio.h>

#define HS_HTTP_SPKI_BYTES 32                 /* SHA-256 of the SubjectPublicKeyInfo (RFC 7469) */
#define HS_HTTP_HEADERS_MAX_BYTES (64 * 1024) /* a reply's header lines together; ours */
#define HS_HTTP_BODY_MAX_BYTES (1024 * 1024)  /* a reply's body unless the request says other */
#define HS_HTTP_PROBE_S 20 /* an idle line is looked at: nobody wakes up but the kernel; ours */
#define HS_HTTP_CONNECT_DEFAULT_MS (10 * 1000) /* name, TCP and TLS together; ours */
#define HS_HTTP_IDLE_DEFAULT_MS (30 * 1000)    /* no byte either way; ours */

typedef enum
{
  HS_HTTP_TRUST_NONE = 0, /* https is refused before connecting; the only one for http */
  HS_HTTP_TRUST_CA,       /* the chain ends in ca_pem and the certificate carries the URL's host */
  HS_HTTP_TRUST_PINS,     /* the key of the certificate is one of the pins; names and dates are not
                             looked at, for printers make their own certificates */
  HS_HTTP_TRUST_PROBE, /* nobody: the handshake is broken off once the other end's key is known, so
                             that its fingerprint can be shown; always fails with HS_ERROR_REFUSED */
  HS_HTTP_TRUST_ANYBODY, /* first contact of an enrolment only: GET without body, headers and client
                             certificate; the connection is used for nothing else */
} HsHttpTrust;

typedef enum
{
  HS_HTTP_TLS_1_2 = 0, /* the floor */
  HS_HTTP_TLS_1_3,
} HsHttpTlsVersion;

/* One request. Everything is copied by hs_http_send_async(); zero means "not used" or the default.
 */
typedef struct
{
  const char *method;         /* "GET", "POST", …; NULL = GET, or POST when there is a body */
  const char *url;            /* http:// or https:// with host; required */
  const char *unix_path;      /* connect to this socket instead of the URL's host; nullable */
  const char *const *headers; /* "Name: value" lines, NULL-terminated; nullable */
  const char *content_type;   /* of the body; nullable */

  GBytes *body;        /* sent with Content-Length, or before the stream; nullable */
  HsByteQueue *stream; /* sent after the body, chunked, as fast as the other end takes it;
                                  * its notify function is used up by this request; nullable */
  gboolean once;       /* the other end must see it at most once: never sent again by
                                  * itself when a kept connection turns out to be dead. A request
                                  * with a stream is always sent once. */

  /* "host:port": where to connect in place of the URL's own address; the other end is still to be who
   * the URL says. Nullable. */
  const char *connect_to;

  HsHttpTrust trust;
  const char *ca_pem;                       /* TRUST_CA: one or more certificates */
  const guint8 (*pins)[HS_HTTP_SPKI_BYTES]; /* TRUST_PINS */
  gsize n_pins;                             /* 1 or more */
  HsHttpTlsVersion tls_version;             /* the oldest that is accepted */
  const char *certificate_pem;              /* our own, with chain; nullable */
  const HsSecretBytes *key_pem;             /* its private key as PEM text; nullable */

  const char *proxy;        /* "http://host:port"; NULL = none, whatever the environment says */
  guint connect_timeout_ms; /* 0 = HS_HTTP_CONNECT_DEFAULT_MS */
  guint silence_ms; /* what was sent and is not acknowledged by the other end's TCP for so long ends
                             * the connection with TEMPORARY; an idle one is asked every
                             * HS_HTTP_PROBE_S, by the kernel. 0 = as the system does. Not for a
                             * receiver that may take nothing for minutes (a printer) */
  guint idle_timeout_ms;  /* no byte either way for so long ends it with TEMPORARY; 0 =
                                  * HS_HTTP_IDLE_DEFAULT_MS; G_MAXUINT = wait for ever. A stream that
                                  * is itself empty does not count as the other end being idle. */
  guint total_timeout_ms; /* 0 = none. A long poll uses idle G_MAXUINT, total = wait + some. */
  gsize max_body_bytes;   /* of the reply; 0 = HS_HTTP_BODY_MAX_BYTES */

  /* Takes the reply's body piece by piece (of a 2xx status only) instead of collecting it, for
   * streams of events; max_body_bytes does not apply to it then. Nullable. */
  void (*on_body) (const guint8 *bytes, gsize length, gpointer user_data);
  gpointer on_body_data;

  /* Hears how many bytes of body and stream have been handed to the connection so far, where there
   * is a stream. It is called in the middle of sending: it must not end a request. Nullable. */
  void (*on_sent) (guint64 body_bytes, gpointer user_data);
  gpointer on_sent_data;

  /* Hears, once and only if the request still waits, that the other end's TCP has acknowledged nothing
   * for silent_after_ms: nothing arrives there, or nothing comes back. An end that is merely slow is not
   * told. The request goes on; it must not be ended in here. Nullable. */
  void (*on_silent) (gpointer user_data);
  gpointer on_silent_data;
  guint silent_after_ms;
} HsHttpRequest;

/* What is known about a request that ended, well or not. */
typedef struct
{
  gboolean connected;        /* TCP and TLS were established, the other end was trusted */
  gboolean may_have_arrived; /* at least one byte of the request was handed to the connection */
  gboolean reused;           /* a kept connection was used */
  guint64 body_bytes;        /* of body and stream, handed to the connection */
  gboolean untrusted;        /* the key or certificate is not the one that the request asks for */
  gboolean has_peer_spki;    /* a new TLS connection was tried and the other end showed its key */
  guint8 peer_spki[HS_HTTP_SPKI_BYTES];
  gboolean body_complete; /* the end of a stream was handed over too; it may have arrived */
  gboolean stream_failed; /* the error is the stream's own */
  gint64 first_byte_us;   /* monotonic: the first body byte was handed over; 0 = none was */
} HsHttpFacts;

typedef struct HsHttp HsHttp;
typedef struct HsHttpReply HsHttpReply;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Works on the thread-default main context of the caller. */
HsHttp *hs_http_new (void);

/* Ends what is under way with HS_ERROR_CANCELLED (callbacks run in a later turn) and closes all
 * connections. NULL is allowed. */
void hs_http_free (HsHttp *http);

/* The machine slept, or the network changed: connections that are kept from before are not used
 * again, for the other end may have forgotten them without a word. */
void hs_http_doubt_connections (HsHttp *http);

/* ── the request ─────────────────────────────────────────────────────────────────────────── */

/* Cancelling closes the connection; what had arrived by then is said by the facts. */
void hs_http_send_async (HsHttp *http,
                         const HsHttpRequest *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/* Any HTTP status is a reply. @facts is filled in both cases; nullable.
 * Returns: (transfer full): NULL on error.
 * Errors: TEMPORARY (name, connection, time, cut), REFUSED (the other end is not trusted, or
 * refuses our certificate), INVALID (the request), CORRUPT (not HTTP, or a reply beyond the limits),
 * CANCELLED, NOT_SUPPORTED (no common TLS), INTERNAL; and whatever the stream failed with. */
HsHttpReply *hs_http_send_finish (GAsyncResult *result,
                                  HsHttpFacts *facts,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

guint hs_http_reply_get_status (const HsHttpReply *reply);

/* Borrowed; empty if there was none or it went to on_body. */
GBytes *hs_http_reply_get_body (const HsHttpReply *reply);

/* The value of the last header of that name (case does not matter); borrowed, nullable. */
const char *hs_http_reply_get_header (const HsHttpReply *reply, const char *name);

/* What the other end's clock showed when it began to answer: UTC, whole seconds (RFC 9110 section 6.6.1).
 * FALSE: it does not say. */
gboolean hs_http_reply_get_date (const HsHttpReply *reply, gint64 *date_us);

void hs_http_reply_free (HsHttpReply *reply);

/* "3f:9a:…", as fingerprints are shown to people. Returns: (transfer full). */
char *hs_http_format_spki (const guint8 spki[HS_HTTP_SPKI_BYTES]);

/* The other way round; case does not matter. FALSE if @text is anything else. */
gboolean hs_http_parse_spki (const char *text, guint8 spki[HS_HTTP_SPKI_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHttp, hs_http_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHttpReply, hs_http_reply_free)
