/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The trust bundle: contents and rules. What would let one key stand in for another (a purpose key
 * that is also the root, two purposes with one key) is refused here, so nobody has to remember it
 * where a signature is checked. */

#include "core/wire/bundle.h"

#include "base/error.h"
#include "core/bech32.h"
#include "core/wire/json_strict.h"
#include "core/wire/site_keys.h"

#include <string.h>

const HsBundlePolicy hs_bundle_default_policy = {
  .title_policy = HS_TITLE_POLICY_SEALED,
  .offline = HS_OFFLINE_HOLD,
  .os_names = FALSE,
  .owner_stanza = TRUE,
  .retention_s = 24 * 3600,
  .quota_jobs = 100,
  .quota_bytes = 1024 * 1024 * 1024,
};

static const char *const title_keywords[] = { "none", "full", "sealed", NULL };
static const char *const offline_keywords[] = { "hold", "print", "deny", NULL };

const char *
hs_title_policy_to_keyword (HsTitlePolicy policy)
{
  return title_keywords[policy];
}

const char *
hs_offline_policy_to_keyword (HsOfflinePolicy policy)
{
  return offline_keywords[policy];
}

gboolean
hs_bundle_is_recipient (const char *text)
{
  guint8 key[HS_BUNDLE_RECIPIENT_KEY_BYTES];

  return text != NULL
         && hs_bech32_decode (HS_BECH32_RECIPIENT_PREFIX, text, strlen (text), key, sizeof key)
                == HS_BUNDLE_RECIPIENT_KEY_BYTES;
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
read_organisation (const json_t *object, HsBundle *bundle, GError **error)
{
  static const char *const members[] = { "uuid", "name", NULL };
  json_t *organisation;

  return hs_json_get_object (object, "organisation", &organisation, error)
         && hs_json_check_members ("organisation", organisation, members, error)
         && hs_json_get_id (organisation, "uuid", &bundle->organisation, error)
         && hs_json_get_text (organisation, "name", HS_BUNDLE_MAX_NAME_BYTES,
                              &bundle->organisation_name, error);
}

static gboolean
read_escrow (const json_t *object, HsBundle *bundle, GError **error)
{
  static const char *const members[] = { "name", "recipient", NULL };
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, "escrow", 0, HS_BUNDLE_MAX_ESCROW, &array, error))
    return FALSE;
  bundle->escrow = g_new0 (HsBundleEscrow, json_array_size (array));
  json_array_foreach (array, i, item)
  {
    HsBundleEscrow *escrow = &bundle->escrow[bundle->n_escrow++];

    if (!hs_json_check_members ("escrow recipient", item, members, error)
        || !hs_json_get_text (item, "name", HS_BUNDLE_MAX_NAME_BYTES, &escrow->name, error)
        || !hs_json_get_text (item, "recipient", HS_BUNDLE_MAX_NAME_BYTES, &escrow->recipient,
                              error))
      return FALSE;
    if (!hs_bundle_is_recipient (escrow->recipient))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                     "an escrow recipient must be an age X25519 recipient: age1…");
        return FALSE;
      }
  }
  return TRUE;
}

/* What older bundles do not have is FALSE there, and not written. */
static gboolean
read_more (const json_t *object, const char *name, gboolean *value, GError **error)
{
  *value = FALSE;
  return json_object_get (object, name) == NULL || hs_json_get_boolean (object, name, value, error);
}

static gboolean
read_policy (const json_t *object, HsBundlePolicy *policy, GError **error)
{
  static const char *const members[] = { "title_policy",
                                         "os_names",
                                         "retention_s",
                                         "quota_jobs",
                                         "quota_bytes",
                                         "offline",
                                         "owner_stanza",
                                         "report_local_printing",
                                         "offline_any_printer",
                                         "auto_release",
                                         NULL };
  gint64 retention_s, quota_jobs, quota_bytes;
  int title_policy, offline;
  json_t *value;

  if (!hs_json_get_object (object, "policy", &value, error)
      || !hs_json_check_members ("policy", value, members, error)
      || !hs_json_get_keyword (value, "title_policy", title_keywords, &title_policy, error)
      || !hs_json_get_boolean (value, "os_names", &policy->os_names, error)
      || !hs_json_get_integer (value, "retention_s", 60, HS_BUNDLE_MAX_RETENTION_S, &retention_s,
                               error)
      || !hs_json_get_integer (value, "quota_jobs", 1, HS_BUNDLE_MAX_QUOTA_JOBS, &quota_jobs, error)
      || !hs_json_get_integer (value, "quota_bytes", 1, HS_BUNDLE_MAX_QUOTA_BYTES, &quota_bytes,
                               error)
      || !hs_json_get_keyword (value, "offline", offline_keywords, &offline, error)
      || !hs_json_get_boolean (value, "owner_stanza", &policy->owner_stanza, error)
      || !read_more (value, "report_local_printing", &policy->report_local, error)
      || !read_more (value, "offline_any_printer", &policy->offline_any_printer, error)
      || !read_more (value, "auto_release", &policy->auto_release, error))
    return FALSE;
  policy->title_policy = (HsTitlePolicy)title_policy;
  policy->offline = (HsOfflinePolicy)offline;
  policy->retention_s = (guint32)retention_s;
  policy->quota_jobs = (guint32)quota_jobs;
  policy->quota_bytes = (guint64)quota_bytes;
  return TRUE;
}

static gboolean
read_next_root (const json_t *object, HsBundle *bundle, GError **error)
{
  bundle->has_next_root = json_object_get (object, "next_root") != NULL
                          && !json_is_null (json_object_get (object, "next_root"));
  if (bundle->has_next_root)
    return hs_json_get_public_key (object, "next_root", &bundle->next_root, error);
  if (json_object_get (object, "next_root") == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "member \"next_root\" is missing");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_members (const json_t *object, HsBundle *bundle, GError **error)
{
  static const char *const members[]
      = { "version",   "root",        "organisation", "issued_us", "expires_us",
          "site_urls", "device_urls", "site_ca",      "keys",      "printer_admin",
          "escrow",    "policy",      "printer_ca",   "next_root", NULL };
  gint64 version;

  if (!hs_json_check_members ("trust bundle", object, members, error)
      || !hs_json_get_integer (object, "version", 1, HS_JSON_MAX_INTEGER, &version, error)
      || !hs_json_get_public_key (object, "root", &bundle->root, error)
      || !read_organisation (object, bundle, error)
      || !hs_json_get_time (object, "issued_us", &bundle->issued_us, error)
      || !hs_json_get_time (object, "expires_us", &bundle->expires_us, error)
      || !hs_site_keys_get_urls (object, "site_urls", &bundle->site_urls, error)
      || !hs_site_keys_get_urls (object, "device_urls", &bundle->device_urls, error)
      || !hs_site_keys_get_certificates (object, "site_ca", 1, &bundle->site_ca, error)
      || !hs_site_keys_get_purposes (object, &bundle->command_keys, &bundle->n_command_keys,
                                     &bundle->entitlement_keys, &bundle->n_entitlement_keys, error)
      || !hs_json_get_public_key (object, "printer_admin", &bundle->printer_admin, error)
      || !read_escrow (object, bundle, error) || !read_policy (object, &bundle->policy, error)
      || !hs_site_keys_get_certificates (object, "printer_ca", 0, &bundle->printer_ca, error)
      || !read_next_root (object, bundle, error))
    return FALSE;
  bundle->version = (guint64)version;
  return TRUE;
}

/* ── rules ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_site_key (const HsBundle *bundle, const HsPublicKey *key)
{
  for (gsize i = 0; i < bundle->n_command_keys; i++)
    if (hs_public_key_equal (&bundle->command_keys[i], key))
      return TRUE;
  for (gsize i = 0; i < bundle->n_entitlement_keys; i++)
    if (hs_public_key_equal (&bundle->entitlement_keys[i], key))
      return TRUE;
  return FALSE;
}

static gboolean
check_contents (const HsBundle *bundle, GError **error)
{
  gboolean mixed = is_site_key (bundle, &bundle->root)
                   || is_site_key (bundle, &bundle->printer_admin)
                   || hs_public_key_equal (&bundle->root, &bundle->printer_admin)
                   || (bundle->has_next_root
                       && (is_site_key (bundle, &bundle->next_root)
                           || hs_public_key_equal (&bundle->next_root, &bundle->root)
                           || hs_public_key_equal (&bundle->next_root, &bundle->printer_admin)));

  if (mixed)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "the trust bundle uses one key for two purposes");
      return FALSE;
    }
  if (bundle->expires_us <= bundle->issued_us)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the trust bundle ends before it begins");
      return FALSE;
    }
  return hs_site_keys_check_distinct (bundle->command_keys, bundle->n_command_keys,
                                      bundle->entitlement_keys, bundle->n_entitlement_keys, error);
}

HsBundle *
hs_bundle_decode (GBytes *payload, GError **error)
{
  g_autoptr (HsBundle) bundle = hs_bundle_new ();
  g_autoptr (json_t) object
      = hs_json_parse_bytes ("trust bundle", payload, HS_BUNDLE_MAX_BYTES, error);

  if (object == NULL)
    return NULL;
  if (!read_members (object, bundle, error) || !check_contents (bundle, error))
    {
      g_prefix_error (error, "the trust bundle is not valid: ");
      return NULL;
    }
  return g_steal_pointer (&bundle);
}

gboolean
hs_bundle_is_expired (const HsBundle *bundle, gint64 now_us)
{
  return now_us >= bundle->expires_us;
}

gboolean
hs_bundle_names_root (const HsBundle *bundle, const HsPublicKey *key)
{
  return hs_public_key_equal (&bundle->root, key)
         || (bundle->has_next_root && hs_public_key_equal (&bundle->next_root, key));
}

gboolean
hs_bundle_check_successor (const HsBundle *previous,
                           const HsBundle *next,
                           gint64 now_us,
                           GError **error)
{
  if (!hs_id_equal (&previous->organisation, &next->organisation)
      || !hs_bundle_names_root (previous, &next->root))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the new trust bundle is of another organisation, or its root was never "
                   "announced. If the root was replaced, enrol this workstation again.");
      return FALSE;
    }
  if (next->version <= previous->version)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the offered trust bundle has version %" G_GUINT64_FORMAT
                   ", but version %" G_GUINT64_FORMAT
                   " is known already. Nothing is changed; homespool-trust sign makes a newer one.",
                   next->version, previous->version);
      return FALSE;
    }
  if (hs_bundle_is_expired (next, now_us))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED,
                   "the offered trust bundle has expired. Sign a new one with homespool-trust, or "
                   "check this machine's clock.");
      return FALSE;
    }
  return TRUE;
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

static json_t *
write_organisation (const HsBundle *bundle)
{
  json_t *object = json_object ();

  hs_json_set_id (object, "uuid", &bundle->organisation);
  hs_json_set_text (object, "name", bundle->organisation_name, HS_BUNDLE_MAX_NAME_BYTES);
  return object;
}

static json_t *
write_escrow (const HsBundle *bundle)
{
  json_t *array = json_array ();

  for (gsize i = 0; i < bundle->n_escrow; i++)
    {
      json_t *item = json_object ();
      hs_json_set_text (item, "name", bundle->escrow[i].name, HS_BUNDLE_MAX_NAME_BYTES);
      hs_json_set_text (item, "recipient", bundle->escrow[i].recipient, HS_BUNDLE_MAX_NAME_BYTES);
      json_array_append_new (array, item);
    }
  return array;
}

static json_t *
write_policy (const HsBundlePolicy *policy)
{
  json_t *object = json_object ();

  hs_json_set_lines (object, "title_policy", hs_title_policy_to_keyword (policy->title_policy));
  hs_json_set_boolean (object, "os_names", policy->os_names);
  hs_json_set_integer (object, "retention_s", policy->retention_s);
  hs_json_set_integer (object, "quota_jobs", policy->quota_jobs);
  hs_json_set_integer (object, "quota_bytes", (gint64)policy->quota_bytes);
  hs_json_set_lines (object, "offline", hs_offline_policy_to_keyword (policy->offline));
  hs_json_set_boolean (object, "owner_stanza", policy->owner_stanza);
  if (policy->report_local) /* programs from before there was this policy read bundles without */
    hs_json_set_boolean (object, "report_local_printing", TRUE);
  if (policy->offline_any_printer)
    hs_json_set_boolean (object, "offline_any_printer", TRUE);
  if (policy->auto_release)
    hs_json_set_boolean (object, "auto_release", TRUE);
  return object;
}

GBytes *
hs_bundle_encode (const HsBundle *bundle, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HsBundle) again = NULL;

  hs_json_set_integer (object, "version", (gint64)bundle->version);
  hs_json_set_public_key (object, "root", &bundle->root);
  hs_json_set_value (object, "organisation", write_organisation (bundle));
  hs_json_set_integer (object, "issued_us", bundle->issued_us);
  hs_json_set_integer (object, "expires_us", bundle->expires_us);
  hs_json_set_text_list (object, "site_urls", (const char *const *)bundle->site_urls);
  hs_json_set_text_list (object, "device_urls", (const char *const *)bundle->device_urls);
  hs_json_set_text_list (object, "site_ca", (const char *const *)bundle->site_ca);
  hs_site_keys_set_purposes (object, bundle->command_keys, bundle->n_command_keys,
                             bundle->entitlement_keys, bundle->n_entitlement_keys);
  hs_json_set_public_key (object, "printer_admin", &bundle->printer_admin);
  hs_json_set_value (object, "escrow", write_escrow (bundle));
  hs_json_set_value (object, "policy", write_policy (&bundle->policy));
  hs_json_set_text_list (object, "printer_ca", (const char *const *)bundle->printer_ca);
  if (bundle->has_next_root)
    hs_json_set_public_key (object, "next_root", &bundle->next_root);
  else
    hs_json_set_value (object, "next_root", json_null ());
  bytes = hs_json_encode_bytes (object);
  again = hs_bundle_decode (bytes, error);
  return again != NULL ? g_steal_pointer (&bytes) : NULL;
}

/* ── the file ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_bundle_file_split (const char *text, gsize length, char **jws, char **next_jws, GError **error)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (copy), "\n", -1);
  guint count = g_strv_length (lines);

  if (memchr (text, '\0', length) != NULL || count < 1 || count > 2 || lines[0][0] == '\0')
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "this is not a trust bundle: it must be one or two lines made by "
                   "homespool-trust sign");
      return FALSE;
    }
  *jws = g_strdup (g_strstrip (lines[0]));
  *next_jws = count == 2 ? g_strdup (g_strstrip (lines[1])) : NULL;
  return TRUE;
}

char *
hs_bundle_file_join (const char *jws, const char *next_jws)
{
  return next_jws != NULL ? g_strconcat (jws, "\n", next_jws, "\n", NULL)
                          : g_strconcat (jws, "\n", NULL);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsBundle *
hs_bundle_new (void)
{
  HsBundle *bundle = g_new0 (HsBundle, 1);

  bundle->policy = hs_bundle_default_policy;
  return bundle;
}

HsBundle *
hs_bundle_copy (const HsBundle *bundle)
{
  HsBundle *copy = g_new0 (HsBundle, 1);

  *copy = *bundle;
  copy->organisation_name = g_strdup (bundle->organisation_name);
  copy->site_urls = g_strdupv (bundle->site_urls);
  copy->device_urls = g_strdupv (bundle->device_urls);
  copy->site_ca = g_strdupv (bundle->site_ca);
  copy->printer_ca = g_strdupv (bundle->printer_ca);
  copy->command_keys
      = g_memdup2 (bundle->command_keys, bundle->n_command_keys * sizeof *bundle->command_keys);
  copy->entitlement_keys = g_memdup2 (
      bundle->entitlement_keys, bundle->n_entitlement_keys * sizeof *bundle->entitlement_keys);
  copy->escrow = g_new0 (HsBundleEscrow, bundle->n_escrow);
  for (gsize i = 0; i < bundle->n_escrow; i++)
    {
      copy->escrow[i].name = g_strdup (bundle->escrow[i].name);
      copy->escrow[i].recipient = g_strdup (bundle->escrow[i].recipient);
    }
  return copy;
}

void
hs_bundle_free (HsBundle *bundle)
{
  if (bundle == NULL)
    return;
  for (gsize i = 0; i < bundle->n_escrow; i++)
    {
      g_free (bundle->escrow[i].name);
      g_free (bundle->escrow[i].recipient);
    }
  g_free (bundle->escrow);
  g_free (bundle->organisation_name);
  g_strfreev (bundle->site_urls);
  g_strfreev (bundle->device_urls);
  g_strfreev (bundle->site_ca);
  g_strfreev (bundle->printer_ca);
  g_free (bundle->command_keys);
  g_free (bundle->entitlement_keys);
  g_free (bundle);
}
