/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The site link's word about people, in memory. */

#include "support/site_link_double.h"

#include "crypto/ed25519.h"
#include "crypto/jws.h"
#include "engine/site_link/people.h"
#include "support/suite.h"
#include "trust/signed.h"

void
hs_site_link_double_init (HsSiteLinkDouble *site)
{
  HsBundle *bundle = hs_bundle_new ();

  *site = (HsSiteLinkDouble){ .bundle = bundle, .device = { { 9 } } };
  site->status = (HsSiteStatus){ .is_enrolled = TRUE, .is_online = TRUE, .reach = HS_REACH_ONLINE };
  bundle->entitlement_keys = g_new0 (HsPublicKey, 1);
  bundle->n_entitlement_keys = 1;
  bundle->policy.offline = HS_OFFLINE_PRINT;
  site->entitlement_key = hs_ed25519_generate (bundle->entitlement_keys->bytes, NULL);
  HS_ASSERT (site->entitlement_key != NULL);
}

void
hs_site_link_double_clear (HsSiteLinkDouble *site)
{
  HS_ASSERT (site->task == NULL);
  g_clear_pointer (&site->bundle, hs_bundle_free);
  g_clear_pointer (&site->entitlement_key, hs_secret_bytes_free);
  g_clear_pointer (&site->asked_recipient, g_free);
}

HsSiteLink *
hs_site_link_double_get_link (HsSiteLinkDouble *site)
{
  return (HsSiteLink *)site;
}

char *
hs_site_link_double_sign (const HsSiteLinkDouble *site, const HsEntitlement *entitlement)
{
  g_autoptr (GBytes) payload = hs_entitlement_encode (entitlement, NULL);
  char *text;

  HS_ASSERT (payload != NULL);
  text = hs_jws_sign (HS_JWS_TYP_ENTITLEMENT, site->entitlement_key,
                      g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), NULL);
  HS_ASSERT (text != NULL);
  return text;
}

void
hs_site_link_double_answer (HsSiteLinkDouble *site, const char *text, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&site->task);

  HS_ASSERT (task != NULL);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (text), g_free);
}

/* ── instead of engine/site_link ─────────────────────────────────────────────────────────── */

void
hs_site_link_get_status (HsSiteLink *link, HsSiteStatus *status)
{
  *status = ((const HsSiteLinkDouble *)link)->status;
}

const HsBundle *
hs_site_link_get_bundle (HsSiteLink *link)
{
  return ((const HsSiteLinkDouble *)link)->bundle;
}

HsEntitlement *
hs_site_link_open_entitlement (HsSiteLink *link, const char *text, GError **error)
{
  const HsSiteLinkDouble *site = (const HsSiteLinkDouble *)link;

  return hs_signed_entitlement_open (text, site->bundle, &site->device, error);
}

void
hs_site_link_renew_entitlement_async (HsSiteLink *link,
                                      const HsSecretBytes *session,
                                      const HsId *identity,
                                      const char *recipient,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  HsSiteLinkDouble *site = (HsSiteLinkDouble *)link;

  HS_ASSERT (site->task == NULL);
  site->task = g_task_new (NULL, NULL, callback, user_data);
  site->asked_identity = *identity;
  site->asked_with_session = session != NULL;
  g_free (site->asked_recipient);
  site->asked_recipient = g_strdup (recipient);
  site->n_asked++;
}

HsEntitlement *
hs_site_link_bind_key_finish (HsSiteLink *link, GAsyncResult *result, char **text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *signed_text = g_task_propagate_pointer (G_TASK (result), &problem);
  HsEntitlement *opened = NULL;

  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (signed_text != NULL)
    opened = hs_site_link_open_entitlement (link, signed_text, error);
  *text = opened != NULL ? g_steal_pointer (&signed_text) : NULL;
  return opened;
}
