/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A QR code as lines of half blocks: each character is two modules, one above the other. */

#include "cli/qr_code.h"

#include "base/error.h"

#include <qrencode.h>
#include <string.h>

#define QUIET_MODULES 4 /* the light border that ISO/IEC 18004 asks for */
#define BLACK_ON_WHITE "\033[38;5;16;48;5;231m"
#define AS_BEFORE "\033[0m"
#define BLOCK_BYTES 3 /* of a half block in UTF-8 */

static QRcode *
encode (const HsSecretBytes *text, GError **error)
{
  gsize length = hs_secret_bytes_get_length (text);
  const guint8 *bytes = hs_secret_bytes_peek (text);
  QRcode *code = NULL;

  if (length <= HS_QR_CODE_MAX_BYTES && memchr (bytes, '\0', length) == NULL)
    {
      g_autoptr (HsSecretBytes) terminated = hs_secret_bytes_new (length + 1);
      memcpy (hs_secret_bytes_get (terminated), bytes, length);
      code = QRcode_encodeString ((const char *)hs_secret_bytes_peek (terminated), 0, QR_ECLEVEL_L,
                                  QR_MODE_8, 1);
    }
  if (code == NULL)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "that is no text for a QR code");
  return code;
}

static gboolean
is_dark (const QRcode *code, int x, int y)
{
  return x >= 0 && y >= 0 && x < code->width && y < code->width
         && (code->data[y * code->width + x] & 1) != 0;
}

static guint8 *
put (guint8 *place, const char *text)
{
  gsize length = strlen (text);

  memcpy (place, text, length);
  return place + length;
}

static guint8 *
draw_line (guint8 *place, const QRcode *code, int y, gboolean with_colours)
{
  static const char *const blocks[] = { " ", "▄", "▀", "█" };

  if (with_colours)
    place = put (place, BLACK_ON_WHITE);
  for (int x = -QUIET_MODULES; x < code->width + QUIET_MODULES; x++)
    place = put (place, blocks[2 * is_dark (code, x, y) + is_dark (code, x, y + 1)]);
  if (with_colours)
    place = put (place, AS_BEFORE);
  return put (place, "\n");
}

HsSecretBytes *
hs_qr_code_draw (const HsSecretBytes *text, gboolean with_colours, GError **error)
{
  QRcode *code = encode (text, error);

  if (code == NULL)
    return NULL;
  gsize modules = (gsize)code->width + 2 * QUIET_MODULES;
  gsize line_bytes = modules * BLOCK_BYTES + sizeof BLACK_ON_WHITE + sizeof AS_BEFORE + 1;
  g_autoptr (HsSecretBytes) drawing = hs_secret_bytes_new ((modules + 1) / 2 * line_bytes);
  guint8 *start = hs_secret_bytes_get (drawing);
  guint8 *place = start;
  for (int y = -QUIET_MODULES; y < code->width + QUIET_MODULES; y += 2)
    place = draw_line (place, code, y, with_colours);
  hs_secret_bytes_wipe (code->data, (gsize)code->width * (gsize)code->width);
  QRcode_free (code);
  return hs_secret_bytes_new_copy (start, (gsize)(place - start));
}
