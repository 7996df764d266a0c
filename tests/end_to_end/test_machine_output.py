"""Every output for programs matches its schema, and stdout contains nothing else."""

import json
import unittest

from unfinished_run import UnfinishedRun
from harness import HANG, SERVICES, Case, desired, with_service, workspace
from schemas import SCHEMA, complaints


class MachineCase(Case):
    def document(self, schema, result, code=0):
        self.assert_exit(result, code)
        document = json.loads(result.stdout)
        self.assertEqual(complaints(schema, document), [], result.stdout)
        self.assertEqual(list(document)[0], "version")
        return document

    def stream(self, result, code=0):
        self.assert_exit(result, code)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        for line in lines:
            self.assertEqual(complaints("events", line), [], line)
        self.assertEqual(list(lines[0].items())[:2], [("version", 1), ("stream", "envlink.events")])
        self.assertEqual((lines[-1]["event"], lines[-1]["exit_code"]), ("outcome", code))
        return lines

    def rollout(self, source=None, **rollout):
        emulator = self.emulator(source or workspace())
        self.write("envlink.yaml", desired(rollout))
        return lambda *arguments, **more: self.run_envlink(*arguments, emulator=emulator, **more)


class Documents(MachineCase):
    def test_an_error_has_the_same_words_in_json_as_on_stderr(self):
        run = self.rollout()
        refused = run("apply", "--yes", "-o", "json", RENDER_API_KEY="rnd_example_of_another")
        told = self.document("run", refused, 3)["message"]
        self.assertEqual("envlink: " + told, refused.stderr.rstrip("\n"))

    def test_every_command_with_json_output_matches_its_schema(self):
        source = workspace()
        source["groups"].append({"id": "evg-more0000000000000000", "name": "more"})
        run = self.rollout(source)
        self.document("version", run("version", "-o", "json"))
        self.document("validate", run("validate", "-o", "json"))
        self.document("runs", run("runs", "-o", "json"))
        self.document("plan", run("plan", "-o", "json"))
        self.document("rehearse", run("rehearse", "-o", "json"))
        self.document("status", run("status", "-o", "json"), 2)
        self.document("verify", run("verify", "-o", "json"), 2)
        self.document("explain", run("explain", "base", "-o", "json"))
        self.document("groups_list", run("groups", "list", "-o", "json"))
        self.document("groups_show", run("groups", "show", "shared", "-o", "json"))
        self.document("groups_diff", run("groups", "diff", "shared", "more", "-o", "json"))
        self.document("lint", run("lint", "-o", "json"))
        self.document("groups_link", run("groups", "link", "shared", "base", "--yes", "-o", "json"))
        self.document("run", run("apply", "--yes", "-o", "json"))
        self.document("run", run("resume", "--yes", "-o", "json"))
        self.document("run", run("rollback", "--yes", "-o", "json"))
        self.document("runs", run("runs", "-o", "json"))
        self.document("report", run("report", "-o", "json"))
        self.document("logs", run("logs", "base", "--yes", "-o", "json"))
        self.document("init", run("init", "-f", "first.yaml", "-o", "json"))

    def test_every_schema_is_checked_here_or_in_other_tests(self):
        text = (SCHEMA.parent / "tests/end_to_end/test_machine_output.py").read_text()
        elsewhere = {"envlink", "plan_file", "doctor"}  # src/config, src/plan, test_doctor.py
        for schema in SCHEMA.glob("*.schema.json"):
            name = schema.name.removesuffix(".schema.json")
            if name not in elsewhere:
                self.assertTrue(f'"{name}"' in text, f"no output is held against {schema.name}")

    def test_a_rollouts_document_has_its_links_its_services_and_its_check(self):
        told = self.document("run", self.rollout()("apply", "--yes", "-o", "json"))
        self.assertEqual((told["command"], told["outcome"], told["message"]), ("apply", "done", None))
        run, = told["runs"]
        self.assertEqual({link["state"] for link in run["links"]}, {"proved"})
        self.assertEqual({s["service"]["name"]: s["state"] for s in run["services"]}, dict.fromkeys(SERVICES, "live"))
        self.assertTrue(told["verification"]["passed"])

    def test_a_second_apply_has_nothing_to_do(self):
        run = self.rollout()
        self.assert_exit(run("apply", "--yes"), 0)
        told = self.document("run", run("apply", "--yes", "-o", "json"))
        self.assertEqual((told["outcome"], told["runs"]), ("nothing_to_do", []))
        self.assertEqual(told["workspace"], {"id": "tea-endtoend0000000000000", "name": "endtoend"})

    def test_a_failures_document_has_the_service_the_reason_and_what_was_not_started(self):
        run = self.rollout(with_service("base", outcome="build_failed"))
        told = self.document("run", run("apply", "--yes", "-o", "json"), 5)
        self.assertEqual(told["outcome"], "deploy_failed")
        services = {s["service"]["name"]: s for s in told["runs"][0]["services"]}
        self.assertEqual((services["base"]["state"], services["core"]["state"]), ("failed", "not_started"))
        self.assertTrue(services["base"]["log"])

    def test_a_rollback_by_on_failure_is_the_second_run(self):
        run = self.rollout(with_service("core", outcome="build_failed"), on_failure="rollback")
        told = self.document("run", run("apply", "--yes", "-o", "json"), 6)
        first, second = told["runs"]
        self.assertEqual((first["exit_code"], second["undoes"], told["outcome"]), (5, first["run"], "rolled_back"))

    def test_a_run_that_could_not_begin_has_its_reason_in_the_document_as_on_stderr(self):
        run = self.rollout()
        told = self.document("run", run("apply", "-o", "json"), 64)
        self.assertEqual(told["outcome"], "usage")
        self.assertIn("--yes", told["message"])
        keyless = self.document("run", run("apply", "--yes", "-o", "json", key=None), 3)
        self.assertIn("RENDER_API_KEY", keyless["message"])
        self.assertEqual(self.document("run", run("rollback", "--yes", "-o", "json"), 1)["runs"], [])

    def test_each_problem_of_a_file_has_its_place(self):
        self.write("envlink.yaml", "version: 1\nsevices: {}\n")
        told = self.document("validate", self.run_envlink("validate", "-o", "json"), 1)
        self.assertFalse(told["valid"])
        self.assertIn(2, [problem["line"] for problem in told["problems"]])
        none = self.document("validate", self.run_envlink("validate", "-f", "none.yaml", "-o", "json"), 1)
        self.assertEqual([problem["line"] for problem in none["problems"]], [None])


class Stream(MachineCase):
    def test_a_stream_has_one_event_per_line_and_the_outcome_last(self):
        lines = self.stream(self.rollout()("apply", "--yes", "-o", "jsonl"))
        kinds = [line["event"] for line in lines[1:]]
        self.assertEqual((kinds[0], kinds[-2:]), ("run_began", ["run_ended", "outcome"]))
        self.assertEqual(kinds.count("link_proved"), 4)
        self.assertEqual(kinds.count("service_ended"), 4)

    def test_an_event_is_written_when_it_happens(self):
        emulator = self.emulator(with_service("base", build="1h"))
        self.write("envlink.yaml", desired())
        process = self.start_envlink("apply", "--yes", "-o", "jsonl", emulator=emulator)
        for line in process.stdout:  # the build never ends, so only a flushed line gets here
            event = json.loads(line)
            if event.get("event") == "deploy_observed" and event["service"]["name"] == "base":
                break
        self.assertIsNone(process.poll())

    def test_a_reader_that_closes_the_stream_does_not_end_the_rollout(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        process = self.start_envlink("apply", "--yes", "-o", "jsonl", emulator=emulator)
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        self.assertEqual(process.wait(HANG), 1, told)
        self.assertIn("could not be written to stdout", told)
        self.assert_exit(self.run_envlink("verify", emulator=emulator), 0)

    def test_rollback_resume_and_rehearse_have_streams_too(self):
        run = self.rollout()
        rehearsed = self.stream(run("rehearse", "-o", "jsonl"))
        self.assertEqual({line["run"] for line in rehearsed[1:-1]}, {None})
        self.assert_exit(run("apply", "--yes"), 0)
        self.assertIn("run_began", [line.get("event") for line in self.stream(run("rollback", "--yes", "-o", "jsonl"))])
        self.assertEqual(self.stream(run("resume", "--yes", "-o", "jsonl"))[-1]["outcome"], "nothing_to_do")

    def test_the_stream_of_a_failure_contains_no_value_of_a_variable(self):
        run = self.rollout(with_service("base", outcome="build_failed"))
        result = run("apply", "--yes", "-o", "jsonl")
        failure, = [line for line in self.stream(result, 5) if line.get("event") == "failure_told"]
        self.assertTrue(failure["log"])
        self.assertNotIn("sesame", result.stdout)

    def test_a_command_without_events_refuses_jsonl_but_uses_json_if_the_environment_says_so(self):
        refused = self.run_envlink("plan", "-o", "jsonl")
        self.assert_exit(refused, 64)
        self.assertIn("Use -o json", refused.stderr)
        self.document("version", self.run_envlink("version", RENDER_OUTPUT="jsonl"))


class Resumed(MachineCase, UnfinishedRun):
    def test_the_stream_of_a_resumed_run_says_that_it_continues(self):
        self.begin_and_kill()
        lines = self.stream(self.envlink("resume", "--yes", "-o", "jsonl"))
        self.assertEqual(lines[1]["event"], "run_resumed")
        self.assertTrue(lines[-1]["verification"]["passed"])


if __name__ == "__main__":
    unittest.main()
