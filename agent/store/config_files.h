/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Reads the configuration: the main file, then the drop-ins whose names end in ".conf", in the
 * order of the names.
 *
 * Threads: any, no shared state.  Blocks: on the disk. */

#include "core/config.h"

/* @file, @folder: HsPaths.config_file and config_folder; either may not exist.
 * Returns: (transfer full). Errors: those of hs_config_merge(); DENIED for a file that somebody
 * else could have written; INTERNAL when one cannot be read. */
HsConfig *hs_config_files_read (const char *file,
                                const char *folder,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
