"""Ctrl-C, once and twice, and a run that was killed."""

import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import unittest

from harness import HANG, PROGRAM, SERVICES, Case, desired, read_until, with_service, workspace


class Interrupt(Case):
    def begin(self):
        # base builds for longer than any test; everything else waits for it or ends soon.
        self.at_work = self.emulator(with_service("base", build="5000s"))
        self.write("envlink.yaml", desired())
        run = self.start_envlink("apply", "--yes", emulator=self.at_work)
        self.said = read_until(run.stderr, "building")
        return run

    def finish(self, run):
        out, err = run.communicate(timeout=HANG)
        return out, self.said + err

    def test_ctrl_c_once_starts_nothing_more_and_says_what_keeps_running(self):
        run = self.begin()
        run.send_signal(signal.SIGINT)
        out, err = self.finish(run)
        self.assertEqual(run.returncode, 130, err)
        self.assertIn("base", err[err.index("interrupted"):])
        self.assertNotIn("✓ Step", out)
        self.assertNotIn(SERVICES["core"], self.at_work.deploys_asked_for())

    def test_the_next_apply_is_held_until_the_deploys_that_kept_running_end(self):
        run = self.begin()
        run.send_signal(signal.SIGINT)
        self.finish(run)
        planned = self.run_envlink("plan", "-o", "json", emulator=self.at_work)
        self.assert_exit(planned, 0)
        self.assertIn("dependency-deploying", [finding["id"] for finding in json.loads(planned.stdout)["findings"]])
        self.assert_exit(self.run_envlink("rehearse", emulator=self.at_work), 8)
        again = self.run_envlink("apply", "--yes", emulator=self.at_work)
        self.assert_exit(again, 8)
        self.assertIn("A deploy of service base is in progress and must finish first; nothing was changed", again.stderr)
        self.assertIn("envlink resume", again.stderr)
        self.assertNotIn(SERVICES["core"], self.at_work.deploys_asked_for())

    def test_ctrl_c_twice_exits_at_once_and_the_journal_has_the_requests(self):
        # The answer to the first deploy request takes longer than any test: one Ctrl-C would wait for it.
        slow = {"match": "POST /v1/services/*/deploys", "nth": 1, "do": {"delay": "900s"}}
        emulator = self.emulator(workspace(faults=[slow]))
        self.write("envlink.yaml", desired())
        run = self.start_envlink("apply", "--yes", emulator=emulator)
        while not emulator.deploys_asked_for():
            self.assertIsNone(run.poll(), "it ended before it asked for a deploy")
        run.send_signal(signal.SIGINT)
        read_until(run.stderr, "interrupted")
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=HANG)
        self.assertEqual(run.returncode, 130, err)
        with contextlib.closing(sqlite3.connect(self.state_home / "envlink/journal.db")) as journal:
            self.assertEqual(journal.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            kinds = [json.loads(text)["event"] for (text,) in journal.execute("SELECT body FROM event ORDER BY run, position")]
        self.assertIn("deploy_intended", kinds)
        self.assertIn("interrupted", kinds)
        self.assertNotIn("run_ended", kinds)

    def test_sigterm_works_like_ctrl_c(self):
        run = self.begin()
        run.send_signal(signal.SIGTERM)
        self.finish(run)
        self.assertEqual(run.returncode, 130)

    def test_a_closed_terminal_works_like_one_ctrl_c_however_many_signals_it_sends(self):
        run = self.begin()
        run.send_signal(signal.SIGHUP)
        self.said += read_until(run.stderr, "interrupted")
        run.send_signal(signal.SIGHUP)
        _, err = self.finish(run)
        self.assertEqual(run.returncode, 130)
        self.assertIn("Still running when envlink stopped watching", err)
        self.assertNotIn("the journal is whole", err)

    def test_a_signal_at_the_question_exits_with_the_same_code_and_a_message(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                ours, its = os.openpty()
                run = subprocess.Popen([PROGRAM, "apply", "--anew"], cwd=self.folder, stdin=its, stdout=subprocess.PIPE,
                                       stderr=its, env=self.environment(emulator), text=True)
                os.close(its)
                self.addCleanup(run.stdout.close)
                said = b""
                while b"Apply? [y/N]" not in said:
                    said += os.read(ours, 4096)
                run.send_signal(number)
                self.assertEqual(run.wait(HANG), 130)
                self.assertIn(b"Interrupted; nothing was changed", os.read(ours, 4096))
                os.close(ours)

    def test_a_signal_during_the_check_at_the_end_does_not_claim_that_nothing_was_written(self):
        self.write("envlink.yaml", desired())
        emulator = self.emulator(workspace(behaviour={"list_lag": "5000s"}))
        # The check lists the deploys that an earlier process watched until they were live.
        run = self.start_envlink("apply", "--yes", emulator=emulator)
        self.said = read_until(run.stderr, "live after")
        run.send_signal(signal.SIGINT)
        self.finish(run)
        self.assertEqual(run.returncode, 130)
        run = self.start_envlink("resume", "--yes", emulator=emulator)
        self.said = read_until(run.stderr, "The list of deploys does not show the new deploys yet")
        run.send_signal(signal.SIGINT)
        _, err = self.finish(run)
        self.assertEqual(run.returncode, 130, err)
        self.assertIn("Next: envlink verify", err)
        self.assertNotIn("Nothing was written", err)

    def test_ignored_signals_stay_ignored(self):
        self.write("envlink.yaml", desired())
        run = self.start_envlink("plan", emulator=self.emulator(workspace(behaviour={"latency": "300ms"})),
                                 before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        run.send_signal(signal.SIGHUP)
        run.communicate(timeout=HANG)
        self.assertEqual(run.returncode, 0)

    # Under AddressSanitizer, a limit on the address space leaves no room for its shadow memory.
    if os.environ.get("ENVLINK_SANITIZE") != "ON":

        def test_without_memory_it_exits_with_1_and_says_so(self):
            self.write("envlink.yaml", {"version": 1, "services": {f"s{i}": {"require": ["A"]} for i in range(9_000)}})
            ends = set()
            for megabytes in range(20, 60, 2):
                limit = megabytes << 20
                run = self.start_envlink("validate", before=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
                _, err = run.communicate(timeout=HANG)
                if run.returncode == 127 or "GnuTLS initialization" in err:
                    continue  # the system could not load the program, or a library could not start
                self.assertIn(run.returncode, (0, 1), err)
                self.assertEqual(err.startswith("envlink: Out of memory"), run.returncode == 1, err)
                ends.add(run.returncode)
            self.assertNotEqual(ends, {0}, "it was never out of memory")

    def test_the_lock_of_a_killed_run_is_free_and_the_next_run_requests_no_second_deploy(self):
        run = self.begin()
        run.kill()
        run.wait(HANG)
        asked = self.at_work.deploys_asked_for().count(SERVICES["base"])
        planned = self.run_envlink("plan", emulator=self.at_work)
        self.assert_exit(planned, 0)
        self.assertEqual(self.at_work.deploys_asked_for().count(SERVICES["base"]), asked)

    def test_ctrl_c_while_the_workspace_is_read_exits_at_once(self):
        slow = self.emulator(workspace(behaviour={"latency": "30s"}))
        self.write("envlink.yaml", desired())
        run = self.start_envlink("apply", "--yes", emulator=slow)
        while not slow.requests():
            self.assertIsNone(run.poll(), "it ended before it asked for anything")
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=HANG)
        self.assertEqual(run.returncode, 130, err)


if __name__ == "__main__":
    unittest.main()
