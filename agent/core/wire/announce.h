/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The announcement of a held job: the only facts of it that leave the workstation.
 *
 * Body of an "announce" record: {job, owner, e, epoch, format, size, impressions,
 * impressions_source, colour, sides, copies, media, created_us, expires_us, title, recipients} and,
 * if there is one, sealed_title. Colour, sides and copies are those of the paper as it is asked for
 * now; what a release changes later is in a state notice. The title is there only if the organisation's title-policy is full,
 * a sealed title only if it is sealed, never both; user names and tickets never are.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/bundle.h"
#include "core/job.h"
#include "core/wire/json_strict.h"

#define HS_ANNOUNCE_MAX_TITLE_BYTES 1023 /* IPP name(MAX), RFC 8011 section 5.1.3 */
#define HS_ANNOUNCE_MAX_SEALED_TITLE_BYTES                                                         \
  4096 /* age file; ours have at most 2.5 KiB (seal/sealed_title.h) */
#define HS_ANNOUNCE_MAX_KEYWORD_BYTES 255
#define HS_ANNOUNCE_MAX_RECIPIENTS 8

/* @sealed_title: nullable; left out unless the policy is sealed.
 * Returns: (transfer full): the body. */
json_t *hs_announce_encode (const HsJob *job, HsTitlePolicy title_policy, GBytes *sealed_title);

typedef struct
{
  HsId job;
  HsId owner;               /* to whom it is sealed; zero if unproven, also after a claim */
  guint8 e[HS_JOB_E_BYTES]; /* all zero if sealed without a release stanza */
  guint64 epoch;            /* 0 with an all-zero e */
  char *format;
  guint64 size_bytes;
  guint32 impressions;
  HsCountSource impressions_source;
  HsColour colour;
  HsSides sides;
  guint32 copies;
  char *media; /* nullable */
  gint64 created_at_us;
  gint64 expires_at_us;
  char *title;          /* nullable */
  GBytes *sealed_title; /* nullable; not looked into */
  char **recipients;    /* "owner", "release", "escrow:<name>"; 0 (the job is over) to 8 */
} HsAnnounce;

/* Errors: INVALID. */
HsAnnounce *hs_announce_decode (const json_t *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_announce_free (HsAnnounce *announce);

/* Reads the member "sealed_title" (base64url; may be left out) of a body that has @title (nullable): a
 * document has one of both at most. *sealed_title is (transfer full). Errors: INVALID. */
gboolean hs_announce_read_sealed_title (const json_t *body,
                                        const char *title,
                                        GBytes **sealed_title,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the members "copies", "sides" and "colour" of a body. Errors: INVALID. */
gboolean hs_announce_read_paper (const json_t *body,
                                 guint32 *copies,
                                 HsSides *sides,
                                 HsColour *colour,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keywords of the wire: "unknown" "claimed" "measured"; "unknown" "monochrome" "color"; IPP's
 * sides. */
const char *hs_count_source_to_keyword (HsCountSource source);
const char *hs_colour_to_keyword (HsColour colour);
const char *hs_sides_to_keyword (HsSides sides);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAnnounce, hs_announce_free)
