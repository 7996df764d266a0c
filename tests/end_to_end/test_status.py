"""The status table before and after a rollout."""

import json
import unittest

from harness import Case, desired, with_service, workspace


class Status(Case):
    def test_an_unlinked_service_is_staged_and_after_a_rollout_all_are_live(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        before = self.run_envlink("status", emulator=emulator)
        self.assert_exit(before, 2)
        self.assertIn("shared is not linked", before.stdout)
        self.assertIn("0 of 4 services are live, 4 staged", before.stdout)
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        after = self.run_envlink("status", "-o", "json", emulator=emulator)
        self.assert_exit(after, 0)
        told = json.loads(after.stdout)
        self.assertEqual({s["freshness"] for s in told["services"]}, {"live"})
        self.assertEqual([g["group"] for g in told["services"][0]["groups"]], ["shared"])

    def test_a_service_whose_deploy_is_older_than_its_group_is_stale(self):
        source = with_service("core", stale=True)
        source["groups"][0]["links"] = ["base", "core", "edge", "aside"]
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired())
        told = self.run_envlink("status", emulator=emulator)
        self.assert_exit(told, 2)
        self.assertRegex(told.stdout, r"\n  core +stale ")
        self.assertIn("0 of 4 services are live, 1 stale", told.stdout)
        self.assertEqual(emulator.writes(), [])

    def test_the_fifth_step_requests_the_health_paths_without_the_key(self):
        source = with_service("base", health_check_path="/up")
        source["groups"][0]["links"] = ["base", "core", "edge", "aside"]
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired(verify={"unknown": "allow"}))
        told = self.run_envlink("verify", "--health", emulator=emulator)
        self.assert_exit(told, 0)
        self.assertIn("✓ Step 5: 1 health path answers", told.stdout)
        plain = self.run_envlink("verify", emulator=emulator)
        self.assertNotIn("Step 5", plain.stdout)

    def test_a_health_path_that_does_not_answer_fails_the_fifth_step(self):
        source = with_service("base", health_check_path="/up", suspended=True)
        source["groups"][0]["links"] = ["base", "core", "edge", "aside"]
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired(api={"backoff": "1ms"}))
        told = self.run_envlink("verify", "--health", emulator=emulator)
        self.assert_exit(told, 2)
        self.assertIn("✗ Step 5: Not every health path answers with success", told.stdout)
        self.assertIn("base  its health path answers 503", told.stdout)


if __name__ == "__main__":
    unittest.main()
