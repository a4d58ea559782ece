/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who may know of which job. Every question and action passes here first, so a foreign job and one
 * that never was look the same. */

#include "engine/engine_private.h"

#include "base/error.h"
#include "core/identity.h"
#include "engine/delegation/local_delegations_private.h"

static gboolean
is_uid (guint32 uid)
{
  return uid != G_MAXUINT32;
}

/* Many people share the account: without a name there is nobody whose job it could be, and the next
 * person must not find it. */
static gboolean
find_kiosk_owner (const HsCaller *caller, guint32 uid, HsOwner *owner, GError **error)
{
  if (hs_id_is_zero (&caller->identity))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                           "Nobody is signed in at this workstation. Sign in (homespool sign-in), "
                           "then print again.");
      return FALSE;
    }
  *owner = (HsOwner){ .kind = HS_OWNER_PROVEN, .uid = uid, .identity = caller->identity };
  return TRUE;
}

gboolean
hs_view_find_owner (HsEngine *engine, const HsCaller *caller, HsOwner *owner, GError **error)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  guint32 uid = G_MAXUINT32;

  switch (caller->kind)
    {
    case HS_CALLER_PERSON:
      uid = caller->uid;
      break;
    case HS_CALLER_PRINT_SYSTEM:
      uid = caller->believed_name != NULL && caller->believed_uid != 0 ? caller->believed_uid
                                                                       : G_MAXUINT32;
      break;
    case HS_CALLER_STRANGER:
      break;
    case HS_CALLER_NOBODY:
    case HS_CALLER_SITE:
      g_set_error_literal (error, HS_ERROR, HS_ERROR_DENIED,
                           "Only a user of this workstation can print here.");
      return FALSE;
    }
  if (caller->is_kiosk)
    return find_kiosk_owner (caller, uid, owner, error);
  *owner = (HsOwner){ .kind = is_uid (uid) ? HS_OWNER_PROVEN : HS_OWNER_UNPROVEN, .uid = uid };
  if (is_uid (uid) && !keys->find_identity (keys->data, uid, &owner->identity))
    owner->identity = (HsId){ 0 };
  return TRUE;
}

/* A caller, and who that is: looked up once for any number of jobs. */
typedef struct
{
  const HsCaller *caller;
  HsOwner owner; /* kind NONE: can own nothing */
} Viewer;

static Viewer
find_viewer (HsEngine *engine, const HsCaller *caller)
{
  Viewer viewer = { .caller = caller };

  if (caller->kind != HS_CALLER_PERSON || !hs_view_find_owner (engine, caller, &viewer.owner, NULL))
    viewer.owner.kind = HS_OWNER_NONE;
  return viewer;
}

static gboolean
is_owner (const Viewer *viewer, const HsJob *job)
{
  const HsCaller *caller = viewer->caller;
  const HsOwner *owner = &viewer->owner;

  if (owner->kind == HS_OWNER_NONE
      || (job->owner_kind != HS_OWNER_PROVEN && job->owner_kind != HS_OWNER_CLAIMED))
    return FALSE;
  if (caller->is_kiosk)
    return hs_id_equal (&job->owner, &owner->identity)
           && (hs_id_is_zero (&caller->maker) || hs_id_equal (&job->maker, &caller->maker));
  if (!hs_id_is_zero (&job->owner) && hs_id_equal (&job->owner, &owner->identity))
    return TRUE;
  /* Several people can share one OS user: where the job names an identity, that alone counts. But a
   * job from before the enrolment names nobody of the organisation: the kernel's word on the OS user
   * holds for it as long as it lives. */
  return is_uid (owner->uid) && job->owner_uid == owner->uid
         && (hs_id_is_zero (&job->owner) || hs_identity_is_local (&job->owner, job->owner_uid));
}

gboolean
hs_view_is_owner (HsEngine *engine, const HsCaller *caller, const HsJob *job)
{
  Viewer viewer = find_viewer (engine, caller);

  return is_owner (&viewer, job);
}

/* The print system may go on with what it made in the same group of connections. */
static gboolean
is_maker (const HsCaller *caller, const HsJob *job)
{
  return (caller->kind == HS_CALLER_PRINT_SYSTEM || caller->kind == HS_CALLER_STRANGER)
         && !hs_id_is_zero (&caller->maker) && hs_id_equal (&caller->maker, &job->maker);
}

static gboolean
may_see (const Viewer *viewer, const HsJob *job)
{
  return is_owner (viewer, job) || is_maker (viewer->caller, job);
}

gboolean
hs_view_may_see (HsEngine *engine, const HsCaller *caller, const HsJob *job)
{
  Viewer viewer = find_viewer (engine, caller);

  return may_see (&viewer, job);
}

gboolean
hs_view_may_cancel (HsEngine *engine, const HsCaller *caller, const HsJob *job)
{
  return caller->kind == HS_CALLER_SITE || caller->is_admin
         || hs_view_may_see (engine, caller, job);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_engine_may_see (HsEngine *engine, const HsCaller *caller, const HsJob *job)
{
  HsId delegate;

  hs_engine_assert_thread (engine);
  return hs_view_may_see (engine, caller, job)
         || hs_local_delegations_find (engine, caller, job, &delegate);
}

GPtrArray *
hs_engine_list_jobs (HsEngine *engine, const HsCaller *caller)
{
  GPtrArray *jobs = g_ptr_array_new ();
  Viewer viewer = find_viewer (engine, caller);

  hs_engine_assert_thread (engine);
  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (may_see (&viewer, slot->job))
        g_ptr_array_add (jobs, slot->job);
    }
  return jobs;
}

const HsJob *
hs_engine_find_job (HsEngine *engine, const HsCaller *caller, const HsId *id)
{
  const HsSlot *slot = hs_engine_find_slot (engine, id);

  hs_engine_assert_thread (engine);
  return slot != NULL && hs_engine_may_see (engine, caller, slot->job) ? slot->job : NULL;
}

const HsJob *
hs_engine_find_job_by_ipp_id (HsEngine *engine, const HsCaller *caller, guint32 ipp_id)
{
  const HsSlot *slot = g_hash_table_lookup (engine->ipp_ids, GUINT_TO_POINTER (ipp_id));

  hs_engine_assert_thread (engine);
  return slot != NULL && hs_view_may_see (engine, caller, slot->job) ? slot->job : NULL;
}

GPtrArray *
hs_engine_list_offline (HsEngine *engine)
{
  GPtrArray *jobs = g_ptr_array_new ();

  hs_engine_assert_thread (engine);
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsJob *job = ((const HsSlot *)engine->order->pdata[i])->job;
      if (job->state == HS_JOB_HELD && job->offline)
        g_ptr_array_add (jobs, job);
    }
  return jobs;
}

gboolean
hs_engine_has_room (HsEngine *engine)
{
  hs_engine_assert_thread (engine);
  return hs_spool_check_room (engine->parts.spool, 1, NULL);
}

GArray *
hs_engine_list_overview (HsEngine *engine, const HsCaller *caller)
{
  GArray *overview = g_array_new (FALSE, FALSE, sizeof (HsJobOverview));

  hs_engine_assert_thread (engine);
  for (guint i = 0; caller->is_admin && i < engine->order->len; i++)
    {
      const HsJob *job = ((const HsSlot *)g_ptr_array_index (engine->order, i))->job;
      HsJobOverview line = { .id = job->id,
                             .state = job->state,
                             .reasons = job->reasons,
                             .owner_kind = job->owner_kind,
                             .owner_uid = job->owner_uid,
                             .size_bytes = job->size_bytes,
                             .created_at_us = job->created_at_us,
                             .expires_at_us = job->expires_at_us,
                             .printer = job->printer };
      g_array_append_val (overview, line);
    }
  return overview;
}

const HsTrace *
hs_engine_get_trace (HsEngine *engine, const HsCaller *caller, const HsId *job)
{
  const HsSlot *slot = hs_engine_find_slot (engine, job);

  hs_engine_assert_thread (engine);
  if (slot == NULL || !(caller->is_admin || hs_view_may_see (engine, caller, slot->job)))
    return NULL;
  return slot->trace;
}
