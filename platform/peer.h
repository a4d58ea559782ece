/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who is at the other end of a local connection, as the kernel says.
 *
 * The only source of identity for requests from this machine. A connection that cannot be proven
 * has no peer: the functions fail, they never answer "probably". What a uid may do is decided
 * elsewhere; errors are in G_IO_ERROR (hs_error_convert_gio() turns them).
 *
 * Threads: any, no shared state.  Blocks: as said for each function. */

#include <gio/gio.h>

#define HS_PEER_NO_UID G_MAXUINT32

typedef enum
{
  HS_PEER_NONE = 0,
  HS_PEER_UNIX_SOCKET,  /* uid and pid of the process that connected, frozen at connect() */
  HS_PEER_LOOPBACK_TCP, /* uid of the process that made the socket; pid is not known */
} HsPeerKind;

typedef struct
{
  HsPeerKind kind;
  guint32 uid; /* never HS_PEER_NO_UID after success */
  gint64 pid;  /* 0 if not known */
} HsPeer;

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Finds out who is at the other end of the connected @socket and fills *peer.
 *
 * On loopback TCP the answer holds for this moment only: ask at accept and again before anything
 * is believed, and compare uids. Over TCP uid 0 is refused (a closed socket looks like root), and
 * so is every state but ESTABLISHED. On both kinds the overflow uid is refused: it means "a user
 * that this process cannot see". Takes microseconds.
 * Errors: PERMISSION_DENIED (not provable: closed meanwhile, not loopback, unmapped or root over
 * TCP), NOT_SUPPORTED (neither kind of socket), FAILED (the kernel did not answer). */
gboolean hs_peer_identify (GSocket *socket, HsPeer *peer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Is @uid a member of the group @group_name (primary or supplementary)? FALSE also if there is no
 * such group or user. Root is a member of nothing by itself.
 * Blocks: on the name service, which may ask a directory server. */
gboolean hs_peer_is_member (guint32 uid, const char *group_name);

/* The name of @uid. Blocks: like hs_peer_is_member().
 * Returns: (transfer full). Errors: NOT_FOUND, FAILED (the name service did not answer). */
char *hs_peer_dup_user_name (guint32 uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The uid of exactly this @name, byte for byte: a name service that answers "Bob" with "bob" is not
 * followed. Blocks: like hs_peer_is_member(). Errors: NOT_FOUND, FAILED. */
gboolean
hs_peer_find_uid (const char *name, guint32 *uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What to wait for on a connected socket to learn that its peer has gone without reading from it:
 * for TCP, that the peer closed its direction, which G_IO_HUP alone does not tell. */
GIOCondition hs_peer_get_hang_up_condition (void);

/* ── the process behind a Unix socket ────────────────────────────────────────────────────── */

/* A handle that means one process for ever, where a bare pid may come to mean another. */
typedef struct HsPeerProcess HsPeerProcess;

/* The process that connected @socket (Unix sockets only).
 * Errors: NOT_FOUND (it has ended), NOT_SUPPORTED (this system has no such handles). */
HsPeerProcess *hs_peer_process_open (GSocket *socket, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_peer_process_free (HsPeerProcess *process);

/* The parent of the process that connected @socket, if it is the same user's: the shell from which a
 * command was started, which lives on when the command has ended.
 * Errors: NOT_FOUND (one of the two has ended, or the parent is somebody else's), NOT_SUPPORTED. */
HsPeerProcess *hs_peer_process_open_parent (GSocket *socket,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Was @socket connected by @process or by a descendant of it? FALSE also when @process, who connected,
 * or somebody between the two, has ended. */
gboolean hs_peer_process_has_connected (HsPeerProcess *process, GSocket *socket);

/* FALSE once it has ended. Never blocks. */
gboolean hs_peer_process_is_alive (HsPeerProcess *process);

/* Calls @ended once, on the main context, when the process ends. hs_peer_process_free() withdraws
 * it. At most one watch for each handle. */
typedef void (*HsPeerProcessEndedFunc) (HsPeerProcess *process, gpointer user_data);
void
hs_peer_process_watch (HsPeerProcess *process, HsPeerProcessEndedFunc ended, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPeerProcess, hs_peer_process_free)
