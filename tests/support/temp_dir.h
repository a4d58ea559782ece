/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A private folder for one test, removed with all that is in it. */

#include <glib.h>

/* Returns: (transfer full): the path of a new, empty folder. */
char *hs_temp_dir_new (void);

/* Removes the folder and everything below it, and frees the path. */
void hs_temp_dir_free (char *path);
