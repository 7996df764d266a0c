"""--only: a plan, a rehearsal and a run for some services of the file."""

import json
import unittest

from harness import GROUP, SERVICES, Case, desired, linked_workspace, service, workspace
from schemas import complaints

NOWHERE = "srv-nowhere0000000000000"
OLD = "evg-old00000000000000000"


class Only(Case):
    def start(self, source=None, rollout=None, **wanted):
        self.render = self.emulator(source or workspace())
        self.write("envlink.yaml", desired(rollout, **wanted))

    def envlink(self, *arguments, **environment):
        return self.run_envlink(*arguments, emulator=self.render, **environment)

    def checked(self, name, text):
        document = json.loads(text)
        self.assertEqual(complaints(name, document), [])
        return document

    def plan(self, *arguments):
        said = self.envlink("plan", "-o", "json", *arguments)
        self.assert_exit(said, 0)
        return self.checked("plan", said.stdout)

    def linked(self):
        return {link["service"] for link in self.render.state()["links"]}

    def test_apply_leaves_the_other_services_alone_and_a_run_without_only_does_the_rest(self):
        self.start()
        planned = self.envlink("plan", "--only", "core")
        self.assert_exit(planned, 0)
        self.assertIn("--only core: 1 of 4 services, with base (core comes after it). Left out: 2\n"
                      "services with changes: edge and aside.\n", planned.stdout)
        self.assertIn("Next: envlink apply --only core ", planned.stdout)
        self.assertEqual(self.render.writes(), [])

        applied = self.envlink("apply", "--yes", "--only", "core")
        self.assert_exit(applied, 0)
        self.assertRegex(applied.stdout, r"\A✓ Done in [^\n]*: 2 links confirmed, 2 services live\.\n"
                                         r"Left out: 2 services with changes\. To roll them out: envlink apply\n\Z")
        self.assertEqual(self.render.deploys_asked_for(), [SERVICES["base"], SERVICES["core"]])
        self.assertEqual(self.linked(), {SERVICES["base"], SERVICES["core"]})
        left_out = (SERVICES["edge"], SERVICES["aside"])
        self.assertFalse([r for r in self.render.writes() if any(id in r["path"] for id in left_out)])

        again = self.envlink("apply", "--yes", "--only", "core")
        self.assert_exit(again, 0)
        self.assertIn("Left out: 2 services with changes: edge and aside.", " ".join(again.stderr.split()))
        self.assertIn("✓ Nothing to do for core.", again.stderr)
        self.assertEqual(len(self.render.deploys_asked_for()), 2)

        rest = self.envlink("apply", "--yes")
        self.assert_exit(rest, 0)
        self.assert_done(rest.stdout)
        self.assertCountEqual(self.render.deploys_asked_for()[2:], left_out)
        self.assert_exit(self.envlink("verify"), 0)

    def test_the_plan_for_programs_says_what_is_selected_and_left_out(self):
        self.start()
        plan = self.plan("--only", "edge", "a*")
        self.assertEqual(plan["only"], {
            "words": ["edge", "a*"], "in_file": 4, "selected": ["edge", "aside"],
            "with": [{"service": "base", "needed_by": "edge"}, {"service": "core", "needed_by": "edge"}], "left_out": []})
        self.assertEqual(self.plan("--only", SERVICES["base"])["only"]["left_out"], ["core", "edge", "aside"])
        self.assertNotIn("only", self.plan())

    def test_the_hash_covers_the_selected_services(self):
        self.start()
        whole, base, aside = (self.plan(*only)["sha256"] for only in ((), ("--only", "base"), ("--only", "aside")))
        self.assertEqual(len({whole, base, aside}), 3)
        self.assertEqual(self.plan("--only", "b*")["sha256"], base)
        other = self.envlink("apply", "--yes", "--only", "aside", "--expect-hash", base)
        self.assert_exit(other, 8)
        self.assertEqual(self.render.writes(), [])
        self.assert_exit(self.envlink("apply", "--yes", "--only", "base", "--expect-hash", base), 0)
        self.assertEqual(self.render.deploys_asked_for(), [SERVICES["base"]])

    def test_a_saved_plan_has_the_selection_and_takes_no_other(self):
        self.start()
        self.assert_exit(self.envlink("plan", "--only", "base", "--out", "plan.json"), 0)
        saved = self.checked("plan_file", (self.folder / "plan.json").read_text())
        self.assertEqual(saved["plan"]["only"]["left_out"], ["core", "edge", "aside"])
        refused = self.envlink("apply", "plan.json", "--yes", "--only", "aside")
        self.assert_exit(refused, 64)
        self.assertIn("--only cannot be combined with the saved plan plan.json", refused.stderr)
        applied = self.envlink("apply", "--yes", "plan.json")
        self.assert_exit(applied, 0)
        self.assertIn("Left out: 3 services with changes.", applied.stdout)
        self.assertEqual(self.linked(), {SERVICES["base"]})

    def test_what_names_no_service_is_a_usage_error(self):
        self.start()
        for words, what, cure in ((["bsae"], "--only bsae: there is no such service in envlink.yaml", "Did you mean base?"),
                                  (["base", "x*"], "--only x*: no service in envlink.yaml matches", "Name a service"),
                                  ([NOWHERE], f"--only {NOWHERE}: there is no such service", "Name a service")):
            for command in (["plan"], ["apply", "--yes"], ["rehearse"]):
                before = len(self.render.requests())
                said = self.envlink(*command, "--only", *words)
                self.assert_exit(said, 64)
                self.assertIn(what, said.stderr)
                self.assertIn(cure, said.stderr)
                # An id could be one of a service that the file names.
                self.assertEqual(len(self.render.requests()) > before, words == [NOWHERE])
        self.assertEqual(self.render.writes(), [])

    def test_redeploy_names_services_of_the_selection(self):
        self.start(linked_workspace())
        refused = self.envlink("apply", "--yes", "--only", "base", "--redeploy", "aside")
        self.assert_exit(refused, 64)
        self.assertIn("--redeploy names aside, which --only leaves out", refused.stderr)
        self.assert_exit(self.envlink("apply", "--yes", "--only", "aside", "--redeploy", "all"), 0)
        self.assertEqual(self.render.deploys_asked_for(), [SERVICES["aside"]])

    def test_a_rehearsal_is_of_the_selection(self):
        self.start()
        said = self.envlink("rehearse", "--only", "aside", "-o", "json")
        self.assert_exit(said, 0)
        rehearsed = self.checked("rehearse", said.stdout)
        self.assertEqual(rehearsed["plan"]["deploys"], 1)
        self.assertEqual(rehearsed["requests"]["POST /services/{id}/deploys"], 1)
        self.assertIn("Next: envlink apply --only aside\n", self.envlink("rehearse", "--only", "aside").stdout)

    def test_links_that_the_file_does_not_name_are_removed_from_the_selected_services_alone(self):
        source = linked_workspace()
        source["groups"].append({"id": OLD, "name": "old", "variables": {"OLD": "sesame"}, "links": ["base", "aside"]})
        self.start(source, links={"unmanaged": "remove"})
        self.assert_exit(self.envlink("apply", "--yes", "--only", "aside"), 0)
        left = {(link["group"], link["service"]) for link in self.render.state()["links"]}
        self.assertEqual(left, {(GROUP, id) for id in SERVICES.values()} | {(OLD, SERVICES["base"])})
        self.assertEqual(self.render.deploys_asked_for(), [SERVICES["aside"]])

    def test_a_service_that_render_does_not_have_stops_only_what_comes_after_it(self):
        self.start(workspace(services=[service(name) for name in SERVICES if name != "core"]))
        self.assert_exit(self.envlink("apply", "--yes"), 4)
        self.assert_exit(self.envlink("apply", "--yes", "--only", "edge"), 4)
        self.assertEqual(self.render.writes(), [])
        self.assert_exit(self.envlink("apply", "--yes", "--only", "base", "aside"), 0)
        self.assertEqual(self.linked(), {SERVICES["base"], SERVICES["aside"]})

    def test_values_reach_the_selected_service_and_the_others_are_named(self):
        self.start(linked_workspace(), groups={"shared": {"values": [{"from": {"env": "PROD_"}}]}})
        planned = self.envlink("plan", "-v", "--only", "aside", PROD_TOKEN="sesame-of-env")
        self.assert_exit(planned, 0)
        self.assertIn("Not in this plan: will keep the old values\n  shared  base, core and edge\n", planned.stdout)
        self.assert_exit(self.envlink("apply", "--yes", "--only", "aside", PROD_TOKEN="sesame-of-env"), 0)
        self.assertEqual(self.render.held()["TOKEN"], "sesame-of-env")
        self.assertEqual(self.render.deploys_asked_for(), [SERVICES["aside"]])
        self.assert_exit(self.envlink("apply", "--yes", PROD_TOKEN="sesame-of-env"), 0)
        self.assertCountEqual(self.render.deploys_asked_for(), SERVICES.values())

    def test_a_failed_run_says_how_to_continue_and_is_rolled_back(self):
        self.start(workspace(services=[service(name, **({"outcome": "build_failed"} if name == "base" else {}))
                                       for name in SERVICES]))
        failed = self.envlink("apply", "--yes", "--only", "core")
        self.assert_exit(failed, 5)
        self.assertIn("envlink apply --only core", failed.stderr)
        report = self.envlink("report")
        self.assertIn("--only core: 1 of 4 services, with base (core comes after it).", " ".join(report.stdout.split()))
        self.assert_exit(self.envlink("rollback", "--yes"), 0)
        self.assertEqual(self.linked(), set())

    def test_a_plan_after_an_unfinished_run_says_that_it_takes_up_a_part_of_it(self):
        self.start(workspace(services=[service(name, **({"build": "900s"} if name == "base" else {})) for name in SERVICES]),
                   {"timeout": "1s"})
        self.assert_exit(self.envlink("apply", "--yes", "--only", "core"), 7)
        other = self.envlink("apply", "--only", "aside")
        self.assertIn("This plan includes what it left undone for these services only.", other.stderr)


if __name__ == "__main__":
    unittest.main()
