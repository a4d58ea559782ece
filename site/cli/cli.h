/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The command line of homespool-site: its options and its commands.
 *
 * Every command is a function that prints what it did, or returns FALSE with an error that says what
 * happened and what to do next. Secrets come from a file or standard input, never from an argument.
 *
 * Threads: main only.  Blocks: on disk; passwords compute. */

#include "base/secret_bytes.h"
#include "site/site.h"

typedef struct
{
  char *data;            /* --data DIR */
  char **names;          /* --name, init: names in the certificate; user and printer: one */
  char **listen;         /* --listen */
  char **devices_listen; /* --devices-listen */
  char **urls;           /* --url */
  char **devices_urls;   /* --devices-url */
  char **files;          /* --file */
  char *output;          /* --output FILE; "-" or NULL = standard output */
  char *password_file;   /* --password-file FILE; "-" = standard input */
  char *pin_file;        /* --pin-file FILE; "-" = standard input */
  char *card_file;       /* --card-file FILE; "-" = standard input */
  gboolean guest;        /* --guest */
  gboolean csv;          /* --csv */
  char *time_zone;       /* --time-zone NAME */
  char *by;              /* --by day,person,printer */
  char *kind;            /* --kind released or local */
  char *person;          /* --person NAME; "" = nobody */
  char *user_name;       /* --user-name NAME */
  char *not_mine;        /* --not-mine JOB */
  char *until;           /* --until 2d, 8h or YYYY-MM-DD */
  gboolean reset;        /* --reset */
  gboolean remove;       /* --remove */
  gboolean all;          /* --all */
  gboolean sign_ins;     /* --sign-ins */
  char *printer;         /* --printer UUID or name */
  char *size;            /* --size a6, a7 or label */
  gboolean card_only;    /* --card-only */
  gboolean browser;      /* --browser */
  char *display_name;    /* --display-name */
  char *location;        /* --location */
  char **uris;           /* --uri */
  char **pins;           /* --pin sha256:hex or base64url */
  char *uuid;            /* --uuid */
  gboolean allow_plain;  /* --allow-plain */
  gboolean json;         /* --json */
  char *from;            /* --from YYYY-MM-DD */
  char *to;              /* --to YYYY-MM-DD, not included */
  char *before;          /* --before YYYY-MM-DD */
  int hours;             /* --hours */
  char **rest;           /* what is not an option */
  HsSecretBytes *secret; /* password, PIN or card; read before the store is locked */
} HsCli;

typedef gboolean (*HsCliCommand) (HsCli *cli, GError **error);

/* cli_setup.c */
gboolean hs_cli_init (HsCli *cli, GError **error);
gboolean hs_cli_serve (HsCli *cli, GError **error);
gboolean hs_cli_routes (HsCli *cli, GError **error);
gboolean hs_cli_trust (HsCli *cli, GError **error);
gboolean hs_cli_backup (HsCli *cli, GError **error);
gboolean hs_cli_restore (HsCli *cli, GError **error);

/* cli_people.c */
gboolean hs_cli_user_add (HsCli *cli, GError **error);
gboolean hs_cli_user_passwd (HsCli *cli, GError **error);
gboolean hs_cli_user_list (HsCli *cli, GError **error);

/* cli_methods.c */
gboolean hs_cli_user_pin (HsCli *cli, GError **error);
gboolean hs_cli_user_card (HsCli *cli, GError **error);
gboolean hs_cli_user_guest (HsCli *cli, GError **error);
gboolean hs_cli_user_block (HsCli *cli, GError **error);
gboolean hs_cli_user_unblock (HsCli *cli, GError **error);

/* privacy.c */
gboolean hs_cli_erase (HsCli *cli, GError **error);
gboolean hs_cli_export (HsCli *cli, GError **error);
gboolean hs_cli_rectify (HsCli *cli, GError **error);

/* report.c */
gboolean hs_cli_report (HsCli *cli, GError **error);

/* cli_things.c */
gboolean hs_cli_token (HsCli *cli, GError **error);
gboolean hs_cli_device_list (HsCli *cli, GError **error);
gboolean hs_cli_device_revoke (HsCli *cli, GError **error);
gboolean hs_cli_printer_add (HsCli *cli, GError **error);
gboolean hs_cli_printer_remove (HsCli *cli, GError **error);
gboolean hs_cli_printer_list (HsCli *cli, GError **error);
gboolean hs_cli_printer_sticker (HsCli *cli, GError **error);

/* cli_terminals.c */
gboolean hs_cli_terminal_add (HsCli *cli, GError **error);
gboolean hs_cli_terminal_list (HsCli *cli, GError **error);
gboolean hs_cli_terminal_revoke (HsCli *cli, GError **error);

/* ── for the commands (cli_common.c) ─────────────────────────────────────────────────────── */

/* Opens the site of --data. Errors: INVALID if the option is missing. */
HsSite *hs_cli_open (HsCli *cli, GError **error);

/* Runs @change in one transaction, and scrubs the store afterwards if *scrub was set. */
typedef gboolean (*HsCliChange) (HsSite *site, HsCli *cli, gboolean *scrub, GError **error);
gboolean hs_cli_change (HsCli *cli, HsCliChange change, GError **error);

/* NULL is good: it was not given. Errors: INVALID. */
gboolean hs_cli_check_display_name (const char *name, GError **error);

/* The one value that must be there. Errors: INVALID, naming @option. */
const char *hs_cli_need (char *const *values, const char *option, GError **error);

/* Fills cli->secret with the first line of @file ("-": standard input) without its end; NULL @file
 * asks @prompt on the terminal without echo. Before hs_cli_change(): a server must not wait while
 * somebody types. @option is what would have named the file. Errors: INVALID, NOT_FOUND. */
gboolean hs_cli_read_secret (
    HsCli *cli, const char *file, const char *option, const char *prompt, GError **error);

/* Writes to --output, 0600, or to standard output. */
gboolean hs_cli_write (HsCli *cli, const char *text, GError **error);

/* The same for a list that people read, without what names could play with; where it is empty a person
 * is told by @nobody, on standard error. */
gboolean hs_cli_write_list (HsCli *cli, const char *text, const char *nobody, GError **error);

/* The same for a line that holds a secret: takes and wipes it. */
gboolean hs_cli_write_secret_line (HsCli *cli, char *line, GError **error);

/* The same for bytes, and only to a file with @mode. Errors also: INVALID: no --output FILE. */
gboolean hs_cli_write_bytes (HsCli *cli, GBytes *bytes, int mode, GError **error);

/* The printer of the signed list that @text, a uuid or its whole name, means. Errors: NOT_FOUND;
 * INVALID: several have the name. */
HsStorePrinter *hs_cli_find_printer (HsSite *site, const char *text, GError **error);

/* Errors: REFUSED: the directory decides about this person's password. */
gboolean hs_cli_refuse_directory (const HsStoreUser *user, GError **error);

/* "2026-11-22 14:02", local time; "-" for 0. Returns: (transfer full). */
char *hs_cli_dup_time (gint64 at_us);
