"""Machines with network namespaces of their own, whose cables to the database are pulled. They still reach Render, which
is when two of them might write."""

import pathlib
import tempfile
import unittest

import namespaces
from at_once import at_once
from postgres import Authority, Server
from store_case import LEASE, Machine, StoreCase, with_service


class Cables(StoreCase):
    def setUp(self):
        cables = [namespaces.Namespace(10 * self.number + n) for n in (1, 2)]
        for cable in cables:
            self.addCleanup(cable.close)
        self.cables = cables
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.authority = Authority(pathlib.Path(folder.name))
        self.server = Server(addresses=("127.0.0.1", *(one.here for one in cables)),
                             tls=self.authority.issue("IP:127.0.0.1", *(f"IP:{one.here}" for one in cables)))
        self.addCleanup(self.server.close)
        super().setUp()

    @classmethod
    def setUpClass(cls):
        """Each test has its own server, on its own cables."""

    def begin_on_cables(self, source):
        verified = {"sslmode": "verify-full", "sslrootcert": str(self.authority.file)}
        self.begin(source, machines="", store=self.address(**verified))
        made = []
        for name, cable in zip("AB", self.cables):
            machine = Machine(self, name, cable)
            machine.store = self.address(host=cable.here, **verified)
            made.append(machine)
        return made

    @property
    def number(self):
        return sorted(name for name in dir(type(self)) if name.startswith("test_")).index(self._testMethodName)

    def test_a_machine_that_is_cut_off_stops_before_another_takes_over(self):
        a, b = self.begin_on_cables(with_service("base", build="1000s"))  # 50 s
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        self.cables[0].pull()
        other = b.start("resume", "--yes", "--lock-wait", "2m")
        other.wait_for("Waiting for it to end")
        run.ends(limit=LEASE)
        self.assertNotEqual(run.returncode, 0, run.err)
        self.assertIn("Nothing more was sent", run.err)
        self.assertEqual(other.wrote(), [], "the other began before this one had stopped")
        other.ends(0)
        self.assert_whole()

    def test_a_short_cut_is_survived(self):
        a, _ = self.begin_on_cables(with_service("base", build="60s"))
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        self.cables[0].pull()
        self.wait_for_deploys()
        self.cables[0].plug()
        run.ends(0)
        self.assert_done(run.out)
        self.assert_whole()


load_tests = at_once(Cables)


if __name__ == "__main__":
    namespaces.as_root()
    unittest.main()
