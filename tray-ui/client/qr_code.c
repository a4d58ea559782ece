/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A QR code as a square of modules. */

#include "tray-ui/client/qr_code.h"

#include "base/error.h"

#include <qrencode.h>
#include <string.h>

static HsSecretBytes *
take_modules (QRcode *code)
{
  gsize count = (gsize)code->width * (gsize)code->width;
  HsSecretBytes *modules = hs_secret_bytes_new (count);
  guint8 *out = hs_secret_bytes_get (modules);

  for (gsize i = 0; i < count; i++)
    out[i] = code->data[i] & 1;
  hs_secret_bytes_wipe (code->data, count);
  QRcode_free (code);
  return modules;
}

HsSecretBytes *
hs_qr_code_encode (const HsSecretBytes *text, guint *width, GError **error)
{
  gsize length = hs_secret_bytes_get_length (text);
  const guint8 *bytes = hs_secret_bytes_peek (text);
  QRcode *code = NULL;

  if (length > 0 && length <= HS_QR_CODE_MAX_BYTES && memchr (bytes, '\0', length) == NULL)
    code = QRcode_encodeData ((int)length, bytes, 0, QR_ECLEVEL_L);
  if (code == NULL)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "that is no text for a QR code");
      return NULL;
    }
  *width = (guint)code->width;
  return take_modules (code);
}
