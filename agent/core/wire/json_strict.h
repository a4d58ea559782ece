/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* JSON as our wire speaks it: bounded, typed, and with one meaning.
 *
 * Parsing refuses duplicate members, nesting deeper than 8, NUL, invalid UTF-8 and anything longer
 * than the caller's limit. Every getter names the member and what was expected, and never repeats
 * the value. All members of an object are required (null stands for "none"); others are refused by
 * hs_json_check_members(). Canonical form: no white space, members sorted by bytes, UTF-8 unescaped
 * except control characters, quote and backslash; whole numbers only.
 *
 * Threads: any, no shared state.  Blocks: never.
 * Errors of every function that has @error: INVALID; hs_json_parse() also NO_SPACE (too long). */

#include "base/id.h"
#include "base/public_key.h"

#include <jansson.h>

#define HS_JSON_MAX_BYTES (64 * 1024) /* the default limit of one object on our wire */
#define HS_JSON_MAX_DEPTH 8           /* the deepest of ours is 5 */
#define HS_JSON_MAX_INTEGER (G_GINT64_CONSTANT (1) << 53) /* what every JSON reader keeps exact */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

/* ── whole texts ─────────────────────────────────────────────────────────────────────────── */

/* Parses an object of at most @max_bytes. @what names it in errors: "trust bundle".
 * Returns: (transfer full): NULL on error. */
json_t *hs_json_parse (const char *what,
                       const char *bytes,
                       gsize length,
                       gsize max_bytes,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
json_t *hs_json_parse_bytes (const char *what, GBytes *bytes, gsize max_bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the canonical text, NUL-terminated. */
char *hs_json_encode (const json_t *value);
GBytes *hs_json_encode_bytes (const json_t *value);

/* ── reading: each writes *out only on success ───────────────────────────────────────────── */

/* Refuses members that are not in the NULL-terminated @names. */
gboolean hs_json_check_members (const char *what,
                                const json_t *object,
                                const char *const *names,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Text of 1 to @max_bytes bytes without control characters. *out is (transfer full); what it held
 * before is not freed. */
gboolean hs_json_get_text (const json_t *object,
                           const char *name,
                           gsize max_bytes,
                           char **out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same; null or "" gives NULL. */
gboolean hs_json_get_text_or_null (const json_t *object,
                                   const char *name,
                                   gsize max_bytes,
                                   char **out,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, but line feeds are allowed: PEM. */
gboolean hs_json_get_lines (const json_t *object,
                            const char *name,
                            gsize max_bytes,
                            char **out,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* An array of texts (@lines: of PEM). *out is a NULL-terminated (transfer full) list. */
gboolean hs_json_get_text_list (const json_t *object,
                                const char *name,
                                gsize min_items,
                                gsize max_items,
                                gsize max_bytes,
                                gboolean lines,
                                char ***out,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One of the NULL-terminated @keywords; *out is its index. */
gboolean hs_json_get_keyword (const json_t *object,
                              const char *name,
                              const char *const *keywords,
                              int *out,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_json_get_integer (const json_t *object,
                              const char *name,
                              gint64 minimum,
                              gint64 maximum,
                              gint64 *out,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Microseconds UTC: 1 to HS_JSON_MAX_INTEGER. */
gboolean hs_json_get_time (const json_t *object, const char *name, gint64 *out_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_json_get_boolean (const json_t *object, const char *name, gboolean *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* A uuid that is not all zero. */
gboolean hs_json_get_id (const json_t *object, const char *name, HsId *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The same; null gives zero. */
gboolean hs_json_get_id_or_null (const json_t *object, const char *name, HsId *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* An array of them, none zero; appended to @out, also before an error. */
gboolean hs_json_get_id_list (const json_t *object,
                              const char *name,
                              gsize min_items,
                              gsize max_items,
                              GArray *out, /* HsId */
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* base64url of exactly @length bytes. */
gboolean hs_json_get_bytes (const json_t *object,
                            const char *name,
                            guint8 *out,
                            gsize length,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* 2 × @length lower-case hex digits. */
gboolean hs_json_get_hex (const json_t *object,
                          const char *name,
                          guint8 *out,
                          gsize length,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_json_get_public_key (const json_t *object,
                                 const char *name,
                                 HsPublicKey *out,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A member that is an object or an array of at most @max_items. *out is borrowed from @object. */
gboolean hs_json_get_object (const json_t *object, const char *name, json_t **out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_json_get_array (const json_t *object,
                            const char *name,
                            gsize min_items,
                            gsize max_items,
                            json_t **out,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── writing: a new member of @object ────────────────────────────────────────────────────── */

/* NULL @text writes null. Bytes that are not UTF-8 and control characters become '?', and the text
 * is cut (between characters) to @max_bytes, so that it always passes the getter. */
void hs_json_set_text (json_t *object, const char *name, const char *text, gsize max_bytes);
/* As it is: PEM, JWS. NULL writes null. */
void hs_json_set_lines (json_t *object, const char *name, const char *lines);
void hs_json_set_text_list (json_t *object, const char *name, const char *const *list);
void hs_json_set_integer (json_t *object, const char *name, gint64 value);
void hs_json_set_boolean (json_t *object, const char *name, gboolean value);
/* A zero id writes null. */
void hs_json_set_id (json_t *object, const char *name, const HsId *id);
void hs_json_set_id_list (json_t *object, const char *name, const GArray *ids);
/* NULL @bytes writes null. */
void hs_json_set_bytes (json_t *object, const char *name, const guint8 *bytes, gsize length);
void hs_json_set_hex (json_t *object, const char *name, const guint8 *bytes, gsize length);
void hs_json_set_public_key (json_t *object, const char *name, const HsPublicKey *key);
/* Takes @value. */
void hs_json_set_value (json_t *object, const char *name, json_t *value);
