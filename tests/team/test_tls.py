"""The server's certificate is verified unless the server is on this machine."""

import pathlib
import tempfile
import unittest

import namespaces
from postgres import Authority, Server
from store_case import StoreCase

NAME = "db.team.test"


class Tls(StoreCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        names = [pathlib.Path(folder.name) / name for name in ("ours", "theirs")]
        for name in names:
            name.mkdir()
        cls.authority, cls.other = map(Authority, names)
        # An address that is not one of loopback, as if the server were elsewhere.
        cls.cable = namespaces.Namespace(1)
        cls.addClassCleanup(cls.cable.close)
        cls.server = Server(tls=cls.authority.issue(f"DNS:{NAME}"), addresses=("127.0.0.1", cls.cable.here),
                            settings={"fsync": "on"})
        cls.addClassCleanup(cls.server.close)

    def remote(self, name=NAME, **parameters):
        return self.address(host=name, hostaddr=self.cable.here, **parameters)

    def begin_verified(self):
        (a,) = self.begin(machines="A", store=self.remote(sslrootcert=str(self.authority.file)))
        return a

    def test_a_verified_server_is_used(self):
        a = self.begin_verified()
        self.assert_done(a.run("apply", "--yes").out)
        self.assert_whole()
        self.assertEqual(self.server.execute("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                                             f"WHERE usename = 'envlink' AND NOT ssl"), "0")
        self.assertIn("✓ tls", a.run("store", "check").out)

    def assert_refused(self, machine, store):
        told = machine.run("apply", "--yes", code=None, ENVLINK_STORE=store)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("cannot be trusted", told.err)
        self.assertIn("sslrootcert", told.err)
        self.assertEqual(told.wrote(), [])

    def test_an_unknown_authority_is_refused(self):
        self.assert_refused(self.begin_verified(), self.remote(sslrootcert=str(self.other.file)))

    def test_the_systems_authorities_count_when_none_is_named(self):
        self.assert_refused(self.begin_verified(), self.remote())

    def test_another_name_is_refused(self):
        self.assert_refused(self.begin_verified(), self.remote("other.team.test", sslrootcert=str(self.authority.file)))

    def test_a_weaker_mode_works_and_the_check_says_what_it_lacks(self):
        a = self.begin_verified()
        a.store = self.remote(sslmode="require")
        self.assert_done(a.run("apply", "--yes").out)
        self.assertRegex(a.run("store", "check").out, "! tls ")

    def test_a_server_without_tls_is_not_used_unless_it_is_here(self):
        plain = Server(addresses=("127.0.0.1", self.cable.here))
        self.addCleanup(plain.close)
        a = self.begin_verified()
        told = a.run("apply", "--yes", code=None,
                     ENVLINK_STORE=plain.address("postgres", host=NAME, hostaddr=self.cable.here))
        self.assertNotEqual(told.returncode, 0)
        self.assertEqual(told.wrote(), [])
        self.assertIn("SSL", told.err)


if __name__ == "__main__":
    namespaces.as_root()
    unittest.main()
