# SPDX-License-Identifier: Apache-2.0
# Copyright 2026 the Homespool authors
"""A man in the middle whom the browser believes: everything that it sends, in plain, on its way to the real site."""

import socket
import ssl
import threading

from site_world import free_port, openssl


class Recorder:
    def __init__(self, world):
        self.world, self.port = world, free_port()
        self.bytes, self.lock, self.threads = bytearray(), threading.Lock(), []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        key, certificate = world.folder / "recorder.key", world.folder / "recorder.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "1",
                "-keyout", key, "-out", certificate)
        self.context.load_cert_chain(certificate, key)
        self.ours, self.theirs = f"localhost:{self.port}".encode(), f"localhost:{world.people_port}".encode()
        self.listener = socket.create_server(("127.0.0.1", self.port))

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def requests(self):
        with self.lock:
            return bytes(self.bytes)

    def serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(plain,), daemon=True).start()

    def carry(self, plain):
        try:
            browser = self.context.wrap_socket(plain, server_side=True)
            site = self.world.people_context().wrap_socket(socket.create_connection(("localhost", self.world.people_port)), server_hostname="localhost")
        except OSError:
            plain.close()
            return
        back = threading.Thread(target=self.pump, args=(site, browser, False), daemon=True)
        back.start()
        self.pump(browser, site, True)

    def pump(self, source, sink, keeps):
        try:
            while data := source.recv(65536):
                if keeps:
                    with self.lock:
                        self.bytes += data
                    data = data.replace(self.ours, self.theirs)  # Host and Origin; ports have five digits, no length changes
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
