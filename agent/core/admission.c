/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* May this many bytes be taken for this owner now? */

#include "core/admission.h"

#include "base/error.h"

HsAdmission
hs_admission_judge (const HsAdmissionLimits *limits,
                    const HsUsage *others,
                    guint64 job_bytes,
                    guint64 disk_free)
{
  if (job_bytes > limits->most_job_bytes)
    return HS_ADMISSION_JOB_TOO_LARGE;
  if (others->jobs >= limits->most_jobs)
    return HS_ADMISSION_TOO_MANY_JOBS;
  if (others->bytes > limits->most_bytes || job_bytes > limits->most_bytes - others->bytes)
    return HS_ADMISSION_OWNER_FULL;
  if (disk_free < limits->disk_reserve_bytes)
    return HS_ADMISSION_DISK_FULL;
  return HS_ADMISSION_YES;
}

gboolean
hs_admission_check (HsAdmission admission, GError **error)
{
  switch (admission)
    {
    case HS_ADMISSION_YES:
      return TRUE;
    case HS_ADMISSION_TOO_MANY_JOBS:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE,
                           "You hold as many jobs as you may. Release or delete some, then print "
                           "again.");
      return FALSE;
    case HS_ADMISSION_OWNER_FULL:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE,
                           "Your held jobs use all the space that you may use. Release or delete "
                           "some, then print again.");
      return FALSE;
    case HS_ADMISSION_JOB_TOO_LARGE:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "The document is larger than is taken here. Print it in parts, or ask "
                           "your administrator to raise spool.job-size.");
      return FALSE;
    case HS_ADMISSION_DISK_FULL:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE,
                           "This workstation's disk is nearly full. Free some space, then print "
                           "again.");
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}
