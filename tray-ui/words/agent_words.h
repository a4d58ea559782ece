/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the window and the tray icon say of the agent, the site, the person and the printers.
 *
 * Pure, like words/job_words.h. Returned texts are (transfer full) unless they are const.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/control_status.h"

/* What the tray icon shows; the order is the order of importance. */
typedef enum
{
  HS_ICON_ABSENT = 0, /* the agent does not answer */
  HS_ICON_ATTENTION,  /* a question waits for an answer */
  HS_ICON_PRINTING,
  HS_ICON_OFFLINE, /* the site cannot be reached */
  HS_ICON_HELD,
  HS_ICON_IDLE,
} HsIcon;

/* @status: NULL while the agent does not answer. */
HsIcon hs_agent_words_icon (const HsControlStatus *status);
const char *hs_agent_words_icon_name (HsIcon icon); /* of the theme, without prefix of a size */
char *hs_agent_words_tooltip (const HsControlStatus *status);

/* ── the site ────────────────────────────────────────────────────────────────────────────── */

/* Since when the site cannot be reached, and what still works; NULL while all is well or there is no
 * site. */
char *hs_agent_words_offline (const HsControlStatus *status, gint64 now_us);

/* ── the person ──────────────────────────────────────────────────────────────────────────── */

/* "MO" of "Maya Okafor", "M" of "maya"; "?" of nothing. */
char *hs_person_words_initials (const char *name);

/* "Your key is locked. …" if there is something to do about it, else NULL. */
const char *hs_person_words_key (const HsControlStatus *status);

/* What there is to say of the own key after signing in at a kiosk, by the keyword of the answer's "key";
 * NULL: nothing. A keyword that is not known: @sentence, as the agent says it (nullable). */
const char *hs_person_words_welcome (const char *key, const char *sentence);

/* "Signs out in 4:05"; NULL if nobody sits at a kiosk or no end is near enough to say. @idle_s: since
 * the person's last sign of life. */
char *hs_person_words_countdown (const HsControlStatus *status, gint64 idle_s, gint64 now_us);

/* Seconds until that person is signed out; -1: never by itself. */
gint64 hs_person_words_seconds_left (const HsControlStatus *status, gint64 idle_s, gint64 now_us);

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

/* "Ready", "Printing for somebody", what is wrong, "Not asked yet". Borrowed from @printer. */
const char *hs_printer_words_state (const HsControlPrinter *printer);
/* "by the stairs · Ready" */
char *hs_printer_words_line (const HsControlPrinter *printer);
/* Name and place contain every word of @query; case and accents do not matter. */
gboolean hs_printer_words_match (const HsControlPrinter *printer, const char *query);

/* ── to be copied for the helpdesk: no titles ────────────────────────────────────────────── */

/* @lines: (element-type HsControlTraceLine). */
char *hs_trace_words_text (const HsControlJob *job, GPtrArray *lines, const char *printer);
/* Versions, site, device, policy. */
char *hs_about_words_text (const HsControlStatus *status);
