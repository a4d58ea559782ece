/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a person types → the job or printer that is meant. */

#include "cli/find.h"

#include "base/error.h"
#include "base/safe_text.h"
#include "cli/output.h"

#include <string.h>

#define LIST_ITEMS 100000

static GPtrArray *
get_list (HsClient *client,
          const char *path,
          const char *member,
          gpointer (*decode) (const json_t *, GError **),
          GDestroyNotify free_item,
          GError **error)
{
  g_autoptr (json_t) reply = hs_client_call (client, "GET", path, NULL, NULL, error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (free_item);
  json_t *array, *object;
  gsize index;

  if (reply == NULL || !hs_json_get_array (reply, member, 0, LIST_ITEMS, &array, error))
    return NULL;
  json_array_foreach (array, index, object)
  {
    gpointer item = decode (object, error);
    if (item == NULL)
      return NULL;
    g_ptr_array_add (items, item);
  }
  return g_steal_pointer (&items);
}

static gpointer
decode_job (const json_t *object, GError **error)
{
  return hs_control_job_decode (object, error);
}

static gpointer
decode_printer (const json_t *object, GError **error)
{
  return hs_control_printer_decode (object, error);
}

GPtrArray *
hs_find_all_jobs (HsClient *client, GError **error)
{
  return get_list (client, "/v1/jobs", "jobs", decode_job, (GDestroyNotify)hs_control_job_free,
                   error);
}

GPtrArray *
hs_find_all_claimable_jobs (HsClient *client, GError **error)
{
  return get_list (client, "/v1/claimable", "jobs", decode_job, (GDestroyNotify)hs_control_job_free,
                   error);
}

GPtrArray *
hs_find_all_printers (HsClient *client, GError **error)
{
  return get_list (client, "/v1/printers", "printers", decode_printer,
                   (GDestroyNotify)hs_control_printer_free, error);
}

static gboolean
is_job_meant (const HsControlJob *job, const char *typed)
{
  char number[16];
  g_snprintf (number, sizeof number, "%u", job->ipp_id);
  return g_ascii_strcasecmp (job->id, typed) == 0 || strcmp (number, typed) == 0
         || g_ascii_strcasecmp (hs_output_job_handle (job), typed) == 0;
}

static HsControlJob *
take_meant (GPtrArray *jobs, const char *typed, GError **error)
{
  gssize found = -1;

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsControlJob *job = g_ptr_array_index (jobs, i);
      if (strcmp (typed, "last") == 0 ? !hs_job_state_is_final (job->state)
                                      : is_job_meant (job, typed))
        {
          if (found >= 0 && strcmp (typed, "last") != 0)
            {
              g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                           "More than one job ends with %s. Use the whole id that `homespool jobs "
                           "--json` shows.",
                           typed);
              return NULL;
            }
          found = i;
        }
    }
  if (found >= 0)
    return g_ptr_array_steal_index (jobs, (guint)found);
  g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
               "There is no job %s. `homespool jobs` lists yours.", typed);
  return NULL;
}

HsControlJob *
hs_find_job (HsClient *client, const char *typed, GError **error)
{
  g_autoptr (GPtrArray) jobs = hs_find_all_jobs (client, error);

  return jobs != NULL ? take_meant (jobs, typed, error) : NULL;
}

HsControlJob *
hs_find_claimable_job (HsClient *client, const char *typed, GError **error)
{
  g_autoptr (GPtrArray) jobs = hs_find_all_claimable_jobs (client, error);
  g_autoptr (GError) problem = NULL;

  if (jobs == NULL)
    return NULL;
  HsControlJob *job = take_meant (jobs, typed, &problem);
  if (job != NULL)
    return job;
  if (g_error_matches (problem, HS_ERROR, HS_ERROR_NOT_FOUND) && strcmp (typed, "last") != 0)
    {
      job = hs_find_job (client, typed, NULL);
      if (job == NULL)
        g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                     "No job %s waits to be claimed. `homespool claim` lists those that name you.",
                     typed);
      return job;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
has_prefix (const char *name, const char *typed)
{
  g_autofree char *name_folded = g_utf8_casefold (name, -1);
  g_autofree char *typed_folded = g_utf8_casefold (typed, -1);
  return g_str_has_prefix (name_folded, typed_folded);
}

HsControlPrinter *
hs_find_take_printer (GPtrArray *printers, const char *typed, GError **error)
{
  gssize found = -1;
  guint count = 0;
  gboolean is_whole = FALSE;

  for (guint i = 0; i < printers->len; i++)
    {
      const HsControlPrinter *printer = g_ptr_array_index (printers, i);
      g_autofree char *shown = hs_safe_text_dup (printer->name);
      gboolean is_same = strcmp (shown, typed) == 0;
      if (strcmp (printer->id, typed) == 0)
        return g_ptr_array_steal_index (printers, i);
      /* Every name begins with nothing; whoever typed that meant none of them. */
      if (*typed == '\0' || (!is_same && (is_whole || !has_prefix (shown, typed))))
        continue;
      count = is_same && !is_whole ? 1 : count + 1;
      is_whole = is_same;
      found = i;
    }
  if (count == 1)
    return g_ptr_array_steal_index (printers, (guint)found);
  if (count == 0)
    g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                 "There is no printer %s. `homespool printers` lists them.", typed);
  else
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 is_whole ? "More than one printer is called %s. Use the id that `homespool --json "
                            "printers` shows."
                          : "More than one printer's name begins with %s. `homespool printers` "
                            "lists them.",
                 typed);
  return NULL;
}

HsControlPrinter *
hs_find_printer (HsClient *client, const char *typed, GError **error)
{
  g_autoptr (GPtrArray) printers = hs_find_all_printers (client, error);

  return printers != NULL ? hs_find_take_printer (printers, typed, error) : NULL;
}
