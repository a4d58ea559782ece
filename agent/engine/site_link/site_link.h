/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The link to the site: joins it, keeps what makes it trusted, sends the outbox, takes commands.
 *
 * It decides whether a command is genuine; whether it is obeyed is the engine's decision. What came
 * from the site is used only through trust/signed.h. While the bundle is expired a newer one is
 * fetched and nothing else. Without site it retries after growing, jittered delays; with it, one
 * request waits at the site and nothing wakes up here.
 *
 * Kept in the ledger (names in engine/site_link/site_link_private.h): bundle, printer list, release keys,
 * device certificate. Kept in the state folder, 0600: the device's private key.
 *
 * Threads: main context only.  Blocks: never, but for reading the key file in hs_site_link_load(). */

#include "core/wire/bundle.h"
#include "core/config.h"
#include "core/wire/enrol_token.h"
#include "core/notices.h"
#include "core/reachability.h"
#include "core/wire/printer_list.h"
#include "core/wire/release_keys.h"
#include "core/wire/sign_in.h"
#include "engine/engine_parts.h"
#include "net/http.h"
#include "store/ledger.h"

typedef struct HsSiteLink HsSiteLink;

/* Pointers must outlive the link. Functions may be NULL. */
typedef struct
{
  HsHttp *http;
  const HsConfig *config;
  const char *state_folder;

  gpointer data;

  /* The verified bundle or printer list changed, began or ended to hold: hand them to the printers.
   * Both are NULL while this workstation may not use them. */
  void (*trust_changed) (gpointer data, const HsBundle *bundle, const HsPrinterList *printers);

  /* The site ends all sessions of people on this workstation. */
  void (*sign_out) (gpointer data);

  /* Online, degraded or offline, enrolled or not: hs_site_link_get_status() has changed. */
  void (*status_changed) (gpointer data);

  /* Bundle, list and keys were looked at anew, with the site, and are in order. */
  void (*refreshed) (gpointer data);

  /* For journeys: called at points where a crash would matter. */
  void (*probe) (const char *point, gpointer data);
} HsSiteLinkParts;

typedef struct
{
  gboolean is_enrolled;
  HsReach reach;
  gboolean is_online;   /* online or degraded */
  gboolean is_excluded; /* the site takes no certificate of ours */
  gint64 since_us;      /* UTC: of reach; 0 = not tried yet */
  HsId device;          /* zero if not enrolled */
  const char *organisation;
  const char *site_url; /* the first of the bundle */
  const char *problem;  /* a sentence: why it is offline, or what the site did wrong; nullable */
  guint64 bundle_version;
  gint64 bundle_expires_us;
  gboolean bundle_expired;
  guint64 printers_version; /* 0 = no list */
  gint64 printers_expires_us;
  gint64 certificate_expires_us;
  gint64 rolled_back_us; /* UTC; since when it is known that the ledger is an older copy of itself,
                          * for the site knew more; 0 = no, or it was acknowledged */
  gboolean
      must_enrol; /* the site refuses our certificate, or it has expired: only enrolling helps */
  gint64 release_key_expires_us; /* of the newest; 0 = none */
  guint64 refused_commands;      /* since the start: forged, late, or for somebody else */
} HsSiteStatus;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsSiteLink *hs_site_link_new (const HsSiteLinkParts *parts);

/* What the engine wants to be told of: put it into HsEngineParts.site. */
HsSiteHooks hs_site_link_get_hooks (HsSiteLink *link);

/* Takes up what @ledger remembers (@contents) and tells @engine whom to trust; both are borrowed. Once, before the
 * engine starts. Errors: CORRUPT, DENIED (key file): this workstation has to be enrolled again;
 * the link is usable for that. */
gboolean hs_site_link_load (HsSiteLink *link,
                            HsEngine *engine,
                            HsLedger *ledger,
                            const HsLedgerContents *contents,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Begins to talk, after the engine has started. */
void hs_site_link_start (HsSiteLink *link);

/* Ends requests under way; no callback of the parts runs any more. Before the engine is freed. */
void hs_site_link_stop (HsSiteLink *link);

/* NULL is allowed. */
void hs_site_link_free (HsSiteLink *link);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Strings are borrowed until the next turn of the main loop. */
void hs_site_link_get_status (HsSiteLink *link, HsSiteStatus *status);

/* Borrowed; NULL while not enrolled. The bundle may be expired. */
const HsBundle *hs_site_link_get_bundle (HsSiteLink *link);
const HsReleaseKeys *hs_site_link_get_release_keys (HsSiteLink *link);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Joins the site of @token. Complete when certificate and trust are durable.
 * Errors: REFUSED (enrolled already, or the site is not the token's), EXPIRED (token or bundle),
 * DENIED (the token was used, or is another organisation's), TEMPORARY, CORRUPT. */
void hs_site_link_enrol_async (HsSiteLink *link,
                               const HsEnrolToken *token,
                               const char *host_name,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean hs_site_link_enrol_finish (HsSiteLink *link,
                                    GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Leaves the site: forgets certificate, key and trust. Complete when durable. */
void hs_site_link_leave_async (HsSiteLink *link, GAsyncReadyCallback callback, gpointer user_data);
gboolean hs_site_link_leave_finish (HsSiteLink *link,
                                    GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Signs a person in at the site. *entitlement (nullable) is verified for this device.
 * Errors: DENIED (name, secret or card), TEMPORARY (offline, too many tries), REFUSED (not enrolled;
 * PIN locked; card unknown). */
void hs_site_link_sign_in_async (HsSiteLink *link,
                                 const HsSignInRequest *request,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HsSignInReply *hs_site_link_sign_in_finish (HsSiteLink *link,
                                            GAsyncResult *result,
                                            HsEntitlement **entitlement,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Has the site bind the key that the person of @session made here. The entitlement is verified and
 * names @recipient; NULL without error: the policy lets nobody print offline. *text (nullable): as
 * it was signed. Errors: as for the sign-in. */
void hs_site_link_bind_key_async (HsSiteLink *link,
                                  const HsSecretBytes *session,
                                  const char *recipient,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* The same for a person who may not be signed in: @session NULL: the workstation's own word. */
void hs_site_link_renew_entitlement_async (HsSiteLink *link,
                                           const HsSecretBytes *session,
                                           const HsId *identity,
                                           const char *recipient,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
HsEntitlement *hs_site_link_bind_key_finish (HsSiteLink *link,
                                             GAsyncResult *result,
                                             char **text,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new PIN or password. *pepper (nullable): (transfer full).
 * Errors: DENIED (the old one is wrong), INVALID (the new one is none), REFUSED, TEMPORARY. */
void hs_site_link_change_secret_async (HsSiteLink *link,
                                       const HsSecretRequest *request,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean hs_site_link_change_secret_finish (HsSiteLink *link,
                                            GAsyncResult *result,
                                            HsSecretBytes **pepper,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An entitlement that was kept, verified again for this workstation and by the present bundle.
 * Errors: of hs_signed_entitlement_open(); REFUSED (not enrolled, or the bundle has expired). */
HsEntitlement *hs_site_link_open_entitlement (HsSiteLink *link,
                                              const char *text,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the site to release a job here; the command comes by the poll. */
void hs_site_link_release_async (HsSiteLink *link,
                                 const HsSecretBytes *session,
                                 const HsId *job,
                                 const HsId *printer,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hs_site_link_release_finish (HsSiteLink *link,
                                      GAsyncResult *result,
                                      HsId *command,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An administrator knows that this ledger is an older copy of itself: nobody is told any more.
 * Errors: REFUSED (it is not, or was acknowledged), CANCELLED, the ledger's. */
void hs_site_link_acknowledge_put_back_async (HsSiteLink *link,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
gboolean hs_site_link_acknowledge_put_back_finish (GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The machine woke up, or the network changed: do not wait for a delay to end, and do not believe
 * an old connection. */
void hs_site_link_check_now (HsSiteLink *link);

/* Writes a power record. Complete when the site has it, or at once if this workstation is not
 * enrolled. From anything but AWAKE on no poll is sent, for a site takes a workstation that polls to
 * be awake; what waits in the outbox still goes. Errors: TEMPORARY (the site cannot be reached now:
 * it gets the record later), CANCELLED (the link was stopped), the ledger's. */
void hs_site_link_tell_power_async (HsSiteLink *link,
                                    HsPowerNotice power,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean hs_site_link_tell_power_finish (HsSiteLink *link,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteLink, hs_site_link_free)
