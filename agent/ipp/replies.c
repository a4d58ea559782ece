/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a printer answered. */

#include "ipp/replies.h"

#include "base/error.h"
#include "ipp/message.h"

#define MAX_JOBS 1000 /* of Get-Jobs; a printer that has more is not asked further */

static const struct
{
  ipp_status_t status;
  HsIppVerdict verdict;
} verdicts[] = {
  { IPP_STATUS_ERROR_BUSY, HS_IPP_BUSY },
  { IPP_STATUS_ERROR_TEMPORARY, HS_IPP_BUSY },
  { IPP_STATUS_ERROR_SERVICE_UNAVAILABLE, HS_IPP_BUSY },
  { IPP_STATUS_ERROR_TOO_MANY_JOBS, HS_IPP_BUSY },
  { IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS, HS_IPP_NOT_ACCEPTING },
  { IPP_STATUS_ERROR_PRINTER_IS_DEACTIVATED, HS_IPP_NOT_ACCEPTING },
  { IPP_STATUS_ERROR_NOT_AUTHENTICATED, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_NOT_AUTHORIZED, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_FORBIDDEN, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_ACCOUNT_INFO_NEEDED, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_ACCOUNT_AUTHORIZATION_FAILED, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_ACCOUNT_CLOSED, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_ACCOUNT_LIMIT_REACHED, HS_IPP_AUTHENTICATION },
  { IPP_STATUS_ERROR_NOT_FOUND, HS_IPP_NOT_FOUND },
  { IPP_STATUS_ERROR_GONE, HS_IPP_NOT_FOUND },
  { IPP_STATUS_ERROR_NOT_POSSIBLE, HS_IPP_NOT_POSSIBLE },
  { IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED, HS_IPP_NO_OPERATION },
  { IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED, HS_IPP_NO_VERSION },
  { IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED, HS_IPP_NO_FORMAT },
  { IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR, HS_IPP_NO_FORMAT },
  { IPP_STATUS_ERROR_DOCUMENT_UNPRINTABLE, HS_IPP_NO_FORMAT },
  { IPP_STATUS_ERROR_COMPRESSION_NOT_SUPPORTED, HS_IPP_NO_FORMAT },
  { IPP_STATUS_ERROR_COMPRESSION_ERROR, HS_IPP_NO_FORMAT },
  { IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES, HS_IPP_NO_ATTRIBUTES },
  { IPP_STATUS_ERROR_CONFLICTING, HS_IPP_NO_ATTRIBUTES },
  { IPP_STATUS_ERROR_REQUEST_ENTITY, HS_IPP_TOO_LARGE },
  { IPP_STATUS_ERROR_JOB_CANCELED, HS_IPP_CANCELLED },
  { IPP_STATUS_ERROR_DEVICE, HS_IPP_DEVICE_ERROR },
};

static HsIppVerdict
judge (ipp_status_t status)
{
  if (status >= 0 && status <= 0xff)
    return HS_IPP_DONE;
  for (gsize i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (verdicts[i].status == status)
      return verdicts[i].verdict;
  return HS_IPP_REFUSED;
}

static void
free_job (gpointer data)
{
  HsIppJob *job = data;

  g_free (job->name);
  g_strfreev (job->reasons);
  g_free (job);
}

static char **
dup_strings (ipp_attribute_t *attribute)
{
  GPtrArray *list = g_ptr_array_new ();

  for (int i = 0; i < ippGetCount (attribute); i++)
    {
      char *text = hs_ipp_text_dup_safe (ippGetString (attribute, i, NULL));
      if (text != NULL)
        g_ptr_array_add (list, text);
    }
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (list, FALSE);
}

static void
take_attribute (HsIppJob *job, ipp_attribute_t *attribute)
{
  const char *name = ippGetName (attribute);
  ipp_tag_t tag = ippGetValueTag (attribute);
  gboolean is_number = tag == IPP_TAG_INTEGER || tag == IPP_TAG_ENUM;
  int number = is_number ? ippGetInteger (attribute, 0) : 0;

  if (is_number && g_str_equal (name, "job-id"))
    job->id = (guint32)MAX (number, 0);
  else if (is_number && g_str_equal (name, "job-state"))
    job->state = number >= HS_IPP_JOB_PENDING && number <= HS_IPP_JOB_COMPLETED
                     ? (HsIppJobState)number
                     : HS_IPP_JOB_UNKNOWN;
  else if (is_number && number >= 0 && g_str_equal (name, "job-impressions-completed"))
    {
      job->impressions = (guint32)number;
      job->counted = TRUE;
    }
  else if (is_number && number >= 0 && g_str_equal (name, "job-media-sheets-completed"))
    {
      job->sheets = (guint32)number;
      job->counted = TRUE;
    }
  else if ((tag == IPP_TAG_NAME || tag == IPP_TAG_NAMELANG) && g_str_equal (name, "job-name"))
    {
      g_free (job->name);
      job->name = hs_ipp_text_dup_safe (ippGetString (attribute, 0, NULL));
    }
  else if (tag == IPP_TAG_KEYWORD && g_str_equal (name, "job-state-reasons"))
    {
      g_strfreev (job->reasons);
      job->reasons = dup_strings (attribute);
    }
}

/* libcups separates groups of the same kind by a nameless attribute. */
static void
take_groups (HsIppReply *reply, ipp_t *message)
{
  g_autoptr (GPtrArray) unsupported = g_ptr_array_new_with_free_func (g_free);
  HsIppJob *job = NULL;

  for (ipp_attribute_t *attribute = ippFirstAttribute (message); attribute != NULL;
       attribute = ippNextAttribute (message))
    {
      ipp_tag_t group = ippGetGroupTag (attribute);
      const char *name = ippGetName (attribute);

      if (name == NULL || group != IPP_TAG_JOB)
        job = NULL;
      if (name == NULL)
        continue;
      if (group == IPP_TAG_UNSUPPORTED_GROUP && *name != '\0' && unsupported->len < 100)
        g_ptr_array_add (unsupported, hs_ipp_text_dup_safe (name));
      if (group != IPP_TAG_JOB)
        continue;
      if (job == NULL)
        {
          if (reply->jobs->len == MAX_JOBS)
            break;
          job = g_new0 (HsIppJob, 1);
          job->reasons = g_new0 (char *, 1);
          g_ptr_array_add (reply->jobs, job);
        }
      take_attribute (job, attribute);
    }
  g_ptr_array_add (unsupported, NULL);
  reply->unsupported = (char **)g_ptr_array_steal (unsupported, NULL);
}

HsIppReply *
hs_ipp_reply_decode (GBytes *bytes, GError **error)
{
  g_autoptr (ipp_t) message = hs_ipp_message_decode (bytes, error);
  HsIppReply *reply;

  if (message == NULL)
    return NULL;
  reply = g_new0 (HsIppReply, 1);
  reply->jobs = g_ptr_array_new_with_free_func (free_job);
  reply->status = (guint16)ippGetStatusCode (message);
  reply->verdict = judge (ippGetStatusCode (message));
  reply->message = hs_ipp_text_dup_safe (hs_ipp_string_get (message, "status-message"));
  take_groups (reply, message);
  return reply;
}

void
hs_ipp_reply_free (HsIppReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->message);
  g_strfreev (reply->unsupported);
  g_ptr_array_unref (reply->jobs);
  g_free (reply);
}

const HsIppJob *
hs_ipp_reply_get_job (const HsIppReply *reply)
{
  return reply->jobs->len == 0 ? NULL : g_ptr_array_index (reply->jobs, 0);
}

guint
hs_ipp_reply_find_jobs (const HsIppReply *reply, const char *name, const HsIppJob **found)
{
  guint count = 0;

  *found = NULL;
  for (guint i = 0; i < reply->jobs->len; i++)
    {
      const HsIppJob *job = g_ptr_array_index (reply->jobs, i);

      if (g_strcmp0 (job->name, name) != 0 || job->id == 0)
        continue;
      if (count++ == 0)
        *found = job;
    }
  return count;
}

gboolean
hs_ipp_job_is_over (const HsIppJob *job)
{
  return job->state >= HS_IPP_JOB_CANCELED;
}

gboolean
hs_ipp_job_has_reason (const HsIppJob *job, const char *keyword)
{
  return g_strv_contains ((const char *const *)job->reasons, keyword);
}

const char *
hs_ipp_verdict_to_sentence (HsIppVerdict verdict)
{
  switch (verdict)
    {
    case HS_IPP_DONE:
      return "it agreed";
    case HS_IPP_BUSY:
      return "it is busy; it will be tried again";
    case HS_IPP_NOT_ACCEPTING:
      return "it takes no jobs now; switch it on at its panel or choose another printer";
    case HS_IPP_AUTHENTICATION:
      return "it asks for a login, which Homespool does not give; ask your administrator to let "
             "this workstation print, or choose another printer";
    case HS_IPP_NOT_FOUND:
      return "it does not know the address or the job; ask your administrator to check its entry";
    case HS_IPP_NOT_POSSIBLE:
      return "it cannot do that now; try again or choose another printer";
    case HS_IPP_NO_OPERATION:
    case HS_IPP_NO_VERSION:
      return "it does not understand this kind of request; choose another printer";
    case HS_IPP_NO_FORMAT:
      return "it cannot print this kind of document; choose another printer";
    case HS_IPP_NO_ATTRIBUTES:
      return "it does not offer what the job asks for; choose another printer or print again with "
             "other settings";
    case HS_IPP_TOO_LARGE:
      return "the document is too large for it; choose another printer or print fewer pages";
    case HS_IPP_CANCELLED:
      return "the job was cancelled at the printer; release it again if you still want it";
    case HS_IPP_DEVICE_ERROR:
      return "it needs attention; mend it or choose another printer";
    case HS_IPP_REFUSED:
      break;
    }
  return "it refused the job; choose another printer or tell your administrator";
}
