/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Our queue in CUPS: made, looked at, closed, removed.
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

gboolean
hs_cups_carry_out (const HsCupsPlace *place,
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
configure (const HsCupsPlace *place,
           http_t *http,
           const char *secret,
           gboolean accepting,
           HsQueueReply *reply)
{
  ipp_t *request = hs_cups_new_request (place, IPP_OP_CUPS_ADD_MODIFY_PRINTER, place->own_name);
  char *device_uri = format_device_uri (place, secret);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "ppd-name", NULL, "everywhere");
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_URI, "device-uri", NULL, device_uri);
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_NAME, "printer-op-policy", NULL, POLICY);
  /* A failed hand-over is tried again: the job is not lost, and the queue does not stop for all. */
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_NAME, "printer-error-policy", NULL, "retry-job");
  ippAddBoolean (request, IPP_TAG_PRINTER, "printer-is-shared", 0);
  ippAddBoolean (request, IPP_TAG_PRINTER, "printer-is-accepting-jobs", (char)accepting);
  ippAddInteger (request, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", IPP_PSTATE_IDLE);
  ippAddString (request, IPP_TAG_PRINTER, IPP_TAG_TEXT, "printer-info", NULL,
                "Homespool: held on this computer until you release it");
  hs_cups_carry_out (place, http, request, ADMIN, reply);
  explicit_bzero (device_uri, strlen (device_uri));
  g_free (device_uri);
}

const char *
hs_cups_get_text (ipp_t *answer, const char *name)
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
  facts->exists = strcmp (hs_cups_get_text (answer, "device-uri"), device_uri) == 0
                  && !get_boolean (answer, "printer-is-shared", TRUE);
  /* Until it has asked the printer, cupsd keeps a raw queue of that name. */
  facts->has_formats
      = strstr (hs_cups_get_text (answer, "printer-make-and-model"), "IPP Everywhere") != NULL;
  facts->has_policy = strcmp (hs_cups_get_text (answer, "printer-op-policy"), POLICY) == 0;
  facts->is_accepting = get_boolean (answer, "printer-is-accepting-jobs", FALSE);
  ippDelete (answer);
  facts->logs_secrets = hs_cups_logs_secrets (place);
  facts->tells_others = hs_cups_tells_others (place);
  if (facts->exists && facts->has_policy)
    (void)hs_cups_try_false_names (place, &facts->refuses_false_names, reply);
}

static void
change (const HsCupsPlace *place, http_t *http, ipp_op_t operation, HsQueueReply *reply)
{
  hs_cups_carry_out (place, http, hs_cups_new_request (place, operation, place->own_name), ADMIN,
                     reply);
}

void
hs_cups_serve (const HsCupsPlace *place,
               const HsQueueRequest *request,
               HsQueueReply *reply,
               GByteArray *rows)
{
  memset (reply, 0, sizeof *reply);
  http_t *http = hs_cups_connect (place, reply);
  if (http == NULL)
    return;
  switch (request->verb)
    {
    case HS_QUEUE_CONFIGURE:
      configure (place, http, request->secret, request->number == 0, reply);
      break;
    case HS_QUEUE_VERIFY:
      verify (place, http, reply);
      break;
    case HS_QUEUE_PURGE_JOB:
      hs_cups_purge_finished_job (place, http, (int)request->number, reply);
      break;
    case HS_QUEUE_PURGE_FINISHED:
    case HS_QUEUE_PURGE_ALL:
      hs_cups_purge_jobs (place, http, request->verb == HS_QUEUE_PURGE_ALL, reply);
      break;
    case HS_QUEUE_PURGE_USER:
      hs_cups_purge_user (place, http, request->number, reply);
      break;
    case HS_QUEUE_PURGE_RUNNING:
      hs_cups_purge_running (place, http, request->number, reply);
      break;
    case HS_QUEUE_RUNNING:
      hs_cups_find_running (place, http, request->number, reply);
      break;
    case HS_QUEUE_ACCEPT:
      change (place, http, IPP_OP_CUPS_ACCEPT_JOBS, reply);
      hs_cups_rewrite_job_list (place, http);
      break;
    case HS_QUEUE_REJECT:
      hs_cups_rewrite_job_list (place, http);
      change (place, http, IPP_OP_CUPS_REJECT_JOBS, reply);
      break;
    case HS_QUEUE_REMOVE:
      change (place, http, IPP_OP_CUPS_DELETE_PRINTER, reply);
      break;
    case HS_QUEUE_KNOCK:
      hs_cups_set_knocking (place, http, request->number == 1, reply);
      break;
    case HS_QUEUE_OTHERS:
      hs_cups_list_others (place, http, request->number, rows, reply);
      break;
    case HS_QUEUE_NO_VERB:
    case HS_QUEUE_N_VERBS:
    default:
      hs_cups_fail (reply, HS_QUEUE_INVALID, "This is no request that homespool-queue knows.");
      break;
    }
  httpClose (http);
}
