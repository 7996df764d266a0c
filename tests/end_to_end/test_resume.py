"""An unfinished run: what the next commands say about it, and how it continues."""

import signal
import unittest

from unfinished_run import UnfinishedRun, from_api, linked, wait_for
from harness import HANG, SERVICES, desired, read_until, with_service, workspace
from terminal import Terminal


def slow(name, **changes):
    """`name` builds for longer than any test, at a speed of 20."""
    return with_service(name, build="5000s", **changes)


class Killed(UnfinishedRun):
    def test_plan_and_verify_show_the_unfinished_run_and_its_progress(self):
        self.begin_and_kill(slow("core"))
        writes = self.render.writes()
        for command, code in (("plan", 0), ("verify", 2)):
            told = self.envlink(command)
            self.assert_exit(told, code)
            self.assertIn("Run 1 on endtoend is unfinished: it was interrupted", told.stderr)
            self.assertIn("of 4 links confirmed", told.stderr)
            self.assertIn("core (dep-", told.stderr)
            self.assertIn("envlink resume", told.stderr)
            self.assertIn("envlink rollback 1", told.stderr)
            self.assertNotIn("Run 1", told.stdout)
        self.assertEqual(self.render.writes(), writes)

    def test_apply_exits_with_8_and_writes_nothing(self):
        self.begin_and_kill(slow("core"))
        writes = self.render.writes()
        refused = self.envlink("apply", "--yes")
        self.assert_exit(refused, 8)
        self.assertIn("Run 1 is unfinished, so nothing was changed", refused.stderr)
        for way_out in ("envlink resume", "envlink rollback 1", "envlink apply --anew"):
            self.assertIn(way_out, refused.stderr)
        self.assertEqual(self.render.writes(), writes)
        self.assertEqual(self.endings(), [None])

    def test_resume_without_a_terminal_needs_yes(self):
        self.begin_and_kill(slow("core"))
        writes = self.render.writes()
        refused = self.envlink("resume")
        self.assert_exit(refused, 64)
        self.assertIn("--yes", refused.stderr)
        self.assertIn("Run 1 on endtoend is unfinished", refused.stderr)
        self.assertEqual(self.render.writes(), writes)

    def test_resume_finishes_and_verifies_the_run_and_then_nothing_is_left_to_resume(self):
        self.begin_and_kill()
        self.assert_all_there(self.envlink("resume", "--yes"))
        self.assertEqual(self.endings(), [0])
        again = self.envlink("resume", "--yes")
        self.assert_exit(again, 0)
        self.assertIn("Nothing to resume", again.stderr)
        by_number = self.envlink("resume", "1", "--yes")
        self.assert_exit(by_number, 1)
        self.assertIn("Run 1 has ended (done)", by_number.stderr)
        self.assertEqual(from_api(self.render.state()), {id: 1 for id in SERVICES.values()})

    def test_resume_needs_no_file(self):
        self.begin_and_kill()
        (self.folder / "envlink.yaml").unlink()
        self.assert_all_there(self.envlink("resume", "1", "--yes"))

    def test_after_a_kill_before_the_answer_a_deploy_is_looked_up_and_not_requested_again(self):
        lost = {"match": "POST /v1/services/*/deploys", "nth": 1, "do": {"delay": "900s"}}
        self.render = self.emulator(workspace(faults=[lost]))
        self.write("envlink.yaml", desired({"max_parallel": 1}))
        run = self.start_envlink("apply", "--yes", emulator=self.render)
        while not self.render.deploys_asked_for():
            self.assertIsNone(run.poll(), "it ended before it asked for a deploy")
        run.kill()
        run.wait(HANG)
        told = self.envlink("plan")
        self.assertIn("outcome of 1 deploy request unknown", told.stderr)
        self.assert_all_there(self.envlink("resume", "--yes"))

    def test_a_service_that_failed_meanwhile_is_exit_5(self):
        self.begin_and_kill(with_service("core", outcome="build_failed"))
        resumed = self.envlink("resume", "--yes")
        self.assert_exit(resumed, 5)
        self.assertIn("core", resumed.stderr[resumed.stderr.index("Failed"):])
        self.assertNotIn(SERVICES["edge"], self.render.deploys_asked_for())
        self.assertEqual(from_api(self.render.state())[SERVICES["core"]], 1)
        self.assertIn("Nothing to resume", self.envlink("resume", "--yes").stderr)

    def test_resuming_an_unknown_run_is_an_error(self):
        self.begin_and_kill(slow("core"))
        absent = self.envlink("resume", "7", "--yes")
        self.assert_exit(absent, 1)
        self.assertIn("no run 7", absent.stderr)

    def test_a_wrong_key_is_exit_3_and_the_run_can_still_be_resumed(self):
        self.begin_and_kill()
        refused = self.envlink("resume", "--yes", key="rnd_wrongWrongWrong")
        self.assert_exit(refused, 3)
        self.assertNotIn("wrongWrong", refused.stdout + refused.stderr)
        self.assert_all_there(self.envlink("resume", "--yes"))


class Anew(UnfinishedRun):
    def test_anew_leaves_the_run_unfinished_and_plans_from_the_current_state(self):
        self.begin_and_kill()
        self.assert_all_there(self.envlink("apply", "--yes", "--anew"))
        self.assertEqual(self.endings(), [130, 0])
        self.assertIn("Nothing to resume", self.envlink("resume", "--yes").stderr)


class Interrupted(UnfinishedRun):
    def test_after_ctrl_c_resume_continues(self):
        run = self.begin()
        run.send_signal(signal.SIGINT)
        err = run.communicate(timeout=HANG)[1]
        self.assertEqual(run.returncode, 130, err)
        self.assertIn("Run 1 on endtoend is unfinished: it was interrupted", self.envlink("plan").stderr)
        self.assert_all_there(self.envlink("resume", "--yes"))

    def test_after_ctrl_c_during_a_resume_another_resume_continues(self):
        late = {"match": "POST /v1/services/*/deploys", "nth": 4, "do": {"delay": "900s"}}
        self.begin_and_kill(workspace(faults=[late]))
        resumed = self.start_envlink("resume", "--yes", emulator=self.render)
        while len(self.render.deploys_asked_for()) < 4:
            self.assertIsNone(resumed.poll(), "it ended before it asked for the last deploy")
        resumed.send_signal(signal.SIGINT)
        read_until(resumed.stderr, "interrupted: nothing more is started")
        resumed.send_signal(signal.SIGINT)
        err = resumed.communicate(timeout=HANG)[1]
        self.assertEqual(resumed.returncode, 130, err)
        self.assertIn("as run 1", err)
        self.assert_all_there(self.envlink("resume", "--yes"))

    def test_after_its_terminal_was_closed_resume_continues(self):
        self.render = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        terminal = Terminal(["apply", "--yes"], self.folder, self.environment(self.render))
        self.addCleanup(terminal.close)
        terminal.wait_for("building")
        self.assertEqual(terminal.hang_up(), 130)
        self.assertEqual(self.endings(), [130])
        self.assert_all_there(self.envlink("resume", "--yes"))

    def test_resume_asks_on_a_terminal_and_accepts_no(self):
        self.begin_and_kill()
        writes = self.render.writes()
        for answer, code in (("n\n", 1), ("y\n", 0)):
            terminal = Terminal(["resume"], self.folder, self.environment(self.render))
            self.addCleanup(terminal.close)
            terminal.wait_for("Resume it? [y/N]")
            self.assertEqual(self.render.writes(), writes)
            terminal.type(answer)
            self.assertEqual(terminal.finish(), code, terminal.text)
        self.assertEqual(linked(self.render.state()), set(SERVICES.values()))


class TimeUp(UnfinishedRun):
    def test_resume_watches_a_deploy_that_timed_out(self):
        self.begin_time_up()
        self.assertIn("deploys were still running at the timeout", self.envlink("plan").stderr)
        resumed = self.start_envlink("resume", "--yes", emulator=self.render)
        wait_for(resumed, "base", "live")  # it was built while nothing watched, or soon after
        out, err = resumed.communicate(timeout=HANG)
        self.assertEqual(resumed.returncode, 0, err)
        self.assert_done(out)
        self.assertEqual(from_api(self.render.state()), {id: 1 for id in SERVICES.values()})

    def test_apply_continues_after_a_run_that_timed_out(self):
        self.begin_time_up()
        done = self.envlink("apply", "--yes")
        while done.returncode == 8:  # core comes after base, whose deploy is still in progress
            self.assertIn("A deploy of service base is in progress and must finish first", done.stderr)
            done = self.envlink("apply", "--yes")
        self.assertIn(done.returncode, (0, 7), done.stderr)
        self.assertEqual(from_api(self.render.state())[SERVICES["base"]], 1)

    def begin_time_up(self):
        # base takes 2.55 s and is watched for 2 s; a slow machine only shortens the rest.
        self.render = self.emulator(with_service("base", build="50s"))
        self.write("envlink.yaml", desired({"timeout": "2s"}))
        self.assert_exit(self.envlink("apply", "--yes"), 7)


if __name__ == "__main__":
    unittest.main()
