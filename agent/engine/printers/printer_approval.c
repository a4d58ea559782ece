/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* An administrator of this workstation gets to know a printer. */

#include "engine/printers/printer_approval.h"

#include "base/error.h"
#include "base/safe_text.h"

#include <string.h>

/* ── the fingerprint ───────────────────────────────────────────────────────────────────────── */

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  HsHttpFacts facts;
  g_autoptr (HsHttpReply) reply = hs_http_send_finish (result, &facts, &error);

  /* A probe never gets a reply; what counts is whether the other end showed its key. */
  if (reply == NULL && facts.has_peer_spki)
    g_task_return_pointer (task, g_memdup2 (facts.peer_spki, HS_HTTP_SPKI_BYTES), g_free);
  else if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, HS_ERROR, HS_ERROR_INTERNAL, "the printer showed no key");
}

void
hs_printer_probe_async (HsPrinters *printers,
                        const char *uri,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = hs_printer_uri_to_url (uri, &error);
  const HsPrinterPatience *patience = hs_printers_get_patience (printers);
  HsHttpRequest request = { .method = "GET",
                            .url = url,
                            .trust = HS_HTTP_TRUST_PROBE,
                            .connect_timeout_ms = patience->connect_timeout_ms };

  if (url == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    hs_http_send_async (hs_printers_get_http (printers), &request, cancellable, on_probed,
                        g_steal_pointer (&task));
}

gboolean
hs_printer_probe_finish (GAsyncResult *result, guint8 spki[HS_HTTP_SPKI_BYTES], GError **error)
{
  g_autofree guint8 *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found != NULL)
    memcpy (spki, found, HS_HTTP_SPKI_BYTES);
  return found != NULL;
}

/* ── the approval ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsPrinters *printers;
  HsPrinterClient *client;
  HsId uuid; /* zero for an unlisted printer */
  char *uri;
  char *name; /* nullable */
  guint8 pin[HS_HTTP_SPKI_BYTES];
} Approval;

static void
approval_free (gpointer data)
{
  Approval *approval = data;

  hs_printer_client_free (approval->client);
  g_free (approval->uri);
  g_free (approval->name);
  g_free (approval);
}

static gboolean
conclude (Approval *approval, HsPrinterAnswer *answer, GError **error)
{
  g_autoptr (HsCapabilities) capabilities = NULL;
  const char *name = approval->name;
  const char *model = NULL;

  if (answer->verdict != HS_IPP_DONE)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "the printer was not approved: %s",
                   hs_ipp_verdict_to_sentence (answer->verdict));
      return FALSE;
    }
  capabilities = hs_capabilities_decode (answer->bytes, error);
  if (capabilities == NULL)
    return FALSE;
  model = hs_capabilities_get_model (capabilities);
  if (name == NULL)
    name = model != NULL && !hs_safe_text_is_blank (model) ? model : "Printer";
  if (!hs_printers_approve (approval->printers, &approval->uuid, name, approval->uri, approval->pin,
                            g_get_real_time (), error))
    return FALSE;
  hs_printers_note (approval->printers, &approval->uuid, capabilities, approval->pin);
  return TRUE;
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPrinterAnswer) answer = hs_printer_client_ask_finish (result, NULL, &error);

  if (answer == NULL || !conclude (g_task_get_task_data (task), answer, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
hs_printer_approve_async (HsPrinters *printers,
                          const HsId *listed,
                          const char *uri,
                          const char *name,
                          const guint8 pin[HS_HTTP_SPKI_BYTES],
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GPtrArray) routes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printer_route_free);
  Approval *approval = g_new0 (Approval, 1);
  HsPrinterAsk ask = { .question = HS_ASK_PRINTER };
  HsPrinterView view;

  g_task_set_task_data (task, approval, approval_free);
  if (listed != NULL && !hs_printers_find (printers, listed, &view))
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_NOT_FOUND,
                               "the organisation's list has no such printer");
      return;
    }
  approval->printers = printers;
  if (listed != NULL)
    approval->uuid = *listed;
  approval->uri = g_strdup (listed != NULL ? view.uri : uri);
  approval->name = g_strdup (name);
  memcpy (approval->pin, pin, HS_HTTP_SPKI_BYTES);
  g_ptr_array_add (routes, hs_printer_route_new (approval->uri, HS_HTTP_TRUST_PINS, NULL,
                                                 (const guint8 (*)[HS_HTTP_SPKI_BYTES])pin, 1));
  approval->client
      = hs_printer_client_new (hs_printers_get_http (printers), g_steal_pointer (&routes),
                               hs_printers_get_patience (printers));
  hs_printer_client_ask_async (approval->client, &ask, cancellable, on_answered,
                               g_steal_pointer (&task));
}

gboolean
hs_printer_approve_finish (GAsyncResult *result, HsId *uuid, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *uuid = ((Approval *)g_task_get_task_data (G_TASK (result)))->uuid;
  return TRUE;
}
