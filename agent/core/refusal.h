/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Refusals that people meet: one closed list of what workstation and site say no with.
 *
 * Each has a keyword that stays, a code of base/error, and a sentence in English in which {name} stands
 * for a value. The sentence is the error's message; keyword and values travel beside it
 * (core/wire/wire_error.h), so that a program with a face says it in its own words and language.
 * docs/refusals.md is generated from the list.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef enum
{
  HS_REFUSAL_JOB_UNKNOWN = 0,
  HS_REFUSAL_JOB_UNDER_WAY,
  HS_REFUSAL_JOB_UNCERTAIN,
  HS_REFUSAL_JOB_ARRIVING,
  HS_REFUSAL_JOB_OVER,
  HS_REFUSAL_JOB_OF_SOMEBODY,
  HS_REFUSAL_JOB_AS_IT_IS,
  HS_REFUSAL_JOB_OWNER_ONLY,
  HS_REFUSAL_OWNER_UNPROVEN,
  HS_REFUSAL_KEY_LOCKED,
  HS_REFUSAL_PRINTER_UNKNOWN,
  HS_REFUSAL_PRINTER_COPIES,
  HS_REFUSAL_PRINTER_ONE_COPY,
  HS_REFUSAL_PRINTER_NOT_ONE_SIDED,
  HS_REFUSAL_PRINTER_NOT_TWO_SIDED,
  HS_REFUSAL_PRINTER_NOT_SHORT_EDGE,
  HS_REFUSAL_PRINTER_NO_COLOUR,
  HS_REFUSAL_PRINTER_NO_MONOCHROME,
  HS_REFUSAL_PICTURE_SIDES,
  HS_REFUSAL_PICTURE_COLOURS,
  HS_REFUSAL_OFFLINE_FORBIDDEN,
  HS_REFUSAL_OFFLINE_NEW_PRINTER,
  HS_REFUSAL_OFFLINE_NO_RIGHT,
  HS_REFUSAL_OFFLINE_RIGHT_OVER,
  HS_REFUSAL_OFFLINE_EXCLUDED,
  HS_REFUSAL_OFFLINE_PAGES,
  HS_REFUSAL_AGENT_STARTING,
  HS_REFUSAL_AGENT_STOPPING,
  HS_REFUSAL_SIGN_IN_FIRST,
  HS_REFUSAL_SIGNED_OUT_MEANWHILE,
  HS_REFUSAL_SEAT_CLEARING,
  HS_REFUSAL_SEAT_NOT_CLEARED,
  HS_REFUSAL_SEAT_TAKEN,
  HS_REFUSAL_SEAT_TOO_MANY_PROGRAMS,
  HS_REFUSAL_SIGN_IN_WRONG_PASSWORD,
  HS_REFUSAL_SIGN_IN_WRONG_PIN,
  HS_REFUSAL_SIGN_IN_PIN_LOCKED,
  HS_REFUSAL_SIGN_IN_TOO_MANY,
  HS_REFUSAL_SIGN_IN_BLOCKED,
  HS_REFUSAL_SIGN_IN_GUEST_OVER,
  HS_REFUSAL_SIGN_IN_AGAIN,
  HS_REFUSAL_CARD_UNKNOWN,
  HS_REFUSAL_CARD_UNKNOWN_REGISTER,
  HS_REFUSAL_SIGN_IN_OFFLINE_WRONG,
  HS_REFUSAL_SIGN_IN_OFFLINE_UNREADABLE,
  HS_REFUSAL_SIGN_IN_OFFLINE_TOO_MANY,
  HS_REFUSAL_SIGN_IN_OFFLINE_OVER,
  HS_REFUSAL_SIGN_IN_OFFLINE_FORBIDDEN,
  HS_REFUSAL_SIGN_IN_LEFT,
  HS_REFUSAL_SIGN_IN_UNDER_WAY,
  HS_REFUSAL_SECRET_SIGN_IN_FIRST,
  HS_REFUSAL_SECRET_UNDER_WAY,
  HS_REFUSAL_SECRET_CARD_ALONE,
  HS_REFUSAL_SECRET_SITE_FIRST,
  HS_REFUSAL_SECRET_SIGNED_OUT,
  HS_REFUSAL_NO_SITE,
  HS_REFUSAL_BUNDLE_EXPIRED,
  HS_REFUSAL_KIOSK_KEY_BY_SIGN_IN,
  HS_REFUSAL_KEY_NOT_OPEN,
  HS_REFUSAL_KEY_STALE,
  HS_REFUSAL_KEY_NOBODY,
  HS_REFUSAL_KEY_BEFORE_SIGN_IN,
  HS_REFUSAL_KEY_OTHER,
  HS_REFUSAL_KEY_UNREGISTERED,
  HS_REFUSAL_KEY_BEING_REGISTERED,
  HS_REFUSAL_KEYRING_FULL,
  HS_REFUSAL_RELEASE_SITE_GONE,
  HS_REFUSAL_RELEASE_OWNER_KEY_ONLY,
  HS_REFUSAL_RELEASE_ELSEWHERE,
  HS_REFUSAL_RELEASE_NOT_WAITING,
  HS_REFUSAL_HOST_SILENT,
  HS_REFUSAL_HOST_BROKE_OFF,
  HS_REFUSAL_HOST_UNTRUSTED,
  HS_REFUSAL_HOST_CLOCK,
  HS_REFUSAL_DISK_FULL,
  HS_REFUSAL_NAME_SERVICE_SILENT,
  HS_REFUSAL_WAIT_RANGE,
  HS_REFUSAL_N_REFUSALS,
} HsRefusal;

/* An error of @refusal, with name and value of each place of its sentence, ended by NULL.
 * Returns: (transfer full). */
GError *hs_refusal_new (HsRefusal refusal, ...) G_GNUC_NULL_TERMINATED;
void hs_refusal_set (GError **error, HsRefusal refusal, ...) G_GNUC_NULL_TERMINATED;

/* Lets @error, whose message says more than the sentence of @refusal, be it: its code must be the same. */
void hs_refusal_mark (GError *error, HsRefusal refusal, ...) G_GNUC_NULL_TERMINATED;

/* TRUE and the refusal of that keyword, as hs_error_get_refusal() gives it; @keyword is nullable. */
gboolean hs_refusal_find (const char *keyword, HsRefusal *refusal);

const char *hs_refusal_get_keyword (HsRefusal refusal);
const char *hs_refusal_get_sentence (HsRefusal refusal); /* with {name} for each value */

/* @sentence with its places filled by @values (name, value, …, NULL; nullable). What has no value keeps
 * its {name}; a value never brings a place of its own. Returns: (transfer full). */
char *hs_refusal_fill (const char *sentence, const char *const *values);

/* docs/refusals.md. Returns: (transfer full). */
char *hs_refusal_format_document (void);
