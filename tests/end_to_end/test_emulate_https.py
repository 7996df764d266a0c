"""The emulator over https, with Python's TLS as the client and with the program itself."""

import http.client
import os
import re
import socket
import ssl
import stat
import subprocess
import unittest
import urllib.request

from harness import HANG, KEY, SERVICES, Case, desired, service, workspace
from terminal import Terminal


class Https(Case):
    def serve(self, source=None, **options):
        self.certificate = self.folder / "certificate.pem"
        return self.emulator(source or workspace(), tls=self.certificate, **options)

    def port(self, emulator):
        return int(emulator.url.split(":")[2].split("/")[0])

    def connect(self, emulator, name="127.0.0.1", trust=None):
        plain = socket.create_connection(("127.0.0.1", self.port(emulator)), HANG)
        self.addCleanup(plain.close)
        secure = (trust or emulator.trust).wrap_socket(plain, server_hostname=name, suppress_ragged_eofs=False)
        self.addCleanup(secure.close)
        return secure

    def everything(self, connection):
        out = b""
        while got := connection.recv(65536):
            out += got
        return out

    def request(self, method="GET", target="/v1/owners", connection="close"):
        return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\nConnection: {connection}\r\n\r\n".encode()

    def test_a_client_that_trusts_the_file_is_answered_under_all_three_names(self):
        emulator = self.serve()
        self.assertRegex(emulator.line, r"\Alistening on https://127\.0\.0\.1:\d+/v1\Z")
        for name in ("127.0.0.1", "localhost", "::1"):
            with self.connect(emulator, name) as connection:
                connection.sendall(self.request())
                self.assertTrue(self.everything(connection).startswith(b"HTTP/1.1 200 OK\r\n"))

    def test_other_names_and_clients_without_the_file_are_not_answered(self):
        emulator = self.serve()
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "(?i)hostname mismatch|not valid for"):
            self.connect(emulator, "render.example")
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "self.signed"):
            self.connect(emulator, trust=ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt"))
        self.assertEqual(emulator.requests(), [])

    def test_the_file_has_the_certificate_alone_and_everybody_may_read_it(self):
        self.serve()
        self.assertRegex(self.certificate.read_text(),
                         r"\A-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n\Z")
        self.assertEqual(stat.S_IMODE(self.certificate.stat().st_mode), 0o644)
        self.assertEqual([path.name for path in self.folder.iterdir() if "certificate" in path.name], ["certificate.pem"])

    def test_many_requests_use_one_connection_and_the_end_is_announced(self):
        secure = self.connect(self.serve())
        for _ in range(3):
            secure.sendall(self.request(connection="keep-alive"))
            reply = http.client.HTTPResponse(secure)
            reply.begin()
            self.assertEqual(reply.status, 200)
            reply.read()
        secure.sendall(self.request())
        # Without the TLS message that ends a connection, this raises an error about an unexpected end.
        self.assertIn(b"\r\n\r\n", self.everything(secure))

    def test_http_on_the_same_port_gets_no_answer_and_a_stalled_handshake_delays_nobody(self):
        emulator = self.serve()
        stalled = socket.create_connection(("127.0.0.1", self.port(emulator)), HANG)
        self.addCleanup(stalled.close)
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            urllib.request.urlopen(emulator.url.replace("https", "http"), timeout=HANG)
        self.assertEqual(emulator.requests(), [])

    def test_a_lost_answer_is_a_reset_connection(self):
        emulator = self.serve(workspace(faults=[{"match": "GET /v1/owners", "nth": 1, "do": "lose_answer"}]))
        secure = self.connect(emulator)
        secure.sendall(self.request())
        # Below TLS, because Python's does not tell a reset from an end.
        with socket.socket(fileno=os.dup(secure.fileno())) as below, self.assertRaises(ConnectionResetError):
            below.settimeout(HANG)
            while below.recv(65536):  # TLS 1.3 sends tickets first
                pass

    def test_the_program_rolls_out_over_https_and_checks_health_over_it(self):
        source = workspace(services=[service(name, health_check_path="/health") for name in SERVICES])
        emulator = self.serve(source)
        details = emulator.get(f"/services/{SERVICES['core']}")["serviceDetails"]
        self.assertTrue(details["url"].startswith(emulator.url.removesuffix("/v1") + "/_emulator/health/"), details)
        with urllib.request.urlopen(details["url"], timeout=HANG, context=emulator.trust) as reply:
            self.assertEqual(reply.status, 200)
        self.write("envlink.yaml", desired())
        done = self.run_envlink("apply", "--yes", "-q", emulator=emulator, SSL_CERT_FILE=str(self.certificate))
        self.assert_exit(done, 0)
        self.assert_exit(self.run_envlink("verify", emulator=emulator, SSL_CERT_FILE=str(self.certificate)), 0)

    def test_the_program_sends_nothing_without_the_file(self):
        emulator = self.serve()
        self.write("envlink.yaml", desired(api={"retries": 1}))
        refused = self.run_envlink("plan", emulator=emulator)
        self.assert_exit(refused, 1)
        self.assertIn("certificate was not accepted", " ".join(refused.stderr.split()))
        self.assertEqual(emulator.requests(), [])

    def test_on_a_terminal_it_says_how_to_trust_it(self):
        path = self.write("workspace.yaml", workspace())
        terminal = Terminal(["emulate", str(path), "--tls", "its certificate.pem"], self.folder, self.environment(), columns=200)
        self.addCleanup(terminal.close)
        terminal.wait_for("SSL_CERT_FILE=")
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 0)
        self.assertRegex(terminal.text, r"See it in a browser: https://127\.0\.0\.1:\d+/\r?\n")
        self.assertIn(f"Trust its certificate: export SSL_CERT_FILE='{self.folder}/its certificate.pem'", terminal.text)


class File(Case):
    """The file of --tls."""

    def setUp(self):
        super().setUp()
        self.path = self.write("workspace.yaml", workspace())

    def refuse(self, file, why):
        result = self.run_envlink("emulate", str(self.path), "--tls", str(file))
        self.assert_exit(result, 1)
        self.assertEqual(result.stdout, "")
        told = " ".join(result.stderr.split())
        self.assertRegex(told, f"Cannot write {re.escape(str(file))} why: {why} → ")

    def test_a_file_that_cannot_be_written_is_exit_1(self):
        (self.folder / "folder").mkdir()
        os.mkfifo(self.folder / "fifo")
        for file, why in (("missing/certificate.pem", "No such file or directory"), ("folder", "it is a folder"),
                          ("fifo", "it is not a regular file"), ("workspace.yaml/certificate.pem", "Not a directory")):
            with self.subTest(file):
                self.refuse(file, why)

    def test_a_file_with_anything_else_stays_as_it_is(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", "own.key", "-out", "own.pem", "-subj", "/CN=localhost"],
                       cwd=self.folder, check=True, capture_output=True, timeout=HANG)
        for name in ("own.pem", "own.key", "workspace.yaml"):
            before = (self.folder / name).read_bytes()
            self.refuse(name, "it exists and was not written by envlink emulate --tls")
            self.assertEqual((self.folder / name).read_bytes(), before)

    def test_each_start_writes_a_new_certificate_and_an_empty_file_is_filled(self):
        file = self.folder / "certificate.pem"
        file.write_text("")
        certificates = set()
        for _ in range(2):
            with self.emulator(workspace(), tls=file) as emulator:
                certificates.add(file.read_text())
                self.assertEqual(emulator.requests(), [])
        self.assertEqual(len(certificates), 2)

    def test_a_start_that_fails_leaves_the_certificate_of_a_running_emulator_alone(self):
        file = self.folder / "certificate.pem"
        emulator = self.emulator(workspace(), tls=file)
        before = file.read_bytes()
        port = emulator.url.split(":")[2].split("/")[0]
        self.assert_exit(self.run_envlink("emulate", str(self.path), "--port", port, "--tls", str(file)), 1)
        self.assertEqual(file.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
