/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Turning OpenSSL's error queue into our errors; for files of crypto/ only.
 *
 * Threads: any, the queue is per thread.  Blocks: never. */

#include "base/error.h"

/* Sets "<what>: <OpenSSL's reason>" and empties the calling thread's queue. */
void hs_openssl_error_set (GError **error, HsErrorCode code, const char *what);

/* Empties the queue after a failure that is an expected answer (a bad signature, a bad tag). */
void hs_openssl_error_forget (void);
