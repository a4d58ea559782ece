/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How the engine makes a document source; the users of one need document_source.h only. */

#include "core/job.h"
#include "engine/delivery/document_source.h"
#include "seal/seal_opening.h"
#include "store/spool.h"

/* @opening is (transfer full). @spool must outlive every worker: @begins and @ends tell of each, on
 * the main context. */
HsDocumentSource *hs_document_source_new (HsSpool *spool,
                                          const HsJob *job,
                                          HsSealOpening *opening,
                                          void (*begins) (gpointer data),
                                          void (*ends) (gpointer data),
                                          gpointer data);

/* What is tried when the first opening does not fit; @opening is (transfer full) (nullable). Before
 * the source is opened. */
void hs_document_source_set_second (HsDocumentSource *source, HsSealOpening *opening);
