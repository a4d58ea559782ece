/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One request on its way through the site, as a value without HTTP library or socket.
 *
 * site/server/server.c fills it, sends it through the lanes stage by stage and answers with what the last
 * stage left in it. A stage in the store lane is one transaction: TRUE commits, FALSE rolls back and
 * answers with the error. A stage may name another to follow (in either lane), or ask to be run
 * again when somebody wakes its key or the time is over: that is how a long poll waits.
 *
 * Threads: one at a time; the lane that runs a stage owns the request.  Blocks: never by itself. */

#include "base/secret_bytes.h"
#include "site/site.h"
#include "site/store/store.h"

typedef struct HsCall HsCall;
typedef struct HsSiteRoute HsSiteRoute;

/* @site is NULL outside of the store lane. */
typedef gboolean (*HsCallStage) (HsSite *site, HsCall *call, GError **error);

typedef enum
{
  HS_CALL_LANE_STORE = 0,
  HS_CALL_LANE_SCRYPT,
  HS_CALL_LANE_DIRECTORY, /* waits for the organisation's directory */
} HsCallLane;

#define HS_CALL_N_LANES 3

struct HsCall
{
  /* What was asked. Nullable unless said otherwise. */
  const HsSiteRoute *route; /* never NULL */
  char *argument;           /* the {…} segment of the path */
  char *query;              /* after "?", still encoded */
  char *body;               /* never NULL, NUL after body_length; wiped with the request */
  gsize body_length;
  char *token;   /* of the session cookie; on the devices' listener a terminal's */
  char *seat;    /* Homespool-Session header: the session of a person at a terminal */
  char *origin;  /* Origin header */
  char *host;    /* Host header */
  char *nonce;   /* Homespool-Nonce header */
  char *held;    /* Homespool-Delegations header */
  char *address; /* of the peer, as text; never NULL */
  HsId device;   /* of a verified client certificate; zero on the people's listener */
  char *serial;  /* of that certificate */
  HsId terminal; /* of a terminal's verified client certificate, else zero */
  guint8 fingerprint[HS_STORE_DIGEST_BYTES]; /* of that certificate */
  gint64 now_us;                             /* UTC, set anew before each stage */

  /* What is known after the checks of the route. */
  HsStoreSession *session; /* of the cookie */

  /* Between stages. */
  HsCallStage next;     /* run this next; the server clears it before each stage */
  HsCallLane next_lane; /* where */
  gpointer state;       /* the handler's own */
  GDestroyNotify free_state;
  gboolean wants_wait; /* run this stage again when wait_key is woken or at wait_until_us */
  HsId wait_key;
  gint64 wait_until_us;   /* UTC */
  gint64 deadline_us;     /* UTC; the handler's own end of all waiting; 0 = not set */
  gboolean is_sole;       /* while it waits: another one waiting with the same key is superseded */
  gboolean is_superseded; /* run again for the last time: another one took the place */
  GHashTable *wakes;      /* set of HsId that this stage wakes after its commit */
  gboolean wants_scrub;   /* keys were destroyed: scrub the store after the commit */

  /* The answer. */
  guint status;       /* 0 until a stage sets it */
  guint error_status; /* status for an error instead of the one of its code; 0 = none */
  guint retry_s;      /* Retry-After; 0 = none */
  char *content_type;
  GString *reply; /* wiped with the request; never NULL */
  char *location; /* 303 */
  char *set_cookie;
};

HsCall *hs_call_new (const HsSiteRoute *route);
void hs_call_free (HsCall *call);

/* A field of an application/x-www-form-urlencoded text; the first of that name.
 * Returns: (transfer full) (nullable). */
char *hs_form_dup_field (const char *form, const char *name);
/* All fields of that name. Returns: (transfer full): NULL-terminated. */
char **hs_form_dup_fields (const char *form, const char *name);

/* Answers. @text is wiped by the request, not here. */
void hs_call_reply (
    HsCall *call, guint status, const char *content_type, const char *text, gssize length);
void hs_call_reply_json (HsCall *call, const char *json);
/* Takes @json and wipes it: it holds a secret. */
void hs_call_reply_wiped (HsCall *call, char *json);
void hs_call_redirect (HsCall *call, const char *location);

/* Wakes whoever waits for @key, after the commit. */
void hs_call_wake (HsCall *call, const HsId *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCall, hs_call_free)
