"""Staging and production in one workspace: services and groups with the same names in two environments."""

import json
import unittest

from harness import GROUP, Case, service, workspace

STAGING, PRODUCTION = "srv-staging0000000000000", "srv-production0000000000"
TWIN = "evg-twin0000000000000000"
ENVIRONMENTS = [{"id": "evm-staging", "name": "staging"}, {"id": "evm-production", "name": "production"}]


def twins(**changes):
    result = workspace(
        environments=ENVIRONMENTS,
        groups=[{"id": GROUP, "name": "shared", "environment": "evm-staging", "variables": {"A": "sesame"},
                 "secret_files": {"ca.pem": "sesame"}},
                {"id": TWIN, "name": "shared", "environment": "evm-production", "variables": {"A": "sesame", "B": "sesame"}}],
        services=[{**service("base"), "id": STAGING, "name": "api", "environment": "evm-staging"},
                  {**service("base"), "id": PRODUCTION, "name": "api", "environment": "evm-production",
                   "secret_files": {"own.pem": "sesame"}}])
    result.update(changes)
    return result


FILE = {"version": 1,
        "groups": {GROUP: {}, TWIN: {}},
        "services": {STAGING: {"link": [GROUP], "require": ["file:ca.pem"]},
                     PRODUCTION: {"link": [TWIN], "require": ["file:own.pem"]}},
        "rollout": {"poll_interval": "1s"}, "api": {"backoff": "50ms"}}


class Names(Case):
    def setUp(self):
        super().setUp()
        self.render = self.emulator(twins())

    def run_here(self, *arguments):
        return self.run_envlink(*arguments, emulator=self.render)

    def assert_told_apart(self, said, kind):
        ids = (STAGING, PRODUCTION) if kind == "service" else (GROUP, TWIN)
        for id, environment in zip(ids, ("staging", "production")):
            self.assertRegex(" ".join(said.split()), f"{id} \\(environment (evm-)?{environment}\\)")

    def test_groups_commands_follow_the_file_for_an_ambiguous_name(self):
        self.write("envlink.yaml", {"version": 1, "groups": {"shared": {"id": TWIN}},
                                    "services": {"api": {"id": PRODUCTION, "link": ["shared"]}}})
        shown = self.run_here("groups", "show", "shared", "-o", "json")
        self.assert_exit(shown, 0)
        self.assertIn(TWIN, shown.stdout)
        self.assertNotIn(GROUP, shown.stdout)
        self.assert_exit(self.run_here("groups", "link", "shared", "api", "--yes"), 0)
        self.assertEqual([(write["method"], write["path"].split("?")[0].removeprefix("/v1")) for write in self.render.writes()],
                         [("POST", f"/env-groups/{TWIN}/services/{PRODUCTION}")])

    def test_every_command_refuses_an_ambiguous_name_and_lists_the_candidates(self):
        for arguments, code, kind in ((("explain", "api"), 1, "service"),
                                      (("groups", "show", "shared"), 1, "group"),
                                      (("groups", "link", GROUP, "api", "--yes"), 4, "service"),
                                      (("groups", "unlink", "shared", STAGING, "--yes"), 4, "group")):
            with self.subTest(arguments):
                refused = self.run_here(*arguments)
                self.assert_exit(refused, code)
                self.assert_told_apart(refused.stderr, kind)
                self.assertIn("its id", refused.stderr)
        self.write("envlink.yaml", {"version": 1, "groups": {"shared": {}}, "services": {"api": {"link": ["shared"]}}})
        for arguments in (("plan",), ("apply", "--yes")):
            refused = self.run_here(*arguments)
            self.assert_exit(refused, 4)
            self.assert_told_apart(refused.stdout + refused.stderr, "service")
            self.assert_told_apart(refused.stdout + refused.stderr, "group")
        self.assertEqual(self.render.writes(), [])

    def test_an_id_says_which_one_is_meant_and_every_output_distinguishes_them(self):
        self.write("envlink.yaml", FILE)
        plan = json.loads(self.run_here("plan", "-o", "json").stdout)
        self.assertEqual([one["name"] for one in plan["services"]], [f"api ({STAGING})", f"api ({PRODUCTION})"])
        self.assertEqual(plan["waves"], [[f"api ({STAGING})", f"api ({PRODUCTION})"]])
        self.assertFalse(plan["refused"], plan["findings"])
        refused = self.run_here("plan", "--redeploy", "api")
        self.assert_exit(refused, 4)
        self.assertIn("redeploy-ambiguous", refused.stdout)
        refused = self.run_here("rehearse", "--fail", "api")
        self.assert_exit(refused, 64)
        self.assert_told_apart(refused.stderr, "service")
        applied = self.run_here("apply", "--yes")
        self.assert_exit(applied, 0)
        for id in (STAGING, PRODUCTION):
            self.assertIn(f"api ({id})", applied.stderr)
        shown = self.run_here("groups", "show", GROUP)
        self.assertIn(f"api ({STAGING})", shown.stdout)

    def test_an_id_in_the_file_says_which_one_a_name_means(self):
        self.write("envlink.yaml", {"version": 1, "groups": {"shared": {"id": TWIN}},
                                    "services": {"api": {"id": PRODUCTION, "link": ["shared"]}}})
        explained = self.run_here("explain", "api", "file:own.pem")
        self.assert_exit(explained, 0)
        self.assertIn(PRODUCTION, explained.stdout)
        self.assertRegex(explained.stdout, r"file:own\.pem +service")
        planned = json.loads(self.run_here("plan", "-o", "json", "--redeploy", "api").stdout)
        self.assertEqual([one["id"] for one in planned["services"]], [PRODUCTION])

    def test_init_names_the_environments_and_its_file_shows_no_difference(self):
        source = twins()
        source["groups"][0]["links"], source["groups"][1]["links"] = [STAGING], [PRODUCTION]
        source["groups"].append({"name": "nobody", "variables": {"A": "sesame"}})
        emulator = self.emulator(source)
        self.assert_exit(self.run_envlink("init", emulator=emulator), 0)
        text = (self.folder / "envlink.yaml").read_text()
        for part in ("It can only be linked to services in the environment production.",
                     "It is in the environment staging.", "# - group nobody (not linked to any service).", '"file:ca.pem"'):
            self.assertIn(part, text)
        self.assert_exit(self.run_envlink("plan", "--detailed-exitcode", emulator=emulator), 0)

    def test_a_required_secret_file_that_is_missing_refuses_the_plan(self):
        wanted = json.loads(json.dumps(FILE))
        wanted["services"][STAGING]["require"] = ["file:own.pem"]
        self.write("envlink.yaml", wanted)
        refused = self.run_here("plan")
        self.assert_exit(refused, 4)
        self.assertIn("the secret file own.pem is not set in its linked groups", " ".join(refused.stdout.split()))
        self.assertNotIn("sesame", refused.stdout + refused.stderr)


if __name__ == "__main__":
    unittest.main()
