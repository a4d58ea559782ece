/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The folder of homespool-trust. What was signed last is kept as the signed file itself, and read
 * back through the same checks as everywhere, so there is no second copy that could differ. */

#include "site/trust/folder.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "crypto/jws.h"
#include "crypto/random.h"
#include "platform/durable_file.h"
#include "site/trust/keys.h"
#include "trust/signed.h"

#include <string.h>

#define STATE_FILE "trust.json"
#define RETIRED_ROOT "retired-root"
#define FILE_MAX_BYTES (2 * 1024 * 1024) /* two bundles, or a printer list, as JWS */

/* ── files ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
write_file (HsTrustFolder *trust, const char *name, const char *text, GError **error)
{
  g_autofree char *part_name = g_strconcat (name, ".part", NULL);
  g_autoptr (HsDurableFile) file = NULL;
  gboolean ok;

  if (hs_durable_folder_remove (trust->folder, part_name, error))
    file = hs_durable_file_create (trust->folder, part_name, error);
  ok = file != NULL && hs_durable_file_write (file, text, strlen (text), error)
       && hs_durable_file_commit (file, name, HS_DURABLE_REPLACE, error);
  hs_error_convert_gio (error);
  return ok;
}

/* *text is NULL if there is no such file. */
static gboolean
read_file (HsTrustFolder *trust, const char *name, char **text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GInputStream) stream = hs_durable_folder_read (trust->folder, name, &problem);
  gsize length = 0;

  *text = NULL;
  if (stream == NULL && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  content = g_malloc0 (FILE_MAX_BYTES + 1);
  if (stream == NULL
      || !g_input_stream_read_all (stream, content, FILE_MAX_BYTES, &length, NULL, &problem))
    {
      hs_error_convert_gio (&problem);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  *text = g_strndup (content, length);
  return TRUE;
}

static gboolean
write_state (HsTrustFolder *trust, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autofree char *text = NULL;

  hs_json_set_id (object, "organisation", &trust->organisation);
  hs_json_set_text (object, "name", trust->name, HS_BUNDLE_MAX_NAME_BYTES);
  hs_json_set_integer (object, "bundle_version", (gint64)trust->bundle_version);
  hs_json_set_integer (object, "printers_version", (gint64)trust->printers_version);
  text = hs_json_encode (object);
  return write_file (trust, STATE_FILE, text, error);
}

static gboolean
read_state (HsTrustFolder *trust, GError **error)
{
  static const char *const members[]
      = { "organisation", "name", "bundle_version", "printers_version", NULL };
  g_autofree char *text = NULL;
  g_autoptr (json_t) object = NULL;
  gint64 bundle_version, printers_version;

  if (!read_file (trust, STATE_FILE, &text, error))
    return FALSE;
  if (text == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                   "%s is not a folder of homespool-trust; make one with homespool-trust init",
                   trust->path);
      return FALSE;
    }
  object = hs_json_parse (STATE_FILE, text, strlen (text), HS_JSON_MAX_BYTES, error);
  if (object == NULL || !hs_json_check_members (STATE_FILE, object, members, error)
      || !hs_json_get_id (object, "organisation", &trust->organisation, error)
      || !hs_json_get_text (object, "name", HS_BUNDLE_MAX_NAME_BYTES, &trust->name, error)
      || !hs_json_get_integer (object, "bundle_version", 0, HS_JSON_MAX_INTEGER, &bundle_version,
                               error)
      || !hs_json_get_integer (object, "printers_version", 0, HS_JSON_MAX_INTEGER,
                               &printers_version, error))
    return FALSE;
  trust->bundle_version = (guint64)bundle_version;
  trust->printers_version = (guint64)printers_version;
  return TRUE;
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
load_keys (HsTrustFolder *trust, GError **error)
{
  g_autoptr (GError) problem = NULL;

  trust->root_seed
      = hs_trust_key_load (trust->path, HS_TRUST_KEY_ROOT, trust->passphrase, &trust->root, error);
  if (trust->root_seed == NULL)
    return FALSE;
  trust->printer_admin_seed = hs_trust_key_load (trust->path, HS_TRUST_KEY_PRINTER_ADMIN,
                                                 trust->passphrase, &trust->printer_admin, error);
  if (trust->printer_admin_seed == NULL)
    return FALSE;
  trust->next_root_seed = hs_trust_key_load (trust->path, HS_TRUST_KEY_NEXT_ROOT, trust->passphrase,
                                             &trust->next_root, &problem);
  if (trust->next_root_seed == NULL && !g_error_matches (problem, HS_ERROR, HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_bundle (HsTrustFolder *trust, GError **error)
{
  g_autofree char *text = NULL, *jws = NULL, *next_jws = NULL;

  if (!read_file (trust, HS_TRUST_BUNDLE_FILE, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!hs_bundle_file_split (text, strlen (text), &jws, &next_jws, error))
    return FALSE;
  trust->bundle = hs_signed_bundle_open_stored (jws, next_jws, error);
  if (trust->bundle == NULL)
    return FALSE;
  if (!hs_bundle_names_root (trust->bundle, &trust->root)
      || !hs_id_equal (&trust->bundle->organisation, &trust->organisation))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                   "%s in %s was not signed by the key beside it", HS_TRUST_BUNDLE_FILE,
                   trust->path);
      return FALSE;
    }
  trust->bundle_version = MAX (trust->bundle_version, trust->bundle->version);
  return TRUE;
}

/* Signed by the present key; or, after a cut while the key was being replaced, still by the one that
 * the newest bundle names. */
static gboolean
load_printers (HsTrustFolder *trust, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (HsBundle) present = hs_bundle_new ();

  if (!read_file (trust, HS_TRUST_PRINTERS_FILE, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  g_strstrip (text);
  present->printer_admin = trust->printer_admin;
  if (trust->bundle != NULL)
    trust->printers = hs_signed_printers_open_stored (text, trust->bundle, NULL);
  trust->printers_are_old
      = trust->printers != NULL
        && !hs_public_key_equal (&trust->bundle->printer_admin, &trust->printer_admin);
  if (trust->printers == NULL)
    trust->printers = hs_signed_printers_open_stored (text, present, error);
  if (trust->printers == NULL)
    return FALSE;
  trust->printers_version = MAX (trust->printers_version, trust->printers->version);
  return TRUE;
}

static HsTrustFolder *
new_folder (const char *path, const HsSecretBytes *passphrase, GError **error)
{
  g_autoptr (HsTrustFolder) trust = g_new0 (HsTrustFolder, 1);

  trust->path = g_strdup (path);
  trust->passphrase = passphrase != NULL ? hs_secret_bytes_copy (passphrase) : NULL;
  trust->folder = hs_durable_folder_open (path, error);
  if (trust->folder == NULL)
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  return g_steal_pointer (&trust);
}

HsTrustFolder *
hs_trust_folder_create (const char *path,
                        const char *name,
                        const HsSecretBytes *passphrase,
                        GError **error)
{
  g_autoptr (HsTrustFolder) trust = new_folder (path, passphrase, error);
  g_autoptr (GPtrArray) entries = NULL;

  if (trust == NULL)
    return NULL;
  entries = hs_durable_folder_list (trust->folder, error);
  if (entries == NULL)
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  if (entries->len > 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "%s is not empty; keys are made in a new folder only", path);
      return NULL;
    }
  trust->name = g_strdup (name);
  if (!hs_random_id (&trust->organisation, error)
      || !hs_trust_key_create (trust->folder, HS_TRUST_KEY_ROOT, passphrase, &trust->root, error)
      || !hs_trust_key_create (trust->folder, HS_TRUST_KEY_PRINTER_ADMIN, passphrase,
                               &trust->printer_admin, error)
      || !write_state (trust, error) || !load_keys (trust, error))
    return NULL;
  return g_steal_pointer (&trust);
}

HsTrustFolder *
hs_trust_folder_open (const char *path, const HsSecretBytes *passphrase, GError **error)
{
  g_autoptr (HsTrustFolder) trust = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                   "there is no folder %s; make one with homespool-trust init", path);
      return NULL;
    }
  trust = new_folder (path, passphrase, error);
  if (trust == NULL || !read_state (trust, error) || !load_keys (trust, error)
      || !load_bundle (trust, error) || !load_printers (trust, error))
    return NULL;
  return g_steal_pointer (&trust);
}

void
hs_trust_folder_free (HsTrustFolder *trust)
{
  if (trust == NULL)
    return;
  hs_durable_folder_free (trust->folder);
  hs_secret_bytes_free (trust->passphrase);
  hs_secret_bytes_free (trust->root_seed);
  hs_secret_bytes_free (trust->next_root_seed);
  hs_secret_bytes_free (trust->printer_admin_seed);
  hs_bundle_free (trust->bundle);
  hs_printer_list_free (trust->printers);
  g_free (trust->path);
  g_free (trust->name);
  g_free (trust);
}

/* ── signing ─────────────────────────────────────────────────────────────────────────────── */

static char *
sign (const char *typ, const HsSecretBytes *seed, GBytes *payload, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (payload, &length);

  return hs_jws_sign (typ, seed, data, length, error);
}

gboolean
hs_trust_folder_sign_bundle (
    HsTrustFolder *trust, HsBundle *bundle, gint64 now_us, gint64 life_us, GError **error)
{
  g_autofree char *jws = NULL, *next_jws = NULL, *text = NULL;
  g_autoptr (GBytes) payload = NULL;

  if (trust->printers_are_old)
    {
      g_set_error (
          error, HS_ERROR, HS_ERROR_REFUSED,
          "the printer-admin key was replaced, and the printer list is not signed with the "
          "new one yet; sign both anew first: homespool-trust sign --dir %s",
          trust->path);
      return FALSE;
    }
  bundle->version = trust->bundle_version + 1;
  bundle->organisation = trust->organisation;
  g_free (bundle->organisation_name);
  bundle->organisation_name = g_strdup (trust->name);
  bundle->root = trust->root;
  bundle->printer_admin = trust->printer_admin;
  bundle->has_next_root = trust->next_root_seed != NULL;
  bundle->next_root = trust->next_root;
  bundle->issued_us = now_us;
  bundle->expires_us = now_us + life_us;
  payload = hs_bundle_encode (bundle, error);
  if (payload == NULL)
    return FALSE;
  trust->bundle_version = bundle->version;
  if (!write_state (trust, error))
    return FALSE;
  jws = sign (HS_JWS_TYP_BUNDLE, trust->root_seed, payload, error);
  if (jws != NULL && trust->next_root_seed != NULL)
    next_jws = sign (HS_JWS_TYP_BUNDLE, trust->next_root_seed, payload, error);
  if (jws == NULL || (trust->next_root_seed != NULL && next_jws == NULL))
    return FALSE;
  text = hs_bundle_file_join (jws, next_jws);
  if (!write_file (trust, HS_TRUST_BUNDLE_FILE, text, error))
    return FALSE;
  if (bundle != trust->bundle)
    hs_bundle_free (trust->bundle);
  trust->bundle = bundle;
  return TRUE;
}

gboolean
hs_trust_folder_sign_printers (
    HsTrustFolder *trust, HsPrinterList *printers, gint64 now_us, gint64 life_us, GError **error)
{
  g_autofree char *jws = NULL, *text = NULL;
  g_autoptr (GBytes) payload = NULL;

  printers->version = trust->printers_version + 1;
  printers->issued_us = now_us;
  printers->expires_us = now_us + life_us;
  payload = hs_printer_list_encode (printers, error);
  if (payload == NULL)
    return FALSE;
  trust->printers_version = printers->version;
  if (!write_state (trust, error))
    return FALSE;
  jws = sign (HS_JWS_TYP_PRINTERS, trust->printer_admin_seed, payload, error);
  if (jws == NULL)
    return FALSE;
  text = g_strconcat (jws, "\n", NULL);
  if (!write_file (trust, HS_TRUST_PRINTERS_FILE, text, error))
    return FALSE;
  if (printers != trust->printers)
    hs_printer_list_free (trust->printers);
  trust->printers = printers;
  trust->printers_are_old = FALSE;
  return TRUE;
}

gboolean
hs_trust_folder_check_printer_admin (const HsTrustFolder *trust, GError **error)
{
  if (trust->bundle == NULL
      || hs_public_key_equal (&trust->bundle->printer_admin, &trust->printer_admin))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "the printer-admin key was replaced, and no bundle names the new one yet; sign what "
               "there is anew first and give it to the site: homespool-trust sign --dir %s",
               trust->path);
  return FALSE;
}

/* ── rotation ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_trust_folder_begin_rotation (HsTrustFolder *trust, GError **error)
{
  if (trust->next_root_seed != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "a rotation is under way already; end it with homespool-trust rotate --finish");
      return FALSE;
    }
  if (!hs_trust_key_create (trust->folder, HS_TRUST_KEY_NEXT_ROOT, trust->passphrase,
                            &trust->next_root, error))
    return FALSE;
  trust->next_root_seed = hs_trust_key_load (trust->path, HS_TRUST_KEY_NEXT_ROOT, trust->passphrase,
                                             &trust->next_root, error);
  return trust->next_root_seed != NULL;
}

/* Ordered so that a cut between any two steps leaves a folder in which the same command works
 * again: the key files overlap until the last step. */
gboolean
hs_trust_folder_finish_rotation (HsTrustFolder *trust, GError **error)
{
  if (trust->next_root_seed == NULL || trust->bundle == NULL || !trust->bundle->has_next_root
      || !hs_public_key_equal (&trust->bundle->next_root, &trust->next_root))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "no bundle has announced the next root yet; begin with homespool-trust rotate "
                   "and give every workstation time to fetch the new bundle");
      return FALSE;
    }
  if (!hs_public_key_equal (&trust->root, &trust->next_root)
      && (!hs_trust_key_store (trust->folder, RETIRED_ROOT, trust->root_seed, trust->passphrase,
                               error)
          || !hs_trust_key_store (trust->folder, HS_TRUST_KEY_ROOT, trust->next_root_seed,
                                  trust->passphrase, error)))
    return FALSE;
  if (!hs_durable_folder_remove (trust->folder, HS_TRUST_KEY_NEXT_ROOT ".key", error)
      || !hs_durable_folder_sync (trust->folder, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  hs_secret_bytes_free (trust->root_seed);
  trust->root_seed = g_steal_pointer (&trust->next_root_seed);
  trust->root = trust->next_root;
  return TRUE;
}

gboolean
hs_trust_folder_replace_printer_admin (HsTrustFolder *trust, GError **error)
{
  if (!hs_trust_key_create (trust->folder, HS_TRUST_KEY_PRINTER_ADMIN, trust->passphrase,
                            &trust->printer_admin, error))
    return FALSE;
  trust->printers_are_old = trust->printers != NULL;
  g_clear_pointer (&trust->printer_admin_seed, hs_secret_bytes_free);
  trust->printer_admin_seed = hs_trust_key_load (trust->path, HS_TRUST_KEY_PRINTER_ADMIN,
                                                 trust->passphrase, &trust->printer_admin, error);
  return trust->printer_admin_seed != NULL;
}
