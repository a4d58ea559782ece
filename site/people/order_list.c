/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Several documents at once. */

#include "site/people/order_list.h"

#include "base/error.h"
#include "site/devices/orders.h"
#include "site/people/delegations.h"

/* An error that belongs to one document; others end the request. */
static gboolean
count (HsOrderTally *tally, gboolean ok, GError **reason, GError **error)
{
  if (ok)
    {
      tally->done++;
      return TRUE;
    }
  if ((*reason)->domain != HS_ERROR
      || ((*reason)->code != HS_ERROR_REFUSED && (*reason)->code != HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (reason));
      return FALSE;
    }
  tally->failed++;
  if (tally->trouble == NULL)
    {
      tally->trouble = g_strdup ((*reason)->message);
      tally->trouble[0] = g_ascii_toupper (tally->trouble[0]);
    }
  return TRUE;
}

/* Whoever else has the document on an open page. */
static gboolean
wake_owner (HsSite *site, HsCall *call, const HsId *id, GError **error)
{
  g_autoptr (HsStoreJob) job = hs_store_get_job (site->store, id, error);

  return job != NULL && hs_delegation_wake (site, call, &job->announce.owner, error);
}

gboolean
hs_order_list_give (HsSite *site,
                    HsCall *call,
                    const HsId *identity,
                    const GArray *jobs,
                    const HsId *printer,
                    HsOrderTally *tally,
                    GError **error)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      const HsId *job = &g_array_index (jobs, HsId, i);
      g_autoptr (GError) reason = NULL;
      HsId command, device;
      gboolean ok = printer != NULL
                        ? hs_order_release (site, identity, job, printer, call->now_us, &command,
                                            &device, &reason)
                        : hs_order_cancel (site, identity, job, call->now_us, &device, &reason);
      if (ok)
        hs_call_wake (call, &device);
      if (ok && !wake_owner (site, call, job, error))
        return FALSE;
      if (!count (tally, ok, &reason, error))
        return FALSE;
    }
  return TRUE;
}

char *
hs_order_tally_dup_sentence (const HsOrderTally *tally, const char *what)
{
  GString *text = g_string_new (NULL);

  if (tally->done > 0)
    g_string_append_printf (text, "%u %s %s.", tally->done,
                            tally->done == 1 ? "document is" : "documents are", what);
  if (tally->failed > 0)
    g_string_append_printf (text, "%s%s.", tally->done > 0 ? " One more thing: " : "",
                            tally->trouble);
  if (tally->done == 0 && tally->failed == 0)
    g_string_append (text, "Choose one or more documents first.");
  return g_string_free (text, FALSE);
}

void
hs_order_tally_clear (HsOrderTally *tally)
{
  g_clear_pointer (&tally->trouble, g_free);
}
