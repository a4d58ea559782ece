/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The program's notifications on their way to the desktop: each body is plain text, and is shown as that
 * by every server, whether it reads markup or not.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

typedef struct HsNotices HsNotices;

/* @application is borrowed. */
HsNotices *hs_notices_new (GApplication *application);
void hs_notices_free (HsNotices *notices); /* what was not sent yet is not sent */

/* Shows @notification with @body, in the place of what was shown under @id before. */
void
hs_notices_send (HsNotices *notices, const char *id, GNotification *notification, const char *body);

/* Takes back what was sent under @id, if anything. */
void hs_notices_withdraw (HsNotices *notices, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsNotices, hs_notices_free)
