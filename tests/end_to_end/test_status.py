"""The freshness matrix before and after a rollout."""

import json
import unittest

from harness import Case, desired, with_service, workspace


class Status(Case):
    def test_what_is_not_linked_is_staged_and_after_a_rollout_all_is_live(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        before = self.run_envlink("status", emulator=emulator)
        self.assert_exit(before, 2)
        self.assertIn("shared is not linked", before.stdout)
        self.assertIn("4 services are not up to date", before.stdout)
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
        self.assertIn("core", told.stdout[told.stdout.index("Why"):])
        self.assertIn("1 service is not up to date", told.stdout)
        self.assertEqual(emulator.writes(), [])


if __name__ == "__main__":
    unittest.main()
