/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What comes over the wire: the first byte chooses the decoder, the rest is its input. Whatever is
 * accepted can be written again, and what was written is read to the same bytes: one value has one
 * text. Whatever is refused has a reason of ours. */

#include "base/error.h"
#include "core/wire/announce.h"
#include "core/wire/bundle.h"
#include "core/wire/card_request.h"
#include "core/wire/command.h"
#include "core/wire/delegation.h"
#include "core/wire/command_result.h"
#include "core/wire/enrol_token.h"
#include "core/wire/enrolment.h"
#include "core/wire/event_record.h"
#include "core/wire/json_strict.h"
#include "core/notices.h"
#include "core/wire/printer_request.h"
#include "core/wire/release_keys.h"
#include "core/wire/report.h"
#include "core/wire/sign_in.h"
#include "core/wire/site_request.h"
#include "core/wire/state_notice.h"
#include "core/wire/terminal.h"
#include "core/wire/wire_error.h"
#include "fuzz/fuzz.h"

#include <string.h>

/* Reads @bytes; NULL with @error, or the text as written again. */
typedef char *(*Rewrite) (const char *bytes, gsize length, GError **error);

static char *
take_bytes (GBytes *bytes)
{
  char *text;

  FUZZ_CHECK (bytes != NULL);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_bytes_unref (bytes);
  return text;
}

/* decode (GBytes) and encode with errors */
#define SIGNED(name, Type, module)                                                                 \
  static char *name (const char *bytes, gsize length, GError **error)                              \
  {                                                                                                \
    g_autoptr (GBytes) payload = g_bytes_new (bytes, length);                                      \
    g_autoptr (Type) value = module##_decode (payload, error);                                     \
    return value != NULL ? take_bytes (module##_encode (value, NULL)) : NULL;                      \
  }

/* decode (text) and encode without errors */
#define BODY(name, Type, module)                                                                   \
  static char *name (const char *bytes, gsize length, GError **error)                              \
  {                                                                                                \
    g_autoptr (Type) value = module##_decode (bytes, length, error);                               \
    return value != NULL ? module##_encode (value) : NULL;                                         \
  }

/* decode (text) and encode with errors */
#define REQUEST(name, Type, module)                                                                \
  static char *name (const char *bytes, gsize length, GError **error)                              \
  {                                                                                                \
    g_autoptr (Type) value = module##_decode (bytes, length, error);                               \
    return value != NULL ? module##_encode (value, NULL) : NULL;                                   \
  }

SIGNED (bundle, HsBundle, hs_bundle)
SIGNED (printers, HsPrinterList, hs_printer_list)
SIGNED (release_keys, HsReleaseKeys, hs_release_keys)
SIGNED (entitlement, HsEntitlement, hs_entitlement)
BODY (bundle_reply, HsBundleReply, hs_bundle_reply)
BODY (enrol_request, HsEnrolRequest, hs_enrol_request)
BODY (enrol_reply, HsEnrolReply, hs_enrol_reply)
BODY (sign_in_request, HsSignInRequest, hs_sign_in_request)
BODY (sign_in_reply, HsSignInReply, hs_sign_in_reply)
BODY (entitlement_request, HsEntitlementRequest, hs_entitlement_request)
BODY (card_request, HsCardRequest, hs_card_request)
BODY (terminal_enrol_request, HsTerminalEnrolRequest, hs_terminal_enrol_request)
BODY (terminal_sign_in, HsTerminalSignIn, hs_terminal_sign_in)
BODY (terminal_order, HsTerminalOrder, hs_terminal_order)
BODY (secret_request, HsSecretRequest, hs_secret_request)
BODY (release_request, HsReleaseRequest, hs_release_request)
BODY (delegation_request, HsDelegationRequest, hs_delegation_request)
BODY (delegation_reply, HsDelegationReply, hs_delegation_reply)
BODY (revocation_request, HsRevocationRequest, hs_revocation_request)
BODY (shares_request, HsSharesRequest, hs_shares_request)
REQUEST (site_request, HsSiteRequest, hs_site_request)
REQUEST (printer_request, HsPrinterRequest, hs_printer_request)

static char *
command (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);
  HsCommand value;

  return hs_command_decode (payload, &value, error) ? take_bytes (hs_command_encode (&value, NULL))
                                                    : NULL;
}

static char *
commands (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GArray) gone = NULL;
  g_autoptr (GPtrArray) envelopes = hs_commands_decode (bytes, length, &gone, error);

  return envelopes != NULL ? hs_commands_encode (envelopes, gone) : NULL;
}

static char *
token (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsEnrolToken) value = hs_enrol_token_parse (bytes, length, error);

  return value != NULL ? hs_enrol_token_format (value) : NULL;
}

static char *
answer (const char *bytes, gsize length, GError **error)
{
  HsUploadAnswer value;

  return hs_upload_answer_decode (bytes, length, &value, error)
             ? take_bytes (hs_upload_answer_encode (&value))
             : NULL;
}

/* The bodies of the records are read too, whatever their kind says. */
static void
read_body (const HsEventRecord *record)
{
  g_autoptr (HsAnnounce) announce = hs_announce_decode (record->body, NULL);
  g_autoptr (HsStateNotice) notice = hs_state_notice_decode (record->body, NULL);
  g_autofree char *version = NULL;
  g_autofree char *sentence = NULL;
  HsCommandResult result;
  HsPowerNotice power;
  HsAgentNotice agent;
  HsReport report;
  HsId id;

  if (announce != NULL)
    FUZZ_CHECK (announce->recipients[0] != NULL);
  if (notice != NULL)
    FUZZ_CHECK (notice->state != HS_JOB_NONE && notice->state != HS_JOB_RECEIVING);
  if (hs_report_decode (record->body, &report, NULL))
    FUZZ_CHECK (hs_job_state_is_final (report.outcome));
  if (hs_agent_notice_decode (record->body, &agent, &version, NULL))
    FUZZ_CHECK (version != NULL);
  if (hs_command_result_decode (record->body, &id, &result, &sentence, NULL))
    FUZZ_CHECK (result != HS_COMMAND_NONE);
  if (hs_erased_notice_decode (record->body, &id, NULL))
    FUZZ_CHECK (!hs_id_is_zero (&id));
  if (hs_power_notice_decode (record->body, &power, NULL))
    FUZZ_CHECK (power != HS_POWER_NONE);
}

static char *
upload (const char *bytes, gsize length, GError **error)
{
  guint8 stream[HS_STREAM_BYTES];
  g_autoptr (GPtrArray) records = hs_upload_decode (bytes, length, stream, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  gsize taken;

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    {
      const HsEventRecord *record = records->pdata[i];
      GString *previous = g_string_new (NULL);
      GBytes *again;

      read_body (record);
      for (gsize k = 0; k < sizeof record->previous; k++)
        g_string_append_printf (previous, "%02x", record->previous[k]);
      again = hs_event_record_encode (record->n, previous->str, record->kind, record->at_us,
                                      record->offline, record->body, NULL);
      FUZZ_CHECK (again != NULL);
      g_ptr_array_add (texts, again);
      g_string_free (previous, TRUE);
    }
  return take_bytes (hs_upload_encode (stream, texts, &taken));
}

static char *
entitlement_reply (const char *bytes, gsize length, GError **error)
{
  g_autofree char *value = NULL;

  return hs_entitlement_reply_decode (bytes, length, &value, error)
             ? hs_entitlement_reply_encode (value)
             : NULL;
}

static char *
secret_reply (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsSecretBytes) value = NULL;

  return hs_secret_reply_decode (bytes, length, &value, error) ? hs_secret_reply_encode (value)
                                                               : NULL;
}

static char *
delegations_request (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsSecretBytes) session = hs_delegations_request_decode (bytes, length, error);

  return session != NULL ? hs_delegations_request_encode (session) : NULL;
}

static char *
delegations (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GPtrArray) list = hs_delegations_decode (bytes, length, error);

  return list != NULL ? hs_delegations_encode (list) : NULL;
}

static char *
shares (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GPtrArray) list = hs_shares_decode (bytes, length, error);

  return list != NULL ? hs_shares_encode (list) : NULL;
}

/* Only the terminal writes it. */
static char *
terminal_renewal (const char *bytes, gsize length, GError **error)
{
  g_autoptr (json_t) object = NULL;
  g_autofree char *csr = NULL;

  if (!hs_terminal_renew_request_decode (bytes, length, &csr, error))
    return NULL;
  object = json_object ();
  if (csr != NULL)
    hs_json_set_lines (object, "csr", csr);
  else
    hs_json_set_value (object, "csr", json_null ());
  return hs_json_encode (object);
}

static const Rewrite rewrites[] = {
  bundle,
  printers,
  release_keys,
  entitlement,
  bundle_reply,
  enrol_request,
  enrol_reply,
  sign_in_request,
  sign_in_reply,
  release_request,
  site_request,
  printer_request,
  command,
  commands,
  token,
  answer,
  upload,
  entitlement_request,
  entitlement_reply,
  secret_request,
  secret_reply,
  card_request,
  terminal_enrol_request,
  terminal_sign_in,
  terminal_order,
  delegation_request,
  delegation_reply,
  delegations_request,
  delegations,
  revocation_request,
  shares_request,
  shares,
  terminal_renewal,
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *input = NULL, *once = NULL, *twice = NULL;
  Rewrite rewrite;

  if (size == 0)
    return 0;
  input = g_memdup2 (data + 1, size - 1);
  hs_wire_error_decode (500, input != NULL ? input : "", size - 1, &error);
  FUZZ_CHECK (error != NULL);
  g_clear_error (&error);
  /* Letters, so that a corpus can be read: 'a' is the first. */
  rewrite = rewrites[(guint8)(data[0] - 'a') % G_N_ELEMENTS (rewrites)];
  once = rewrite (input != NULL ? input : "", size - 1, &error);
  FUZZ_CHECK ((once == NULL) == (error != NULL));
  FUZZ_CHECK (error == NULL || (error->domain == HS_ERROR && error->message[0] != '\0'));
  if (once == NULL)
    return 0;
  twice = rewrite (once, strlen (once), &error);
  FUZZ_CHECK (twice != NULL && strcmp (once, twice) == 0);
  return 0;
}
