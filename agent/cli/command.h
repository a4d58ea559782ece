/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One command of `homespool`: what it is called, how it is used, what it does.
 *
 * Exit codes are part of the contract (man page homespool(1)).
 *
 * Threads: main thread.  Blocks: until the agent answered or the person decided. */

#include "cli/client.h"
#include "platform/paths.h"

typedef enum
{
  HS_EXIT_OK = 0,
  HS_EXIT_FAILED = 1,      /* the agent tried and could not */
  HS_EXIT_USAGE = 2,       /* the command line is wrong */
  HS_EXIT_UNREACHABLE = 3, /* no agent answers */
  HS_EXIT_NOT_FOUND = 4,   /* no such job or printer */
  HS_EXIT_REFUSED = 5,     /* not allowed, or not possible now */
  HS_EXIT_UNCERTAIN = 6,   /* it is not known whether it printed */
} HsExitCode;

typedef struct
{
  HsClient *client;
  const HsPaths *paths;
  gboolean json;    /* --json: print what the agent answered */
  char **arguments; /* after the command's name; NULL-terminated */
} HsCommandCall;

typedef struct
{
  const char *name;
  const char *usage;   /* after the name */
  const char *summary; /* one line */
  HsExitCode (*run) (HsCommandCall *call);
} HsCommand;

/* Ends with an entry whose name is NULL. */
extern const HsCommand hs_commands[];

/* Prints "homespool: <message>" to standard error and says which code that is. */
HsExitCode hs_command_fail (const HsCommandCall *call, const GError *error);

/* Prints the usage of the command @name to standard error. */
HsExitCode hs_command_misused (const char *name);

/* Prints @object as JSON. */
void hs_command_print_json (const json_t *object);

/* Takes "--name" or "--name=VALUE"/"--name VALUE" out of the arguments. */
gboolean hs_command_take_flag (HsCommandCall *call, const char *name);
char *hs_command_take_value (HsCommandCall *call, const char *name);

/* ── the commands, by concern ────────────────────────────────────────────────────────────── */

HsExitCode hs_command_status (HsCommandCall *call); /* command_status.c */
HsExitCode hs_command_doctor (HsCommandCall *call);
HsExitCode hs_command_jobs (HsCommandCall *call); /* command_jobs.c */
HsExitCode hs_command_trace (HsCommandCall *call);
HsExitCode hs_command_cancel (HsCommandCall *call);
HsExitCode hs_command_resolve (HsCommandCall *call);
HsExitCode hs_command_claim (HsCommandCall *call);    /* command_claim.c */
HsExitCode hs_command_delegate (HsCommandCall *call); /* command_delegate.c */
HsExitCode hs_command_release (HsCommandCall *call);  /* command_release.c */
HsExitCode hs_command_printers (HsCommandCall *call); /* command_printers.c */
HsExitCode hs_command_sign_in (HsCommandCall *call);  /* command_sign_in.c */
HsExitCode hs_command_sign_out (HsCommandCall *call);
HsExitCode hs_command_pin (HsCommandCall *call);
HsExitCode hs_command_password (HsCommandCall *call);
HsExitCode hs_command_unlock (HsCommandCall *call); /* command_person.c */
HsExitCode hs_command_key (HsCommandCall *call);
HsExitCode hs_command_pair (HsCommandCall *call);  /* command_pair.c */
HsExitCode hs_command_enrol (HsCommandCall *call); /* command_admin.c */
HsExitCode hs_command_config (HsCommandCall *call);
