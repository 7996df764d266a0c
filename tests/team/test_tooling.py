"""The faults of these tests are real: what psql meets when the server, its standby, the proxy, a disk, a clock or a
cable fails."""

import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

import namespaces
from postgres import BINARIES, HANG, Authority, PgBouncer, Server, wait_until
from proxy import Proxy
from store_case import SHIFTED_CLOCK

PLAIN = {"sslmode": "disable", "connect_timeout": "3"}


class Tooling(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.database = cls.server.create_database()

    def setUp(self):
        self.server.execute("DROP TABLE IF EXISTS word; CREATE TABLE word (text text); GRANT ALL ON word TO PUBLIC", self.database)

    def psql(self, sql, before=(), limit=HANG, **options):
        address = self.server.address(self.database, **{**PLAIN, **options})
        return subprocess.run([*before, BINARIES / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", address, "-c", sql], text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=limit, check=False)

    def words(self, server=None):
        return (server or self.server).execute("SELECT text FROM word ORDER BY text", self.database).split()

    def proxy(self):
        proxy = Proxy(self.server.port)
        self.addCleanup(proxy.close)
        return proxy

    def test_a_killed_server_keeps_what_was_committed(self):
        self.assertEqual(self.psql("INSERT INTO word VALUES ('kept')").returncode, 0)
        self.server.kill()
        self.assertNotEqual(self.psql("SELECT 1").returncode, 0)
        self.server.start()
        self.assertEqual(self.words(), ["kept"])

    def test_a_frozen_server_answers_when_it_is_thawed(self):
        self.server.freeze()
        asks = subprocess.Popen([BINARIES / "psql", "-XAtq", self.server.address(self.database, sslmode="disable"), "-c", "SELECT 7"],
                                stdout=subprocess.PIPE, text=True)
        with self.assertRaises(subprocess.TimeoutExpired):
            asks.wait(0.3)
        self.server.thaw()
        self.assertEqual(asks.communicate(timeout=HANG)[0], "7\n")

    def test_a_standby_that_is_cut_off_lacks_the_last_commits(self):
        standby = self.server.standby()
        self.addCleanup(standby.close)
        self.psql("INSERT INTO word VALUES ('early')")
        self.server.wait_for_standby()
        standby.cut_replication()
        self.psql("INSERT INTO word VALUES ('late')")
        standby.promote()
        self.assertEqual(self.words(standby), ["early"])
        self.assertEqual(self.words(), ["early", "late"])
        both = f"127.0.0.1:{self.server.port},127.0.0.1:{standby.port}"
        self.server.stop()
        self.assertEqual(self.psql("SELECT text FROM word", host=both, target_session_attrs="read-write").stdout, "early\n")
        self.server.start()

    def test_a_replay_that_is_paused_shows_old_rows(self):
        standby = self.server.standby()
        self.addCleanup(standby.close)
        self.server.wait_for_standby()
        standby.pause_replay()
        self.psql("INSERT INTO word VALUES ('late')")
        self.assertEqual(self.words(standby), [])

    def test_a_full_disk_refuses_rows_until_it_is_freed(self):
        small = Server(disk_mib=90)
        self.addCleanup(small.close)
        small.execute("CREATE TABLE word (text text)")
        small.disk.fill()
        with self.assertRaisesRegex(AssertionError, "No space left on device"):
            small.execute("INSERT INTO word SELECT repeat('x', 5000) FROM generate_series(1, 1000)")
        small.disk.free()
        small.execute("INSERT INTO word VALUES ('after')")

    def test_a_full_disk_of_the_log_ends_the_server(self):
        small = Server(wal_disk_mib=20, settings={"max_wal_size": "8MB", "min_wal_size": "2MB"})
        self.addCleanup(small.close)
        small.execute("CREATE TABLE word (text text)")
        small.disk.fill()
        with self.assertRaisesRegex(AssertionError, "PANIC"):
            small.execute("INSERT INTO word SELECT md5(n::text) FROM generate_series(1, 200000) AS n")

    def test_pgbouncer_gives_statements_of_one_client_to_several_sessions(self):
        front = PgBouncer(self.server)
        self.addCleanup(front.close)
        front.open_all(self.server.address(self.database, port=front.port, **PLAIN))
        ask = lambda: self.psql("SELECT pg_backend_pid()", port=front.port).stdout
        self.assertEqual(len({ask() for _ in range(4)}), 2)

    def test_the_proxy_cuts_before_and_loses_after_a_statement(self):
        proxy = self.proxy()
        proxy.on("cut", "VALUES ('cut')")
        self.assertNotEqual(self.psql("INSERT INTO word VALUES ('cut')", port=proxy.port).returncode, 0)
        proxy.on("lose", "VALUES ('lost')", nth=2)
        self.assertEqual(self.psql("INSERT INTO word VALUES ('lost')", port=proxy.port).returncode, 0)
        self.assertNotEqual(self.psql("INSERT INTO word VALUES ('lost')", port=proxy.port).returncode, 0)
        self.assertEqual(self.words(), ["lost", "lost"])

    def test_the_proxy_delivers_late(self):
        proxy = self.proxy()
        rule = proxy.on("late", "VALUES ('late')")
        self.assertNotEqual(self.psql("INSERT INTO word VALUES ('late')", port=proxy.port).returncode, 0)
        self.assertEqual(self.words(), [])
        rule.let_go()
        wait_until(lambda: self.words() == ["late"], "the statement takes effect")

    def test_the_proxy_holds(self):
        proxy = self.proxy()
        rule = proxy.on("hold", "VALUES ('held')")
        asks = threading.Thread(target=self.psql, args=("INSERT INTO word VALUES ('held')",), kwargs={"port": proxy.port})
        asks.start()
        rule.wait_for_hit()
        self.assertEqual(self.words(), [])
        rule.let_go()
        asks.join()
        self.assertEqual(self.words(), ["held"])

    def test_the_proxy_refuses_and_accepts_again(self):
        proxy = self.proxy()
        proxy.refuse()
        self.assertIn("refused", self.psql("SELECT 1", port=proxy.port).stderr)
        proxy.accept()
        self.assertEqual(self.psql("SELECT 1", port=proxy.port).returncode, 0)

    def test_the_proxy_is_silent(self):
        proxy = self.proxy()
        proxy.silence()
        self.assertIn("timeout expired", self.psql("SELECT 1", port=proxy.port, connect_timeout="2").stderr)
        proxy.speak()
        self.assertEqual(self.psql("SELECT 1", port=proxy.port).returncode, 0)

    def test_the_proxy_leads_elsewhere(self):
        other = Server()
        self.addCleanup(other.close)
        proxy = self.proxy()
        proxy.lead_to(other.port)
        self.assertIn("password authentication failed", self.psql("SELECT 1", port=proxy.port).stderr)

    def test_certificates_are_verified(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("one", "other"):
                (pathlib.Path(folder) / name).mkdir()
            authority, other = (Authority(pathlib.Path(folder) / name) for name in ("one", "other"))
            server = Server(tls=authority.issue("IP:127.0.0.1"))
            self.addCleanup(server.close)
            database = server.create_database()
            ask = lambda **options: subprocess.run([BINARIES / "psql", "-XAtq", server.address(database, **options), "-c", "SELECT 1"],
                                                   text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL)
            self.assertEqual(ask(sslmode="verify-full", sslrootcert=authority.file).stdout, "1\n")
            self.assertIn("certificate verify failed", ask(sslmode="verify-full", sslrootcert=other.file).stderr)
            self.assertIn("does not match", ask(sslmode="verify-full", sslrootcert=authority.file, host="localhost").stderr)
            self.assertNotEqual(ask(sslmode="disable").returncode, 0)

    def test_the_wall_clock_is_shifted_and_steps_and_the_monotonic_one_is_not(self):
        with tempfile.NamedTemporaryFile() as file:
            script = "import time, sys\nfor _ in sys.stdin: print(time.time(), time.monotonic(), flush=True)"
            file.write(struct.pack("=q", 0))
            file.flush()
            shown = subprocess.Popen([sys.executable, "-c", script], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     env={**os.environ, "LD_PRELOAD": SHIFTED_CLOCK, "SHIFTED_CLOCK": file.name})

            def clocks():
                shown.stdin.write("\n")
                shown.stdin.flush()
                return [float(word) for word in shown.stdout.readline().split()]

            before = clocks()
            file.seek(0)
            file.write(struct.pack("=q", -3600 * 10**9 - 1))
            file.flush()
            after = clocks()
            shown.communicate(timeout=HANG)
            self.assertTrue(-3601 < after[0] - before[0] < -3500, (before, after))
            self.assertTrue(0 <= after[1] - before[1] < 100, (before, after))

    def test_a_namespace_reaches_the_server_until_its_cable_is_pulled(self):
        machine = namespaces.Namespace(1)
        self.addCleanup(machine.close)
        server = Server(addresses=("127.0.0.1", machine.here))
        self.addCleanup(server.close)
        database = server.create_database()
        address = server.address(database, host=machine.here, **PLAIN)
        ask = lambda: subprocess.run([*machine.command(), BINARIES / "psql", "-XAtq", address, "-c", "SELECT 1"], text=True,
                                     capture_output=True, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(ask().stdout, "1\n", ask().stderr)
        machine.pull()
        self.assertNotEqual(ask().returncode, 0)
        machine.plug()
        self.assertEqual(ask().stdout, "1\n", ask().stderr)
        with Proxy(server.port, listener=machine.listener()) as door:
            there = server.address(database, port=door.port, **PLAIN)
            said = subprocess.run([*machine.command(), BINARIES / "psql", "-XAtq", there, "-c", "SELECT 2"], text=True,
                                  capture_output=True, check=False, stdin=subprocess.DEVNULL)
            self.assertEqual(said.stdout, "2\n", said.stderr)


if __name__ == "__main__":
    namespaces.as_root()
    unittest.main()
