/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Freeing the store's value structs; the same for every body of the store. */

#include "site/store/store.h"
#include "site/store/delegations.h"

void
hs_store_user_free (HsStoreUser *user)
{
  if (user == NULL)
    return;
  g_free (user->name);
  g_free (user->display_name);
  g_free (user->verifier);
  g_free (user->pin);
  g_free (user);
}

void
hs_store_session_free (HsStoreSession *session)
{
  if (session == NULL)
    return;
  g_free (session->csrf);
  g_free (session->flash);
  g_free (session);
}

void
hs_store_seat_free (HsStoreSeat *seat)
{
  if (seat == NULL)
    return;
  g_free (seat->recipient);
  g_clear_pointer (&seat->wrapped, g_bytes_unref);
  g_free (seat);
}

void
hs_store_sign_ins_free (HsStoreSignIns *count)
{
  if (count == NULL)
    return;
  g_free (count->day);
  g_free (count->method);
  g_free (count);
}

void
hs_store_device_free (HsStoreDevice *device)
{
  if (device == NULL)
    return;
  g_free (device->host_name);
  g_free (device->version);
  g_free (device);
}

void
hs_store_release_key_free (HsStoreReleaseKey *key)
{
  if (key == NULL)
    return;
  g_clear_pointer (&key->wrapped, g_bytes_unref);
  g_free (key);
}

void
hs_store_job_free (HsStoreJob *job)
{
  if (job == NULL)
    return;
  g_free (job->announce.format);
  g_free (job->announce.media);
  g_free (job->announce.title);
  g_clear_pointer (&job->announce.sealed_title, g_bytes_unref);
  g_strfreev (job->announce.recipients);
  g_strfreev (job->reasons);
  g_free (job->sentence);
  g_free (job);
}

void
hs_store_delegation_free (HsStoreDelegation *delegation)
{
  if (delegation == NULL)
    return;
  g_free (delegation->name);
  g_free (delegation->display_name);
  g_free (delegation);
}

void
hs_store_command_free (HsStoreCommand *command)
{
  if (command == NULL)
    return;
  g_free (command->sentence);
  g_free (command);
}

void
hs_store_printer_free (HsStorePrinter *printer)
{
  if (printer == NULL)
    return;
  g_free (printer->name);
  g_free (printer->location);
  g_free (printer);
}
