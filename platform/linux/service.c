/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A service on Linux: signals through the main context, and the datagrams of sd_notify(3), whose
 * form is a stable promise of systemd's. Written out here (docs/decisions/0025) so that the process
 * that holds the keys does not load libsystemd with its five further libraries. */

#include "platform/service.h"

#include <glib-unix.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STATUS_MAX_BYTES 256 /* more than a line of a terminal */

struct HsService
{
  HsServiceFunc stop;
  HsServiceFunc reload;
  gpointer user_data;
  guint sources[3];
  gboolean is_stopping;
  char *notify_socket; /* NULL: nobody to tell */
};

static gboolean
on_stop (gpointer user_data)
{
  HsService *service = user_data;

  if (service->is_stopping)
    {
      /* Obeying takes too long for somebody: end as if the signal had never been caught. */
      signal (SIGTERM, SIG_DFL);
      raise (SIGTERM);
      return G_SOURCE_CONTINUE;
    }
  service->is_stopping = TRUE;
  service->stop (service, service->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_reload (gpointer user_data)
{
  HsService *service = user_data;

  if (!service->is_stopping)
    service->reload (service, service->user_data);
  return G_SOURCE_CONTINUE;
}

HsService *
hs_service_new (HsServiceFunc stop, HsServiceFunc reload, gpointer user_data)
{
  HsService *service = g_new0 (HsService, 1);

  service->stop = stop;
  service->reload = reload;
  service->user_data = user_data;
  service->sources[0] = g_unix_signal_add (SIGTERM, on_stop, service);
  service->sources[1] = g_unix_signal_add (SIGINT, on_stop, service);
  service->sources[2] = g_unix_signal_add (SIGHUP, on_reload, service);
  service->notify_socket = g_strdup (g_getenv ("NOTIFY_SOCKET"));
  g_unsetenv ("NOTIFY_SOCKET"); /* no child of ours speaks for us */
  return service;
}

void
hs_service_free (HsService *service)
{
  if (service == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (service->sources); i++)
    g_source_remove (service->sources[i]);
  g_free (service->notify_socket);
  g_free (service);
}

/* A lost notification is the manager's loss alone, so a failure is not reported. */
static void
notify (HsService *service, const char *message)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (service->notify_socket == NULL)
    return;
  gsize length = strlen (service->notify_socket);
  if ((service->notify_socket[0] != '/' && service->notify_socket[0] != '@') || length < 2
      || length >= sizeof address.sun_path)
    return;
  memcpy (address.sun_path, service->notify_socket, length);
  if (address.sun_path[0] == '@')
    address.sun_path[0] = '\0'; /* an abstract name */
  int channel = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (channel < 0)
    return;
  (void)sendto (channel, message, strlen (message), MSG_NOSIGNAL, (void *)&address,
                (socklen_t)(offsetof (struct sockaddr_un, sun_path) + length));
  close (channel);
}

void
hs_service_say_ready (HsService *service)
{
  notify (service, "READY=1");
}

void
hs_service_say_reloading (HsService *service)
{
  g_autofree char *message
      = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  notify (service, message);
}

void
hs_service_say_stopping (HsService *service)
{
  notify (service, "STOPPING=1");
}

void
hs_service_say_status (HsService *service, const char *status)
{
  g_autofree char *line = g_utf8_make_valid (status, (gssize)strnlen (status, STATUS_MAX_BYTES));
  g_autofree char *message = g_strconcat ("STATUS=", g_strdelimit (line, "\r\n", ' '), NULL);

  notify (service, message);
}
