/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The default gateway by netlink: first the routes, then the neighbour that the best one names. */

#include "platform/network_place.h"

#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHERNET_BYTES 6
#define MOST_MESSAGES 4096 /* of one table; ours: a table without end ends */

typedef struct
{
  guint8 family;
  guint8 address[16];
  gsize length;
  guint32 link;
  guint32 priority;
  gboolean found;
  guint8 hardware[ETHERNET_BYTES];
  gboolean has_hardware;
} Gateway;

typedef void (*TakeFunc) (const struct nlmsghdr *message, Gateway *gateway);

static void
take_route (const struct nlmsghdr *message, Gateway *gateway)
{
  const struct rtmsg *route = NLMSG_DATA (message);
  Gateway here = { .family = route->rtm_family };
  int length = (int)RTM_PAYLOAD (message);

  if (message->nlmsg_type != RTM_NEWROUTE || route->rtm_dst_len != 0
      || route->rtm_table != RT_TABLE_MAIN || route->rtm_type != RTN_UNICAST)
    return;
  for (const struct rtattr *part = RTM_RTA (route); RTA_OK (part, length);
       part = RTA_NEXT (part, length))
    {
      if (part->rta_type == RTA_GATEWAY && RTA_PAYLOAD (part) <= sizeof here.address)
        {
          here.length = RTA_PAYLOAD (part);
          memcpy (here.address, RTA_DATA (part), here.length);
        }
      else if (part->rta_type == RTA_OIF && RTA_PAYLOAD (part) == sizeof here.link)
        memcpy (&here.link, RTA_DATA (part), sizeof here.link);
      else if (part->rta_type == RTA_PRIORITY && RTA_PAYLOAD (part) == sizeof here.priority)
        memcpy (&here.priority, RTA_DATA (part), sizeof here.priority);
    }
  here.found = here.length > 0;
  /* IPv4 first, so that a network with both has one name. */
  if (here.found
      && (!gateway->found || (here.family == AF_INET && gateway->family != AF_INET)
          || (here.family == gateway->family && here.priority < gateway->priority)))
    *gateway = here;
}

static void
take_neighbour (const struct nlmsghdr *message, Gateway *gateway)
{
  const struct ndmsg *neighbour = NLMSG_DATA (message);
  const struct rtattr *address = NULL, *hardware = NULL;
  int length = (int)NLMSG_PAYLOAD (message, sizeof *neighbour);

  if (message->nlmsg_type != RTM_NEWNEIGH || neighbour->ndm_family != gateway->family
      || (guint32)neighbour->ndm_ifindex != gateway->link
      || (neighbour->ndm_state & (NUD_FAILED | NUD_INCOMPLETE)) != 0)
    return;
  for (const struct rtattr *part
       = (const struct rtattr *)((const char *)neighbour + NLMSG_ALIGN (sizeof *neighbour));
       RTA_OK (part, length); part = RTA_NEXT (part, length))
    {
      if (part->rta_type == NDA_DST)
        address = part;
      else if (part->rta_type == NDA_LLADDR)
        hardware = part;
    }
  if (address == NULL || hardware == NULL || RTA_PAYLOAD (address) != gateway->length
      || memcmp (RTA_DATA (address), gateway->address, gateway->length) != 0
      || RTA_PAYLOAD (hardware) != ETHERNET_BYTES)
    return;
  memcpy (gateway->hardware, RTA_DATA (hardware), ETHERNET_BYTES);
  gateway->has_hardware = TRUE;
}

/* NLMSG_OK, which compares signed with unsigned; @length gets below 0 after a message without its padding. */
static gboolean
fits (const struct nlmsghdr *message, int length)
{
  return length >= (int)sizeof *message && message->nlmsg_len >= sizeof *message
         && message->nlmsg_len <= (guint32)length;
}

/* The kernel answers at once: nothing here waits for the network. */
static void
read_table (guint16 type, TakeFunc take, Gateway *gateway)
{
  struct
  {
    struct nlmsghdr head;
    struct rtgenmsg what;
  } question = { .head = { .nlmsg_len = sizeof question,
                           .nlmsg_type = type,
                           .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
                 .what = { .rtgen_family = AF_UNSPEC } };
  _Alignas(struct nlmsghdr) char bytes[32768];
  int netlink = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  gboolean goes_on
      = netlink >= 0 && send (netlink, &question, sizeof question, 0) == sizeof question;

  for (guint messages = 0; goes_on && messages < MOST_MESSAGES;)
    {
      ssize_t got = recv (netlink, bytes, sizeof bytes, 0);
      int length = (int)got;

      goes_on = got > 0;
      for (const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;
           goes_on && fits (message, length); message = NLMSG_NEXT (message, length), messages++)
        {
          goes_on = message->nlmsg_type != NLMSG_DONE && message->nlmsg_type != NLMSG_ERROR;
          if (goes_on)
            take (message, gateway);
        }
    }
  if (netlink >= 0)
    close (netlink);
}

char *
hs_network_place_dup (void)
{
  Gateway gateway = { 0 };
  char address[INET6_ADDRSTRLEN];

  read_table (RTM_GETROUTE, take_route, &gateway);
  if (!gateway.found)
    return NULL;
  read_table (RTM_GETNEIGH, take_neighbour, &gateway);
  if (!gateway.has_hardware
      || inet_ntop (gateway.family, gateway.address, address, sizeof address) == NULL)
    return NULL;
  return g_strdup_printf ("%s %02x:%02x:%02x:%02x:%02x:%02x", address, gateway.hardware[0],
                          gateway.hardware[1], gateway.hardware[2], gateway.hardware[3],
                          gateway.hardware[4], gateway.hardware[5]);
}
