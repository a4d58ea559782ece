/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The person's terminal: is there one, how wide is it, and reading a secret without showing it.
 *
 * Threads: main thread.  Blocks: hs_terminal_read_secret() until a line was typed. */

#include <gio/gio.h>

/* Is standard output (or input) a terminal? */
gboolean hs_terminal_has_output (void);
gboolean hs_terminal_has_input (void);

/* Columns of the terminal; 80 when there is none. */
guint hs_terminal_get_width (void);

/* Asks @prompt on the terminal and reads one line without echo, or, where standard input is no
 * terminal, reads one line from it without a prompt. The line comes without its end, in @buffer,
 * NUL-terminated; the caller wipes it. Echo is restored also when the person interrupts.
 * Returns the number of bytes, or -1 with @error. Errors (G_IO_ERROR): CLOSED (end of input),
 * NO_SPACE (longer than @capacity - 1), FAILED. */
gssize hs_terminal_read_secret (const char *prompt, char *buffer, gsize capacity, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
