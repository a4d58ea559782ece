/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window says when something is refused: the agent's keyword in the person's language, as one
 * says it who has a window and no command line. */

#include "tray-ui/words/refusal_words.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "core/refusal.h"
#include "tray-ui/words/job_words.h"

#include <glib/gi18n.h>

static const char *const sentences[HS_REFUSAL_N_REFUSALS] = {
  [HS_REFUSAL_JOB_UNKNOWN] = N_ ("This job is not here any more."),
  [HS_REFUSAL_JOB_UNDER_WAY]
  = N_ ("The job is already on its way to a printer. Wait for it, or cancel it first."),
  [HS_REFUSAL_JOB_UNCERTAIN] = N_ ("It is not known whether this job printed. Look at the printer "
                                   "and say whether it did, then print it again."),
  [HS_REFUSAL_JOB_ARRIVING] = N_ ("The document is still arriving. Try again in a moment."),
  [HS_REFUSAL_JOB_OVER] = N_ (
      "The job is over: it was printed, deleted or has expired. Print it again from the program."),
  [HS_REFUSAL_JOB_OF_SOMEBODY]
  = N_ ("This is somebody else's document: you may print it, and nothing else."),
  [HS_REFUSAL_JOB_AS_IT_IS] = N_ ("This is somebody else's document: you may print it as it is. "
                                  "Only its owner changes copies, sides and colour."),
  [HS_REFUSAL_JOB_OWNER_ONLY] = N_ ("Only the owner of this job may do this."),
  [HS_REFUSAL_OWNER_UNPROVEN] = N_ ("Nobody has proven to own this job. Sign in on the computer "
                                    "where it was printed and claim it with “homespool claim”."),
  [HS_REFUSAL_KEY_LOCKED] = N_ ("Your key is locked. Unlock it here, or release the job on the "
                                "release page or at the printer."),
  [HS_REFUSAL_PRINTER_UNKNOWN] = N_ ("This printer is not on your organisation's list any more. "
                                     "Choose another one, or ask your administrator to add it."),
  [HS_REFUSAL_PRINTER_COPIES]
  = N_ ("This printer makes {copies} copies at the most. Choose fewer copies, or another printer."),
  [HS_REFUSAL_PRINTER_ONE_COPY]
  = N_ ("This printer makes one copy at a time. Choose one copy, or another printer."),
  [HS_REFUSAL_PRINTER_NOT_ONE_SIDED]
  = N_ ("This printer cannot print on one side only. Choose other sides, or another printer."),
  [HS_REFUSAL_PRINTER_NOT_TWO_SIDED]
  = N_ ("This printer cannot print on both sides. Choose other sides, or another printer."),
  [HS_REFUSAL_PRINTER_NOT_SHORT_EDGE] = N_ ("This printer cannot print on both sides over the "
                                            "short edge. Choose other sides, or another printer."),
  [HS_REFUSAL_PRINTER_NO_COLOUR]
  = N_ ("This printer has no colour. Choose black and white, or another printer."),
  [HS_REFUSAL_PRINTER_NO_MONOCHROME] = N_ ("This printer cannot be told to print in black and "
                                           "white. Choose colour, or another printer."),
  [HS_REFUSAL_PICTURE_SIDES]
  = N_ ("This document was sent as a picture of each page, made for the sides that it has. Only "
        "its copies can be changed; print it again from the program for other sides."),
  [HS_REFUSAL_PICTURE_COLOURS]
  = N_ ("This document was sent as a picture of each page, made for the colours that it has. Only "
        "its copies can be changed; print it again from the program for other colours."),
  [HS_REFUSAL_OFFLINE_FORBIDDEN] = N_ ("The site cannot be reached, and your organisation does not "
                                       "print without it. The job stays here; try again later."),
  [HS_REFUSAL_OFFLINE_NEW_PRINTER] = N_ ("The site cannot be reached, and this computer has not "
                                         "used this printer before. Choose one that it has used."),
  [HS_REFUSAL_OFFLINE_NO_RIGHT] = N_ (
      "The site cannot be reached, and it has given you no permission to print without it. The job "
      "stays here. When the site is back, sign in and unlock your key once: from then on you can."),
  [HS_REFUSAL_OFFLINE_RIGHT_OVER]
  = N_ ("The site cannot be reached, and its permission for you to print without it has run out. "
        "The job stays here until the site is back."),
  [HS_REFUSAL_OFFLINE_EXCLUDED]
  = N_ ("The site does not accept this computer any more, so nothing is printed from here. Ask "
        "your administrator to enrol it again."),
  [HS_REFUSAL_OFFLINE_PAGES]
  = N_ ("This document has more pages than you may still print while the site cannot be reached. "
        "Print fewer pages, or wait until the site is back."),
  [HS_REFUSAL_AGENT_STARTING] = N_ ("Homespool is still starting. Try again in a moment."),
  [HS_REFUSAL_AGENT_STOPPING] = N_ ("Homespool is being stopped. Try again when it runs."),
  [HS_REFUSAL_SIGN_IN_FIRST] = N_ ("You are not signed in here any more. Sign in again."),
  [HS_REFUSAL_SIGNED_OUT_MEANWHILE]
  = N_ ("You were signed out meanwhile. Sign in, then try again."),
  [HS_REFUSAL_SEAT_CLEARING]
  = N_ ("The person before you is being signed out. Try again in a moment."),
  [HS_REFUSAL_SEAT_NOT_CLEARED]
  = N_ ("What the person before you left behind could not be cleared away ({problem}). Try again "
        "in a moment; if it stays so, tell your administrator."),
  [HS_REFUSAL_SEAT_TAKEN]
  = N_ ("Somebody is signed in at this computer. They have to sign out first."),
  [HS_REFUSAL_SEAT_TOO_MANY_PROGRAMS]
  = N_ ("Too many programs are signed in for you. Sign out, then sign in again."),
  [HS_REFUSAL_SIGN_IN_WRONG_PASSWORD] = N_ ("The name or the password is wrong. Try again, or ask "
                                            "your administrator for a new password."),
  [HS_REFUSAL_SIGN_IN_WRONG_PIN]
  = N_ ("The name or the PIN is wrong. {tries} wrong PINs lock it until an administrator resets "
        "it. Without a PIN, sign in with your password."),
  [HS_REFUSAL_SIGN_IN_PIN_LOCKED]
  = N_ ("This PIN is locked after {tries} wrong tries. Sign in with your password, or ask your "
        "administrator to reset the PIN."),
  [HS_REFUSAL_SIGN_IN_TOO_MANY]
  = N_ ("Too many sign-ins failed. Wait {seconds} seconds and try again."),
  [HS_REFUSAL_SIGN_IN_BLOCKED] = N_ ("This account is blocked. Ask your administrator."),
  [HS_REFUSAL_SIGN_IN_GUEST_OVER]
  = N_ ("This guest account is over. Ask your administrator for a longer one."),
  [HS_REFUSAL_SIGN_IN_AGAIN] = N_ ("Your sign-in at the site is over. Sign in again."),
  [HS_REFUSAL_CARD_UNKNOWN] = N_ ("This card belongs to nobody yet. Sign in with your name, and "
                                  "ask your administrator to register it."),
  [HS_REFUSAL_CARD_UNKNOWN_REGISTER] = N_ ("This card belongs to nobody yet. Sign in with your "
                                           "name and register it, or ask your administrator."),
  [HS_REFUSAL_SIGN_IN_OFFLINE_WRONG]
  = N_ ("The site cannot be reached, and this computer cannot sign you in without it: name or "
        "password is wrong, the password has less than 12 characters, or you have not signed in "
        "here by it before."),
  [HS_REFUSAL_SIGN_IN_OFFLINE_UNREADABLE]
  = N_ ("What this computer kept for signing you in without the site cannot be read. Try again "
        "when the site is back."),
  [HS_REFUSAL_SIGN_IN_OFFLINE_TOO_MANY] = N_ (
      "Too many wrong tries without the site. Wait {seconds} seconds, or until the site is back."),
  [HS_REFUSAL_SIGN_IN_OFFLINE_OVER] = N_ ("The site's permission to sign you in without it has run "
                                          "out. Try again when the site can be reached."),
  [HS_REFUSAL_SIGN_IN_OFFLINE_FORBIDDEN] = N_ ("The site has given no permission to sign in here "
                                               "without it. Try again when it can be reached."),
  [HS_REFUSAL_SIGN_IN_LEFT]
  = N_ ("This computer was left, locked or signed out while you signed in. Try again."),
  [HS_REFUSAL_SIGN_IN_UNDER_WAY] = N_ ("Somebody is signing in at this moment. Try again."),
  [HS_REFUSAL_SECRET_SIGN_IN_FIRST]
  = N_ ("Sign in first: only you can change your PIN or password."),
  [HS_REFUSAL_SECRET_UNDER_WAY]
  = N_ ("Your PIN or password is being changed already. Try again in a moment."),
  [HS_REFUSAL_SECRET_CARD_ALONE]
  = N_ ("Sign in with your PIN or password while the site can be reached; then change it."),
  [HS_REFUSAL_SECRET_SITE_FIRST]
  = N_ ("Sign in while the site can be reached: a PIN or password is changed there."),
  [HS_REFUSAL_SECRET_SIGNED_OUT] = N_ ("You were signed out meanwhile; nothing was changed."),
  [HS_REFUSAL_NO_SITE]
  = N_ ("This computer belongs to no site. An administrator can enrol it with “homespool enrol”."),
  [HS_REFUSAL_BUNDLE_EXPIRED] = N_ ("What your organisation signed for this computer has expired. "
                                    "Your administrator has to sign a new trust bundle."),
  [HS_REFUSAL_KIOSK_KEY_BY_SIGN_IN]
  = N_ ("Many people use this computer: signing in opens your key."),
  [HS_REFUSAL_KEY_NOT_OPEN]
  = N_ ("Your key is not open here. Sign in with your PIN or password, then try again."),
  [HS_REFUSAL_KEY_STALE] = N_ ("Homespool was restarted meanwhile. Try again."),
  [HS_REFUSAL_KEY_NOBODY] = N_ ("Your account on this computer is nobody in your organisation's "
                                "directory. Ask your administrator."),
  [HS_REFUSAL_KEY_BEFORE_SIGN_IN]
  = N_ ("You have not signed in at the site from here yet. Sign in first."),
  [HS_REFUSAL_KEY_OTHER]
  = N_ ("This is not the key that your documents are sealed to. Log in as you did when you "
        "printed; if that key is lost, “homespool key rotate” registers a new one."),
  [HS_REFUSAL_KEY_UNREGISTERED]
  = N_ ("No key of yours is known on this computer yet. Unlock once more to make one."),
  [HS_REFUSAL_KEY_BEING_REGISTERED]
  = N_ ("Another key of yours is just being registered. Try again in a moment."),
  [HS_REFUSAL_KEYRING_FULL] = N_ (
      "{people} people have unlocked their keys on this computer. Somebody has to sign out first."),
  [HS_REFUSAL_RELEASE_SITE_GONE]
  = N_ ("The site cannot reach this computer ({device}) yet. Try again in a moment."),
  [HS_REFUSAL_RELEASE_OWNER_KEY_ONLY]
  = N_ ("Only your own key opens this document. Unlock it, then print it from here."),
  [HS_REFUSAL_RELEASE_ELSEWHERE]
  = N_ ("This job is already on its way to another printer. Wait a moment."),
  [HS_REFUSAL_RELEASE_NOT_WAITING] = N_ ("This job is not waiting any more. Look at its state."),
  [HS_REFUSAL_HOST_SILENT]
  = N_ ("“{host}” does not answer. Check the network, and try again in a moment."),
  [HS_REFUSAL_HOST_BROKE_OFF] = N_ ("“{host}” broke the connection. Try again in a moment."),
  [HS_REFUSAL_HOST_UNTRUSTED] = N_ (
      "“{host}” is not what your organisation trusts. Nothing was sent; tell your administrator."),
  [HS_REFUSAL_HOST_CLOCK] = N_ ("“{host}” shows a certificate that is not valid now. Check the "
                                "clock of this computer, or tell your administrator."),
  [HS_REFUSAL_DISK_FULL] = N_ ("The disk of this computer is full, so nothing was changed. Make "
                               "room on it, or tell your administrator."),
  [HS_REFUSAL_NAME_SERVICE_SILENT] = N_ ("This computer cannot find out at the moment who you are. "
                                         "Try again, or tell your administrator."),
  [HS_REFUSAL_WAIT_RANGE]
  = N_ ("This job can wait for up to {minutes} minutes from now. Choose a time within that."),
};

const char *
hs_refusal_words_get (HsRefusal refusal)
{
  return sentences[refusal];
}

/* The agent's own sentence, which is English. */
static char *
dup_other (const GError *error)
{
  g_autofree char *why = hs_safe_text_dup (error->message);

  /* TRANSLATORS: %s is a sentence in English that has no translation: say that something did not work, and
   * that this is why */
  return g_strdup_printf (C_ ("what went wrong, in English", "%s"), why);
}

char *
hs_refusal_words_dup (const GError *error)
{
  HsRefusal refusal;
  const char *keyword = error->domain == HS_ERROR ? hs_error_get_refusal (error) : NULL;

  /* A sentence of our own, made here, is in the person's language already. */
  if (keyword == NULL)
    return hs_safe_text_dup (error->message);
  if (!hs_refusal_find (keyword, &refusal))
    return dup_other (error);
  g_autofree char *filled = hs_refusal_fill (_ (sentences[refusal]), hs_error_get_values (error));
  return hs_safe_text_dup (filled);
}
