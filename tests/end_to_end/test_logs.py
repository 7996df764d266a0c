"""`logs` shows the log of a deploy with every known value masked, and nothing if a value may be unknown."""

import json
import unittest

from harness import GROUP, SERVICES, Case, desired, with_service
from schemas import complaints
from terminal import ESCAPES, Terminal

SESAME = "sesame-of-"
CORE = SERVICES["core"]
PAGE = f"https://dashboard.render.com/web/{CORE}/logs"
ASKS = "Every value that Render holds now is masked. A value that was replaced after the deploy began cannot be masked"


class Logs(Case):
    def failed(self, **changes):
        """A run whose deploy of core failed."""
        self.source = with_service("core", outcome="build_failed", **changes)
        self.render = self.emulator(self.source)
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=self.render), 5)
        return self.render.get(f"/services/{CORE}/deploys")[0]["deploy"]["id"]

    def logs(self, *arguments, code=0):
        said = self.run_envlink("logs", *arguments, emulator=self.render)
        self.assert_exit(said, code)
        self.assertNotIn(SESAME, said.stdout + said.stderr)
        self.assert_not_stored(SESAME)
        if code != 0:
            self.assertEqual(said.stdout, "")
        return said

    def assert_refused(self, why, *arguments):
        said = " ".join(self.logs("core", "--yes", *arguments, code=4).stderr.split())
        self.assertIn("The log of core is not shown", said)
        self.assertIn(why, said)
        self.assertIn(f"Read it at {PAGE}", said)

    def test_the_newest_deploy_with_every_value_masked(self):
        deploy = self.failed(secret_files={".env": "INNER=sesame-of-file\n"})
        said = self.logs("core", "--yes")
        for line in ("Environment:", "  DATABASE_URL=•••", "  OWN=•••", "  .env=•••", "npm ERR! missing script: build",
                     "==> Build failed"):
            self.assertIn(line + "\n", said.stdout)
        self.assertEqual(" ".join(said.stderr.split()), f"Deploy {deploy} of core (build failed), the last {len(said.stdout.splitlines())} lines of its log:")
        self.assertEqual(self.logs(CORE, "--yes", "-q").stderr, "")

    def test_the_journal_keeps_no_line(self):
        self.failed()
        (self.state_home / "envlink" / "journal.db").unlink()
        self.assertIn("==> Build failed", self.logs("core", "--yes").stdout)
        self.assert_not_stored("==> Build failed")

    def test_without_a_file_and_a_journal(self):
        self.failed()
        (self.folder / "envlink.yaml").unlink()
        self.state_home = self.folder / "nothing"
        self.assertIn("  DATABASE_URL=•••\n", self.logs("core", "--yes").stdout)

    def test_a_deploy_that_is_named(self):
        first = self.failed()
        self.render.call("POST", f"/services/{CORE}/deploys", {})
        said = self.logs("core", "--yes", "--deploy", first)
        self.assertIn(f"Deploy {first} of core", said.stderr)
        self.assertIn("==> Build failed", said.stdout)

    def test_json(self):
        deploy = self.failed()
        told = json.loads(self.logs("core", "--yes", "-o", "json").stdout)
        self.assertEqual(complaints("logs", told), [])
        self.assertEqual(told["service"], {"id": CORE, "name": "core"})
        self.assertEqual((told["deploy"]["id"], told["deploy"]["status"], told["page"]), (deploy, "build_failed", PAGE))
        self.assertIn("  DATABASE_URL=•••", told["lines"])

    def test_no_lines(self):
        self.failed(cause="pipeline_minutes_exhausted")
        said = self.logs("core")
        self.assertEqual(said.stdout, "")
        self.assertRegex(said.stderr, r"\ARender has no log lines of deploy dep-\w+ of core \(build\sfailed\)\.\n\Z")

    def test_a_deploy_that_went_live(self):
        self.failed()
        said = self.logs("aside", "--yes")
        self.assertRegex(said.stderr, r"\ADeploy dep-\w+ of aside \(live\), the last 8 lines of its log:\n")
        self.assertIn("==> Build successful\n", said.stdout)
        self.assertTrue(said.stdout.endswith("==> Your service is live\n"), said.stdout)

    def test_an_unknown_service_or_deploy(self):
        deploy = self.failed()
        self.assertIn("Did you mean core?", self.logs("cora", "--yes", code=1).stderr)
        said = self.logs("core", "--yes", "--deploy", "dep-00000000000000000000", code=1).stderr
        self.assertIn("Service core has no deploy dep-00000000000000000000", said)
        self.assertIn(f"Its newest deploy is {deploy}.", said)
        self.assertIn("--deploy needs the id of a deploy", self.logs("core", "--deploy", "7", code=64).stderr)

    def test_without_a_terminal_nothing_is_shown_unless_yes_says_so(self):
        self.failed()
        said = self.logs("core", code=64).stderr
        self.assertIn("Cannot ask for confirmation: no terminal. Nothing was shown\n", said)
        self.assertIn("--yes", said)
        self.assertIn(f"Read it at {PAGE}", said)

    def test_on_a_terminal_it_asks_first(self):
        self.failed()
        for answer, code in (("n", 1), ("y", 0)):
            with self.subTest(answer):
                terminal = Terminal(["logs", "core"], self.folder, self.environment(self.render))
                self.addCleanup(terminal.close)
                terminal.wait_for("Show the log? [y/N] ")
                self.assertNotIn("==>", terminal.text)
                self.assertIn(ASKS, " ".join(ESCAPES.sub("", terminal.text).split()))
                terminal.type(answer + "\n")
                self.assertEqual(terminal.finish(), code)
                self.assertEqual("==> Build failed" in terminal.text, code == 0)
                self.assertEqual("nothing was shown" in terminal.text, code != 0)
                self.assertNotIn(SESAME, terminal.text)

    def test_ctrl_c_at_the_question_ends_it(self):
        self.failed()
        terminal = Terminal(["logs", "core"], self.folder, self.environment(self.render))
        self.addCleanup(terminal.close)
        terminal.wait_for("Show the log? [y/N] ")
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 130)
        self.assertNotIn("==>", terminal.text)

    def test_a_value_that_is_known_to_have_changed_since_keeps_the_log_back(self):
        deploy = self.failed()
        self.assertIn("==> Build failed", self.logs("core", "--yes").stdout)
        self.render.call("PUT", f"/env-groups/{GROUP}/env-vars/DATABASE_URL", {"value": "another"})
        self.assert_refused("DATABASE_URL of shared changed")
        self.assert_refused("DATABASE_URL of shared changed", "--deploy", deploy)

    def test_a_group_that_was_deleted_keeps_the_log_back(self):
        self.failed()
        self.render.call("DELETE", f"/env-groups/{GROUP}")
        self.assert_refused(f"the deploy began with group {GROUP}, which no longer exists")

    def test_a_value_that_cannot_be_read_keeps_the_log_back_and_no_line_is_requested(self):
        self.failed()
        rows = ((f"GET /v1/env-groups/{GROUP}", "could not read the values of a group"),
                ("GET /v1/services/*/env-vars", "could not read its own variables"),
                ("GET /v1/services/*/secret-files", "could not read its secret files"))
        for match, why in rows:
            with self.subTest(why):
                self.source["faults"] = [{"match": match, "do": {"status": 403}}]
                self.render = self.emulator(self.source)
                self.assert_refused(why)
                self.assertFalse(any(r["path"].startswith("/v1/logs") for r in self.render.requests()))

    def test_a_group_whose_values_render_hides_keeps_the_log_back(self):
        self.failed()
        self.source["groups"].append({"id": "evg-hidden00000000000000", "name": "hidden", "variables": {"A": "********"}})
        self.render = self.emulator(self.source)
        self.assert_refused("Render hides")


if __name__ == "__main__":
    unittest.main()
