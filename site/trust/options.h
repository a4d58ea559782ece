/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The options of homespool-trust, and what they change in a bundle or a printer request.
 *
 * Threads: one owner.  Blocks: on disk where an option names a file. */

#include "base/secret_bytes.h"
#include "core/wire/bundle.h"
#include "core/wire/printer_request.h"

#define HS_TRUST_DEFAULT_LIFE_DAYS 90
#define HS_TRUST_MAX_LIFE_DAYS 3650
#define HS_TRUST_NOT_GIVEN G_MININT

typedef enum
{
  HS_TRUST_INIT = 1,
  HS_TRUST_SIGN,
  HS_TRUST_ROTATE,
  HS_TRUST_SHOW,
} HsTrustCommand;

typedef struct
{
  char *dir;
  char *out;             /* a copy of what was signed; "-" = standard output; nullable */
  char *name;            /* init */
  char *passphrase_file; /* "-" = standard input; nullable */
  gboolean yes;          /* do not ask */
  int expires_days;      /* HS_TRUST_NOT_GIVEN: HS_TRUST_DEFAULT_LIFE_DAYS */

  /* policy: NULL or HS_TRUST_NOT_GIVEN = as in the newest bundle */
  char *title_policy;
  char *os_names;
  char *offline;
  char *offline_any_printer;
  char *auto_release;
  char *owner_stanza;
  char *report_local;
  char *retention;
  int quota_jobs;
  gint64 quota_bytes;
  char **escrow; /* NAME=age1… */
  gboolean no_escrow;
  char **printer_ca; /* PEM files */
  gboolean no_printer_ca;

  /* printers */
  char *pin;
  char *certificate;
  gboolean allow_plain;

  /* rotate */
  gboolean finish;
  gboolean printer_admin;
} HsTrustOptions;

/* Reads the options of @command from @arguments and leaves what is none in them. Errors: those of
 * GOptionContext, also for an option that does nothing with this command. */
gboolean hs_trust_options_parse (HsTrustOptions *options,
                                 HsTrustCommand command,
                                 const char *summary,
                                 char ***arguments,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_trust_options_clear (HsTrustOptions *options);

/* Returns FALSE, naming the option, when a value is out of range. */
gboolean hs_trust_options_apply_policy (const HsTrustOptions *options,
                                        HsBundle *bundle,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns FALSE, naming the option, when one was given that would do nothing: a policy while printers
 * are signed, or what pins a printer while a bundle is. */
gboolean hs_trust_options_refuse_policy (const HsTrustOptions *options,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hs_trust_options_refuse_pins (const HsTrustOptions *options,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Pins the printer of @request as --pin or --certificate says, and refuses printers that no
 * workstation could trust: without pin while there is no printer CA, or plain IPP without
 * --allow-plain. */
gboolean hs_trust_options_apply_pins (const HsTrustOptions *options,
                                      gboolean has_printer_ca,
                                      HsPrinterRequest *request,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The life of what is signed. Errors: INVALID. */
gboolean hs_trust_options_get_life (const HsTrustOptions *options,
                                    gint64 *life_us,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *passphrase is NULL if none was given. A final line feed does not belong to it. */
gboolean hs_trust_options_read_passphrase (const HsTrustOptions *options,
                                           HsSecretBytes **passphrase,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
