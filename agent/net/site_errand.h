/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One request to the site, on its way through the URLs; for net/site_client.c only.
 *
 * Threads: main context only.  Blocks: never. */

#include "net/site_client.h"

/* What is not named is zero. */
typedef struct
{
  HsSiteClient *client;
  gboolean as_device; /* on the devices' listener, with our certificate */
  const char *method;
  const char *path; /* of the interface: "/v1/…" */
  char *header;     /* one more header line; nullable */
  char *header_2;   /* another; nullable */
  GBytes *body;     /* nullable */
  gboolean once;    /* must arrive at most once */
  guint tried;      /* addresses so far */
  guint present;    /* the address that is being tried */
  gint64 sent_us;   /* UTC: when it was */
  gboolean looked;  /* DNS was asked for more */
  guint idle_timeout_ms;
  guint total_timeout_ms;
  gsize max_body_bytes;
} HsSiteErrand;

/* Sends @model, whose owned members (header, body) it takes. The task returns the reply's body, a
 * GBytes. */
void hs_site_errand_start (HsSiteClient *client,
                           gboolean as_device,
                           const HsSiteErrand *model,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/* Returns: (transfer full): the reply's body; *text is its bytes, never NULL. */
GBytes *hs_site_errand_finish (GAsyncResult *result,
                               const char **text,
                               gsize *length,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes a text; the secret one is wiped with its last reference. */
GBytes *hs_site_errand_take_secret_body (char *text);
GBytes *hs_site_errand_take_body (char *text);

/* Overwrites a reply that held a secret. */
void hs_site_errand_wipe_reply (GBytes *body);

/* Whatever cannot be read in a reply is the site's fault, not the caller's: CORRUPT. */
void hs_site_errand_blame_site (GError **error);

/* "https://host" or "https://host/" and "/v1/…". Returns: (transfer full). */
char *hs_site_errand_join_url (const char *base, const char *path);
