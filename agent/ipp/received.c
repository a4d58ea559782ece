/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* An IPP request that came to the virtual printer. */

#include "ipp/received.h"

#include "base/error.h"
#include "ipp/message.h"

#include <cups/http.h>
#include <string.h>

struct HsReceived
{
  ipp_t *message;
  char *printer_uri;
  char *host;
  char *path;
  guint32 job_id;
};

/* ── the target ──────────────────────────────────────────────────────────────────────────── */

/* "/ipp/print/17" → 17, and the number cut off. */
static guint32
cut_job_id (char *path)
{
  char *slash = strrchr (path, '/');
  char *end = NULL;
  guint64 id;

  if (slash == NULL || !g_ascii_isdigit (slash[1]))
    return 0;
  id = g_ascii_strtoull (slash + 1, &end, 10);
  if (*end != '\0' || id == 0 || id > G_MAXINT32)
    return 0;
  *slash = '\0';
  return (guint32)id;
}

/* The URI is echoed as the client wrote it (it compares), only without a user name and options. */
static void
read_target (HsReceived *received, const char *uri, gboolean is_job)
{
  char scheme[32], user[256], host[256], resource[HTTP_MAX_URI];
  int port = 0;

  if (uri == NULL
      || httpSeparateURI (HTTP_URI_CODING_ALL, uri, scheme, sizeof scheme, user, sizeof user, host,
                          sizeof host, &port, resource, sizeof resource)
             < HTTP_URI_STATUS_OK
      || strstr (uri, "://") == NULL)
    return;
  const char *authority = strstr (uri, "://") + 3;
  const char *path = strchr (authority, '/');
  g_autofree char *place
      = path != NULL ? g_strndup (authority, (gsize)(path - authority)) : g_strdup (authority);
  const char *at = strrchr (place, '@');

  received->host = g_strdup (at != NULL ? at + 1 : place);
  /* CUPS leaves its own options on: "/ipp/print?waitjob=false". */
  received->path = g_strndup (path != NULL ? path : "/", path != NULL ? strcspn (path, "?") : 1);
  if (is_job)
    received->job_id = cut_job_id (received->path);
  received->printer_uri = g_strdup_printf ("%s://%s%s", scheme, received->host, received->path);
}

HsReceived *
hs_received_decode (GBytes *bytes, GError **error)
{
  g_autoptr (ipp_t) message = hs_ipp_message_decode (bytes, NULL);

  if (message == NULL)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "the request is not readable as IPP");
      return NULL;
    }
  HsReceived *received = g_new0 (HsReceived, 1);
  received->message = g_steal_pointer (&message);
  const char *printer = hs_received_get_string (received, "printer-uri");
  read_target (received, printer != NULL ? printer : hs_received_get_string (received, "job-uri"),
               printer == NULL);
  if (printer != NULL)
    received->job_id = (guint32)MAX (hs_received_get_integer (received, "job-id", 0), 0);
  return received;
}

void
hs_received_free (HsReceived *received)
{
  if (received == NULL)
    return;
  ippDelete (received->message);
  g_free (received->printer_uri);
  g_free (received->host);
  g_free (received->path);
  g_free (received);
}

ipp_t *
hs_received_peek (const HsReceived *received)
{
  return received->message;
}

int
hs_received_get_operation (const HsReceived *received)
{
  return (int)ippGetOperation (received->message);
}

const char *
hs_received_get_printer_uri (const HsReceived *received)
{
  return received->printer_uri;
}

const char *
hs_received_get_host (const HsReceived *received)
{
  return received->host;
}

const char *
hs_received_get_path (const HsReceived *received)
{
  return received->path;
}

guint32
hs_received_get_job_id (const HsReceived *received)
{
  return received->job_id;
}

/* ── the checks ──────────────────────────────────────────────────────────────────────────── */

/* Groups come in ascending order and the operation group is first and only once. */
static gboolean
are_groups_in_order (ipp_t *message)
{
  ipp_tag_t last = IPP_TAG_ZERO;

  for (ipp_attribute_t *attribute = ippFirstAttribute (message); attribute != NULL;
       attribute = ippNextAttribute (message))
    {
      ipp_tag_t group = ippGetGroupTag (attribute);
      if (group == IPP_TAG_ZERO)
        continue; /* libcups's separator between two groups of a kind */
      if (group < last || (last == IPP_TAG_ZERO && group != IPP_TAG_OPERATION))
        return FALSE;
      last = group;
    }
  return last != IPP_TAG_ZERO;
}

static gboolean
is_attribute (ipp_attribute_t *attribute, const char *name, ipp_tag_t tag)
{
  return attribute != NULL && g_strcmp0 (ippGetName (attribute), name) == 0
         && ippGetValueTag (attribute) == tag && ippGetCount (attribute) == 1;
}

ipp_status_t
hs_received_check (const HsReceived *received, gboolean needs_target, const char **why)
{
  int minor;
  int major = ippGetVersion (received->message, &minor);

  *why = "the request has no printer-uri or job-uri";
  if (major < 1 || major > 2)
    {
      *why = "this printer speaks IPP 1.1 and 2.0";
      return IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED;
    }
  if (ippGetRequestId (received->message) <= 0)
    {
      *why = "the request-id must be above 0";
      return IPP_STATUS_ERROR_BAD_REQUEST;
    }
  if (!are_groups_in_order (received->message))
    {
      *why = "the attribute groups are not in order";
      return IPP_STATUS_ERROR_BAD_REQUEST;
    }
  ipp_attribute_t *charset = ippFirstAttribute (received->message);
  ipp_attribute_t *language = ippNextAttribute (received->message);
  if (!is_attribute (charset, "attributes-charset", IPP_TAG_CHARSET)
      || !is_attribute (language, "attributes-natural-language", IPP_TAG_LANGUAGE))
    {
      *why = "attributes-charset and attributes-natural-language must come first";
      return IPP_STATUS_ERROR_BAD_REQUEST;
    }
  if (g_ascii_strcasecmp (ippGetString (charset, 0, NULL), "utf-8") != 0
      && g_ascii_strcasecmp (ippGetString (charset, 0, NULL), "us-ascii") != 0)
    {
      *why = "this printer reads UTF-8";
      return IPP_STATUS_ERROR_CHARSET;
    }
  return needs_target && received->printer_uri == NULL ? IPP_STATUS_ERROR_BAD_REQUEST : 0;
}

/* ── operation attributes ────────────────────────────────────────────────────────────────── */

static ipp_attribute_t *
find_in (const HsReceived *received, ipp_tag_t group, const char *name)
{
  for (ipp_attribute_t *attribute = ippFirstAttribute (received->message); attribute != NULL;
       attribute = ippNextAttribute (received->message))
    if (ippGetGroupTag (attribute) == group && g_strcmp0 (ippGetName (attribute), name) == 0)
      return attribute;
  return NULL;
}

const char *
hs_received_get_string (const HsReceived *received, const char *name)
{
  ipp_attribute_t *attribute = find_in (received, IPP_TAG_OPERATION, name);

  return attribute != NULL ? ippGetString (attribute, 0, NULL) : NULL;
}

const char *
hs_received_get_job_string (const HsReceived *received, const char *name)
{
  ipp_attribute_t *attribute = find_in (received, IPP_TAG_JOB, name);

  return attribute != NULL ? ippGetString (attribute, 0, NULL) : NULL;
}

int
hs_received_get_integer (const HsReceived *received, const char *name, int otherwise)
{
  ipp_attribute_t *attribute = find_in (received, IPP_TAG_OPERATION, name);

  if (attribute == NULL || ippGetValueTag (attribute) != IPP_TAG_INTEGER)
    return otherwise;
  return ippGetInteger (attribute, 0);
}

gboolean
hs_received_get_boolean (const HsReceived *received, const char *name, gboolean otherwise)
{
  ipp_attribute_t *attribute = find_in (received, IPP_TAG_OPERATION, name);

  if (attribute == NULL || ippGetValueTag (attribute) != IPP_TAG_BOOLEAN)
    return otherwise;
  return ippGetBoolean (attribute, 0) != 0;
}

gboolean
hs_received_has (const HsReceived *received, const char *name)
{
  return find_in (received, IPP_TAG_OPERATION, name) != NULL;
}

guint
hs_received_count (const HsReceived *received, const char *name)
{
  ipp_attribute_t *attribute = find_in (received, IPP_TAG_OPERATION, name);

  return attribute != NULL ? (guint)ippGetCount (attribute) : 0;
}

gboolean
hs_received_names (const HsReceived *received, const char *name, int value)
{
  ipp_attribute_t *attribute = find_in (received, IPP_TAG_OPERATION, name);

  return attribute == NULL || ippContainsInteger (attribute, value) != 0;
}

guint64
hs_received_get_size_claim (const HsReceived *received, const char *name)
{
  ipp_attribute_t *attribute = ippFindAttribute (received->message, name, IPP_TAG_INTEGER);

  return attribute != NULL ? (guint64)MAX (ippGetInteger (attribute, 0), 0) : 0;
}
