# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Carries out a plan in a world and writes down what everybody was told, and when."""

import hashlib
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("serve", "control")]
from control_world import small_pdf  # noqa: E402
from history_world import PEOPLE, Events, Lost, NotThere, Wire  # noqa: E402
from ipp_client import Reply, mime, name_, request  # noqa: E402
from private_cups import until  # noqa: E402

CANARY = "Canary"
MIMES = {"pwg": "image/pwg-raster", "jpeg": "image/jpeg", "pdf": "application/pdf", "octets": "application/octet-stream"}
DONE, REFUSED, UNKNOWN, ABSENT, SKIPPED = "done", "refused", "unknown", "nobody there", "skipped"
QUIET = {"delivered", "cancelled", "expired", "failed", "held", "uncertain"}
FINAL = {"delivered", "cancelled", "expired", "failed"}


def document(kind, mark, size):
    """A small document that holds @mark and is like no other."""
    mark = mark.encode()
    filler = (mark + b" ") * (size // (len(mark) + 1))
    if kind in ("pdf", "octets"):
        return small_pdf() + b"% " + mark + b"\n" + (b"% " + filler + b"\n" if size else b"") + b"%%EOF\n"
    if kind == "jpeg":
        comments = [mark, *(filler[at:at + 60000] for at in range(0, len(filler), 60000))]
        return (b"\xff\xd8" + b"".join(b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text for text in comments)
                + bytes.fromhex("ffc0000b080001000101011100ffda0008010100003f0000ffd9"))
    header = bytearray(1796)
    for at, value in ((276, 100), (280, 100), (340, 1), (372, 16), (376, 16), (384, 8), (388, 24), (392, 48), (400, 19), (420, 3), (452, 1)):
        header[at:at + 4] = value.to_bytes(4, "big")
    header[0:10] = b"PwgRaster\0"
    header[480:480 + len(mark)] = mark  # where a vendor may put what it likes
    return b"RaS2" + bytes(header) + bytes([15]) + bytes([15]) + b"\xff\xff\xff"


class Job:
    def __init__(self, op, seed, person, place):
        self.number, self.person, self.place = op.number, person, place
        self.mark = f"{CANARY} {seed} number {op.number} of {person}"
        self.bytes = document(op.argument[0], self.mark, op.argument[1])
        self.sha256 = hashlib.sha256(self.bytes).hexdigest()
        self.id = None          # known once it was acknowledged
        self.told = []          # (begin, end, verb, who, outcome, detail): what was asked and answered
        self.seen = []          # (time, state, "event", "look" or "list"): what its owner was shown
        self.final = None       # the control API's view at the end
        self.trace = []         # as it was read last
        self.papers = []        # (time, printer, whole): what came out
        self.clock_s = 0

    def tag(self):
        return f"Document {self.id[-6:]}"

    def add(self, begin, verb, who, outcome, detail=""):
        self.told.append((begin, time.monotonic(), verb, who, outcome, detail))


class History:
    def __init__(self, world, plan, seed):
        self.world, self.plan, self.seed = world, plan, seed
        self.jobs, self.by_id = {}, {}
        self.strange = []    # violations that were seen on the way
        self.unnamed = []    # views at the end of jobs whose number nobody knows
        self.counts = {}     # (verb, outcome) → how often
        self.clocks = [[(time.monotonic(), 0)] for _ in world.workstations]
        self.lock, self.site_lock = threading.Lock(), threading.Lock()
        self.page_locks = {person: threading.Lock() for person in PEOPLE}
        self.events = []
        self.site_lines = ["pass"] * len(world.workstations)
        self.uncertain = {}  # (place, person) → ids
        self.signed_out = set()
        for place, workstation in enumerate(world.workstations):
            for person in PEOPLE:
                self.uncertain[place, person] = {}
                self.events.append(Events(Wire(world.doors[person], workstation.control), self.hear(place, person),
                                          self.look_around(place, person)))

    # ── what people are shown ────────────────────────────────────────────────────────────────

    def hear(self, place, person):
        def take(view):
            self.note(place, person, view, time.monotonic())
        return take

    def look_around(self, place, person):
        """What happened while nobody listened."""
        wire = Wire(self.world.doors[person], self.world.workstations[place].control)

        def look():
            at = time.monotonic()
            status, answer = wire.json("GET", "/v1/jobs")
            wire.close()
            for view in answer["jobs"] if status == 200 else []:
                self.note(place, person, view, at, "look")
        return look

    def note(self, place, person, view, at, source="event"):
        with self.lock:
            job = self.by_id.get(view["id"])
            if job is None and view["name"].startswith(CANARY):  # its client has not heard its id yet, or never will
                job = self.by_id[view["id"]] = self.jobs[int(view["name"].split()[3])]
                job.id = view["id"]
            if job is None:
                return  # the list at the end has it again, with the title unlocked
            if job.person != person or job.place != place:
                self.strange.append(f"job {job.number} of {job.person} at agent{job.place} was shown to {person} at agent{place}")
            job.seen.append((at, view["state"], source))
            if view["state"] == "uncertain":
                self.uncertain[place, person][view["id"]] = True
            else:
                self.uncertain[place, person].pop(view["id"], None)

    # ── carrying out ─────────────────────────────────────────────────────────────────────────

    def run(self):
        threads = [threading.Thread(target=self.live, args=(place,)) for place in range(len(self.world.workstations))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def live(self, place):
        try:
            for op in self.plan:
                if op.place == place:
                    outcome = getattr(self, "do_" + op.verb.replace("-", "_"))(op, self.world.workstations[place])
                    with self.lock:
                        self.counts[op.verb, outcome] = self.counts.get((op.verb, outcome), 0) + 1
        except BaseException as error:  # a thread's end would go unseen
            self.strange.append(f"the history broke off at {op}: {type(error).__name__}: {error}")
            raise

    def ask(self, job, verb, who, function):
        """function() → (status, detail)."""
        begin = time.monotonic()
        try:
            status, detail = function()
            outcome = DONE if status < 400 else REFUSED
        except NotThere:
            outcome, detail = ABSENT, ""
        except Lost:
            outcome, detail = UNKNOWN, ""
        if job is not None:
            job.add(begin, verb, who, outcome, detail)
        return outcome, detail

    def known(self, op):
        job = self.jobs.get(op.job)
        return job if job is not None and job.id is not None else None

    def post(self, workstation, person, job, verb, body):
        def function():
            status, answer = workstation.wires[person].json("POST", f"/v1/jobs/{job.id}/{verb}", body)
            return status, answer.get("state") or answer.get("message", "")
        return function

    def do_submit(self, op, workstation):
        job = Job(op, self.seed, op.person, workstation.number)
        job.clock_s = workstation.clock.offset_s
        self.jobs[op.number] = job
        body = request("Print-Job", name_("job-name", job.mark) + mime("document-format", MIMES[op.argument[0]]))

        def function():
            status, answer = workstation.printing[op.person].ask("POST", "/ipp/print", body + job.bytes, "application/ipp")
            if status != 200:
                return 500, str(status)
            reply = Reply(answer)
            if reply.status >= 0x400:
                return 500, f"{reply.status:#x} {reply.message}"
            return 200, reply.jobs[0]["job-uuid"][0][len("urn:uuid:"):]
        outcome, detail = self.ask(job, "submit", op.person, function)
        if outcome == DONE:
            with self.lock:
                job.id, self.by_id[detail] = detail, job
        return outcome

    def do_release(self, op, workstation):
        job = self.known(op)
        if job is None:
            return SKIPPED
        return self.ask(job, "release", op.person, self.post(workstation, op.person, job, "release", {"printer": self.world.printer_id(op.argument)}))[0]

    def do_order(self, op, workstation, verb="release", who=None):
        job, who = self.known(op), who or op.person
        if job is None:
            return SKIPPED
        more = {"printer": self.world.printer_id(op.argument)} if verb == "release" else {}
        with self.page_locks[who]:
            return self.ask(job, "order" if verb == "release" else verb, who, lambda: (self.world.pages[who].order(verb, job.id, **more), ""))[0]

    def do_delete(self, op, workstation):
        return self.do_order(op, workstation, "delete")

    def do_cancel(self, op, workstation):
        job = self.known(op)
        if job is None:
            return SKIPPED
        outcome, detail = self.ask(job, "cancel", op.person, self.post(workstation, op.person, job, "cancel", {}))
        if detail == "cancelled" and any(state == "delivering" for _, state, _ in job.seen):
            self.read_trace(job)  # while the agent still knows how it came to that
        return outcome

    def read_trace(self, job):
        try:
            status, answer = self.world.workstations[job.place].wires[job.person].json("GET", f"/v1/jobs/{job.id}/trace")
        except (NotThere, Lost):
            return
        if status == 200:
            job.trace = answer["trace"]

    def do_hold(self, op, workstation):
        job = self.known(op)
        return SKIPPED if job is None else self.ask(job, "hold", op.person, self.post(workstation, op.person, job, "hold", {}))[0]

    def do_resolve(self, op, workstation):
        with self.lock:
            which = next(iter(self.uncertain[workstation.number, op.person]), None)
            job = self.by_id.get(which)
        if job is None:
            return SKIPPED
        return self.ask(job, "resolve " + op.argument, op.person, self.post(workstation, op.person, job, "resolve", {"outcome": op.argument}))[0]

    def do_look(self, op, workstation):
        job = self.known(op)
        if job is None:
            return SKIPPED

        def function():
            status, view = workstation.wires[op.person].json("GET", f"/v1/jobs/{job.id}")
            return status, view.get("state") or view["message"]
        return self.ask(job, "look", op.person, function)[0]

    def do_list(self, op, workstation):
        at = time.monotonic()

        def function():
            status, answer = workstation.wires[op.person].json("GET", "/v1/jobs")
            for view in answer["jobs"]:
                self.note(workstation.number, op.person, view, at, "list")
                job = self.by_id.get(view["id"])
                # While the agent still knows how it came to that: it forgets all but the last 500 that are over.
                if job is not None and view["state"] == "expired" and not job.trace and any(state == "delivering" for _, state, _ in job.seen):
                    self.read_trace(job)
            return status, ""
        return self.ask(None, "list", op.person, function)[0]

    def do_pry(self, op, workstation):
        """Somebody else tries."""
        job = self.known(op)
        if job is None:
            return SKIPPED
        who, what, printer = op.argument
        if what == "order":  # the page says no by its next sentence; that nothing came of it is seen at the end
            return self.do_order(op._replace(argument=printer), workstation, "release", who)
        if what == "look":
            outcome, detail = self.ask(job, "pry", who, lambda: workstation.wires[who].json("GET", f"/v1/jobs/{job.id}"))
        else:
            body = {"printer": self.world.printer_id(printer)} if what == "release" else {}
            outcome, detail = self.ask(job, "pry", who, lambda: workstation.wires[who].json("POST", f"/v1/jobs/{job.id}/{what}", body))
        if outcome == DONE:
            self.strange.append(f"{who} could {what} job {job.number} of {job.person}: {detail}")
        return outcome

    # ── disturbances ─────────────────────────────────────────────────────────────────────────

    def tell_printer(self, number, line):
        self.world.doubles[number].tell(line)
        return DONE

    def do_fault(self, op, workstation):
        number, operation, fault, value, times = op.argument
        return self.tell_printer(number, f"fault {operation} {fault} {value} {times}")

    def do_manners(self, op, workstation):
        return self.tell_printer(op.argument[0], f"manners jpeg {op.argument[1]}".rstrip())

    def do_let_pass(self, op, workstation):
        return self.tell_printer(op.argument, "let-pass")

    def do_finish(self, op, workstation):
        return self.tell_printer(op.argument, "finish")

    def do_printer_restart(self, op, workstation):
        return self.tell_printer(op.argument[0], f"restart {op.argument[1]}")

    def do_printer_key(self, op, workstation):
        return self.tell_printer(*op.argument)

    def do_line(self, op, workstation):
        self.world.line_of_printer(*op.argument)
        return DONE

    def do_site_line(self, op, workstation):
        self.world.line_of_workstation(*op.argument)
        self.site_lines[workstation.number] = op.argument[1]
        return DONE

    def do_kill(self, op, workstation, kill=True):
        workstation.stop(kill)
        workstation.start()
        for number, person in enumerate(PEOPLE):
            if (op.number + number) % 4:  # at times somebody stays locked
                workstation.unlock(person)
        return DONE

    def do_stop(self, op, workstation):
        return self.do_kill(op, workstation, False)

    def do_site(self, op, workstation):
        with self.site_lock:
            self.world.restart_site(op.argument)
        return DONE

    def do_clock(self, op, workstation):
        workstation.clock.set(seconds=op.argument)
        self.clocks[workstation.number].append((time.monotonic(), op.argument))
        return DONE

    def do_sign_out(self, op, workstation):
        return self.ask(None, "sign-out", op.person, lambda: workstation.wires[op.person].json("POST", "/v1/sign-out", {}))[0]

    def do_unlock(self, op, workstation):
        try:
            status = workstation.unlock(op.person)[0]
            if status != 200 and self.site_lines[workstation.number] == "pass":  # else it would wait for the site
                workstation.sign_in(op.person)
                status = workstation.unlock(op.person)[0]
            return DONE if status == 200 else REFUSED
        except Lost:
            return UNKNOWN

    # ── the end ──────────────────────────────────────────────────────────────────────────────

    def mend(self):
        """Everything is connected and well again, and every agent starts anew."""
        world = self.world
        for number, double in enumerate(world.doubles):
            world.line_of_printer(number, "pass")
            for operation in ("Get-Printer-Attributes", "Validate-Job", "Create-Job", "Send-Document", "Print-Job", "Get-Job-Attributes", "Get-Jobs",
                              "Cancel-Job"):
                double.tell(f"fault {operation} none 0 0")
            for line in ("manners jpeg", "own-key", "let-pass", "finish"):
                double.tell(line)
        for workstation in world.workstations:
            world.line_of_workstation(workstation.number, "pass")
            workstation.clock.set()
            self.clocks[workstation.number].append((time.monotonic(), 0))
        for workstation in world.workstations:
            workstation.stop(True)
            workstation.start()
            until(lambda ws=workstation: ws.status()["site_online"], "the site is connected again", 60)
            for person in PEOPLE:
                workstation.sign_in(person)
                workstation.unlock(person)

    def is_quiet(self):
        for workstation in self.world.workstations:
            for person in PEOPLE:
                status = workstation.status(person)
                if not status["site_online"] or status["outbox_records"] or status["printing"]:
                    return False
        return True

    def settle(self, limit_s=90):
        self.mend()
        for _ in range(2):  # what travels along may follow what was waited for
            try:
                until(self.is_quiet, "everything is settled", limit_s)
            except AssertionError:
                self.strange += self.tell_unsettled()
                break
            for workstation in self.world.workstations:
                workstation.stop(False)
                workstation.start()
        self.read_end()

    def tell_unsettled(self):
        for place, workstation in enumerate(self.world.workstations):
            for person in PEOPLE:
                status = workstation.status(person)
                yield (f"agent{place} does not settle for {person}: online {status['site_online']} ({status['site_problem']}), "
                       f"{status['outbox_records']} records unsent, {status['printing']} printing")
                for view in workstation.wires[person].json("GET", "/v1/jobs")[1]["jobs"]:
                    if view["state"] not in QUIET:
                        yield f"    {view['id']} is {view['state']}: {view['reasons']} {view['sentence']}"

    def read_end(self):
        for event in self.events:
            event.stop()
        for place, workstation in enumerate(self.world.workstations):
            for person in PEOPLE:
                for view in workstation.wires[person].json("GET", "/v1/jobs")[1]["jobs"]:
                    self.note(place, person, view, time.monotonic(), "list")
                    if view["id"] in self.by_id:
                        self.by_id[view["id"]].final = view
                    else:
                        self.unnamed.append(view)
        tags = {}
        for job in self.by_id.values():
            tags.setdefault(f"Document {job.id[-6:]}", []).append(job)
        by_sha = {job.sha256: job for job in self.jobs.values()}
        for number in range(len(self.world.doubles)):
            for at, printer_job, digest, name in self.world.papers(number):
                named = tags.get(name, [])
                job = by_sha.get(digest) if digest else named[0] if len(named) == 1 else None
                if job is None or (job.id is not None and job not in named):
                    self.strange.append(f"printer {number} printed {digest} under “{name}”, which is {job and job.number}")
                else:
                    job.papers.append((at, number, digest is not None))
