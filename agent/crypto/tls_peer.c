/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who is at the other end of a TLS connection.
 *
 * libcurl can compare pins by itself, but only after the handshake and without telling which key it
 * met. OpenSSL's own verify callback comes earlier and sees the certificate. The SSL_CTX of a kept
 * connection outlives the request that made it, so it holds a reference in its ex_data. */

#include "crypto/tls_peer.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <string.h>

struct HsTlsPeer
{
  gatomicrefcount references;
  HsTlsPeerRule rule;
  guint8 (*pins)[HS_TLS_SPKI_BYTES];
  gsize n_pins;
  guint8 spki[HS_TLS_SPKI_BYTES];
  gboolean has_spki;
  gboolean refused;
  gboolean out_of_time;
};

HsTlsPeer *
hs_tls_peer_new (HsTlsPeerRule rule, const guint8 (*pins)[HS_TLS_SPKI_BYTES], gsize n_pins)
{
  HsTlsPeer *peer = g_new0 (HsTlsPeer, 1);

  g_atomic_ref_count_init (&peer->references);
  peer->rule = rule;
  peer->n_pins = n_pins;
  if (n_pins > 0)
    peer->pins = g_memdup2 (pins, n_pins * HS_TLS_SPKI_BYTES);
  return peer;
}

HsTlsPeer *
hs_tls_peer_ref (HsTlsPeer *peer)
{
  g_atomic_ref_count_inc (&peer->references);
  return peer;
}

void
hs_tls_peer_unref (HsTlsPeer *peer)
{
  if (peer == NULL || !g_atomic_ref_count_dec (&peer->references))
    return;
  g_free (peer->pins);
  g_free (peer);
}

static gboolean
digest_spki (X509 *certificate, guint8 spki[HS_TLS_SPKI_BYTES])
{
  unsigned char *der = NULL;
  unsigned int length = 0;
  int der_length = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (certificate), &der);
  gboolean done;

  if (der_length <= 0)
    return FALSE;
  done = EVP_Digest (der, (size_t)der_length, spki, &length, EVP_sha256 (), NULL) == 1
         && length == HS_TLS_SPKI_BYTES;
  OPENSSL_free (der);
  return done;
}

static gboolean
is_pinned (const HsTlsPeer *peer)
{
  for (gsize i = 0; i < peer->n_pins; i++)
    if (memcmp (peer->pins[i], peer->spki, HS_TLS_SPKI_BYTES) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
judge (HsTlsPeer *peer, X509_STORE_CTX *chain)
{
  X509 *leaf = X509_STORE_CTX_get0_cert (chain);

  peer->has_spki = leaf != NULL && digest_spki (leaf, peer->spki);
  if (!peer->has_spki)
    return FALSE;
  switch (peer->rule)
    {
    case HS_TLS_PEER_CHAIN:
      return X509_verify_cert (chain) == 1;
    case HS_TLS_PEER_PINS:
      return is_pinned (peer);
    case HS_TLS_PEER_ANYBODY:
      return TRUE;
    case HS_TLS_PEER_NOBODY:
      return FALSE;
    }
  return FALSE;
}

static int
on_certificate (X509_STORE_CTX *chain, void *user_data)
{
  HsTlsPeer *peer = user_data;

  peer->refused = !judge (peer, chain);
  int problem = X509_STORE_CTX_get_error (chain);
  peer->out_of_time
      = peer->refused && peer->rule == HS_TLS_PEER_CHAIN
        && (problem == X509_V_ERR_CERT_NOT_YET_VALID || problem == X509_V_ERR_CERT_HAS_EXPIRED);
  if (!peer->refused)
    X509_STORE_CTX_set_error (chain, X509_V_OK);
  else if (X509_STORE_CTX_get_error (chain) == X509_V_OK)
    X509_STORE_CTX_set_error (chain, X509_V_ERR_APPLICATION_VERIFICATION);
  return peer->refused ? 0 : 1;
}

static void
on_context_freed (void *parent, void *value, CRYPTO_EX_DATA *data, int index, long l, void *p)
{
  hs_tls_peer_unref (value);
}

static int
get_slot (void)
{
  static gsize slot_plus_two = 0;

  /* 0 stands for "not yet", 1 for a failure (-1), so slots are kept shifted by two. */
  if (g_once_init_enter (&slot_plus_two))
    {
      int slot = SSL_CTX_get_ex_new_index (0, NULL, NULL, NULL, on_context_freed);
      g_once_init_leave (&slot_plus_two, (gsize)(slot + 2));
    }
  return (int)slot_plus_two - 2;
}

gboolean
hs_tls_peer_attach (HsTlsPeer *peer, gpointer ssl_ctx)
{
  SSL_CTX *context = ssl_ctx;
  int slot = get_slot ();

  if (slot < 0 || SSL_CTX_set_ex_data (context, slot, hs_tls_peer_ref (peer)) != 1)
    {
      hs_tls_peer_unref (peer);
      return FALSE;
    }
  /* What was read does not wait in the connection for the next record to fall upon it. */
  SSL_CTX_set_options (context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_cert_verify_callback (context, on_certificate, peer);
  return TRUE;
}

gboolean
hs_tls_peer_get_spki (const HsTlsPeer *peer, guint8 spki[HS_TLS_SPKI_BYTES])
{
  if (!peer->has_spki)
    return FALSE;
  memcpy (spki, peer->spki, HS_TLS_SPKI_BYTES);
  return TRUE;
}

gboolean
hs_tls_peer_is_out_of_time (const HsTlsPeer *peer)
{
  return peer->out_of_time;
}

gboolean
hs_tls_peer_is_refused (const HsTlsPeer *peer)
{
  return peer->refused;
}
