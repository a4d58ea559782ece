#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""The picture of a waiting job's first page, over the control API with the real helper: that it is the page,
and that nobody but its owner gets one.

usage: preview.py BUILD_FOLDER [SENTENCE]
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from control_world import ADMIN, ALICE, BOB, mime, name_, shared_workstation  # noqa: E402
from documents import large_jpeg, pdf_of, small_pdf  # noqa: E402
from ipp_client import Connection  # noqa: E402
from tap import main, test  # noqa: E402

world = shared_workstation(sys.argv[1])
NOWHERE = "00000000-0000-4000-8000-000000000000"
RED, WHITE = (255, 0, 0), (255, 255, 255)


def half_red(width=595, height=842, pages=1):
    """A PDF whose pages are red on their left half."""
    paint = b"1 0 0 rg 0 0 %d %d re f" % (width // 2, height)
    kids = b" ".join(b"%d 0 R" % (4 + n) for n in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << >> /Contents 3 0 R >>" % (width, height)
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
                   b"<< /Length %d >>\nstream\n%s\nendstream" % (len(paint), paint)] + [page] * pages)


class Picture:
    def __init__(self, answer):
        assert answer.status == 200, (answer.status, answer.body)
        assert answer.headers["content-type"] == "image/x-portable-pixmap" and answer.headers["cache-control"] == "no-store", answer.headers
        kind, size, most, self.pixels = answer.body.split(b"\n", 3)
        self.width, self.height = map(int, size.split())
        assert (kind, most, len(self.pixels)) == (b"P6", b"255", 3 * self.width * self.height), (kind, size, most, len(self.pixels))

    def at(self, x, y):
        """The colour there; from 0 to 1, from the top left."""
        place = 3 * (int(y * (self.height - 1)) * self.width + int(x * (self.width - 1)))
        return tuple(self.pixels[place:place + 3])


def preview(uid, job, query=""):
    return world().ask(uid, "GET", f"/v1/jobs/{job}/preview{query}")


def refused(answer, status, word):
    assert answer.status == status and word in answer.body.decode(), (answer.status, answer.body)


@test("the owner sees the first page as it will be printed")
def _():
    job = world().print_as(ALICE, document=half_red(pages=3))["id"]
    picture = Picture(preview(ALICE, job))
    assert (picture.width, picture.height) == (283, 400), (picture.width, picture.height)
    for y in (0.02, 0.5, 0.98):
        assert picture.at(0.2, y) == RED and picture.at(0.8, y) == WHITE, (picture.at(0.2, y), picture.at(0.8, y))


@test("it is as large as it is wanted, whichever way the page lies")
def _():
    job = world().print_as(ALICE, document=half_red(842, 595))["id"]
    for side in (16, 100, 1600):
        picture = Picture(preview(ALICE, job, f"?side={side}"))
        assert picture.width == side and abs(picture.height - side * 595 / 842) <= 1, (side, picture.width, picture.height)
    for side in ("15", "1601", "-1", "x", "", "99999999999999999999"):
        refused(preview(ALICE, job, f"?side={side}"), 400, "side is a number of pixels")


@test("a page that is hardly one gives a picture within its bounds")
def _():
    for width, height in ((1, 3000), (14000, 2)):
        picture = Picture(preview(ALICE, world().print_as(ALICE, document=half_red(width, height))["id"]))
        assert max(picture.width, picture.height) == 400 and min(picture.width, picture.height) == 1


@test("to others, administrators too, the job is one that there is not")
def _():
    job = world().print_as(ALICE, document=half_red())["id"]
    for uid in (BOB, ADMIN):
        assert preview(uid, job).same_as(preview(uid, NOWHERE)) and preview(uid, job).status == 404


@test("a document that cannot be drawn says so, and waits as before")
def _():
    whole = half_red()
    for document in (b"%PDF-1.4\nrubbish\n%%EOF\n", whole[:len(whole) // 3], b"%PDF-1.4\n" + os.urandom(5000)):
        job = world().print_as(ALICE, document=document)["id"]
        answer = preview(ALICE, job)
        if answer.status != 200:  # poppler mends what it can
            refused(answer, 501, "cannot be drawn")
        assert world().job(ALICE, job)["state"] == "held"


@test("other formats have no preview")
def _():
    w = world()
    with Connection(w, ALICE) as connection:
        reply = connection.ask("Print-Job", name_("job-name", "A picture") + mime("document-format", "image/jpeg"), document=large_jpeg(2000))
    job = next(j for j in w.get(ALICE, "/v1/jobs")["jobs"] if j["ipp_id"] == reply.jobs[0]["job-id"][0])
    refused(preview(ALICE, job["id"]), 501, "previews of PDFs only")


@test("a job that is over has no page any more")
def _():
    w = world()
    job = w.print_as(ALICE, document=half_red())["id"]
    w.post(ALICE, f"/v1/jobs/{job}/cancel", {})
    w.await_state(ALICE, job, "cancelled")
    refused(preview(ALICE, job), 409, "over")


@test("many at once are drawn or told to come again, and the agent goes on")
def _():
    w = world()
    job = w.print_as(ALICE, document=half_red(pages=2))["id"]
    talks = [w.talk(ALICE) for _ in range(8)]
    for talk in talks:
        talk.send(f"GET /v1/jobs/{job}/preview HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    answers = [talk.answer() for talk in talks]
    for talk in talks:
        talk.socket.close()
    assert {answer.status for answer in answers} <= {200, 503} and sum(answer.status == 200 for answer in answers) >= 2, [a.status for a in answers]
    Picture(preview(ALICE, job))


@test("with a locked key nobody looks into the document")
def _():
    w = world()
    job = w.print_as(ALICE, document=small_pdf())["id"]
    w.restart_agent()
    refused(preview(ALICE, job), 409, "Your key is locked")


main(sys.argv[2] if len(sys.argv) > 2 else None)
