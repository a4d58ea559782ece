/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Where everything lies.
 *
 *                   installed                     with a root folder R
 *   configuration   /etc/homespool/agent.conf     R/etc/agent.conf
 *   drop-ins        /etc/homespool/agent.conf.d   R/etc/agent.conf.d
 *   state           /var/lib/homespool            R/lib
 *   runtime         /run/homespool                R/run
 *   IPP socket      /run/cups/homespool.sock      R/run/ipp.sock
 *   queue helper    /run/homespool-queue.sock     R/run/queue.sock
 *   kiosk helper    /run/homespool-sweep.sock     R/run/sweep.sock
 *   machine's id    /etc/machine-id               R/etc/machine-id
 *
 * Threads: any, no shared state.  Blocks: on the file system. */

#include <gio/gio.h>

typedef struct
{
  char *config_file;
  char *config_folder; /* drop-ins, read in the order of their names */
  char *state_folder;  /* 0700: ledger, spool, secrets */
  char *spool_folder;  /* 0700, in state_folder */
  char *ledger_file;
  char *run_folder; /* 0755: control socket */
  char *control_socket;
  char *ipp_socket;
  char *queue_socket;  /* where homespool-queue answers */
  char *sweep_socket;  /* where homespool-sweep does, at a kiosk that has one */
  char *machine_id;    /* which system this is: machine_id.h */
  char *helper_folder; /* where homespool-render lies */
} HsPaths;

/* @root: an absolute or relative folder below which everything goes, for trials and tests; NULL for
 * the installed places. Nothing is touched yet. */
HsPaths *hs_paths_new (const char *root);
void hs_paths_free (HsPaths *paths);

/* Other places for trials: the configuration is @file and the drop-ins of "@file.d"; the helpers lie
 * in @folder. */
void hs_paths_use_config (HsPaths *paths, const char *file);
void hs_paths_use_helpers (HsPaths *paths, const char *folder);

/* Makes the folders that are missing and checks those that exist: state and spool belong to us and
 * to nobody else, the run folder is writable by nobody else, and no one of them is a link.
 * Errors (G_IO_ERROR): PERMISSION_DENIED with the path and the command that repairs it; others of
 * the file system. */
gboolean hs_paths_prepare (const HsPaths *paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Refuses a file that another user could have written or, with @is_secret, could read: configuration
 * (not secret) and key files (secret) pass here before they are read.
 * Errors (G_IO_ERROR): NOT_FOUND, PERMISSION_DENIED, NOT_REGULAR_FILE. */
gboolean hs_paths_check_file (const char *path,
                              gboolean is_secret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPaths, hs_paths_free)
