/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Does the queue's policy hold? Reading its name is not enough: an administrator may have changed
 * what the policy of that name says. So it is tried, as a liar would:
 *
 *   1. a job under another name, with no proof at all             must be refused
 *   2. a job under another name, with that name's kernel proof    must be refused (it is not ours)
 *   3. a job under our own proof, with another name written in    must carry our own name
 *
 * This user administers printers, which an ordinary liar does not; the policy's limits on making
 * jobs ask for a proven name and know no administrators, so what is refused to us is refused to
 * all. Jobs of trial 3 are held and purged at once. */

#include "platform/linux/print_queue_cups.h"

#include <string.h>

#define BODY_MAX_BYTES (256 * 1024) /* a cupsd.conf is a few KiB */

/* A name that is not ours and that every system has. */
static const char *
get_false_name (const HsCupsPlace *place)
{
  return strcmp (place->own_name, "root") == 0 ? "nobody" : "root";
}

/* ── one raw request, with exactly the proof that we choose ──────────────────────────────── */

typedef struct
{
  http_status_t http_status;
  ipp_t *answer; /* nullable */
} Trial;

static void
trial_clear (Trial *trial)
{
  g_clear_pointer (&trial->answer, ippDelete);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

/* @proof: NULL sends no Authorization. libcups's own request functions would answer a 401 with the
 * right proof by themselves, so this writes the request out. */
static Trial
send_trial (const HsCupsPlace *place, ipp_t *request, const char *proof, const char *proof_name)
{
  Trial trial = { HTTP_STATUS_ERROR, NULL };
  HsQueueReply ignored = { 0 };
  http_t *http = hs_cups_connect (place, &ignored);
  g_autofree char *resource = g_strdup_printf ("/printers/%s", place->queue_name);

  if (http == NULL)
    return trial;
  httpClearFields (http);
  httpSetField (http, HTTP_FIELD_CONTENT_TYPE, "application/ipp");
  if (proof != NULL)
    {
      httpSetAuthString (http, proof, proof_name);
      httpSetField (http, HTTP_FIELD_AUTHORIZATION, httpGetAuthString (http));
    }
  httpSetLength (http, ippLength (request));
  if (httpPost (http, resource) == 0)
    {
      ipp_state_t state = IPP_STATE_IDLE;
      ippSetState (request, IPP_STATE_IDLE);
      while (state != IPP_STATE_DATA && state != IPP_STATE_ERROR)
        state = ippWrite (http, request);
      while ((trial.http_status = httpUpdate (http)) == HTTP_STATUS_CONTINUE)
        ;
    }
  if (trial.http_status == HTTP_STATUS_OK)
    {
      ipp_state_t state = IPP_STATE_IDLE;
      trial.answer = ippNew ();
      while (state != IPP_STATE_DATA && state != IPP_STATE_ERROR)
        state = ippRead (http, trial.answer);
    }
  httpClose (http);
  return trial;
}

static ipp_t *
new_held_job (const HsCupsPlace *place, const char *user)
{
  ipp_t *request = hs_cups_new_request (place, IPP_OP_CREATE_JOB, user);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, "Homespool self-test");
  ippAddString (request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-hold-until", NULL, "indefinite");
  return request;
}

static int
get_job_id (const Trial *trial)
{
  ipp_attribute_t *id
      = trial->answer != NULL ? ippFindAttribute (trial->answer, "job-id", IPP_TAG_INTEGER) : NULL;

  return id != NULL ? ippGetInteger (id, 0) : 0;
}

/* Tries to make a job and removes it if it came into being. *job_user (transfer full, nullable):
 * whose it became. Returns FALSE when nothing was learnt. */
static gboolean
try_job (const HsCupsPlace *place,
         const char *proof_name,
         gboolean *is_refused,
         gboolean *is_closed,
         char **job_user,
         HsQueueReply *reply)
{
  ipp_t *request = new_held_job (place, get_false_name (place));
  g_auto (Trial) trial
      = send_trial (place, request, proof_name != NULL ? "PeerCred" : NULL, proof_name);
  int job_id = get_job_id (&trial);

  ippDelete (request);
  *is_refused
      = trial.http_status == HTTP_STATUS_UNAUTHORIZED || trial.http_status == HTTP_STATUS_FORBIDDEN;
  *is_closed = trial.answer != NULL
               && ippGetStatusCode (trial.answer) == IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS;
  if (*is_refused || *is_closed)
    return TRUE;
  if (job_id <= 0)
    return FALSE;
  http_t *http = hs_cups_connect (place, reply);
  if (http == NULL)
    return FALSE;
  ipp_t *question = hs_cups_new_request (place, IPP_OP_GET_JOB_ATTRIBUTES, place->own_name);
  ippAddInteger (question, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job_id);
  ipp_t *facts = hs_cups_do (place, http, question, "/jobs/", reply);
  ipp_attribute_t *user
      = facts != NULL ? ippFindAttribute (facts, "job-originating-user-name", IPP_TAG_NAME) : NULL;
  *job_user = user != NULL ? g_strdup (ippGetString (user, 0, NULL)) : NULL;
  ippDelete (facts);
  gboolean is_gone = hs_cups_purge_job (place, http, job_id, reply);
  httpClose (http);
  return is_gone;
}

gboolean
hs_cups_try_false_names (const HsCupsPlace *place, gboolean *are_refused, HsQueueReply *reply)
{
  const char *const proofs[] = { NULL, get_false_name (place), place->own_name };

  *are_refused = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (proofs); i++)
    {
      gboolean is_own = i == G_N_ELEMENTS (proofs) - 1;
      gboolean is_refused = FALSE;
      gboolean is_closed = FALSE;
      g_autofree char *job_user = NULL;

      if (!try_job (place, proofs[i], &is_refused, &is_closed, &job_user, reply))
        return reply->outcome != HS_QUEUE_DONE
               || hs_cups_fail (reply, HS_QUEUE_FAILED,
                                "The print system's answer to a false name could not be "
                                "understood.");
      /* Our own proof is the one that must not be refused: then it is our right that is missing and
       * nothing is proven. A closed queue says so only after it has looked at the name. */
      if (is_own ? is_refused || (!is_closed && g_strcmp0 (job_user, place->own_name) != 0)
                 : !is_refused)
        return TRUE;
    }
  *are_refused = TRUE;
  return TRUE;
}

/* ── other people's jobs ─────────────────────────────────────────────────────────────────── */

/* Asks without a proof. The list is of one job at most; the subscription is one that cannot be made, for
 * it says nothing of what it is about: cupsd looks at its policy first. */
static gboolean
is_told (const HsCupsPlace *place, ipp_op_t operation, gboolean everywhere)
{
  ipp_t *request = everywhere ? ippNewRequest (operation)
                              : hs_cups_new_request (place, operation, get_false_name (place));

  if (everywhere)
    {
      ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL,
                    "ipp://localhost/");
      ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                    get_false_name (place));
    }
  if (operation == IPP_OP_GET_JOBS)
    ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "limit", 1);
  g_auto (Trial) trial = send_trial (place, request, NULL, NULL);
  ippDelete (request);
  return trial.http_status != HTTP_STATUS_UNAUTHORIZED
         && trial.http_status != HTTP_STATUS_FORBIDDEN;
}

gboolean
hs_cups_tells_others (const HsCupsPlace *place)
{
  return is_told (place, IPP_OP_GET_JOBS, FALSE) || is_told (place, IPP_OP_GET_JOBS, TRUE)
         || is_told (place, IPP_OP_CREATE_PRINTER_SUBSCRIPTIONS, FALSE)
         || is_told (place, IPP_OP_CREATE_PRINTER_SUBSCRIPTIONS, TRUE);
}

/* ── the log level ───────────────────────────────────────────────────────────────────────── */

static char *
fetch_configuration (const HsCupsPlace *place)
{
  HsQueueReply ignored = { 0 };
  http_t *http = hs_cups_connect (place, &ignored);
  g_autoptr (GString) body = g_string_new (NULL);
  char buffer[4096];
  gssize count = 0;
  http_status_t status;

  if (http == NULL)
    return NULL;
  httpClearFields (http);
  httpSetAuthString (http, "PeerCred", place->own_name);
  httpSetField (http, HTTP_FIELD_AUTHORIZATION, httpGetAuthString (http));
  status = httpGet (http, "/admin/conf/cupsd.conf") == 0 ? HTTP_STATUS_CONTINUE : HTTP_STATUS_ERROR;
  while (status == HTTP_STATUS_CONTINUE)
    status = httpUpdate (http);
  while (status == HTTP_STATUS_OK && body->len < BODY_MAX_BYTES
         && (count = httpRead2 (http, buffer, sizeof buffer)) > 0)
    g_string_append_len (body, buffer, count);
  httpClose (http);
  return status == HTTP_STATUS_OK && count == 0 ? g_string_free (g_steal_pointer (&body), FALSE)
                                                : NULL;
}

gboolean
hs_cups_logs_secrets (const HsCupsPlace *place)
{
  g_autofree char *text = fetch_configuration (place);

  if (text == NULL)
    return TRUE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean is_debug = FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      if (g_ascii_strncasecmp (line, "LogLevel", 8) != 0 || !g_ascii_isspace (line[8]))
        continue;
      /* The last line counts, as in cupsd. "debug" and "debug2". */
      is_debug = g_ascii_strncasecmp (g_strchug (lines[i] + 8), "debug", 5) == 0;
    }
  return is_debug;
}
