/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The person's terminal on Linux: termios on /dev/tty. */

#include "platform/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

gboolean
hs_terminal_has_output (void)
{
  return isatty (STDOUT_FILENO);
}

gboolean
hs_terminal_has_input (void)
{
  return isatty (STDIN_FILENO);
}

guint
hs_terminal_get_width (void)
{
  struct winsize size;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

static gssize
read_line (int descriptor, char *buffer, gsize capacity, GError **error)
{
  gsize length = 0;

  while (TRUE)
    {
      char character;
      ssize_t count = read (descriptor, &character, 1);
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot read: %s", g_strerror (errno));
          return -1;
        }
      if (count == 0 && length == 0)
        {
          g_set_error_literal (
              error, G_IO_ERROR, G_IO_ERROR_CLOSED,
              "nothing was given: type it when you are asked, or write it to standard "
              "input");
          return -1;
        }
      if (count == 0 || character == '\n')
        break;
      if (length + 1 >= capacity)
        {
          explicit_bzero (buffer, capacity);
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the line is too long");
          return -1;
        }
      buffer[length++] = character;
    }
  buffer[length] = '\0';
  return (gssize)length;
}

gssize
hs_terminal_read_secret (const char *prompt, char *buffer, gsize capacity, GError **error)
{
  if (!hs_terminal_has_input ())
    return read_line (STDIN_FILENO, buffer, capacity, error);

  int terminal = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "there is no terminal to ask on");
      return -1;
    }
  struct termios shown, hidden;
  sigset_t interrupts, before;
  sigemptyset (&interrupts);
  sigaddset (&interrupts, SIGINT);
  sigaddset (&interrupts, SIGTSTP);
  sigaddset (&interrupts, SIGTERM);
  (void)!write (terminal, prompt, strlen (prompt));
  tcgetattr (terminal, &shown);
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  hidden.c_lflag |= ECHONL;
  /* Interrupt characters are read as characters while echo is off, so that a half-finished prompt
   * can never leave the terminal silent. */
  sigprocmask (SIG_BLOCK, &interrupts, &before);
  tcsetattr (terminal, TCSAFLUSH, &hidden);
  gssize length = read_line (terminal, buffer, capacity, error);
  tcsetattr (terminal, TCSAFLUSH, &shown);
  sigprocmask (SIG_SETMASK, &before, NULL);
  close (terminal);
  if (length > 0 && strchr (buffer, '\003') != NULL)
    {
      explicit_bzero (buffer, capacity);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
      return -1;
    }
  return length;
}
