/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Why a job is where it is. One table, most important reason first: the sentence shown to a person
 * is that of the first bit set. */

#include "core/job_reasons.h"

#include <glib/gi18n.h> /* N_ marks for the catalogue of who shows them; nothing is translated here */
#include <string.h>

typedef struct
{
  HsJobReasons reason;
  const char *keyword;
  const char *ipp;
  const char *sentence;
} Row;

static const Row rows[] = {
  { HS_REASON_UNCERTAIN, "uncertain", "processing-to-stop-point",
    N_ ("It is not known whether this printed. Look at the printer, then say whether it did.") },
  { HS_REASON_DAMAGED, "damaged", "aborted-by-system",
    N_ ("The stored document is damaged and cannot be printed. Please print it again.") },
  { HS_REASON_DOCUMENT_REFUSED, "document-refused", "aborted-by-system",
    N_ ("The document did not arrive whole or in a format that is taken here. Please print it "
        "again.") },
  { HS_REASON_PRINTER_UNTRUSTED, "printer-untrusted", "printer-stopped",
    N_ ("The printer's key is not the one your organisation listed, so nothing was sent. Choose "
        "another "
        "printer and tell your administrator.") },
  { HS_REASON_PRINTER_STOPPED, "printer-stopped", "printer-stopped",
    N_ ("The printer needs attention. Mend it or choose another printer.") },
  { HS_REASON_PRINTER_UNREACHABLE, "printer-unreachable", "printer-stopped",
    N_ ("The printer cannot be reached from this workstation. Check that it is on, or choose "
        "another.") },
  { HS_REASON_PRINTER_REFUSED, "printer-refused", "printer-stopped",
    N_ ("The printer refused the job. Choose another printer or change the job.") },
  { HS_REASON_PRINTER_BUSY, "printer-busy", "printer-stopped",
    N_ ("The printer is busy. It will be tried again.") },
  { HS_REASON_KEY_LOCKED, "key-locked", "job-release-wait",
    N_ ("Your key is locked. Unlock Homespool, or release the job at the printer or on the release "
        "page.") },
  { HS_REASON_WAITS_FOR_SITE, "waits-for-site", "job-release-wait",
    N_ ("Waiting for the site server to confirm the release.") },
  { HS_REASON_HELD_BY_USER, "held-by-user", "job-release-wait",
    N_ ("Held at your request. Release it at any printer.") },
  { HS_REASON_RELEASE_WAIT, "release-wait", "job-release-wait",
    N_ ("Waiting at your workstation. Release it at any printer.") },
  { HS_REASON_INCOMING, "incoming", "job-incoming", N_ ("The document is arriving.") },
  { HS_REASON_FETCHABLE, "fetchable", "job-fetchable",
    N_ ("Waiting for the printer to fetch it.") },
  { HS_REASON_OUTGOING, "outgoing", "job-outgoing", N_ ("Sending to the printer.") },
  { HS_REASON_PRINTING, "printing", "job-printing", N_ ("Printing.") },
  { HS_REASON_CANCELLED_BY_USER, "cancelled-by-user", "job-canceled-by-user",
    N_ ("Deleted by its owner.") },
  { HS_REASON_CANCELLED_BY_OPERATOR, "cancelled-by-operator", "job-canceled-by-operator",
    N_ ("Deleted by an administrator.") },
  { HS_REASON_CANCELLED_AT_DEVICE, "cancelled-at-device", "job-canceled-at-device",
    N_ ("Cancelled at the printer.") },
  { HS_REASON_ABORTED_BY_SYSTEM, "aborted-by-system", "aborted-by-system",
    N_ ("It could not be printed and was removed. Please print it again.") },
  { HS_REASON_COMPLETED_WITH_ERRORS, "completed-with-errors", "job-completed-with-errors",
    N_ ("Printed, but the printer reported errors. Check the pages.") },
  { HS_REASON_COMPLETED, "completed", "job-completed-successfully", N_ ("Printed.") },
};

const char **
hs_job_reasons_dup_ipp (HsJobReasons reasons)
{
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((reasons & rows[i].reason) != 0
        && !g_ptr_array_find_with_equal_func (keywords, rows[i].ipp, g_str_equal, NULL))
      g_ptr_array_add (keywords, (gpointer)rows[i].ipp);
  if (keywords->len == 0)
    g_ptr_array_add (keywords, (gpointer) "none");
  g_ptr_array_add (keywords, NULL);
  return (const char **)g_ptr_array_steal (keywords, NULL);
}

const char **
hs_job_reasons_dup_keywords (HsJobReasons reasons)
{
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((reasons & rows[i].reason) != 0)
      g_ptr_array_add (keywords, (gpointer)rows[i].keyword);
  g_ptr_array_add (keywords, NULL);
  return (const char **)g_ptr_array_steal (keywords, NULL);
}

HsJobReasons
hs_job_reason_from_keyword (const char *keyword)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].keyword, keyword) == 0)
      return rows[i].reason;
  return HS_REASON_NONE;
}

const char *
hs_job_reasons_to_sentence (HsJobReasons reasons)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((reasons & rows[i].reason) != 0)
      return rows[i].sentence;
  return "";
}
