"""Two processes of envlink on one workspace: the second one is refused, or waits for the first."""

import json
import signal
import unittest

from unfinished_run import UnfinishedRun, from_api, linked
from harness import HANG, SERVICES, desired, read_until, with_service, workspace


class Lock(UnfinishedRun):
    def begin_building(self, build):
        """Everything depends on the first service, so nothing is written while that builds."""
        wanted = desired()
        wanted["services"]["aside"]["after"] = ["base"]
        return self.begin(with_service("base", build=build), wanted, until=("base", "building"))

    def begin_endless(self):
        return self.begin_building("5000s")

    def begin_slow(self):
        """Builds long enough for a second process to start and find the lock held."""
        return self.begin_building("200s")

    def test_the_second_command_shows_who_holds_the_lock_since_when_and_for_which_run(self):
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

    def test_a_plan_during_a_run_says_that_it_may_still_be_running(self):
        first = self.begin_endless()
        told = self.envlink("plan")
        self.assert_exit(told, 0)
        self.assertIn("Run 1 on endtoend is unfinished: it was interrupted, or is running now.", told.stderr)
        self.assertIsNone(first.poll())

    def test_ctrl_c_ends_the_wait_for_the_lock_and_writes_nothing(self):
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

    def test_after_the_wait_the_second_command_makes_a_new_plan_and_runs_it(self):
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

    def test_after_the_wait_the_second_command_may_have_nothing_to_do(self):
        first = self.begin_slow()
        second = self.start_envlink("apply", "--yes", "--lock-wait", "2m", emulator=self.render)
        read_until(second.stderr, "Waiting for it to end")
        first.communicate(timeout=HANG)
        err = second.communicate(timeout=HANG)[1]
        self.assertEqual(second.returncode, 0, err)
        self.assertIn("Nothing to do", err)
        self.assertEqual(self.endings(), [0])

    def test_if_the_awaited_run_is_killed_it_must_be_resumed_first(self):
        first = self.begin_endless()
        second = self.start_envlink("apply", "--yes", "--lock-wait", "2m", emulator=self.render)
        read_until(second.stderr, "Waiting for it to end")
        first.kill()
        err = second.communicate(timeout=HANG)[1]
        self.assertEqual(second.returncode, 8, err)
        self.assertIn("Run 1 is unfinished, so nothing was changed", err)

    def test_a_resume_that_waits_finds_that_the_run_has_ended(self):
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

    def test_a_killed_process_leaves_no_lock(self):
        self.begin_and_kill()
        self.assert_all_there(self.envlink("resume", "--yes"))

    def test_another_workspace_has_its_own_lock(self):
        self.begin_endless()
        other = self.emulator(workspace(owner={"id": "tea-another00000000000000", "name": "another"}))
        result = self.run_envlink("apply", "--yes", emulator=other)
        self.assert_exit(result, 0)
        self.assertEqual(linked(other.state()), set(SERVICES.values()))


if __name__ == "__main__":
    unittest.main()
