"""A run is shown from the journal alone: without a key, and without Render."""

import contextlib
import json
import sqlite3
import stat
import unittest

from unfinished_run import UnfinishedRun
from harness import SERVICES, desired, with_service, workspace


class Report(UnfinishedRun):
    def apply(self, source=None, rollout=None, code=0):
        self.render = self.emulator(source or workspace())
        self.write("envlink.yaml", desired(rollout))
        self.assert_exit(self.envlink("apply", "--yes"), code)

    def report(self, *arguments, code=0, **environment):
        """Runs `report` without an emulator, a key or a file."""
        (self.folder / "elsewhere").mkdir(exist_ok=True)
        told = self.run_envlink("report", *arguments, key=None, cwd=self.folder / "elsewhere", **environment)
        self.assert_exit(told, code)
        self.assertNotIn("sesame", told.stdout + told.stderr)
        return told

    def told(self, *arguments):
        return json.loads(self.report(*arguments, "-o", "json").stdout)

    def test_the_newest_run_is_shown_with_each_service_and_its_outcome(self):
        self.apply()
        self.render.stop()
        text = self.report().stdout
        self.assertTrue(text.startswith("✓ Run 1 on endtoend: done after "), text)
        for words in ("4 of 4 links confirmed, 4 of 4 services live", "Slowest path: base → core → edge", "Wave 3 of 3"):
            self.assertIn(words, text)
        self.assertNotIn("What is left", text)

    def test_the_list_of_runs_shows_the_workspace_and_each_outcome(self):
        self.apply()
        self.assertRegex(self.envlink("runs").stdout, r"(?m)^  1  just now  +[0-9.ms]+ +4 links +done +endtoend +\S+@\S+$")

    def test_a_failure_is_shown_with_its_log_and_what_was_not_reached(self):
        self.apply(with_service("core", outcome="build_failed"), code=5)
        text = self.report().stdout
        for words in ("✗ Run 1 on endtoend: a deploy failed", "npm ERR! missing script: build", "DATABASE_URL=•••",
                      "Not started: edge.", "envlink plan"):
            self.assertIn(words, text)

    def test_the_json_has_the_order_the_times_and_every_event(self):
        self.apply()
        told = self.told()
        self.assertEqual(list(told)[:3], ["version", "run", "workspace"])
        self.assertEqual((told["run"], told["exit_code"], told["outcome"]), (1, 0, "done"))
        services = {service["service"]["name"]: service for service in told["services"]}
        self.assertEqual({name: one["wave"] for name, one in services.items()}, {"base": 1, "aside": 1, "core": 2, "edge": 3})
        self.assertEqual({one["state"] for one in services.values()}, {"live"})
        for one in services.values():
            self.assertIn("building", [stage["stage"] for stage in one["stages"]])
            self.assertLess(one["began"], one["ended"])
        self.assertEqual({link["state"] for link in told["links"]}, {"proved"})
        count, = self.rows("SELECT count(*) FROM event")[0]
        self.assertEqual(len(told["events"]), count)
        self.assertEqual(told["left"], [])

    def test_a_killed_run_is_unfinished_and_a_resumed_one_shows_its_pause(self):
        self.begin_and_kill()
        text = self.report().stdout
        self.assertIn("! Run 1 on endtoend: unfinished", text)
        self.assertIn("In progress when last seen: core.", text)
        self.assertIn("Finish it: envlink resume", text)
        self.assert_exit(self.envlink("resume", "--yes"), 0)
        told = self.told()
        self.assertEqual((told["exit_code"], len(told["pauses"])), (0, 1))

    def test_a_rollback_and_what_it_undid_name_each_other(self):
        self.apply()
        self.assert_exit(self.envlink("rollback", "--yes"), 0)
        self.assertEqual(self.told()["undoes"], 1)
        self.assertEqual(self.told("1")["undone_by"], 2)
        self.assertIn("It rolls back run 1", self.report().stdout)
        self.assertIn("Run 2 rolled it back.", self.report("1").stdout)
        self.assertIn("Rolled back by", self.report("1", "--html").stdout)

    def test_the_page_goes_to_stdout_or_to_a_private_file(self):
        self.apply()
        page = self.report("--html").stdout
        self.assertTrue(page.startswith("<!doctype html>"))
        self.assertTrue(page.endswith("</html>\n"))
        for name in SERVICES:
            self.assertIn(f'data-name="{name}"', page)
        file = self.folder / "run.html"
        told = self.report("--html", "--out", str(file))
        self.assertEqual(told.stdout, "")
        self.assertIn("Wrote", told.stderr)
        self.assertEqual(file.read_text(), page)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(self.report("-q", "--out", str(file)).stderr, "")
        self.assertTrue(file.read_text().startswith("✓ Run 1"))

    def test_only_a_regular_file_is_overwritten(self):
        self.apply()
        told = self.report("--html", "--out", str(self.folder), code=1)
        self.assertIn("it is a folder", told.stderr)

    def test_an_unknown_run_is_reported_with_the_command_that_lists_runs(self):
        told = self.report(code=1)
        self.assertIn("No runs on this machine yet", told.stderr)
        self.apply()
        told = self.report("7", code=1)
        self.assertIn("has no run 7", told.stderr)
        self.assertIn("envlink runs", told.stderr)
        self.assertEqual(told.stdout, "")

    def test_a_run_of_an_old_envlink_without_a_plan_is_reported_as_such(self):
        self.apply()
        with contextlib.closing(sqlite3.connect(self.state_home / "envlink/journal.db")) as journal, journal:
            journal.execute("UPDATE run SET plan = NULL")
        told = self.report(code=1)
        self.assertIn("did not store its plan", told.stderr)
        self.assertNotIn("--anew", told.stderr)

    def test_a_page_and_json_at_once_are_refused(self):
        told = self.report("--html", "-o", "json", code=64)
        self.assertIn("Remove one of them", told.stderr)
        self.apply()
        self.assertTrue(self.report(RENDER_OUTPUT="json").stdout.startswith("{\n"))
        self.assertTrue(self.report("--html", RENDER_OUTPUT="json").stdout.startswith("<!doctype"))


if __name__ == "__main__":
    unittest.main()
