/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A command of the site to one workstation, and the rules under which it holds.
 *
 * Payload of a homespool-command+jws: canonical JSON {device, nonce, id, kind, job, printer,
 * life_s}. There are four kinds and nothing generic; a printer is named by its uuid only. The nonce
 * is the one that the workstation sent with the poll, and life is counted from that poll on a clock
 * that nobody can set, so neither side needs the time of day.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_COMMAND_NONCE_BYTES 16
#define HS_COMMAND_MAX_LIFE_S 600
#define HS_COMMAND_MAX_BYTES 2048   /* payload; a release has about 300 */
#define HS_COMMAND_SHARE_BYTES 32   /* the site's half of homespool.release/1 */
#define HS_COMMANDS_MAX_COMMANDS 64 /* in one reply; the others come with the next poll */
#define HS_COMMANDS_MAX_BYTES (256 * 1024)
#define HS_COMMANDS_MAX_WAIT_S 240

typedef enum
{
  HS_COMMAND_KIND_NONE = 0,
  HS_COMMAND_KIND_RELEASE,  /* job and printer */
  HS_COMMAND_KIND_CANCEL,   /* job */
  HS_COMMAND_KIND_BUNDLE,   /* a newer bundle, printer list or release keys are there to fetch */
  HS_COMMAND_KIND_SIGN_OUT, /* end the site sessions of this workstation */
} HsCommandKind;

typedef struct
{
  HsId device;
  guint8 nonce[HS_COMMAND_NONCE_BYTES];
  HsId id; /* executed once */
  HsCommandKind kind;
  HsId job;       /* release and cancel, else zero */
  HsId printer;   /* release, else zero */
  guint32 life_s; /* 1 to 600, from the poll */
} HsCommand;

/* Reads a payload whose signature has been checked. Errors: INVALID, NO_SPACE. */
gboolean
hs_command_decode (GBytes *payload, HsCommand *command, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hs_command_encode (const HsCommand *command, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *hs_command_kind_to_keyword (HsCommandKind kind);

/* A poll that is open: what a command must match. */
typedef struct
{
  HsId device;
  guint8 nonce[HS_COMMAND_NONCE_BYTES];
  gint64 sent_boot_us; /* CLOCK_BOOTTIME when the poll left: it goes on while asleep */
} HsCommandPoll;

/* Does @command hold for @poll at @now_boot_us (CLOCK_BOOTTIME)?
 * Errors: DENIED (another device), EXPIRED (not this poll's nonce, or its life is over). */
gboolean hs_command_check (const HsCommand *command,
                           const HsCommandPoll *poll,
                           gint64 now_boot_us,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── the poll and its reply: {commands: [{jws, share}], gone} ────────────────────────────── */

/* The header of a poll in which a workstation names permissions that it keeps (core/wire/local_delegation):
 * uuids with commas between them. The reply then has "gone": those of them that do not hold any more. */
#define HS_COMMANDS_HELD_HEADER "Homespool-Delegations"
#define HS_COMMANDS_MAX_HELD 64 /* in one poll; of more, others are named with the next */

/* @ids: element-type HsId. Returns: (transfer full). */
char *hs_commands_format_held (const GArray *ids);
/* Returns: (transfer full) (element-type HsId). Errors: INVALID. */
GArray *hs_commands_parse_held (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  char *jws;
  HsSecretBytes *share; /* release only; nullable */
} HsCommandEnvelope;

/* Returns: (transfer full) (element-type HsCommandEnvelope). *gone: (transfer full) (element-type HsId):
 * NULL if the reply has none. Shares go straight to locked memory;
 * @bytes still holds their text: the caller wipes it. Errors: INVALID, NO_SPACE. */
GPtrArray *hs_commands_decode (const char *bytes, gsize length, GArray **gone, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @gone: NULL where none were asked for. Returns: (transfer full): it holds shares: wipe it. */
char *hs_commands_encode (const GPtrArray *envelopes, const GArray *gone);

HsCommandEnvelope *hs_command_envelope_new (const char *jws, const HsSecretBytes *share);
void hs_command_envelope_free (HsCommandEnvelope *envelope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCommandEnvelope, hs_command_envelope_free)
