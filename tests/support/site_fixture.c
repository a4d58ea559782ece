/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "support/site_fixture.h"

#include "support/suite.h"
#include "support/temp_dir.h"

void
site_fixture_init (SiteFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  *fixture = (SiteFixture){ .folder = hs_temp_dir_new () };
  fixture->site.config = hs_site_config_new (fixture->folder);
  g_strfreev (fixture->site.config->names);
  fixture->site.config->names = g_strsplit ("localhost", " ", -1);
  HS_ASSERT (hs_site_secrets_create (fixture->site.config, SITE_NOW_US, &error));
  fixture->site.secrets = hs_site_secrets_load (fixture->site.config, &error);
  HS_ASSERT_NO_ERROR (error);
  fixture->site.store = hs_store_create (fixture->folder, &error);
  HS_ASSERT_NO_ERROR (error);
}

void
site_fixture_clear (SiteFixture *fixture)
{
  hs_store_free (fixture->site.store);
  hs_site_secrets_free (fixture->site.secrets);
  hs_site_config_free (fixture->site.config);
  hs_temp_dir_free (fixture->folder);
}

HsId
site_fixture_id (guint8 byte)
{
  HsId id;

  memset (id.bytes, byte, sizeof id.bytes);
  return id;
}

void
site_fixture_add_device (SiteFixture *fixture, const HsId *device)
{
  g_autoptr (GError) error = NULL;
  HsStoreDevice row = { .id = *device, .host_name = (char *)"pc", .enrolled_us = SITE_NOW_US };

  HS_ASSERT (hs_store_add_device (fixture->site.store, &row, &error));
}

void
site_fixture_add_user (SiteFixture *fixture, const HsId *identity, const char *name)
{
  g_autoptr (GError) error = NULL;
  HsStoreUser user = { .identity = *identity,
                       .name = (char *)name,
                       .display_name = (char *)name,
                       .verifier = (char *)"none",
                       .created_us = SITE_NOW_US };

  HS_ASSERT (hs_store_add_user (fixture->site.store, &user, &error));
}

HsAnnounce *
site_fixture_announce (const HsId *job, const HsId *owner, guint8 e, guint64 epoch)
{
  HsAnnounce *announce = g_new0 (HsAnnounce, 1);

  announce->job = *job;
  announce->owner = *owner;
  memset (announce->e, e, sizeof announce->e);
  announce->epoch = epoch;
  announce->format = g_strdup ("application/pdf");
  announce->copies = 1;
  announce->created_at_us = SITE_NOW_US;
  announce->expires_at_us = SITE_NOW_US + G_TIME_SPAN_DAY;
  announce->recipients = g_new0 (char *, 1);
  return announce;
}
