"""The server's disk is full: what cannot be recorded is not sent, and the run says why."""

import unittest

from store_case import StoreCase, desired, from_api, service, workspace

MANY = [f"worker{n:02}" for n in range(30)]  # their events need more pages than the tables have


def many():
    """One service that builds for 5 s, and many that follow it."""
    named = lambda name: {**service("base"), "id": f"srv-{name}{'0' * (20 - len(name))}", "name": name, "build": "2s"}
    return workspace(services=[service("base", build="100s"), *map(named, MANY)])


def wanted():
    services = {"base": {"link": ["shared"]}} | {name: {"link": ["shared"], "after": ["base"]} for name in MANY}
    return desired(services=services)


class FullDisk(StoreCase):
    own_server = True
    server_options = {"disk_mib": 90}

    def fill(self):
        # The files of the log are used again, so a statement that finds no room for a row does not end the server.
        self.server.execute("CHECKPOINT")
        self.server.disk.fill()

    def test_a_run_that_cannot_begin_sends_nothing_and_says_so(self):
        (a,) = self.begin(machines="A")
        self.fill()
        told = a.run("apply", "--yes", code=None)
        self.assertNotEqual(told.returncode, 0, told.out)
        self.assertIn("the server's disk is full", told.err)
        self.assertIn("Make room on the server's disk", told.err)
        self.assertEqual(told.wrote(), [])
        self.server.disk.free()
        self.assert_done(a.run("apply", "--yes", "--lock-wait", "2m").out)
        self.assert_whole()

    def test_a_disk_that_fills_up_during_a_run_stops_it_and_a_resume_finishes_it(self):
        a, b = self.begin(many(), wanted())
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        self.fill()
        run.ends()
        self.assertNotEqual(run.returncode, 0, run.err)
        self.assertIn("the server's disk is full", run.err)
        self.assertIn("Nothing more was sent", run.err)
        self.assertIn("envlink resume", run.err)
        self.assert_every_write_was_intended()
        self.server.disk.free()
        self.assert_done(b.run("resume", "--yes", "--lock-wait", "2m").out)
        state = self.render.state()
        self.assertEqual(from_api(state), {one["id"]: 1 for one in state["services"]})
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()
        self.assert_every_write_was_intended()


if __name__ == "__main__":
    unittest.main()
