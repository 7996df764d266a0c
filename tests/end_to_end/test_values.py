"""groups set, unset and push: values as part of a run."""

import json
import pathlib
import subprocess
import unittest

from harness import GROUP, HANG, PROGRAM, SERVICES, Case, desired, linked_workspace, read_until
from terminal import Terminal

VALUE = "sesame-of-the-new-value"


class Values(Case):
    def start(self, source=None, **wanted):
        self.render = self.emulator(source or linked_workspace())
        self.write("envlink.yaml", desired({"deploy": "auto"}, **wanted))

    def groups(self, *arguments, typed=None, **environment):
        return subprocess.run([PROGRAM, "groups", *arguments], cwd=self.folder, text=True, timeout=HANG, input=typed or "",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment(self.render, **environment))

    def held(self):
        return self.render.held()

    def writes_of_values(self):
        return [r for r in self.render.writes() if "/env-vars/" in r["path"] or "/secret-files/" in r["path"]]

    def nothing_leaks(self, *results):
        for said in results:
            self.assertNotIn("sesame", said.stdout + said.stderr)
        self.assert_not_stored("sesame")

    def test_a_value_from_stdin_is_written_read_back_and_deployed_in_order(self):
        self.start()
        said = self.groups("set", "shared", "DATABASE_URL", "--stdin", "--yes", typed=VALUE + "\n")
        self.assert_exit(said, 0)
        self.assertEqual(self.held(), {"DATABASE_URL": VALUE, "TOKEN": "sesame-of-token"})
        self.assertEqual(len(self.writes_of_values()), 1)
        asked = self.render.deploys_asked_for()
        self.assertEqual(sorted(asked), sorted(SERVICES.values()))
        order = [asked.index(SERVICES[name]) for name in ("base", "core", "edge")]
        self.assertEqual(order, sorted(order))
        self.assert_done(said.stdout)
        self.assertIn("~ DATABASE_URL", said.stderr)
        self.nothing_leaks(said)
        again = self.groups("set", "shared", "DATABASE_URL", "--stdin", "--yes", typed=VALUE)
        self.assert_exit(again, 0)
        self.assertIn("Nothing to do: ", again.stderr)
        self.assertEqual(len(self.writes_of_values()), 1)
        self.assert_exit(self.run_envlink("verify", emulator=self.render), 0)

    def test_set_works_without_a_file_and_reports_the_result_as_json(self):
        self.render = self.emulator(linked_workspace())
        said = self.groups("set", GROUP, "ADDED", "--from-env", "SECRET", "--yes", "-o", "json", SECRET=VALUE)
        self.assert_exit(said, 0)
        told = json.loads(said.stdout)
        self.assertEqual(told["command"], "groups set")
        self.assertEqual([(v["action"], v["key"], v["exists"], v["state"]) for v in told["runs"][0]["values"]],
                         [("set", "ADDED", False, "proved")])
        self.assertEqual(self.held()["ADDED"], VALUE)
        self.nothing_leaks(said)

    def test_a_rollback_restores_the_bytes_and_the_previous_deploys(self):
        source = linked_workspace()
        before = 'sesame "quoted" \\ \n\tand é\n'
        source["groups"][0].update(variables={"DATABASE_URL": before}, secret_files={"ca.pem": before})
        self.start(source)
        self.write("new.pem", VALUE + "\n")
        self.assert_exit(self.groups("set", "shared", "file:ca.pem", "--from-file", "new.pem", "--yes"), 0)
        self.assertEqual(self.held()["file:ca.pem"], VALUE + "\n", "a file keeps its final line break")
        self.assert_exit(self.groups("set", "shared", "DATABASE_URL", "--from-file", "new.pem", "--yes"), 0)
        self.assertEqual(self.held()["DATABASE_URL"], VALUE)
        self.assert_exit(self.groups("unset", "shared", "file:ca.pem", "--yes"), 0)
        for number in ("3", "2", "1"):
            back = self.run_envlink("rollback", number, "--yes", emulator=self.render)
            self.assert_exit(back, 0)
            self.nothing_leaks(back)
        self.assertEqual(self.held(), {"DATABASE_URL": before, "file:ca.pem": before})

    def test_without_an_undo_a_rollback_is_refused(self):
        self.start()
        self.assert_exit(self.groups("set", "shared", "TOKEN", "--stdin", "--yes", "--no-undo", typed=VALUE), 0)
        self.assertFalse((self.state_home / "envlink/undo.key").exists())
        back = self.run_envlink("rollback", "--yes", emulator=self.render)
        self.assert_exit(back, 4)
        self.assertIn("the earlier value of TOKEN was not kept (--no-undo), or is no longer kept", back.stderr)
        self.assertEqual(self.held()["TOKEN"], VALUE)

    def test_a_rollback_leaves_values_that_somebody_changed_since(self):
        self.start()
        self.assert_exit(self.groups("set", "shared", "TOKEN", "--stdin", "--yes", typed=VALUE), 0)
        self.render.call("PUT", f"/env-groups/{GROUP}/env-vars/TOKEN", {"value": "sesame-of-a-colleague"})
        back = self.run_envlink("rollback", "--yes", emulator=self.render)
        self.assert_exit(back, 4)
        self.assertIn("TOKEN no longer has the run's value", back.stderr)
        self.assertEqual(self.held()["TOKEN"], "sesame-of-a-colleague")

    def test_a_required_variable_is_not_unset_and_a_wrong_name_gets_a_suggestion(self):
        self.start()
        refused = self.groups("unset", "shared", "DATABASE_URL", "--yes")
        self.assert_exit(refused, 4)
        self.assertIn("DATABASE_URL", refused.stderr)
        wrong = self.groups("unset", "shared", "TOKN", "--yes")
        self.assert_exit(wrong, 4)
        self.assertIn("Did you mean TOKEN?", wrong.stderr)
        for arguments in (["set", "shared", "NOT A NAME"], ["set", "shared", "9TH"], ["set", "shared", "file:a/b"],
                          ["set", "shared", "K", "--stdin", "--from-env", "X"], ["set", "shared", "K", "--as", "hex"],
                          ["set", "shared", "K", "--generate", "32", "--as", "hexx"],
                          ["push", "shared", "--from", "x", "--prune-at-most", "1"]):
            self.assert_exit(self.groups(*arguments, "--yes"), 64)
        for arguments in (["set", "shared", "K", "sesame-1"], ["set", "shared", "K=sesame-1"]):
            said = self.groups(*arguments, "--yes")
            self.assert_exit(said, 64)
            self.assertIn("Never pass a value on the command line", said.stderr)
            self.assertNotIn("sesame", said.stderr)
        self.assert_exit(self.groups("set", "sharde", "K", "--from-env", "X", "--yes", X=VALUE), 4)
        self.assertEqual(self.render.writes(), [])

    def test_a_push_of_39_variables_makes_41_requests_to_the_group_in_the_run(self):
        source = linked_workspace()
        source["groups"][0]["variables"] = {f"KEY_{n}": f"sesame-{n}" for n in range(39)}
        source["behaviour"] = {"write_limit": 1000}
        self.start(source, groups={"shared": {"variables": 39}})
        self.write(".env.new", "".join(f"KEY_{n}=sesame-new-{n}\n" for n in range(39)))
        before = len(self.render.requests())
        said = self.groups("push", "shared", "--from", ".env.new", "--yes")
        self.assert_exit(said, 0)
        self.assertEqual(self.held(), {f"KEY_{n}": f"sesame-new-{n}" for n in range(39)})
        self.nothing_leaks(said)
        requests = self.render.requests()[before:]
        about = [r for r in requests if r["path"].startswith(f"/v1/env-groups/{GROUP}")]
        first = next(i for i, r in enumerate(about) if r["method"] == "PUT")
        last = max(i for i, r in enumerate(about) if r["method"] == "PUT")
        self.assertEqual([r["method"] for r in about[first - 1:last + 2]], ["GET"] + ["PUT"] * 39 + ["GET"])

    def test_a_push_writes_secret_files_and_variables(self):
        self.start(groups={"shared": {}})
        self.write(".env.new", "DATABASE_URL=sesame-new\n")
        path = self.write("ca.pem", "sesame certificate\n")
        said = self.groups("push", "shared", "--from", ".env.new", "--secret-file", str(path), "--prune",
                           "--prune-at-most", "1", "--yes")
        self.assert_exit(said, 0)
        self.assertEqual(self.held(), {"DATABASE_URL": "sesame-new", "file:ca.pem": "sesame certificate\n"})
        self.nothing_leaks(said)

    def test_pruning_lists_what_it_would_remove_and_yes_alone_removes_nothing(self):
        self.start(groups={"shared": {}})
        self.write(".env.new", "DATABASE_URL=sesame-new\n")
        push = lambda *more: self.groups("push", "shared", "--from", ".env.new", *more)
        refused = push("--prune", "--yes")
        self.assert_exit(refused, 4)
        self.assertIn("Pruning would unset 1 variable of shared: TOKEN", refused.stderr)
        self.assert_exit(push("--prune", "--prune-at-most", "0", "--yes"), 4)
        self.assertEqual(self.render.writes(), [])
        self.assert_exit(push("--yes"), 0)
        self.assertEqual(set(self.held()), {"DATABASE_URL", "TOKEN"})
        self.assert_exit(push("--prune", "--prune-at-most", "1", "--yes"), 0)
        self.assertEqual(self.held(), {"DATABASE_URL": "sesame-new"})

    def test_an_invalid_dotenv_file_is_reported_by_line_and_nothing_is_written(self):
        self.start()
        for text, place in {"A=1\nnonsense sesame\n": ":2:1", "A=1\nA=2\n": ":2:1", "A=\n": ":1: A has no value"}.items():
            self.write(".env.new", text)
            said = self.groups("push", "shared", "--from", ".env.new", "--yes")
            self.assert_exit(said, 1)
            self.assertIn(".env.new" + place, said.stderr)
            self.assertNotIn("sesame", said.stderr)
        self.assertEqual(self.render.requests(), [])

    def test_a_value_changed_during_the_question_is_not_overwritten(self):
        self.start()
        terminal = Terminal(["groups", "set", "shared", "TOKEN", "--from-env", "SECRET"], self.folder,
                            self.environment(self.render, SECRET=VALUE))
        terminal.wait_for("Apply? [y/N]")
        self.render.call("PUT", f"/env-groups/{GROUP}/env-vars/TOKEN", {"value": "sesame-of-a-colleague"})
        terminal.type("y\n")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("somebody changed it", terminal.text)
        self.assertIn("Nothing was changed.", terminal.text)
        self.assertEqual(self.held()["TOKEN"], "sesame-of-a-colleague")
        self.assertEqual(self.render.deploys_asked_for(), [])
        # No run is left that would block another one.
        self.assert_exit(self.groups("set", "shared", "TOKEN", "--stdin", "--yes", typed=VALUE), 0)

    def test_a_value_is_asked_for_twice_and_never_shown(self):
        self.start()
        terminal = Terminal(["groups", "set", "shared", "TOKEN", "--yes"], self.folder, self.environment(self.render))
        terminal.wait_for("New value of TOKEN in shared (not shown):")
        terminal.type(VALUE + "\n")
        terminal.wait_for("again:")
        terminal.type(VALUE + "\n")
        self.assertEqual(terminal.finish(), 0)
        self.assertNotIn("sesame", terminal.text)
        self.assertEqual(self.held()["TOKEN"], VALUE)

    def test_lost_late_and_limited_answers_are_resolved_by_reading(self):
        faults = {"lose_answer": {"match": "PUT *", "nth": 1, "do": "lose_answer"},
                  "cut": {"match": "PUT *", "nth": 2, "do": "cut"},
                  "late": {"match": "PUT *", "nth": 1, "do": {"late": "100ms"}},
                  "limited": {"match": "PUT *", "nth": 2, "do": {"status": 429, "retry_after": 1}},
                  "error": {"match": "PUT *", "nth": 1, "do": {"status": 500}},
                  "garbage": {"match": "PUT *", "nth": 1, "do": "garbage"}}
        for name, fault in faults.items():
            with self.subTest(name):
                self.state_home = self.folder / name
                self.start(linked_workspace(faults=[fault]), api={"backoff": "50ms", "retries": 3})
                self.write(".env.new", f"DATABASE_URL={VALUE}\nTOKEN={VALUE}2\n")
                said = self.groups("push", "shared", "--from", ".env.new", "--yes")
                self.assert_exit(said, 0)
                self.assertEqual(self.held(), {"DATABASE_URL": VALUE, "TOKEN": VALUE + "2"})
                self.assertEqual(len(self.render.deploys_asked_for()), 4)
                self.nothing_leaks(said)

    def test_a_refusal_by_render_is_reported_and_nothing_is_deployed(self):
        self.start(linked_workspace(faults=[{"match": "PUT *", "nth": 2, "do": {"status": 400}}]))
        self.write(".env.new", f"DATABASE_URL={VALUE}\nTOKEN={VALUE}2\n")
        said = self.groups("push", "shared", "--from", ".env.new", "--yes")
        self.assert_exit(said, 1)
        self.assertIn("Render answered 400", said.stderr)
        self.assertEqual(self.render.deploys_asked_for(), [])
        back = self.run_envlink("rollback", "--yes", emulator=self.render)
        self.assert_exit(back, 0)
        self.assertEqual(self.held()["DATABASE_URL"], "postgres://sesame-of-db")
        self.nothing_leaks(said, back)

    def test_hidden_values_are_not_overwritten(self):
        environment = "evm-00000000000000000001"
        source = linked_workspace(environments=[{"id": environment, "name": "production", "project": "prj-00000000000000000001",
                                       "protected": True}],
                        behaviour={"protected_values": "hidden"})
        source["groups"][0]["environment"] = environment
        for one in source["services"]:
            one["environment"] = environment
        self.start(source, groups={"shared": {}})
        said = self.groups("set", "shared", "TOKEN", "--stdin", "--yes", typed=VALUE)
        self.assert_exit(said, 4)
        self.assertIn("Render hides TOKEN from the owner of this key", said.stderr)
        self.assertEqual(self.render.writes(), [])

    def test_resuming_a_killed_run_reads_its_source_again(self):
        self.start(linked_workspace(behaviour={"latency": "150ms"}))
        source = self.write(".env.new", f"DATABASE_URL={VALUE}\nTOKEN={VALUE}2\n")
        killed = self.start_envlink("groups", "push", "shared", "--from", ".env.new", "--yes", emulator=self.render)
        read_until(killed.stderr, "] 2 values, 4 services")
        killed.kill()
        killed.wait()
        source.write_text(f"DATABASE_URL=other\nTOKEN={VALUE}2\n")
        other = self.run_envlink("resume", "--yes", emulator=self.render)
        self.assert_exit(other, 1)
        self.assertIn("This is not the value of DATABASE_URL", other.stderr)
        source.write_text(f"DATABASE_URL={VALUE}\nTOKEN={VALUE}2\n")
        resumed = self.run_envlink("resume", "--yes", emulator=self.render)
        self.assert_exit(resumed, 0)
        self.assertEqual(self.held(), {"DATABASE_URL": VALUE, "TOKEN": VALUE + "2"})
        self.nothing_leaks(other, resumed)

    def test_a_generated_value_has_the_requested_length(self):
        self.start()
        self.assert_exit(self.groups("set", "shared", "TOKEN", "--generate", "32", "--as", "hex", "--yes"), 0)
        self.assertRegex(self.held()["TOKEN"], r"\A[0-9a-f]{64}\Z")

    def test_no_core_is_dumped(self):
        self.start(linked_workspace(behaviour={"latency": "150ms"}))
        running = self.start_envlink("groups", "set", "shared", "TOKEN", "--from-env", "SECRET", "--yes",
                                     emulator=self.render, SECRET=VALUE)
        read_until(running.stderr, "Plan for")
        limits = pathlib.Path(f"/proc/{running.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")


if __name__ == "__main__":
    unittest.main()
