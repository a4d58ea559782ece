/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The owner of a loopback TCP connection, by sock_diag(7): one question with the exact four-tuple,
 * no dump, a few microseconds, allowed to everybody.
 *
 * Traps, each tested: a look-up that finds no connection falls back to a listening socket on the
 * same port; a closed socket answers with uid 0, which looks like root; an IPv4 client of an IPv6
 * listener is found only by its IPv4 tuple. So the answer must repeat our tuple and say
 * ESTABLISHED, and root is never believed. */

#include "platform/linux/peer_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_LIMIT_S 2 /* the kernel answers within the request itself */

typedef struct
{
  struct nlmsghdr header;
  struct inet_diag_req_v2 request;
} Question;

static gboolean
deny (GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "the user at the other end cannot be proven: %s", why);
  return FALSE;
}

/* Writes one end as sock_diag wants it; an IPv4 address in IPv6 clothes becomes IPv4 again.
 * Returns the family, 0 if it is no loopback address. */
static int
describe_end (const struct sockaddr_storage *address, __be32 words[4], __be16 *port)
{
  memset (words, 0, 4 * sizeof words[0]);
  if (address->ss_family == AF_INET)
    {
      const struct sockaddr_in *end = (const void *)address;
      words[0] = end->sin_addr.s_addr;
      *port = end->sin_port;
    }
  else if (address->ss_family == AF_INET6)
    {
      const struct sockaddr_in6 *end = (const void *)address;
      *port = end->sin6_port;
      if (IN6_IS_ADDR_LOOPBACK (&end->sin6_addr))
        {
          memcpy (words, &end->sin6_addr, sizeof end->sin6_addr);
          return AF_INET6;
        }
      if (!IN6_IS_ADDR_V4MAPPED (&end->sin6_addr))
        return 0;
      memcpy (words, (const guint8 *)&end->sin6_addr + 12, 4);
    }
  else
    return 0;
  return ntohl (words[0]) >> 24 == IN_LOOPBACKNET ? AF_INET : 0;
}

static gboolean
prepare (int descriptor, Question *question, GError **error)
{
  struct sockaddr_storage far = { 0 };
  struct sockaddr_storage near = { 0 };
  socklen_t far_length = sizeof far;
  socklen_t near_length = sizeof near;
  struct inet_diag_req_v2 *request = &question->request;

  if (getpeername (descriptor, (void *)&far, &far_length) != 0
      || getsockname (descriptor, (void *)&near, &near_length) != 0)
    return deny (error, "it is not connected any more");
  int family = describe_end (&far, request->id.idiag_src, &request->id.idiag_sport);
  if (family == 0
      || family != describe_end (&near, request->id.idiag_dst, &request->id.idiag_dport))
    return deny (error, "it is not a connection within this machine");
  question->header.nlmsg_len = sizeof *question;
  question->header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question->header.nlmsg_flags = NLM_F_REQUEST;
  question->header.nlmsg_seq = 1;
  request->sdiag_family = (guint8)family;
  request->sdiag_protocol = IPPROTO_TCP;
  request->idiag_states = ~0u;
  request->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  request->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return TRUE;
}

/* Returns the answer's length in *message, 0 or negative with errno set. */
static gssize
ask_kernel (const Question *question, void *answer, gsize capacity)
{
  struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  const struct timeval limit = { .tv_sec = ANSWER_LIMIT_S };
  socklen_t kernel_length = sizeof kernel;
  gssize length = -1;
  int channel = socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

  if (channel < 0)
    return -1;
  if (setsockopt (channel, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0
      && sendto (channel, question, sizeof *question, 0, (void *)&kernel, sizeof kernel)
             == (gssize)sizeof *question)
    length = recvfrom (channel, answer, capacity, 0, (void *)&kernel, &kernel_length);
  int problem = errno;
  close (channel);
  errno = length >= 0 && kernel.nl_pid != 0 ? EPROTO : problem;
  return kernel.nl_pid == 0 ? length : -1;
}

static gboolean
is_same_connection (const struct inet_diag_msg *found, const struct inet_diag_req_v2 *asked)
{
  gsize bytes = asked->sdiag_family == AF_INET ? 4 : 16;

  /* An IPv6 socket that speaks IPv4 reports its own family and mapped addresses. */
  const guint8 *source = (const void *)found->id.idiag_src;
  const guint8 *target = (const void *)found->id.idiag_dst;
  if (asked->sdiag_family == AF_INET && found->idiag_family == AF_INET6)
    {
      source += 12;
      target += 12;
    }
  else if (found->idiag_family != asked->sdiag_family)
    return FALSE;
  return found->id.idiag_sport == asked->id.idiag_sport
         && found->id.idiag_dport == asked->id.idiag_dport
         && memcmp (source, asked->id.idiag_src, bytes) == 0
         && memcmp (target, asked->id.idiag_dst, bytes) == 0;
}

gboolean
hs_peer_find_tcp_owner (int descriptor, guint32 *uid, GError **error)
{
  Question question = { 0 };
  union
  {
    struct nlmsghdr header;
    guint8 bytes[4096];
  } answer = { 0 };

  if (!prepare (descriptor, &question, error))
    return FALSE;
  gssize length = ask_kernel (&question, &answer, sizeof answer);
  if (length < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "cannot ask the kernel who owns a connection: %s; the service needs "
                   "AF_NETLINK",
                   g_strerror (errno));
      return FALSE;
    }
  if (!NLMSG_OK (&answer.header, (gsize)length) || answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY
      || answer.header.nlmsg_len < NLMSG_LENGTH (sizeof (struct inet_diag_msg)))
    return deny (error, "the kernel knows no such connection");
  const struct inet_diag_msg *found = NLMSG_DATA (&answer.header);
  if (!is_same_connection (found, &question.request))
    return deny (error, "the kernel knows no such connection");
  if (found->idiag_state != TCP_ESTABLISHED || found->idiag_inode == 0)
    return deny (error, "the connection is being closed");
  if (found->idiag_uid == 0)
    return deny (error, "root has to use the Unix socket");
  if (found->idiag_uid == hs_peer_get_overflow_uid () || found->idiag_uid == 65534)
    return deny (error, "the user cannot be seen from here");
  *uid = found->idiag_uid;
  return TRUE;
}
