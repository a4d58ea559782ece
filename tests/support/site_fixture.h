/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A site in a folder of its own, with keys and an empty store, without a server or a bundle. */

#include "site/site.h"

#define SITE_NOW_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC) /* 2026-09-21 13:33:20 UTC */

typedef struct
{
  char *folder;
  HsSite site;
} SiteFixture;

void site_fixture_init (SiteFixture *fixture);
void site_fixture_clear (SiteFixture *fixture);

/* An id whose bytes are all @byte. */
HsId site_fixture_id (guint8 byte);

/* A workstation and a person, written to the store. */
void site_fixture_add_device (SiteFixture *fixture, const HsId *device);
void site_fixture_add_user (SiteFixture *fixture, const HsId *identity, const char *name);

/* An announcement with an E made of @e; free with hs_announce_free(). */
HsAnnounce *site_fixture_announce (const HsId *job, const HsId *owner, guint8 e, guint64 epoch);
