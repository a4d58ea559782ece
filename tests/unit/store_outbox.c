/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "store/outbox.h"
#include "support/suite.h"

static const HsOutboxPlace acknowledged = { 3, { 3 } };
static const HsOutboxPlace head = { 7, { 7 } };

static HsOutboxVerdict
judge (guint64 n, guint8 hash, const guint8 *ours)
{
  HsOutboxPlace site = { n, { hash } };

  return hs_outbox_judge (&acknowledged, &head, &site, ours);
}

static void
a_known_record_is_acknowledged (void)
{
  const guint8 ours[HS_OUTBOX_HASH_BYTES] = { 5 };
  HS_ASSERT_INT_EQ (judge (5, 5, ours), HS_OUTBOX_ACKNOWLEDGED);
}

static void
the_same_place_again_is_acknowledged (void)
{
  HS_ASSERT_INT_EQ (judge (3, 3, NULL), HS_OUTBOX_ACKNOWLEDGED);
}

static void
a_number_we_never_wrote_means_the_site_is_ahead (void)
{
  HS_ASSERT_INT_EQ (judge (8, 7, NULL), HS_OUTBOX_SITE_AHEAD);
  HS_ASSERT_INT_EQ (judge (G_MAXUINT64, 7, NULL), HS_OUTBOX_SITE_AHEAD);
}

static void
another_hash_means_a_fork (void)
{
  const guint8 ours[HS_OUTBOX_HASH_BYTES] = { 5 };
  HS_ASSERT_INT_EQ (judge (5, 6, ours), HS_OUTBOX_FORKED);
  HS_ASSERT_INT_EQ (judge (3, 4, NULL), HS_OUTBOX_FORKED);
  HS_ASSERT_INT_EQ (judge (5, 5, NULL), HS_OUTBOX_FORKED);
}

static void
an_older_place_means_the_site_is_behind (void)
{
  HS_ASSERT_INT_EQ (judge (2, 2, NULL), HS_OUTBOX_SITE_BEHIND);
  HS_ASSERT_INT_EQ (judge (0, 0, NULL), HS_OUTBOX_SITE_BEHIND);
}

static void
a_new_stream_and_an_empty_site_agree (void)
{
  const HsOutboxPlace beginning = { 0 };
  HS_ASSERT_INT_EQ (hs_outbox_judge (&beginning, &beginning, &beginning, NULL),
                    HS_OUTBOX_ACKNOWLEDGED);
}

static void
hashes_are_sha_256 (void)
{
  static const guint8 expected[HS_OUTBOX_HASH_BYTES]
      = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
          0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
          0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
  g_autoptr (GBytes) record = g_bytes_new_static ("abc", 3);
  guint8 hash[HS_OUTBOX_HASH_BYTES];

  hs_outbox_hash (record, hash);
  HS_ASSERT_BYTES_EQ (hash, sizeof hash, expected, sizeof expected);
}

HS_SUITE ("outbox",
          { "a known record is acknowledged", a_known_record_is_acknowledged },
          { "the same place again is acknowledged", the_same_place_again_is_acknowledged },
          { "a number that we never wrote means that the site is ahead",
            a_number_we_never_wrote_means_the_site_is_ahead },
          { "another hash means a fork", another_hash_means_a_fork },
          { "an older place means that the site is behind",
            an_older_place_means_the_site_is_behind },
          { "a new stream and an empty site agree", a_new_stream_and_an_empty_site_agree },
          { "hashes are SHA-256", hashes_are_sha_256 })
