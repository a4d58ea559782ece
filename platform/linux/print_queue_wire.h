/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the agent and homespool-queue say to each other: one request and one reply to a connection,
 * both of fixed form, no text that could carry a second command.
 *
 *   request   "HSQ1"  u8 verb  u32 number  43 bytes secret (zeros where the verb has none)
 *   reply     "HSQ1"  u8 outcome  u8 facts  u32 remaining  u32 first  u32 last  u16 length  sentence
 *
 * Numbers are big-endian. Nothing may follow, but for one verb.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "platform/print_queue.h"

#define HS_QUEUE_REQUEST_BYTES (4 + 1 + 4 + HS_PRINT_QUEUE_SECRET_CHARS)
#define HS_QUEUE_REPLY_HEAD_BYTES (4 + 1 + 1 + 4 + 4 + 4 + 2)
#define HS_QUEUE_SENTENCE_MAX_BYTES 400
#define HS_QUEUE_REPLY_MAX_BYTES (HS_QUEUE_REPLY_HEAD_BYTES + HS_QUEUE_SENTENCE_MAX_BYTES)

typedef enum
{
  HS_QUEUE_NO_VERB = 0,
  HS_QUEUE_CONFIGURE,      /* secret; number 1 = rejecting from the first moment, else 0 */
  HS_QUEUE_VERIFY,         /* answers facts */
  HS_QUEUE_PURGE_JOB,      /* number = the print system's job-id; answers remaining */
  HS_QUEUE_PURGE_FINISHED, /* answers remaining */
  HS_QUEUE_PURGE_ALL,      /* answers remaining */
  HS_QUEUE_ACCEPT,
  HS_QUEUE_REJECT,
  HS_QUEUE_REMOVE,
  HS_QUEUE_PURGE_USER,    /* number = a person's uid; answers remaining: of that user */
  HS_QUEUE_RUNNING,       /* number = a person's uid; answers first and last, or 0 */
  HS_QUEUE_KNOCK,         /* number 1 = have the print system knock when any job is over, 0 = not */
  HS_QUEUE_OTHERS,        /* number = a job-id; jobs of other queues from there on follow the reply
                        * (print_watch_wire.h); answers last: where to go on, or 0 */
  HS_QUEUE_PURGE_RUNNING, /* number = seconds since 1970; the jobs that run and were made by then;
                           * answers remaining */
  HS_QUEUE_N_VERBS,
} HsQueueVerb;

typedef enum
{
  HS_QUEUE_DONE = 0,
  HS_QUEUE_NOT_FOUND, /* no print system, queue or job */
  HS_QUEUE_BUSY,      /* the job still runs */
  HS_QUEUE_DENIED,    /* this caller, or this helper, may not */
  HS_QUEUE_INVALID,   /* not a request */
  HS_QUEUE_FAILED,
  HS_QUEUE_N_OUTCOMES,
} HsQueueOutcome;

typedef struct
{
  HsQueueVerb verb;
  guint32 number;
  char secret[HS_PRINT_QUEUE_SECRET_CHARS + 1]; /* "" where the verb has none */
} HsQueueRequest;

typedef struct
{
  HsQueueOutcome outcome;
  HsPrintQueueFacts facts;
  guint32 remaining;
  guint32 first; /* seconds since 1970: when the print system made the oldest job … */
  guint32 last;  /* … and the newest one that RUNNING is about; else 0 */
  char sentence[HS_QUEUE_SENTENCE_MAX_BYTES + 1]; /* for a person; "" on success */
} HsQueueReply;

void hs_queue_request_encode (const HsQueueRequest *request, guint8 bytes[HS_QUEUE_REQUEST_BYTES]);

/* FALSE on anything but one request with a known verb and, where one belongs, a secret of exactly
 * the base64url alphabet: so nothing else ever gets into a device URI. */
gboolean hs_queue_request_decode (const guint8 bytes[HS_QUEUE_REQUEST_BYTES],
                                  HsQueueRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* Returns the length. */
gsize hs_queue_reply_encode (const HsQueueReply *reply, guint8 bytes[HS_QUEUE_REPLY_MAX_BYTES]);
gboolean hs_queue_reply_decode (const guint8 *bytes,
                                gsize length,
                                HsQueueReply *reply) G_GNUC_WARN_UNUSED_RESULT;
