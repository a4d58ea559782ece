/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The printers that jobs may go to: the list that the printer-admin key signs, as a value.
 *
 * Payload of a homespool-printers+jws: canonical JSON {version, issued_us, expires_us, printers:
 * [{uuid, name, location, uris, pins, allow_plain}]}. The only source of addresses and pins; a
 * command names a uuid. trust/signed.h checks the signature.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "core/wire/json_strict.h"

#define HS_PRINTER_LIST_MAX_BYTES (700 * 1024) /* about 2,000; its JWS fits one ledger setting */
#define HS_PRINTER_LIST_MAX_PRINTERS 2500
#define HS_PRINTER_MAX_URIS 8
#define HS_PRINTER_MAX_PINS 8
#define HS_PRINTER_PIN_BYTES 32 /* SHA-256 of the SubjectPublicKeyInfo */
#define HS_PRINTER_MAX_NAME_BYTES 128

typedef struct
{
  guint8 bytes[HS_PRINTER_PIN_BYTES];
} HsPrinterPin;

typedef struct
{
  HsId uuid;
  char *name;
  char *location; /* nullable */
  char **uris;    /* ipps://…, in order of preference; 1 to 8; ipp:// only with allow_plain */
  HsPrinterPin *pins;
  gsize n_pins;         /* 0 to 8; 0 = trusted through the bundle's printer CA and its name only */
  gboolean allow_plain; /* an exception that the printer administrator signed */
} HsPrinterEntry;

typedef struct
{
  guint64 version;     /* 1, 2, 3 … */
  gint64 issued_us;    /* UTC */
  gint64 expires_us;   /* UTC */
  GPtrArray *printers; /* (element-type HsPrinterEntry), each uuid once */
} HsPrinterList;

/* Reads a payload whose signature has been checked. Errors: INVALID, NO_SPACE. */
HsPrinterList *hs_printer_list_decode (GBytes *payload, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: INVALID, NO_SPACE when hs_printer_list_decode() would refuse it. */
GBytes *hs_printer_list_encode (const HsPrinterList *list,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* May @next take the place of @previous (nullable)? A higher version, not expired.
 * Errors: EXPIRED, REFUSED. */
gboolean hs_printer_list_check_successor (const HsPrinterList *previous,
                                          const HsPrinterList *next,
                                          gint64 now_us,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean hs_printer_list_is_expired (const HsPrinterList *list, gint64 now_us);

/* Returns: borrowed, NULL if the list does not name it. */
const HsPrinterEntry *hs_printer_list_find (const HsPrinterList *list, const HsId *uuid);

HsPrinterList *hs_printer_list_new (void);
void hs_printer_list_free (HsPrinterList *list);

HsPrinterEntry *hs_printer_entry_copy (const HsPrinterEntry *entry);
void hs_printer_entry_free (HsPrinterEntry *entry);

/* One entry as it stands in the list; also used by core/wire/printer_request. Errors: INVALID. */
HsPrinterEntry *hs_printer_entry_decode (const json_t *object,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
json_t *hs_printer_entry_encode (const HsPrinterEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterList, hs_printer_list_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterEntry, hs_printer_entry_free)
