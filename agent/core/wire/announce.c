/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Announcements: written from a job, read by the site. */

#include "core/wire/announce.h"

#include "base/base64.h"
#include "base/error.h"

#include <string.h>

#define MAX_RECIPIENT_BYTES (HS_BUNDLE_MAX_NAME_BYTES + 8) /* "escrow:" and a name */

static const char *const source_keywords[] = { "unknown", "claimed", "measured", NULL };
static const char *const colour_keywords[] = { "unknown", "monochrome", "color", NULL };
static const char *const sides_keywords[]
    = { "one-sided", "two-sided-long-edge", "two-sided-short-edge", NULL };

const char *
hs_count_source_to_keyword (HsCountSource source)
{
  return source_keywords[source];
}

const char *
hs_colour_to_keyword (HsColour colour)
{
  return colour_keywords[colour];
}

const char *
hs_sides_to_keyword (HsSides sides)
{
  return sides_keywords[sides];
}

json_t *
hs_announce_encode (const HsJob *job, HsTitlePolicy title_policy, GBytes *sealed_title)
{
  HsId owner = hs_job_get_sealed_owner (job); /* a claim is a record of its own */
  json_t *body = json_object ();
  const char *title = title_policy == HS_TITLE_POLICY_FULL ? job->title : NULL;

  hs_json_set_id (body, "job", &job->id);
  hs_json_set_id (body, "owner", &owner);
  hs_json_set_bytes (body, "e", job->release_e, sizeof job->release_e);
  hs_json_set_integer (body, "epoch", (gint64)job->release_epoch);
  hs_json_set_text (body, "format", job->format, HS_ANNOUNCE_MAX_KEYWORD_BYTES);
  hs_json_set_integer (body, "size", (gint64)job->size_bytes);
  hs_json_set_integer (body, "impressions", job->impressions);
  hs_json_set_lines (body, "impressions_source",
                     hs_count_source_to_keyword (job->impressions_source));
  hs_json_set_lines (body, "colour", hs_colour_to_keyword (hs_job_get_colour (job)));
  hs_json_set_lines (body, "sides", hs_sides_to_keyword (hs_job_get_sides (job)));
  hs_json_set_integer (body, "copies", hs_job_get_copies (job));
  hs_json_set_text (body, "media", job->media, HS_ANNOUNCE_MAX_KEYWORD_BYTES);
  hs_json_set_integer (body, "created_us", job->created_at_us);
  hs_json_set_integer (body, "expires_us", job->expires_at_us);
  hs_json_set_text (body, "title", title, HS_ANNOUNCE_MAX_TITLE_BYTES);
  hs_json_set_text_list (body, "recipients", (const char *const *)job->recipients);
  if (title_policy == HS_TITLE_POLICY_SEALED && sealed_title != NULL)
    hs_json_set_bytes (body, "sealed_title", g_bytes_get_data (sealed_title, NULL),
                       g_bytes_get_size (sealed_title));
  return body;
}

static gboolean
check_release_key (const HsAnnounce *announce, GError **error)
{
  static const guint8 zeros[HS_JOB_E_BYTES];
  gboolean none = memcmp (announce->e, zeros, sizeof zeros) == 0;

  if (none != (announce->epoch == 0))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "members \"e\" and \"epoch\" belong together");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_numbers (const json_t *body, HsAnnounce *announce, GError **error)
{
  gint64 epoch, size_bytes, impressions;

  if (!hs_json_get_integer (body, "epoch", 0, HS_JSON_MAX_INTEGER, &epoch, error)
      || !hs_json_get_integer (body, "size", 0, HS_JSON_MAX_INTEGER, &size_bytes, error)
      || !hs_json_get_integer (body, "impressions", 0, G_MAXINT32, &impressions, error)
      || !hs_json_get_time (body, "created_us", &announce->created_at_us, error)
      || !hs_json_get_time (body, "expires_us", &announce->expires_at_us, error))
    return FALSE;
  announce->epoch = (guint64)epoch;
  announce->size_bytes = (guint64)size_bytes;
  announce->impressions = (guint32)impressions;
  return TRUE;
}

gboolean
hs_announce_read_paper (
    const json_t *body, guint32 *copies, HsSides *sides, HsColour *colour, GError **error)
{
  int read_colour, read_sides;
  gint64 read_copies;

  if (!hs_json_get_integer (body, "copies", 1, HS_COPIES_MAX, &read_copies, error)
      || !hs_json_get_keyword (body, "colour", colour_keywords, &read_colour, error)
      || !hs_json_get_keyword (body, "sides", sides_keywords, &read_sides, error))
    return FALSE;
  *copies = (guint32)read_copies;
  *colour = (HsColour)read_colour;
  *sides = (HsSides)read_sides;
  return TRUE;
}

static gboolean
read_keywords (const json_t *body, HsAnnounce *announce, GError **error)
{
  int source;

  if (!hs_json_get_keyword (body, "impressions_source", source_keywords, &source, error)
      || !hs_announce_read_paper (body, &announce->copies, &announce->sides, &announce->colour,
                                  error))
    return FALSE;
  announce->impressions_source = (HsCountSource)source;
  return TRUE;
}

/* Left out by workstations that have none, and in records from before there were any. */
gboolean
hs_announce_read_sealed_title (const json_t *body,
                               const char *title,
                               GBytes **sealed_title,
                               GError **error)
{
  g_autofree char *text = NULL;

  if (json_object_get (body, "sealed_title") == NULL)
    return TRUE;
  if (!hs_json_get_text (body, "sealed_title",
                         hs_base64_encoded_length (HS_ANNOUNCE_MAX_SEALED_TITLE_BYTES), &text,
                         error))
    return FALSE;
  *sealed_title = hs_base64_decode_bytes (HS_BASE64_URL, text);
  if (*sealed_title != NULL && title == NULL)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               *sealed_title == NULL ? "member \"sealed_title\" must be base64url"
                                     : "members \"title\" and \"sealed_title\" exclude each other");
  return FALSE;
}

HsAnnounce *
hs_announce_decode (const json_t *body, GError **error)
{
  static const char *const members[]
      = { "job",        "owner",        "e",          "epoch",  "format",
          "size",       "sides",        "colour",     "copies", "impressions",
          "created_us", "title",        "expires_us", "media",  "impressions_source",
          "recipients", "sealed_title", NULL };
  g_autoptr (HsAnnounce) announce = g_new0 (HsAnnounce, 1);

  if (!hs_json_check_members ("announcement", body, members, error)
      || !hs_json_get_id (body, "job", &announce->job, error)
      || !hs_json_get_id_or_null (body, "owner", &announce->owner, error)
      || !hs_json_get_bytes (body, "e", announce->e, sizeof announce->e, error)
      || !hs_json_get_text (body, "format", HS_ANNOUNCE_MAX_KEYWORD_BYTES, &announce->format, error)
      || !hs_json_get_text_or_null (body, "media", HS_ANNOUNCE_MAX_KEYWORD_BYTES, &announce->media,
                                    error)
      || !hs_json_get_text_or_null (body, "title", HS_ANNOUNCE_MAX_TITLE_BYTES, &announce->title,
                                    error)
      || !hs_json_get_text_list (body, "recipients", 0, HS_ANNOUNCE_MAX_RECIPIENTS,
                                 MAX_RECIPIENT_BYTES, FALSE, &announce->recipients, error)
      || !read_numbers (body, announce, error) || !read_keywords (body, announce, error)
      || !hs_announce_read_sealed_title (body, announce->title, &announce->sealed_title, error)
      || !check_release_key (announce, error))
    return NULL;
  return g_steal_pointer (&announce);
}

void
hs_announce_free (HsAnnounce *announce)
{
  if (announce == NULL)
    return;
  g_free (announce->format);
  g_free (announce->media);
  g_free (announce->title);
  g_clear_pointer (&announce->sealed_title, g_bytes_unref);
  g_strfreev (announce->recipients);
  g_free (announce);
}
