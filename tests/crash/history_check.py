# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Is a history one that may be? What people were told, what came out of the printers, what the site knows and what lies
on the disks have to agree."""

import sqlite3
import uuid
from collections import Counter

from history_run import CANARY, DONE, FINAL, UNKNOWN
from history_world import PEOPLE

RETENTION_S = 2 * 3600


def trace_of(history, job):
    history.read_trace(job)
    return job.trace


class Check:
    def __init__(self, history):
        self.history, self.world = history, history.world
        self.found = [(None, text) for text in history.strange]

    def say(self, job, text):
        self.found.append((job, text))

    def all(self):
        base = sqlite3.connect(f"file:{self.world.folder}/site/site.db?mode=ro", uri=True)
        self.states = {str(uuid.UUID(bytes=row[0])): row[1] for row in base.execute("SELECT id, state FROM jobs")}
        self.reports = {str(uuid.UUID(bytes=row[0])): row[1:] for row in base.execute("SELECT job, outcome, impressions, counted FROM reports")}
        self.recall()
        self.site(base)
        base.close()
        for job in self.history.jobs.values():
            if job.id is not None:
                self.one(job)
        for view in self.history.unnamed:
            self.say(None, f"{view['id']} is in a list and nobody knows its title: {view['state']}")
        self.disks()
        self.logs()
        return self.found

    def recall(self):
        """An agent lists the latest finished jobs only; of older ones it told the site."""
        for job in self.history.jobs.values():
            report = self.reports.get(job.id)
            if job.id is not None and job.final is None and report is not None and self.states.get(job.id) in FINAL:
                job.final = {"state": self.states[job.id], "result_pages": report[1], "result_counted": bool(report[2])}

    # ── one job ──────────────────────────────────────────────────────────────────────────────

    def one(self, job):
        if job.final is None:
            if any(verb == "submit" and outcome == DONE for _, _, verb, _, outcome, _ in job.told):
                self.say(job, "it was acknowledged and is lost")
            return
        self.count_papers(job)
        self.releases(job)
        self.cancels(job)
        self.promises(job)
        self.order_of_states(job)
        if job.final["state"] == "expired" and not self.may_expire(job):
            self.say(job, "it expired before its time")

    def answers(self, job, *verbs, outcomes=(DONE, UNKNOWN)):
        return [line for line in job.told if line[2] in verbs and line[4] in outcomes]

    def was_uncertain(self, job):
        """By what was seen; what nobody saw stands in its story."""
        if any(state == "uncertain" for _, state, _ in job.seen) or any(detail == "uncertain" for *_, detail in job.told):
            return True
        return any(line["state"] == "uncertain" for line in trace_of(self.history, job))

    def count_papers(self, job):
        state, papers = job.final["state"], len(job.papers)
        reprints = len(self.answers(job, "resolve reprint"))
        if papers > 1 + reprints:
            self.say(job, f"it was printed {papers} times, and {reprints} times somebody said “reprint”")
        elif state == "held" and papers > reprints:
            self.say(job, "it is held as if it had not been printed")
        elif state in ("cancelled", "expired") and papers > reprints and not self.was_uncertain(job):
            self.say(job, f"it is {state} and was printed")
        elif state == "delivered" and not papers and not self.answers(job, "resolve printed"):
            self.say(job, "it is delivered and was not printed")
        elif state not in FINAL | {"held", "uncertain"} or state == "failed":
            self.say(job, f"it is {state} at the end")
        if state == "delivered" and papers == 1 and job.final["result_counted"] and job.final["result_pages"] != 1 and not self.was_uncertain(job):
            self.say(job, f"one page came out and {job.final['result_pages']} were reported")

    def releases(self, job):
        asked = [line for line in self.answers(job, "release", "order") if line[3] == job.person]
        for number, (at, _, _) in enumerate(sorted(job.papers)):
            if len([line for line in asked if line[0] < at]) < number + 1:
                self.say(job, f"paper number {number + 1} came out without its owner's release")

    def cancels(self, job):
        state, papers = job.final["state"], job.papers
        if self.answers(job, "resolve reprint", "resolve printed") or self.was_uncertain(job):
            return
        for _, end, _, _, _, detail in self.answers(job, "cancel", outcomes=(DONE,)):
            if detail not in ("cancelled", "delivering"):
                self.say(job, f"a cancel was acknowledged while it was {detail}")
            elif detail == "cancelled" and state != "cancelled":
                self.say(job, f"a cancel was acknowledged and it is {state}")
            elif state not in ("cancelled", "delivered", "expired"):
                self.say(job, f"a cancel was taken while it was {detail} and it is {state}")
            if detail == "cancelled" and any(at > end for at, _, _ in papers):
                self.say(job, "it was printed after a cancel was acknowledged")

    def promises(self, job):
        """What was decided and acknowledged stays so."""
        for verb, state in (("resolve printed", "delivered"), ("resolve cancel", "cancelled")):
            if self.answers(job, verb, outcomes=(DONE,)) and job.final["state"] != state:
                self.say(job, f"“{verb}” was acknowledged and it is {job.final['state']}")

    def order_of_states(self, job):
        for source in ("event", "look", "list"):  # each is in order by itself
            last = None
            for _, state, where in job.seen:
                if where == source:
                    if last in FINAL and state != last:
                        self.say(job, f"it was {last} and then {state}")
                    last = state
        last = None
        for _, _, verb, _, outcome, detail in job.told:
            if verb == "look" and outcome == DONE:
                if last in FINAL and detail != last:
                    self.say(job, f"it was {last} and then {detail}")
                last = detail
        if last in FINAL and job.final["state"] != last:
            self.say(job, f"it was {last} and is {job.final['state']} at the end")

    def may_expire(self, job):
        born = job.told[0][0]
        clocks = self.history.clocks[job.place]
        latest = max(offset for at, offset in clocks if at >= born) if any(at >= born for at, _ in clocks) else 0
        return latest - job.clock_s >= RETENTION_S - 600

    # ── the site ─────────────────────────────────────────────────────────────────────────────

    def site(self, base):
        ours = {job.id: job for job in self.history.jobs.values() if job.final is not None}
        for job in ours.values():
            state = job.final["state"]
            if self.states.get(job.id) != state:
                self.say(job, f"it is {state} here and {self.states.get(job.id)} at the site")
            report = self.reports.get(job.id)
            if (report is not None) != (state in FINAL):
                self.say(job, f"it is {state} and the site's report is {report}")
            elif report is not None and (report[0] != state or report[1] != job.final["result_pages"] or bool(report[2]) != job.final["result_counted"]):
                self.say(job, f"it is {state} with {job.final['result_pages']} pages and the site reports {report}")
        for stray in set(self.states) - set(ours):
            self.say(None, f"the site knows a job that nobody has: {stray} ({self.states[stray]})")
        self.records(base, ours)

    def records(self, base, ours):
        ended = sum(job.final["state"] in FINAL for job in ours.values())
        kinds = Counter(dict(base.execute("SELECT kind, count(*) FROM records GROUP BY kind")))
        for kind, expected in (("announce", len(ours)), ("report", ended), ("erased", ended)):
            if kinds[kind] != expected:
                self.say(None, f"the site stored {kinds[kind]} records “{kind}” instead of {expected}")
        for device, stream, least, most, count in base.execute("SELECT hex(device), hex(stream), min(n), max(n), count(*) FROM records GROUP BY 1, 2"):
            if (least, most) != (1, count):
                self.say(None, f"stream {stream} of {device} has records {least} to {most} and {count} of them")
        streams = base.execute("SELECT count(*) FROM streams").fetchone()[0]
        if streams != len(self.world.workstations):
            self.say(None, f"{streams} streams of {len(self.world.workstations)} workstations")
        for kind, n, refusal in base.execute("SELECT kind, n, refusal FROM records WHERE refusal IS NOT NULL LIMIT 5"):
            self.say(None, f"the site refused record {n} ({kind}): {refusal}")

    # ── the disks ────────────────────────────────────────────────────────────────────────────

    def disks(self):
        for workstation in self.world.workstations:
            spool = {path.name for path in workstation.root.rglob("spool/*") if path.is_file()}
            wanted = {f"{job.id}.age" for job in self.history.jobs.values()
                      if job.place == workstation.number and job.final is not None and job.final["state"] not in FINAL}
            for name in spool - wanted:
                self.say(None, f"{workstation.name}: {name} is left in the spool")
            for name in wanted - spool:
                self.say(None, f"{workstation.name}: {name} is missing in the spool")
        mark = CANARY.encode() + b" "
        for path in self.world.folder.rglob("*"):
            if path.is_file() and mark in path.read_bytes():
                self.say(None, f"plain text in {path.relative_to(self.world.folder)}")

    def logs(self):
        for name in ("site", *(workstation.name for workstation in self.world.workstations)):
            for line in self.world.log(name).splitlines():
                if "CRITICAL" in line or "ERROR" in line or "Sanitizer" in line:
                    self.say(None, f"{name} logged: {line}")


def story(history, job, plan):
    """The life of a job in lines, the disturbances of its workstation among them."""
    lines = [(begin, f"{who} {verb}: {outcome} {detail} ({(end - begin) * 1000:.0f} ms)") for begin, end, verb, who, outcome, detail in job.told]
    lines += [(at, f"    {source}: {state}") for at, state, source in job.seen]
    lines += [(at, f"    PAPER at printer {printer}{'' if whole else ' (cut)'}") for at, printer, whole in job.papers]
    if job.final is not None and job.id is not None:
        lines += [(float("inf"), f"    trace {line['at']} {line['event']} → {line['state']} {line['sentence']}") for line in trace_of(history, job)]
    first = min(at for at, _ in lines)
    return [f"job {job.number} {job.id} of {job.person} at agent{job.place}, {len(job.bytes)} bytes"] + [
        (f"{at - first:9.3f} s  {text}" if at != float("inf") else text) for at, text in sorted(lines, key=lambda line: line[0])]


def prying(history):
    """How many of another person's looks were refused: a history without them proves nothing about it."""
    return sum(1 for job in history.jobs.values() for line in job.told if line[2] == "pry" and line[3] in PEOPLE)
