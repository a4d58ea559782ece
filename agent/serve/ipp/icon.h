/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The virtual printer's icon: printer-icons wants one that can be fetched.
 *
 * Threads: any, constant.  Blocks: never. */

#include <glib.h>

extern const guint8 hs_ipp_icon[];
extern const gsize hs_ipp_icon_bytes;
