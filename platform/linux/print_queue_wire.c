/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Requests and replies of homespool-queue as bytes. */

#include "platform/linux/print_queue_wire.h"

#include <string.h>

#define MAGIC "HSQ1"
#define MAGIC_BYTES 4

static const struct
{
  gsize offset; /* of the gboolean in HsPrintQueueFacts */
  guint8 bit;
} fact_bits[] = {
  { G_STRUCT_OFFSET (HsPrintQueueFacts, exists), 1 << 0 },
  { G_STRUCT_OFFSET (HsPrintQueueFacts, has_formats), 1 << 1 },
  { G_STRUCT_OFFSET (HsPrintQueueFacts, has_policy), 1 << 2 },
  { G_STRUCT_OFFSET (HsPrintQueueFacts, refuses_false_names), 1 << 3 },
  { G_STRUCT_OFFSET (HsPrintQueueFacts, is_accepting), 1 << 4 },
  { G_STRUCT_OFFSET (HsPrintQueueFacts, logs_secrets), 1 << 5 },
  { G_STRUCT_OFFSET (HsPrintQueueFacts, tells_others), 1 << 6 },
};
#define ALL_FACT_BITS ((1u << G_N_ELEMENTS (fact_bits)) - 1)

static guint8 *
put_32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
  return at + sizeof value;
}

static guint32
get_32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_BE (value);
}

/* What may stand in the number of a request; root and "nobody there" are no persons. */
static gboolean
is_number_good (HsQueueVerb verb, guint32 number)
{
  if (verb == HS_QUEUE_CONFIGURE || verb == HS_QUEUE_KNOCK)
    return number <= 1;
  if (verb == HS_QUEUE_PURGE_JOB || verb == HS_QUEUE_OTHERS)
    return number >= 1 && number <= G_MAXINT32;
  if (verb == HS_QUEUE_PURGE_USER || verb == HS_QUEUE_RUNNING || verb == HS_QUEUE_PURGE_RUNNING)
    return number >= 1 && number < G_MAXUINT32;
  return number == 0;
}

static gboolean
is_secret (const char *secret)
{
  for (gsize i = 0; i < HS_PRINT_QUEUE_SECRET_CHARS; i++)
    if (!g_ascii_isalnum (secret[i]) && secret[i] != '-' && secret[i] != '_')
      return FALSE;
  return secret[HS_PRINT_QUEUE_SECRET_CHARS] == '\0';
}

void
hs_queue_request_encode (const HsQueueRequest *request, guint8 bytes[HS_QUEUE_REQUEST_BYTES])
{
  guint8 *at = bytes;

  memcpy (at, MAGIC, MAGIC_BYTES);
  at += MAGIC_BYTES;
  *at++ = (guint8)request->verb;
  at = put_32 (at, request->number);
  memset (at, 0, HS_PRINT_QUEUE_SECRET_CHARS);
  memcpy (at, request->secret, strnlen (request->secret, HS_PRINT_QUEUE_SECRET_CHARS));
}

gboolean
hs_queue_request_decode (const guint8 bytes[HS_QUEUE_REQUEST_BYTES], HsQueueRequest *request)
{
  const guint8 *at = bytes + MAGIC_BYTES;

  memset (request, 0, sizeof *request);
  if (memcmp (bytes, MAGIC, MAGIC_BYTES) != 0 || *at == 0 || *at >= HS_QUEUE_N_VERBS)
    return FALSE;
  HsQueueRequest found = { .verb = (HsQueueVerb)*at++ };
  found.number = get_32 (at);
  memcpy (found.secret, at + 4, HS_PRINT_QUEUE_SECRET_CHARS);
  gboolean wants_secret = found.verb == HS_QUEUE_CONFIGURE;
  gboolean is_good = (wants_secret ? is_secret (found.secret) : found.secret[0] == '\0')
                     && is_number_good (found.verb, found.number);
  if (is_good)
    *request = found;
  return is_good;
}

gsize
hs_queue_reply_encode (const HsQueueReply *reply, guint8 bytes[HS_QUEUE_REPLY_MAX_BYTES])
{
  gsize length = strnlen (reply->sentence, HS_QUEUE_SENTENCE_MAX_BYTES);
  guint8 *at = bytes;
  guint8 facts = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (fact_bits); i++)
    if (G_STRUCT_MEMBER (gboolean, &reply->facts, fact_bits[i].offset))
      facts |= fact_bits[i].bit;
  memcpy (at, MAGIC, MAGIC_BYTES);
  at += MAGIC_BYTES;
  *at++ = (guint8)reply->outcome;
  *at++ = facts;
  at = put_32 (at, reply->remaining);
  at = put_32 (at, reply->first);
  at = put_32 (at, reply->last);
  *at++ = (guint8)(length >> 8);
  *at++ = (guint8)length;
  memcpy (at, reply->sentence, length);
  return HS_QUEUE_REPLY_HEAD_BYTES + length;
}

gboolean
hs_queue_reply_decode (const guint8 *bytes, gsize length, HsQueueReply *reply)
{
  memset (reply, 0, sizeof *reply);
  if (length < HS_QUEUE_REPLY_HEAD_BYTES || memcmp (bytes, MAGIC, MAGIC_BYTES) != 0
      || bytes[4] >= HS_QUEUE_N_OUTCOMES || (bytes[5] & ~ALL_FACT_BITS) != 0)
    return FALSE;
  gsize sentence_length = (gsize)bytes[18] << 8 | bytes[19];
  const char *sentence = (const char *)bytes + HS_QUEUE_REPLY_HEAD_BYTES;
  if (length != HS_QUEUE_REPLY_HEAD_BYTES + sentence_length
      || sentence_length > HS_QUEUE_SENTENCE_MAX_BYTES
      || !g_utf8_validate (sentence, (gssize)sentence_length, NULL))
    return FALSE;
  reply->outcome = (HsQueueOutcome)bytes[4];
  for (gsize i = 0; i < G_N_ELEMENTS (fact_bits); i++)
    G_STRUCT_MEMBER (gboolean, &reply->facts, fact_bits[i].offset)
        = (bytes[5] & fact_bits[i].bit) != 0;
  reply->remaining = get_32 (bytes + 6);
  reply->first = get_32 (bytes + 10);
  reply->last = get_32 (bytes + 14);
  memcpy (reply->sentence, sentence, sentence_length);
  return TRUE;
}
