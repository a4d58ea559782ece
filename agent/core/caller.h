/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who is asking, as the kernel and our proofs say; never as the request claims.
 *
 * Made by serve/ from platform/peer (and for the print system from the queue's secret and policy),
 * read by the engine, which decides what this caller may see and do.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"

typedef enum
{
  HS_CALLER_NOBODY = 0,   /* may ask for printer attributes and nothing else */
  HS_CALLER_PERSON,       /* an ordinary local user, proven by the kernel */
  HS_CALLER_PRINT_SYSTEM, /* CUPS, through our own queue with all three proofs: believed about the
                             name */
  HS_CALLER_STRANGER,     /* the print system without all proofs: jobs become "owner unproven" */
  HS_CALLER_SITE,         /* a verified command of the site */
} HsCallerKind;

typedef struct
{
  HsCallerKind kind;
  guint32 uid;       /* kernel's uid; G_MAXUINT32 if there is none */
  gboolean is_admin; /* root or group homespool-admin; control socket only */
  HsId maker;        /* the print system: random id of this connection group; a program that prints
                        on a kiosk: the occupancy of the seat; else zero */
  const char
      *believed_name;   /* PRINT_SYSTEM: job-originating-user-name, proven by cupsd; else NULL */
  guint32 believed_uid; /* PRINT_SYSTEM: uid of believed_name, found by serve/ off the main context
                           (a name service may block); 0 or G_MAXUINT32: not known, so the owner is
                           unproven */

  /* The account is a kiosk's, which many people share: the uid says nothing about the person, only
   * @identity does (and @maker, where it is not zero: only what was made with it is shown). */
  gboolean is_kiosk;
  HsId identity; /* who is signed in, by a session token or at the seat; zero: nobody */
} HsCaller;
