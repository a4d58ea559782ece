/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* [ldap] of site.conf. */

#include "site/people/directory_settings.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>

#define GROUP "ldap"
#define OTHERS_MAY_READ 0077

typedef struct
{
  const char *key;
  gsize offset; /* of the char * in HsDirectorySettings */
  gboolean is_needed;
  const char *initial;
} Text;

static const Text texts[] = {
  { "ca", offsetof (HsDirectorySettings, ca), TRUE, NULL },
  { "base", offsetof (HsDirectorySettings, base), TRUE, NULL },
  { "filter", offsetof (HsDirectorySettings, filter), TRUE, NULL },
  { "group-filter", offsetof (HsDirectorySettings, group_filter), FALSE, NULL },
  { "bind-dn", offsetof (HsDirectorySettings, bind_dn), FALSE, NULL },
  { "bind-template", offsetof (HsDirectorySettings, bind_template), FALSE, NULL },
  { "name-attribute", offsetof (HsDirectorySettings, name_attribute), FALSE, "uid" },
  { "display-attribute", offsetof (HsDirectorySettings, display_attribute), FALSE, "cn" },
};
static const char *const others[] = { "uri", "start-tls", "bind-password-file", NULL };

static char **
text_of (HsDirectorySettings *settings, const Text *text)
{
  return (char **)(gpointer)((char *)settings + text->offset);
}

gboolean
hs_directory_settings_has (const char *group, const char *key)
{
  gboolean has = g_strv_contains (others, key);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    has = has || g_str_equal (texts[i].key, key);
  return has && g_str_equal (group, GROUP);
}

static gboolean
refuse (const char *path, const char *key, const char *expected, GError **error)
{
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s: [" GROUP "] %s %s", path, key, expected);
  return FALSE;
}

static char *
dup_path (const char *folder, const char *name)
{
  return g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (folder, name, NULL);
}

static gboolean
read_uris (GKeyFile *file, const char *path, HsDirectorySettings *settings, GError **error)
{
  g_auto (GStrv) uris = g_key_file_get_string_list (file, GROUP, "uri", NULL, NULL);
  g_autofree char *start_tls = g_key_file_get_string (file, GROUP, "start-tls", NULL);
  const char *scheme;

  if (start_tls != NULL && !g_str_equal (start_tls, "true") && !g_str_equal (start_tls, "false"))
    return refuse (path, "start-tls", "is true or false", error);
  settings->start_tls = g_strcmp0 (start_tls, "true") == 0;
  scheme = settings->start_tls ? "ldap://" : "ldaps://";
  for (char **uri = uris; uri != NULL && *uri != NULL; uri++)
    if (!g_str_has_prefix (*uri, scheme) || strpbrk (*uri, " ,?") != NULL)
      return refuse (path, "uri",
                     settings->start_tls
                         ? "is ldap://host with start-tls=true, which then demands TLS"
                         : "is ldaps://host; ldap:// only with start-tls=true. Passwords never "
                           "travel in the clear",
                     error);
  if (uris == NULL || uris[0] == NULL)
    return refuse (path, "uri", "is missing: ldaps://directory.example.org", error);
  settings->uris = g_strjoinv (" ", uris);
  return TRUE;
}

static gboolean
read_password (GKeyFile *file, const char *folder, HsDirectorySettings *settings, GError **error)
{
  g_autofree char *name = g_key_file_get_string (file, GROUP, "bind-password-file", NULL);
  g_autofree char *path = name != NULL ? dup_path (folder, name) : NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  GStatBuf status;

  if (path == NULL || !g_file_get_contents (path, &text, &length, NULL)
      || strcspn (text, "\r\n") == 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                   "[" GROUP "] bind-password-file has to name a file with the password of bind-dn "
                   "in its first line; %s is none",
                   path != NULL ? path : "nothing");
      return FALSE;
    }
  settings->bind_password = hs_secret_bytes_new_copy ((const guint8 *)text, strcspn (text, "\r\n"));
  hs_secret_bytes_wipe (text, length);
  if (g_stat (path, &status) == 0 && (status.st_mode & OTHERS_MAY_READ) == 0)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
               "%s is a secret that other users may read; run chmod 600 on it", path);
  return FALSE;
}

/* One place for the name, and brackets that close: a filter that libldap refuses would otherwise be
 * noticed by the first person who signs in. */
static gboolean
is_filter (const char *text, guint n_names)
{
  int depth = 0;
  guint found = 0;

  if (text[0] != '(')
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    {
      depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
      if (depth < 0 || (depth == 0 && at[1] != '\0'))
        return FALSE;
      if (*at == '%' && at[1] != 's')
        return FALSE;
      found += *at == '%';
    }
  return depth == 0 && found == n_names;
}

static gboolean
check (const HsDirectorySettings *settings, const char *path, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].is_needed && *text_of ((HsDirectorySettings *)settings, &texts[i]) == NULL)
      return refuse (path, texts[i].key, "is missing", error);
  if (!is_filter (settings->filter, 1))
    return refuse (path, "filter", "is an LDAP filter with one %s for the name: (uid=%s)", error);
  if (settings->group_filter != NULL && !is_filter (settings->group_filter, 0))
    return refuse (path, "group-filter", "is an LDAP filter without %", error);
  if ((settings->bind_dn == NULL) == (settings->bind_template == NULL))
    return refuse (path, "bind-dn", "or bind-template: give one of the two", error);
  if (settings->bind_template != NULL
      && (strstr (settings->bind_template, "%s") == NULL
          || strchr (settings->bind_template, '%') != strrchr (settings->bind_template, '%')))
    return refuse (path, "bind-template", "has one %s for the name", error);
  if (!g_file_test (settings->ca, G_FILE_TEST_IS_REGULAR))
    return refuse (path, "ca", "names no file", error);
  return TRUE;
}

gboolean
hs_directory_settings_read (GKeyFile *file,
                            const char *path,
                            const char *folder,
                            HsDirectorySettings **settings,
                            GError **error)
{
  g_autoptr (HsDirectorySettings) found = NULL;

  *settings = NULL;
  if (!g_key_file_has_group (file, GROUP))
    return TRUE;
  found = g_new0 (HsDirectorySettings, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      char *text = g_key_file_get_string (file, GROUP, texts[i].key, NULL);
      *text_of (found, &texts[i]) = text != NULL ? text : g_strdup (texts[i].initial);
    }
  if (found->ca != NULL)
    {
      g_autofree char *name = found->ca;
      found->ca = dup_path (folder, name);
    }
  if (!read_uris (file, path, found, error) || !check (found, path, error)
      || (found->bind_dn != NULL && !read_password (file, folder, found, error)))
    return FALSE;
  *settings = g_steal_pointer (&found);
  return TRUE;
}

void
hs_directory_settings_free (HsDirectorySettings *settings)
{
  if (settings == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*text_of (settings, &texts[i]));
  g_free (settings->uris);
  hs_secret_bytes_free (settings->bind_password);
  g_free (settings);
}
