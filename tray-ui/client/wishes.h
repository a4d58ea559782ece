/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the person asks for: release, delete with a time to think, answer a question. What the agent
 * refuses is written on the job's item. Of many things asked for at once a few are under way and the
 * others wait.
 *
 * A deleted job leaves the list at once and the agent HS_WISHES_UNDO_S later, or with the next
 * deletion, or when the window closes; until then it can be brought back whole.
 *
 * When somebody has left a kiosk (HS_AGENT_VACANT), what they asked for and was not sent yet is dropped, and
 * no answer names their documents.
 *
 * Signals: "deleted-changed": hs_wishes_get_deleted() is another; "refused" (const char *sentence): of
 * several releases some were refused; "idle": hs_wishes_is_busy() ended.
 *
 * Threads: main context only.  Blocks: never. */

#include "tray-ui/client/agent.h"

#define HS_WISHES_UNDO_S 7 /* long enough to read the sentence and to aim */

#define HS_TYPE_WISHES (hs_wishes_get_type ())
G_DECLARE_FINAL_TYPE (HsWishes, hs_wishes, HS, WISHES, GObject)

HsWishes *hs_wishes_new (HsAgent *agent);

/* @options: (nullable) (transfer full): further members of the request. */
void hs_wishes_release (HsWishes *wishes, HsJobItem *item, const char *printer, json_t *options);
void hs_wishes_hold (HsWishes *wishes, HsJobItem *item);
/* @outcome: "printed", "reprint" or "cancel". */
void hs_wishes_resolve (HsWishes *wishes, HsJobItem *item, const char *outcome);

/* @ids: (element-type utf8). */
void hs_wishes_delete (HsWishes *wishes, GPtrArray *ids);
void hs_wishes_undo (HsWishes *wishes);
/* Deletes what waits for it. */
void hs_wishes_settle (HsWishes *wishes);

/* Something that was asked for is not answered yet. */
gboolean hs_wishes_is_busy (HsWishes *wishes);

/* How many can be brought back; *title (nullable) is (transfer full), of the only one. */
guint hs_wishes_get_deleted (HsWishes *wishes, char **title);
