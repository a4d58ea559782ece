/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs of our queue in CUPS: listed, purged, and asked about when they were made. */

#include "platform/linux/print_queue_cups.h"
#include "platform/peer.h"

#include <string.h>

typedef struct
{
  int id;
  int state;
  int created_s; /* seconds since 1970; 0: not told */
  char *user;    /* nullable: not told */
} Job;

static gboolean
is_final (int state)
{
  return state >= IPP_JSTATE_CANCELED;
}

/* ── listing ─────────────────────────────────────────────────────────────────────────────── */

static void
job_clear (gpointer data)
{
  g_free (((Job *)data)->user);
}

static GArray *
new_jobs (void)
{
  GArray *jobs = g_array_new (FALSE, TRUE, sizeof (Job));

  g_array_set_clear_func (jobs, job_clear);
  return jobs;
}

static void
read_attribute (Job *job, ipp_attribute_t *attribute)
{
  const char *name = ippGetName (attribute);

  if (strcmp (name, "job-id") == 0)
    job->id = ippGetInteger (attribute, 0);
  else if (strcmp (name, "job-state") == 0)
    job->state = ippGetInteger (attribute, 0);
  else if (strcmp (name, "time-at-creation") == 0)
    job->created_s = ippGetInteger (attribute, 0);
  else if (strcmp (name, "job-originating-user-name") == 0 && job->user == NULL)
    job->user = g_strdup (ippGetString (attribute, 0, NULL));
}

/* A job that does not say which one it is, or how it is, cannot be handled and is no job. */
static void
end_job (GArray *jobs, Job *job)
{
  if (job->id > 0 && job->state > 0)
    g_array_append_vals (jobs, job, 1);
  else
    job_clear (job);
  *job = (Job){ 0 };
}

/* All jobs of our queue. An administrator is told whose they are. On failure: none, and *reply is
 * filled. */
static GArray *
list_jobs (const HsCupsPlace *place, http_t *http, HsQueueReply *reply)
{
  static const char *const wanted[]
      = { "job-id", "job-state", "time-at-creation", "job-originating-user-name" };
  ipp_t *request = hs_cups_new_request (place, IPP_OP_GET_JOBS, place->own_name);
  GArray *jobs = new_jobs ();
  Job job = { 0 };

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", NULL, "all");
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (wanted), NULL, wanted);
  ipp_t *answer = hs_cups_do (place, http, request, "/", reply);
  ipp_attribute_t *attribute = answer != NULL ? ippFirstAttribute (answer) : NULL;
  for (; attribute != NULL; attribute = ippNextAttribute (answer))
    if (ippGetName (attribute) == NULL) /* between two jobs */
      end_job (jobs, &job);
    else if (ippGetGroupTag (attribute) == IPP_TAG_JOB)
      read_attribute (&job, attribute);
  end_job (jobs, &job);
  ippDelete (answer);
  return jobs;
}

/* cupsd has checked the name when the job was made; several names may be one user's. */
static gboolean
is_of_user (const Job *job, guint32 uid)
{
  guint32 found;

  return job->user != NULL && hs_peer_find_uid (job->user, &found, NULL) && found == uid;
}

/* ── the job list on the disk ────────────────────────────────────────────────────────────── */

/* cupsd keeps the names of users in a file of its own (job.cache, and the one before it), and does not
 * write that file anew when a job is purged. It does, up to half a minute later, when a job is made:
 * so one is made and removed, nameless, each time; the second time the older file has forgotten the
 * name as well. A closed queue takes no job: there this is done before it closes and after it opens. */
void
hs_cups_rewrite_job_list (const HsCupsPlace *place, http_t *http)
{
  HsQueueReply ignored = { 0 };
  ipp_t *request = hs_cups_new_request (place, IPP_OP_CREATE_JOB, place->own_name);
  g_autofree char *resource = g_strdup_printf ("/printers/%s", place->queue_name);

  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-hold-until", NULL, "indefinite");
  ipp_t *answer = hs_cups_do (place, http, request, resource, &ignored);
  ipp_attribute_t *id
      = answer != NULL ? ippFindAttribute (answer, "job-id", IPP_TAG_INTEGER) : NULL;
  if (id != NULL)
    hs_cups_purge_job (place, http, ippGetInteger (id, 0), &ignored);
  ippDelete (answer);
}

/* ── purging ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_cups_purge_job (const HsCupsPlace *place, http_t *http, int job_id, HsQueueReply *reply)
{
  ipp_t *request = hs_cups_new_request (place, IPP_OP_CANCEL_JOB, place->own_name);

  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job_id);
  ippAddBoolean (request, IPP_TAG_OPERATION, "purge-job", 1);
  return hs_cups_carry_out (place, http, request, "/jobs/", reply);
}

/* Job numbers are shared by all queues, so the job must be seen to be ours. cupsd matches the
 * printer-uri of Get-Jobs itself; for a single job we compare. */
static gboolean
is_of_our_queue (const HsCupsPlace *place, const char *printer_uri)
{
  const char *last = strrchr (printer_uri, '/');
  const gsize folder = strlen ("/printers");

  return last != NULL && (gsize)(last - printer_uri) > folder
         && strncmp (last - folder, "/printers", folder) == 0
         && strcmp (last + 1, place->queue_name) == 0;
}

void
hs_cups_purge_finished_job (const HsCupsPlace *place, http_t *http, int job_id, HsQueueReply *reply)
{
  static const char *const wanted[] = { "job-printer-uri", "job-state" };
  ipp_t *request = ippNewRequest (IPP_OP_GET_JOB_ATTRIBUTES);
  g_autofree char *uri = g_strdup_printf ("ipp://localhost/jobs/%d", job_id);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "job-uri", NULL, uri);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                place->own_name);
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (wanted), NULL, wanted);
  ipp_t *answer = hs_cups_do (place, http, request, "/jobs/", reply);
  if (answer == NULL)
    return;
  gboolean is_ours = is_of_our_queue (place, hs_cups_get_text (answer, "job-printer-uri"));
  ipp_attribute_t *state = ippFindAttribute (answer, "job-state", IPP_TAG_ENUM);
  gboolean is_over = state != NULL && is_final (ippGetInteger (state, 0));
  ippDelete (answer);
  if (!is_ours)
    hs_cups_fail (reply, HS_QUEUE_NOT_FOUND, "The print system has no such queue or job.");
  else if (!is_over)
    hs_cups_fail (reply, HS_QUEUE_BUSY, "The print system is still busy with that job.");
  else
    hs_cups_purge_job (place, http, job_id, reply);
}

void
hs_cups_purge_jobs (const HsCupsPlace *place,
                    http_t *http,
                    gboolean running_too,
                    HsQueueReply *reply)
{
  g_autoptr (GArray) jobs = list_jobs (place, http, reply);

  for (guint i = 0; i < jobs->len; i++)
    {
      const Job *job = &g_array_index (jobs, Job, i);
      HsQueueReply one = { 0 };

      if (!running_too && !is_final (job->state))
        reply->remaining++;
      else if (!hs_cups_purge_job (place, http, job->id, &one) && one.outcome != HS_QUEUE_NOT_FOUND)
        {
          reply->remaining++;
          hs_cups_fail (reply, one.outcome, one.sentence);
        }
    }
  hs_cups_rewrite_job_list (place, http);
}

/* ── one person's jobs ───────────────────────────────────────────────────────────────────── */

/* What remains is looked at, not concluded: cupsd may keep a job until its programs have ended. */
void
hs_cups_purge_user (const HsCupsPlace *place, http_t *http, guint32 uid, HsQueueReply *reply)
{
  HsQueueReply ignored = { 0 };
  g_autoptr (GArray) jobs = list_jobs (place, http, reply);

  if (reply->outcome == HS_QUEUE_NOT_FOUND) /* cupsd answers: without a queue there are no jobs */
    memset (reply, 0, sizeof *reply);
  if (reply->outcome != HS_QUEUE_DONE || jobs->len == 0)
    return;
  for (guint i = 0; i < jobs->len; i++)
    if (is_of_user (&g_array_index (jobs, Job, i), uid))
      hs_cups_purge_job (place, http, g_array_index (jobs, Job, i).id, &ignored);
  hs_cups_rewrite_job_list (place, http);
  g_autoptr (GArray) left = list_jobs (place, http, reply);
  for (guint i = 0; i < left->len; i++)
    reply->remaining += is_of_user (&g_array_index (left, Job, i), uid) ? 1 : 0;
}

void
hs_cups_purge_running (const HsCupsPlace *place, http_t *http, guint32 until_s, HsQueueReply *reply)
{
  g_autoptr (GArray) jobs = list_jobs (place, http, reply);

  for (guint i = 0; i < jobs->len; i++)
    {
      const Job *job = &g_array_index (jobs, Job, i);
      HsQueueReply one = { 0 };

      if (job->state == IPP_JSTATE_PROCESSING && (guint32)MAX (job->created_s, 0) <= until_s
          && !hs_cups_purge_job (place, http, job->id, &one) && one.outcome != HS_QUEUE_NOT_FOUND)
        reply->remaining++;
    }
}

void
hs_cups_find_running (const HsCupsPlace *place, http_t *http, guint32 uid, HsQueueReply *reply)
{
  g_autoptr (GArray) jobs = list_jobs (place, http, reply);
  gboolean is_clear = TRUE;

  if (reply->outcome != HS_QUEUE_DONE)
    return;
  for (guint i = 0; i < jobs->len; i++)
    {
      const Job *job = &g_array_index (jobs, Job, i);

      if (job->state != IPP_JSTATE_PROCESSING)
        continue;
      if (!is_of_user (job, uid) || job->created_s <= 0)
        is_clear = FALSE;
      guint32 created_s = (guint32)MAX (job->created_s, 0);
      reply->first = reply->last == 0 ? created_s : MIN (reply->first, created_s);
      reply->last = MAX (reply->last, created_s);
    }
  if (is_clear && reply->last > 0)
    return;
  reply->first = reply->last = 0;
}
