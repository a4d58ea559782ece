/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Tells when something appears at a path of which nothing may exist yet, its folders neither.
 *
 * The nearest folder that exists is watched by the kernel (inotify): no timer runs.
 *
 * Threads: main context only; the callback on the main context.  Blocks: never (some calls of stat). */

#include <gio/gio.h>

typedef struct HsPathWatch HsPathWatch;

typedef void (*HsPathWatchFunc) (gpointer user_data);

/* @appeared is called when there is something at @path, perhaps more than once and never from within
 * this call; it may free the watch. What exists already when the watch begins is told as well.
 *
 * NULL with @error set: the kernel gives no watch (G_IO_ERROR, most often its limit of watches). */
HsPathWatch *
hs_path_watch_new (const char *path, HsPathWatchFunc appeared, gpointer user_data, GError **error);

/* NULL is allowed. */
void hs_path_watch_free (HsPathWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPathWatch, hs_path_watch_free)
