# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""What happens in a history: a list of operations, made from a seed alone. Each workstation carries out its own in
order; a disturbance carries the operation that ends it some way behind."""

import random
from collections import namedtuple

from history_world import PEOPLE

# job: the number of the submission that it is about
Op = namedtuple("Op", "number place verb person job argument")

WEIGHTS = {
    "submit": 200, "release": 190, "order": 110, "cancel": 60, "delete": 25, "hold": 20, "resolve": 45, "look": 110, "list": 6, "pry": 40,
    "fault": 70, "manners": 20, "printer-restart": 12, "printer-key": 3, "kill": 12, "stop": 3, "site": 2, "line": 9, "site-line": 7,
    "clock": 3, "sign-out": 2, "unlock": 18,
}
DISTURBANCES = ("fault", "manners", "printer-restart", "printer-key", "kill", "site", "line", "site-line", "clock", "sign-out")
SPELL = 300  # operations
FAULTS = (  # printer operation, fault, value
    ("Get-Printer-Attributes", "drop", 0), ("Get-Printer-Attributes", "status", 0x507), ("Get-Printer-Attributes", "garbage", 0),
    ("Validate-Job", "status", 0x507), ("Validate-Job", "status", 0x40B), ("Validate-Job", "lose-reply", 0), ("Validate-Job", "http", 503),
    ("Create-Job", "drop", 0), ("Create-Job", "lose-reply", 0), ("Create-Job", "late", 0), ("Create-Job", "status", 0x507),
    ("Create-Job", "status", 0x500), ("Create-Job", "garbage", 0),
    ("Send-Document", "drop", 0), ("Send-Document", "cut", 900), ("Send-Document", "lose-reply", 0), ("Send-Document", "lose-reply", 0),
    ("Send-Document", "late", 0), ("Send-Document", "stall", 0), ("Send-Document", "status", 0x500), ("Send-Document", "http", 500),
    ("Send-Document", "garbage", 0), ("Print-Job", "lose-reply", 0), ("Print-Job", "cut", 900), ("Print-Job", "status", 0x507),
    ("Get-Job-Attributes", "drop", 0), ("Get-Job-Attributes", "late", 0), ("Get-Job-Attributes", "status", 0x507),
    ("Get-Job-Attributes", "garbage", 0), ("Get-Jobs", "drop", 0), ("Get-Jobs", "status", 0x500), ("Cancel-Job", "drop", 0),
    ("Cancel-Job", "lose-reply", 0), ("Cancel-Job", "status", 0x404),
)
MANNERS = ("", "", "asks", "no-counts", "forgets", "keeps-cut", "prints-cut", "waits", "asks no-counts", "print-job-only",
           "print-job-only keeps-cut", "waits keeps-cut", "stopped", "rejects", "asks forgets")
FORMATS = ("pwg", "pwg", "pwg", "jpeg", "jpeg", "jpeg", "pdf", "octets")
SIZES = (0, 0, 0, 0, 0, 3000, 3000, 20_000, 120_000, 400_000)
OUTCOMES = ("printed", "reprint", "reprint", "reprint", "cancel")
CLOCKS_S = (0, 0, 0, 600, 600, -1800, -1800, 3600, 3600, 3600, 3600, 2 * 3600 + 300)


class Planner:
    def __init__(self, seed, length, workstations, printers, weights=None):
        self.random = random.Random(seed)
        self.length, self.workstations, self.printers = length, workstations, printers
        self.weights = {**WEIGHTS, **(weights or {})}
        self.touched = set()  # jobs that somebody released or ended
        self.ops, self.later = [], []  # later: (when, place, verb, argument)
        self.submitted = {(place, person): [] for place in range(workstations) for person in PEOPLE}

    def add(self, place, verb, person=None, job=None, argument=None):
        self.ops.append(Op(len(self.ops), place, verb, person, job, argument))

    def end_later(self, place, verb, argument, least, most):
        self.later.append((len(self.ops) + self.random.randint(least, most), place, verb, argument))
        self.later.sort()

    def some_job(self, place, person, verb):
        """To be released: mostly one that was left alone until now. Else the newer the likelier."""
        jobs = self.submitted[place, person]
        alone = [job for job in jobs[-60:] if job not in self.touched]
        if verb in ("release", "order") and alone and self.random.random() < 0.75:
            jobs = alone
        reach = self.random.choice((2, 6, 30))
        return jobs[-1 - min(int(self.random.expovariate(1 / reach)), len(jobs) - 1)] if jobs else None

    def draw_weather(self):
        """Disturbances come in spells: what is rare on average is at times frequent, and at times absent."""
        return [weight * (self.random.choice((0, 0.3, 1, 1, 4)) if verb in DISTURBANCES else 1) for verb, weight in self.weights.items()]

    def make(self):
        verbs, weights = list(self.weights), self.draw_weather()
        turn = SPELL
        while len(self.ops) < self.length:
            if len(self.ops) >= turn:
                weights, turn = self.draw_weather(), turn + SPELL
            if self.later and self.later[0][0] <= len(self.ops):
                _, place, verb, argument = self.later.pop(0)
                self.add(place, verb, argument=argument)
                continue
            self.one(self.random.choices(verbs, weights)[0])
        return self.ops

    def one(self, verb):
        chance, place, person = self.random, self.random.randrange(self.workstations), self.random.choice(PEOPLE)
        printer = chance.randrange(self.printers)
        if verb == "submit":
            self.submitted[place, person].append(len(self.ops))
            self.add(place, verb, person, len(self.ops), (chance.choice(FORMATS), chance.choice(SIZES)))
        elif verb in ("release", "order", "cancel", "delete", "hold", "look", "pry"):
            job = self.some_job(place, person, verb)
            if job is not None:
                if verb in ("release", "order", "cancel", "delete"):
                    self.touched.add(job)
                self.add(place, verb, person, job, {"release": printer, "order": printer, "pry": (chance.choice([p for p in PEOPLE if p != person]),
                                                    chance.choice(("look", "release", "cancel", "order")), printer)}.get(verb))
        elif verb == "resolve":
            self.add(place, verb, person, None, chance.choice(OUTCOMES))
        elif verb == "fault":
            fault = chance.choice(FAULTS)
            self.add(place, verb, argument=(printer, *fault, chance.choice((1, 1, 1, 2, 4))))
            if fault[1] in ("late", "stall"):
                self.end_later(place, "let-pass", printer, 20, 250)
        elif verb == "manners":
            manners = chance.choice(MANNERS)
            self.add(place, verb, argument=(printer, manners))
            if "waits" in manners:
                self.end_later(place, "finish", printer, 40, 200)
            if manners in ("stopped", "rejects", "prints-cut"):
                self.end_later(place, "manners", (printer, ""), 60, 200)
        elif verb == "printer-restart":
            self.add(place, verb, argument=(printer, chance.choice(("keep", "keep", "forget"))))
        elif verb == "printer-key":
            self.add(place, verb, argument=(printer, "change-key"))
            self.end_later(place, verb, (printer, "own-key"), 20, 150)
        elif verb in ("line", "site-line"):
            number = printer if verb == "line" else place
            self.add(place, verb, argument=(number, chance.choice(("cut", "hole"))))
            self.end_later(place, verb, (number, "pass"), 20, 400)
        elif verb == "clock":
            self.add(place, verb, argument=chance.choice(CLOCKS_S))
        elif verb == "site":
            self.add(place, verb, argument=chance.choice((True, False)))
        elif verb in ("sign-out", "unlock", "list"):
            self.add(place, verb, person)
        else:  # kill, stop
            self.add(place, verb)


def make_plan(seed, length, workstations=2, printers=4, weights=None):
    return Planner(seed, length, workstations, printers, weights).make()
