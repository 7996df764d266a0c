"""The primary dies, and a standby takes over that lacks the last commits: among them may be the lock, intents and answers
of the run that is under way."""

import unittest

from at_once import at_once
from store_case import LEASE, SERVICES, StoreCase, from_api, linked, with_service


def with_latency(build):
    """Render takes its time to answer, so that replication can be cut between two requests."""
    return {**with_service("base", build=build), "behaviour": {"latency": "600ms"}}


class Failover(StoreCase):
    own_server = True

    def setUp(self):
        super().setUp()
        self.standby = self.server.standby()
        self.addCleanup(self.standby.close)
        self.both = self.address(host=f"127.0.0.1:{self.server.port},127.0.0.1:{self.standby.port}")

    def lose_events(self):
        self.assertGreater(len(self.events("deploy_intended")), len(self.events("deploy_intended", self.standby)),
                           "the standby lacks nothing, so the test shows nothing")
        self.assertNotEqual(self.events(server=self.standby), [])
        self.fail_over()

    def fail_over(self):
        self.server.kill()
        self.standby.promote()

    def test_a_standby_with_everything_is_used_without_a_word(self):
        (a,) = self.begin(with_service("base", build="100s"), machines="A", store=self.both)
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        self.server.wait_for_standby()
        self.fail_over()
        run.ends(0)
        self.assert_done(run.out)
        self.assert_whole(server=self.standby)

    def test_a_standby_that_lacks_the_run_stops_it_and_a_new_one_finishes_the_work(self):
        a, b = self.begin(with_service("base", build="400s"), store=self.both)  # 20 s
        self.server.wait_for_standby()
        self.standby.cut_replication()
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        self.fail_over()
        run.ends(8, limit=LEASE)
        self.assertIn("has lost the lock of the workspace", run.err)
        self.assertIn("Nothing more was sent", run.err)
        self.assertIn("Nothing to resume", b.run("resume", "--yes").err)
        # Without any memory of the first run, what it requested is seen on Render, and awaited.
        self.assertIn("is in progress and must finish first", b.run("apply", "--yes", code=8).err)
        before = from_api(self.render.state())
        self.wait_for_deploys()
        self.assert_done(b.run("apply", "--yes").out)
        state = self.render.state()
        self.assertEqual(linked(state), set(SERVICES.values()))
        # It may deploy again what it cannot know to be up to date, but not more than once.
        self.assertTrue(all(count <= before[id] + 1 for id, count in from_api(state).items()), self.told())
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()
        self.assertTrue(self.lock_is_free(self.standby))

    def test_a_standby_that_lacks_the_last_events_stops_the_run(self):
        """The lock is there, and the beginning of the run. Requests were sent whose intents are lost."""
        a, b = self.begin(with_latency("200s"), store=self.both)  # 10 s
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "linked")
        self.server.wait_for_standby()
        self.standby.cut_replication()
        run.wait_for("] base ", "building")
        run.wait_for("] aside ", "building")
        self.lose_events()
        run.ends(limit=LEASE + 30)
        if run.returncode != 0:
            self.assertIn("Nothing more was sent", run.err)
            self.assert_done(b.run("resume", "--yes", "--lock-wait", "2m").out)
        self.assert_read_back()

    def assert_read_back(self):
        state = self.render.state()
        positions = [row["position"] for row in self.rows("SELECT position FROM envlink.event WHERE run = 1 ORDER BY 1", self.standby)]
        self.assertEqual(positions, list(range(1, len(positions) + 1)), "events went on after a gap")
        # What the store forgot counts as never requested, so a service may be deployed a second time.
        self.assertLessEqual(set(from_api(state).values()), {1, 2}, self.told())
        self.assertEqual(len(linked(state)), 4)
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()
        self.assertTrue(self.lock_is_free(self.standby))

    def test_a_standby_that_lacks_the_last_events_of_a_killed_run(self):
        a, b = self.begin(with_latency("1500s"), store=self.both)  # 75 s
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "linked")
        self.server.wait_for_standby()
        self.standby.cut_replication()
        run.wait_for("] base ", "building")
        run.wait_for("] aside ", "building")
        run.kill()
        self.lose_events()
        self.assert_done(b.run("resume", "--yes", "--lock-wait", "2m").out)
        self.assert_read_back()

    def test_one_name_that_leads_to_another_server(self):
        """As behind the address of a managed database."""
        proxy = self.proxied()
        (a,) = self.begin(with_service("base", build="100s"), machines="A")
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        self.server.wait_for_standby()
        proxy.lead_to(self.standby.port)  # still a standby: it can only be read
        self.server.kill()
        self.wait_until(lambda: self.standby.execute(
            f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.database}' AND usename = 'envlink'") != "0" or
            not run.running(), "envlink reaches the standby")
        self.standby.promote()
        run.ends(0)
        self.assert_done(run.out)
        self.assert_whole(server=self.standby)


load_tests = at_once(Failover)


if __name__ == "__main__":
    unittest.main()
