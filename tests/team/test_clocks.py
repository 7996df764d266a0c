"""Wall clocks that are wrong, or step by an hour while a run is under way, change nothing: leases go by the database's
clock and by clocks that never step."""

import unittest

from at_once import at_once
from store_case import StoreCase, with_service

SLOW = with_service("base", build="80s")  # 4 s


class Clocks(StoreCase):
    def begin_with_clocks(self, source=SLOW, **options):
        made = self.begin(source, **options)
        for machine in made:
            machine.with_shifted_clock()
        return made

    def test_a_step_forward_during_a_run(self):
        self.step_during_a_run(+1)

    def test_a_step_back_during_a_run(self):
        self.step_during_a_run(-1)

    def step_during_a_run(self, hours):
        a, b = self.begin_with_clocks()
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        a.step_clock(hours)
        self.assertIn("Run 1 is in progress", b.run("apply", "--yes", code=8).err)
        run.ends(0)
        self.assert_done(run.out)
        self.assert_whole()

    def test_a_clock_that_steps_to_and_fro(self):
        (a,) = self.begin_with_clocks(machines="A")
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        for hours in (1, -1, 24, -24, 0) * 4:
            a.step_clock(hours)
            run.waits(0.1)
        run.ends(0)
        self.assert_whole()

    def test_machines_whose_clocks_differ_by_two_hours(self):
        for early, late in ((-1, 1), (1, -1)):
            with self.subTest(early=early):
                self.fresh()
                a, b = self.begin_with_clocks()
                a.step_clock(early)
                b.step_clock(late)
                run = a.start("apply", "--yes")
                run.wait_for("] base ", "building")
                self.assertIn("Run 1 is in progress", b.run("apply", "--yes", code=8).err)
                waits = b.start("apply", "--yes", "--lock-wait", "2m")
                waits.wait_for("Waiting for it to end")
                run.ends(0)
                waits.ends(0)
                self.assertIn("Nothing to do", waits.err)
                self.assert_whole()
                self.assertIn("endtoend", b.run("runs").out)

    def test_an_interrupted_run_is_resumed_by_a_machine_whose_clock_is_an_hour_behind(self):
        a, b = self.begin_with_clocks(with_service("base", build="300s"))  # 15 s: it still builds when B looks
        b.step_clock(-1)
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        run.interrupt()
        run.interrupt()
        run.ends(130)
        self.assert_done(b.run("resume", "--yes").out)
        self.assert_whole()


load_tests = at_once(Clocks)


if __name__ == "__main__":
    unittest.main()
