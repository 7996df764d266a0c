"""A machine dies during a run: the lock ends by itself after a minute, and another machine finishes the run."""

import unittest

from at_once import at_once
from store_case import LEASE, StoreCase, with_service


class TakenOver(StoreCase):
    def test_a_killed_run_is_resumed_elsewhere_when_its_lock_has_ended(self):
        a, b = self.begin(with_service("base", build="400s"))
        first = a.start("apply", "--yes")
        first.wait_for("] base ", "building")
        first.kill()
        refused = b.run("resume", "--yes", code=8)
        self.assertRegex(refused.err, r"If that process is gone, its lock ends within (1m|\d+s)")
        self.assert_done(b.run("resume", "--yes", "--lock-wait", "2m").out)
        self.assert_whole()

    def test_a_machine_that_slept_while_another_took_over_sends_nothing_more(self):
        a, b = self.begin(with_service("base", build="100s"))
        asleep = a.start("apply", "--yes")
        asleep.wait_for("] base ", "building")
        asleep.freeze()
        self.assert_done(b.run("resume", "--yes", "--lock-wait", "2m").out)
        asleep.thaw()
        asleep.ends()
        self.assertEqual(asleep.returncode, 8, asleep.err)
        self.assertIn("has lost the lock of the workspace", asleep.err)
        self.assertIn("Nothing more was sent", asleep.err)
        self.assert_whole()

    def test_three_machines_want_to_resume_and_one_does(self):
        a, *others = self.begin(with_service("base", build="400s"), machines="ABCD")
        first = a.start("apply", "--yes")
        first.wait_for("] base ", "building")
        first.kill()
        waiting = [machine.start("resume", "--yes", "--lock-wait", "2m") for machine in others]
        for one in waiting:
            one.ends(0, limit=LEASE + 60)
        self.assertEqual(len([one for one in waiting if one.wrote()]), 1, self.told())
        self.assert_whole()


load_tests = at_once(TakenOver)


if __name__ == "__main__":
    unittest.main()
