/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* TCP_USER_TIMEOUT (RFC 5482, tcp(7)) and the keepalive's times. Where both are set the first decides
 * also when a probe without an answer ends the connection. */

#include "platform/tcp_patience.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Between two probes: the second finds that the first was not answered. */
#define NEXT_PROBE_S 3

static void
set (int fd, int level, int option, int value)
{
  /* An old kernel, or no TCP: then the system's own patience holds. */
  (void)setsockopt (fd, level, option, &value, sizeof value);
}

void
hs_tcp_patience_set (int fd, guint silence_ms, guint idle_s)
{
  set (fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set (fd, IPPROTO_TCP, TCP_KEEPIDLE, (int)idle_s);
  set (fd, IPPROTO_TCP, TCP_KEEPINTVL, NEXT_PROBE_S);
  set (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)silence_ms);
}

guint
hs_tcp_patience_get_silence_ms (int fd)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;

  if (getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 || info.tcpi_unacked == 0)
    return 0;
  return info.tcpi_last_ack_recv;
}
