/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/admission.h"
#include "support/suite.h"

static const HsAdmissionLimits limits
    = { .most_jobs = 3, .most_bytes = 1000, .most_job_bytes = 600, .disk_reserve_bytes = 50 };

static HsAdmission
judge (guint64 jobs, guint64 bytes, guint64 job_bytes, guint64 disk_free)
{
  HsUsage others = { jobs, bytes };
  return hs_admission_judge (&limits, &others, job_bytes, disk_free);
}

static void
each_limit_holds_exactly_at_its_edge (void)
{
  HS_ASSERT_INT_EQ (judge (2, 400, 600, 50), HS_ADMISSION_YES);
  HS_ASSERT_INT_EQ (judge (3, 400, 600, 50), HS_ADMISSION_TOO_MANY_JOBS);
  HS_ASSERT_INT_EQ (judge (2, 401, 600, 50), HS_ADMISSION_OWNER_FULL);
  HS_ASSERT_INT_EQ (judge (2, 0, 601, 50), HS_ADMISSION_JOB_TOO_LARGE);
  HS_ASSERT_INT_EQ (judge (2, 400, 600, 49), HS_ADMISSION_DISK_FULL);
}

static void
huge_numbers_do_not_wrap_into_a_yes (void)
{
  HsAdmissionLimits wide = { G_MAXUINT64, 1000, G_MAXUINT64, 0 };
  HsUsage others = { 0, 500 };
  HS_ASSERT_INT_EQ (hs_admission_judge (&wide, &others, G_MAXUINT64 - 100, G_MAXUINT64),
                    HS_ADMISSION_OWNER_FULL);
  others.bytes = G_MAXUINT64;
  HS_ASSERT_INT_EQ (hs_admission_judge (&wide, &others, 1, G_MAXUINT64), HS_ADMISSION_OWNER_FULL);
}

static void
each_refusal_says_what_to_do (void)
{
  for (guint i = HS_ADMISSION_TOO_MANY_JOBS; i <= HS_ADMISSION_DISK_FULL; i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (!hs_admission_check ((HsAdmission)i, &error));
      HS_ASSERT_ERROR (error,
                       i == HS_ADMISSION_JOB_TOO_LARGE ? HS_ERROR_REFUSED : HS_ERROR_NO_SPACE);
      HS_ASSERT (strchr (error->message, '.') != NULL);
    }
  HS_ASSERT (hs_admission_check (HS_ADMISSION_YES, NULL));
}

HS_SUITE ("admission",
          { "each limit holds exactly at its edge", each_limit_holds_exactly_at_its_edge },
          { "huge numbers do not wrap into a yes", huge_numbers_do_not_wrap_into_a_yes },
          { "each refusal says what to do", each_refusal_says_what_to_do })
