/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who is at the other end of an outbound TLS connection: the decision, inside the handshake.
 *
 * net/http hangs one of these on the SSL_CTX of each new connection. The rule is applied when the
 * certificate arrives and before anything of ours is sent, and the SHA-256 of the peer's
 * SubjectPublicKeyInfo is kept, so that a refusal can show the fingerprint that was met.
 *
 * Threads: one owner at a time; the SSL_CTX keeps its own reference.  Blocks: never. */

#include <glib.h>

#define HS_TLS_SPKI_BYTES 32

typedef enum
{
  HS_TLS_PEER_NOBODY = 0, /* record the key and refuse */
  HS_TLS_PEER_CHAIN,      /* OpenSSL verifies the chain; the name is the caller's to check */
  HS_TLS_PEER_PINS,       /* the leaf's key is one of the pins; nothing else of it matters */
  HS_TLS_PEER_ANYBODY,    /* record the key and accept */
} HsTlsPeerRule;

typedef struct HsTlsPeer HsTlsPeer;

/* @pins is copied; it is only looked at by HS_TLS_PEER_PINS, which refuses everybody without one. */
HsTlsPeer *
hs_tls_peer_new (HsTlsPeerRule rule, const guint8 (*pins)[HS_TLS_SPKI_BYTES], gsize n_pins);
HsTlsPeer *hs_tls_peer_ref (HsTlsPeer *peer);
void hs_tls_peer_unref (HsTlsPeer *peer);

/* Puts the rule on an OpenSSL SSL_CTX and forbids renegotiation there, so that the answer cannot
 * change afterwards. Returns FALSE, with nothing connected, if OpenSSL has no memory. */
gboolean hs_tls_peer_attach (HsTlsPeer *peer, gpointer ssl_ctx) G_GNUC_WARN_UNUSED_RESULT;

/* The key that the other end showed. Returns FALSE if it has not shown one. */
gboolean hs_tls_peer_get_spki (const HsTlsPeer *peer, guint8 spki[HS_TLS_SPKI_BYTES]);

/* TRUE once a certificate was looked at and the rule said no. */
gboolean hs_tls_peer_is_refused (const HsTlsPeer *peer);

/* TRUE: it was refused only for being too young or too old by this machine's clock. */
gboolean hs_tls_peer_is_out_of_time (const HsTlsPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTlsPeer, hs_tls_peer_unref)
