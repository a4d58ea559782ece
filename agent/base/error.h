/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Errors, named for what the caller can do about them.
 *
 * One closed list for the whole house. A foreign code (errno, CURLcode, an SQLite result, the
 * OpenSSL queue, G_IO_ERROR) is turned into one of these in the one file that includes the foreign
 * library. Going up, a caller only prefixes: "cannot deliver the job: ". Messages are sentences for
 * a person: what happened and, where it is known, what to do next; never a title, name or key.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_ERROR (hs_error_quark ())

typedef enum
{
  HS_ERROR_TEMPORARY = 1, /* try again later, nothing is wrong with the request */
  HS_ERROR_REFUSED,       /* a rule says no; a person must decide or change something */
  HS_ERROR_NOT_FOUND,     /* there is no such thing, or none that this caller may know of */
  HS_ERROR_EXPIRED,       /* it was valid once */
  HS_ERROR_CORRUPT,       /* stored or received bytes are damaged: quarantine, never use */
  HS_ERROR_NO_SPACE,      /* disk, quota or limit is used up */
  HS_ERROR_DENIED,        /* this caller may not do this */
  HS_ERROR_INVALID,       /* the request itself is malformed or out of range */
  HS_ERROR_NOT_SUPPORTED, /* well-formed, but not offered here */
  HS_ERROR_CANCELLED,     /* stopped on purpose */
  HS_ERROR_INTERNAL,      /* a bug or a broken machine */
} HsErrorCode;

GQuark hs_error_quark (void);

/* What was refused, for a reader who says it in another language: a keyword (core/refusal.h lists them)
 * and the values of its sentence as name, value, …, NULL (nullable: none). Both are copied. A prefix
 * that is added on the way up leaves them as they are. */
void hs_error_set_refusal (GError *error, const char *keyword, const char *const *values);
const char *hs_error_get_refusal (const GError *error);       /* NULL: nothing but the message */
const char *const *hs_error_get_values (const GError *error); /* nullable */

/* The keyword of a code as it appears in JSON and logs: "temporary", "refused", … */
const char *hs_error_code_to_keyword (HsErrorCode code);

/* Turns a G_IO_ERROR or G_FILE_ERROR in *error into HS_ERROR, in place; others stay as they are. */
void hs_error_convert_gio (GError **error);

/* Turns an errno value into a new error: "<what>: <strerror>". */
void hs_error_set_errno (GError **error, int error_number, const char *what);
