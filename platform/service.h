/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Being a service: says ready, reloading, stopping and how it goes to the service manager, and
 * brings its wishes (stop, reload) to the main context. Started by hand, a service has nobody to
 * tell; the signals work all the same.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

typedef struct HsService HsService;

/* Called on the main context. */
typedef void (*HsServiceFunc) (HsService *service, gpointer user_data);

/* Watches for the wish to stop (SIGTERM, SIGINT) and to read the configuration again (SIGHUP). At
 * most one in a process. A second wish to stop while the first is being obeyed ends the process at
 * once. */
HsService *hs_service_new (HsServiceFunc stop, HsServiceFunc reload, gpointer user_data);
void hs_service_free (HsService *service);

/* Every server listens now; also said again after a reload. */
void hs_service_say_ready (HsService *service);
void hs_service_say_reloading (HsService *service);
void hs_service_say_stopping (HsService *service);

/* One line of UTF-8 for "systemctl status"; never a title, a name or a key. */
void hs_service_say_status (HsService *service, const char *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsService, hs_service_free)
