"""A rollout from the first plan to the check at the end."""

import json
import unittest

from harness import EXAMPLE, GROUP, SERVICES, Case, desired, with_service, workspace


class Example(Case):
    def test_the_example_is_applied_and_verified_and_a_second_apply_changes_nothing(self):
        emulator = self.emulator(EXAMPLE / "workspace.yaml", speed=300)
        run = lambda *arguments: self.run_envlink(*arguments, emulator=emulator, cwd=EXAMPLE, key="rnd_example")

        differs = run("plan", "--detailed-exitcode")
        self.assert_exit(differs, 2)
        self.assertIn("toolboxai-backend", differs.stdout)
        self.assertEqual(emulator.writes(), [])

        applied = run("apply", "--yes")
        self.assert_exit(applied, 0)
        self.assert_done(applied.stdout)
        self.assertEqual(len(emulator.deploys_asked_for()), 9)
        self.assertEqual(len(set(emulator.deploys_asked_for())), 9)

        writes = len(emulator.writes())
        again = run("apply", "--yes")
        self.assert_exit(again, 0)
        self.assertEqual(len(emulator.writes()), writes)
        self.assert_exit(run("plan", "--detailed-exitcode"), 0)

        verified = run("verify")
        self.assert_exit(verified, 0)
        self.assert_four_ticks(verified.stdout)
        self.assertNotIn(429, [request["status"] for request in emulator.requests()])


class Suspended(Case):
    def apply(self, **rollout):
        emulator = self.emulator(with_service("base", suspended=True))
        self.write("envlink.yaml", desired(rollout))
        result = self.run_envlink("apply", "--yes", emulator=emulator)
        linked = [link["service"] for link in emulator.state()["links"]]
        return result, emulator, linked

    def test_a_suspended_service_refuses_the_plan_unless_the_file_says_otherwise(self):
        result, emulator, _ = self.apply()
        self.assert_exit(result, 4)
        self.assertIn("rollout: {suspended: link}", " ".join(result.stderr.split()))
        self.assertEqual(emulator.writes(), [])

    def test_a_suspended_service_is_linked_without_a_deploy_and_the_next_ones_continue(self):
        result, emulator, linked = self.apply(suspended="link")
        self.assert_exit(result, 0)
        self.assert_done(result.stdout)
        verified = self.run_envlink("verify", emulator=emulator)
        self.assertIn("3 of 4 services are live (1 suspended and left alone)", verified.stdout)
        self.assertCountEqual(linked, SERVICES.values())
        self.assertCountEqual(emulator.deploys_asked_for(), [SERVICES[name] for name in ("core", "edge", "aside")])
        writes = len(emulator.writes())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        self.assertEqual(len(emulator.writes()), writes)

    def test_a_skipped_suspended_service_is_not_changed(self):
        result, emulator, linked = self.apply(suspended="skip")
        self.assert_exit(result, 0)
        self.assertIn("1 note on this plan (-v).", result.stderr)
        plan = self.run_envlink("plan", "-v", emulator=emulator)
        self.assertIn("it is suspended and left alone", " ".join(plan.stdout.split()))
        self.assertNotIn(SERVICES["base"], linked)
        self.assertNotIn(SERVICES["base"], " ".join(request["path"] for request in emulator.writes()))
        self.assert_exit(self.run_envlink("verify", emulator=emulator), 0)


class Order(Case):
    def order(self, **rollout):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired(rollout))
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        names = {id: name for name, id in SERVICES.items()}
        return [names[id] for id in emulator.deploys_asked_for()], emulator

    def test_a_service_is_deployed_after_the_one_it_depends_on(self):
        order, _ = self.order()
        self.assertEqual(set(order[:2]), {"base", "aside"})
        self.assertEqual(order[2:], ["core", "edge"])

    def test_listed_order_deploys_one_service_at_a_time_in_the_files_order(self):
        order, _ = self.order(order="listed")
        self.assertEqual(order, ["base", "core", "edge", "aside"])

    def test_each_link_is_read_back_before_its_deploy(self):
        _, emulator = self.order()
        asked = [(request["method"], request["path"].split("?")[0]) for request in emulator.requests()]
        for id in SERVICES.values():
            linked = asked.index(("POST", f"/v1/env-groups/{GROUP}/services/{id}"))
            read_back = asked.index(("GET", f"/v1/env-groups/{GROUP}"), linked)
            self.assertLess(read_back, asked.index(("POST", f"/v1/services/{id}/deploys")))


class Redeploy(Case):
    def test_redeploy_deploys_one_service_and_links_nothing(self):
        group = {"id": GROUP, "name": "shared", "variables": {"DATABASE_URL": "x"}, "links": list(SERVICES)}
        emulator = self.emulator(workspace(groups=[group]))
        self.write("envlink.yaml", desired(rollout={"unknown": "keep"}))
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        self.assertEqual(emulator.writes(), [])
        self.assert_exit(self.run_envlink("apply", "--yes", "--redeploy", "core", emulator=emulator), 0)
        self.assertEqual(emulator.deploys_asked_for(), [SERVICES["core"]])
        self.assert_exit(self.run_envlink("apply", "--yes", "--redeploy", "all", emulator=emulator), 0)
        self.assertEqual(len(emulator.deploys_asked_for()), 5)


class LinkMethod(Case):
    def apply(self, links):
        emulator = self.emulator(workspace(behaviour={"service_patch_links": links}))
        self.write("envlink.yaml", desired(api={"link_method": "service-patch"}))
        return self.run_envlink("apply", "--yes", emulator=emulator), emulator

    def test_the_guides_patch_is_confirmed_if_render_applies_it(self):
        result, emulator = self.apply(links=True)
        self.assert_exit(result, 0)
        self.assertEqual({w["method"] for w in emulator.writes() if not w["path"].endswith("/deploys")}, {"PATCH"})

    def test_a_200_that_linked_nothing_stops_the_rollout_before_any_deploy(self):
        result, emulator = self.apply(links=False)
        self.assert_exit(result, 1)
        self.assertEqual(emulator.deploys_asked_for(), [])
        self.assertNotIn("✓ Step", result.stdout)


class CarryOn(Case):
    def test_the_next_run_does_what_a_failed_one_did_not_reach(self):
        emulator = self.emulator(with_service("base", outcome="build_failed"))
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 5)
        rest = desired()
        del rest["services"]["base"], rest["services"]["core"]["after"]
        self.write("envlink.yaml", rest)
        before = len(emulator.deploys_asked_for())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        asked = emulator.deploys_asked_for()[before:]
        self.assertIn(SERVICES["core"], asked)
        self.assertIn(SERVICES["edge"], asked)

    def test_a_link_without_its_deploy_is_remembered_from_the_journal(self):
        # Render does not say when a link was made: without the journal the service would look up to date.
        refused = {"match": f"POST /v1/services/{SERVICES['aside']}/deploys", "nth": 1, "do": {"status": 400}}
        emulator = self.emulator(workspace(faults=[refused]))
        self.write("envlink.yaml", desired(services={"aside": {"link": ["shared"]}}))
        run = lambda *arguments: self.run_envlink(*arguments, emulator=emulator)
        self.assert_exit(run("apply", "--yes"), 1)
        self.assert_exit(run("verify"), 2)
        self.assert_exit(run("plan", "--detailed-exitcode"), 2)
        self.assert_exit(run("apply", "--yes"), 0)
        links = [write for write in emulator.writes() if "/env-groups/" in write["path"]]
        self.assertEqual((len(links), len(emulator.deploys_asked_for())), (1, 2))
        self.assert_exit(run("plan", "--detailed-exitcode"), 0)


class Json(Case):
    def test_the_json_of_plan_and_verify_starts_with_the_version(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for arguments, environment in ((("plan", "-o", "json"), {}), (("verify", "--output", "json"), {}),
                                       (("plan",), {"RENDER_OUTPUT": "json"})):
            result = self.run_envlink(*arguments, emulator=emulator, **environment)
            self.assertEqual(list(json.loads(result.stdout))[0], "version", arguments)


if __name__ == "__main__":
    unittest.main()
