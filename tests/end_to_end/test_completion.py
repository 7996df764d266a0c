"""Completions in the real shells, and the manual page. If a shell is not installed, its test is skipped;
scripts/install-dependencies --checks installs all of them."""

import os
import pathlib
import re
import subprocess
import unittest

from harness import HANG, PROGRAM, Case, desired, workspace
from terminal import Terminal

# What is typed before Tab, and the line after it.
TYPED = {
    "envlink rollb": "envlink rollback",
    "envlink help rollb": "envlink help rollback",
    "envlink plan --deta": "envlink plan --detailed-exitcode",
    "envlink verify --output=js": "envlink verify --output=json",
    "envlink apply --yes -o jsonl": "envlink apply --yes -o jsonl",
    "envlink explain asi": "envlink explain aside",
    "envlink explain -f named.yaml else": "envlink explain -f named.yaml elsewhere",
    "envlink apply --redeploy base asi": "envlink apply --redeploy base aside",
    "envlink groups link sha": "envlink groups link shared",
    "envlink groups link shared ed": "envlink groups link shared edge",
    "envlink completion fi": "envlink completion fish",
    "envlink emulate a\\ mod": "envlink emulate a\\ model.yaml",
}


class Shells(Case):
    def setUp(self):
        super().setUp()
        self.write("envlink.yaml", desired())
        self.write("named.yaml", desired(services={"elsewhere": {"link": ["shared"]}}))
        self.write("a model.yaml", "")
        self.path = f"{pathlib.Path(PROGRAM).resolve().parent}:{os.environ['PATH']}"

    def complete_on_a_terminal(self, shell, arguments, load):
        environment = self.environment(PATH=self.path, PS1="$ ", TERM="xterm")
        terminal = Terminal(arguments, self.folder, environment, columns=200, program=shell)
        self.addCleanup(terminal.close)
        terminal.type(load + "\necho loa''ded\n")
        terminal.wait_for("\nloaded")
        for number, (typed, wanted) in enumerate(TYPED.items()):
            # The shell itself quotes and prints the line that it would have run.
            terminal.type(f"{typed}\t\x01echo {number}:'\x05'\n")
            terminal.wait_for(f"\n{number}:")
            line = re.search(rf"\n{number}:([^\n]*)\n", self.until_prompt(terminal, number))[1]
            self.assertEqual(line.rstrip(" "), wanted)
        terminal.type("exit\n")
        terminal.finish()

    def until_prompt(self, terminal, number):
        terminal.type(f"echo en''d{number}\n")
        terminal.wait_for(f"\nend{number}")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", terminal.text)

    def test_bash_completes_on_a_terminal(self):
        self.complete_on_a_terminal("bash", ["--norc", "--noprofile", "-i"], "source <(envlink completion bash)")

    def test_zsh_completes_on_a_terminal(self):
        self.complete_on_a_terminal("zsh", ["-f", "-i"],
                                    "unsetopt zle_bracketed_paste prompt_sp; bindkey -e; autoload -U compinit; "
                                    "compinit -u -D; source <(envlink completion zsh)")

    def test_fish_completes(self):
        for typed, wanted in TYPED.items():
            shell = subprocess.run(["fish", "--no-config", "-c", "envlink completion fish | source; complete -C $argv[1]",
                                    typed], cwd=self.folder, text=True, timeout=HANG, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(PATH=self.path))
            # fish lists plain words, and quotes them when it writes them into the line.
            words = [line.split("\t")[0] for line in shell.stdout.splitlines()]
            self.assertIn(wanted.split(" ")[-1] if "\\" not in wanted else "a model.yaml", words, (typed, shell.stderr))


class Answers(Case):
    def words(self, *typed):
        result = self.run_envlink("__complete", *typed)
        self.assert_exit(result, 0)
        self.assertEqual(result.stderr, "")
        return [line.split("\t")[0] for line in result.stdout.splitlines()]

    def test_only_what_is_valid_at_the_cursor_is_offered(self):
        self.write("envlink.yaml", desired())
        self.assertEqual(self.words("apply", "-o", ""), ["text", "json", "jsonl"])
        self.assertEqual(self.words("plan", "-o", ""), ["text", "json"])
        self.assertEqual(self.words("lint", "-o", ""), ["text", "json", "sarif"])
        self.assertEqual(self.words("groups", "diff", "sh"), ["shared"])
        self.assertEqual(self.words("groups", "diff", "shared", "sh"), ["shared"])
        self.assertEqual(self.words("groups", "diff", "shared", "--differ", ""), [])
        self.assertEqual(self.words("groups", ""), ["list", "show", "diff", "link", "unlink", "create", "swap", "set", "unset", "push"])
        self.assertEqual(self.words("help", "groups", "u"), ["unlink", "unset"])
        self.assertEqual(self.words("groups", "list", "--y"), [])
        self.assertEqual(self.words("explain", "base", "DATABASE_"), [])
        self.assertEqual(self.words("plan", "--lock-wait"), [])
        self.assertEqual(self.words("plan", "--health", "--he"), ["--help"])
        self.assertEqual(self.words("plan", "--detailed-exitcode", "--deta"), [])
        self.assertEqual(self.words("apply", "--redeploy", "base", "--yes", ""), [":files"])
        self.assertEqual(self.words("plan", "-f", ""), [":files"])
        self.assertEqual(self.words("frobnicate", ""), [])
        self.assertEqual(self.words("resume", "--lock-wait", "1"), [])

    def test_runs_are_offered_by_number_newest_first(self):
        for command in ("report", "resume", "rollback"):
            self.assertNotIn("1", self.words(command, ""))
        self.write("envlink.yaml", desired())
        render = self.emulator(workspace())
        for more in ([], ["--redeploy", "base"]):
            self.assert_exit(self.run_envlink("apply", "--yes", *more, emulator=render), 0)
        for command in ("report", "resume", "rollback"):
            self.assertEqual(self.words(command, ""), ["2", "1"])
            self.assertEqual(self.words(command, "2"), ["2"])

    def test_an_invalid_or_missing_file_offers_no_names_and_prints_nothing(self):
        self.assertEqual(self.words("explain", "a"), [])
        self.write("envlink.yaml", "version: 1\nsevices: {}\n")
        self.assertEqual(self.words("explain", "a"), [])

    def test_each_command_of_the_help_is_completed_and_is_in_the_manual_with_its_flags(self):
        commands = re.findall(r"^  (\w+(?: \w+)?)  ", self.run_envlink().stdout.split("\nGlobal flags:\n")[0], re.M)
        self.assertEqual(self.words(""), list(dict.fromkeys(command.split()[0] for command in commands)))
        manual = self.run_envlink("__manual").stdout.replace("\\-", "-")
        for command in commands:
            section = manual.split(f".SS envlink {command} ")[1].split("\n.SS ")[0]
            flags = re.findall(r"^\.TP\n.*\\fB(--[a-z-]+)\\fR", section, re.M)
            self.assertEqual(self.words(*command.split(), "--"), flags, command)
            helped = self.run_envlink(*command.split(), "--help").stdout
            for flag in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", helped, re.M):
                self.assertIn(flag, flags, command)

    def test_the_manual_page_is_valid_roff(self):
        page = self.run_envlink("__manual").stdout
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, text=True, timeout=HANG,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Without a date the page is the same whenever it is built.
        self.assertEqual([l for l in lint.stdout.splitlines() if "missing date" not in l], [])


if __name__ == "__main__":
    unittest.main()
