"""The state folder when it is full, read-only, old, too new or damaged: the messages, and that nothing unrecorded is
sent."""

import collections
import contextlib
import os
import re
import resource
import sqlite3
import subprocess
import unittest

from unfinished_run import UnfinishedRun, from_api
from harness import HANG, PROGRAM, REPOSITORY, SERVICES, desired, workspace

WITHOUT_RIGHTS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]  # root without its special rights
MIGRATION_TEST = REPOSITORY / "src/journal/migration_test.cpp"


class State(UnfinishedRun):
    def setUp(self):
        super().setUp()
        self.state = self.state_home / "envlink"
        self.journal = self.state / "journal.db"
        self.render = self.emulator(workspace())
        self.write("envlink.yaml", desired())

    def with_limit(self, limit, *arguments):
        """With `ulimit -f`: no file grows past the limit."""
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, text=True, timeout=HANG, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(self.render),
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    def intended(self):
        """How many deploy intents the journal has for each service."""
        return collections.Counter(event["service"]["id"] for event in self.events("deploy_intended"))

    def make(self, statements):
        self.state.mkdir(parents=True)
        with contextlib.closing(sqlite3.connect(self.journal)) as journal:
            journal.executescript(statements)

    def assert_refused(self, why, cure, *command):
        """Exit 1 with a reason and a cure, and no request to Render."""
        result = self.envlink(*(command or ("apply", "--yes")))
        self.assert_exit(result, 1)
        self.assertIn(str(self.state), result.stderr)
        self.assertIn(why, result.stderr)
        self.assertIn(cure, result.stderr)
        self.assertEqual(self.render.writes(), [])


class NoRoom(State):
    def test_if_a_run_cannot_be_recorded_nothing_is_written_to_render(self):
        result = self.with_limit(4096, "apply", "--yes")
        self.assert_exit(result, 1)
        self.assertIn("ulimit -f", result.stderr)
        self.assertEqual(self.render.writes(), [])
        self.assert_all_there(self.envlink("apply", "--yes"))

    def test_during_a_run_nothing_unrecorded_is_sent_and_with_more_space_it_continues(self):
        stopped = 0
        for limit in range(60_000, 300_000, 40_000):
            result = self.with_limit(limit, "apply", "--yes", "--redeploy", "all")
            if result.returncode == 0:
                break
            self.assert_exit(result, 1)
            self.assertIn("Free some space", result.stderr)
            if self.endings()[-1:] != [None]:
                continue
            self.assertIn("Nothing more was sent", result.stderr)
            self.assertIn("envlink resume", result.stderr)
            stopped += 1
            for service, made in collections.Counter(self.render.deploys_asked_for()).items():
                self.assertLessEqual(made, self.intended()[service], f"at {limit} bytes")
            told = self.with_limit(limit, "plan")
            self.assertIn("is unfinished", told.stderr)
            resumed = self.envlink("resume", "--yes")
            self.assert_exit(resumed, 0)
            self.assert_done(resumed.stdout)
            runs = len(self.endings())
            self.assertEqual(set(from_api(self.render.state()).values()), {runs})
        self.assertGreater(stopped, 0, "no limit was met in the middle of a run")


class Unusable(State):
    def test_a_read_only_state_folder_is_an_error(self):
        self.assert_all_there(self.envlink("apply", "--yes"))
        writes = self.render.writes()
        for path in (*self.state.iterdir(), self.state):
            path.chmod(0o500 if path.is_dir() else 0o400)
        self.addCleanup(self.state.chmod, 0o700)
        drop = WITHOUT_RIGHTS if os.geteuid() == 0 else []
        result = subprocess.run([*drop, PROGRAM, "apply", "--yes", "--redeploy", "all"], cwd=self.folder, text=True,
                                timeout=HANG, stdin=subprocess.DEVNULL, capture_output=True,
                                env=self.environment(self.render))
        self.assert_exit(result, 1)
        self.assertIn(str(self.journal), result.stderr)
        self.assertIn("XDG_STATE_HOME", result.stderr)
        self.assertEqual(self.render.writes(), writes)

    def test_a_file_in_the_place_of_the_state_folder_is_an_error(self):
        self.state_home.mkdir()
        self.state.write_text("")
        self.assert_refused("", "move the file away")

    def test_another_programs_database_is_an_error(self):
        self.make("CREATE TABLE other (x)")
        self.assert_refused("another program's tables", "Move it aside")

    def test_a_damaged_journal_is_an_error(self):
        self.assert_all_there(self.envlink("apply", "--yes"))
        size = self.journal.stat().st_size
        with open(self.journal, "r+b") as file:
            file.seek(100)
            file.write(b"\xa5" * (size - 100))
        writes = self.render.writes()
        for command in (["apply", "--yes", "--redeploy", "all"], ["resume", "--yes"], ["rollback", "--yes"], ["runs"]):
            result = self.envlink(*command)
            self.assert_exit(result, 1)
            self.assertIn("is damaged", result.stderr)
            self.assertIn(f"mv '{self.journal}'", result.stderr)
        self.assertEqual(self.render.writes(), writes)
        self.journal.rename(f"{self.journal}.damaged")
        self.assertIn("Nothing to resume", self.envlink("resume", "--yes").stderr)

    def test_plan_and_verify_work_with_a_damaged_journal(self):
        self.state.mkdir(parents=True)
        self.journal.write_bytes(b"no journal at all " * 100)
        for command, code in (("plan", 0), ("verify", 2)):
            result = self.envlink(command)
            self.assert_exit(result, code)
            self.assertEqual(result.stderr.count("is damaged"), 1, result.stderr)


class OtherVersions(State):
    def older(self):
        """A journal as an older envlink created it, from the statements in the journal's own tests."""
        text = MIGRATION_TEST.read_text()
        statements = re.search(r'version_1 = R"sql\((.*?)\)sql"', text, re.S).group(1)
        return statements.replace("tea-1", workspace()["owner"]["id"])

    def test_an_older_journal_is_upgraded_and_anew_leaves_its_interrupted_run(self):
        self.make(self.older())
        listed = self.envlink("runs")
        self.assert_exit(listed, 0)
        self.assertIn("unfinished", listed.stdout)
        for command in (["resume", "--yes"], ["rollback", "--yes"]):
            result = self.envlink(*command)
            self.assert_exit(result, 1)
            self.assertIn("Run 2 was made by an older envlink that did not store its plan", result.stderr)
        self.assertEqual(self.render.writes(), [])
        self.assert_all_there(self.envlink("apply", "--yes", "--anew"))
        self.assertEqual(self.endings(), [5, 130, 0])

    def test_plan_and_apply_say_what_to_do_about_a_run_without_a_plan(self):
        self.make(self.older())
        told = self.envlink("plan")
        self.assert_exit(told, 0)
        self.assertIn("envlink apply --anew", told.stderr)
        refused = self.envlink("apply", "--yes")
        self.assert_exit(refused, 8)
        self.assertIn("Run 2", refused.stderr)
        self.assertIn("envlink apply --anew", refused.stderr)
        self.assertEqual(self.render.writes(), [])

    def test_a_newer_journal_is_refused_and_left_unchanged(self):
        self.make(self.older() + "PRAGMA user_version = 99;")
        before = self.journal.read_bytes()
        for command in (["apply", "--yes"], ["resume", "--yes"], ["rollback", "--yes"], ["runs"]):
            self.assert_refused("it was written by a newer envlink", "Use the newest envlink", *command)
        self.assertEqual(self.journal.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
