/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a printer says of itself. */

#include "base/error.h"
#include "ipp/capabilities_private.h"
#include "ipp/printer_reasons.h"

#include <glib/gi18n.h> /* N_ marks for the catalogue of who shows them; nothing is translated here */
#include <string.h>

struct HsCapabilities
{
  gatomicrefcount references;
  GBytes *bytes;
  ipp_t *attributes;
  char *model;
  char **formats;
  char **reasons;
};

static gboolean
can (ipp_t *attributes, ipp_op_t operation)
{
  ipp_attribute_t *supported = ippFindAttribute (attributes, "operations-supported", IPP_TAG_ENUM);

  return supported != NULL && ippContainsInteger (supported, operation);
}

HsPrinterAbilities
hs_capabilities_get_abilities (const HsCapabilities *capabilities)
{
  ipp_t *attributes = capabilities->attributes;

  return (can (attributes, IPP_OP_PRINT_JOB) ? HS_CAN_PRINT_JOB : 0)
         | (can (attributes, IPP_OP_VALIDATE_JOB) ? HS_CAN_VALIDATE : 0)
         | (can (attributes, IPP_OP_CREATE_JOB) && can (attributes, IPP_OP_SEND_DOCUMENT)
                ? HS_CAN_CREATE_JOB
                : 0)
         | (can (attributes, IPP_OP_GET_JOB_ATTRIBUTES) ? HS_CAN_GET_JOB : 0)
         | (can (attributes, IPP_OP_GET_JOBS) ? HS_CAN_GET_JOBS : 0)
         | (can (attributes, IPP_OP_CANCEL_JOB) ? HS_CAN_CANCEL : 0);
}

HsCapabilities *
hs_capabilities_decode (GBytes *reply, GError **error)
{
  g_autoptr (HsCapabilities) capabilities = NULL;
  ipp_t *attributes = hs_ipp_message_decode (reply, error);
  int state;

  if (attributes == NULL)
    return NULL;
  capabilities = g_new0 (HsCapabilities, 1);
  g_atomic_ref_count_init (&capabilities->references);
  capabilities->bytes = g_bytes_ref (reply);
  capabilities->attributes = attributes;
  capabilities->model
      = hs_ipp_text_dup_safe (hs_ipp_string_get (attributes, "printer-make-and-model"));
  capabilities->formats = hs_ipp_strings_dup (attributes, "document-format-supported");
  capabilities->reasons = hs_ipp_strings_dup (attributes, "printer-state-reasons");

  state = hs_ipp_integer_get (attributes, "printer-state", 0);
  if (state < HS_PRINTER_IDLE || state > HS_PRINTER_STOPPED || capabilities->formats[0] == NULL
      || (hs_capabilities_get_abilities (capabilities) & (HS_CAN_PRINT_JOB | HS_CAN_CREATE_JOB))
             == 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                           "what answers there is not a printer that takes jobs");
      return NULL;
    }
  return g_steal_pointer (&capabilities);
}

HsCapabilities *
hs_capabilities_ref (HsCapabilities *capabilities)
{
  g_atomic_ref_count_inc (&capabilities->references);
  return capabilities;
}

void
hs_capabilities_unref (HsCapabilities *capabilities)
{
  if (capabilities == NULL || !g_atomic_ref_count_dec (&capabilities->references))
    return;
  g_bytes_unref (capabilities->bytes);
  ippDelete (capabilities->attributes);
  g_free (capabilities->model);
  g_strfreev (capabilities->formats);
  g_strfreev (capabilities->reasons);
  g_free (capabilities);
}

ipp_t *
hs_capabilities_peek (const HsCapabilities *capabilities)
{
  return capabilities->attributes;
}

GBytes *
hs_capabilities_get_bytes (const HsCapabilities *capabilities)
{
  return capabilities->bytes;
}

gboolean
hs_capabilities_get_uuid (const HsCapabilities *capabilities, HsId *uuid)
{
  const char *urn = hs_ipp_string_get (capabilities->attributes, "printer-uuid");
  g_autofree char *text = NULL;

  memset (uuid, 0, sizeof *uuid);
  if (urn == NULL || g_ascii_strncasecmp (urn, "urn:uuid:", 9) != 0)
    return FALSE;
  text = g_ascii_strdown (urn + 9, -1);
  return hs_id_parse (text, uuid);
}

const char *
hs_capabilities_get_model (const HsCapabilities *capabilities)
{
  return capabilities->model;
}

gboolean
hs_capabilities_takes_format (const HsCapabilities *capabilities, const char *format)
{
  for (gsize i = 0; capabilities->formats[i] != NULL; i++)
    if (g_ascii_strcasecmp (capabilities->formats[i], format) == 0)
      return TRUE;
  return FALSE;
}

gboolean
hs_capabilities_has_colour (const HsCapabilities *capabilities)
{
  ipp_attribute_t *attribute
      = ippFindAttribute (capabilities->attributes, "color-supported", IPP_TAG_BOOLEAN);

  return attribute != NULL && ippGetBoolean (attribute, 0);
}

gboolean
hs_capabilities_has_two_sides (const HsCapabilities *capabilities)
{
  ipp_attribute_t *attribute
      = ippFindAttribute (capabilities->attributes, "sides-supported", IPP_TAG_KEYWORD);

  return attribute != NULL
         && (ippContainsString (attribute, "two-sided-long-edge")
             || ippContainsString (attribute, "two-sided-short-edge"));
}

static guint32
get_copies_max (ipp_t *attributes)
{
  ipp_attribute_t *attribute = ippFindAttribute (attributes, "copies-supported", IPP_TAG_RANGE);
  int most = 1;

  if (attribute != NULL)
    (void)ippGetRange (attribute, 0, &most);
  else
    most = hs_ipp_integer_get (attributes, "copies-supported", 1);
  return (guint32)CLAMP (most, 1, HS_COPIES_MAX);
}

void
hs_capabilities_get_print_abilities (const HsCapabilities *capabilities,
                                     HsPrintAbilities *abilities)
{
  static const char *const keywords[]
      = { "one-sided", "two-sided-long-edge", "two-sided-short-edge" }; /* HsSides */
  ipp_t *attributes = capabilities->attributes;
  ipp_attribute_t *sides = ippFindAttribute (attributes, "sides-supported", IPP_TAG_KEYWORD);
  ipp_attribute_t *modes
      = ippFindAttribute (attributes, "print-color-mode-supported", IPP_TAG_KEYWORD);
  gboolean has_colour = hs_capabilities_has_colour (capabilities);
  gboolean names_colour = modes != NULL && ippContainsString (modes, "color");

  *abilities = (HsPrintAbilities){ .copies_max = get_copies_max (attributes) };
  for (guint i = 0; sides != NULL && i < G_N_ELEMENTS (keywords); i++)
    if (ippContainsString (sides, keywords[i]))
      abilities->sides |= 1u << i;
  if (abilities->sides == 0)
    abilities->sides = 1u << HS_SIDES_ONE;
  abilities->colour
      = names_colour || (has_colour && (modes == NULL || ippContainsString (modes, "auto")));
  abilities->monochrome = modes != NULL ? ippContainsString (modes, "monochrome") : !has_colour;
  /* One that knows no colour at all prints black, whatever it names. */
  if (!abilities->colour)
    abilities->monochrome = TRUE;
}

char **
hs_capabilities_dup_values (const HsCapabilities *capabilities, const char *attribute)
{
  return hs_ipp_strings_dup (capabilities->attributes, attribute);
}

HsPrinterState
hs_capabilities_get_state (const HsCapabilities *capabilities)
{
  return (HsPrinterState)hs_ipp_integer_get (capabilities->attributes, "printer-state",
                                             HS_PRINTER_STOPPED);
}

gboolean
hs_capabilities_is_accepting (const HsCapabilities *capabilities)
{
  ipp_attribute_t *attribute
      = ippFindAttribute (capabilities->attributes, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);

  /* REQUIRED of every printer; one that leaves it out is not punished for it. */
  return attribute == NULL || ippGetBoolean (attribute, 0);
}

guint
hs_capabilities_get_queued (const HsCapabilities *capabilities)
{
  return (guint)MAX (hs_ipp_integer_get (capabilities->attributes, "queued-job-count", 0), 0);
}

/* The first reason that is worth a word; @errors: of those that say "error" only. */
static const char *
find_reason (const HsCapabilities *capabilities, gboolean errors)
{
  for (gsize i = 0; capabilities->reasons[i] != NULL; i++)
    if (errors ? hs_printer_reason_is_error (capabilities->reasons[i])
               : !hs_printer_reason_is_silent (capabilities->reasons[i]))
      return capabilities->reasons[i];
  return NULL;
}

char *
hs_capabilities_dup_obstacle (const HsCapabilities *capabilities)
{
  const char *reason = find_reason (capabilities, TRUE);
  gboolean is_stopped = hs_capabilities_get_state (capabilities) == HS_PRINTER_STOPPED;

  if (reason == NULL && (is_stopped || !hs_capabilities_is_accepting (capabilities)))
    reason = find_reason (capabilities, FALSE);
  if (reason != NULL
      && (is_stopped || hs_printer_reason_is_error (reason)
          || !hs_capabilities_is_accepting (capabilities)))
    return hs_printer_reason_dup_sentence (reason);
  if (is_stopped)
    return g_strdup (N_ ("it is stopped; look at its panel"));
  if (!hs_capabilities_is_accepting (capabilities))
    return g_strdup (N_ ("it takes no jobs now; look at its panel or choose another printer"));
  return NULL;
}

char *
hs_capabilities_dup_remark (const HsCapabilities *capabilities)
{
  const char *reason = find_reason (capabilities, TRUE);

  if (reason == NULL)
    reason = find_reason (capabilities, FALSE);
  return reason == NULL ? NULL : hs_printer_reason_dup_sentence (reason);
}
