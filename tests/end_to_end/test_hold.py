"""rollout.hold: automatic deploys are off while a run writes and deploys, and restored afterwards."""

import json
import subprocess
import unittest

from harness import HANG, PROGRAM, SERVICES, Case, desired, end, linked_workspace, read_until, service

AT_THE_START = {"base": "commit", "core": "checksPass", "edge": "commit", "aside": "off"}


def source(**changes):
    services = [service(name, auto_deploy=word != "off", after_checks=word == "checksPass")
                for name, word in AT_THE_START.items()]
    return linked_workspace(services=services, **changes)


class Hold(Case):
    def start(self, speed=20, **changes):
        self.render = self.emulator(source(**changes), speed=speed)
        self.write("envlink.yaml", desired({"deploy": "auto", "hold": True}))

    def set(self, *more, **options):
        return subprocess.run([PROGRAM, "groups", "set", "shared", "DATABASE_URL", "--stdin", "--yes", *more], cwd=self.folder,
                              text=True, timeout=HANG, input="postgres://new\n", capture_output=True,
                              env=self.environment(self.render, **options))

    def words(self):
        return {one["name"]: one["auto_deploy_trigger"] for one in self.render.state()["services"]}

    def switched(self):
        return [r for r in self.render.writes() if r["method"] == "PATCH"]

    def test_automatic_deploys_are_off_before_the_first_write_and_restored_at_the_end(self):
        self.start()
        said = self.set()
        self.assert_exit(said, 0)
        writes = [r["method"] for r in self.render.writes()]
        self.assertEqual(writes, ["PATCH"] * 3 + ["PUT"] + ["POST"] * 4 + ["PATCH"] * 3, "off, the value, the deploys, on")
        self.assertEqual(self.words(), AT_THE_START)
        for name in ("base", "core", "edge"):
            self.assertRegex(said.stderr, rf"{name} +auto-deploy off\n")
            self.assertRegex(said.stderr, rf"{name} +auto-deploy restored: {AT_THE_START[name]}\n")
        self.assertIn("Auto-deploy of base, core and edge is off during the run and restored afterwards", " ".join(said.stderr.split()))
        self.assertRegex(said.stdout, r"1 value confirmed, 4 services live, auto-deploy back on\.")

    def test_a_service_that_deploys_itself_is_not_deployed_twice(self):
        self.start(behaviour={"value_deploys": True})
        self.assert_exit(self.set(), 0)
        triggers = [d["trigger"] for d in self.render.state()["deploys"] if d["trigger"] != "new_commit"]
        self.assertEqual(triggers, ["api"] * 4)

    def test_a_run_with_links_also_holds_and_the_json_plan_shows_it(self):
        whole = source()
        whole["groups"][0]["links"] = ["base", "edge"]
        self.render = self.emulator(whole)
        self.write("envlink.yaml", desired({"hold": True}))
        plan = json.loads(self.run_envlink("plan", "-o", "json", emulator=self.render).stdout)
        held = {one["name"]: (one.get("hold", False), one["render_may_redeploy"]) for one in plan["services"]}
        self.assertEqual(held["core"], (True, False))
        self.assertEqual(held["base"], (False, False), "nothing of it changes")
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=self.render), 0)
        self.assertEqual(self.words(), AT_THE_START)
        self.assertEqual(len(self.switched()), 2, "aside has them off, and nothing of the others changes")

    def test_if_automatic_deploys_cannot_be_switched_off_nothing_is_written(self):
        self.start(faults=[{"match": f"PATCH /v1/services/{SERVICES['core']}", "nth": 1, "do": {"status": 403}}])
        said = self.set()
        self.assert_exit(said, 3)
        self.assertEqual([r["method"] for r in self.render.writes() if r["method"] != "PATCH"], [])
        self.assertEqual(self.words(), AT_THE_START)
        self.assertRegex(said.stdout + said.stderr, r"core: could not be switched off: Render answered 403")

    def test_automatic_deploys_that_could_not_be_restored_are_reported_and_resume_restores_them(self):
        self.start(faults=[{"match": f"PATCH /v1/services/{SERVICES['core']}", "nth": 2, "do": {"status": 403}}])
        said = self.set()
        self.assert_exit(said, 3)
        self.assertEqual(self.words(), {**AT_THE_START, "core": "off"})
        text = " ".join(said.stderr.split())
        self.assertIn("core: could not be switched on again: Render answered 403", text)
        self.assertIn("Try again: envlink resume", text)
        self.assertIn("Or switch it on in its settings in the Dashboard; it was `checksPass`", text)
        begun = self.run_envlink("groups", "unlink", "shared", "aside", "--yes", emulator=self.render)
        self.assert_exit(begun, 8)
        self.assertIn("Run 1 is unfinished, so nothing was changed", begun.stderr)
        nothing = self.run_envlink("apply", "--yes", emulator=self.render)
        self.assert_exit(nothing, 8)
        told = nothing.stderr
        self.assertRegex(told, r"Run 1 on endtoend is unfinished[^→]*\n  Auto-deploy is off: core \(checksPass\)\n")
        again = self.run_envlink("resume", "--yes", emulator=self.render)
        self.assert_exit(again, 0)
        self.assertEqual(self.words(), AT_THE_START)
        self.assertEqual(len(self.render.deploys_asked_for()), 4, "nothing is deployed again")

    def killed_after_the_value_is_there(self, **changes):
        self.start(speed=1, **changes)
        process = subprocess.Popen([PROGRAM, "groups", "set", "shared", "DATABASE_URL", "--from-env", "NEW", "--yes"],
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment(self.render, NEW="postgres://new"))
        self.addCleanup(end, process)
        read_until(process.stderr, "set DATABASE_URL")
        process.kill()
        process.wait(HANG)
        self.assertEqual(set(self.words().values()), {"off"})

    def test_after_a_kill_rollback_restores_automatic_deploys(self):
        self.killed_after_the_value_is_there()
        self.assert_exit(self.run_envlink("rollback", "--yes", emulator=self.render), 0)
        self.assertEqual(self.words(), AT_THE_START)

    def test_after_a_kill_resume_restores_automatic_deploys(self):
        self.killed_after_the_value_is_there()
        self.assert_exit(self.run_envlink("resume", "--yes", emulator=self.render, NEW="postgres://new"), 0)
        self.assertEqual(self.words(), AT_THE_START)

    def test_a_rollback_also_undoes_a_late_request_to_switch_them_off(self):
        late = {"match": f"PATCH /v1/services/{SERVICES['core']}", "nth": 1, "do": {"late": "6s"}}
        self.killed_after_the_value_is_there(faults=[late])
        back = self.run_envlink("rollback", "--yes", emulator=self.render)
        self.assert_exit(back, 0)
        self.assertIn("may be visible yet", back.stderr)
        self.assertEqual(self.words(), AT_THE_START)
        nothing = self.run_envlink("resume", "1", "--yes", emulator=self.render)
        self.assertIn("Run 1 has ended", nothing.stderr)

    def test_with_anew_the_automatic_deploys_that_a_run_left_off_are_reported(self):
        self.killed_after_the_value_is_there()
        said = self.set("--anew")
        self.assert_exit(said, 0)
        self.assertIn("Run 1 left auto-deploy off: base (commit), core (checksPass) and edge (commit)",
                      " ".join(said.stderr.split()))


if __name__ == "__main__":
    unittest.main()
