/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What doctor says. One function for each thing looked at; each adds at least one check. */

#include "core/doctor.h"

#include <string.h>

#define DAY_US (24 * 3600 * G_GINT64_CONSTANT (1000000))
#define SOON_US (14 * DAY_US)                              /* time enough to sign or renew */
#define CLOCK_SLACK_US (300 * G_GINT64_CONSTANT (1000000)) /* beyond it certificates may fail */

HsDoctorFacts *
hs_doctor_facts_new (void)
{
  return g_new0 (HsDoctorFacts, 1);
}

void
hs_doctor_facts_free (HsDoctorFacts *facts)
{
  if (facts == NULL)
    return;
  g_free (facts->queue_problem);
  g_free (facts->seat_problem);
  g_free (facts->intake_problem);
  g_free (facts->local_printing_problem);
  g_free (facts->print_server);
  g_free (facts->intake_socket);
  g_free (facts->key);
  g_free (facts->logins_problem);
  g_free (facts->sleep_problem);
  g_free (facts->site_problem);
  g_clear_pointer (&facts->printers, g_ptr_array_unref);
  g_free (facts);
}

#define ADD(name, verdict, next, ...)                                                              \
  g_ptr_array_add (checks, hs_control_check_new (name, verdict, next, __VA_ARGS__))

static void
judge_intake (const HsDoctorFacts *facts, GPtrArray *checks)
{
  if (facts->intake_problem != NULL)
    ADD ("intake", HS_CHECK_FAILED, "Repair what the message says, then restart the agent.",
         "The virtual printer does not listen: %s", facts->intake_problem);
  else if (facts->loopback_tcp)
    ADD ("intake", HS_CHECK_NOTE, "Turn intake.loopback-tcp off unless a program needs it.",
         "The virtual printer listens on its socket and on loopback TCP.");
  else
    ADD ("intake", HS_CHECK_OK, "", "The virtual printer listens on its socket only.");
}

static void
judge_strict (const HsDoctorFacts *facts, GPtrArray *checks)
{
  const char *place = facts->intake_socket != NULL ? facts->intake_socket : "";
  g_autofree char *next
      = g_strdup_printf ("Put `ServerName %s` into /etc/cups/client.conf.", place);

  if (g_strcmp0 (facts->print_server, place) == 0)
    ADD (
        "strict", facts->swap_in_clear || facts->tmp_on_disk ? HS_CHECK_WARNING : HS_CHECK_OK,
        facts->swap_in_clear || facts->tmp_on_disk
            ? "See the checks swap and tmp: what applications write is not the agent's to keep off."
            : "",
        facts->swap_in_clear || facts->tmp_on_disk
            ? "Applications print straight to the agent, but may leave parts of documents on a "
              "disk."
            : "Applications print straight to the agent; no document passes CUPS.");
  else if (facts->print_server == NULL)
    ADD ("strict", HS_CHECK_FAILED, next,
         "Applications print through CUPS, and what comes from it is refused.");
  else
    ADD ("strict", HS_CHECK_FAILED, next, "Applications print to %s, which is not the agent.",
         facts->print_server);
}

static void
judge_queue (const HsDoctorFacts *facts, GPtrArray *checks)
{
  if (facts->is_strict)
    {
      judge_strict (facts, checks);
      return;
    }
  if (!facts->queue_managed)
    {
      ADD ("queue", HS_CHECK_NOTE, "Set queue.manage = true to have it made and kept in order.",
           "The system's print queue is not looked after.");
      return;
    }
  if (facts->queue_problem != NULL)
    {
      ADD ("queue", HS_CHECK_FAILED,
           "Check that CUPS runs (`systemctl status cups`) and that homespool-queue.socket is "
           "active; restart what hangs.",
           "The print queue could not be looked at: %s", facts->queue_problem);
      return;
    }
  if (!facts->queue_exists)
    ADD ("queue", HS_CHECK_FAILED, "Restart the agent: it makes the queue at its start.",
         "The print queue is missing, or points somewhere else.");
  else if (!facts->queue_has_policy || !facts->queue_refuses_false_names)
    ADD ("queue", HS_CHECK_FAILED,
         "Give cupsd.conf its policy \"authenticated\" back (it is in the file that CUPS ships), "
         "then restart the agent.",
         "The print queue does not check who prints, so jobs from it have no proven owner.");
  else if (facts->is_kiosk && !facts->seat_taken)
    ADD ("queue", facts->queue_accepts ? HS_CHECK_WARNING : HS_CHECK_OK,
         facts->queue_accepts ? "Run `cupsreject` for the queue, or restart the agent." : "",
         facts->queue_accepts
             ? "The print queue takes jobs though nobody is signed in; they will be refused later."
             : "The print queue is in order, and closed as long as nobody is signed in.");
  else if (!facts->queue_accepts)
    ADD ("queue", HS_CHECK_FAILED, "Run `cupsaccept` for the queue, or restart the agent.",
         "The print queue does not take jobs now.");
  else
    ADD ("queue", HS_CHECK_OK, "", "The print queue is in order and refuses false names.");
  if (facts->queue_logs_secrets)
    ADD ("queue-log", HS_CHECK_WARNING,
         "Set LogLevel back to warn in cupsd.conf; the agent then changes the queue's secret.",
         "CUPS logs at debug level, which writes the queue's secret into its log.");
  if (facts->queue_tells_others)
    ADD ("queue-privacy", facts->is_shared ? HS_CHECK_WARNING : HS_CHECK_NOTE,
         "Put the lines of `man homespoold`, WHAT CUPS TELLS, into cupsd.conf, as it says there.",
         "While a document passes CUPS, CUPS tells its title to every user of this computer who "
         "asks.");
}

static void
judge_local_printing (const HsDoctorFacts *facts, GPtrArray *checks)
{
  if (!facts->local_printing_wanted)
    return;
  if (facts->local_printing_problem != NULL)
    ADD ("local-printing", HS_CHECK_WARNING,
         "Check that CUPS runs, that homespool-queue.socket is active and that CUPS has the "
         "notifier "
         "\"homespool\" in its folder \"notifier\" (reinstall the package if it is missing). What "
         "CUPS still remembers is told later.",
         "What the other printers of this computer print cannot be told to the site: %s",
         facts->local_printing_problem);
  else
    ADD ("local-printing", HS_CHECK_OK, "",
         "What the other printers of this computer print is told to the site.");
}

static void
judge_seat (const HsDoctorFacts *facts, GPtrArray *checks)
{
  if (!facts->is_kiosk)
    return;
  if (facts->seat_problem != NULL)
    ADD (
        "seat", HS_CHECK_FAILED,
        "Check that CUPS runs (`systemctl status cups`) and that homespool-queue.socket and, where "
        "it is used, homespool-sweep@ACCOUNT.socket are active; "
        "it is tried again every minute, and when somebody wants to sign in. If this workstation "
        "has no print system, set queue.manage = false.",
        "Nobody can sign in, for what the person before left could not be removed: %s",
        facts->seat_problem);
  else
    ADD ("seat", HS_CHECK_OK, "", "People can sign in one after the other.");
  if (facts->ends_leftovers)
    ADD ("leftovers", HS_CHECK_OK, "", "The programs that somebody leaves running end with them.");
  else
    ADD ("leftovers", HS_CHECK_WARNING,
         "Enable homespool-sweep@ACCOUNT.socket with the account of people.kiosk-account: "
         "`systemctl enable --now homespool-sweep@ACCOUNT.socket`. The account's desktop then "
         "begins "
         "anew with each person.",
         "The programs that somebody leaves running at this kiosk go on running, and can watch the "
         "next person type.");
}

static void
judge_put_back (const HsDoctorFacts *facts, GPtrArray *checks)
{
  g_autofree char *since = hs_control_format_time (facts->rolled_back_us);

  if (facts->rolled_back_us != 0)
    ADD ("rollback", HS_CHECK_WARNING,
         "Look at your jobs and say what became of them: `homespool jobs`, then `homespool "
         "resolve`. What was printed between is in the site's reports. An administrator who knows "
         "why the disk was put back ends this warning: `homespool doctor --acknowledge rollback`.",
         "This workstation was put back to an older state, as is known since %s; what was open "
         "then is asked about and not printed again by itself.",
         since != NULL ? since : "an unknown time");
}

static void
judge_copied (const HsDoctorFacts *facts, GPtrArray *checks)
{
  g_autofree char *since = hs_control_format_time (facts->copied_us);

  if (facts->copied_us != 0)
    ADD ("copied", HS_CHECK_FAILED,
         "Enrol this machine itself: `homespool-site token` at the site, then `homespool enrol`. "
         "Then look at your jobs: what was open is asked about, and may have been printed by the "
         "other machine (`homespool resolve`).",
         "This workstation is a copy of another one (a disk image, or a machine with a new "
         "machine-id), as is known since %s; the other one's place at the site is not used here.",
         since != NULL ? since : "an unknown time");
}

static void
judge_disk (const HsDoctorFacts *facts, GPtrArray *checks)
{
  guint64 free_mib = facts->free_bytes / (1024 * 1024);

  if (facts->ledger_failing_since_us != 0)
    ADD ("ledger", HS_CHECK_FAILED,
         "Look at the disk and at the agent's log (`journalctl -u homespoold`).",
         "The ledger cannot be written; no job is taken or released until it can.");
  judge_put_back (facts, checks);
  judge_copied (facts, checks);
  if (facts->free_bytes < facts->reserve_bytes)
    ADD ("disk", HS_CHECK_FAILED, "Free some space, or lower spool.disk-reserve.",
         "Only %" G_GUINT64_FORMAT " MiB are free, which is less than the reserve: no job is "
         "taken.",
         free_mib);
  else if (facts->free_bytes < 2 * facts->reserve_bytes)
    ADD ("disk", HS_CHECK_WARNING, "Free some space soon.",
         "%" G_GUINT64_FORMAT " MiB are free; near the reserve jobs are refused.", free_mib);
  else
    ADD ("disk", HS_CHECK_OK, "", "%" G_GUINT64_FORMAT " MiB are free.", free_mib);
  if (facts->documents_without_ledger > 0)
    ADD ("lost-ledger", HS_CHECK_WARNING,
         "Their owners can open them with `age -d -i KEY`; docs/sealed-format.md tells how.",
         "%u sealed documents are here whose ledger was lost.", facts->documents_without_ledger);
  if (facts->swap_in_clear)
    ADD ("swap", HS_CHECK_WARNING,
         "Encrypt the swap, or use zram. The agent's own memory is locked; that of applications "
         "is not.",
         "There is swap that is not encrypted.");
  if (facts->tmp_on_disk)
    ADD ("tmp", HS_CHECK_NOTE,
         "Mount a tmpfs on /tmp if printed documents must leave no trace of applications.",
         "/tmp is on a disk; applications may leave copies of documents there.");
}

static void
judge_memory (const HsDoctorFacts *facts, GPtrArray *checks)
{
  const char *next
      = "Set LimitMEMLOCK=infinity in the service (`systemctl edit homespoold`) and restart it; "
        "until then keep swap encrypted or off.";

  if (!facts->memory_locked)
    ADD ("memory", HS_CHECK_WARNING, next,
         "The service's limit of locked memory is too small even for keys: they could reach the "
         "swap.");
  else if (!facts->process_locked)
    ADD ("memory", HS_CHECK_WARNING, next,
         "The service's limit of locked memory is too small: keys stay out of the swap, but parts "
         "of documents and titles could reach it.");
  else
    ADD ("memory", HS_CHECK_OK, "",
         "The agent's memory is locked; nothing of it reaches the swap.");
}

static void
judge_keys (const HsDoctorFacts *facts, GPtrArray *checks)
{
  switch (facts->secret_backend)
    {
    case HS_SECRET_BACKEND_HARDWARE:
      ADD ("keys", HS_CHECK_OK, "", "The machine's secret is bound to this machine's hardware.");
      break;
    case HS_SECRET_BACKEND_CREDENTIAL:
      ADD ("keys", HS_CHECK_OK, "",
           "The machine's secret is kept encrypted by the service manager.");
      break;
    case HS_SECRET_BACKEND_FILE:
      ADD ("keys", HS_CHECK_WARNING,
           "Encrypt the disk, or keep it as a credential that is bound to a TPM: `man homespoold`, "
           "THE MACHINE'S SECRET, says how.",
           "The machine's secret is a file beside the spool: a stolen disk together with the "
           "live site could open held jobs.");
      break;
    }
  judge_memory (facts, checks);
  if (strcmp (facts->key, "absent") == 0)
    ADD ("your-key", HS_CHECK_NOTE,
         "Run `homespool unlock` once, or start the tray: your key is made and registered.",
         facts->enrolled
             ? "You have no key here yet: your jobs can be released through the site only."
             : "You have no key here yet, so nobody could open your jobs and none is taken.");
  else if (strcmp (facts->key, "locked") == 0)
    ADD ("your-key", HS_CHECK_NOTE, "Run `homespool unlock` to release from here.",
         "Your key is locked.");
  else
    ADD ("your-key", HS_CHECK_OK, "", "Your key is unlocked.");
}

static void
judge_host (const HsDoctorFacts *facts, GPtrArray *checks)
{
  const char *why = facts->logins_problem != NULL ? facts->logins_problem : "nobody tells of them";

  if (facts->logins_watched)
    ADD ("logins", HS_CHECK_OK, "", "Login sessions are watched: keys go when people go.");
  else
    ADD ("logins", HS_CHECK_WARNING,
         "Run `homespool sign-out` before you leave, or shorten keys.idle-limit; systemd-logind or "
         "elogind would tell.",
         "Login sessions are not watched, so keys stay unlocked until their limits: %s", why);
  why = facts->sleep_problem != NULL ? facts->sleep_problem : "nobody tells of it";
  if (!facts->sleep_watched)
    ADD ("sleep", HS_CHECK_WARNING,
         "Shorten keys.idle-limit if this machine sleeps; systemd-logind or elogind would tell.",
         "Sleep is not noticed, so keys stay in the memory of a sleeping machine: %s", why);
  else if (facts->sleep_problem != NULL)
    ADD ("sleep", HS_CHECK_NOTE,
         "An administrator can allow it with a polkit rule; docs/decisions/0072 has it.",
         "Sleep is noticed, but %s", why);
  else
    ADD ("sleep", HS_CHECK_OK, "",
         "Sleep and shutdown are noticed, and wait until keys are wiped.");
}

static void
judge_expiry (const HsDoctorFacts *facts,
              GPtrArray *checks,
              const char *name,
              const char *what,
              gint64 expires_us,
              const char *next)
{
  if (expires_us == 0)
    return;
  gint64 days = (expires_us - facts->now_us) / DAY_US;
  if (expires_us <= facts->now_us)
    ADD (name, HS_CHECK_FAILED, next, "%s has expired.", what);
  else if (expires_us - facts->now_us < SOON_US)
    ADD (name, HS_CHECK_WARNING, next, "%s expires in %" G_GINT64_FORMAT " days.", what, days);
  else
    ADD (name, HS_CHECK_OK, "", "%s is good for %" G_GINT64_FORMAT " days.", what, days);
}

static void
judge_site (const HsDoctorFacts *facts, GPtrArray *checks)
{
  if (!facts->enrolled)
    {
      ADD ("site", HS_CHECK_NOTE, "An administrator runs `homespool enrol --token-file FILE`.",
           "This workstation belongs to no site: jobs can be released from here only.");
      return;
    }
  if (facts->site_online && facts->site_degraded)
    ADD ("site", HS_CHECK_WARNING,
         "Look again in a minute; if it stays, tell whoever looks after the site server.",
         "The site can be reached with difficulty%s%s", facts->site_problem != NULL ? ": " : ".",
         facts->site_problem != NULL ? facts->site_problem : "");
  else if (facts->site_online)
    ADD ("site", HS_CHECK_OK, "", "The site is connected.");
  else
    ADD ("site", HS_CHECK_FAILED,
         "Check the network, this machine's clock and whether the site server runs. Jobs are still "
         "taken.",
         "The site cannot be reached%s%s", facts->site_problem != NULL ? ": " : ".",
         facts->site_problem != NULL ? facts->site_problem : "");
  if (facts->outbox_records > 0 && !facts->site_online)
    ADD ("reports", HS_CHECK_NOTE, "They are sent when the site is back.",
         facts->outbox_records == 1 ? "%" G_GUINT64_FORMAT " record waits for the site."
                                    : "%" G_GUINT64_FORMAT " records wait for the site.",
         facts->outbox_records);
  judge_expiry (facts, checks, "certificate", "This workstation's certificate",
                facts->certificate_expires_us,
                facts->certificate_expires_us > facts->now_us
                    ? "It renews itself as soon as the site can be reached."
                    : "If the clock is right, an administrator makes a token with "
                      "`homespool-site token` and runs `homespool enrol --token-file FILE` here; "
                      "what waits here is kept.");
  judge_expiry (facts, checks, "bundle", "The organisation's trust bundle",
                facts->bundle_expires_us,
                "If the clock is right, the keeper of the root signs a new one with "
                "`homespool-trust sign`.");
  judge_expiry (facts, checks, "printer-list", "The list of printers",
                facts->printer_list_expires_us,
                "If the clock is right, the keeper of the printer-admin key signs a new one with "
                "`homespool-trust sign`.");
  if (facts->clock_known && ABS (facts->clock_offset_us) > CLOCK_SLACK_US)
    ADD ("clock", HS_CHECK_WARNING, "Turn on time synchronisation (`timedatectl set-ntp true`).",
         "This machine's clock is %" G_GINT64_FORMAT " minutes %s the site's.",
         ABS (facts->clock_offset_us) / (60 * G_USEC_PER_SEC),
         facts->clock_offset_us > 0 ? "ahead of" : "behind");
  else if (facts->clock_known)
    ADD ("clock", HS_CHECK_OK, "", "The clock agrees with the site's.");
}

static void
judge_printers (const HsDoctorFacts *facts, GPtrArray *checks)
{
  if (facts->printers == NULL || facts->printers->len == 0)
    {
      if (facts->printer_list_expires_us != 0 && facts->printer_list_expires_us <= facts->now_us)
        return; /* which was said: nobody knows what is on it now */
      if (facts->enrolled)
        ADD ("printers", HS_CHECK_NOTE,
             "The keeper of the printer-admin key lists printers with `homespool-trust sign`.",
             "There is no printer on the organisation's list.");
      else
        ADD ("printers", HS_CHECK_NOTE,
             "An administrator approves one: `homespool printers approve ipps://…`.",
             "No printer is known here yet.");
      return;
    }
  for (guint i = 0; i < facts->printers->len; i++)
    {
      const HsControlPrinter *printer = g_ptr_array_index (facts->printers, i);
      if (strcmp (printer->state, "ready") == 0 || strcmp (printer->state, "busy") == 0)
        ADD ("printer", HS_CHECK_OK, "", "%s answers and has the listed key.", printer->name);
      else
        ADD ("printer", HS_CHECK_WARNING,
             "Release to another printer meanwhile; if it stays so, tell your administrator.",
             "%s: %s", printer->name,
             *printer->sentence != '\0' ? printer->sentence : "it could not be asked.");
    }
}

GPtrArray *
hs_doctor_judge (const HsDoctorFacts *facts)
{
  GPtrArray *checks = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_check_free);

  judge_intake (facts, checks);
  judge_queue (facts, checks);
  judge_local_printing (facts, checks);
  judge_seat (facts, checks);
  judge_disk (facts, checks);
  judge_keys (facts, checks);
  judge_host (facts, checks);
  judge_site (facts, checks);
  judge_printers (facts, checks);
  return checks;
}
