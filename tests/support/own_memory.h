/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* This process's memory as somebody else sees it: what was given back, which the program itself may
 * not touch any more. */

#include <glib.h>

/* Up to @length bytes at @place, through /proc. Returns: how many; 0 where no memory is any more. */
gsize hs_own_memory_read (guintptr place, void *buffer, gsize length);
