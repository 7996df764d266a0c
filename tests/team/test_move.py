"""The runs of one machine's journal move into the team's store."""

import unittest

from store_case import StoreCase, from_api, linked, with_service


class Move(StoreCase):
    def begin_alone(self, source=None):
        a, b = self.begin(source)
        self.alone = {"ENVLINK_STORE": None, "ENVLINK_STORE_KEY": None}
        return a, b

    def test_runs_of_a_journal_are_seen_by_others_after_the_move(self):
        a, b = self.begin_alone()
        self.assert_done(a.run("apply", "--yes", **self.alone).out)
        self.assertEqual(self.run_rows(), [])
        told = a.run("store", "move")
        self.assertIn("1", told.out + told.err)
        self.assertIn("4 links", b.run("runs").out)
        self.assertEqual(len(self.run_rows()), 1)
        moved = self.events()
        self.assertIn("run_began", {event["event"] for event in moved})
        self.assert_done(b.run("rollback", "1", "--yes").out)
        self.assertEqual(linked(self.render.state()), set())

    def test_moving_again_copies_nothing_twice(self):
        a, _ = self.begin_alone()
        a.run("apply", "--yes", **self.alone)
        a.run("store", "move")
        before = self.run_rows(), self.events()
        a.run("store", "move")
        self.assertEqual((self.run_rows(), self.events()), before)

    def test_journals_of_two_machines_move_into_one_store(self):
        a, b = self.begin_alone()
        a.run("apply", "--yes", "--only", "base", **self.alone)
        b.run("apply", "--yes", "--only", "aside", **self.alone)
        for machine in (a, b):
            machine.run("store", "move")
        self.assertEqual(len(self.run_rows()), 2)
        self.assertEqual(len({row["token"] for row in self.run_rows()}), 2)

    def test_an_unfinished_run_is_left_out_until_it_was_finished(self):
        a, b = self.begin_alone(with_service("base", build="60s"))
        run = a.start("apply", "--yes", **self.alone)
        run.wait_for("] base ", "building")
        run.kill()
        told = a.run("store", "move", code=1)
        self.assertIn("Run 1 was not copied", told.err)
        self.assertEqual(self.run_rows(), [])
        a.run("resume", "--yes", **self.alone)
        a.run("store", "move")
        self.assertIn("4 links", b.run("runs").out)
        self.assertEqual(set(from_api(self.render.state()).values()), {1})

    def test_values_of_a_copied_run_are_only_restored_where_their_record_can_be_compared(self):
        a, b = self.begin_alone()
        file = a.write("value", "sesame-new-value")
        a.run("groups", "set", "shared", "TOKEN", "--from-file", str(file), "--yes", **self.alone)
        self.assertIn("1 value", a.run("store", "move").out)
        self.assertIn("the digest key has", b.run("rollback", "1", "--yes", code=4).err)
        a.run("rollback", "1", "--yes", **self.alone)
        self.assertEqual(self.render.held()["TOKEN"], "sesame-of-token")

    def test_a_move_that_fails_midway_is_repeated(self):
        a, b = self.begin_alone()
        a.run("apply", "--yes", "--only", "base", **self.alone)
        a.run("apply", "--yes", **self.alone)
        proxy = self.proxied()
        rule = proxy.on("cut", "envlink.run", nth=2, times=1000)
        a.store = self.store
        told = a.run("store", "move", code=None)
        self.assertTrue(rule.hit.is_set())
        self.assertNotEqual(told.returncode, 0, told.out + told.err)
        proxy.close()
        a.store = self.address()
        a.run("store", "move")
        self.assertEqual(len(self.run_rows()), 2)
        self.assertEqual(len(b.run("runs").out.splitlines()), 3)


if __name__ == "__main__":
    unittest.main()
