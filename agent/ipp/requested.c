/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a client asked to be told. */

#include "ipp/requested.h"

static const struct
{
  const char *keyword;
  guint groups;
} group_keywords[] = {
  { "all", HS_GROUP_DESCRIPTION | HS_GROUP_TEMPLATE },
  { "printer-description", HS_GROUP_DESCRIPTION },
  { "job-description", HS_GROUP_DESCRIPTION },
  { "job-template", HS_GROUP_TEMPLATE },
  { "printer-defaults", HS_GROUP_TEMPLATE }, /* CUPS: the job template's defaults */
};

static void
take (HsRequested *requested, const char *keyword)
{
  for (gsize i = 0; i < G_N_ELEMENTS (group_keywords); i++)
    if (g_strcmp0 (keyword, group_keywords[i].keyword) == 0)
      {
        requested->groups |= group_keywords[i].groups;
        return;
      }
  if (keyword != NULL)
    g_hash_table_add (requested->names, (gpointer)keyword);
}

void
hs_requested_init (HsRequested *requested, ipp_t *request, const char *const *otherwise)
{
  ipp_attribute_t *wanted = ippFindAttribute (request, "requested-attributes", IPP_TAG_KEYWORD);

  requested->names = g_hash_table_new (g_str_hash, g_str_equal);
  requested->groups = 0;
  for (int i = 0; wanted != NULL && i < ippGetCount (wanted); i++)
    take (requested, ippGetString (wanted, i, NULL));
  for (gsize i = 0; wanted == NULL && otherwise[i] != NULL; i++)
    take (requested, otherwise[i]);
}

void
hs_requested_clear (HsRequested *requested)
{
  g_clear_pointer (&requested->names, g_hash_table_unref);
}

gboolean
hs_requested_has (const HsRequested *requested, const char *name, HsAttributeGroup group)
{
  return (requested->groups & (guint)group) != 0
         || (requested->names != NULL && g_hash_table_contains (requested->names, name));
}
