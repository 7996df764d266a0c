"""What the program prints for command lines, right and wrong."""

import json
import re
import shlex
import signal
import unittest
import urllib.request

from harness import EXAMPLE, HANG, Case, desired, workspace
from terminal import Terminal


class CommandLine(Case):
    def test_without_arguments_it_shows_its_purpose_examples_and_first_steps(self):
        alone, helped = self.run_envlink(), self.run_envlink("--help")
        self.assert_exit(alone, 0)
        self.assertEqual(alone.stdout, helped.stdout)
        for word in ("plan", "apply", "verify", "validate", "emulate", "version", "Examples", "RENDER_API_KEY"):
            self.assertIn(word, alone.stdout)
        self.assertEqual(alone.stderr, "")

    def commands(self):
        return re.findall(r"^  (\w+(?: \w+)?)  ", self.run_envlink().stdout.split("\nGlobal flags:\n")[0], re.M)

    def test_the_help_lists_the_commands_under_headings(self):
        listed = self.run_envlink().stdout.split("[flags]\n\n")[1].split("\n\nGlobal flags:\n")[0]
        listed = {part.split(":\n")[0]: re.findall(r"^  (\w+(?: \w+)?)  ", part, re.M) for part in listed.split("\n\n")}
        self.assertEqual(list(listed), ["Set up", "Plan and apply", "Inspect", "Groups", "Runs", "Team store", "Tools"])
        self.assertEqual(listed["Plan and apply"], ["plan", "rehearse", "apply"])
        self.assertEqual(listed["Groups"], ["groups list", "groups show", "groups diff", "groups link", "groups unlink", "groups create", "groups swap", "groups set", "groups unset", "groups push"])

    def test_help_fits_eighty_columns_and_describes_shared_flags_once(self):
        for command in ["", *self.commands(), "groups"]:
            text = self.run_envlink(*command.split(), "--help").stdout
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
            self.assertEqual(len(re.findall(r"^  -v, --verbose ", text, re.M)), 0 if command else 1, command)

    def test_each_command_has_help_with_working_examples(self):
        self.assertGreaterEqual(len(self.commands()), 14)
        for command in self.commands():
            result = self.run_envlink(*command.split(), "--help")
            self.assert_exit(result, 0)
            self.assertIn(f"Usage: envlink {command} ", result.stdout)
            self.assertEqual(self.run_envlink("help", *command.split()).stdout, result.stdout)
            examples = re.findall(r"^  (?:\S+=\S+ )?envlink (.*)$", result.stdout.split("Examples:\n")[1], re.M)
            self.assertIn(len(examples), range(1, 6), command)
            for example in examples:
                told = self.run_envlink(*shlex.split(example.split(" | ")[0], comments=True), key=None)
                self.assertNotEqual(told.returncode, 64, f"{example}: {told.stderr}")

    def test_a_typo_gets_a_suggestion_and_exit_64(self):
        for arguments, said in {
            ("pln",): "plan",
            ("plan", "--detailed-exitcodes"): "--detailed-exitcode",
            ("apply", "--redploy", "x"): "--redeploy",
            ("rehearse", "--sed", "7"): "Did you mean --seed?",
            ("groups", "link", "shared", "base", "--ys"): "Did you mean --yes?",
            ("plan", "-out=x"): "Did you mean --out?",
            ("apply", "-yes"): "Did you mean --yes?",
            ("help", "aply"): "Did you mean envlink apply?",
            ("groups",): "list, show, diff, link, unlink, create, swap, set, unset, push",
            ("groups", "lnk"): "Did you mean envlink groups link?",
            ("groups", "list", "extra"): "Unexpected argument extra: envlink groups list takes none",
            ("frobnicate",): "Unknown command frobnicate",
            ("plan", "--zzz"): "Unknown flag --zzz",
            ("plan", "extra"): "extra",
            ("version", "apply", "--yes"): "Unexpected argument apply: envlink version takes none",
            ("plan", "-f", ""): "--file is empty",
            ("validate", "-f", "-"): "cannot be read from stdin",
            ("report", "newest"): "RUN must be a run number, 1 or higher",
            ("groups", "unlink"): "envlink groups link my-secrets my-backend",
            ("--",): "Unknown flag --",
            ("-f", "other.yaml", "plan"): "envlink COMMAND -f",
            ("emulate", "w.yaml", "-o", "json"): "has only one output format",
            ("plan", "-o", "xml"): "text or json",
            ("plan", "-o", "jsonl"): "this command has none",
            ("plan", "-o", "sarif"): "text or json",
            ("lint", "-o", "jsonl"): "this command has none",
            ("lint", "-o", "sarfi"): "text, json or sarif",
            ("lint", "extra"): "Unexpected argument extra: envlink lint takes none",
            ("groups", "diff", "one"): "Name two groups to compare",
            ("groups", "diff", "a", "b", "c"): "c",
            ("apply", "-o", "xml"): "text, json or jsonl",
            ("init", "-f", "-", "-o", "json"): "cannot both go to stdout",
            ("plan", "-f"): "--file",
            ("emulate",): "WORKSPACE",
            ("emulate", "w.yaml", "--port", "70000"): "--port needs a number from 0 to 65535",
            ("emulate", "w.yaml", "--port", "abc"): "--port needs a number from 0 to 65535",
            ("emulate", "w.yaml", "--speed", "0"): "--speed needs a number from 0.001 to 1000000",
            ("rehearse", "--seed", "x"): "--seed needs a number",
            ("link", "shared", "base"): "Did you mean envlink groups link?",
            ("apply", "--dry-run"): "Use envlink plan",
            ("plan", "--api-key", "x"): "RENDER_API_KEY",
        }.items():
            result = self.run_envlink(*arguments)
            self.assert_exit(result, 64)
            self.assertIn(said, result.stderr, arguments)
            self.assertEqual(result.stdout, "", arguments)

    def test_flags_may_come_between_groups_and_its_action(self):
        for before in (["--yes"], ["--lock-wait", "1s"], ["--env-file=x", "-q"]):
            result = self.run_envlink("groups", *before, "link")
            self.assertIn("No GROUP was given", result.stderr, before)
        for before in ([], ["--yes"]):
            self.assertIn("Usage: envlink groups COMMAND", self.run_envlink("groups", *before, "--help").stdout)

    def test_help_works_with_one_dash(self):
        self.assertEqual(self.run_envlink("plan", "-help").stdout, self.run_envlink("plan", "--help").stdout)
        self.assertEqual(self.run_envlink("-help").stdout, self.run_envlink("--help").stdout)

    def test_y_is_short_for_yes(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "-y", emulator=emulator), 0)

    def test_an_unknown_output_in_the_environment_is_named(self):
        result = self.run_envlink("version", RENDER_OUTPUT="toml")
        self.assert_exit(result, 64)
        self.assertIn("RENDER_OUTPUT", result.stderr)

    def test_version(self):
        for asked in ("version", "--version"):
            self.assertRegex(self.run_envlink(asked).stdout, r"\Aenvlink \d+\.\d+\.\d+\n\Z")
        document = json.loads(self.run_envlink("version", "-o", "json").stdout)
        first, *details = self.run_envlink("version", "-v").stdout.splitlines()
        self.assertEqual(first, "envlink " + document["envlink"])
        commit = (document["commit"] or "unknown") + (", with changes" if document["dirty"] else "")
        self.assertEqual([line.split(maxsplit=1) for line in details],
                         [["commit", commit], ["target", document["target"]], ["compiler", document["compiler"]],
                          *[[library["name"], library["version"]] for library in document["libraries"]]])

    def steps(self, *arguments, **environment):
        result = self.run_envlink(*arguments, **environment)
        self.assertNotEqual(result.returncode, 0)
        return re.findall(r"^  \d\. (Create an API key|envlink \w+.*)", result.stderr, re.M)

    def test_the_first_run_shows_the_missing_steps_in_order(self):
        key, init, plan = "Create an API key", "envlink init", "envlink plan"
        for command in ("plan", "apply", "verify", "status", "rehearse"):
            self.assertEqual(self.steps(command, key=None), [key, init, plan], command)
        self.assertEqual(self.steps("plan"), [init, plan])
        self.assertEqual(self.steps("plan", "-f", "other.yaml"), [init + " -f other.yaml", plan + " -f other.yaml"])
        self.write("envlink.yaml", desired())
        self.assertEqual(self.steps("plan", key=None), [key, plan])

    def test_validate_counts_what_it_read(self):
        result = self.run_envlink("validate", cwd=EXAMPLE)
        self.assert_exit(result, 0)
        self.assertEqual(result.stdout, "envlink.yaml: 9 services, 3 groups, no problems\n")

    def test_a_file_given_as_a_plan_gets_the_hint_to_use_its_flag(self):
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "envlink.yaml", emulator=self.emulator(workspace()))
        self.assert_exit(result, 1)
        self.assertIn("envlink apply -f envlink.yaml", result.stderr)

    def test_a_folder_in_place_of_the_file_is_an_error(self):
        self.assert_exit(self.run_envlink("validate", "-f", str(self.folder)), 1)


class Host(Case):
    def test_the_host_may_have_the_version_and_slashes(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        base = emulator.url.removesuffix("/v1")
        for host in (base, base + "/", base + "/v1", base + "/v1/"):
            self.assert_exit(self.run_envlink("plan", RENDER_HOST=host), 0)

    def test_a_key_is_sent_over_plain_http_only_to_this_machine(self):
        self.write("envlink.yaml", desired())
        result = self.run_envlink("plan", RENDER_HOST="http://render.example/v1")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("https", result.stderr)


class Emulate(Case):
    def test_emulate_prints_one_line_and_exits_0_on_either_signal(self):
        for ending in (signal.SIGINT, signal.SIGTERM):
            emulator = self.emulator(workspace())
            self.assertRegex(emulator.line, r"\Alistening on http://127\.0\.0\.1:\d+/v1\Z")
            self.assertEqual(emulator.stop(ending), 0)
            self.assertEqual(emulator.process.stdout.read(), "")
            self.assertEqual(emulator.process.stderr.read(), "")

    def test_on_a_terminal_emulate_names_its_page(self):
        path = self.write("workspace.yaml", workspace())
        terminal = Terminal(["emulate", str(path)], self.folder, self.environment())
        self.addCleanup(terminal.close)
        terminal.wait_for("See it in a browser: ")
        page = re.search(r"listening on (\S+/)v1", terminal.text)[1]
        terminal.wait_for("See it in a browser: " + page)
        with urllib.request.urlopen(page, timeout=HANG) as reply:
            self.assertIn("<html", reply.read().decode())
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 0)

    def test_a_missing_or_invalid_workspace_file_is_exit_1(self):
        self.assert_exit(self.run_envlink("emulate", "nothing.yaml"), 1)
        path = self.write("wrong.yaml", {"version": 1, "sevices": []})
        wrong = self.run_envlink("emulate", str(path))
        self.assert_exit(wrong, 1)
        self.assertIn("services", wrong.stderr)

    def test_a_port_in_use_is_exit_1(self):
        emulator = self.emulator(workspace())
        port = emulator.url.split(":")[2].split("/")[0]
        path = self.write("w.yaml", workspace())
        result = self.run_envlink("emulate", str(path), "--port", port)
        self.assert_exit(result, 1)
        self.assertIn(port, result.stderr)


if __name__ == "__main__":
    unittest.main()
