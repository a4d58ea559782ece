/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A kiosk among the parts of the agent: which account it is, and what leaves with its person. */

#include "assembly_private.h"

#include "base/error.h"
#include "platform/peer.h"

gboolean
hs_assembly_find_kiosk (HsAssembly *assembly, GError **error)
{
  assembly->kiosk_uid = HS_PEER_NO_UID;
  if (hs_config_get_people_mode (assembly->config) != HS_PEOPLE_KIOSK
      || (hs_peer_find_uid (assembly->config->kiosk_account, &assembly->kiosk_uid, error)
          && assembly->kiosk_uid != 0))
    return TRUE;
  g_clear_error (error);
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "people.kiosk-account: %s is no OS user of this workstation that people could share",
               assembly->config->kiosk_account);
  return FALSE;
}

/* The print queue opens and closes with the seat; and who looks at the empty seat's face sees it. */
static void
on_seat_changed (gpointer data, HsSeat *seat)
{
  HsAssembly *assembly = data;

  hs_kiosk_queue_on_seat_changed (assembly->kiosk_queue, seat);
  if (assembly->control != NULL)
    hs_control_tell_status (assembly->control);
}

gboolean
hs_assembly_make_kiosk (HsAssembly *assembly, GError **error)
{
  const HsPresenceParts presence = { .login_sessions = assembly->login_sessions,
                                     .config = assembly->config,
                                     .uid = assembly->kiosk_uid,
                                     .data = assembly,
                                     .sign_out = hs_assembly_on_leave };
  const HsKioskQueueParts queue = { .queue = assembly->print_queue,
                                    .os_queue = assembly->os_queue,
                                    .uid = assembly->kiosk_uid };
  HsKioskParts parts = { .config = assembly->config,
                         .uid = assembly->kiosk_uid,
                         .state_folder = assembly->paths->state_folder,
                         .machine_secret = assembly->secret->bytes,
                         .engine = assembly->engine,
                         .identities = assembly->identities,
                         .sessions = assembly->sessions,
                         .rights = assembly->rights,
                         .last_seen = assembly->last_seen,
                         .site_link = assembly->site_link,
                         .ledger = assembly->ledger,
                         .contents = assembly->contents,
                         .data = assembly,
                         .left = hs_assembly_on_left };

  if (assembly->kiosk_uid == HS_PEER_NO_UID)
    return TRUE;
  assembly->presence = hs_presence_new (&presence);
  assembly->kiosk_queue = hs_kiosk_queue_new (&queue);
  const HsSeatBarrier printed = hs_kiosk_queue_get_barrier (assembly->kiosk_queue);
  assembly->leftovers = hs_leftovers_new (assembly->paths->sweep_socket, &printed);
  parts.barrier = hs_leftovers_get_barrier (assembly->leftovers);
  parts.seat_changed = on_seat_changed;
  parts.seat_data = assembly;
  assembly->kiosk = hs_kiosk_new (&parts, error);
  if (assembly->kiosk == NULL)
    return FALSE;
  hs_kiosk_queue_set_seat (assembly->kiosk_queue, hs_kiosk_get_seat (assembly->kiosk));
  return TRUE;
}

void
hs_assembly_on_leave (gpointer data, const char *why)
{
  HsAssembly *assembly = data;

  if (assembly->kiosk != NULL)
    hs_kiosk_sign_out (assembly->kiosk, why);
}

void
hs_assembly_on_left (gpointer data, const HsId *identity)
{
  HsAssembly *assembly = data;

  if (assembly->intake != NULL)
    hs_ipp_intake_end_arrivals (assembly->intake, identity);
  if (assembly->control != NULL)
    hs_control_end_streams_of (assembly->control, identity);
}
