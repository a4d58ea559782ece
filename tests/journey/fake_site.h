/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A site for journeys: an organisation with its root, and an HTTPS server that holds what a real
 * site holds (command and entitlement keys, device CA, release keys, records) and may misuse all of
 * it. Root and printer-admin key are the organisation's: the server never uses them.
 *
 * Threads: made and asked on the main thread; the server has its own, behind one lock.
 * Blocks: never. */

#include "core/wire/bundle.h"
#include "core/wire/command.h"
#include "core/wire/enrol_token.h"
#include "core/wire/printer_list.h"
#include "core/wire/release_keys.h"
#include "support/http_double.h"

/* What the server does instead of its duty, for every path but where a path is named. */
typedef enum
{
  FAKE_SITE_GOOD = 0,
  FAKE_SITE_RUBBISH,    /* answers 200 with a page of HTML */
  FAKE_SITE_ENDLESS,    /* answers 200 with a body that does not end */
  FAKE_SITE_REDIRECTS,  /* answers 302 to itself */
  FAKE_SITE_DROPS,      /* closes the connection after the request */
  FAKE_SITE_BROKEN,     /* answers 500 */
  FAKE_SITE_REVOKED,    /* answers 403 on the devices' paths */
  FAKE_SITE_TAKES_NONE, /* acknowledges no record */
} FakeSiteMood;

typedef struct FakeSite FakeSite;

/* @device: the uuid that it gives; @release_public: S of epoch 1. */
FakeSite *fake_site_new (const HsId *device, const guint8 release_public[HS_RELEASE_KEY_BYTES]);
void fake_site_free (FakeSite *site);

/* ── the organisation ────────────────────────────────────────────────────────────────────── */

/* The bundle as it will be signed next; change it, then publish. */
HsBundle *fake_site_get_bundle (FakeSite *site);
HsPrinterList *fake_site_get_printers (FakeSite *site);

/* Adds a printer to the list that will be signed next. */
void fake_site_add_printer (FakeSite *site, const HsId *uuid, const char *uri);

/* Signs both with their rightful keys, each as the next version. */
void fake_site_publish (FakeSite *site);

/* What an administrator would carry to the workstation. */
HsEnrolToken *fake_site_make_token (FakeSite *site);

/* ── the server's evil twins of it: signed with what a site has ──────────────────────────── */

typedef enum
{
  FAKE_SITE_KEY_COMMAND,
  FAKE_SITE_KEY_ENTITLEMENT,
  FAKE_SITE_KEY_NEW,  /* one that it has just made */
  FAKE_SITE_KEY_ROOT, /* for comparison: what only the organisation can do */
  FAKE_SITE_KEY_PRINTER_ADMIN,
} FakeSiteKey;

/* Serves bundle and list signed with those keys from now on. */
void fake_site_publish_forged (FakeSite *site, FakeSiteKey bundle_key, FakeSiteKey printers_key);

/* ── commands ────────────────────────────────────────────────────────────────────────────── */

/* How a command is made at the moment of a poll. */
typedef struct
{
  HsCommandKind kind;
  HsId id;
  HsId job;
  HsId printer;
  guint32 life_s;             /* 0 = 60 */
  const HsSecretBytes *share; /* nullable; copied */
  FakeSiteKey key;            /* COMMAND is the right one */
  gboolean old_nonce;         /* that of the poll before */
  gboolean other_device;
  gboolean repeat; /* in every reply, not only in the next */
} FakeSiteCommand;

void fake_site_order (FakeSite *site, const FakeSiteCommand *command);
void fake_site_forget_orders (FakeSite *site);

/* ── behaviour ───────────────────────────────────────────────────────────────────────────── */

void fake_site_set_mood (FakeSite *site, FakeSiteMood mood);

/* A certificate that the bundle's CA did not make. */
void fake_site_impersonate (FakeSite *site);

/* The site knows more than the ledger: it pretends to have @n records of each stream. */
void fake_site_pretend_records (FakeSite *site, guint64 n);

/* As if put back to a state before the first record; what it saw is not forgotten here. */
void fake_site_forget_records (FakeSite *site);

/* ── what it saw ─────────────────────────────────────────────────────────────────────────── */

/* The records' kinds in order, joined by spaces, and with their results and reasons where they have
 * some: "agent:started command-result:refused". Returns: (transfer full). */
char *fake_site_dup_records (FakeSite *site);

/* How often @word stands in them. */
guint fake_site_count_records (FakeSite *site, const char *word);

/* Requests so far whose "METHOD path" begins with @prefix. */
guint fake_site_count (FakeSite *site, const char *prefix);

/* TRUE if @bytes stood in anything that a workstation sent. */
gboolean fake_site_has_seen (FakeSite *site, const void *bytes, gsize length);
guint16 fake_site_get_port (FakeSite *site);
