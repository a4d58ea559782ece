/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-render: looks at documents for the agent. It holds no key, and enters the sandbox before
 * it reads the first byte that somebody else wrote. Started by the agent only; see
 * core/pages/render_message.h for what they say to each other. */

#include "platform/helper_child.h"
#include "platform/sandbox.h"
#include "render/count.h"
#include "render/draw.h"
#include "render/open.h"

#include <stdio.h>
#include <string.h>

#define MEMORY_BYTES (1024ull * 1024 * 1024)
#define CPU_SECONDS 15

/* Where fonts and what belongs to them lie: poppler needs them to draw, not to count. */
static const char *const fonts[]
    = { "/usr/share/fonts",   "/usr/local/share/fonts", "/usr/share/fontconfig",
        "/usr/share/poppler", "/usr/share/ghostscript", "/usr/share/X11/fonts",
        "/etc/fonts",         "/var/cache/fontconfig",  NULL };

static int
fail_in_sandbox (void)
{
  return hs_open_fail (HS_RENDER_FAILURE_SANDBOX) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  const HsSandboxPlan plan
      = { .memory_bytes = MEMORY_BYTES, .cpu_seconds = CPU_SECONDS, .readable = fonts };
  HsSandboxFiles files = HS_SANDBOX_NONE;
  HsRenderMessage task;

  if (argc != 2 || (strcmp (argv[1], "count") != 0 && strcmp (argv[1], "draw") != 0))
    {
      fputs ("homespool-render is started by homespoold; it does nothing by itself.\n", stderr);
      return 2;
    }
  if (!hs_sandbox_enter (&plan, &files, NULL))
    return fail_in_sandbox ();
  g_autoptr (GBytes) frame = hs_helper_child_receive ();
  if (frame == NULL
      || !hs_render_message_decode (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame),
                                    &task))
    return 2;
  if (task.kind == HS_RENDER_COUNT)
    return hs_count_run (task.document_bytes, files == HS_SANDBOX_READABLE) ? 0 : 1;
  if (task.kind == HS_RENDER_DRAW)
    return hs_draw_run (task.document_bytes, task.side_px, files == HS_SANDBOX_READABLE) ? 0 : 1;
  return 2;
}
