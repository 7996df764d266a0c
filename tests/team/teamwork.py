"""What a team does with one store. The same with and without PgBouncer: test_teamwork.py, test_pgbouncer.py."""

from store_case import SERVICES, StoreCase, from_api, linked, with_service

SLOW = with_service("base", build="120s")  # 6 s: long enough for another machine to find the lock held


class Teamwork(StoreCase):
    def test_one_machine_applies_and_another_sees_the_run_and_rolls_it_back(self):
        a, b = self.begin()
        done = a.run("apply", "--yes")
        self.assert_done(done.out)
        self.assert_whole()
        self.assertIn("endtoend", b.run("runs").out)
        self.assertIn("4 links", b.run("runs").out)
        self.assertIn("live", b.run("report", "1").out)
        b.run("report", "1", "--html", "--out", "report.html")
        self.assertIn("base", (b.folder / "report.html").read_text())
        b.run("status")
        b.run("verify")
        back = b.run("rollback", "1", "--yes")
        self.assert_done(back.out)
        self.assertEqual(linked(self.render.state()), set())
        self.assertEqual([row["exit_code"] is None for row in self.run_rows()], [False, False])
        self.assertIn("rolled back", a.run("runs").out)
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()
        self.assertFalse((b.folder / "state/envlink/journal.db").exists(), "the run is in the journal of this machine too")

    def test_a_second_apply_has_nothing_to_do(self):
        a, b = self.begin()
        a.run("apply", "--yes")
        self.assertIn("Nothing to do", b.run("apply", "--yes").err)
        self.assert_whole()

    def test_an_interrupted_run_is_resumed_on_another_machine_at_once(self):
        a, b = self.begin(SLOW)
        first = a.start("apply", "--yes")
        first.wait_for("] base ", "building")
        first.interrupt()
        first.interrupt()
        first.ends(130)
        self.assertTrue(self.lock_is_free())
        self.assert_done(b.run("resume", "--yes").out)
        self.assert_whole()
        self.assertIn("Nothing to resume", a.run("resume", "--yes").err)

    def test_another_machine_is_told_who_holds_the_lock(self):
        a, b = self.begin(SLOW)
        first = a.start("apply", "--yes")
        first.wait_for("] base ", "building")
        for command in (["apply", "--yes"], ["resume", "--yes"], ["rollback", "--yes"]):
            second = b.run(*command, code=8)
            self.assertRegex(second.err, r"started by \S+ on \S+ at 2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d")
            self.assertIn(f"process {first.pid}", second.err)
            self.assertIn("Run 1 is in progress", second.err)
            self.assertIn("its lock ends within", second.err)
            self.assertIn("--lock-wait", second.err)
            self.assertEqual(second.wrote(), [])
        first.ends(0)
        self.assert_whole()

    def test_another_machine_waits_for_the_lock(self):
        a, b = self.begin(SLOW)
        first = a.start("apply", "--yes")
        first.wait_for("] base ", "building")
        second = b.start("apply", "--yes", "--redeploy", "base", "--lock-wait", "2m")
        second.wait_for("Waiting for it to end, up to 2m")
        first.ends(0)
        second.ends(0)
        self.assertIn("The other run has ended", second.err)
        self.assertEqual(from_api(self.render.state()), {id: 2 if name == "base" else 1 for name, id in SERVICES.items()})
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()

    def test_of_two_applies_at_once_one_writes_and_the_other_waits(self):
        a, b = self.begin()
        both = [machine.start("apply", "--yes", "--lock-wait", "2m") for machine in (a, b)]
        for one in both:
            one.ends(0)
        self.assertEqual(sorted(one.wrote() == [] for one in both), [False, True], self.told())
        self.assert_whole()

    def test_of_two_applies_at_once_without_waiting_the_other_is_refused(self):
        a, b = self.begin(with_service("base", build="400s"))  # 20 s, so that the second one certainly meets the first
        both = [machine.start("apply", "--yes") for machine in (a, b)]
        self.assertEqual(sorted(one.ends().returncode for one in both), [0, 8], self.told())
        self.assert_whole()

    def test_a_failed_run_that_rolls_back_is_seen_elsewhere(self):
        wanted = dict(self.wanted, rollout={**self.wanted["rollout"], "on_failure": "rollback"})
        a, b = self.begin(with_service("core", outcome="update_failed"), wanted)
        a.run("apply", "--yes", code=6)
        self.assertEqual(linked(self.render.state()), set())
        self.assertIn("Nothing to resume", b.run("resume", "--yes").err)
        self.assertTrue(self.lock_is_free())
        self.assert_one_writer_at_a_time()
