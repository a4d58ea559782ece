/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A workstation of journeys (journey/world.h) with a link to a site and the printers that it trusts.
 *
 * Threads: main context only.  Blocks: runs the main loop until what was asked is done. */

#include "core/wire/enrol_token.h"
#include "engine/printers/printers.h"
#include "engine/site_link/site_link.h"
#include "journey/world.h"

typedef struct
{
  World *world;
  HsHttp *http;
  HsPrinters *printers;
  HsSiteLink *link; /* another one after each start */
  guint signed_out;
  void (*probe) (const char *point, gpointer data); /* nullable */
  GError *load_error;                               /* of the last start; NULL: all well */
} Linked;

/* @folder NULL: a new one, removed at the end. */
Linked *linked_new (const char *folder);
void linked_start (Linked *linked);
void linked_stop (Linked *linked);
void linked_free (Linked *linked);

gboolean linked_enrol (Linked *linked, const HsEnrolToken *token, GError **error);
