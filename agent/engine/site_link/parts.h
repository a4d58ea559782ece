/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a link to the site is, and what it is made with; the doors to it are site_link.h (life and
 * status), enrol.h, people.h, delegating.h, outbox.h and put_back.h.
 *
 * Threads: main context only.  Blocks: never (there is no function here). */

#include "core/config.h"
#include "core/wire/bundle.h"
#include "core/wire/printer_list.h"
#include "net/http.h"

typedef struct HsSiteLink HsSiteLink;

/* Pointers must outlive the link. Functions may be NULL. */
typedef struct
{
  HsHttp *http;
  const HsConfig *config;
  const char *state_folder;

  gpointer data;

  /* The verified bundle or printer list changed, began or ended to hold: hand them to the printers.
   * Both are NULL while this workstation may not use them. */
  void (*trust_changed) (gpointer data, const HsBundle *bundle, const HsPrinterList *printers);

  /* The site ends all sessions of people on this workstation. */
  void (*sign_out) (gpointer data);

  /* Online, degraded or offline, enrolled or not: hs_site_link_get_status() has changed. */
  void (*status_changed) (gpointer data);

  /* Bundle, list and keys were looked at anew, with the site, and are in order. */
  void (*refreshed) (gpointer data);

  /* For journeys: called at points where a crash would matter. */
  void (*probe) (const char *point, gpointer data);
} HsSiteLinkParts;
