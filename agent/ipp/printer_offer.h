/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The unchanging attributes of the virtual printer; for ipp/printer_attributes only.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "ipp/printer_attributes.h"

void hs_printer_offer_add_description (ipp_t *description, const HsPrinterIdentity *identity);

/* All of the job template but media-*, which is ipp/printer_media's. */
void hs_printer_offer_add_template (ipp_t *template);
