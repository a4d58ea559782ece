/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who is at the other end of a connection to the virtual printer. */

#include "serve/ipp/guest.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "crypto/random.h"

#include <string.h>

struct HsIppMakers
{
  guint32 print_system_uid;
  GHashTable *by_pid; /* gint64 * → Maker */
};

typedef struct
{
  HsId id;
  HsPeerProcess *process; /* so that a pid's next bearer is not taken for it */
} Maker;

static void
maker_free (gpointer pointer)
{
  Maker *maker = pointer;

  hs_peer_process_free (maker->process);
  g_free (maker);
}

HsIppMakers *
hs_ipp_makers_new (guint32 print_system_uid)
{
  HsIppMakers *makers = g_new0 (HsIppMakers, 1);

  makers->print_system_uid = print_system_uid;
  makers->by_pid = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, maker_free);
  return makers;
}

void
hs_ipp_makers_free (HsIppMakers *makers)
{
  if (makers == NULL)
    return;
  g_hash_table_unref (makers->by_pid);
  g_free (makers);
}

static gboolean
has_ended (gpointer pid, gpointer maker, gpointer unused)
{
  return !hs_peer_process_is_alive (((Maker *)maker)->process);
}

static gboolean
find_maker (HsIppMakers *makers, GSocket *socket, gint64 pid, HsId *id, GError **error)
{
  g_hash_table_foreach_remove (makers->by_pid, has_ended, NULL);
  Maker *maker = g_hash_table_lookup (makers->by_pid, &pid);

  if (maker == NULL)
    {
      g_autoptr (HsPeerProcess) process = hs_peer_process_open (socket, error);
      HsId fresh;
      if (process == NULL)
        {
          hs_error_convert_gio (error);
          return FALSE;
        }
      if (!hs_random_id (&fresh, error))
        return FALSE;
      maker = g_new0 (Maker, 1);
      maker->id = fresh;
      maker->process = g_steal_pointer (&process);
      g_hash_table_insert (makers->by_pid, g_memdup2 (&pid, sizeof pid), maker);
    }
  *id = maker->id;
  return TRUE;
}

gboolean
hs_ipp_makers_is_alive (const HsIppMakers *makers, const HsIppGuest *guest)
{
  const Maker *maker = g_hash_table_lookup (makers->by_pid, &guest->peer.pid);

  return maker != NULL && hs_id_equal (&maker->id, &guest->maker)
         && hs_peer_process_is_alive (maker->process);
}

void
hs_ipp_guest_free (HsIppGuest *guest)
{
  g_free (guest->named);
  g_free (guest);
}

HsIppGuest *
hs_ipp_guest_new (HsIppMakers *makers, GSocket *socket, GError **error)
{
  g_autofree HsIppGuest *guest = g_new0 (HsIppGuest, 1);

  if (!hs_peer_identify (socket, &guest->peer, error))
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  guest->is_print_system = guest->peer.kind == HS_PEER_UNIX_SOCKET
                           && (guest->peer.uid == 0 || guest->peer.uid == makers->print_system_uid);
  if (guest->is_print_system && !find_maker (makers, socket, guest->peer.pid, &guest->maker, error))
    return NULL;
  return g_steal_pointer (&guest);
}

gboolean
hs_ipp_guest_is_still_there (const HsIppGuest *guest, GSocket *socket)
{
  HsPeer now;

  return guest->peer.kind == HS_PEER_UNIX_SOCKET
         || (hs_peer_identify (socket, &now, NULL) && now.uid == guest->peer.uid);
}

HsCaller
hs_ipp_guest_get_caller (const HsIppGuest *guest)
{
  return (HsCaller){ .kind = guest->is_print_system ? HS_CALLER_NOBODY : HS_CALLER_PERSON,
                     .uid = guest->peer.uid,
                     .maker = guest->maker,
                     .believed_uid = HS_PEER_NO_UID };
}

char *
hs_ipp_guest_dup_password (const char *authorization)
{
  gsize length = 0;

  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Basic ", 6) != 0)
    return NULL;
  g_autofree guchar *pair = g_base64_decode (authorization + 6, &length);
  char *colon = memchr (pair, ':', length);
  char *password
      = colon != NULL ? g_strndup (colon + 1, length - (gsize)(colon + 1 - (char *)pair)) : NULL;
  hs_secret_bytes_wipe (pair, length);
  return password;
}
