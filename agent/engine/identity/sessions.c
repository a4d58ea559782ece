/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The people who are signed in at the site from this workstation. */

#include "engine/identity/sessions.h"

struct HsSessions
{
  GHashTable *by_uid; /* uid → Session */
  GHashTable *ends;   /* uid → how often that user alone was signed out */
  guint ends_of_all;
};

typedef struct
{
  HsId identity;
  HsSecretBytes *secret;
  gint64 expires_us;
} Session;

static void
session_free (gpointer data)
{
  Session *session = data;

  hs_secret_bytes_free (session->secret);
  g_free (session);
}

HsSessions *
hs_sessions_new (void)
{
  HsSessions *sessions = g_new0 (HsSessions, 1);

  sessions->by_uid = g_hash_table_new_full (NULL, NULL, NULL, session_free);
  sessions->ends = g_hash_table_new (NULL, NULL);
  return sessions;
}

void
hs_sessions_free (HsSessions *sessions)
{
  if (sessions == NULL)
    return;
  g_hash_table_unref (sessions->by_uid);
  g_hash_table_unref (sessions->ends);
  g_free (sessions);
}

void
hs_sessions_put (HsSessions *sessions,
                 guint32 uid,
                 const HsId *identity,
                 const HsSecretBytes *secret,
                 gint64 expires_us)
{
  Session *session = g_new0 (Session, 1);

  session->identity = *identity;
  session->secret = hs_secret_bytes_copy (secret);
  session->expires_us = expires_us;
  g_hash_table_insert (sessions->by_uid, GUINT_TO_POINTER (uid), session);
}

/* NULL if there is none that still holds. */
static const Session *
find (HsSessions *sessions, guint32 uid, gint64 now_us)
{
  const Session *session = g_hash_table_lookup (sessions->by_uid, GUINT_TO_POINTER (uid));

  if (session == NULL)
    return NULL;
  if (session->expires_us > now_us)
    return session;
  g_hash_table_remove (sessions->by_uid, GUINT_TO_POINTER (uid));
  return NULL;
}

const HsSecretBytes *
hs_sessions_find (HsSessions *sessions, guint32 uid, gint64 now_us)
{
  const Session *session = find (sessions, uid, now_us);

  return session != NULL ? session->secret : NULL;
}

const HsSecretBytes *
hs_sessions_find_of (HsSessions *sessions, const HsId *identity, gint64 now_us)
{
  GHashTableIter iterator;
  gpointer value;

  g_hash_table_iter_init (&iterator, sessions->by_uid);
  while (g_hash_table_iter_next (&iterator, NULL, &value))
    {
      const Session *session = value;
      if (hs_id_equal (&session->identity, identity) && session->expires_us > now_us)
        return session->secret;
    }
  return NULL;
}

gboolean
hs_sessions_find_identity (HsSessions *sessions, guint32 uid, gint64 now_us, HsId *identity)
{
  const Session *session = find (sessions, uid, now_us);

  if (session != NULL)
    *identity = session->identity;
  return session != NULL;
}

void
hs_sessions_forget (HsSessions *sessions, guint32 uid)
{
  guint ends = GPOINTER_TO_UINT (g_hash_table_lookup (sessions->ends, GUINT_TO_POINTER (uid)));

  g_hash_table_insert (sessions->ends, GUINT_TO_POINTER (uid), GUINT_TO_POINTER (ends + 1));
  g_hash_table_remove (sessions->by_uid, GUINT_TO_POINTER (uid));
}

void
hs_sessions_forget_all (HsSessions *sessions)
{
  sessions->ends_of_all++;
  g_hash_table_remove_all (sessions->by_uid);
}

guint
hs_sessions_count_ends (HsSessions *sessions, guint32 uid)
{
  return sessions->ends_of_all
         + GPOINTER_TO_UINT (g_hash_table_lookup (sessions->ends, GUINT_TO_POINTER (uid)));
}
