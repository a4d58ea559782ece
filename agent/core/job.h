/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job, as a plain value: everything the house knows of it except the document.
 *
 * The engine owns the only copy that changes; everybody else gets it const. Fields marked PRIVATE
 * are sealed in the ledger (see docs/sealed-format.md), live in memory only while known, and never
 * reach a log; after a restart they are NULL until the owner's key is unlocked.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "core/job_reasons.h"
#include "core/job_state.h"
#include "core/print_options.h"

#define HS_JOB_E_BYTES 32      /* the ephemeral public key E of homespool.release/1 */
#define HS_JOB_MAC_BYTES 32    /* age header MAC */
#define HS_JOB_DIGEST_BYTES 32 /* SHA-256, HMAC-SHA-256 */

typedef enum
{
  HS_OWNER_NONE = 0,
  HS_OWNER_PROVEN,   /* the kernel, or our verified queue, said who it is */
  HS_OWNER_UNPROVEN, /* nobody could prove it: sealed to site and workstation, shown to nobody */
  HS_OWNER_CLAIMED,  /* was UNPROVEN; the person whom it names signed in at the site and said "this
                        is mine". Sealed as before: to no owner */
} HsOwnerKind;

typedef enum
{
  HS_COUNT_UNKNOWN = 0, /* encrypted, damaged or not yet counted */
  HS_COUNT_CLAIMED,     /* the client said so (job-impressions) */
  HS_COUNT_MEASURED,    /* we counted */
} HsCountSource;

/* How far a delivery has come; each value is committed before the next thing is sent. */
typedef enum
{
  HS_DELIVERY_NONE = 0,   /* nothing was sent in this release */
  HS_DELIVERY_INTENT,     /* Create-Job may have reached the printer */
  HS_DELIVERY_ACCEPTED,   /* printer_job_id is known */
  HS_DELIVERY_SENDING,    /* document bytes may have reached the printer */
  HS_DELIVERY_SENT,       /* the printer has the whole document */
  HS_DELIVERY_CUT,        /* sending ended early: the printer can have sent_bytes at the most */
  HS_DELIVERY_UNANSWERED, /* the whole document left; the printer did not say that it came */
} HsDeliveryProgress;

typedef struct
{
  HsId id;        /* file name, ledger key, wire name */
  guint32 ipp_id; /* IPP job-id: random, 1 to 2^31-1, unique among jobs known here */
  HsJobState state;
  HsJobReasons reasons; /* IPP job-state-reasons and why the last release failed */

  HsOwnerKind owner_kind;
  HsId owner;        /* identity uuid; zero if unproven; of the claimant if claimed */
  guint32 owner_uid; /* OS uid that the kernel named; G_MAXUINT32 if none */
  HsId maker; /* random id of the connection group that made it: what a print-system peer may touch
               */

  char *title;     /* PRIVATE: job-name; nullable */
  char *user_name; /* PRIVATE: job-originating-user-name as proven or claimed; nullable */
  GBytes *ticket;  /* PRIVATE: the client's job template attributes as one IPP message body
                    * (agent/ipp encodes and decodes); nullable */

  char *format;        /* MIME type after sniffing: "application/pdf" */
  guint64 size_bytes;  /* plaintext length */
  guint32 impressions; /* page images of one copy; meaning of 0 depends on impressions_source */
  HsCountSource impressions_source;
  HsColour colour; /* of the document, as sent; see hs_job_get_colour() and its kin below */
  HsSides sides;   /* as sent */
  guint32 copies;  /* as sent: 1 to HS_COPIES_MAX */
  char *media;     /* IPP media keyword: "iso_a4_210x297mm"; nullable = printer's default */

  gint64 created_at_us;  /* UTC */
  gint64 sealed_at_us;   /* UTC; 0 while RECEIVING */
  gint64 expires_at_us;  /* UTC */
  gint64 finished_at_us; /* UTC; 0 until final */

  /* The seal. */
  guint8 header_mac[HS_JOB_MAC_BYTES];
  guint8 stanza_digest[HS_JOB_DIGEST_BYTES]; /* SHA-256 of the stanza lines */
  guint64 sealed_bytes;                      /* length of the .age file */
  guint8 release_e[HS_JOB_E_BYTES];          /* E; all zero if sealed without a release stanza */
  guint64 release_epoch;                     /* epoch of S; 0 = none */
  char **recipients; /* "owner", "release", "escrow:<name>" in stanza order; NULL-terminated */
  guint8 claim_tag[HS_JOB_DIGEST_BYTES]; /* seal/claim_tag.h: whom an unproven job names, without
                                            the name; all zero if it names nobody */

  /* The delivery; zero until released. */
  HsId printer;           /* printer uuid of the present or last release */
  HsId release_command;   /* uuid of the site command that released it; zero if local */
  HsPrintOptions changed; /* what the present or last release changed of copies, sides and colour;
                           * zeros: nothing. Gone when the release is taken back */
  HsDeliveryProgress progress;
  guint32 printer_job_id; /* the printer's job-id; 0 if none */
  guint64 sent_bytes;     /* of the document, handed to the connection; an upper bound of what the
                           * printer can have, known from CUT, UNANSWERED and SENT on */
  guint32 printer_job_state; /* the printer's job-state when it last told (RFC 8011 section 5.3.7);
                              * 0 = it has not */
  HsId left_printer;         /* where an earlier try may have left a job of ours; zero: nowhere */
  guint32 left_job_id;       /* its job-id there; 0 = only its name is known */
  guint32 attempts;          /* deliveries tried in this release */
  guint32 intents;           /* deliveries, in any release, that may have made a job at a printer */
  gboolean cancel_wanted;
  char *failure;              /* last refusal, a sentence for a person; nullable */
  guint32 result_impressions; /* the printer's job-impressions-completed */
  guint32 result_sheets;      /* the printer's job-media-sheets-completed */
  gboolean result_counted;    /* the printer gave at least one of the two */
  gboolean offline; /* came, or once it was released: was released, while the site was away */
} HsJob;

/* A job in state HS_JOB_NONE with one copy and unknown counts. */
HsJob *hs_job_new (void);
HsJob *hs_job_copy (const HsJob *job);

/* Frees, and wipes the PRIVATE fields. NULL is allowed. */
void hs_job_free (HsJob *job);

/* Wipes title, user_name and ticket and sets them to NULL. */
void hs_job_forget_private (HsJob *job);

/* Notes that what the printer of the present try may have of the job stays there. */
void hs_job_note_left (HsJob *job);

/* Copies, sides and colour of the paper: as changed, else as sent. A document without colour stays
 * so, whatever is asked. */
guint32 hs_job_get_copies (const HsJob *job);
HsSides hs_job_get_sides (const HsJob *job);
HsColour hs_job_get_colour (const HsJob *job);

/* Sheets that a one-up job would use: impressions, sides and copies together; 0 if unknown. */
guint32 hs_job_expected_sheets (const HsJob *job);

/* The owner to whom the document was sealed (docs/sealed-format.md): zero for a claimed job, too. */
HsId hs_job_get_sealed_owner (const HsJob *job);

/* The name that a printer or a page without rights sees: "Document 1a2b3c", from the id's last
 * three bytes; also the tag by which a lost reply is found again. Returns: (transfer full). */
char *hs_job_dup_public_name (const HsJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsJob, hs_job_free)
