/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the parts of the agent hear from one another. */

#define HS_LOG_AREA "agent"

#include "assembly_private.h"

#include "base/error.h"
#include "base/log.h"

/* ── keeping things ──────────────────────────────────────────────────────────────────────── */

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsAssembly *assembly = user_data;
  g_autoptr (GError) error = NULL;

  if (!hs_ledger_commit_finish (assembly->ledger, result, &error))
    hs_log_warning ("something could not be kept in the ledger: %s", error->message);
}

void
hs_assembly_keep (HsAssembly *assembly, HsLedgerBatch *batch)
{
  hs_ledger_commit_async (assembly->ledger, batch, on_kept, assembly);
}

void
hs_assembly_keep_setting (HsAssembly *assembly, const char *name, GBytes *value)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_ledger_batch_put_setting (batch, name, value);
  hs_assembly_keep (assembly, batch);
}

void
hs_assembly_keep_printer (gpointer data, const HsId *printer, GBytes *facts)
{
  HsAssembly *assembly = data;
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  if (facts == NULL)
    hs_ledger_batch_delete_printer (batch, printer);
  else
    {
      const HsLedgerPrinter kept = {
        .printer = *printer, .network = (char *)"", .at_us = g_get_real_time (), .facts = facts
      };
      hs_ledger_batch_put_printer (batch, &kept);
    }
  hs_assembly_keep (assembly, batch);
}

gboolean
hs_assembly_find_place (gpointer data, guint8 place[HS_PLACE_BYTES])
{
  return hs_places_find (((HsAssembly *)data)->places, place);
}

void
hs_assembly_keep_queue (gpointer data, GBytes *verifier)
{
  hs_assembly_keep_setting (data, HS_ASSEMBLY_QUEUE_SETTING, verifier);
}

void
hs_assembly_on_ledger_broke (gpointer data, const GError *error)
{
  HsAssembly *assembly = data;

  if (assembly->broke != NULL)
    assembly->broke (assembly->broke_data, error);
}

void
hs_assembly_set_broke_func (HsAssembly *assembly,
                            void (*broke) (gpointer data, const GError *error),
                            gpointer data)
{
  assembly->broke = broke;
  assembly->broke_data = data;
}

/* ── people ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
find_identity (gpointer data, guint32 uid, HsId *identity)
{
  HsAssembly *assembly = data;
  g_autoptr (GError) error = NULL;

  /* Nobody in particular stands behind the kiosk's account. */
  if (uid == assembly->kiosk_uid)
    return FALSE;
  if (!hs_identities_learn (assembly->identities, uid, &error))
    hs_log_warning ("who a local user is could not be found out: %s", error->message);
  return hs_identities_find (assembly->identities, uid, identity);
}

static gboolean
find_public (gpointer data, const HsId *identity, guint8 public_key[HS_X25519_BYTES])
{
  return hs_identities_get_public (((HsAssembly *)data)->identities, identity, public_key);
}

static gboolean
find_title_public (gpointer data, const HsId *identity, guint8 title_public[HS_X25519_BYTES])
{
  return hs_identities_get_title_public (((HsAssembly *)data)->identities, identity, title_public);
}

static const HsSecretBytes *
find_unlocked (gpointer data, const HsId *identity)
{
  HsAssembly *assembly = data;
  HsOwnerKeys keys = hs_identities_get_owner_keys (assembly->identities);

  return keys.find_unlocked (keys.data, identity);
}

HsOwnerKeys
hs_assembly_get_owner_keys (HsAssembly *assembly)
{
  return (HsOwnerKeys){ assembly, find_identity, find_public, find_title_public, find_unlocked };
}

void
hs_assembly_on_key_changed (gpointer data, const HsId *identity)
{
  HsAssembly *assembly = data;

  if (assembly->engine != NULL)
    hs_engine_keys_changed (assembly->engine, identity);
  if (assembly->auto_release != NULL)
    hs_auto_release_look (assembly->auto_release);
  if (assembly->rights != NULL
      && hs_identities_get_key_state (assembly->identities, identity) == HS_KEY_UNLOCKED)
    hs_offline_rights_look (assembly->rights, identity);
  if (assembly->control != NULL)
    hs_control_tell_status (assembly->control);
}

void
hs_assembly_on_sign_out (gpointer data)
{
  HsAssembly *assembly = data;

  hs_assembly_on_leave (assembly, "everybody is signed out");
  hs_sessions_forget_all (assembly->sessions);
  hs_identities_lock_all (assembly->identities);
}

void
hs_assembly_on_site_sign_out (gpointer data)
{
  HsAssembly *assembly = data;

  hs_assembly_on_sign_out (assembly);
  hs_offline_rights_renew_all (assembly->rights);
}

/* The machine is about to sleep. */
void
hs_assembly_lock_keys (gpointer data)
{
  hs_assembly_on_leave (data, "the machine is going to sleep");
  hs_identities_lock_all (((HsAssembly *)data)->identities);
}

void
hs_assembly_on_sending_changed (gpointer data, guint sending)
{
  HsAssembly *assembly = data;

  if (assembly->sleep != NULL)
    hs_sleep_set_sending (assembly->sleep, sending);
}

/* ── the print system ────────────────────────────────────────────────────────────────────── */

static void
purge_async (gpointer data, GAsyncReadyCallback callback, gpointer user_data)
{
  HsAssembly *assembly = data;

  /* A job came from the print system: its word is relied on, so the queue is looked at again if the
   * last look is long ago. (No queue any more: the agent is stopping.) */
  if (assembly->os_queue != NULL)
    hs_os_queue_note_job (assembly->os_queue);
  hs_print_queue_purge_async (assembly->print_queue, HS_PRINT_QUEUE_PURGE_FINISHED, NULL, callback,
                              user_data);
}

static gboolean
purge_finish (gpointer data, GAsyncResult *result, guint *remaining, GError **error)
{
  HsAssembly *assembly = data;
  gboolean done = hs_print_queue_purge_finish (assembly->print_queue, result, remaining, error);

  if (!done)
    hs_error_convert_gio (error);
  return done;
}

HsCopyPurger
hs_assembly_get_purger (HsAssembly *assembly)
{
  if (assembly->print_queue == NULL)
    return (HsCopyPurger){ 0 };
  return (HsCopyPurger){ assembly, purge_async, purge_finish };
}

void
hs_assembly_on_queue_changed (gpointer data, const HsPrintSystemTrust *trust)
{
  HsAssembly *assembly = data;

  if (assembly->intake != NULL)
    hs_ipp_intake_set_queue (assembly->intake, trust);
  /* A print system that came late, or again, has a history too. */
  if (assembly->local_printing != NULL)
    hs_local_printing_look (assembly->local_printing);
}

void
hs_assembly_make_local_printing (HsAssembly *assembly)
{
  const HsOwnerKeys keys = hs_assembly_get_owner_keys (assembly);
  const HsBundle *bundle = hs_site_link_get_bundle (assembly->site_link);

  assembly->print_watch = hs_print_watch_new (assembly->paths->queue_socket);
  assembly->local_printing = hs_local_printing_new (
      assembly->print_watch, assembly->engine, &keys,
      g_hash_table_lookup (assembly->contents->settings, HS_LOCAL_PRINTING_SETTING));
  hs_doctor_set_local_printing (assembly->doctor, assembly->local_printing);
  hs_local_printing_set_wanted (assembly->local_printing,
                                bundle != NULL && bundle->policy.report_local);
}

void
hs_assembly_end_local_printing (HsAssembly *assembly)
{
  hs_doctor_set_local_printing (assembly->doctor, NULL);
  g_clear_pointer (&assembly->local_printing, hs_local_printing_free);
  g_clear_pointer (&assembly->print_watch, hs_print_watch_free);
}

void
hs_assembly_on_printed (gpointer data)
{
  HsAssembly *assembly = data;

  if (assembly->local_printing != NULL)
    hs_local_printing_look (assembly->local_printing);
}

/* ── the virtual printer ─────────────────────────────────────────────────────────────────── */

/* A release that names no printer goes where this person printed last, if that is a printer still. A
 * printer that others used, or the only one there is, may be in a room where nobody expects it. */
gboolean
hs_assembly_choose_printer (const HsCaller *caller, const HsJob *job, HsId *printer, gpointer data)
{
  HsAssembly *assembly = data;
  HsPrinterView view;
  HsId last;

  if (!hs_engine_find_last_printer (assembly->engine, caller, &last)
      || !hs_printers_find (assembly->printers, &last, &view))
    return FALSE;
  *printer = last;
  return TRUE;
}

void
hs_assembly_on_identify (guint32 uid, gpointer data)
{
  HsAssembly *assembly = data;

  if (assembly->control != NULL)
    hs_control_identify (assembly->control, uid);
}

/* ── the site ────────────────────────────────────────────────────────────────────────────── */

void
hs_assembly_on_trust_changed (gpointer data, const HsBundle *bundle, const HsPrinterList *printers)
{
  HsAssembly *assembly = data;

  /* Who people are, and what is told of them, does not change when a bundle expires. */
  const HsBundle *lasting = hs_site_link_get_bundle (assembly->site_link);
  hs_identities_set_bundle (assembly->identities, lasting);
  if (assembly->local_printing != NULL)
    hs_local_printing_set_wanted (assembly->local_printing,
                                  lasting != NULL && lasting->policy.report_local);
  hs_printers_set_list (assembly->printers, printers,
                        bundle != NULL ? (const char *const *)bundle->printer_ca : NULL);
  if (bundle != NULL)
    hs_last_seen_note (assembly->last_seen, bundle->issued_us);
  if (assembly->engine != NULL)
    hs_engine_printers_changed (assembly->engine);
  if (assembly->control != NULL)
    hs_control_tell_status (assembly->control);
}

/* Now and then, while the site is there. */
void
hs_assembly_on_refreshed (gpointer data)
{
  hs_offline_rights_look_all (((HsAssembly *)data)->rights);
}

void
hs_assembly_on_status_changed (gpointer data)
{
  HsAssembly *assembly = data;
  HsSiteStatus site = { 0 };

  hs_site_link_get_status (assembly->site_link, &site);
  if (assembly->control != NULL)
    hs_control_tell_site (assembly->control);
  if (!site.is_online && assembly->auto_release != NULL)
    hs_auto_release_look (assembly->auto_release);
  if (assembly->was_online == site.is_online)
    return;
  assembly->was_online = site.is_online;
  if (site.is_online)
    hs_offline_rights_look_all (assembly->rights);
  if (site.is_enrolled)
    hs_log_info ("the site is %s", site.is_online ? "connected" : "not reachable");
}
