"""What the preflight finds, and where variables come from: the real program against the real emulator."""

import json
import unittest

from harness import GROUP, SERVICES, Case, desired, service, workspace

OTHER = "evg-other0000000000000000"


def two_groups(own=None, links=(), **other):
    """DATABASE_URL is in the groups shared and other; `links` says to which of them base is linked."""
    result = workspace(services=[service(n, variables={"OWN": "sesame-of-service", **(own or {})}) for n in SERVICES])
    result["groups"][0]["links"] = list(links)
    result["groups"].append({"id": OTHER, "name": "other", "variables": {"DATABASE_URL": "postgres://sesame-of-other", **other},
                             "links": list(links)})
    return result


def asking_for_both(policy=(), **changes):
    return desired(groups={"shared": {}, "other": {}}, services={"base": {"link": ["shared", "other"], **changes}},
                   policy=list(policy))


class Findings(Case):
    def plan(self, source, asked, exit_code=0, *arguments):
        self.write("envlink.yaml", asked)
        emulator = self.emulator(source)
        result = self.run_envlink("plan", "-o", "json", *arguments, emulator=emulator)
        self.assert_exit(result, exit_code)
        self.assertEqual(emulator.writes(), [])
        plan = json.loads(result.stdout)
        self.talk = result.stderr
        return plan, {(f["id"], f["severity"], f["variable"]) for f in plan["findings"]}

    def test_a_plan_that_links_two_groups_with_different_values_is_refused(self):
        plan, found = self.plan(two_groups(), asking_for_both(), 4)
        self.assertTrue(plan["refused"])
        self.assertIn(("collision-different", "error", "DATABASE_URL"), found)

    def test_different_values_are_a_warning_if_both_groups_are_already_linked(self):
        _, found = self.plan(two_groups(links=["base"]), asking_for_both(require=["OWN"]))
        self.assertIn(("collision-different", "warning", "DATABASE_URL"), found)

    def test_the_same_value_in_both_groups_is_a_note(self):
        source = two_groups()
        source["groups"][1]["variables"] = {"TOKEN": "sesame-of-token"}
        _, found = self.plan(source, asking_for_both())
        self.assertEqual(found, {("collision-equal", "note", "TOKEN")})

    def test_a_services_own_variable_may_collide_with_a_group_that_the_file_does_not_name(self):
        source = two_groups(own={"EXTRA": "sesame-of-own"}, links=["base"], EXTRA="sesame-of-extra")
        _, found = self.plan(source, desired(services={"base": {"link": ["shared"], "require": ["OWN"]}}))
        self.assertIn(("collision-different", "warning", "EXTRA"), found)

    def test_a_policy_accepts_one_collision_with_a_reason_and_the_plan_shows_it(self):
        policy = [{"id": "collision-different", "severity": "ignore", "subject": "base", "variable": "DATABASE_URL",
                   "reason": "the second one is the replica"}]
        plan, found = self.plan(two_groups(), asking_for_both(policy))
        self.assertEqual(found, set())
        self.assertEqual([f["policy"] for f in plan["ignored"]], ["the second one is the replica"])
        emulator = self.emulator(two_groups())
        text = " ".join(self.run_envlink("plan", "-v", emulator=emulator).stdout.split())
        self.assertIn("1 finding ignored by the file's policy:", text)
        self.assertIn("the second one is the replica", text)
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)

    def test_suspicious_values_are_reported_and_a_wrong_shape_refuses_the_plan(self):
        source = workspace()
        source["groups"][0]["variables"] = {"A": "changeme", "B": "", "C": "'quoted'", "D": "sesame\n", "E": "sesame-no-url",
                                            "F": "https://sesame.example", "G": "8080", "H": "{\"sesame\": 1}"}
        asked = desired(groups={"shared": {"require": [{"E": "url"}, {"F": "url"}, {"G": "number"}, {"H": "json"}]}})
        _, found = self.plan(source, asked, 4)
        self.assertEqual(found, {("variable-placeholder", "warning", "A"), ("variable-empty", "warning", "B"),
                                 ("variable-broken", "warning", "C"), ("variable-broken", "warning", "D"),
                                 ("variable-shape", "error", "E")})

    def test_the_keys_of_an_example_dotenv_are_required(self):
        self.write(".env.example", "DATABASE_URL=postgres://sesame-of-example\nMISSING_ONE=\n")
        asked = desired(services={"base": {"link": ["shared"], "require_from": ".env.example"}})
        _, found = self.plan(workspace(), asked, 4)
        self.assertEqual(found, {("service-variable-missing", "error", "MISSING_ONE")})

    def test_a_missing_example_dotenv_is_reported_with_its_place(self):
        self.write("envlink.yaml", "version: 1\nservices:\n  base: {require_from: .env.example}\n")
        result = self.run_envlink("validate")
        self.assert_exit(result, 1)
        self.assertIn("envlink.yaml:3:24", result.stderr)
        self.assertIn("does not exist", result.stderr)

    def test_own_variables_are_read_only_if_a_finding_may_depend_on_them(self):
        source = two_groups(links=list(SERVICES))
        self.plan(source, desired(groups={"shared": {}}, rollout={"unknown": "keep"}), 0, "-v")
        self.assertIn("4 deploys, 3 groups, 2 services, 2 workspaces", self.talk)
        self.plan(source, desired(groups={"shared": {}}, services={
            "base": {"link": ["shared"], "require": ["OWN"]}, "core": {"link": ["shared"]}},
            rollout={"unknown": "keep"}), 0, "-v")
        self.assertIn("2 deploys, 4 groups, 2 services, 1 variable, 1 secret file, 2 workspaces", self.talk)
        self.plan(source, desired(groups={"shared": {}}, rollout={"unknown": "keep"}), 0, "-v", "--redeploy", "core")
        self.assertIn("1 variable, 1 secret file, 2 workspaces", self.talk)


class Environments(Case):
    HERE, THERE = "evm-here0000000000000000", "evm-there000000000000000"

    def source(self, **changes):
        services = [service("base", environment=self.HERE), service("core", environment=self.THERE),
                    service("edge"), service("aside")]
        return workspace(services=services, **changes)

    def findings(self, source, *arguments):
        self.write("envlink.yaml", desired())
        emulator = self.emulator(source)
        result = self.run_envlink("plan", "-o", "json", "-v", *arguments, emulator=emulator)
        self.assert_exit(result, 0)
        self.asked = [r["path"] for r in emulator.requests() if "/environments/" in r["path"]]
        told = {0: "", 1: "1 environment,"}.get(len(self.asked), f"{len(self.asked)} environments,")
        self.assertIn(told, result.stderr)
        plan = json.loads(result.stdout)
        self.assertEqual(plan["requests"]["environments"], len(self.asked))
        return {f["subject"]: f for f in plan["findings"] if f["id"].startswith("environment-")}

    def test_a_protected_environment_is_shown_by_name_and_each_is_read_once(self):
        found = self.findings(self.source(environments=[{"id": self.HERE, "name": "production", "protected": True},
                                                        {"id": self.THERE, "name": "staging"}]))
        self.assertEqual(list(found), ["environment production"])
        self.assertEqual(found["environment production"]["id"], "environment-protected")
        self.assertEqual(found["environment production"]["severity"], "warning")
        self.assertIn("service base", found["environment production"]["what"])
        self.assertEqual(sorted(self.asked), [f"/v1/environments/{self.HERE}", f"/v1/environments/{self.THERE}"])

    def test_an_environment_that_cannot_be_read_is_reported_and_the_plan_continues(self):
        refuse = {"match": f"GET /v1/environments/{self.THERE}", "every": 1, "do": {"status": 403}}
        found = self.findings(self.source(faults=[refuse]))
        self.assertEqual({f["id"] for f in found.values()}, {"environment-unread"})
        self.assertEqual(set(found), {f"environment {self.HERE}", f"environment {self.THERE}"})

    def test_no_environment_is_read_if_nothing_is_in_one(self):
        self.assertEqual(self.findings(workspace()), {})
        self.assertEqual(self.asked, [])


class Explain(Case):
    def explain(self, *arguments, exit_code=0, **environment):
        emulator = self.emulator(two_groups(own={"TOKEN": "sesame-of-own"}, links=["base"]))
        result = self.run_envlink("explain", *arguments, emulator=emulator, **environment)
        self.assert_exit(result, exit_code)
        self.assertEqual(emulator.writes(), [])
        self.assertNotIn("sesame", result.stdout + result.stderr)
        return result

    def test_explain_shows_the_source_of_each_variable_without_a_file(self):
        result = json.loads(self.explain("base", "-o", "json").stdout)
        variables = {v["key"]: v for v in result["variables"]}
        self.assertEqual(list(variables), ["DATABASE_URL", "OWN", "TOKEN"])
        self.assertEqual([s["compared"] for s in variables["DATABASE_URL"]["sources"]], ["equal", "different"])
        self.assertFalse(variables["DATABASE_URL"]["guaranteed"])
        self.assertEqual(variables["TOKEN"]["rule"], "own")
        self.assertTrue(variables["TOKEN"]["guaranteed"])
        self.assertEqual(variables["OWN"]["sources"][0]["from"], "service")
        self.assertEqual({g["id"] for g in result["groups"]}, {GROUP, OTHER})

    def test_text_output_shows_the_same(self):
        text = self.explain(SERVICES["base"], "TOKEN").stdout
        self.assertIn("TOKEN  service\n", text)
        self.assertIn("overrides group shared (different value)", text)
        self.assertIn("guaranteed by Render", text)
        self.assertNotIn("DATABASE_URL", text)

    def test_links_that_the_file_would_add_are_marked_with_what_they_would_change(self):
        self.write("envlink.yaml", asking_for_both())
        emulator = self.emulator(two_groups())
        result = self.run_envlink("explain", "base", "-o", "json", emulator=emulator)
        self.assert_exit(result, 0)
        told = json.loads(result.stdout)
        self.assertEqual(told["groups"], [])
        self.assertEqual([v["key"] for v in told["variables"]], ["OWN"])
        self.assertEqual([g["name"] for g in told["after_apply"]["linked"]], ["other", "shared"])
        self.assertEqual([v["key"] for v in told["after_apply"]["variables"]], ["DATABASE_URL", "TOKEN"])
        text = self.run_envlink("explain", "base", "DATABASE_URL", emulator=emulator).stdout
        self.assertIn("DATABASE_URL is not set on this service", " ".join(text.split()))
        self.assertIn("After envlink apply (links other (1 variable) and shared (2 variables)):", " ".join(text.split()))
        self.assertIn("overrides group shared (different value)", text)

    def test_a_wrong_name_is_exit_1_with_the_nearest_one_and_a_wrong_key_is_not(self):
        self.assertIn("Did you mean base?", self.explain("bas", exit_code=1).stderr)
        self.assertIn("Did you mean TOKEN?", " ".join(self.explain("base", "TOKNE", exit_code=1).stdout.split()))
        self.assertEqual(json.loads(self.explain("base", "TOKNE", "-o", "json", exit_code=1).stdout)["variables"], [])

    def test_an_existing_file_must_be_valid(self):
        self.write("envlink.yaml", "version: 1\nservcies: {}\n")
        self.assertIn("services", self.explain("base", exit_code=1).stderr)


if __name__ == "__main__":
    unittest.main()
