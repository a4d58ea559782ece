/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The key of a device, in its own file, and the certificate for it.
 *
 * Threads: any; an object belongs to one thread at a time.  Blocks: on the disk, but for
 * hs_device_key_make_async(). */

#include "base/id.h"
#include "base/secret_bytes.h"

#include <gio/gio.h>

/* A new key in a new file. */
typedef struct
{
  char *folder;
  char *name; /* inside the folder */
  HsSecretBytes *pem;
  char *csr; /* PEM; nullable */
} HsDeviceKey;

/* A certificate of this device and its key. */
typedef struct
{
  char *certificate; /* PEM chain */
  char *key_file;    /* name in the state folder */
  HsSecretBytes *key;
  gint64 from_us; /* UTC, as the next */
  gint64 until_us;
} HsDevicePair;

/* TRUE if @name could have been given to a key's file by this module. */
gboolean hs_device_key_is_file_name (const char *name);

/* Makes one in @folder, in a worker, because it is written durably. Errors: the disk's, OpenSSL's. */
void
hs_device_key_make_async (const char *folder, GAsyncReadyCallback callback, gpointer user_data);

/* Returns: (transfer full). */
HsDeviceKey *hs_device_key_make_finish (GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL is allowed, as in the next. */
void hs_device_key_free (HsDeviceKey *key);
void hs_device_pair_free (HsDevicePair *pair);

/* Takes @key's name and key and @certificate, whose first one has to be for @device and that key.
 * Returns: (transfer full). Errors: CORRUPT, INVALID. */
HsDevicePair *hs_device_pair_new (const HsDeviceKey *key,
                                  const char *certificate,
                                  const HsId *device,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with the key that is kept in the file @name of @folder. Errors: also DENIED (others may
 * read it), NOT_FOUND. */
HsDevicePair *hs_device_pair_load (const char *folder,
                                   const char *name,
                                   const char *certificate,
                                   const HsId *device,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDeviceKey, hs_device_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDevicePair, hs_device_pair_free)
