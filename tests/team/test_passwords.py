"""Where the password comes from, and that it is never shown. That no output, database or log has it, nor a value of a
variable or the store's key, is checked after every test (store_case.py)."""

import unittest

from store_case import StoreCase

WRONG = "wrong-password-of-the-store"


class Passwords(StoreCase):
    server_options = {"settings": {"fsync": "on"}}  # `store check` looks at that

    def setUp(self):
        super().setUp()
        self.secrets.add(WRONG)

    def begin_without(self):
        (a,) = self.begin(machines="A")
        a.store = self.address(password=None)
        return a

    def assert_works(self, machine, **environment):
        self.assert_done(machine.run("apply", "--yes", **environment).out)
        machine.run("runs", **environment)
        machine.run("doctor", code=None, **environment)
        machine.run("store", "check", **environment)
        self.assert_whole()

    def test_from_the_address(self):
        (a,) = self.begin(machines="A")
        self.assert_works(a)

    def test_from_the_environment(self):
        self.assert_works(self.begin_without(), PGPASSWORD=self.server.password)

    def test_from_a_password_file(self):
        a = self.begin_without()
        file = a.write("passwords", f"127.0.0.1:{self.server.port}:{self.database}:envlink:{self.server.password}\n")
        file.chmod(0o600)
        self.assert_works(a, PGPASSFILE=str(file))

    def test_from_the_password_file_at_home(self):
        a = self.begin_without()
        file = a.write("home/.pgpass", f"*:*:*:*:{self.server.password}\n")
        file.chmod(0o600)
        self.assert_works(a)

    def test_from_a_password_file_that_the_address_names(self):
        a = self.begin_without()
        file = a.write("passwords", f"*:*:*:*:{self.server.password}\n")
        file.chmod(0o600)
        a.store = self.address(password=None, passfile=str(file))
        self.assert_works(a)

    def test_from_a_service_file(self):
        a = self.begin_without()
        file = a.write("services", f"[team]\nhost=127.0.0.1\nport={self.server.port}\nuser=envlink\ndbname={self.database}\n"
                                   f"password={self.server.password}\n")
        a.store = "postgres:///?service=team"
        self.assert_works(a, PGSERVICEFILE=str(file))

    def test_from_the_address_in_the_file_with_the_password_in_the_environment(self):
        a = self.begin_without()
        a.write("envlink.yaml", {**self.wanted, "store": self.address(password=None)})
        self.assert_works(a, ENVLINK_STORE=None, PGPASSWORD=self.server.password)

    def test_the_environment_wins_over_the_file(self):
        a = self.begin_without()
        a.write("envlink.yaml", {**self.wanted, "store": "postgres://nobody@127.0.0.1:1/nothing"})
        self.assert_works(a, PGPASSWORD=self.server.password)

    def test_a_password_in_the_file_is_an_error_that_does_not_show_it(self):
        a = self.begin_without()
        a.write("envlink.yaml", {**self.wanted, "store": self.address()})
        told = a.run("apply", "--yes", code=None, ENVLINK_STORE=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertRegex(told.err, r"envlink\.yaml:\d+:\d+")
        self.assertIn("password", told.err)
        self.assertEqual(told.wrote(), [])

    def test_a_wrong_password_is_reported_once_and_not_shown(self):
        a = self.begin_without()
        for command in (["apply", "--yes"], ["runs"], ["resume", "--yes"], ["report", "1"], ["doctor"], ["store", "check"]):
            told = a.run(*command, code=None, ENVLINK_STORE=self.address(password=WRONG))
            self.assertNotEqual(told.returncode, 0, command)
            both = told.out + told.err
            self.assertEqual(both.count("password authentication failed"), 1, both)
            self.assertEqual(told.wrote(), [])

    def test_a_missing_password_is_reported(self):
        told = self.begin_without().run("apply", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("PGPASSWORD", told.err)

    def test_no_address_and_no_password_is_in_the_arguments_of_a_process(self):
        (a,) = self.begin(machines="A")
        run = a.start("apply", "--yes")
        run.wait_for("4 links")
        try:
            shown = open(f"/proc/{run.pid}/cmdline", "rb").read()
        except FileNotFoundError:
            shown = b""
        self.assertNotIn(self.server.password.encode(), shown)
        run.ends(0)

    def test_bad_addresses_are_not_echoed(self):
        a = self.begin_without()
        for address in (f"postgres://envlink:{WRONG}@[::1/x", f"postgres://envlink:{WRONG}@127.0.0.1:notaport/x",
                        f"postgres://envlink:{WRONG}@127.0.0.1/x?unknown=1", f"mysql://envlink:{WRONG}@127.0.0.1/x",
                        f"postgres://envlink:{WRONG}%zz@127.0.0.1/x", f"host=127.0.0.1 password={WRONG}"):
            told = a.run("runs", code=None, ENVLINK_STORE=address)
            self.assertNotEqual(told.returncode, 0, address)
        # assert_nothing_leaked looks for WRONG.


if __name__ == "__main__":
    unittest.main()
