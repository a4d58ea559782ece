/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* In which network this machine is, as far as that can be told without asking anybody: by the way out
 * of it, its default gateway's address and hardware address.
 *
 * Threads: any, no shared state.  Blocks: on the kernel's own tables only. */

#include <glib.h>

/* "192.0.2.1 00:00:5e:00:53:01". Two networks with the same addresses differ by the hardware.
 * Returns: (transfer full) (nullable): there is no way out, or who stands there is not known now. */
char *hs_network_place_dup (void);
