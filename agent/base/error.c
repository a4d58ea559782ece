/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Errors. The table keeps code and keyword in one list. */

#include "base/error.h"

#include <errno.h>
#include <gio/gio.h>

typedef struct
{
  char *refusal; /* nullable */
  char **values; /* nullable */
} HsErrorPrivate;

static void
hs_error_private_init (HsErrorPrivate *part)
{
}

static void
hs_error_private_copy (const HsErrorPrivate *source, HsErrorPrivate *copy)
{
  copy->refusal = g_strdup (source->refusal);
  copy->values = g_strdupv (source->values);
}

static void
hs_error_private_clear (HsErrorPrivate *part)
{
  g_free (part->refusal);
  g_strfreev (part->values);
}

/* clang-format off */
G_DEFINE_EXTENDED_ERROR (HsError, hs_error)
/* clang-format on */

void
hs_error_set_refusal (GError *error, const char *keyword, const char *const *values)
{
  g_return_if_fail (error->domain == HS_ERROR);
  HsErrorPrivate *part = hs_error_get_private (error);

  hs_error_private_clear (part);
  part->refusal = g_strdup (keyword);
  part->values = g_strdupv ((char **)values);
}

const char *
hs_error_get_refusal (const GError *error)
{
  return error->domain == HS_ERROR ? hs_error_get_private (error)->refusal : NULL;
}

const char *const *
hs_error_get_values (const GError *error)
{
  return error->domain == HS_ERROR ? (const char *const *)hs_error_get_private (error)->values
                                   : NULL;
}

static const char *const keywords[] = {
  [HS_ERROR_TEMPORARY] = "temporary",
  [HS_ERROR_REFUSED] = "refused",
  [HS_ERROR_NOT_FOUND] = "not-found",
  [HS_ERROR_EXPIRED] = "expired",
  [HS_ERROR_CORRUPT] = "corrupt",
  [HS_ERROR_NO_SPACE] = "no-space",
  [HS_ERROR_DENIED] = "denied",
  [HS_ERROR_INVALID] = "invalid",
  [HS_ERROR_NOT_SUPPORTED] = "not-supported",
  [HS_ERROR_CANCELLED] = "cancelled",
  [HS_ERROR_INTERNAL] = "internal",
};

const char *
hs_error_code_to_keyword (HsErrorCode code)
{
  if ((gsize)code < G_N_ELEMENTS (keywords) && keywords[code] != NULL)
    return keywords[code];
  return "internal";
}

static HsErrorCode
code_from_io (int io_code)
{
  switch (io_code)
    {
    case G_IO_ERROR_NOT_FOUND:
      return HS_ERROR_NOT_FOUND;
    case G_IO_ERROR_NO_SPACE:
      return HS_ERROR_NO_SPACE;
    case G_IO_ERROR_PERMISSION_DENIED:
      return HS_ERROR_DENIED;
    case G_IO_ERROR_CANCELLED:
      return HS_ERROR_CANCELLED;
    case G_IO_ERROR_NOT_SUPPORTED:
      return HS_ERROR_NOT_SUPPORTED;
    case G_IO_ERROR_INVALID_ARGUMENT:
    case G_IO_ERROR_INVALID_DATA:
    case G_IO_ERROR_INVALID_FILENAME:
      return HS_ERROR_INVALID;
    case G_IO_ERROR_BUSY:
    case G_IO_ERROR_WOULD_BLOCK:
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return HS_ERROR_TEMPORARY;
    default:
      return HS_ERROR_INTERNAL;
    }
}

/* A new error: one of another domain has no room for what ours carry. */
static void
replace (GError **error, HsErrorCode code)
{
  GError *ours = g_error_new_literal (HS_ERROR, (int)code, (*error)->message);

  g_error_free (*error);
  *error = ours;
}

void
hs_error_convert_gio (GError **error)
{
  if (error == NULL || *error == NULL)
    return;
  if ((*error)->domain == G_FILE_ERROR)
    {
      /* g_file_error codes have no errno back; only the two that callers act on are kept apart. */
      HsErrorCode code = HS_ERROR_INTERNAL;
      if ((*error)->code == G_FILE_ERROR_NOENT)
        code = HS_ERROR_NOT_FOUND;
      else if ((*error)->code == G_FILE_ERROR_NOSPC)
        code = HS_ERROR_NO_SPACE;
      else if ((*error)->code == G_FILE_ERROR_ACCES || (*error)->code == G_FILE_ERROR_PERM)
        code = HS_ERROR_DENIED;
      replace (error, code);
    }
  else if ((*error)->domain == G_IO_ERROR)
    replace (error, code_from_io ((*error)->code));
}

void
hs_error_set_errno (GError **error, int error_number, const char *what)
{
  g_set_error (error, HS_ERROR, code_from_io (g_io_error_from_errno (error_number)), "%s: %s", what,
               g_strerror (error_number));
}
