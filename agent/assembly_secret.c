/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The machine secret, and which one the ledger knows. */

#include "assembly_private.h"

#include "base/error.h"
#include "store/ledger.h"

#include <string.h>

#define SETTING_SECRET_GENERATION "machine-secret.generation" /* decimal */

/* 0: there is no ledger. One without the setting is older than it, and knew the first. The value is
 * not verified, for that takes the secret: whoever can write the ledger can only make the agent
 * refuse to start. */
static gboolean
find_known_generation (HsAssembly *assembly, guint32 *generation, GError **error)
{
  const char *folder = assembly->paths->state_folder;
  g_autofree char *ledger = g_build_filename (folder, HS_LEDGER_FILE_NAME, NULL);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) kept = hs_ledger_peek_setting (folder, SETTING_SECRET_GENERATION, &problem);
  g_autofree char *text
      = kept != NULL ? g_strndup (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept)) : NULL;
  guint64 number = 0;

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  *generation = g_file_test (ledger, G_FILE_TEST_EXISTS) ? 1 : 0;
  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &number, NULL))
    *generation = (guint32)number;
  return TRUE;
}

void
hs_assembly_keep_generation (HsAssembly *assembly)
{
  GBytes *kept = g_hash_table_lookup (assembly->contents->settings, SETTING_SECRET_GENERATION);
  g_autofree char *text = g_strdup_printf ("%u", assembly->secret->generation);
  g_autoptr (GBytes) value = g_bytes_new (text, strlen (text));

  if (kept == NULL || !g_bytes_equal (kept, value))
    hs_assembly_keep_setting (assembly, SETTING_SECRET_GENERATION, value);
}

/* The secret is looked for before the ledger: its rows are verified with it. */
gboolean
hs_assembly_load_secret (HsAssembly *assembly, GError **error)
{
  guint32 known_generation = 0;

  if (!find_known_generation (assembly, &known_generation, error))
    return FALSE;
  assembly->secret = hs_machine_secret_load (
      g_getenv ("CREDENTIALS_DIRECTORY"), assembly->paths->state_folder, known_generation, error);
  if (assembly->secret == NULL)
    return FALSE;
  if (assembly->secret->bytes != NULL)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "%s",
               hs_machine_secret_to_sentence (assembly->secret));
  return FALSE;
}
