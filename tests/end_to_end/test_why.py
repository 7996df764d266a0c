"""status --why: the evidence for each word, and which other people changed something."""

import json
import unittest

import schemas
from harness import GROUP, Case, desired, workspace


class Why(Case):
    def begin(self, **behaviour):
        emulator = self.emulator(workspace(behaviour=behaviour))
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        return emulator

    def status(self, emulator, *arguments, code):
        told = self.run_envlink("status", *arguments, emulator=emulator)
        self.assert_exit(told, code)
        return told.stdout

    def as_json(self, emulator, *arguments, code):
        told = json.loads(self.status(emulator, "-o", "json", *arguments, code=code))
        self.assertEqual(schemas.complaints("status", told), [])
        return told

    @staticmethod
    def change(emulator, value, key="TOKEN"):
        emulator.call("PUT", f"/env-groups/{GROUP}/env-vars/{key}", {"value": value})

    @staticmethod
    def looks_into_the_audit_log(emulator):
        return [r for r in emulator.requests() if "/audit-logs" in r["path"]]

    def test_a_value_that_a_colleague_changed_is_noticed_and_the_colleague_is_named(self):
        emulator = self.begin(audit_log=True)
        writes = len(emulator.writes())
        self.change(emulator, "another-sesame")
        text = self.status(emulator, "--why", code=2)
        self.assertIn("  base: stale\n", text)
        self.assertIn("      TOKEN changed after the running deploy began\n", text)
        self.assertRegex(text, r"\n      \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \S+@\S+: UpdateEnvVarsEvent\n")
        told = self.as_json(emulator, "--why", code=2)
        self.assertEqual(told["audit_log"], "told")
        for one in told["services"]:
            self.assertEqual(one["changed"], ["TOKEN"])
            self.assertEqual([(c["event"], c["group"]) for c in one["changes"]], [("UpdateEnvVarsEvent", "shared")])
            self.assertIn("@", one["changes"][0]["by"])
        plan = self.run_envlink("plan", "--detailed-exitcode", emulator=emulator)
        self.assert_exit(plan, 2)
        self.assertIn("4 services to redeploy", plan.stdout)
        verified = self.run_envlink("verify", emulator=emulator)
        self.assert_exit(verified, 2)
        self.assertIn("TOKEN of shared changed after the running deploy began", verified.stdout)
        self.assertEqual(len(emulator.writes()), writes + 1)  # the colleague's
        for shown in (text, json.dumps(told), plan.stdout, verified.stdout):
            self.assertNotIn("sesame", shown)
        # After the value was changed back, the running deploy has the current values.
        self.change(emulator, "sesame-of-token")
        self.assertNotIn("stale", self.status(emulator, "--why", code=0))
        self.assert_exit(self.run_envlink("verify", emulator=emulator), 0)
        self.assert_exit(self.run_envlink("plan", "--detailed-exitcode", emulator=emulator), 0)

    def test_a_live_service_shows_its_evidence_and_the_audit_log_is_not_read(self):
        emulator = self.begin(audit_log=True)
        text = self.status(emulator, "--why", code=0)
        self.assertIn("    shared: live, since ", text)
        self.assertRegex(text, r"\n      run 1 read this link before dep-\w+ was made\n")
        told = self.as_json(emulator, "--why", code=0)
        self.assertEqual(told["audit_log"], "not_asked")
        self.assertEqual([one["changes"] for one in told["services"]], [[]] * 4)
        self.assertEqual(self.looks_into_the_audit_log(emulator), [])

    def test_without_why_the_audit_log_is_not_read(self):
        emulator = self.begin(audit_log=True)
        self.change(emulator, "another-sesame")
        told = self.as_json(emulator, code=2)
        self.assertNotIn("audit_log", told)
        self.assertNotIn("changes", told["services"][0])
        self.assertEqual(self.looks_into_the_audit_log(emulator), [])

    def test_a_missing_audit_log_is_reported_once(self):
        emulator = self.begin()
        self.change(emulator, "another-sesame")
        told = self.run_envlink("status", "--why", emulator=emulator)
        self.assert_exit(told, 2)
        self.assertEqual(" ".join(told.stdout.split()).count("Render offers no audit log for this workspace and key."), 1)
        self.assertEqual(told.stderr, "")
        self.assertIn("      TOKEN changed after the running deploy began\n", told.stdout)
        self.assertEqual(len(self.looks_into_the_audit_log(emulator)), 1)
        self.assertEqual(self.as_json(emulator, "--why", code=2)["audit_log"], "none")

    def test_without_digests_the_audit_log_shows_that_a_variable_changed(self):
        source = workspace(behaviour={"audit_log": True})
        source["groups"][0]["links"] = ["base", "core", "edge", "aside"]
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired())
        self.change(emulator, "another-sesame")
        text = self.status(emulator, "--why", code=0)
        self.assertIn("shared: unknown, envlink cannot tell whether its running deploy includes shared", " ".join(text.split()))
        self.assertIn("the audit log shows that a variable of shared changed after the running deploy began", " ".join(text.split()))
        self.assertIn("UpdateEnvVarsEvent", text)

    def test_an_audit_log_that_does_not_answer_is_reported_and_the_status_stays(self):
        source = workspace(faults=[{"match": "GET /v1/owners/*/audit-logs*", "every": 1, "do": {"status": 500}}])
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired(api={"retries": 1, "backoff": "1ms"}))
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        self.change(emulator, "another-sesame")
        told = self.run_envlink("status", "--why", "-o", "json", emulator=emulator)
        self.assert_exit(told, 2)
        self.assertIn("read the audit log", told.stderr)
        self.assertEqual(json.loads(told.stdout)["audit_log"], "untold")


if __name__ == "__main__":
    unittest.main()
