"""The key that the team shares: without it, or with another one, nothing is changed for which values must be compared, and
the program says so. The database alone does not have it."""

import re
import unittest

from store_case import StoreCase, linked, workspace

OTHER = "envlink-store-key-" + "A" * 43


class StoreKey(StoreCase):
    def setUp(self):
        super().setUp()
        self.secrets |= {OTHER, "sesame-new-value"}

    def set_value(self, machine, value="sesame-new-value", **more):
        """Writes a value of the group from a file."""
        file = machine.write("value", value)
        return machine.run("groups", "set", "shared", "TOKEN", "--from-file", str(file), "--yes", code=None, **more)

    def test_the_key_is_printed_once(self):
        (a,) = self.begin(machines="A")
        self.assertEqual((self.makes_the_key.out + self.makes_the_key.err).count(self.store_key), 1)
        again = a.run("store", "init", "--yes")
        self.assertNotIn(self.store_key, again.out + again.err)
        self.assertEqual(len(self.rows("SELECT key_id FROM envlink.meta")[0]["key_id"]), 16)

    def test_without_the_key_nothing_is_changed_and_what_reads_works(self):
        a, b = self.begin()
        for key in (None, OTHER):
            a.store_key = key
            refused = a.run("apply", "--yes", code=1)
            self.assertIn("ENVLINK_STORE_KEY", refused.err)
            self.assertIn("Nothing was changed", refused.err)
            self.assertEqual(refused.wrote(), [])
            checked = a.run("store", "check", code=None)
            self.assertIn("ENVLINK_STORE_KEY", checked.out + checked.err)
        self.assert_done(b.run("apply", "--yes").out)
        self.assert_whole()
        a.store_key = None
        a.run("runs")
        a.run("report", "1")
        self.assert_done(a.run("rollback", "1", "--yes").out)
        self.assertEqual(linked(self.render.state()), set())

    def test_a_bad_key_is_reported_without_showing_it(self):
        a, _ = self.begin()
        for bad in ("sesame-bad-key", "envlink-store-key-sesame", OTHER + "sesame", ""):
            told = a.run("runs", code=None, ENVLINK_STORE_KEY=bad)
            self.assertNotIn("sesame", told.out + told.err)

    def test_values_are_written_on_one_machine_and_undone_on_another(self):
        a, b = self.begin(workspace())
        done = self.set_value(a)
        self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(self.render.held()["TOKEN"], "sesame-new-value")
        back = b.run("rollback", "--yes", code=None)
        self.assertEqual(back.returncode, 0, back.err)
        self.assertEqual(self.render.held()["TOKEN"], "sesame-of-token")

    def test_values_are_not_undone_with_another_key_and_nothing_is_harmed(self):
        a, b = self.begin(workspace())
        self.assertEqual(self.set_value(a).returncode, 0)
        for key in (OTHER, None):
            b.store_key = key
            told = b.run("rollback", "--yes", code=None)
            self.assertNotEqual(told.returncode, 0, told.err)
            self.assertIn("ENVLINK_STORE_KEY", told.err)
            self.assertEqual(told.wrote(), [])
        self.assertEqual(self.render.held()["TOKEN"], "sesame-new-value")
        b.store_key = self.store_key
        self.assertEqual(b.run("rollback", "--yes").returncode, 0)
        self.assertEqual(self.render.held()["TOKEN"], "sesame-of-token")

    def test_a_new_key_replaces_the_old_one(self):
        a, b = self.begin()
        self.assertEqual(self.set_value(a).returncode, 0)
        old = self.rows("SELECT key_id FROM envlink.meta")
        made = a.run("store", "init", "--new-key", "--yes")
        found = re.search(r"envlink-store-key-[A-Za-z0-9_-]+", made.out + made.err)[0]
        self.print_keys.append(made)
        self.secrets.add(found)
        self.assertNotEqual(self.rows("SELECT key_id FROM envlink.meta"), old)
        b.store_key = found
        told = b.run("rollback", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0, told.err)
        self.assertEqual(self.render.held()["TOKEN"], "sesame-new-value")


if __name__ == "__main__":
    unittest.main()
