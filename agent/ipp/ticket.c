/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a client wants done with its document. */

#include "ipp/ticket.h"

#include "ipp/message.h"
#include "ipp/printer_media.h"

/* They stand in the job group but concern the request alone; checked where it is dispatched. */
static const char *const not_template[] = { "job-mandatory-attributes", "job-name",
                                            "job-impressions", "job-k-octets", "job-media-sheets" };

static gboolean
is_template (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (not_template); i++)
    if (g_str_equal (not_template[i], name))
      return FALSE;
  return TRUE;
}

static void
refuse (HsTicket *ticket, ipp_t *reply, ipp_attribute_t *wanted, ipp_attribute_t *mandatory)
{
  ipp_attribute_t *copy = ippCopyAttribute (reply, wanted, 0);

  if (mandatory != NULL && ippContainsString (mandatory, ippGetName (wanted)))
    ticket->has_refused_mandatory = TRUE;

  if (copy != NULL)
    ippSetGroupTag (reply, &copy, IPP_TAG_UNSUPPORTED_GROUP);
  ticket->has_refused = TRUE;
}

static void
read_facts (HsTicket *ticket, ipp_attribute_t *wanted)
{
  const char *name = ippGetName (wanted);
  const char *text = ippGetString (wanted, 0, NULL);

  if (g_str_equal (name, "copies"))
    ticket->copies = (guint32)ippGetInteger (wanted, 0);
  else if (g_str_equal (name, "sides"))
    ticket->sides = g_strcmp0 (text, "two-sided-long-edge") == 0    ? HS_SIDES_TWO_LONG
                    : g_strcmp0 (text, "two-sided-short-edge") == 0 ? HS_SIDES_TWO_SHORT
                                                                    : HS_SIDES_ONE;
  else if (g_str_equal (name, "print-color-mode"))
    ticket->colour = g_strcmp0 (text, "color") == 0        ? HS_COLOUR_COLOUR
                     : g_strcmp0 (text, "monochrome") == 0 ? HS_COLOUR_MONOCHROME
                                                           : HS_COLOUR_UNKNOWN;
  else if (g_str_equal (name, "media") && ticket->media == NULL)
    ticket->media = g_strdup (text);
  else if (g_str_equal (name, "media-col") && ticket->media == NULL)
    ticket->media = hs_printer_media_dup_name (ippGetCollection (wanted, 0));
}

void
hs_ticket_read (HsTicket *ticket, const HsPrinterAttributes *printer, ipp_t *request, ipp_t *reply)
{
  g_autoptr (ipp_t) accepted = ippNew ();
  ipp_attribute_t *mandatory
      = ippFindAttribute (request, "job-mandatory-attributes", IPP_TAG_KEYWORD);

  *ticket = (HsTicket){ .copies = 1 };
  for (ipp_attribute_t *wanted = ippFirstAttribute (request); wanted != NULL;
       wanted = ippNextAttribute (request))
    {
      if (ippGetGroupTag (wanted) != IPP_TAG_JOB || ippGetName (wanted) == NULL
          || !is_template (ippGetName (wanted)))
        continue;
      /* Said once, so that what counts here is also what the printer gets. */
      if (ippFindAttribute (accepted, ippGetName (wanted), IPP_TAG_ZERO) != NULL
          || !hs_printer_attributes_allow (printer, wanted))
        {
          refuse (ticket, reply, wanted, mandatory);
          continue;
        }
      ippCopyAttribute (accepted, wanted, 0);
      read_facts (ticket, wanted);
    }
  if (ippFirstAttribute (accepted) != NULL)
    ticket->attributes = hs_ipp_message_encode (accepted);
}

void
hs_ticket_clear (HsTicket *ticket)
{
  g_clear_pointer (&ticket->attributes, g_bytes_unref);
  g_clear_pointer (&ticket->media, g_free);
}
