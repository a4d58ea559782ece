/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Refusals: the list, and its sentences filled with values. */

#include "core/refusal.h"

#include "base/error.h"

#include <stdarg.h>
#include <string.h>

#define MOST_VALUES 4

static const struct
{
  const char *keyword;
  HsErrorCode code;
  const char *sentence;
} rows[HS_REFUSAL_N_REFUSALS] = {
  [HS_REFUSAL_JOB_UNKNOWN]
  = { "job-unknown", HS_ERROR_NOT_FOUND, "There is no such job. `homespool jobs` lists yours." },
  [HS_REFUSAL_JOB_UNDER_WAY]
  = { "job-under-way", HS_ERROR_REFUSED,
      "The job is already on its way to a printer. Wait for it, or cancel it first." },
  [HS_REFUSAL_JOB_UNCERTAIN] = { "job-uncertain", HS_ERROR_REFUSED,
                                 "It is not known whether this job printed. Look at the printer "
                                 "and say whether it did, then release it again." },
  [HS_REFUSAL_JOB_ARRIVING]
  = { "job-arriving", HS_ERROR_REFUSED, "The document is still arriving. Try again in a moment." },
  [HS_REFUSAL_JOB_OVER]
  = { "job-over", HS_ERROR_REFUSED,
      "The job is over: it was printed, deleted or has expired. Print it again." },
  [HS_REFUSAL_JOB_OF_SOMEBODY]
  = { "job-of-somebody", HS_ERROR_DENIED,
      "This is somebody else's document: you may release it, and nothing else." },
  [HS_REFUSAL_JOB_AS_IT_IS] = { "job-as-it-is", HS_ERROR_REFUSED,
                                "This is somebody else's document: you may release it as it is. "
                                "Its owner changes copies, sides and colour." },
  [HS_REFUSAL_JOB_OWNER_ONLY]
  = { "job-owner-only", HS_ERROR_DENIED,
      "Only the owner of the job may do this. Use `homespool` as that user." },
  [HS_REFUSAL_OWNER_UNPROVEN] = { "owner-unproven", HS_ERROR_DENIED,
                                  "Nobody has proven to own this job. Sign in on the workstation "
                                  "where it was printed and claim it with `homespool claim`." },
  [HS_REFUSAL_KEY_LOCKED] = { "key-locked", HS_ERROR_DENIED,
                              "Your key is locked. Run `homespool unlock`, or release the job on "
                              "the release page or at the printer." },
  [HS_REFUSAL_PRINTER_UNKNOWN]
  = { "printer-unknown", HS_ERROR_NOT_FOUND,
      "This printer is not on your organisation's list. `homespool printers` shows the list; ask "
      "your administrator to add a printer." },
  [HS_REFUSAL_PRINTER_COPIES]
  = { "printer-copies", HS_ERROR_REFUSED,
      "This printer cannot print the job as you want it: it makes {copies} copies at the most; "
      "choose fewer copies, or another printer." },
  [HS_REFUSAL_PRINTER_ONE_COPY] = { "printer-one-copy", HS_ERROR_REFUSED,
                                    "This printer cannot print the job as you want it: it makes "
                                    "one copy at a time; choose one copy, or another printer." },
  [HS_REFUSAL_PRINTER_NOT_ONE_SIDED]
  = { "printer-not-one-sided", HS_ERROR_REFUSED,
      "This printer cannot print the job as you want it: it cannot print one-sided; choose other "
      "sides, or another printer." },
  [HS_REFUSAL_PRINTER_NOT_TWO_SIDED]
  = { "printer-not-two-sided", HS_ERROR_REFUSED,
      "This printer cannot print the job as you want it: it cannot print two-sided; choose other "
      "sides, or another printer." },
  [HS_REFUSAL_PRINTER_NOT_SHORT_EDGE]
  = { "printer-not-short-edge", HS_ERROR_REFUSED,
      "This printer cannot print the job as you want it: it cannot print two-sided over the short "
      "edge; choose other sides, or another printer." },
  [HS_REFUSAL_PRINTER_NO_COLOUR] = { "printer-no-colour", HS_ERROR_REFUSED,
                                     "This printer cannot print the job as you want it: it has no "
                                     "colour; choose black and white, or another printer." },
  [HS_REFUSAL_PRINTER_NO_MONOCHROME]
  = { "printer-no-monochrome", HS_ERROR_REFUSED,
      "This printer cannot print the job as you want it: it cannot be told to print in black and "
      "white; choose colour, or another printer." },
  [HS_REFUSAL_PICTURE_SIDES]
  = { "picture-sides", HS_ERROR_REFUSED,
      "This document was sent as a picture of each page, made for the sides that it has. Only its "
      "copies can be changed; print it again from the program for other sides." },
  [HS_REFUSAL_PICTURE_COLOURS]
  = { "picture-colours", HS_ERROR_REFUSED,
      "This document was sent as a picture of each page, made for the colours that it has. Only "
      "its copies can be changed; print it again from the program for other colours." },
  [HS_REFUSAL_OFFLINE_FORBIDDEN]
  = { "offline-forbidden", HS_ERROR_REFUSED,
      "The site server cannot be reached, and your organisation does not print without it. The job "
      "stays here; try again later." },
  [HS_REFUSAL_OFFLINE_NEW_PRINTER]
  = { "offline-new-printer", HS_ERROR_REFUSED,
      "The site server cannot be reached, and this workstation has not used this printer before. "
      "Choose one that it has used." },
  [HS_REFUSAL_OFFLINE_NO_RIGHT]
  = { "offline-no-right", HS_ERROR_REFUSED,
      "The site server cannot be reached, and it has given you no permission to print without it. "
      "The job stays here. When the site is back, run `homespool sign-in` and `homespool unlock` "
      "once: from then on you can." },
  [HS_REFUSAL_OFFLINE_RIGHT_OVER]
  = { "offline-right-over", HS_ERROR_REFUSED,
      "The site server cannot be reached, and its permission for you to print without it has run "
      "out. The job stays here until the site is back." },
  [HS_REFUSAL_OFFLINE_EXCLUDED]
  = { "offline-excluded", HS_ERROR_REFUSED,
      "The site server does not accept this workstation any more, so nothing is printed from here. "
      "Ask your administrator to enrol it again." },
  [HS_REFUSAL_OFFLINE_PAGES] = { "offline-pages", HS_ERROR_REFUSED,
                                 "This document has more pages than you may still print while the "
                                 "site server cannot be reached (`homespool status` shows how "
                                 "many). Print fewer pages, or wait until the site is back." },
  [HS_REFUSAL_AGENT_STARTING] = { "agent-starting", HS_ERROR_TEMPORARY,
                                  "The print agent is still starting. Try again in a moment." },
  [HS_REFUSAL_AGENT_STOPPING] = { "agent-stopping", HS_ERROR_TEMPORARY,
                                  "The print agent is being stopped. Try again when it runs." },
  [HS_REFUSAL_SIGN_IN_FIRST] = { "sign-in-first", HS_ERROR_DENIED,
                                 "You are not signed in. Run `homespool sign-in`, from the same "
                                 "window as your other commands." },
  [HS_REFUSAL_SIGNED_OUT_MEANWHILE]
  = { "signed-out-meanwhile", HS_ERROR_DENIED,
      "Whoever asked has signed out meanwhile. Sign in (homespool sign-in), then try again." },
  [HS_REFUSAL_SEAT_CLEARING]
  = { "seat-clearing", HS_ERROR_TEMPORARY,
      "The person before you is being signed out. Try again in a moment." },
  [HS_REFUSAL_SEAT_NOT_CLEARED]
  = { "seat-not-cleared", HS_ERROR_TEMPORARY,
      "What the person before you left behind could not be cleared away ({problem}). Try again in "
      "a moment; if it stays so, tell your administrator." },
  [HS_REFUSAL_SEAT_TAKEN] = { "seat-taken", HS_ERROR_REFUSED,
                              "Somebody is signed in at this workstation. They have to sign out "
                              "first (homespool sign-out)." },
  [HS_REFUSAL_SEAT_TOO_MANY_PROGRAMS]
  = { "seat-too-many-programs", HS_ERROR_NO_SPACE,
      "Too many programs are signed in for you. Sign out, then sign in again." },
  [HS_REFUSAL_SIGN_IN_WRONG_PASSWORD]
  = { "sign-in-wrong-password", HS_ERROR_DENIED,
      "the name or the password is wrong; try again, or ask an administrator for a new password" },
  [HS_REFUSAL_SIGN_IN_WRONG_PIN]
  = { "sign-in-wrong-pin", HS_ERROR_DENIED,
      "the name or the PIN is wrong; {tries} wrong PINs lock it until an administrator resets it. "
      "Without a PIN, sign in with your password" },
  [HS_REFUSAL_SIGN_IN_PIN_LOCKED] = { "sign-in-pin-locked", HS_ERROR_REFUSED,
                                      "this PIN is locked after {tries} wrong tries; sign in with "
                                      "your password, or ask an administrator to reset the PIN" },
  [HS_REFUSAL_SIGN_IN_TOO_MANY]
  = { "sign-in-too-many", HS_ERROR_TEMPORARY,
      "too many sign-ins failed; wait {seconds} seconds and try again" },
  [HS_REFUSAL_SIGN_IN_BLOCKED]
  = { "sign-in-blocked", HS_ERROR_REFUSED, "this account is blocked; ask an administrator" },
  [HS_REFUSAL_SIGN_IN_GUEST_OVER]
  = { "sign-in-guest-over", HS_ERROR_EXPIRED,
      "this guest account is over; ask an administrator for a longer one" },
  [HS_REFUSAL_SIGN_IN_AGAIN]
  = { "sign-in-again", HS_ERROR_DENIED, "sign in again; the session is over" },
  [HS_REFUSAL_CARD_UNKNOWN] = { "card-unknown", HS_ERROR_NOT_FOUND,
                                "this card belongs to nobody yet; sign in with your name, and ask "
                                "an administrator to register it" },
  [HS_REFUSAL_CARD_UNKNOWN_REGISTER] = { "card-unknown-register", HS_ERROR_NOT_FOUND,
                                         "this card belongs to nobody yet; sign in with your name "
                                         "and register it, or ask an administrator" },
  [HS_REFUSAL_SIGN_IN_OFFLINE_WRONG]
  = { "sign-in-offline-wrong", HS_ERROR_DENIED,
      "The site cannot be reached, and this workstation cannot sign you in without it: name or "
      "password is wrong, the password has less than 12 characters, or you have not signed in here "
      "by it before." },
  [HS_REFUSAL_SIGN_IN_OFFLINE_UNREADABLE]
  = { "sign-in-offline-unreadable", HS_ERROR_TEMPORARY,
      "What this workstation kept for signing you in without the site cannot be read. Try again "
      "when the site is back." },
  [HS_REFUSAL_SIGN_IN_OFFLINE_TOO_MANY]
  = { "sign-in-offline-too-many", HS_ERROR_TEMPORARY,
      "Too many wrong tries without the site. Wait {seconds} s, or until the site is back." },
  [HS_REFUSAL_SIGN_IN_OFFLINE_OVER] = { "sign-in-offline-over", HS_ERROR_EXPIRED,
                                        "The site's permission to sign you in without it has run "
                                        "out. Try again when the site can be reached." },
  [HS_REFUSAL_SIGN_IN_OFFLINE_FORBIDDEN]
  = { "sign-in-offline-forbidden", HS_ERROR_DENIED,
      "the site has given no permission to sign in here without it" },
  [HS_REFUSAL_SIGN_IN_LEFT]
  = { "sign-in-left", HS_ERROR_TEMPORARY,
      "This workstation was left, locked or signed out while you signed in. Try again." },
  [HS_REFUSAL_SIGN_IN_UNDER_WAY] = { "sign-in-under-way", HS_ERROR_TEMPORARY,
                                     "Somebody is signing in at this moment. Try again." },
  [HS_REFUSAL_SECRET_SIGN_IN_FIRST]
  = { "secret-sign-in-first", HS_ERROR_DENIED,
      "Sign in first: only you can change your PIN or password." },
  [HS_REFUSAL_SECRET_UNDER_WAY]
  = { "secret-under-way", HS_ERROR_TEMPORARY, "A change is under way. Try again." },
  [HS_REFUSAL_SECRET_CARD_ALONE]
  = { "secret-card-alone", HS_ERROR_DENIED,
      "Sign in with your PIN or password while the site can be reached; then change it." },
  [HS_REFUSAL_SECRET_SITE_FIRST]
  = { "secret-site-first", HS_ERROR_DENIED,
      "Sign in with the site first: a PIN or password is changed there." },
  [HS_REFUSAL_SECRET_SIGNED_OUT]
  = { "secret-signed-out", HS_ERROR_DENIED, "You were signed out meanwhile; nothing was changed." },
  [HS_REFUSAL_NO_SITE]
  = { "no-site", HS_ERROR_REFUSED,
      "this workstation belongs to no site; an administrator can enrol it with homespool enrol" },
  [HS_REFUSAL_BUNDLE_EXPIRED]
  = { "bundle-expired", HS_ERROR_REFUSED,
      "the organisation's trust bundle has expired; an administrator has to sign a new one" },
  [HS_REFUSAL_KIOSK_KEY_BY_SIGN_IN]
  = { "kiosk-key-by-sign-in", HS_ERROR_REFUSED,
      "This workstation is shared by many people: signing in opens your key (homespool sign-in)." },
  [HS_REFUSAL_KEY_NOT_OPEN] = { "key-not-open", HS_ERROR_DENIED,
                                "Your key is not open here. Sign in with your PIN or password "
                                "(homespool sign-in), then try again." },
  [HS_REFUSAL_KEY_STALE] = { "key-stale", HS_ERROR_TEMPORARY,
                             "what was sent is sealed to an earlier start of the agent: ask for "
                             "its present recipient and try again" },
  [HS_REFUSAL_KEY_NOBODY]
  = { "key-nobody", HS_ERROR_REFUSED, "this OS user is nobody in the organisation's directory" },
  [HS_REFUSAL_KEY_BEFORE_SIGN_IN]
  = { "key-before-sign-in", HS_ERROR_REFUSED,
      "nobody has signed in to the site here yet: run \"homespool sign-in\" first" },
  [HS_REFUSAL_KEY_OTHER] = { "key-other", HS_ERROR_REFUSED,
                             "this is not the key that your documents are sealed to: unlock the "
                             "one in your keyring, or replace it if it is lost" },
  [HS_REFUSAL_KEY_UNREGISTERED]
  = { "key-unregistered", HS_ERROR_NOT_FOUND, "no key of yours is registered here yet" },
  [HS_REFUSAL_KEY_BEING_REGISTERED] = { "key-being-registered", HS_ERROR_TEMPORARY,
                                        "another key of yours is being registered; try again" },
  [HS_REFUSAL_KEYRING_FULL]
  = { "keyring-full", HS_ERROR_NO_SPACE,
      "{people} people have unlocked their keys here; somebody has to sign out first" },
  [HS_REFUSAL_RELEASE_SITE_GONE] = { "release-site-gone", HS_ERROR_REFUSED,
                                     "the document is on {device}, which cannot be reached; wake "
                                     "it or switch it on, then release again" },
  [HS_REFUSAL_RELEASE_OWNER_KEY_ONLY]
  = { "release-owner-key-only", HS_ERROR_REFUSED,
      "only its owner's key opens this document; release it on {device}" },
  [HS_REFUSAL_RELEASE_ELSEWHERE]
  = { "release-elsewhere", HS_ERROR_REFUSED,
      "this document is already on its way to another printer; wait a moment" },
  [HS_REFUSAL_RELEASE_NOT_WAITING] = { "release-not-waiting", HS_ERROR_REFUSED,
                                       "this document is not waiting any more; look at its state" },
  [HS_REFUSAL_HOST_SILENT]
  = { "host-silent", HS_ERROR_TEMPORARY,
      "“{host}” does not answer; check the network and whether it is switched on" },
  [HS_REFUSAL_HOST_BROKE_OFF]
  = { "host-broke-off", HS_ERROR_TEMPORARY, "“{host}” broke the connection; try again" },
  [HS_REFUSAL_HOST_UNTRUSTED]
  = { "host-untrusted", HS_ERROR_REFUSED,
      "“{host}” shows a key or certificate that is not the trusted one" },
  [HS_REFUSAL_HOST_CLOCK]
  = { "host-clock", HS_ERROR_REFUSED,
      "“{host}” shows a certificate that is not valid at the time that this machine's clock shows; "
      "check that clock, then the certificate there" },
  [HS_REFUSAL_DISK_FULL]
  = { "disk-full", HS_ERROR_NO_SPACE, "the disk is full, so nothing was changed; make room on it" },
  [HS_REFUSAL_NAME_SERVICE_SILENT]
  = { "name-service-silent", HS_ERROR_TEMPORARY,
      "the name service of this workstation does not answer; try again" },
  [HS_REFUSAL_WAIT_RANGE]
  = { "wait-range", HS_ERROR_REFUSED,
      "A job can wait for up to {minutes} minutes from now. Choose a time in that range." },
};

const char *
hs_refusal_get_keyword (HsRefusal refusal)
{
  return rows[refusal].keyword;
}

const char *
hs_refusal_get_sentence (HsRefusal refusal)
{
  return rows[refusal].sentence;
}

gboolean
hs_refusal_find (const char *keyword, HsRefusal *refusal)
{
  for (gsize i = 0; keyword != NULL && i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].keyword, keyword) == 0)
      {
        *refusal = (HsRefusal)i;
        return TRUE;
      }
  return FALSE;
}

/* ── values ──────────────────────────────────────────────────────────────────────────────── */

static const char *
find_value (const char *const *values, const char *name, gsize length)
{
  for (gsize i = 0; values != NULL && values[i] != NULL && values[i + 1] != NULL; i += 2)
    if (strlen (values[i]) == length && strncmp (values[i], name, length) == 0)
      return values[i + 1];
  return NULL;
}

char *
hs_refusal_fill (const char *sentence, const char *const *values)
{
  GString *text = g_string_new (NULL);

  for (const char *at = sentence; *at != '\0';)
    {
      const char *end = *at == '{' ? strchr (at, '}') : NULL;
      const char *value = end != NULL ? find_value (values, at + 1, (gsize)(end - at - 1)) : NULL;

      if (value != NULL)
        {
          g_string_append (text, value);
          at = end + 1;
        }
      else
        g_string_append_c (text, *at++);
    }
  return g_string_free (text, FALSE);
}

static void
gather (va_list arguments, const char *values[2 * MOST_VALUES + 1])
{
  for (gsize i = 0; i < 2 * MOST_VALUES; i += 2)
    {
      values[i] = va_arg (arguments, const char *);
      if (values[i] == NULL)
        break;
      values[i + 1] = va_arg (arguments, const char *);
    }
}

static GError *
make (HsRefusal refusal, va_list arguments)
{
  const char *values[2 * MOST_VALUES + 1] = { NULL };
  GError *error;

  gather (arguments, values);
  g_autofree char *message = hs_refusal_fill (rows[refusal].sentence, values);
  error = g_error_new_literal (HS_ERROR, (int)rows[refusal].code, message);
  hs_error_set_refusal (error, rows[refusal].keyword, values);
  return error;
}

GError *
hs_refusal_new (HsRefusal refusal, ...)
{
  va_list arguments;

  va_start (arguments, refusal);
  GError *error = make (refusal, arguments);
  va_end (arguments);
  return error;
}

void
hs_refusal_set (GError **error, HsRefusal refusal, ...)
{
  va_list arguments;

  va_start (arguments, refusal);
  g_propagate_error (error, make (refusal, arguments));
  va_end (arguments);
}

void
hs_refusal_mark (GError *error, HsRefusal refusal, ...)
{
  const char *values[2 * MOST_VALUES + 1] = { NULL };
  va_list arguments;

  g_return_if_fail (error->domain == HS_ERROR && error->code == (int)rows[refusal].code);
  va_start (arguments, refusal);
  gather (arguments, values);
  va_end (arguments);
  hs_error_set_refusal (error, rows[refusal].keyword, values);
}

/* ── for docs ────────────────────────────────────────────────────────────────────────────── */

char *
hs_refusal_format_document (void)
{
  GString *text = g_string_new (
      "# Refusals\n\n"
      "Generated from the table in `agent/core/refusal.c`; a test compares them.\n\n"
      "What people are refused with, in the command line, the tray and the [control "
      "API](control-api.md). An error's `refusal` is the keyword; each {name} in the sentence is "
      "a member of its `values`. `message` says it in English, with the values and at times more "
      "exactly; the tray says it in its own words and language. A keyword never changes its "
      "meaning.\n\n"
      "| refusal | error | sentence |\n|---|---|---|\n");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_string_append_printf (text, "| %s | %s | %s |\n", rows[i].keyword,
                            hs_error_code_to_keyword (rows[i].code), rows[i].sentence);
  return g_string_free (text, FALSE);
}
