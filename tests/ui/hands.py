#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""Finds what is on the screen as a screen reader does, and points, clicks and types as a person does.

Runs in the desktop session. Requests are lines of JSON on standard input, answers on standard output; "app" names another
program than ours: the panel, the notification daemon.
GTK 4.8 tells positions within a window only, so they are added to where X has that window; popovers are windows of their own.
GTK 3, which those others have, tells positions on the screen.
"""

import json
import re
import subprocess
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import pyatspi  # noqa: E402

LIMIT_S = 40
APPLICATION = "homespool-tray"
ROLES = {"button": ("push button", "toggle button", "button"), "row": ("list item",), "label": ("label",), "check": ("check box",),
         "entry": ("text", "entry", "password text"), "menu item": ("menu item",)}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def application(name):
    return next((each for each in pyatspi.Registry.getDesktop(0) if each and each.name == name), None)


def walk(node, depth=0):
    yield node
    if depth > 30:
        return
    for index in range(node.childCount):
        try:
            child = node.getChildAtIndex(index)
        except Exception:
            child = None
        if child:
            yield from walk(child, depth + 1)


def extents(node):
    box = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
    return box.x, box.y, box.width, box.height


def is_visible(node):
    try:
        return extents(node)[2] > 0
    except Exception:
        return False


def all_of(role, name, app=APPLICATION):
    pattern = re.compile(name)
    roles = [each for part in role.split("|") for each in ROLES.get(part, (part,))]
    root = application(app)
    if root is None:
        return
    for node in walk(root):
        try:
            if node.getRoleName() in roles and pattern.search(node.name or "") and is_visible(node):
                yield node
        except Exception:
            continue


def wait(condition, what, limit_s):
    end = time.monotonic() + limit_s
    while True:
        reason = None
        try:
            found = condition()
            if found:
                return found
        except Exception as problem:  # what is on the screen changes under our hands
            reason = repr(problem)
        if time.monotonic() > end:
            raise TimeoutError(f"{what} within {limit_s} s ({reason})")
        time.sleep(0.1)


def geometry(window):
    """Asked of X itself: xdotool counts the frame of a window that has one twice."""
    said = dict(line.strip().split(":", 1) for line in run("xwininfo", "-id", window).splitlines() if ":" in line)
    return {"X": said["Absolute upper-left X"], "Y": said["Absolute upper-left Y"], "WIDTH": said["Width"], "HEIGHT": said["Height"]}


def ancestors(node):
    while node is not None and node.getRoleName() not in ("application",):
        yield node
        node = node.parent


def origin(node):
    """Where on the screen the window begins whose coordinates @node's extents are in."""
    surfaces = [w for w in run("xdotool", "search", "--onlyvisible", "--class", APPLICATION).split()]
    line = list(ancestors(node))
    for each in line:  # from the inside: a popover is matched by its size
        if each.getRoleName() in ("frame", "dialog", "window"):
            break
        if not is_visible(each):
            continue
        x, y, width, height = extents(each)
        for surface in surfaces:
            place = geometry(surface)
            if width > 60 and (width, height) == (int(place["WIDTH"]), int(place["HEIGHT"])):
                return int(place["X"]) - x, int(place["Y"]) - y
    frame = next(each for each in line if each.getRoleName() in ("frame", "dialog", "window"))
    _, _, width, height = extents(frame)

    def misfit(surface):  # a frame has no name that tells it from others; the window that it fills best is its own
        place = geometry(surface)
        return abs(int(place["WIDTH"]) - width) + abs(int(place["HEIGHT"]) - height)
    window = min(surfaces, key=misfit)
    place = geometry(window)
    shadow = re.search(r"= (\d+), (\d+), (\d+), (\d+)", run("xprop", "-id", window, "_GTK_FRAME_EXTENTS"))
    left, right, top, bottom = map(int, shadow.groups()) if shadow else (0, 0, 0, 0)
    # What is left over between the X window, its shadow and the frame is the border, the same on both sides.
    return (int(place["X"]) + left + (int(place["WIDTH"]) - left - right - width) // 2,
            int(place["Y"]) + top + (int(place["HEIGHT"]) - top - bottom - height) // 2)


def find(role, name, limit_s=LIMIT_S, app=APPLICATION, **unused):
    node = wait(lambda: next(all_of(role, name, app), None), f"{role} {name!r} is seen", limit_s)
    return {"name": node.name, "role": node.getRoleName()}


def gone(role, name, limit_s=LIMIT_S, app=APPLICATION, **unused):
    wait(lambda: not any(True for _ in all_of(role, name, app)), f"{role} {name!r} is gone", limit_s)
    return True


def place_of(node, app):
    """Where on the screen: (left, top, width, height)."""
    if app != APPLICATION:
        box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return box.x, box.y, box.width, box.height
    (left, top), (x, y, width, height) = origin(node), extents(node)
    return left + x, top + y, width, height


def point(role, name, limit_s=LIMIT_S, across=0.5, app=APPLICATION, **unused):
    """Moves the pointer there, once nothing slides any more."""
    def steady():
        node = next(all_of(role, name, app), None)
        before = node and place_of(node, app)
        time.sleep(0.15)
        return before if before and before[0] >= 0 and before == place_of(node, app) else None
    left, top, width, height = wait(steady, f"{role} {name!r} is seen and stands still", limit_s)
    run("xdotool", "mousemove", "--sync", str(int(left + width * across)), str(top + height // 2))
    return [left, top, width, height]


def click(role, name, button=1, **more):
    place = point(role, name, **more)
    run("xdotool", "click", str(button))
    return place


def act(request):
    verb = request.pop("do")
    if verb == "hello":
        return True
    if verb == "find":
        return find(**request)
    if verb == "gone":
        return gone(**request)
    if verb == "click":
        return click(**request)
    if verb == "point":
        return point(**request)
    if verb == "surface":  # size of our largest window
        sizes = [geometry(each) for each in run("xdotool", "search", "--onlyvisible", "--class", APPLICATION).split()]
        return max(([int(each["WIDTH"]), int(each["HEIGHT"])] for each in sizes), default=None)
    if verb == "names":
        return [node.name for node in all_of(request["role"], "", request.get("app", APPLICATION))]
    if verb == "key":
        for key in request["keys"]:
            run("xdotool", "key", "--clearmodifiers", key)
        return True
    if verb == "type":
        run("xdotool", "type", "--delay", "20", request["text"])
        return True
    raise ValueError(verb)


for line in sys.stdin:
    try:
        answer = {"result": act(json.loads(line))}
    except Exception as problem:
        answer = {"problem": f"{type(problem).__name__}: {problem}"}
    print(json.dumps(answer), flush=True)
