"""The database is away for longer than a lease: the run stops before another could begin, says so, and can be finished
later without a second deploy."""

import unittest

from at_once import at_once
from store_case import LEASE, StoreCase, from_api, with_service


class LongOutage(StoreCase):
    own_server = True

    def stops(self, fault, mend):
        a, b = self.begin(with_service("base", build="1000s"))  # 50 s
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        fault()
        run.ends(limit=LEASE + 30)
        self.assertNotEqual(run.returncode, 0, run.err)
        self.assertIn("Nothing more was sent", run.err)
        self.assertIn("envlink resume", run.err)
        written = run.wrote()
        before = from_api(self.render.state())
        mend()
        done = b.run("resume", "--yes", "--lock-wait", "2m")
        self.assert_done(done.out)
        self.assertEqual(run.wrote(), written)
        self.assertTrue(all(count == 1 for count in before.values()))
        self.assert_whole()
        return run

    def test_a_frozen_server(self):
        run = self.stops(self.server.freeze, self.server.thaw)
        self.assertRegex(run.err, "did not answer|no connection in time")

    def test_a_killed_server(self):
        run = self.stops(self.server.kill, self.server.start)
        self.assertIn("cannot be reached", run.err)

    def test_a_network_that_swallows_everything(self):
        proxy = self.proxied()
        self.stops(proxy.silence, proxy.speak)


load_tests = at_once(LongOutage)


if __name__ == "__main__":
    unittest.main()
