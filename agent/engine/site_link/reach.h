/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The way to the site: its client, and whether it leads there.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

/* Makes a client of what is known now; the old one's requests end by themselves. */
void hs_site_link_renew_client (HsSiteLink *link);

/* FALSE, and the task has its answer, when nobody can be asked. */
gboolean hs_site_link_can_ask (HsSiteLink *link, GTask *task);

/* An exchange with the site went well, or not (@error is borrowed). */
void hs_site_link_note_success (HsSiteLink *link);
void hs_site_link_note_failure (HsSiteLink *link, const GError *error);

/* Nothing is asked of the site any more, by our own decision. */
void hs_site_link_note_apart (HsSiteLink *link);
gboolean hs_site_link_is_online (const HsSiteLink *link);

/* TRUE if our certificate's time is over. */
gboolean hs_site_link_is_certificate_over (const HsSiteLink *link);

/* A sentence for status and log about something that does not mean "offline"; NULL: all is well. */
void hs_site_link_note_problem (HsSiteLink *link, const char *sentence);
/* The same for a failure that an ended certificate would explain, and does if it has ended. */
void hs_site_link_note_cause (HsSiteLink *link, const char *message);
void hs_site_link_tell_status (HsSiteLink *link);
