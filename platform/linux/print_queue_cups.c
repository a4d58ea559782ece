/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Our queue in CUPS: made, looked at, emptied, closed, removed.
 *
 * Every request names the queue from our own settings; a caller chooses the secret and a job number
 * and nothing else. Sentences never repeat what cupsd said: it quotes device URIs, and ours holds
 * the secret. */

#include "platform/linux/print_queue_cups.h"

#include <string.h>

#define CONNECT_LIMIT_MS 10000
#define ANSWER_LIMIT_S 20.0
#define POLICY "authenticated" /* part of the cupsd.conf that CUPS ships */
#define ADMIN "/admin/"

/* ── requests ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_cups_fail (HsQueueReply *reply, HsQueueOutcome outcome, const char *sentence)
{
  reply->outcome = outcome;
  g_strlcpy (reply->sentence, sentence, sizeof reply->sentence);
  return FALSE;
}

static int
on_timeout (http_t *http, void *user_data)
{
  return 0; /* give up */
}

http_t *
hs_cups_connect (const HsCupsPlace *place, HsQueueReply *reply)
{
  http_t *http = httpConnect2 (place->cups_socket, 0, NULL, AF_LOCAL, HTTP_ENCRYPTION_NEVER, 1,
                               CONNECT_LIMIT_MS, NULL);

  if (http == NULL)
    hs_cups_fail (reply, HS_QUEUE_NOT_FOUND,
                  "The print system does not answer. Is CUPS installed and running?");
  else
    httpSetTimeout (http, ANSWER_LIMIT_S, on_timeout, NULL);
  return http;
}

ipp_t *
hs_cups_new_request (const HsCupsPlace *place, ipp_op_t operation, const char *user)
{
  ipp_t *request = ippNewRequest (operation);
  g_autofree char *uri = g_strdup_printf ("ipp://localhost/printers/%s", place->queue_name);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, uri);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL, user);
  return request;
}

static void
explain_status (ipp_status_t status, HsQueueReply *reply)
{
  switch ((int)status)
    {
    case IPP_STATUS_ERROR_NOT_FOUND:
      hs_cups_fail (reply, HS_QUEUE_NOT_FOUND, "The print system has no such queue or job.");
      return;
    case IPP_STATUS_ERROR_FORBIDDEN:
    case IPP_STATUS_ERROR_NOT_AUTHENTICATED:
    case IPP_STATUS_ERROR_NOT_AUTHORIZED:
    case IPP_STATUS_ERROR_CUPS_AUTHENTICATION_CANCELED:
      hs_cups_fail (reply, HS_QUEUE_DENIED,
                    "The print system does not let homespool-queue administer printers. Its user "
                    "must be in a group named by SystemGroup in cups-files.conf (lpadmin).");
      return;
    default:
      reply->outcome = HS_QUEUE_FAILED;
      g_snprintf (reply->sentence, sizeof reply->sentence,
                  "The print system refused: %s. Its error log says why.", ippErrorString (status));
    }
}

ipp_t *
hs_cups_do (const HsCupsPlace *place,
            http_t *http,
            ipp_t *request,
            const char *resource,
            HsQueueReply *reply)
{
  ipp_t *answer = cupsDoRequest (http, request, resource);
  ipp_status_t status = answer != NULL ? ippGetStatusCode (answer) : cupsLastError ();

  if (answer != NULL && status <= IPP_STATUS_OK_EVENTS_COMPLETE)
    return answer;
  explain_status (status, reply);
  ippDelete (answer);
  return NULL;
}

/* For requests of which only success matters. */
static gboolean
carry_out (const HsCupsPlace *place,
           http_t *http,
           ipp_t *request,
           const char *resource,
           HsQueueReply *reply)
{
  ipp_t *answer = hs_cups_do (place, http, request, resource, reply);

  ippDelete (answer);
  return answer != NULL;
}

/* ── the queue itself ────────────────────────────────────────────────────────────────────── */

/* "%2Frun%2Fcups%2Fhomespool.sock", as libcups wants a socket in place of a host. @secret: NULL
 * gives the URI as cupsd shows it. Without waitjob=false the backend goes on asking for a job whose
 * document was refused, and takes the answer for "printed": nobody would hear of the refusal. */
static char *
format_device_uri (const HsCupsPlace *place, const char *secret)
{
  g_autofree char *host = g_uri_escape_string (place->printer_socket, NULL, FALSE);

  if (secret == NULL)
    return g_strdup_printf ("ipp://%s/ipp/print?waitjob=false", host);
  return g_strdup_printf ("ipp://homespool:%s@%s/ipp/print?waitjob=false", secret, host);
}

static void
configure (const HsCupsPlace *place, http_t *http, const char *secret, HsQueueReply *reply)
{
  ipp_t *request = hs_cups_new_request (place, IPP_OP_CUPS_ADD_MODIFY_PRINTER, place->own_name);
  char *device_uri = format_device_uri (place, secret);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "ppd-name", NULL, "everywhere");
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_URI, "device-uri", NULL, device_uri);
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_NAME, "printer-op-policy", NULL, POLICY);
  /* A failed hand-over is tried again: the job is not lost, and the queue does not stop for all. */
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_NAME, "printer-error-policy", NULL, "retry-job");
  ippAddBoolean (request, IPP_TAG_PRINTER, "printer-is-shared", 0);
  ippAddBoolean (request, IPP_TAG_PRINTER, "printer-is-accepting-jobs", 1);
  ippAddInteger (request, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", IPP_PSTATE_IDLE);
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_TEXT, "printer-info", NULL,
                "Homespool: held on this computer until you release it");
  carry_out (place, http, request, ADMIN, reply);
  explicit_bzero (device_uri, strlen (device_uri));
  g_free (device_uri);
}

static const char *
get_text (ipp_t *answer, const char *name)
{
  ipp_attribute_t *attribute = ippFindAttribute (answer, name, IPP_TAG_ZERO);
  const char *text = attribute != NULL ? ippGetString (attribute, 0, NULL) : NULL;

  return text != NULL ? text : "";
}

static gboolean
get_boolean (ipp_t *answer, const char *name, gboolean otherwise)
{
  ipp_attribute_t *attribute = ippFindAttribute (answer, name, IPP_TAG_BOOLEAN);

  return attribute != NULL ? ippGetBoolean (attribute, 0) != 0 : otherwise;
}

static void
verify (const HsCupsPlace *place, http_t *http, HsQueueReply *reply)
{
  static const char *const wanted[] = { "device-uri", "printer-op-policy", "printer-is-shared",
                                        "printer-is-accepting-jobs", "printer-make-and-model" };
  ipp_t *request = hs_cups_new_request (place, IPP_OP_GET_PRINTER_ATTRIBUTES, place->own_name);
  g_autofree char *device_uri = format_device_uri (place, NULL);
  HsPrintQueueFacts *facts = &reply->facts;

  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (wanted), NULL, wanted);
  ipp_t *answer = hs_cups_do (place, http, request, "/", reply);
  if (answer == NULL)
    return;
  /* cupsd shows a device URI without what stands before the '@'. */
  facts->exists = strcmp (get_text (answer, "device-uri"), device_uri) == 0
                  && !get_boolean (answer, "printer-is-shared", TRUE);
  /* Until it has asked the printer, cupsd keeps a raw queue of that name. */
  facts->has_formats
      = strstr (get_text (answer, "printer-make-and-model"), "IPP Everywhere") != NULL;
  facts->has_policy = strcmp (get_text (answer, "printer-op-policy"), POLICY) == 0;
  facts->is_accepting = get_boolean (answer, "printer-is-accepting-jobs", FALSE);
  ippDelete (answer);
  facts->logs_secrets = hs_cups_logs_secrets (place);
  if (facts->exists && facts->has_policy)
    (void)hs_cups_try_false_names (place, &facts->refuses_false_names, reply);
}

static void
change (const HsCupsPlace *place, http_t *http, ipp_op_t operation, HsQueueReply *reply)
{
  carry_out (place, http, hs_cups_new_request (place, operation, place->own_name), ADMIN, reply);
}

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_cups_purge_job (const HsCupsPlace *place, http_t *http, int job_id, HsQueueReply *reply)
{
  ipp_t *request = hs_cups_new_request (place, IPP_OP_CANCEL_JOB, place->own_name);

  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job_id);
  ippAddBoolean (request, IPP_TAG_OPERATION, "purge-job", 1);
  return carry_out (place, http, request, "/jobs/", reply);
}

static gboolean
is_final (int state)
{
  return state >= IPP_JSTATE_CANCELED;
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

static void
purge_one (const HsCupsPlace *place, http_t *http, int job_id, HsQueueReply *reply)
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
  gboolean is_ours = is_of_our_queue (place, get_text (answer, "job-printer-uri"));
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

/* Job-ids and states of our queue. */
static GArray *
list_jobs (const HsCupsPlace *place, http_t *http, HsQueueReply *reply)
{
  static const char *const wanted[] = { "job-id", "job-state" };
  ipp_t *request = hs_cups_new_request (place, IPP_OP_GET_JOBS, place->own_name);
  GArray *jobs = g_array_new (FALSE, TRUE, 2 * sizeof (int));

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", NULL, "all");
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (wanted), NULL, wanted);
  ipp_t *answer = hs_cups_do (place, http, request, "/", reply);
  ipp_attribute_t *attribute = answer != NULL ? ippFirstAttribute (answer) : NULL;
  int job[2] = { 0, 0 };
  for (; attribute != NULL; attribute = ippNextAttribute (answer))
    {
      const char *name = ippGetName (attribute);
      if (name != NULL && strcmp (name, "job-id") == 0)
        job[0] = ippGetInteger (attribute, 0);
      else if (name != NULL && strcmp (name, "job-state") == 0)
        job[1] = ippGetInteger (attribute, 0);
      if (job[0] > 0 && job[1] > 0)
        {
          g_array_append_vals (jobs, job, 1);
          job[0] = job[1] = 0;
        }
    }
  ippDelete (answer);
  return jobs;
}

/* cupsd keeps the names of jobs in a file of its own (job.cache, and the one before it), and does not
 * write that file anew when a job is purged. It does when a job is made: so one is made and removed,
 * nameless, each time; the second time the older file has forgotten the name as well. */
static void
rewrite_job_list (const HsCupsPlace *place, http_t *http)
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

static void
purge_many (const HsCupsPlace *place, http_t *http, gboolean running_too, HsQueueReply *reply)
{
  g_autoptr (GArray) jobs = list_jobs (place, http, reply);

  for (guint i = 0; i < jobs->len; i++)
    {
      const int *job = &g_array_index (jobs, int, 2 * i);
      HsQueueReply one = { 0 };

      if (!running_too && !is_final (job[1]))
        reply->remaining++;
      else if (!hs_cups_purge_job (place, http, job[0], &one) && one.outcome != HS_QUEUE_NOT_FOUND)
        {
          reply->remaining++;
          hs_cups_fail (reply, one.outcome, one.sentence);
        }
    }
  rewrite_job_list (place, http);
}

void
hs_cups_serve (const HsCupsPlace *place, const HsQueueRequest *request, HsQueueReply *reply)
{
  memset (reply, 0, sizeof *reply);
  http_t *http = hs_cups_connect (place, reply);
  if (http == NULL)
    return;
  switch (request->verb)
    {
    case HS_QUEUE_CONFIGURE:
      configure (place, http, request->secret, reply);
      break;
    case HS_QUEUE_VERIFY:
      verify (place, http, reply);
      break;
    case HS_QUEUE_PURGE_JOB:
      purge_one (place, http, (int)request->number, reply);
      break;
    case HS_QUEUE_PURGE_FINISHED:
    case HS_QUEUE_PURGE_ALL:
      purge_many (place, http, request->verb == HS_QUEUE_PURGE_ALL, reply);
      break;
    case HS_QUEUE_ACCEPT:
      change (place, http, IPP_OP_CUPS_ACCEPT_JOBS, reply);
      break;
    case HS_QUEUE_REJECT:
      change (place, http, IPP_OP_CUPS_REJECT_JOBS, reply);
      break;
    case HS_QUEUE_REMOVE:
      change (place, http, IPP_OP_CUPS_DELETE_PRINTER, reply);
      break;
    case HS_QUEUE_NO_VERB:
    case HS_QUEUE_N_VERBS:
    default:
      hs_cups_fail (reply, HS_QUEUE_INVALID, "This is no request that homespool-queue knows.");
      break;
    }
  httpClose (http);
}
