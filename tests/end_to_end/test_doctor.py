"""What doctor finds: each problem is real, and each has a cure."""

import email.utils
import http.server
import json
import os
import socket
import threading
import time
import unittest

from unfinished_run import UnfinishedRun
from harness import HANG, KEY, Case, desired, workspace
from schemas import complaints
from test_tls import Front


class DoctorCase(Case):
    def doctor(self, code, emulator=None, **environment):
        result = self.run_envlink("doctor", "-o", "json", emulator=emulator, **environment)
        self.assert_exit(result, code)
        told = json.loads(result.stdout)
        self.assertEqual(complaints("doctor", told), [])
        self.assertEqual(told["exit_code"], code)
        for check in told["checks"]:
            self.assertEqual(check["health"] in ("bad", "doubtful"), check["cure"] is not None, check)
        self.limits = told["rate_limits"]
        return {check["check"]: check for check in told["checks"]}

    def health(self, checks, *ids):
        return [checks[id]["health"] for id in ids]


class Doctor(DoctorCase):
    def test_without_problems_every_line_has_a_tick(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        writes = emulator.writes()
        result = self.run_envlink("doctor", emulator=emulator)
        self.assert_exit(result, 0)
        lines = result.stdout.splitlines()
        self.assertEqual((lines[-1], {line[0] for line in lines[:-1]}), ("No problems found.", {"✓", " "}))
        self.assertEqual(set(c["health"] for c in self.doctor(0, emulator).values()), {"good"})
        self.assertEqual([(w["bucket"], w["limit"] >= w["remaining"]) for w in self.limits], [("reads", True)])
        self.assertEqual(emulator.writes(), writes)

    def test_it_works_without_a_file_and_without_a_key(self):
        emulator = self.emulator(workspace())
        checks = self.doctor(0, emulator)
        self.assertEqual((checks["file"]["health"], checks["file"]["cure"]), ("doubtful", "Create one: envlink init"))
        checks = self.doctor(3, emulator, key=None)
        self.assertEqual(self.health(checks, "key", "host", "state"), ["bad", "not_looked_at", "good"])

    def test_a_refused_key_is_exit_3_and_is_not_shown(self):
        result = self.run_envlink("doctor", emulator=self.emulator(workspace()), key="rnd_wrongWrongWrong")
        self.assert_exit(result, 3)
        self.assertRegex(result.stdout, r"✗ key +from RENDER_API_KEY, refused")
        self.assertNotIn("wrongWrong", result.stdout + result.stderr)

    def test_the_source_of_the_key_is_shown(self):
        self.write(".env", f"RENDER_API_KEY={KEY}\n")
        self.assertIn(".env", self.doctor(0, self.emulator(workspace()), key=None)["key"]["says"])

    def test_a_dotenv_file_that_others_can_read_or_envlink_cannot_is_reported(self):
        emulator = self.emulator(workspace())
        env = self.write(".env", f"RENDER_API_KEY={KEY}\n")
        os.chmod(env, 0o644)
        told = self.doctor(0, emulator, key=None)["env"]
        self.assertEqual((told["health"], told["cure"]), ("doubtful", "Fix it: chmod 600 .env"))
        os.chmod(env, 0o600)
        self.assertEqual(self.doctor(0, emulator, key=None)["env"]["health"], "good")
        env.unlink()
        env.mkdir()
        checks = self.doctor(1, emulator)
        self.assertEqual(self.health(checks, "env", "key", "host", "state"), ["bad", "not_looked_at", "not_looked_at", "good"])
        self.assertIn("it is a folder", checks["env"]["says"])

    def test_the_workspace_of_the_file_is_looked_up(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired(workspace="elsewhere"))
        told = self.doctor(1, emulator)["workspace"]
        self.assertEqual(told["health"], "bad")
        self.assertIn("elsewhere", told["says"])
        self.write("envlink.yaml", desired(workspace="endtoend"))
        self.assertEqual(self.doctor(0, emulator)["workspace"]["health"], "good")
        told = self.doctor(1, emulator, RENDER_WORKSPACE="elsewhere")["workspace"]
        self.assertIn("RENDER_WORKSPACE is elsewhere", told["says"])

    def test_a_host_that_does_not_answer_is_an_error_and_dependent_checks_are_skipped(self):
        with socket.socket() as unused:  # bound, but not listening
            unused.bind(("127.0.0.1", 0))
            checks = self.doctor(1, RENDER_HOST=f"http://127.0.0.1:{unused.getsockname()[1]}/v1")
        self.assertEqual(self.health(checks, "host", "key", "clock"), ["bad", "not_looked_at", "not_looked_at"])

    def test_a_proxy_is_named_without_its_password(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            proxy = f"127.0.0.1:{unused.getsockname()[1]}"
            checks = self.doctor(1, HTTPS_PROXY=f"http://somebody:sesame@{proxy}", RENDER_HOST="render.example")
        self.assertIn(proxy, checks["proxy"]["says"])
        self.assertIn("HTTPS_PROXY", checks["host"]["cure"])
        self.assertNotIn("sesame", json.dumps(checks))

    def test_a_proxy_with_an_invalid_address_is_an_error_and_not_shown(self):
        for address in ("http://somebody:sesame#1@proxy.example", "http://somebody:1/sesame@proxy.example", "sesame9://proxy.example"):
            checks = self.doctor(1, HTTPS_PROXY=address, RENDER_HOST="http://127.0.0.1:1")
            self.assertEqual(checks["proxy"]["health"], "bad")
            self.assertIn("percent-encoded", checks["proxy"]["cure"])
            self.assertNotIn("sesame", json.dumps(checks))

    def test_a_workspace_that_the_key_cannot_access_is_an_error(self):
        checks = self.doctor(1, self.emulator(workspace()), RENDER_WORKSPACE="elsewhere")
        self.assertEqual(checks["workspace"]["health"], "bad")
        self.assertIn("endtoend", checks["workspace"]["says"])

    def test_problems_of_the_file_are_counted(self):
        self.write("envlink.yaml", "version: 1\nsevices: {}\n")
        checks = self.doctor(1, self.emulator(workspace()))
        self.assertEqual((checks["file"]["health"], checks["key"]["health"]), ("bad", "good"))


class FakeRender(DoctorCase):
    def answer_with(self, headers):
        owners = json.dumps([{"owner": {"id": "tea-1", "name": "endtoend", "email": "", "type": "team"}, "cursor": "c"}])

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response_only(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(owners)))
                self.end_headers()
                self.wfile.write(owners.encode())

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join, HANG)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/v1"

    def test_a_wrong_clock_is_reported_with_its_direction(self):
        for seconds, health, words in ((-7200, "bad", "ahead of Render's"), (7200, "bad", "behind Render's"),
                                       (-120, "doubtful", "ahead of Render's"), (0, "good", "agrees")):
            date = email.utils.formatdate(time.time() + seconds, usegmt=True)
            clock = self.doctor(1 if health == "bad" else 0, RENDER_HOST=self.answer_with({"Date": date}))["clock"]
            self.assertEqual(clock["health"], health, clock)
            self.assertIn(words, clock["says"])

    def test_a_nearly_used_up_rate_limit_is_reported_and_a_missing_one_is_not(self):
        limited = {"Ratelimit-Limit": "400", "Ratelimit-Remaining": "3", "Ratelimit-Reset": "41"}
        self.assertEqual(self.doctor(0, RENDER_HOST=self.answer_with(limited))["limits"]["health"], "doubtful")
        self.assertEqual(self.limits, [{"bucket": "reads", "limit": 400, "remaining": 3, "resets_in": 41}])
        self.assertEqual(self.doctor(0, RENDER_HOST=self.answer_with({}))["limits"]["health"], "not_looked_at")
        self.assertEqual(self.limits, [])


class Tls(DoctorCase):
    def test_an_untrusted_certificate_is_an_error_and_trusting_its_authority_fixes_it(self):
        folder = self.folder / "front"
        folder.mkdir()
        front = Front(folder, self.emulator(workspace()))
        self.addCleanup(front.stop)
        host = {"RENDER_HOST": f"https://127.0.0.1:{front.port}/v1"}
        checks = self.doctor(1, **host)
        self.assertEqual(self.health(checks, "host", "tls", "key"), ["good", "bad", "not_looked_at"])
        self.assertIn("SSL_CERT_FILE", checks["tls"]["cure"])
        checks = self.doctor(0, SSL_CERT_FILE=str(folder / "ca.pem"), **host)
        self.assertEqual(self.health(checks, "tls", "key"), ["good", "good"])


class State(DoctorCase, UnfinishedRun):
    def test_a_state_folder_that_is_open_to_others_or_a_file_is_reported(self):
        emulator = self.emulator(workspace())
        self.state_home.mkdir()
        (self.state_home / "envlink").write_text("")
        self.assertEqual(self.health(self.doctor(1, emulator), "state", "journal"), ["bad", "not_looked_at"])
        (self.state_home / "envlink").unlink()
        (self.state_home / "envlink").mkdir()
        os.chmod(self.state_home / "envlink", 0o755)
        self.assertIn("chmod 700", self.doctor(0, emulator)["state"]["cure"])

    def test_a_journal_that_others_can_read_is_reported_and_made_private_and_a_link_is_refused(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        journal = self.state_home / "envlink/journal.db"
        os.chmod(journal, 0o644)
        told = self.doctor(0, emulator)["journal"]
        self.assertEqual(told["health"], "doubtful")
        self.assertIn("mode 644", told["says"])
        self.assertEqual(journal.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.doctor(0, emulator)["journal"]["health"], "good")
        journal.rename(self.folder / "moved.db")
        journal.symlink_to(self.folder / "moved.db")
        self.assertIn("it is a symbolic link", self.doctor(1, emulator)["journal"]["says"])
        self.assert_exit(self.run_envlink("apply", "--yes", "--redeploy", "all", emulator=emulator), 1)

    def test_damage_in_the_journal_that_no_command_has_read_yet_is_found(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        journal = self.state_home / "envlink/journal.db"
        self.assertEqual(self.doctor(0, emulator)["journal"]["health"], "good")
        size, page = journal.stat().st_size, 4096
        with open(journal, "r+b") as file:
            file.seek(size - page)
            file.write(b"\xa5" * page)
        damaged = self.doctor(1, emulator)["journal"]
        self.assertEqual(damaged["health"], "bad")
        self.assertIn("Move it aside", damaged["cure"])

    def test_an_unfinished_run_is_reported_with_both_commands_to_continue(self):
        self.begin_and_kill()
        runs = self.doctor(0, self.render)["runs"]
        self.assertIn("envlink resume 1", runs["cure"])
        self.assertIn("envlink rollback 1", runs["cure"])


if __name__ == "__main__":
    unittest.main()
