#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Makes the pictures of the window for the documents: light, dark, kiosk, offline, uncertain, …

usage: pictures.py BUILD_FOLDER [OUTPUT_FOLDER [NAME…]]        (default: docs/pictures)
"""

import ctypes
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import desktop as desk  # noqa: E402
from desktop import ROOT, Desktop  # noqa: E402
from stage import OFFICE, Scene, Stage, TitleKey, clock, job, printer  # noqa: E402

PROGRAM = Path(sys.argv[1]).resolve() / "tray-ui/homespool-tray"
OUT = Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "docs/pictures")
WANTED = sys.argv[3:]
UNREACHABLE = "The printer cannot be reached from this workstation. Check that it is on, or choose another."
UNCERTAIN = "It is not known whether this printed. Look at the printer, then say whether it did."
PRINTERS = [printer(1, "Second floor east", "by the kitchen", used_before=True), printer(2, "Reception", "ground floor, front desk", "busy"),
            printer(3, "Plotter", "print room", "stopped", "The printer needs attention: paper is empty. Mend it or choose another printer."),
            printer(4, "Library", "reading room"), printer(5, "Second floor west", "by the lifts", used_before=True),
            printer(6, "Workshop", "yard, building C", "unknown")]
PLAIN_PRINTERS = [*PRINTERS[:3], printer(4, "Library", "reading room", copies_max=1, sides=["one-sided"], color_modes=["monochrome"]), *PRINTERS[4:]]
HELD = [job(1, "Board pack – final.pdf", minutes=4, pages=34, copies=2, size_bytes=4_800_000),
        job(2, "Lease agreement, unit 12.pdf", minutes=12, pages=9, colour="monochrome", size_bytes=612_000),
        job(3, "Head count 2026.ods", "delivering", "printing", minutes=20, pages=13, sides="one-sided", media="iso_a3_297x420mm",
            printer=OFFICE),
        job(4, "All-hands slides.odp", minutes=65, pages=22, sides="one-sided", size_bytes=18_000_000),
        job(5, "Site plan.jpg", minutes=90, pages=1, copies=4, sides="one-sided", format="image/jpeg", size_bytes=7_200_000)]
DONE = [job(11, "Minutes of Monday.pdf", "delivered", "completed", minutes=150, finished=clock(-140), printer=OFFICE, pages=4,
            result_counted=True, result_pages=4, result_sheets=2),
        job(12, "Old invoice.pdf", "cancelled", "cancelled-by-user", minutes=200, finished=clock(-160), pages=1)]
OTHERS = job(21, "Document 4f09aa", minutes=2, pages=12, titled=False, **{"from": "jonas.lindqvist"})
BACKGROUND = ["-add", "#31557f", "-add", "#4a3f76", "-gradient", "30"]


class Maya(Scene):
    def __init__(self, jobs, printers, **facts):
        super().__init__(jobs, printers, **{"seat_name": "Maya Okafor", **facts})


def start_with_shadows(desktop, stage):
    """Starts the program until it has seen that windows are put together, which it asks only once."""
    for _ in range(8):
        desktop.start_tray(PROGRAM, stage.root)
        window = desktop.window()
        if "not found" not in desktop.run("xprop", "-id", window, "_GTK_FRAME_EXTENTS").stdout:
            break
        desktop.stop("tray")
    return window


def be_called(name):
    """The code in the window names its workstation: not the one on which the pictures are made."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x04000000) != 0:  # CLONE_NEWUTS
        sys.exit("needs root, to have a name of its own")
    socket.sethostname(name)


def shoot(name, scene, do=None, dark=False, size=None, vacant=False, **more):
    if WANTED and name not in WANTED:
        return
    with tempfile.TemporaryDirectory(prefix="homespool-pictures-") as folder:
        config = Path(folder) / "desktop/home/config/homespool"
        with Stage(folder, scene, vacant) as stage, Desktop(folder, shadows=True, **more) as desktop:
            stage.titles = TitleKey()
            config.mkdir(parents=True)
            (config / "tray.conf").write_text(f"[tray]\nscheme={'dark' if dark else 'light'}\n")
            desktop.run("hsetroot", *BACKGROUND)
            desktop.await_shadows()
            window = start_with_shadows(desktop, stage)
            width, height = size or (984, 724)
            if scene.status["mode"] != "kiosk":
                desktop.run("wmctrl", "-i", "-r", window, "-e", f"0,{(desk.WIDTH - width) // 2},{(desk.HEIGHT - height) // 2},{width},{height}")
            desktop.settle(1.2)
            if not vacant:
                stage.tell({"event": "progress", "id": HELD[2]["id"], "sent_bytes": 1_200_000, "printed_pages": 8})
            if do:
                do(desktop, stage)
            desktop.run("xdotool", "mousemove", "1170", "790")
            desktop.settle(0.8)
            OUT.mkdir(parents=True, exist_ok=True)
            desktop.shoot(OUT / f"{name}.png")
            if shutil.which("optipng"):
                subprocess.run(["optipng", "-quiet", OUT / f"{name}.png"], check=False)
            print(OUT / f"{name}.png", flush=True)


LETTER = """
/margin 64 def
/line { /text exch def margin y moveto text show /y y 17 sub def } def
/Helvetica-Bold findfont 21 scalefont setfont 0.14 0.35 0.84 setrgbcolor
margin 762 moveto (Lease agreement) show
0.2 setgray /Helvetica findfont 11 scalefont setfont
/y 728 def
(Unit 12, Riverside Yard, between the Example Organisation and the tenant.) line
(The lease begins on the first of January and runs for three years. The rent is) line
(due on the third working day of each month; heating and water are billed by) line
(consumption. Notice is given in writing, three months ahead.) line
/Helvetica-Bold findfont 12 scalefont setfont /y y 14 sub def
(Floor space) line /Helvetica findfont 11 scalefont setfont
0 1 4 { /i exch def [0.14 0.35 0.84 0.09 0.64 0.29 0.96 0.62 0.04 0.88 0.11 0.28 0.45 0.3 0.8] i 3 mul 3 getinterval aload pop setrgbcolor
  margin i 90 mul add 470 64 [120 84 150 60 105] i get rectfill } for
0.2 setgray /y 436 def
(1. The rooms are handed over swept and painted. Keys are counted together.) line
(2. Repairs of up to one month's rent are the tenant's, larger ones the owner's.) line
(3. Bicycles stand in the yard; the stairs are kept free at all times.) line
(4. Sub-letting needs the written consent of the owner, which is not refused) line
(without a reason. Both sides keep one signed copy of this agreement.) line
0.6 setgray margin 150 moveto 180 0 rlineto stroke 330 150 moveto 180 0 rlineto stroke
showpage
"""


def draw_page(side_px=277):
    """What the agent sends for that letter."""
    done = subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sPAPERSIZE=a4", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4",
                           f"-r{side_px / 842 * 72}", "-sDEVICE=ppmraw", "-o", "-", "-c", LETTER], capture_output=True, check=True)
    kind, _, size, most, pixels = done.stdout.split(b"\n", 4)  # the second line is a remark
    return b"\n".join([kind, size, most, pixels])


def select_two(desktop, stage):
    desktop.click("check", "Select Board pack")
    desktop.click("check", "Select Lease")


def choose_paper(desktop, stage):
    """Three copies, by the keyboard: the field has the arrows of a number."""
    desktop.click("button", "Choose a printer for Board pack")
    desktop.click("spin button", "Copies", across=0.2)
    desktop.key("ctrl+a")
    desktop.type("3")
    desktop.key("Return")


def choose_paper_of_several(desktop, stage):
    for title in ("Board pack", "All-hands", "Site plan"):
        desktop.click("check", f"Select {title}")
    desktop.click("button", "Choose a printer for what is selected")
    desktop.find("panel|grouping", "^Print 3 jobs$")


def pair(desktop, stage):
    desktop.click("button", "Printing as")
    desktop.click("button", "Read titles in a browser")
    desktop.find("image|icon", "QR code")


def uncertain_scene():
    jobs = [dict(each) for each in HELD]
    jobs[1] = job(2, "Lease agreement, unit 12.pdf", "uncertain", "uncertain", UNCERTAIN, minutes=12, pages=9, colour="monochrome", printer=OFFICE)
    jobs[3] = job(4, "All-hands slides.odp", "held", ["printer-unreachable", "release-wait"], UNREACHABLE, minutes=65, pages=22)
    return Maya(jobs + DONE, PRINTERS, uncertain=1)


def kiosk(**facts):
    return {"mode": "kiosk", "idle_sign_out_s": 120, **facts}


def details(desktop, stage):
    stage.trace = [{"at": clock(-12), "event": "opened", "state": "receiving", "sentence": "", "printer": None},
                   {"at": clock(-12), "event": "sealed", "state": "held", "sentence": "Waiting at your workstation. Release it at any printer.",
                    "printer": None},
                   {"at": clock(-8), "event": "release-asked", "state": "released", "sentence": "", "printer": OFFICE},
                   {"at": clock(-8), "event": "printer-refused", "state": "held", "sentence": UNREACHABLE, "printer": OFFICE}]
    stage.page = draw_page()
    desktop.click("button", "Details of Lease")
    desktop.find("panel|grouping", "^First page$")


be_called("workstation-7")
shoot("tray-light", Maya(HELD + DONE, PRINTERS), select_two)
shoot("tray-dark", Maya(HELD + DONE, PRINTERS), select_two, dark=True)
shoot("tray-offline", Maya(HELD + DONE, PRINTERS, site_online=False, site_state="offline", site_since=clock(-95),
                            site_problem="The site cannot be reached."), select_two, dark=True)
shoot("tray-uncertain", uncertain_scene())
shoot("tray-printers", Maya(HELD + DONE, PRINTERS), lambda d, s: d.click("button", "Second floor east"))
shoot("tray-paper", Maya(HELD + DONE, PLAIN_PRINTERS), choose_paper)
shoot("tray-several", Maya(HELD + DONE, PRINTERS), choose_paper_of_several)
shoot("tray-person", Maya(HELD + DONE, PRINTERS, key="locked"), lambda d, s: d.click("button", "Printing as"))
shoot("tray-finished", Maya(HELD + DONE, PRINTERS), lambda d, s: d.click("button|page tab", "Finished"))
shoot("tray-details", Maya(HELD + DONE, PRINTERS), details)
shoot("tray-pairing", Maya(HELD + DONE, PRINTERS), pair)
shoot("tray-from-others", Maya([OTHERS, *HELD[:2]], PRINTERS))
shoot("tray-deleted", Maya(HELD + DONE, PRINTERS), lambda d, s: d.click("button", "Delete Lease"))
shoot("tray-empty", Maya([], PRINTERS), dark=True)
shoot("tray-kiosk", Maya(HELD[:4] + DONE, PRINTERS, **kiosk(seat_taken=True, seat_name="Anna Novotná", seat_until=clock(30))))
shoot("tray-kiosk-sign-in", Scene([], PRINTERS, **kiosk()), lambda d, s: d.click("button", "^PIN$"), vacant=True)
