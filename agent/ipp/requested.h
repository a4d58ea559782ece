/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a client asked to be told: "requested-attributes" as a set (RFC 8011 section 4.2.5.1).
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include <cups/ipp.h>
#include <glib.h>

typedef enum
{
  HS_GROUP_NONE = 0,        /* only by its own name: media-col-database */
  HS_GROUP_DESCRIPTION = 1, /* printer-description or job-description */
  HS_GROUP_TEMPLATE = 2,    /* job-template */
} HsAttributeGroup;

typedef struct
{
  GHashTable *names; /* set of names, borrowed from the request; NULL = none by name */
  guint groups;      /* bits of HsAttributeGroup that are asked for as a whole */
} HsRequested;

/* Reads the attribute; where there is none, @otherwise (a NULL-terminated list) is taken.
 * @request must outlive *requested. */
void hs_requested_init (HsRequested *requested, ipp_t *request, const char *const *otherwise);
void hs_requested_clear (HsRequested *requested);

gboolean hs_requested_has (const HsRequested *requested, const char *name, HsAttributeGroup group);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsRequested, hs_requested_clear)
