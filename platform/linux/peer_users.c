/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Users and groups by the C library's name service, which may ask a directory server. Compared by
 * number, or by exact bytes: a service that folds case would make two people one. */

#include "platform/peer.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX_BYTES (1024 * 1024) /* groups with thousands of members */
#define GROUPS_MAX 65536               /* the kernel's NGROUPS_MAX */

typedef int (*PasswordQuery) (
    gconstpointer key, struct passwd *record, char *buffer, gsize length, struct passwd **found);

static int
query_by_uid (
    gconstpointer key, struct passwd *record, char *buffer, gsize length, struct passwd **found)
{
  return getpwuid_r (*(const uid_t *)key, record, buffer, length, found);
}

static int
query_by_name (
    gconstpointer key, struct passwd *record, char *buffer, gsize length, struct passwd **found)
{
  return getpwnam_r (key, record, buffer, length, found);
}

/* Asks with a growing buffer, which is returned (transfer full) and holds the record's strings. */
static char *
find_user (PasswordQuery query, gconstpointer key, struct passwd *record, GError **error)
{
  for (gsize length = 1024; length <= RECORD_MAX_BYTES; length *= 4)
    {
      g_autofree char *buffer = g_malloc (length);
      struct passwd *found = NULL;
      int problem = query (key, record, buffer, length, &found);

      if (problem == ERANGE || problem == EINTR)
        continue;
      if (found != NULL)
        return g_steal_pointer (&buffer);
      /* "Not found" has several faces in getpwnam(3). */
      if (problem == 0 || problem == ENOENT || problem == ESRCH)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             "this machine knows no such user");
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the name service did not answer: %s",
                     g_strerror (problem));
      return NULL;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       "the name service's answer is too long");
  return NULL;
}

char *
hs_peer_dup_user_name (guint32 uid, GError **error)
{
  struct passwd record;
  uid_t key = uid;
  g_autofree char *buffer = find_user (query_by_uid, &key, &record, error);

  return buffer != NULL ? g_strdup (record.pw_name) : NULL;
}

gboolean
hs_peer_find_uid (const char *name, guint32 *uid, GError **error)
{
  struct passwd record;
  g_autofree char *buffer = find_user (query_by_name, name, &record, error);

  if (buffer == NULL)
    return FALSE;
  if (strcmp (record.pw_name, name) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "this machine knows no user of exactly this name");
      return FALSE;
    }
  *uid = record.pw_uid;
  return TRUE;
}

static gboolean
find_group (const char *name, gid_t *gid)
{
  for (gsize length = 1024; length <= RECORD_MAX_BYTES; length *= 4)
    {
      g_autofree char *buffer = g_malloc (length);
      struct group record;
      struct group *found = NULL;
      int problem = getgrnam_r (name, &record, buffer, length, &found);

      if (problem == ERANGE || problem == EINTR)
        continue;
      if (found == NULL || strcmp (record.gr_name, name) != 0)
        return FALSE;
      *gid = record.gr_gid;
      return TRUE;
    }
  return FALSE;
}

gboolean
hs_peer_is_member (guint32 uid, const char *group_name)
{
  struct passwd record;
  uid_t key = uid;
  gid_t wanted;
  g_autofree char *buffer = NULL;

  if (!find_group (group_name, &wanted)
      || (buffer = find_user (query_by_uid, &key, &record, NULL)) == NULL)
    return FALSE;
  for (int capacity = 64; capacity <= GROUPS_MAX; capacity *= 4)
    {
      g_autofree gid_t *groups = g_new (gid_t, (gsize)capacity);
      int count = capacity;

      if (getgrouplist (record.pw_name, record.pw_gid, groups, &count) < 0)
        continue;
      for (int i = 0; i < count; i++)
        if (groups[i] == wanted)
          return TRUE;
      return FALSE;
    }
  return FALSE;
}
