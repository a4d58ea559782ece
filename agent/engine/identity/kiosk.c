/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A kiosk: its life, its limits, and how people leave. */

#define HS_LOG_AREA "people"

#include "engine/identity/kiosk_private.h"

#include "base/log.h"
#include "engine/delegation/local_delegations.h"
#include "platform/boot_clock.h"

/* ── leaving ─────────────────────────────────────────────────────────────────────────────── */

static void
stop_deadline (HsKiosk *kiosk)
{
  if (kiosk->deadline != NULL)
    g_source_destroy (kiosk->deadline);
  g_clear_pointer (&kiosk->deadline, g_source_unref);
}

void
hs_kiosk_sign_out (HsKiosk *kiosk, const char *why)
{
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);
  const HsKioskParts *parts = &kiosk->parts;

  kiosk->leaves++;
  if (occupancy == NULL)
    return;
  HsId identity = occupancy->identity;
  hs_log_info ("signed out: %s", why);
  g_clear_handle_id (&kiosk->leave_source, g_source_remove);
  stop_deadline (kiosk);
  hs_tokens_forget_all (kiosk->tokens);
  hs_sessions_forget (parts->sessions, parts->uid);
  g_clear_pointer (&kiosk->pepper, hs_secret_bytes_free);
  g_clear_pointer (&kiosk->name, g_free);
  hs_engine_abort_intakes (parts->engine, &identity);
  hs_identities_lock (parts->identities, &identity);
  /* Titles of what was printed while no key was open are here, too. */
  hs_engine_keys_changed (parts->engine, &identity);
  if (parts->left != NULL)
    parts->left (parts->data, &identity);
  hs_seat_leave (kiosk->seat);
}

static void
on_last_process_ended (const HsId *occupancy, gpointer user_data)
{
  HsKiosk *kiosk = user_data;
  const HsSeatOccupancy *present = hs_seat_get_occupancy (kiosk->seat);

  if (present != NULL && hs_id_equal (&present->id, occupancy))
    hs_kiosk_sign_out (kiosk, "the program that signed in has ended");
}

/* ── limits ──────────────────────────────────────────────────────────────────────────────── */

/* What the person still has here. */
typedef struct
{
  guint waiting; /* held, arriving or uncertain: there is something left to do */
  guint leaving; /* released, on the way */
} Work;

static HsCaller
make_caller (const HsKiosk *kiosk, const HsId *identity)
{
  return (HsCaller){
    .kind = HS_CALLER_PERSON, .uid = kiosk->parts.uid, .is_kiosk = TRUE, .identity = *identity
  };
}

static gboolean
is_leaving (const HsJob *job)
{
  return job->state == HS_JOB_RELEASED || job->state == HS_JOB_DELIVERING;
}

/* What others let the person release is no reason to stay, but on its way it needs their key. */
static Work
count_work (HsKiosk *kiosk, const HsId *identity)
{
  const HsCaller person = make_caller (kiosk, identity);
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (kiosk->parts.engine, &person);
  g_autoptr (GPtrArray) delegated = hs_engine_list_delegated_jobs (kiosk->parts.engine, &person);
  Work work = { 0 };

  for (guint i = 0; i < delegated->len; i++)
    work.leaving += is_leaving (delegated->pdata[i]);

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsJob *job = jobs->pdata[i];
      if (is_leaving (job))
        work.leaving++;
      else if (!hs_job_state_is_final (job->state))
        work.waiting++;
    }
  return work;
}

static gint64
get_idle_us (const HsKiosk *kiosk)
{
  return (gint64)kiosk->parts.config->idle_sign_out_s * G_USEC_PER_SEC;
}

static gboolean on_deadline (gpointer user_data);

/* A sign of life moves the end away; the source then comes once too early and is set anew. */
static void
arm (HsKiosk *kiosk)
{
  stop_deadline (kiosk);
  kiosk->deadline = hs_boot_clock_source_new (
      MIN (kiosk->last_life_us + get_idle_us (kiosk), kiosk->expires_boot_us));
  g_source_set_callback (kiosk->deadline, on_deadline, kiosk, NULL);
  g_source_attach (kiosk->deadline, NULL);
}

static gboolean
on_deadline (gpointer user_data)
{
  HsKiosk *kiosk = user_data;
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);
  gint64 now_us = hs_boot_clock_now_us ();

  if (occupancy == NULL)
    stop_deadline (kiosk);
  else if (now_us >= kiosk->expires_boot_us)
    hs_kiosk_sign_out (kiosk, "the site's permission has ended");
  else
    {
      if (count_work (kiosk, &occupancy->identity).leaving > 0)
        kiosk->last_life_us = now_us;
      if (now_us >= kiosk->last_life_us + get_idle_us (kiosk))
        hs_kiosk_sign_out (kiosk, "nothing was done for a while");
      else
        arm (kiosk);
    }
  return G_SOURCE_REMOVE;
}

void
hs_kiosk_note_life (HsKiosk *kiosk)
{
  kiosk->last_life_us = hs_boot_clock_now_us ();
}

void
hs_kiosk_settle_in (HsKiosk *kiosk,
                    const char *name,
                    const HsSecretBytes *pepper,
                    gint64 expires_us)
{
  g_free (kiosk->name);
  kiosk->name = g_strdup (name);
  if (pepper != NULL)
    {
      hs_secret_bytes_free (kiosk->pepper);
      kiosk->pepper = hs_secret_bytes_copy (pepper);
    }
  kiosk->expires_us = expires_us;
  kiosk->expires_boot_us = hs_boot_clock_now_us () + MAX (expires_us - g_get_real_time (), 0);
  hs_kiosk_note_life (kiosk);
  arm (kiosk);
}

/* ── after a print ───────────────────────────────────────────────────────────────────────── */

static gboolean
on_all_left (gpointer user_data)
{
  HsKiosk *kiosk = user_data;
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);

  kiosk->leave_source = 0;
  if (occupancy == NULL)
    return G_SOURCE_REMOVE;
  Work work = count_work (kiosk, &occupancy->identity);
  if (work.waiting == 0 && work.leaving == 0)
    hs_kiosk_sign_out (kiosk, "everything was printed");
  return G_SOURCE_REMOVE;
}

/* In a turn of its own: whoever released the job has its answer by then. */
static void
on_job_changed (HsEngine *engine, const HsJob *job, gpointer user_data)
{
  HsKiosk *kiosk = user_data;
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);

  if (occupancy == NULL)
    return;
  const HsCaller person = make_caller (kiosk, &occupancy->identity);
  if (!hs_engine_may_see (engine, &person, job))
    return;
  hs_kiosk_note_life (kiosk);
  if (job->state == HS_JOB_DELIVERED && kiosk->parts.config->sign_out_after_print
      && kiosk->leave_source == 0)
    kiosk->leave_source = g_idle_add (on_all_left, kiosk);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsKiosk *
hs_kiosk_new (const HsKioskParts *parts, GError **error)
{
  g_autoptr (HsKiosk) kiosk = g_new0 (HsKiosk, 1);
  const HsSeatSetup seat = { .uid = parts->uid,
                             .barrier = parts->barrier,
                             .changed = parts->seat_changed,
                             .changed_data = parts->seat_data };

  kiosk->parts = *parts;
  kiosk->seat = hs_seat_new (&seat);
  kiosk->tokens = hs_tokens_new (on_last_process_ended, kiosk);
  kiosk->keys = hs_kiosk_keys_new (parts->state_folder, error);
  if (kiosk->keys == NULL || !hs_kiosk_memory_init (kiosk, error))
    return NULL;
  kiosk->parts.contents = NULL;
  kiosk->watch = hs_engine_watch (parts->engine, on_job_changed, kiosk);
  return g_steal_pointer (&kiosk);
}

void
hs_kiosk_start (HsKiosk *kiosk)
{
  hs_seat_start (kiosk->seat);
}

void
hs_kiosk_free (HsKiosk *kiosk)
{
  if (kiosk == NULL)
    return;
  if (kiosk->watch != 0)
    hs_engine_unwatch (kiosk->parts.engine, kiosk->watch);
  g_clear_handle_id (&kiosk->leave_source, g_source_remove);
  stop_deadline (kiosk);
  hs_tokens_free (kiosk->tokens);
  hs_seat_free (kiosk->seat);
  hs_kiosk_keys_free (kiosk->keys);
  hs_kiosk_memory_clear (kiosk);
  hs_secret_bytes_free (kiosk->pepper);
  g_free (kiosk->name);
  g_free (kiosk);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

HsSeat *
hs_kiosk_get_seat (HsKiosk *kiosk)
{
  return kiosk->seat;
}

void
hs_kiosk_get_status (HsKiosk *kiosk, HsKioskStatus *status)
{
  *status = (HsKioskStatus){ .is_taken = hs_seat_get_occupancy (kiosk->seat) != NULL,
                             .problem = hs_seat_get_problem (kiosk->seat),
                             .signs_out_after_s = (guint)kiosk->parts.config->idle_sign_out_s };
  if (!status->is_taken)
    return;
  status->name = kiosk->name;
  status->expires_us = kiosk->expires_us;
}

gboolean
hs_kiosk_check_token (
    HsKiosk *kiosk, const char *text, GSocket *socket, const char *login_session, HsId *identity)
{
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);
  HsId of;

  if (occupancy == NULL || !hs_tokens_check (kiosk->tokens, text, socket, login_session, &of)
      || !hs_id_equal (&of, &occupancy->id))
    return FALSE;
  *identity = occupancy->identity;
  hs_kiosk_note_life (kiosk);
  return TRUE;
}

const char *
hs_kiosk_key_state_to_sentence (HsKioskKeyState state)
{
  switch (state)
    {
    case HS_KIOSK_KEY_IS_OPEN:
      return NULL;
    case HS_KIOSK_KEY_IS_NEW:
      return "A key was made for you on this workstation; from now on your jobs are sealed to it.";
    case HS_KIOSK_KEY_NOT_ASKED:
      return "A card alone opens no key: your jobs are released by the site. Sign in with your PIN "
             "as well to open your key.";
    case HS_KIOSK_KEY_IS_OTHER_WAY:
      return "Your key here opens with the other of PIN and password, so it stays locked; the site "
             "can still release your jobs. Sign in that way, then once more this way, to use both.";
    case HS_KIOSK_KEY_IS_LOCKED:
      return "Your key here was closed with an earlier PIN or password and stays locked; the site "
             "can still release your jobs. `homespool key rotate` makes a new key.";
    case HS_KIOSK_KEY_IS_DAMAGED:
      return "The file of your key on this workstation is damaged; workstation and site together "
             "can "
             "still release your jobs. `homespool key rotate` makes a new key.";
    case HS_KIOSK_KEY_IS_LOST:
      return "The file of your key on this workstation is gone; workstation and site together can "
             "still release your jobs. `homespool key rotate` makes a new key.";
    case HS_KIOSK_KEY_IS_UNREADABLE:
      return "Your key could not be read from this workstation's disk; nothing was changed. Sign "
             "out "
             "and try again; if it stays so, tell your administrator.";
    }
  g_return_val_if_reached (NULL);
}
