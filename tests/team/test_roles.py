"""Roles of the database: one with the rights that `envlink store role` grants can do everything; one that may only read
changes nothing and is told why; tables that a newer envlink made are left alone."""

import unittest

from postgres import USER
from store_case import StoreCase, linked, with_service

WORKER = "worker of the team"  # has to be quoted


class Roles(StoreCase):
    server_options = {"settings": {"fsync": "on"}}  # `store check` looks at that

    def begin_as(self, role, source=None):
        """The store belongs to USER, and machines use it as another role."""
        made = self.begin(source)
        given = made[0].run("store", "role", role)
        self.server.run_script(given.out, self.database)
        self.server.execute(f"ALTER ROLE \"{role}\" PASSWORD '{self.server.password}'")
        for machine in made:
            machine.store = self.address(user=role)
        self.addCleanup(self.server.execute, f'DROP OWNED BY "{role}"; DROP ROLE "{role}"', self.database)
        return made

    def test_the_least_privileged_role_can_do_everything(self):
        a, b = self.begin_as(WORKER)
        self.assert_done(a.run("apply", "--yes").out)
        self.assert_whole()
        for command in (["runs"], ["report", "1"], ["status"], ["verify"], ["store", "check"]):
            b.run(*command)
        self.assert_done(b.run("rollback", "1", "--yes").out)
        self.assertEqual(linked(self.render.state()), set())

    def test_the_least_privileged_role_can_resume(self):
        a, b = self.begin_as(WORKER, with_service("base", build="60s"))
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        run.interrupt()
        run.interrupt()
        run.ends(130)
        self.assert_done(b.run("resume", "--yes").out)
        self.assert_whole()

    def test_the_least_privileged_role_cannot_change_tables_or_histories_of_runs(self):
        self.begin_as(WORKER)
        for statement in ("DELETE FROM envlink.run", "DELETE FROM envlink.event", "UPDATE envlink.event SET body = ''",
                          "UPDATE envlink.meta SET version = 9", "DROP TABLE envlink.run", "CREATE TABLE envlink.more (n int)",
                          "TRUNCATE envlink.lock"):
            with self.assertRaisesRegex(AssertionError, "permission denied|must be owner", msg=statement):
                self.server.execute(f'SET ROLE "{WORKER}"; {statement}', self.database)

    def test_the_role_is_made_again_without_harm(self):
        a, _ = self.begin_as(WORKER)
        self.server.run_script(a.run("store", "role", WORKER, ENVLINK_STORE=self.address()).out, self.database)
        self.assert_done(a.run("apply", "--yes").out)

    def test_a_role_that_may_only_read_sees_runs_and_cannot_apply(self):
        a, b = self.begin()
        a.run("apply", "--yes", "--only", "base")
        self.server.execute(f"""CREATE ROLE reader LOGIN PASSWORD '{self.server.password}'; GRANT USAGE ON SCHEMA envlink TO reader;
                                GRANT SELECT ON ALL TABLES IN SCHEMA envlink TO reader""", self.database)
        self.addCleanup(self.server.execute, "DROP OWNED BY reader; DROP ROLE reader", self.database)
        b.store = self.address(user="reader")
        self.assertIn("endtoend", b.run("runs").out)
        b.run("report", "1")
        b.run("plan", code=None)
        told = b.run("apply", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("too few rights", told.err)
        self.assertIn("envlink store role", told.err)
        self.assertEqual(told.wrote(), [])

    def test_a_role_whose_transactions_are_read_only(self):
        a, b = self.begin()
        a.run("apply", "--yes", "--only", "base")
        self.server.execute(f"ALTER ROLE {USER} IN DATABASE {self.database} SET default_transaction_read_only = on")
        self.assertIn("endtoend", b.run("runs").out)
        told = b.run("apply", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("read-only", told.err)
        self.assertIn("default_transaction_read_only", told.err)
        self.assertEqual(told.wrote(), [])

    def test_tables_that_a_newer_envlink_made_are_left_alone(self):
        a, b = self.begin()
        a.run("apply", "--yes", "--only", "base")
        before = self.server.dump(self.database)
        self.server.execute("UPDATE envlink.meta SET version = version + 1", self.database)
        newer = self.server.dump(self.database)
        self.assertNotEqual(before, newer)
        for command in (["apply", "--yes"], ["resume", "--yes"], ["rollback", "1", "--yes"], ["runs"], ["store", "init", "--yes"]):
            told = b.run(*command, code=None)
            self.assertNotEqual(told.returncode, 0, command)
            self.assertIn("newer envlink", told.err, command)
            self.assertEqual(told.wrote(), [])
        self.assertEqual(self.server.dump(self.database), newer)

    def test_a_database_without_tables_says_how_to_make_them(self):
        a, _ = self.begin()
        a.store = self.server.address(self.server.create_database())
        told = a.run("apply", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("envlink store init", told.err)
        self.assertEqual(told.wrote(), [])

    def test_a_store_can_be_made_again_and_by_two_at_once(self):
        a, b = self.begin()
        before = self.rows("SELECT * FROM envlink.meta")
        both = [machine.start("store", "init", "--yes") for machine in (a, b)]
        for one in both:
            one.ends(0)
        self.assertEqual(self.rows("SELECT * FROM envlink.meta"), before)
        self.fresh()
        self.begin(machines="C")
        self.assertEqual(len(self.rows("SELECT * FROM envlink.meta")), 1)

    def test_a_schema_of_somebody_else_is_left_alone(self):
        a, _ = self.begin()
        other = self.server.create_database()
        self.server.execute(f"CREATE SCHEMA envlink; CREATE TABLE envlink.theirs (n int); ALTER SCHEMA envlink OWNER TO {USER}", other)
        told = a.run("store", "init", "--yes", code=None, ENVLINK_STORE=self.server.address(other))
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("envlink did not make", told.err)
        self.assertEqual(self.server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'envlink'", other), "1")


if __name__ == "__main__":
    unittest.main()
