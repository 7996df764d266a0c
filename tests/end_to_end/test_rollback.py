"""Rollbacks, after a failure and by hand."""

import contextlib
import json
import signal
import sqlite3
import unittest
import urllib.request

from unfinished_run import UnfinishedRun, from_api, linked, wait_for
from harness import HANG, KEY, SERVICES, desired, with_service, workspace


def rolled_back(state):
    return sorted(d["service"] for d in state["deploys"] if d["mode"] == "rollback")


class Rollback(UnfinishedRun):
    def apply(self, source=None, rollout=None, code=0):
        self.render = self.emulator(source or workspace())
        self.write("envlink.yaml", desired(rollout))
        result = self.envlink("apply", "--yes")
        self.assert_exit(result, code)
        return result

    def colleague(self, method, path, body=None):
        request = urllib.request.Request(self.render.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=HANG) as reply:
            return json.loads(reply.read() or "null")

    def spans(self):
        with contextlib.closing(sqlite3.connect(self.state_home / "envlink/journal.db")) as journal:
            return journal.execute("SELECT began, ended FROM run ORDER BY number").fetchall()

    def assert_as_before(self, *services):
        """No link is left, and only these services run another build than before: the one from before the run."""
        state = self.render.state()
        self.assertEqual(linked(state), set())
        self.assertEqual(rolled_back(state), sorted(SERVICES[name] for name in services))
        for name in services:
            newest = [d for d in state["deploys"] if d["service"] == SERVICES[name]][-1]
            self.assertEqual((newest["mode"], newest["status"]), ("rollback", "live"))

    def test_after_a_failure_everything_is_rolled_back_with_exit_6(self):
        result = self.apply(with_service("core", outcome="build_failed"), {"on_failure": "rollback"}, 6)
        self.assert_as_before("base", "aside")
        self.assertEqual(self.endings(), [6, 0])
        self.assertLess(result.stderr.index("Failed"), result.stderr.index("Rollback of run 1"))
        self.assertNotIn("✓ Step", result.stdout)
        self.assertNotIn(SERVICES["edge"], self.render.deploys_asked_for())

    def test_without_a_failure_on_failure_rollback_changes_nothing(self):
        result = self.apply(rollout={"on_failure": "rollback"})
        self.assert_all_there(result)
        self.assertEqual(rolled_back(self.render.state()), [])

    def test_a_finished_run_can_be_rolled_back_by_hand(self):
        self.apply()
        result = self.envlink("rollback", "--yes")
        self.assert_exit(result, 0)
        self.assert_as_before(*SERVICES)
        self.assertEqual(self.endings(), [6, 0])
        listed = self.envlink("runs")
        self.assertIn("rolled back", listed.stdout)
        self.assertIn("rollback of 1", listed.stdout)
        planned = self.envlink("plan", "--detailed-exitcode")
        self.assert_exit(planned, 2)
        self.assertIn("4 links to add", planned.stdout)

    def test_the_duration_of_a_run_does_not_include_its_rollback(self):
        self.apply()
        took = self.spans()
        self.assert_exit(self.envlink("rollback", "--yes"), 0)
        self.assertEqual(self.spans()[:1], took)

    def test_a_failed_run_ends_before_its_rollback_begins(self):
        self.apply(with_service("core", outcome="build_failed"), {"on_failure": "rollback"}, 6)
        (_, ended), (began, _) = self.spans()
        self.assertLessEqual(ended, began)

    def test_rollback_without_a_terminal_needs_yes(self):
        self.apply()
        writes = self.render.writes()
        result = self.envlink("rollback")
        self.assert_exit(result, 64)
        self.assertIn("--yes", result.stderr)
        self.assertEqual(self.render.writes(), writes)

    def test_links_from_before_the_run_stay(self):
        source = workspace()
        source["groups"][0]["links"] = ["aside"]
        self.apply(source)
        self.assert_exit(self.envlink("rollback", "1", "--yes"), 0)
        self.assertEqual(linked(self.render.state()), {SERVICES["aside"]})

    def test_after_somebody_elses_deploy_a_rollback_is_refused_with_the_reason(self):
        self.apply()
        theirs = self.colleague("POST", f"/services/{SERVICES['core']}/deploys", {})
        while [d["status"] for d in self.render.state()["deploys"] if d["id"] == theirs["id"]] != ["live"]:
            pass
        writes = self.render.writes()
        result = self.envlink("rollback", "--yes")
        self.assert_exit(result, 4)
        self.assertIn(f"{theirs['id']} (api) is newer than the run's deploy", result.stderr)
        self.assertIn("core", result.stderr)
        self.assertEqual(self.render.writes(), writes)
        self.assertEqual(self.endings(), [0])

    def test_a_killed_run_is_rolled_back_and_nothing_is_left_to_resume(self):
        self.begin_and_kill()
        result = self.envlink("rollback", "1", "--yes")
        self.assert_exit(result, 0)
        state = self.render.state()
        self.assertEqual(linked(state), set())
        self.assertEqual(set(rolled_back(state)), set(from_api(state)))
        self.assertNotIn(SERVICES["edge"], self.render.deploys_asked_for())
        self.assertEqual(self.endings(), [6, 0])
        self.assertIn("Nothing to resume", self.envlink("resume", "--yes").stderr)
        self.assert_done(self.envlink("apply", "--yes").stdout)

    def test_a_run_is_not_rolled_back_while_a_later_one_is_unfinished(self):
        self.begin_and_kill()
        later = self.start_envlink("apply", "--yes", "--anew", emulator=self.render)
        wait_for(later, "edge", "deploy dep-")
        later.kill()
        later.wait(HANG)
        writes = self.render.writes()
        held = self.envlink("rollback", "1", "--yes")
        self.assert_exit(held, 8)
        self.assertIn("Run 2 builds on run 1 and is unfinished", held.stderr)
        self.assertEqual(self.render.writes(), writes)

    def test_a_second_rollback_of_a_run_changes_nothing(self):
        self.apply()
        self.assert_exit(self.envlink("rollback", "1", "--yes"), 0)
        writes = self.render.writes()
        again = self.envlink("rollback", "1", "--yes")
        self.assert_exit(again, 1)
        self.assertIn("Run 1 was already rolled back", again.stderr)
        self.assertEqual(self.render.writes(), writes)

    def test_a_rollback_cannot_be_rolled_back_but_the_run_can_be_applied_again(self):
        self.apply()
        self.assert_exit(self.envlink("rollback", "--yes"), 0)
        for number in ([], ["2"]):
            refused = self.envlink("rollback", *number, "--yes")
            self.assert_exit(refused, 1)
            self.assertIn("Run 2 is itself a rollback, of run 1", refused.stderr)
            self.assertIn("envlink apply", refused.stderr)
        again = self.envlink("apply", "--yes")
        self.assert_exit(again, 0)
        self.assert_done(again.stdout)
        self.assertEqual(linked(self.render.state()), set(SERVICES.values()))

    def test_without_a_run_rollback_says_so(self):
        self.render = self.emulator(workspace())
        result = self.envlink("rollback", "--yes")
        self.assert_exit(result, 1)
        self.assertIn("There is no run to roll back", result.stderr)


class InterruptedRollback(UnfinishedRun):
    def kill_in_rollback(self, *command):
        """Kills the rollback while the first service goes back."""
        run = self.start_envlink(*command, "--yes", emulator=self.render)
        first = "edge" if command[0] == "rollback" else "base"
        wait_for(run, first, "unlinked")
        wait_for(run, first, "deploy dep-")
        run.kill()
        run.wait(HANG)
        self.assertEqual(self.endings()[-1], None)

    def start(self, source, rollout):
        # One at a time: a request of another service might not have been sent yet and would be waited for.
        self.render = self.emulator(source)
        self.write("envlink.yaml", desired({"max_parallel": 1, **rollout}))

    def test_resume_continues_a_killed_rollback(self):
        self.start(workspace(), {})
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        self.kill_in_rollback("rollback")
        self.check_told(2)
        self.assert_exit(self.envlink("resume", "--yes"), 0)
        self.check_gone_back(SERVICES)

    def test_resume_continues_a_killed_rollback_after_a_failure_with_exit_6(self):
        self.start(with_service("core", outcome="build_failed"), {"on_failure": "rollback"})
        self.kill_in_rollback("apply")
        self.check_told(2)
        self.assert_exit(self.envlink("resume", "--yes"), 6)
        self.check_gone_back(["base", "aside"])

    def test_resume_continues_an_interrupted_rollback_after_a_failure_with_exit_6(self):
        source = with_service("core", outcome="build_failed")
        for service in source["services"]:
            if service["name"] == "base":
                service["start"] = "60s"  # long enough for Ctrl-C to come before the end
        self.start(source, {"on_failure": "rollback"})
        run = self.start_envlink("apply", "--yes", emulator=self.render)
        wait_for(run, "base", "unlinked")
        wait_for(run, "base", "deploy dep-")
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=HANG)
        self.assertEqual(run.returncode, 130)
        # The rollback must be resumed, not the run that it undoes.
        told = self.envlink("plan").stderr
        self.assertIn("Run 2 on endtoend is unfinished: it was interrupted", told)
        held = self.envlink("apply", "--yes")
        self.assert_exit(held, 8)
        self.assertIn("Run 2 is unfinished, so nothing was changed", held.stderr)
        resumed = self.envlink("resume", "--yes")
        self.assert_exit(resumed, 6)
        self.assertNotIn("moved-on", resumed.stderr)
        self.check_gone_back(["base", "aside"])

    def test_a_killed_rollback_is_not_started_a_second_time(self):
        self.start(workspace(), {})
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        self.kill_in_rollback("rollback")
        writes = self.render.writes()
        for number in ([], ["1"], ["2"]):
            refused = self.envlink("rollback", *number, "--yes")
            self.assert_exit(refused, 8)
            self.assertIn("envlink resume", refused.stderr)
        self.assertEqual(self.render.writes(), writes)

    def test_resume_finishes_a_rollback_whose_end_could_not_be_written(self):
        self.start(with_service("core", outcome="build_failed"), {"on_failure": "rollback"})
        self.assert_exit(self.envlink("plan"), 0)
        self.assert_exit(self.envlink("apply"), 64)  # it cannot ask for confirmation; the journal exists
        self.write_journal("CREATE TRIGGER full BEFORE UPDATE ON run WHEN NEW.number = 1 AND NEW.exit_code = 6 "
                           "BEGIN SELECT RAISE(ABORT, 'no room for this end'); END")
        self.assertIn("no room for this end", self.envlink("apply", "--yes").stderr)
        self.write_journal("DROP TRIGGER full")
        self.assert_exit(self.envlink("resume", "--yes"), 6)
        self.check_gone_back(["base", "aside"])

    def write_journal(self, statement):
        with contextlib.closing(sqlite3.connect(self.state_home / "envlink/journal.db")) as journal:
            journal.execute(statement)
            journal.commit()

    def check_told(self, number):
        told = self.envlink("plan").stderr
        self.assertIn(f"Run {number} on endtoend is unfinished: it was interrupted", told)
        self.assertIn("It rolls back run 1", told)
        self.assertIn("envlink resume", told)
        self.assertNotIn("envlink rollback", told)

    def check_gone_back(self, services):
        state = self.render.state()
        self.assertEqual(linked(state), set())
        self.assertEqual(rolled_back(state), sorted(SERVICES[name] for name in services))
        self.assertEqual(self.endings(), [6, 0])


if __name__ == "__main__":
    unittest.main()
