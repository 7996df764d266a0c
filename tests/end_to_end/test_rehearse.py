"""A rehearsal reads the workspace, writes nothing, and shows what apply would do."""

import collections
import json
import re
import unittest
import urllib.request

from harness import EXAMPLE, GROUP, KEY, SERVICES, Case, desired, service, with_service, workspace


def kind_of(request):
    path = request["path"].split("?")[0].removeprefix("/v1")
    return request["method"] + " " + re.sub(r"/(evg|srv|dep)-[^/]+", "/{id}", path)


class Rehearsing(Case):
    def prepare(self, source=None, **file):
        self.render = self.emulator(source or workspace())
        self.write("envlink.yaml", desired(**file))

    def rehearse(self, *arguments, code=0):
        before = self.state()
        told = self.run_envlink("rehearse", *arguments, emulator=self.render)
        self.assert_exit(told, code)
        self.assertEqual(self.render.writes(), [])
        self.assertNotIn("sesame", told.stdout + told.stderr)
        self.assertEqual(self.state(), before, "a rehearsal left something behind")
        return told.stdout

    def state(self):
        """The files of the state folder, with their sizes."""
        found = {str(path): path.stat().st_size for path in self.state_home.rglob("*") if path.is_file()}
        return {path: size for path, size in found.items() if not path.endswith(("-wal", "-shm"))}

    def told(self, *arguments, code=0):
        return json.loads(self.rehearse(*arguments, "-o", "json", code=code))

    def events(self, run, kind):
        return [e for e in run["events"] if e["event"] == kind]

    def endings(self, run):
        return {e["service"]["name"]: e["state"] for e in self.events(run, "service_ended")}


class Rehearse(Rehearsing):
    def test_a_rehearsal_shows_what_apply_does(self):
        self.prepare()
        told = self.told()
        self.assertEqual(told["exit_code"], 0)
        self.assertEqual([[one["name"] for one in wave] for wave in told["plan"]["waves"]], [["base", "aside"], ["core"], ["edge"]])
        run = told["runs"][0]
        self.assertEqual(self.endings(run), dict.fromkeys(SERVICES, "live"))
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=self.render), 0)
        asked = self.render.deploys_asked_for()
        self.assertEqual([e["service"]["id"] for e in self.events(run, "deploy_intended")], asked)
        linked = [r["path"].split("/")[-1] for r in self.render.writes() if "/env-groups/" in r["path"]]
        self.assertEqual([e["service"]["id"] for e in self.events(run, "link_proved")], linked)
        self.assertEqual(told["requests"]["POST /services/{id}/deploys"], len(asked))
        self.assertEqual(told["requests"]["POST /env-groups/{id}/services/{id}"], len(linked))

    def test_deploys_take_as_long_as_the_previous_ones(self):
        self.prepare(workspace(services=[service(n, build="60s", start="12s") for n in SERVICES]))
        told = self.told()  # the emulator divides by 20: 3.6 s, three waves
        self.assertGreater(told["seconds"], 3 * 3.6)
        self.assertLess(told["seconds"], 3 * 3.6 + 10)
        self.assertIn("4 services take the median of the last deploys", told["assumptions"][0])

    def test_text_output_has_assumptions_lines_outcome_and_cost(self):
        self.prepare()
        text = self.rehearse("-v")
        self.assertTrue(text.startswith("✓ Rehearsal: apply would finish in "), text)
        for words in ("Wave 1 of 3", "\nAssumed\n", "linked shared", "4 services live", "POST /services/{id}/deploys",
                      "Nothing was changed."):
            self.assertIn(words, text)

    def test_a_failure_halts_the_rehearsal_and_lists_what_never_starts(self):
        self.prepare()
        run = self.told("--fail", "core", code=5)["runs"][0]
        self.assertEqual(self.endings(run),
                         {"base": "live", "aside": "live", "core": "failed", "edge": "not_started"})
        text = self.rehearse("--fail", SERVICES["core"], "-q", code=5)
        self.assertIn("Not started\n  edge", text)
        self.assertRegex(text, r"\A✗ Rehearsal: apply would stop after \S+, reads included \(exit 5\)\.\n")

    def test_a_failure_is_rolled_back_if_the_file_says_so(self):
        self.prepare(rollout={"on_failure": "rollback"})
        told = self.told("--fail", "core", code=6)
        self.assertEqual([run["kind"] for run in told["runs"]], ["rollout", "rollback"])
        self.assertEqual([run["exit_code"] for run in told["runs"]], [5, 0])
        unlinked = {e["service"]["name"] for e in self.events(told["runs"][1], "link_proved")}
        self.assertEqual(unlinked, {"base", "aside", "core"})
        self.assertEqual(told["requests"]["POST /services/{id}/rollback"], 2)
        self.assertEqual(told["problems"], [])

    def test_the_same_seed_gives_the_same_rehearsal(self):
        self.prepare()
        first = self.rehearse("--seed", "7", "-v")
        self.assertIn("drawn with --seed 7", first)
        self.assertIn("  - {match: ", first)
        self.assertEqual(self.rehearse("--seed", "7", "-v"), first)
        self.assertEqual(self.rehearse("--seed", "7", "-o", "json"), self.rehearse("--seed", "7", "-o", "json"))
        self.assertNotEqual(self.rehearse("--seed", "8"), first)

    def test_random_faults_can_be_saved_and_replayed_from_a_file(self):
        self.prepare()
        drawn = self.told("--seed", "7")
        self.write("faults.yaml", "version: 1\nfaults:\n" + "".join(f"  - {f}\n" for f in drawn["faults"]))
        played = self.told("--faults", "faults.yaml")
        for same in ("faults", "faults_met", "runs", "requests", "seconds", "exit_code"):
            self.assertEqual(played[same], drawn[same], same)

    def test_faults_behaviour_and_outcomes_come_from_a_file(self):
        self.prepare()
        self.write("faults.yaml", {
            "version": 1, "services": [{"name": "core", "outcome": "canceled"}], "behaviour": {"write_limit": 1},
            "faults": [{"match": "POST /v1/services/*/deploys", "nth": 1, "do": "lose_answer"}]})
        told = self.told("--faults", "faults.yaml", code=5)
        run = told["runs"][0]
        self.assertEqual(self.endings(run)["core"], "canceled")
        self.assertEqual(told["faults_met"], 1)
        self.assertEqual(self.events(run, "deploy_answered")[0]["http_status"], None)
        self.assertGreater(told["seconds"], 60)  # one write per minute
        self.assertEqual(told["requests"]["POST /services/{id}/deploys"], 3)

    def test_an_unreachable_render_is_reported_as_by_apply(self):
        self.prepare()
        self.write("faults.yaml", 'version: 1\nfaults: [{match: "*", do: {status: 503}}]')
        told = self.told("--faults", "faults.yaml", code=1)
        self.assertEqual(told["runs"], [])
        self.assertIn("Render answered 503", told["problems"][0])

    def test_a_deploy_in_progress_is_waited_for(self):
        self.prepare(with_service("base", build="24h"))  # long enough not to end during the test
        begin = urllib.request.Request(f"{self.render.url}/services/{SERVICES['base']}/deploys", data=b"{}",
                                       headers={"Authorization": f"Bearer {KEY}"})
        urllib.request.urlopen(begin).close()
        result = self.run_envlink("rehearse", "-o", "json", emulator=self.render)
        self.assert_exit(result, 7)
        told = json.loads(result.stdout)
        self.assertIn("the running deploy of base starts now", " ".join(told["assumptions"]))
        answers = {e["service"]["name"]: e["http_status"] for e in self.events(told["runs"][0], "deploy_answered")}
        self.assertEqual(answers, {"base": 202, "aside": 201})
        self.assertEqual(self.endings(told["runs"][0])["base"], "timed_out")

    def test_nothing_to_do_and_a_refused_plan_have_the_exit_codes_of_apply(self):
        source = workspace()
        source["groups"][0]["links"] = list(SERVICES)
        self.prepare(source, rollout={"unknown": "keep"})
        told = self.told()
        self.assertTrue(told["plan"]["empty"])
        self.assertEqual((told["runs"], told["requests"]), ([], {}))
        self.assertIn("Nothing to do", self.rehearse())
        self.write("envlink.yaml", desired(groups={"shared": {"require": ["MISSING"]}}))
        self.assertTrue(self.told(code=4)["plan"]["refused"])

    def test_what_cannot_be_rehearsed_is_refused_with_what_to_do(self):
        self.prepare()
        self.write("faults.yaml", {"version": 1, "services": [{"name": "cor", "outcome": "canceled"}]})
        for arguments, code, words in ((("--fail", "cor"), 64, "Did you mean core?"),
                                       (("--faults", "faults.yaml"), 64, "Did you mean core?"),
                                       (("--faults", "gone.yaml"), 1, "There is no file gone.yaml"),
                                       (("--faults", "faults.yaml", "--seed", "1"), 64, "Remove one of them"),
                                       (("--seed", "x"), 64, "--seed")):
            refused = self.run_envlink("rehearse", *arguments, emulator=self.render)
            self.assert_exit(refused, code)
            self.assertIn(words, refused.stderr)


class Forecast(Rehearsing):
    """The forecast of the plan agrees with its rehearsal; both are in virtual time."""

    def agree(self, **rollout):
        text = (EXAMPLE / "envlink.yaml").read_text()
        for key, value in rollout.items():
            text = re.sub(rf"(?m)^  {key}: .*\n", "", text).replace("rollout:\n", f"rollout:\n  {key}: {value}\n")
        self.write("envlink.yaml", text)
        planned = self.run_envlink("plan", "-o", "json", emulator=self.render, RENDER_API_KEY="rnd_example")
        self.assert_exit(planned, 0)
        planned = json.loads(planned.stdout)
        played = self.run_envlink("rehearse", "-o", "json", emulator=self.render, RENDER_API_KEY="rnd_example")
        self.assert_exit(played, 0)
        played = json.loads(played.stdout)
        forecast = planned["forecast"]
        self.assertEqual(forecast["link_writes"] + forecast["deploys"],
                         sum(n for kind, n in played["requests"].items() if kind.startswith("POST")))
        # A rehearsal begins with the reading that the plan has already made.
        reads = sum(n for kind, n in played["requests"].items() if kind.startswith("GET")) - sum(planned["requests"].values())
        self.assertAlmostEqual(reads, sum(forecast["reads"].values()), delta=0.2 * reads)
        self.assertLessEqual(forecast["reads_at_least"], reads)
        self.assertAlmostEqual(played["seconds"], forecast["wall_seconds"], delta=3 + 0.05 * played["seconds"])
        self.assertLessEqual(forecast["wall_at_least_seconds"], played["seconds"])

    def test_the_forecast_and_the_rehearsal_of_the_example_agree(self):
        self.render = self.emulator(EXAMPLE / "workspace.yaml", speed=1)
        for rollout in ({}, {"deploy": "rebuild"}, {"deploy": "deploy_only"}, {"gate": "started"}, {"max_parallel": 1},
                        {"order": "listed"}, {"gate": "started", "max_parallel": 2, "deploy": "rebuild"}):
            with self.subTest(**rollout):
                self.agree(**rollout)


class SavedPlan(Rehearsing):
    def setUp(self):
        super().setUp()
        self.prepare(rollout={"on_failure": "rollback"})
        made = self.run_envlink("plan", "--out", "plan.json", "-o", "json", emulator=self.render)
        self.assert_exit(made, 0)
        self.hash = json.loads(made.stdout)["sha256"]

    def refused(self, code, *said, arguments=("plan.json",), emulator=None):
        emulator = emulator or self.render
        before = len(emulator.writes())
        result = self.run_envlink("rehearse", *arguments, emulator=emulator)
        self.assert_exit(result, code)
        for words in said:
            self.assertIn(words, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(emulator.writes()), before)

    def test_a_saved_plan_is_rehearsed_like_a_new_one_and_without_envlink_yaml(self):
        for more, code in (((), 0), (("--fail", "core"), 6), (("--seed", "7"), 0)):
            fresh = self.told(*more, code=code)
            kept = (self.folder / "envlink.yaml").rename(self.folder / "kept")
            saved = self.told("plan.json", "--expect-hash", self.hash, *more, code=code)
            kept.rename(self.folder / "envlink.yaml")
            self.assertEqual(saved["plan"], fresh["plan"])
            self.assertEqual([self.endings(run) for run in saved["runs"]], [self.endings(run) for run in fresh["runs"]])
            self.assertEqual(saved["assumptions"], fresh["assumptions"])

    def test_the_rehearsal_of_a_saved_plan_has_the_requests_of_apply(self):
        told = self.told("plan.json")
        before = len(self.render.requests())
        self.assert_exit(self.run_envlink("apply", "plan.json", "--yes", emulator=self.render), 0)
        asked = collections.Counter(kind_of(r) for r in self.render.requests()[before:])
        # How often these are read depends on how fast answers come.
        for kind in ("GET /services/{id}/deploys/{id}", "GET /env-groups/{id}"):
            self.assertGreater(min(told["requests"].pop(kind), asked.pop(kind)), 0)
        self.assertEqual(told["requests"], asked)

    def test_a_changed_workspace_is_exit_8_with_what_changed(self):
        link = urllib.request.Request(f"{self.render.url}/env-groups/{GROUP}/services/{SERVICES['core']}", method="POST",
                                      headers={"Authorization": f"Bearer {KEY}"})
        urllib.request.urlopen(link).close()
        self.refused(8, "changed since plan.json was made", "group shared was linked to core", "→ Make a new plan")

    def test_a_changed_or_unexpected_plan_is_not_rehearsed(self):
        self.refused(64, "--file cannot be combined with the saved plan", arguments=("plan.json", "-f", "envlink.yaml"))
        self.refused(64, "--redeploy cannot be combined with the saved plan", arguments=("plan.json", "--redeploy", "core"))
        other = "0" * 64
        self.refused(8, self.hash, other, arguments=("plan.json", "--expect-hash", other))
        self.refused(8, self.hash, other, arguments=("--expect-hash", other))
        path = self.folder / "plan.json"
        path.write_text(path.read_text().replace('"on_failure":"rollback"', '"on_failure":"halt"'))
        self.refused(1, "Cannot apply plan.json", "it was changed after envlink wrote it")
        self.refused(1, "There is no file absent.json", arguments=("absent.json",))

    def test_a_plan_for_another_workspace_is_exit_4(self):
        elsewhere = self.emulator(workspace(owner={"id": "tea-elsewhere00000000000", "name": "elsewhere"}))
        self.refused(4, "plan.json is a plan for workspace endtoend", emulator=elsewhere)


if __name__ == "__main__":
    unittest.main()
