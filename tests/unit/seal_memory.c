/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* OpenSSL without memory: each of its allocations fails once, in what seals, signs and certifies.
 * Whatever is wanted comes out whole, or not at all and with a reason; and a document that cannot be
 * opened for want of memory is never called damaged, for damaged documents are thrown away.
 * (tests/crash/memory.c has the same with a process for each failure, so that nothing is left of it.) */

#include "base/error.h"
#include "crypto/certificate.h"
#include "crypto/ed25519.h"
#include "crypto/hmac.h"
#include "crypto/x25519.h"
#include "seal/key_file.h"
#include "seal/private_fields.h"
#include "seal/sealed_title.h"
#include "seal/seal_reader.h"
#include "support/suite.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#define DOCUMENT_BYTES 70000
#define LEAST_ALLOCATIONS 3
#define NOTHING ((HsErrorCode)0)
#define NOW_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static gint made;
static gint fails_at; /* 0 = none */

static gboolean
must_fail (void)
{
  return ++made == fails_at;
}

static void *
allocate (size_t length, const char *file, int line)
{
  return must_fail () ? NULL : malloc (length);
}

static void *
reallocate (void *memory, size_t length, const char *file, int line)
{
  return must_fail () ? NULL : realloc (memory, length);
}

static void
release (void *memory, const char *file, int line)
{
  free (memory);
}

/* What is there before; made by set_up(), while memory is there. */
static HsSecretBytes *key;
static guint8 key_public[HS_X25519_BYTES];
static HsJob *job;
static HsSealFacts *facts;
static GBytes *sealed;
static GBytes *fields;
static HsCertificateKey *authority_key;
static HsCertificate *authority;
static char *request;

/* ── what is wanted ──────────────────────────────────────────────────────────────────────── */

static GBytes *
seal_document (HsSealFacts **out, GError **error)
{
  g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&job->id, &job->id, &job->id);
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (HsSealWriter) writer = NULL;
  g_autofree guint8 *document = g_malloc0 (DOCUMENT_BYTES);

  hs_seal_plan_set_owner_key (plan, key_public);
  writer = hs_seal_writer_new (plan, stream, error);
  if (writer == NULL || !hs_seal_writer_write (writer, document, DOCUMENT_BYTES, error))
    return NULL;
  *out = hs_seal_writer_finish (writer, error);
  if (*out == NULL)
    return NULL;
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

static gboolean
want_sealing (GError **error)
{
  g_autoptr (HsSealFacts) new_facts = NULL;
  g_autoptr (GBytes) bytes = seal_document (&new_facts, error);

  if (bytes == NULL)
    return FALSE;
  HS_ASSERT_INT_EQ (new_facts->sealed_bytes, g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
want_opening (GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (sealed);
  HsSealOpening *opening = hs_seal_opening_new_key (key);
  g_autoptr (HsSealReader) reader = hs_seal_reader_new (in, opening, job, error);
  g_autofree guint8 *plain = g_malloc (DOCUMENT_BYTES);
  gsize length = 0;
  gssize piece = 1;

  hs_seal_opening_free (opening);
  while (reader != NULL && piece > 0 && length < DOCUMENT_BYTES)
    {
      piece = hs_seal_reader_read (reader, plain + length, DOCUMENT_BYTES - length, error);
      length += piece > 0 ? (gsize)piece : 0;
    }
  if (reader == NULL || piece < 0)
    return FALSE;
  HS_ASSERT_INT_EQ (length, DOCUMENT_BYTES);
  return TRUE;
}

static gboolean
want_fields_sealed (GError **error)
{
  g_autoptr (GBytes) bytes = hs_private_fields_seal (facts, job, error);

  return bytes != NULL;
}

static gboolean
want_fields_opened (GError **error)
{
  HsSealOpening *opening = hs_seal_opening_new_key (key);
  g_autoptr (HsJob) opened = hs_job_copy (job);
  gboolean is_open;

  g_clear_pointer (&opened->title, g_free);
  is_open = hs_private_fields_open (fields, opening, opened, error);
  hs_seal_opening_free (opening);
  HS_ASSERT_STR_EQ (opened->title, is_open ? "A title" : NULL);
  return is_open;
}

static gboolean
want_file_key (GError **error)
{
  HsSealOpening *opening = hs_seal_opening_new_key (key);
  g_autoptr (HsSecretBytes) file_key = hs_private_fields_unwrap (fields, opening, job, error);

  hs_seal_opening_free (opening);
  return file_key != NULL;
}

static gboolean
want_title (GError **error)
{
  g_autoptr (GBytes) bytes = hs_sealed_title_seal (key_public, &job->id, "A title", error);

  return bytes != NULL;
}

static gboolean
want_key (GError **error)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) made_key = hs_x25519_generate (public_key, error);
  g_autoptr (HsSecretBytes) agreed = NULL;

  if (made_key == NULL)
    return FALSE;
  agreed = hs_x25519_agree (made_key, key_public, error);
  return agreed != NULL;
}

static gboolean
want_signature (GError **error)
{
  guint8 public_key[HS_ED25519_PUBLIC_BYTES];
  guint8 signature[HS_ED25519_SIGNATURE_BYTES];
  g_autoptr (HsSecretBytes) signing = hs_ed25519_generate (public_key, error);

  return signing != NULL && hs_ed25519_sign (signing, "text", 4, signature, error);
}

static gboolean
want_mac (GError **error)
{
  guint8 mac[HS_HMAC_BYTES];

  return hs_hmac_sha256 (key, "text", 4, mac, error);
}

static gboolean
want_request (GError **error)
{
  g_autofree char *made_request = hs_certificate_key_make_request (authority_key, error);

  return made_request != NULL;
}

static gboolean
want_device_certificate (GError **error)
{
  g_autoptr (HsCertificate) certificate = hs_certificate_issue_device (
      authority, authority_key, request, &job->id, NOW_US, NOW_US + G_TIME_SPAN_DAY, error);

  return certificate != NULL;
}

static gboolean
want_authority (GError **error)
{
  g_autoptr (HsCertificate) made_authority = hs_certificate_make_authority (
      authority_key, "Authority", NOW_US, NOW_US + G_TIME_SPAN_DAY, error);

  return made_authority != NULL;
}

/* ── every one ───────────────────────────────────────────────────────────────────────────── */

/* @forbidden: what a failure must not be called. */
static void
try_each (gboolean (*want) (GError **error), HsErrorCode forbidden)
{
  g_autoptr (GError) error = NULL;
  gint count;

  HS_ASSERT (want (&error)); /* OpenSSL does not survive its own beginning without memory */
  HS_ASSERT_NO_ERROR (error);
  made = 0;
  HS_ASSERT (want (&error));
  count = made;
  HS_ASSERT (count >= LEAST_ALLOCATIONS);
  for (gint nth = 1; nth <= count; nth++)
    {
      g_autoptr (GError) problem = NULL;
      gboolean is_well;

      made = 0;
      fails_at = nth;
      is_well = want (&problem);
      fails_at = 0;
      if (is_well == (problem != NULL))
        hs_test_fail (__FILE__, __LINE__, "allocation %d: %s", nth,
                      is_well ? "an error and a result" : "neither an error nor a result");
      if (!is_well && (HsErrorCode)problem->code == forbidden)
        hs_test_fail (__FILE__, __LINE__, "allocation %d: %s", nth, problem->message);
    }
}

static void
sealing_without_memory_fails_with_a_reason (void)
{
  try_each (want_sealing, HS_ERROR_CORRUPT);
  try_each (want_fields_sealed, HS_ERROR_CORRUPT);
  try_each (want_title, HS_ERROR_CORRUPT);
}

static void
a_document_is_not_damaged_because_memory_is_out (void)
{
  try_each (want_opening, HS_ERROR_CORRUPT);
  try_each (want_fields_opened, HS_ERROR_CORRUPT);
  try_each (want_file_key, HS_ERROR_CORRUPT);
}

static void
keys_and_signatures_without_memory_fail_with_a_reason (void)
{
  try_each (want_key, HS_ERROR_CORRUPT);
  try_each (want_signature, HS_ERROR_CORRUPT);
  try_each (want_mac, HS_ERROR_CORRUPT);
}

static void
certificates_without_memory_fail_with_a_reason (void)
{
  try_each (want_authority, NOTHING);
  try_each (want_request, NOTHING);
  try_each (want_device_certificate, NOTHING);
}

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;

  if (key != NULL)
    return;
  /* Before anything has asked OpenSSL for memory. */
  HS_ASSERT (CRYPTO_set_mem_functions (allocate, reallocate, release) == 1);
  key = hs_x25519_generate (key_public, &error);
  HS_ASSERT_NO_ERROR (error);
  job = hs_job_new ();
  job->id.bytes[0] = 1;
  job->title = g_strdup ("A title");
  sealed = seal_document (&facts, &error);
  HS_ASSERT_NO_ERROR (error);
  hs_seal_facts_apply (facts, job);
  fields = hs_private_fields_seal (facts, job, &error);
  authority_key = hs_certificate_key_new (&error);
  authority = hs_certificate_make_authority (authority_key, "Authority", NOW_US,
                                             NOW_US + 10 * G_TIME_SPAN_DAY, &error);
  request = hs_certificate_key_make_request (authority_key, &error);
  HS_ASSERT_NO_ERROR (error);
}

HS_SUITE_WITH ("seal without memory",
               set_up,
               NULL,
               { "sealing without memory fails with a reason",
                 sealing_without_memory_fails_with_a_reason },
               { "a document is not called damaged because memory is out",
                 a_document_is_not_damaged_because_memory_is_out },
               { "keys and signatures without memory fail with a reason",
                 keys_and_signatures_without_memory_fail_with_a_reason },
               { "certificates without memory fail with a reason",
                 certificates_without_memory_fail_with_a_reason })
