/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The agent's configuration: bytes of key files → checked values, or the line that is wrong.
 *
 * The files are read by main(), in order: agent.conf, then agent.conf.d/ in name order; a later
 * value replaces an earlier one. Every key has a type, a range and a sentence in one table, from
 * which docs/configuration.md is generated. Policies that the organisation signs (retention,
 * quotas, titles) come with the trust bundle and then stand above these values.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* How the people of a workstation are told apart. */
typedef enum
{
  HS_PEOPLE_PERSONAL = 0, /* by OS user; one person's machine */
  HS_PEOPLE_SHARED,       /* by OS user; several people use it in turn */
  HS_PEOPLE_KIOSK,        /* many people share one OS account: whoever is signed in */
} HsPeopleMode;

typedef struct
{
  /* [agent] */
  char *log_level;   /* "warning", "message" or "debug" */
  char *admin_group; /* members may use the administrator's calls */

  /* [intake] */
  gboolean loopback_tcp;        /* also listen on 127.0.0.1 and ::1 */
  guint64 tcp_port;             /* 1 to 65535 */
  guint64 connections;          /* at once, all together */
  guint64 connections_per_user; /* at once, for one uid */
  guint64 idle_timeout_s;       /* silence after which a connection ends */
  guint64 create_timeout_s;     /* Create-Job without its document */

  /* [spool] */
  guint64 retention_s;        /* a held job's life */
  guint64 job_bytes;          /* largest document */
  guint64 owner_jobs;         /* jobs that one owner may hold */
  guint64 owner_bytes;        /* bytes that one owner may hold */
  guint64 disk_reserve_bytes; /* free space that is never used */
  guint64 unproven_jobs;      /* jobs whose owner nobody could prove, together */
  guint64 unproven_bytes;
  guint64 unproven_retention_s;
  guint64 history_s; /* how long a finished job stays listed */

  /* [queue] */
  gboolean queue_manage; /* keep the system's print queue in order */
  char *queue_name;      /* its name */
  gboolean queue_strict; /* take nothing that the print system had on its disk */

  /* [printers] */
  guint64 connect_timeout_s;
  guint64 attempts;         /* deliveries tried while a printer is busy */
  guint64 answer_timeout_s; /* silence of a printer after which the delivery asks anew */

  /* [keys] */
  guint64 key_idle_s; /* unlocked without use: forget it */
  guint64 key_most_s; /* unlocked at all: forget it */
  gboolean lock_on_sleep;
  gboolean lock_on_logout;

  /* [people] */
  char *people_mode;             /* hs_config_get_people_mode() */
  char *kiosk_account;           /* "" = none */
  guint64 idle_sign_out_s;       /* kiosk: signed out after so long without a sign of life */
  gboolean sign_out_after_print; /* kiosk: once nothing is left to print */
  gboolean sign_out_on_lock;     /* kiosk; on a shared workstation the key is locked */
  gboolean offline_sign_in;      /* kiosk: with a long password, while the site cannot be reached */

  /* [site] */
  char *proxy;         /* http://host:port for the site connection; "" = none */
  char *discover;      /* a domain whose DNS names more addresses of the site; "" = none */
  guint64 poll_wait_s; /* how long the site may hold a poll */

  /* [render] */
  guint64 render_memory_bytes; /* of the page counting process */
  guint64 render_time_s;       /* processor time of one document */
} HsConfig;

/* The defaults. */
HsConfig *hs_config_new (void);
void hs_config_free (HsConfig *config);

/* Reads one file's @text over @config. @file_name serves the message only. On an error @config is
 * unchanged. Errors: INVALID: "agent.conf:7: spool.retention: expected a duration from 1min to 30d,
 * such as 24h". Unknown groups, unknown keys and keys given twice are errors too. */
gboolean hs_config_merge (HsConfig *config,
                          const char *file_name,
                          const char *text,
                          gsize length,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What no single line can get wrong: a kiosk without an account. For when all files are read.
 * Errors: INVALID. */
gboolean hs_config_check (const HsConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;

HsPeopleMode hs_config_get_people_mode (const HsConfig *config);

/* All values as a key file. Returns: (transfer full). */
char *hs_config_format (const HsConfig *config);

/* docs/configuration.md. Returns: (transfer full). */
char *hs_config_format_document (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsConfig, hs_config_free)
