# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A stage for the window: answers on a control socket as the agent does, from a scene that is written down. For pictures, for
states that are hard to bring about, and for thousands of jobs; what a person does is tested against the real agent.

    with Stage(folder, Scene(...)) as stage:
        stage.change(job)            # tells the listeners
        stage.asked                  # [(method, path, body)…]
"""

import base64
import json
import os
import socketserver
import subprocess
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path

OFFICE = str(uuid.UUID(int=0xA1))


def clock(minutes=0):
    """@minutes from now, as the control API writes it."""
    return (datetime.now(timezone.utc) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def job(number, name, state="held", reason="release-wait", sentence="", minutes=5, **more):
    made = {"id": str(uuid.UUID(int=0x1000 + number)), "ipp_id": number, "name": name, "titled": True, "state": state, "sentence": sentence,
            "reasons": [reason] if isinstance(reason, str) else reason, "format": "application/pdf", "size_bytes": 1_200_000, "pages": 3,
            "pages_source": "measured", "colour": "colour", "sides": "two-sided-long-edge", "copies": 1, "options": {}, "media": "iso_a4_210x297mm",
            "printer": None, "created": clock(-minutes), "expires": clock(480 - minutes), "finished": None, "result_counted": False,
            "result_pages": 0, "result_sheets": 0, "offline": False, "from": None, "recipients": ["owner", "release"]}
    return {**made, **more}


def printer(number, name, location, state="ready", sentence="", used_before=False, **more):
    return {"id": str(uuid.UUID(int=0xA0 + number)), "name": name, "location": location, "state": state, "sentence": sentence,
            "trust": "pinned", "used_before": used_before, "place": "here" if used_before else "unknown", "used": clock(-60) if used_before else None,
            "seen": clock(-1), "copies_max": 99, "sides": ["one-sided", "two-sided-long-edge", "two-sided-short-edge"],
            "color_modes": ["monochrome", "color"], **more}


def status(**more):
    return {"version": "0.1.0", "ready": True, "uid": 1000, "is_admin": False, "held": 0, "printing": 0, "uncertain": 0, "enrolled": True,
            "organisation": "Example Organisation", "device": str(uuid.UUID(int=7)), "site_url": "https://print.example.org",
            "title_policy": "sealed", "site_online": True, "site_state": "online", "site_since": clock(-300), "site_problem": None,
            "offline_policy": "print", "offline_until": clock(600), "offline_pages": 200,
            "outbox_records": 0, "rolled_back": None, "copied": None, "identity": str(uuid.UUID(int=9)), "key": "unlocked", "escrow": [], "watches_logins": True,
            "watches_sleep": True, "mode": "personal", "seat_taken": False, "seat_problem": None, "seat_name": None, "seat_until": None,
            "idle_sign_out_s": 0, **more}


class Scene:
    def __init__(self, jobs=(), printers=(), **facts):
        self.jobs = list(jobs)
        self.printers = list(printers)
        self.status = status(held=sum(j["state"] == "held" for j in self.jobs), **facts)


class TitleKey:
    """Of nobody: made anew each time, and forgotten."""
    def __init__(self):
        self.text = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
        self.public = next(line.split()[-1] for line in self.text.splitlines() if "public key" in line)

    def seal(self, recipient):
        secret = self.text.splitlines()[-1] + "\n"
        sealed = subprocess.run(["age", "-r", recipient], input=secret.encode(), capture_output=True, check=True).stdout
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *unused):
        pass

    def address_string(self):
        return "here"

    def answer(self, code, value):
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        stage = self.server.stage
        path = self.path.split("?")[0]
        if path == "/v1/events":
            self.stream(stage)
        elif stage.is_vacant and path.startswith("/v1/jobs"):
            self.answer(403, {"error": "denied", "message": "Sign in first."})
        elif path == "/v1/jobs":
            self.answer(200, {"jobs": stage.scene.jobs})
        elif path == "/v1/status":
            self.answer(200, stage.scene.status)
        elif path == "/v1/printers":
            self.answer(200, {"printers": stage.scene.printers})
        elif path.endswith("/preview") and stage.page:
            self.send_response(200)
            self.send_header("Content-Type", "image/x-portable-pixmap")
            self.send_header("Content-Length", str(len(stage.page)))
            self.end_headers()
            self.wfile.write(stage.page)
        elif path == "/v1/unlock" and stage.titles:
            self.answer(200, {"recipient": stage.titles.public, "kiosk": True, "key_identity": None, "identity": stage.scene.status["identity"],
                              "registered": stage.titles.public, "title_recipient": stage.titles.public})
        elif path.endswith("/trace"):
            self.answer(200, {"job": path.split("/")[3], "recipients": [], "trace": stage.trace})
        else:
            self.answer(404, {"error": "not-found", "message": "There is no such thing."})

    def stream(self, stage):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with stage.lock:
            stage.listeners.append(self.wfile)
        stage.write(self.wfile, {"event": "hello"})
        stage.ended.wait()

    def do_POST(self):
        stage = self.server.stage
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        stage.asked.append((self.path, json.loads(body) if body[:1] == b"{" else body))
        if self.path == "/v1/title-key" and stage.titles:
            self.answer(200, {"title_key": stage.titles.seal(body.decode())})
            return
        self.answer(200, {"job": self.path.split("/")[3] if self.path.count("/") > 3 else None, "state": "held"})


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Stage:
    def __init__(self, folder, scene, vacant=False):
        self.scene, self.is_vacant = scene, vacant
        self.root = Path(folder) / "stage"
        (self.root / "run").mkdir(parents=True, exist_ok=True)
        for path in (Path(folder), self.root, self.root / "run"):
            path.chmod(0o755)
        self.listeners, self.asked, self.trace = [], [], []
        self.titles = None  # a TitleKey: of the person
        self.page = None  # of every preview: a portable pixmap
        self.lock, self.ended = threading.Lock(), threading.Event()

    def __enter__(self):
        socket = self.root / "run/control.sock"
        socket.unlink(missing_ok=True)
        self.server = Server(str(socket), Handler)
        self.server.stage = self
        os.chmod(socket, 0o666)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    def write(self, stream, event):
        line = json.dumps(event).encode() + b"\n"
        try:
            stream.write(b"%x\r\n%s\r\n" % (len(line), line))
            stream.flush()
        except OSError:
            pass

    def tell(self, event):
        with self.lock:
            for stream in self.listeners:
                self.write(stream, event)

    def change(self, changed):
        self.scene.jobs = [changed if each["id"] == changed["id"] else each for each in self.scene.jobs]
        self.tell({"event": "job", "job": changed})

    def await_asked(self, condition, limit_s=30):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            found = next((each for each in self.asked if condition(*each)), None)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"was not asked for: {self.asked}")
