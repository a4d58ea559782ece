/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The server's own certificate while it runs. */

#define HS_LOG_AREA "site"

#include "site/server/certificate.h"

#include "base/error.h"
#include "base/log.h"
#include "site/keys/secrets.h"
#include "site/server/lane.h"

#define LONGEST_REST_S 3600

struct HsServerCertificate
{
  const HsSiteConfig *config;
  HsServerCertificateFunc changed;
  gpointer user_data;
  GTlsCertificate *present;
  HsLane *lane;
  struct Renewal *under_way; /* NULL: none */
  guint timer;
};

/* What the lane owns while it works. */
typedef struct Renewal
{
  HsServerCertificate *self; /* NULL: gone; for the main context */
  const HsSiteConfig *config;
  GTlsCertificate *made;
  GError *error;
} Renewal;

static gboolean on_timer (gpointer user_data);

static GTlsCertificate *
load (const HsSiteConfig *config, GError **error)
{
  g_autofree char *pem = hs_site_config_dup_key_path (config->folder, "server.pem");
  g_autofree char *key = hs_site_config_dup_key_path (config->folder, "server.key");
  GTlsCertificate *certificate = g_tls_certificate_new_from_files (pem, key, error);

  if (certificate == NULL)
    hs_error_convert_gio (error);
  return certificate;
}

/* Seconds until two thirds of the present one's life are over; 0 = they are. */
static guint
rest_s (HsServerCertificate *self)
{
  g_autoptr (GDateTime) begin = g_tls_certificate_get_not_valid_before (self->present);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (self->present);

  if (begin == NULL || end == NULL)
    return LONGEST_REST_S;
  gint64 due_s = g_date_time_to_unix (begin)
                 + (g_date_time_to_unix (end) - g_date_time_to_unix (begin)) / 3 * 2;
  return (guint)CLAMP (due_s + 1 - g_get_real_time () / G_TIME_SPAN_SECOND, 0, LONGEST_REST_S);
}

static void
rest (HsServerCertificate *self, guint seconds)
{
  self->timer = g_timeout_add_seconds (seconds, on_timer, self);
}

static void
renew (gpointer user_data)
{
  Renewal *renewal = user_data;

  if (hs_site_secrets_renew_server (renewal->config, g_get_real_time (), NULL, &renewal->error))
    renewal->made = load (renewal->config, &renewal->error);
}

static void
renewed (gpointer user_data)
{
  Renewal *renewal = user_data;
  HsServerCertificate *self = renewal->self;

  if (self != NULL)
    self->under_way = NULL;
  if (self != NULL && renewal->made != NULL)
    {
      g_set_object (&self->present, renewal->made);
      hs_log_info ("the server's certificate was renewed");
      self->changed (self->present, self->user_data);
      rest (self, MAX (rest_s (self), 1));
    }
  else if (self != NULL)
    {
      g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (self->present);
      g_autofree char *day = end != NULL ? g_date_time_format (end, "%F") : g_strdup ("an end");
      hs_log_warning ("the server's certificate, which holds until %s, cannot be renewed: %s", day,
                      renewal->error->message);
      rest (self, LONGEST_REST_S);
    }
  g_clear_object (&renewal->made);
  g_clear_error (&renewal->error);
  g_free (renewal);
}

static gboolean
on_timer (gpointer user_data)
{
  HsServerCertificate *self = user_data;
  guint seconds = rest_s (self);

  self->timer = 0;
  if (seconds > 0)
    {
      rest (self, seconds);
      return G_SOURCE_REMOVE;
    }
  self->under_way = g_new0 (Renewal, 1);
  self->under_way->self = self;
  self->under_way->config = self->config;
  if (hs_lane_push (self->lane, renew, renewed, self->under_way))
    return G_SOURCE_REMOVE;
  g_clear_pointer (&self->under_way, g_free);
  rest (self, LONGEST_REST_S);
  return G_SOURCE_REMOVE;
}

HsServerCertificate *
hs_server_certificate_new (const HsSiteConfig *config,
                           HsServerCertificateFunc changed,
                           gpointer user_data,
                           GError **error)
{
  g_autoptr (GTlsCertificate) present = load (config, error);
  HsServerCertificate *self;

  if (present == NULL)
    return NULL;
  self = g_new0 (HsServerCertificate, 1);
  self->config = config;
  self->changed = changed;
  self->user_data = user_data;
  self->present = g_steal_pointer (&present);
  self->lane = hs_lane_new (1, 0);
  rest (self, rest_s (self));
  return self;
}

void
hs_server_certificate_free (HsServerCertificate *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->under_way != NULL)
    self->under_way->self = NULL;
  hs_lane_free (self->lane);
  g_object_unref (self->present);
  g_free (self);
}

GTlsCertificate *
hs_server_certificate_get (HsServerCertificate *self)
{
  return self->present;
}
