"""The database fails for a moment during a run: the run waits, then goes on as if nothing had happened."""

import unittest

from at_once import at_once
from store_case import StoreCase, with_service

SLOW = with_service("base", build="60s")  # 3 s


class Outage(StoreCase):
    own_server = True

    def running(self, **options):
        (a,) = self.begin(SLOW, machines="A", **options)
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        return run

    def assert_went_on(self, run):
        run.ends(0)
        self.assert_done(run.out)
        self.assert_whole()
        self.assertEqual(len(self.run_rows()), 1)

    def test_a_server_that_is_killed_and_started_again(self):
        run = self.running()
        self.server.kill()
        self.server.start()
        self.assert_went_on(run)

    def test_a_server_that_is_away_until_the_run_needs_it(self):
        run = self.running()
        self.server.stop()
        self.wait_for_deploys()  # the run has to record that
        self.server.start()
        self.assert_went_on(run)

    def test_a_server_that_is_restarted_three_times(self):
        run = self.running()
        for way in ("fast", "immediate", "fast"):
            self.server.restart(way)
        self.assert_went_on(run)

    def test_a_frozen_server(self):
        run = self.running()
        self.server.freeze()
        self.wait_for_deploys()
        self.server.thaw()
        self.assert_went_on(run)

    def test_sessions_that_the_server_ends(self):
        run = self.running()
        kill = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.database}'"
        while run.running():
            self.server.execute(kill)
            run.waits(0.2)
        self.assert_went_on(run)

    def test_a_server_that_is_down_at_the_start_is_reported_once(self):
        (a,) = self.begin(machines="A")
        self.server.stop()
        told = a.run("apply", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertEqual(told.err.count("cannot be reached"), 1, told.err)
        self.assertIn(f"127.0.0.1:{self.server.port}", told.err)
        self.assertEqual(told.wrote(), [])
        self.server.start()
        a.run("apply", "--yes")
        self.assert_whole()


load_tests = at_once(Outage)


if __name__ == "__main__":
    unittest.main()
