/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Whom a job without a proven owner names: a tag that tells nothing by itself. */

#include "seal/claim_tag.h"

#include "base/error.h"
#include "support/suite.h"

#include <string.h>

static const HsId job = { { 1 } };
static const HsId other_job = { { 2 } };
static const HsId anna = { { 3 } };
static const HsId ben = { { 4 } };

static HsSecretBytes *
make_secret (guint8 fill, gsize length)
{
  HsSecretBytes *secret = hs_secret_bytes_new (length);

  memset (hs_secret_bytes_get (secret), fill, length);
  return secret;
}

static void
a_tag_names_one_person_for_one_job_on_one_workstation (void)
{
  g_autoptr (HsSecretBytes) here = make_secret (7, 32);
  g_autoptr (HsSecretBytes) elsewhere = make_secret (8, 32);
  g_autoptr (GError) error = NULL;
  guint8 tag[HS_CLAIM_TAG_BYTES], again[HS_CLAIM_TAG_BYTES], other[HS_CLAIM_TAG_BYTES];

  HS_ASSERT (hs_claim_tag_compute (here, &job, &anna, tag, &error));
  HS_ASSERT (hs_claim_tag_compute (here, &job, &anna, again, &error));
  HS_ASSERT (hs_claim_tag_compute (here, &other_job, &anna, other, &error));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (tag, sizeof tag, again, sizeof again);
  HS_ASSERT (memcmp (tag, other, sizeof tag) != 0); /* two jobs of one name look different */
  HS_ASSERT (hs_claim_tag_names (here, &job, &anna, tag));
  HS_ASSERT (!hs_claim_tag_names (here, &job, &ben, tag));
  HS_ASSERT (!hs_claim_tag_names (here, &other_job, &anna, tag));
  HS_ASSERT (!hs_claim_tag_names (elsewhere, &job, &anna, tag));
  tag[31] ^= 1;
  HS_ASSERT (!hs_claim_tag_names (here, &job, &anna, tag));
}

static void
a_tag_of_zeros_and_a_secret_of_another_length_name_nobody (void)
{
  static const guint8 zeros[HS_CLAIM_TAG_BYTES] = { 0 };
  g_autoptr (HsSecretBytes) here = make_secret (7, 32);
  g_autoptr (HsSecretBytes) shorter = make_secret (7, 31);
  g_autoptr (GError) error = NULL;
  guint8 tag[HS_CLAIM_TAG_BYTES];

  HS_ASSERT (!hs_claim_tag_names (here, &job, &anna, zeros));
  HS_ASSERT (!hs_claim_tag_compute (shorter, &job, &anna, tag, &error));
  HS_ASSERT (g_error_matches (error, HS_ERROR, HS_ERROR_INVALID));
  HS_ASSERT (hs_claim_tag_compute (here, &job, &anna, tag, NULL));
  HS_ASSERT (!hs_claim_tag_names (shorter, &job, &anna, tag));
}

HS_SUITE ("claim tag",
          { "a tag names one person for one job on one workstation",
            a_tag_names_one_person_for_one_job_on_one_workstation },
          { "a tag of zeros, and a secret of another length, name nobody",
            a_tag_of_zeros_and_a_secret_of_another_length_name_nobody })
