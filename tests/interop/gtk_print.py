#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A program with GTK's print dialog, in which somebody presses Print.

usage: gtk_print.py PRINTER DOCUMENT TITLE
"""

import sys

import gi

gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk  # noqa: E402

PRINTER, DOCUMENT, TITLE = sys.argv[1:4]
LIMIT_S = 60

if not Gtk.init_check():
    sys.exit("no display")
loop, outcome = GLib.MainLoop(), []
dialog = Gtk.PrintUnixDialog.new("Print", None)
settings = Gtk.PrintSettings()
settings.set_printer(PRINTER)
dialog.set_settings(settings)


def end(text):
    outcome.append(text)
    loop.quit()


def on_sent(job, *unused):
    end("" if job.get_status() == Gtk.PrintStatus.SENDING_DATA else f"the job ended as {job.get_status().value_nick}")


def on_response(window, response):
    job = Gtk.PrintJob.new(TITLE, dialog.get_selected_printer(), dialog.get_settings(), dialog.get_page_setup())
    job.set_source_file(DOCUMENT)
    job.send(on_sent)


def on_printer(*unused):
    printer = dialog.get_selected_printer()  # once the dialog knows all about it
    if printer is not None and printer.get_name() == PRINTER:
        dialog.connect("response", on_response)
        dialog.response(Gtk.ResponseType.OK)


dialog.connect("notify::selected-printer", on_printer)
GLib.timeout_add_seconds(LIMIT_S, end, "the dialog never got to know the printer")
dialog.present()
loop.run()
sys.exit(outcome[0] or 0)
