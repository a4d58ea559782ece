/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person whose key was made after jobs were sealed: asks the site, once signed in and unlocked, for
 * the shares of these jobs, so that the engine can grant them to the key. Silent: without site, session
 * or such jobs nothing happens, and the next unlock or sign-in tries again. In the same way it learns
 * which delegations the person has taken back at the site.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine.h"
#include "engine/identity/sessions.h"
#include "engine/site_link/parts.h"

void hs_late_keys_look (HsEngine *engine, HsSiteLink *link, HsSessions *sessions, guint32 uid);
