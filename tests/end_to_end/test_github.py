"""In GitHub Actions: groups and annotations in the log, and the summary of the step."""

import json
import unittest

from harness import SERVICES, Case, desired, service, with_service, workspace

ATTACK = "::error::taken ##[error]over |x| <img src=x>"


class GitHub(Case):
    def setUp(self):
        super().setUp()
        self.summary = self.folder / "summary.md"

    def run_there(self, *arguments, emulator, **environment):
        return self.run_envlink(*arguments, emulator=emulator, CI="true", GITHUB_ACTIONS="true",
                                **{"GITHUB_STEP_SUMMARY": str(self.summary), **environment})

    def commands(self, text):
        return [line for line in text.splitlines() if line.strip().startswith("::")]

    def test_a_failed_service_is_annotated_and_is_in_the_summary(self):
        emulator = self.emulator(with_service("base", outcome="build_failed"))
        self.write("envlink.yaml", desired())
        result = self.run_there("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 5)
        commands = self.commands(result.stderr)
        self.assertEqual(commands[:4], ["::group::Plan", "::endgroup::", "::group::Rollout", "::endgroup::"])
        self.assertEqual(len(commands), 5, commands)
        self.assertRegex(commands[4], r"^::error title=base%3A build failed::.*exit code 1%0A→ ")
        summary = self.summary.read_text()
        self.assertIn("| ✗ base | 1 | build failed: ", summary)
        self.assertIn("| – core | 2 | not started |  | 0 of 1 |", summary)
        self.assertNotIn("sesame", summary + result.stderr)

    def test_a_finished_rollout_puts_plan_run_and_check_in_the_summary(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.summary.write_text("what another tool wrote\n")
        result = self.run_there("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 0)
        summary = self.summary.read_text()
        self.assertTrue(summary.startswith("what another tool wrote\n### → envlink plans 4 link changes and 4 deploys"))
        self.assertIn("4 of 4 links confirmed, 4 of 4 services live.", summary)
        self.assertRegex(summary, r"\| ✓ edge \| 3 \| live \| [\d.]+s \| 1 of 1 \|")
        self.assertIn("### ✓ envlink verified everything on endtoend", summary)
        self.assertNotIn("::error", result.stderr)

    def test_a_refused_plan_is_annotated_at_its_place_in_the_file(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired(groups={"shared": {"require": ["MISSING"]}}))
        result = self.run_there("plan", emulator=emulator)
        self.assert_exit(result, 4)
        self.assertRegex(result.stderr, r"(?m)^::error title=.*,file=envlink.yaml,line=\d+,col=\d+::.*MISSING")
        self.assertIn("### ✗ envlink refused the plan on endtoend", self.summary.read_text())

    def test_names_cannot_inject_commands_or_markup(self):
        services = [{**service(name), "outcome": "build_failed"} for name in SERVICES]
        services[0]["name"] = ATTACK
        wanted = desired(services={ATTACK: {"link": ["shared"]}})
        emulator = self.emulator(workspace(services=services))
        self.write("envlink.yaml", wanted)
        result = self.run_there("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 5)
        for command in self.commands(result.stdout + result.stderr):
            self.assertRegex(command, r"^::(group|endgroup)::|^::error title=%3A%3Aerror%3A%3Ataken ## \[error\]over")
        self.assertNotIn("##[", result.stdout + result.stderr)
        row = next(line for line in self.summary.read_text().splitlines() if "taken" in line and "✗" in line)
        self.assertEqual(row.count("|"), 6, row)
        self.assertNotIn("<img", row)

    def test_json_output_stays_valid(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for command in ("plan", "verify"):
            json.loads(self.run_there(command, "-o", "json", emulator=emulator).stdout)

    def test_an_unwritable_summary_is_reported_and_changes_nothing_else(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        result = self.run_there("plan", emulator=emulator, GITHUB_STEP_SUMMARY="/nowhere/summary.md")
        self.assert_exit(result, 0)
        self.assertIn("Cannot write the summary of this step to /nowhere/summary.md", result.stderr)

    def test_outside_github_actions_there_are_no_annotations(self):
        emulator = self.emulator(with_service("base", outcome="build_failed"))
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", emulator=emulator, CI="true", GITHUB_STEP_SUMMARY=str(self.summary))
        self.assert_exit(result, 5)
        self.assertEqual(self.commands(result.stderr), [])
        self.assertFalse(self.summary.exists())


if __name__ == "__main__":
    unittest.main()
