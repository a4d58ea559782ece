/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a site asks the printer administrator to sign: printers to add, change or remove.
 *
 * `homespool-site printer add|remove` writes it, `homespool-trust sign` reads it: the canonical
 * JSON {request: "homespool.printer-request/1", printers: [entry of core/wire/printer_list], remove:
 * [uuid]}, one line. Nothing in it holds until it stands in the signed list; a pin that the site
 * proposes is shown to the administrator, who may replace it.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/printer_list.h"

#define HS_PRINTER_REQUEST_MAX_BYTES HS_PRINTER_LIST_MAX_BYTES

typedef struct
{
  GPtrArray
      *printers;  /* (element-type HsPrinterEntry): added, or replaced where the uuid is known */
  GArray *remove; /* (element-type HsId) */
} HsPrinterRequest;

/* Errors: INVALID, NO_SPACE. */
HsPrinterRequest *hs_printer_request_decode (const char *bytes,
                                             gsize length,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the line, without a line feed.
 * Errors: INVALID, NO_SPACE when hs_printer_request_decode() would refuse it. */
char *hs_printer_request_encode (const HsPrinterRequest *request,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

HsPrinterRequest *hs_printer_request_new (void);
void hs_printer_request_free (HsPrinterRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterRequest, hs_printer_request_free)
