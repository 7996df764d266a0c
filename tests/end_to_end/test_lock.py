"""Two envlinks on one workspace: the second is told whose turn it is, or waits for its own."""

import json
import signal
import unittest

from unfinished_run import UnfinishedRun, from_api, linked
from harness import HANG, SERVICES, desired, read_until, with_service, workspace


class Lock(UnfinishedRun):
    def begin_endless(self):
        """Everything waits for its first service: while that builds, nothing is written."""
        wanted = desired()
        wanted["services"]["aside"]["after"] = ["base"]
        return self.begin(with_service("base", build="5000s"), wanted, until=("base", "building"))

    def begin_slow(self):
        """Its last service builds long enough for another envlink to start and find the lock held."""
        return self.begin(with_service("edge", build="160s"))

    def test_the_second_is_told_who_works_since_when_and_on_which_run(self):
        first = self.begin_endless()
        writes = self.render.writes()
        for command in (["apply", "--yes"], ["resume", "--yes"], ["rollback", "--yes"]):
            second = self.envlink(*command)
            self.assert_exit(second, 8)
            self.assertRegex(second.stderr, r"was started by \S+ on \S+ at 2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d")
            self.assertIn(f"(process {first.pid}, run 1)", second.stderr)
            self.assertIn("--lock-wait", second.stderr)
        self.assertEqual(self.render.writes(), writes)
        self.assertIsNone(first.poll())

    def test_who_only_reads_is_not_told_that_a_run_at_work_was_interrupted(self):
        first = self.begin_endless()
        told = self.envlink("plan")
        self.assert_exit(told, 0)
        self.assertIn("Run 1 on endtoend is unfinished: it was interrupted, or is running now.", told.stderr)
        self.assertIsNone(first.poll())

    def test_ctrl_c_ends_the_wait_and_writes_nothing(self):
        first = self.begin_endless()
        writes = self.render.writes()
        second = self.start_envlink("resume", "--yes", "-o", "json", "--lock-wait", "2m", emulator=self.render)
        said = read_until(second.stderr, "Waiting for it to end")
        second.send_signal(signal.SIGINT)
        out, err = second.communicate(timeout=HANG)
        self.assertEqual(second.returncode, 130, said + err)
        self.assertIn("Interrupted while waiting for the other run", err)
        self.assertEqual(json.loads(out)["outcome"], "interrupted")
        self.assertEqual(self.render.writes(), writes)
        self.assertIsNone(first.poll())

    def test_who_waits_long_enough_plans_anew_and_goes_on(self):
        first = self.begin_slow()
        second = self.start_envlink("apply", "--yes", "--redeploy", "base", "--lock-wait", "2m", emulator=self.render)
        said = read_until(second.stderr, "Waiting for it to end, up to 2m")
        self.assertIn(f"process {first.pid}", said)
        first.communicate(timeout=HANG)
        self.assertEqual(first.returncode, 0)
        out, err = second.communicate(timeout=HANG)
        self.assertEqual(second.returncode, 0, err)
        self.assertIn("The other run has ended", err)
        self.assert_done(out)
        self.assertEqual(from_api(self.render.state()), {id: 2 if name == "base" else 1 for name, id in SERVICES.items()})

    def test_who_waits_and_finds_nothing_left_to_do_is_done(self):
        first = self.begin_slow()
        second = self.start_envlink("apply", "--yes", "--lock-wait", "2m", emulator=self.render)
        read_until(second.stderr, "Waiting for it to end")
        first.communicate(timeout=HANG)
        err = second.communicate(timeout=HANG)[1]
        self.assertEqual(second.returncode, 0, err)
        self.assertIn("Nothing to do", err)
        self.assertEqual(self.endings(), [0])

    def test_who_waits_for_a_run_that_is_killed_is_told_to_resume_it(self):
        first = self.begin_endless()
        second = self.start_envlink("apply", "--yes", "--lock-wait", "2m", emulator=self.render)
        read_until(second.stderr, "Waiting for it to end")
        first.kill()
        err = second.communicate(timeout=HANG)[1]
        self.assertEqual(second.returncode, 8, err)
        self.assertIn("Run 1 is unfinished, so nothing was changed", err)

    def test_a_resume_that_waits_finds_the_run_ended(self):
        first = self.begin_slow()
        second = self.start_envlink("resume", "--yes", "--lock-wait", "2m", emulator=self.render)
        read_until(second.stderr, "Waiting for it to end")
        first.communicate(timeout=HANG)
        err = second.communicate(timeout=HANG)[1]
        self.assertEqual(second.returncode, 0, err)
        self.assertIn("Run 1 has ended meanwhile: done", err)

    def test_a_wait_that_is_too_short_is_exit_8(self):
        first = self.begin_endless()
        second = self.envlink("apply", "--yes", "--lock-wait", "300ms")
        self.assert_exit(second, 8)
        self.assertIn(f"process {first.pid}", second.stderr)
        self.assertIsNone(first.poll())

    def test_a_killed_holder_leaves_no_lock(self):
        self.begin_and_kill()
        self.assert_all_there(self.envlink("resume", "--yes"))

    def test_another_workspace_has_a_lock_of_its_own(self):
        self.begin_endless()
        other = self.emulator(workspace(owner={"id": "tea-another00000000000000", "name": "another"}))
        result = self.run_envlink("apply", "--yes", emulator=other)
        self.assert_exit(result, 0)
        self.assertEqual(linked(other.state()), set(SERVICES.values()))


if __name__ == "__main__":
    unittest.main()
