/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The keys of a kiosk's people at rest: one age scrypt file for each way in, below keys/.
 *
 *   <identity>.pin.age, <identity>.password.age   passphrase = HKDF (the site's pepper, PIN or password):
 *                                                 useless without the site's yes
 *   <identity>.offline.age                        passphrase = a password of at least 12 characters
 *
 * A secret that is being changed has its new wrapping beside the old one (".next"), until either one
 * has opened the key: the file that opens stays. Not there, there but not to be opened, and damaged
 * are different answers; a new key is only made where nothing is there.
 *
 * Threads: main context only; files and scrypt in workers.  Blocks: only hs_kiosk_keys_new(). */

#include "base/id.h"
#include "base/secret_bytes.h"

#include <gio/gio.h>

#define HS_KIOSK_KEYS_FOLDER "keys"
#define HS_KIOSK_OFFLINE_MIN_CHARACTERS 12

typedef struct HsKioskKeys HsKioskKeys;

typedef enum
{
  HS_WAY_PIN = 0,
  HS_WAY_PASSWORD,
  HS_WAY_OFFLINE,
  HS_WAY_COUNT,
} HsKeyWay;

typedef enum
{
  HS_KIOSK_KEY_FAILED = 0, /* error: the disk; nothing is known */
  HS_KIOSK_KEY_OPEN,
  HS_KIOSK_KEY_ABSENT,    /* no file of this person at all */
  HS_KIOSK_KEY_OTHER_WAY, /* there are files, but none for this way in */
  HS_KIOSK_KEY_LOCKED,    /* this secret does not open it: it was wrapped with an earlier one */
  HS_KIOSK_KEY_DAMAGED,   /* the file is not one */
} HsKioskKeyAnswer;

/* Opens, or makes, keys/ below @state_folder. Errors: DENIED, INTERNAL. Blocks. */
HsKioskKeys *hs_kiosk_keys_new (const char *state_folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Calls under way must have completed. NULL is allowed. */
void hs_kiosk_keys_free (HsKioskKeys *keys);

/* What goes into a passphrase. @pepper: NULL with HS_WAY_OFFLINE only. Borrowed, and copied. */
typedef struct
{
  HsId identity;
  HsKeyWay way;
  const HsSecretBytes *pepper;
  const HsSecretBytes *secret;
} HsKioskKeyLock;

void hs_kiosk_keys_open_async (HsKioskKeys *keys,
                               const HsKioskKeyLock *lock,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* *key (transfer full) on OPEN. @error is set on FAILED only. */
HsKioskKeyAnswer hs_kiosk_keys_open_finish (HsKioskKeys *keys,
                                            GAsyncResult *result,
                                            HsSecretBytes **key,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How a wrapping is written. */
typedef enum
{
  HS_WRAP_NEW,     /* none may be there */
  HS_WRAP_REPLACE, /* in place of one that is there; one step, durable */
  HS_WRAP_NEXT,    /* beside it, until one of the two has opened the key */
} HsKioskWrapManner;

/* Wraps @key (copied). Complete when durable.
 * Errors: REFUSED (HS_WRAP_NEW, and one is there), INVALID (secret or pepper), NO_SPACE, INTERNAL. */
void hs_kiosk_keys_wrap_async (HsKioskKeys *keys,
                               const HsKioskKeyLock *lock,
                               const HsSecretBytes *key,
                               HsKioskWrapManner manner,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean hs_kiosk_keys_wrap_finish (HsKioskKeys *keys,
                                    GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A change of a secret that the site did (@is_done) or did not do: keeps the new or the old one. */
void hs_kiosk_keys_settle_async (HsKioskKeys *keys,
                                 const HsId *identity,
                                 HsKeyWay way,
                                 gboolean is_done,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/* Removes the wrappings of @identity for @ways (bits 1 << HsKeyWay); durable. */
void hs_kiosk_keys_remove_async (HsKioskKeys *keys,
                                 const HsId *identity,
                                 guint ways,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/* For the two above. */
gboolean hs_kiosk_keys_change_finish (HsKioskKeys *keys,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsKioskKeys, hs_kiosk_keys_free)
