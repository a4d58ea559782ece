/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/wire/announce.h"
#include "site/devices/event_intake.h"
#include "site/devices/orders.h"
#include "site/people/erasure.h"
#include "support/site_fixture.h"
#include "support/suite.h"

#include <string.h>

static SiteFixture fixture;
static HsSite *site;
static HsId ours, other; /* workstations */
static HsId owner, erased, job, printer;

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) printers = g_ptr_array_new ();
  HsStorePrinter hall = { .uuid = site_fixture_id (9), .name = (char *)"Hall" };
  guint documents = 0;
  gboolean found = FALSE;

  site_fixture_init (&fixture);
  site = &fixture.site;
  ours = site_fixture_id (7);
  other = site_fixture_id (8);
  owner = site_fixture_id (2);
  erased = site_fixture_id (3);
  job = site_fixture_id (1);
  printer = hall.uuid;
  site_fixture_add_device (&fixture, &ours);
  site_fixture_add_device (&fixture, &other);
  site_fixture_add_user (&fixture, &erased, "anna");
  g_ptr_array_add (printers, &hall);
  HS_ASSERT (hs_store_set_printers (site->store, printers, &error));
  HS_ASSERT (
      hs_store_set_seen (site->store, &ours, SITE_NOW_US, SITE_NOW_US + G_TIME_SPAN_HOUR, &error));
  HS_ASSERT (hs_erasure_erase (site, &erased, "anna", SITE_NOW_US + G_TIME_SPAN_MINUTE, &documents,
                               &found, &error));
  HS_ASSERT_NO_ERROR (error);
}

static void
tear_down (void)
{
  site_fixture_clear (&fixture);
}

/* @device tells of a document; what was kept of it. */
static void
announce (const HsId *device, const HsId *whose, const HsId *which, guint8 e)
{
  g_autoptr (GError) error = NULL;
  HsJob told = { .id = *which,
                 .owner = *whose,
                 .release_epoch = 1,
                 .format = (char *)"application/pdf",
                 .copies = 1,
                 .created_at_us = SITE_NOW_US,
                 .expires_at_us = SITE_NOW_US + G_TIME_SPAN_DAY,
                 .recipients = (char *[]){ NULL } };
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_event_record_free);
  g_autoptr (GHashTable) touched = hs_event_intake_new_touched ();
  HsEventRecord *record = g_new0 (HsEventRecord, 1);
  guint8 stream[HS_STREAM_BYTES] = { e };
  HsUploadAnswer answer;

  record->n = 1;
  record->kind = HS_RECORD_ANNOUNCE;
  record->at_us = SITE_NOW_US;
  memset (told.release_e, e, sizeof told.release_e);
  record->body = hs_announce_encode (&told, HS_TITLE_POLICY_NONE, NULL);
  g_ptr_array_add (records, record);
  HS_ASSERT (
      hs_event_intake_take (site, device, stream, records, SITE_NOW_US, &answer, touched, &error));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (answer.n, 1); /* the stream goes on, whatever the record was */
}

static guint
count_commands (const HsId *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) open
      = hs_store_list_open_commands (site->store, device, SITE_NOW_US, 64, &error);

  HS_ASSERT_NO_ERROR (error);
  return open->len;
}

static void
a_document_of_somebody_erased_is_deleted_where_it_lies (void)
{
  g_autoptr (GError) error = NULL;

  announce (&ours, &erased, &job, 4);
  g_autoptr (HsStoreJob) kept = hs_store_get_job (site->store, &job, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_id_is_zero (&kept->announce.owner));
  HS_ASSERT_INT_EQ (count_commands (&ours), 1);
}

static void
nobody_elses_document_is_deleted_in_the_name_of_somebody_erased (void)
{
  g_autoptr (GError) error = NULL;
  HsId command, device;

  announce (&ours, &owner, &job, 4);
  announce (&other, &erased, &job, 5); /* refused: it is on another workstation */
  HS_ASSERT_INT_EQ (count_commands (&other), 0);
  HS_ASSERT (
      hs_order_release (site, &owner, &job, &printer, SITE_NOW_US, &command, &device, &error));
  HS_ASSERT_NO_ERROR (error);
}

HS_SUITE_WITH ("what workstations tell",
               set_up,
               tear_down,
               { "a document of somebody erased is deleted where it lies",
                 a_document_of_somebody_erased_is_deleted_where_it_lies },
               { "nobody else's document is deleted in the name of somebody erased",
                 nobody_elses_document_is_deleted_in_the_name_of_somebody_erased })
