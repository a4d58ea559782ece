/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A title on its way to its owner's browser. */

#include "seal/sealed_title.h"

#include "core/wire/announce.h"
#include "core/wire/json_secret.h"
#include "seal/age_message.h"

#include <string.h>

/* Most titles fit the first; the longest, all quotes that JSON doubles, has 2,112 bytes. */
static const gsize sizes_bytes[] = { 192, 512, 2304 };

static gsize
choose_size (gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes_bytes); i++)
    if (length <= sizes_bytes[i])
      return sizes_bytes[i];
  return length;
}

GBytes *
hs_sealed_title_seal (const guint8 title_public[HS_X25519_BYTES],
                      const HsId *job,
                      const char *title,
                      GError **error)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_id (object, "job", job);
  hs_json_set_text (object, "title", title, HS_ANNOUNCE_MAX_TITLE_BYTES);
  char *text = hs_json_encode (object);
  gsize length = strlen (text);
  gsize size = choose_size (length);
  g_autoptr (HsSecretBytes) plain = hs_secret_bytes_new (size);
  memset (hs_secret_bytes_get (plain), ' ', size);
  memcpy (hs_secret_bytes_get (plain), text, length);
  hs_secret_bytes_wipe (text, length);
  g_free (text);
  return hs_age_message_seal (title_public, hs_secret_bytes_peek (plain), size, error);
}
