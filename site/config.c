/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The site's data folder and its settings. */

#include "site/config.h"

#include "base/error.h"
#include "core/wire/url_rule.h"

#include <gio/gio.h>
#include <stddef.h>
#include <string.h>

#define MAX_ITEMS 8

typedef struct
{
  const char *group;
  const char *key;
  gsize offset; /* of the char ** in HsSiteConfig */
  gboolean is_url;
  gboolean is_address;
} Setting;

static const Setting settings[] = {
  { "people", "listen", offsetof (HsSiteConfig, people_listen), FALSE, TRUE },
  { "people", "urls", offsetof (HsSiteConfig, people_urls), TRUE, FALSE },
  { "devices", "listen", offsetof (HsSiteConfig, devices_listen), FALSE, TRUE },
  { "devices", "urls", offsetof (HsSiteConfig, devices_urls), TRUE, FALSE },
  { "server", "names", offsetof (HsSiteConfig, names), FALSE, FALSE },
};

/* Settings of one value that have a default; hs_site_config_store() leaves them to their default. */
typedef struct
{
  const char *group;
  const char *key;
  gsize offset; /* of the guint32 or gboolean in HsSiteConfig */
  guint32 initial;
  guint32 minimum;
  guint32 maximum; /* 0: true or false */
} Choice;

static const Choice choices[] = {
  { "cards", "self-registration", offsetof (HsSiteConfig, cards_self_registration), FALSE, 0, 0 },
  { "terminals", "card-only", offsetof (HsSiteConfig, terminals_card_only), FALSE, 0, 0 },
  { "terminals", "certificate-days", offsetof (HsSiteConfig, terminal_days), 730, 1, 1095 },
  { "devices", "certificate-days", offsetof (HsSiteConfig, certificate_days), 90, 1, 397 },
  { "offline", "pages", offsetof (HsSiteConfig, offline_pages), 200, 1, 100000 },
  { "offline", "days", offsetof (HsSiteConfig, offline_days), 7, 1, 30 },
};

static guint32 *
choice_of (const HsSiteConfig *config, const Choice *choice)
{
  return (guint32 *)(gpointer)((char *)config + choice->offset);
}

static char ***
place_of (const HsSiteConfig *config, const Setting *setting)
{
  return (char ***)(gpointer)((char *)config + setting->offset);
}

char *
hs_site_config_dup_key_path (const char *folder, const char *name)
{
  return g_build_filename (folder, "keys", name, NULL);
}

HsSiteConfig *
hs_site_config_new (const char *folder)
{
  HsSiteConfig *config = g_new0 (HsSiteConfig, 1);

  config->folder = g_strdup (folder);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    *place_of (config, &settings[i]) = g_new0 (char *, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    *choice_of (config, &choices[i]) = choices[i].initial;
  return config;
}

void
hs_site_config_free (HsSiteConfig *config)
{
  if (config == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    g_strfreev (*place_of (config, &settings[i]));
  hs_directory_settings_free (config->directory);
  g_free (config->folder);
  g_free (config);
}

gboolean
hs_site_config_split_address (const char *address, char **host, guint16 *port, GError **error)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (address, 0, NULL);
  const char *name = NULL;

  if (parsed != NULL)
    name = g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed));
  /* Port 0 lets the system choose one: for tests, which read it from the "ready" line. */
  if (name == NULL || !g_hostname_is_ip_address (name) || strrchr (address, ':') == NULL
      || !g_ascii_isdigit (strrchr (address, ':')[1]))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "\"%s\" is not an IP address with a port, as in 0.0.0.0:443 or [::]:443",
                   address);
      return FALSE;
    }
  *host = g_strdup (name);
  *port = g_network_address_get_port (G_NETWORK_ADDRESS (parsed));
  return TRUE;
}

static gboolean
check_one (const Setting *setting, const char *text, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (setting->is_url)
    return hs_url_check_site (text, error);
  if (setting->is_address)
    return hs_site_config_split_address (text, &host, &port, error);
  return TRUE; /* names are checked where the certificate is made */
}

static gboolean
check (const HsSiteConfig *config, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      char **items = *place_of (config, &settings[i]);
      guint count = g_strv_length (items);
      if (count == 0 || count > MAX_ITEMS)
        {
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                       "%s/site.conf: [%s] %s needs 1 to %d values with ; between them",
                       config->folder, settings[i].group, settings[i].key, MAX_ITEMS);
          return FALSE;
        }
      for (guint j = 0; j < count; j++)
        if (!check_one (&settings[i], items[j], error))
          {
            g_prefix_error (error, "%s/site.conf: [%s] %s: ", config->folder, settings[i].group,
                            settings[i].key);
            return FALSE;
          }
    }
  return TRUE;
}

/* A key that is misspelt would otherwise be a setting that silently does nothing. */
static gboolean
check_known (GKeyFile *file, const char *path, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (char **group = groups; *group != NULL; group++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (file, *group, NULL, NULL);
      for (char **key = keys; key != NULL && *key != NULL; key++)
        {
          gboolean known = hs_directory_settings_has (*group, *key);
          for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
            known = known
                    || (g_str_equal (*group, settings[i].group)
                        && g_str_equal (*key, settings[i].key));
          for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
            known
                = known
                  || (g_str_equal (*group, choices[i].group) && g_str_equal (*key, choices[i].key));
          if (!known)
            {
              g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                           "%s: [%s] %s is not a setting of the site; remove it", path, *group,
                           *key);
              return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
read_choices (GKeyFile *file, const char *path, HsSiteConfig *config, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      const Choice *choice = &choices[i];
      g_autofree char *text = g_key_file_get_string (file, choice->group, choice->key, NULL);
      guint64 number = 0;
      if (text == NULL)
        continue;
      if (choice->maximum == 0 ? !g_str_equal (text, "true") && !g_str_equal (text, "false")
                               : !g_ascii_string_to_unsigned (text, 10, choice->minimum,
                                                              choice->maximum, &number, NULL))
        {
          if (choice->maximum == 0)
            g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s: [%s] %s is true or false", path,
                         choice->group, choice->key);
          else
            g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s: [%s] %s is a number from %u to %u",
                         path, choice->group, choice->key, choice->minimum, choice->maximum);
          return FALSE;
        }
      *choice_of (config, choice)
          = choice->maximum == 0 ? (guint32)g_str_equal (text, "true") : (guint32)number;
    }
  return TRUE;
}

HsSiteConfig *
hs_site_config_load (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "site.conf", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (HsSiteConfig) config = hs_site_config_new (folder);
  g_autoptr (GError) reason = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &reason))
    {
      gboolean is_missing = g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT);
      g_set_error (error, HS_ERROR, is_missing ? HS_ERROR_NOT_FOUND : HS_ERROR_INVALID, "%s: %s%s",
                   path, reason->message,
                   is_missing ? "; make a site with homespool-site init" : "");
      return NULL;
    }
  if (!check_known (file, path, error) || !read_choices (file, path, config, error)
      || !hs_directory_settings_read (file, path, folder, &config->directory, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      char **items
          = g_key_file_get_string_list (file, settings[i].group, settings[i].key, NULL, NULL);
      if (items == NULL)
        continue;
      g_strfreev (*place_of (config, &settings[i]));
      *place_of (config, &settings[i]) = items;
    }
  return check (config, error) ? g_steal_pointer (&config) : NULL;
}

gboolean
hs_site_config_store (const HsSiteConfig *config, GError **error)
{
  g_autofree char *path = g_build_filename (config->folder, "site.conf", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length = 0;

  if (!check (config, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      char **items = *place_of (config, &settings[i]);
      g_key_file_set_string_list (file, settings[i].group, settings[i].key,
                                  (const char *const *)items, g_strv_length (items));
    }
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
                                error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}
