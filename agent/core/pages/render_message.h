/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the agent and homespool-render say to each other: one message to a frame.
 *
 *   agent → helper   COUNT  u64 document length       the task, once
 *   agent → helper   DRAW   u64 document length, u32 side
 *                                                     the other task: the first page, at most so many
 *                                                     pixels wide and high
 *                    DATA   bytes                     answer to READ, shorter only at the end
 *   helper → agent   READ   u64 offset, u32 length    wants bytes of the document
 *                    PAGES  u32 pages, u32 width_um, u32 height_um
 *                                                     the count; the colour may still follow
 *                    COLOUR u8 HsColour               the last message of a count
 *                    PICTURE u32 width_px, u32 height_px
 *                                                     the answer to DRAW; then come its pixels
 *                    DATA   bytes                     3 for each pixel (red, green, blue), row by row
 *                                                     from the top, in as many messages as needed
 *                    FAILED u8 HsRenderFailure        the last message: unknown
 *
 * Numbers are big-endian; the first byte is the kind; nothing may follow what is listed.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job.h"

#define HS_RENDER_READ_MAX_BYTES (256 * 1024)
#define HS_RENDER_MESSAGE_MAX_BYTES 16 /* of every kind but DATA */

/* Sides of a drawn page. Ours: a large preview on a screen of twice the usual density. */
#define HS_RENDER_LEAST_SIDE_PX 16
#define HS_RENDER_MOST_SIDE_PX 1600

typedef enum
{
  HS_RENDER_NONE = 0,
  HS_RENDER_COUNT,
  HS_RENDER_DATA,
  HS_RENDER_READ,
  HS_RENDER_PAGES,
  HS_RENDER_COLOUR,
  HS_RENDER_FAILED,
  HS_RENDER_DRAW,
  HS_RENDER_PICTURE,
} HsRenderKind;

typedef enum
{
  HS_RENDER_FAILURE_NONE = 0,
  HS_RENDER_FAILURE_ENCRYPTED, /* it needs a password */
  HS_RENDER_FAILURE_DAMAGED,   /* no whole PDF, or the document could not be read */
  HS_RENDER_FAILURE_TOO_LARGE, /* more pages than are looked at */
  HS_RENDER_FAILURE_SANDBOX,   /* the helper could not confine itself and opened nothing */
  HS_RENDER_N_FAILURES,
} HsRenderFailure;

/* A message other than DATA; members that its kind does not have are 0. */
typedef struct
{
  HsRenderKind kind;
  guint64 document_bytes; /* COUNT, DRAW */
  guint64 offset_bytes;   /* READ */
  guint32 length_bytes;   /* READ: 1 to HS_RENDER_READ_MAX_BYTES */
  guint32 pages;          /* PAGES: at least 1 */
  guint32 width_um;       /* PAGES: 0 = not known */
  guint32 height_um;
  guint32 side_px;         /* DRAW: HS_RENDER_LEAST_SIDE_PX to HS_RENDER_MOST_SIDE_PX */
  guint32 width_px;        /* PICTURE: 1 to HS_RENDER_MOST_SIDE_PX */
  guint32 height_px;       /* likewise */
  HsColour colour;         /* COLOUR */
  HsRenderFailure failure; /* FAILED */
} HsRenderMessage;

/* Writes @message and returns its length. */
gsize hs_render_message_encode (const HsRenderMessage *message,
                                guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES]);

/* FALSE, and *message zeroed, on anything but one message of the table within its ranges. */
gboolean hs_render_message_decode (const void *bytes,
                                   gsize length,
                                   HsRenderMessage *message) G_GNUC_WARN_UNUSED_RESULT;
