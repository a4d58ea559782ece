/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the window says when something is refused.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/refusal.h"

/* The refusal of what the agent said no to without one of core/refusal.h: its message is English. */
#define HS_REFUSAL_WORDS_OTHER "other"

/* @error in the person's language, if it names a refusal of core/refusal.h; its own message if it names
 * none, for that was made here; else that message as a quotation. Returns: (transfer full). */
char *hs_refusal_words_dup (const GError *error);

/* The window's sentence of @refusal in English, with {name} for each value. */
const char *hs_refusal_words_get (HsRefusal refusal);
