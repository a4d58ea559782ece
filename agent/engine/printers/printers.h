/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The printers that jobs may go to, and why each may be trusted.
 *
 * Addresses come from two places only: the signed printer list, and approvals by an administrator of
 * this workstation. A release names a uuid. In this order: a listed printer with pins is known by
 * its key; one without pins by a certificate of the organisation's printer authority for its name;
 * and where a local administrator looked at the fingerprint and approved it, by that key. A key that
 * is none of these stops the delivery; nothing switches that off.
 *
 * What a printer said of itself is remembered, so that it can be shown, and used while the site is
 * away. Approvals and memories are kept by the caller (HsPrintersKeeper) as opaque bytes.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/printer_list.h"
#include "engine/host/place.h"
#include "ipp/capabilities.h"
#include "net/printer_client.h"

/* A printer that was asked so recently is not asked for its state again before a job; ours. */
#define HS_PRINTERS_FRESH_MS (10 * 1000)

typedef struct HsPrinters HsPrinters;

/* Where approvals and memories are kept. */
typedef struct
{
  gpointer data;
  /* Replaces what is kept of @printer; @facts NULL: forget it. May be NULL: nothing is kept. */
  void (*keep) (gpointer data, const HsId *printer, GBytes *facts);

  /* In which network this workstation is now (engine/host/place.h). FALSE: cannot be told. May be
   * NULL. */
  gboolean (*find_place) (gpointer data, guint8 place[HS_PLACE_BYTES]);
} HsPrintersKeeper;

/* Is a printer where this workstation is? */
typedef enum
{
  HS_PRINTER_PLACE_UNKNOWN = 0, /* it was never used, or the network cannot be told */
  HS_PRINTER_PLACE_HERE,        /* it was used in this network before */
  HS_PRINTER_PLACE_ELSEWHERE,
} HsPrinterPlace;

typedef enum
{
  HS_PRINTER_TRUST_NONE = 0, /* listed without pins, no authority, not approved: cannot be used */
  HS_PRINTER_TRUST_PINS,
  HS_PRINTER_TRUST_AUTHORITY,
  HS_PRINTER_TRUST_APPROVAL,
  HS_PRINTER_TRUST_PLAIN, /* without TLS, by exception of the signed list */
} HsPrinterTrust;

/* A printer for people; borrowed strings, valid until the next change of the printers. */
typedef struct
{
  HsId uuid;
  const char *name;
  const char *location; /* nullable */
  const char *uri;      /* the first that would be used */
  HsPrinterTrust trust; /* the first reason that would be tried */
  gboolean is_listed;   /* FALSE: known here only, by approval */
  gboolean used_before; /* a job was printed there, or an administrator approved it */
  gint64 used_at_us;    /* UTC; 0 = never */
  HsPrinterPlace place;
  const HsCapabilities *capabilities; /* as last seen; nullable */
  gint64 seen_at_us;                  /* UTC; 0 = never */
} HsPrinterView;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* @http is borrowed and must outlive it. */
HsPrinters *
hs_printers_new (HsHttp *http, const HsPrintersKeeper *keeper, const HsPrinterPatience *patience);
void hs_printers_free (HsPrinters *printers);

/* At start, for each printer that the keeper has kept. Bytes that cannot be read are forgotten, with
 * a line in the log. */
void hs_printers_restore (HsPrinters *printers, const HsId *printer, GBytes *facts);

/* The verified list (NULL: none) and the certificates of the bundle's printer authorities as PEM
 * (NULL: none). Both are copied; what is remembered of printers that are gone stays for their
 * return, but they cannot be used. */
void hs_printers_set_list (HsPrinters *printers, const HsPrinterList *list, const char *const *ca);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Returns: (transfer full) (element-type HsPrinterView): by name. */
GPtrArray *hs_printers_list (HsPrinters *printers);

/* FALSE if it is neither listed nor approved. */
gboolean hs_printers_find (HsPrinters *printers, const HsId *uuid, HsPrinterView *view);

/* The routes to the printer, each with its reason to be trusted, best first.
 * Returns: (transfer full) (element-type HsPrinterRoute). Errors: NOT_FOUND; EXPIRED (the list);
 * REFUSED (nothing says what its key is: it has to be approved first). */
GPtrArray *hs_printers_dup_routes (HsPrinters *printers,
                                   const HsId *uuid,
                                   gint64 now_us,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the printer said less than HS_PRINTERS_FRESH_MS ago; NULL if that is longer ago.
 * Returns: (transfer full) (nullable). */
HsCapabilities *hs_printers_dup_fresh (HsPrinters *printers, const HsId *uuid);

HsHttp *hs_printers_get_http (HsPrinters *printers);
const HsPrinterPatience *hs_printers_get_patience (HsPrinters *printers);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* The printer answered over a trusted route. @spki: the key it showed; NULL = plain or a kept
 * connection. */
void hs_printers_note (HsPrinters *printers,
                       const HsId *uuid,
                       HsCapabilities *capabilities,
                       const guint8 *spki);

/* A job was printed there, from where this workstation is now. */
void hs_printers_note_used (HsPrinters *printers, const HsId *uuid);

/* It is asked before the next job, whatever it said a moment ago. */
void hs_printers_doubt (HsPrinters *printers, const HsId *uuid);

/* Approves the key @pin for a listed printer, or makes an unlisted printer known here under the
 * uuid that is made of the pin (*uuid is set then). Only for an administrator who saw the
 * fingerprint; engine/printers/printer_approval asks the printer first.
 * Errors: INVALID (the address); REFUSED (a listed printer that has pins: its list decides). */
gboolean hs_printers_approve (HsPrinters *printers,
                              HsId *uuid,
                              const char *name,
                              const char *uri,
                              const guint8 pin[HS_HTTP_SPKI_BYTES],
                              gint64 now_us,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes an approval back. FALSE if there was none. */
gboolean hs_printers_disapprove (HsPrinters *printers, const HsId *uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinters, hs_printers_free)
