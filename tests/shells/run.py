#!/usr/bin/env python3
"""The completion scripts of the shells that Debian does not have.

usage: run.py BUILD_FOLDER

nushell completes what bash, zsh and fish complete in tests/end_to_end/test_completion.py. PowerShell is in no registry that
these tests can reach: its script is only parsed. `./install` comes first."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "tests/end_to_end")]
if len(sys.argv) != 2:
    sys.exit(__doc__)
os.environ["ENVLINK"] = str(pathlib.Path(sys.argv[1]).resolve() / "src/envlink")
from harness import HANG, PROGRAM, Case, desired  # noqa: E402
from terminal import ESCAPES, Terminal  # noqa: E402
from test_completion import TYPED  # noqa: E402

MODULES = ROOT / "build/shells/node_modules"
NUSHELL = str(MODULES / "@nushell/linux-x64/bin/nu")


class Answering(Terminal):
    """A terminal that says where its cursor is when the program asks."""

    def _read(self, deadline):
        data = super()._read(deadline)
        for _ in range(data.count(b"\x1b[6n")):
            self.type("\x1b[1;1R")
        return data


class Nushell(Case):
    def setUp(self):
        super().setUp()
        self.write("envlink.yaml", desired())
        self.write("named.yaml", desired(services={"elsewhere": {"link": ["shared"]}}))
        for name in ("a model.yaml", ".hidden.yaml", "sub folder/below.yaml"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            self.write(name, "")
        self.script = self.run_envlink("completion", "nushell").stdout
        self.path = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"

    def install(self, config=""):
        """The script where packages put it."""
        for path, content in [(".local/share/nushell/vendor/autoload/envlink.nu", self.script),
                              (".config/nushell/config.nu", "$env.config.show_banner = false\n" + config), (".config/nushell/env.nu", "")]:
            file = self.folder / "home" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)

    def after_tab(self, lines):
        """Each line as it is after Tab, on a terminal."""
        terminal = Answering(["--no-history"], self.folder, self.environment(PATH=self.path), columns=200, program=NUSHELL)
        self.addCleanup(terminal.close)
        completed = []
        for number, line in enumerate(lines):
            # nushell itself quotes and prints the line that it would have run.
            terminal.type(f"{line}\t\x01print r#'<{number}:\x05:{number}>'#\r")
            terminal.wait_for(f":{number}>\n")
            completed.append(re.search(rf"<{number}:([^<]*?) ?:{number}>\n", ESCAPES.sub("", terminal.text))[1])
        terminal.type("exit\r")
        terminal.finish()
        return completed

    def run_nushell(self, line):
        return subprocess.run([NUSHELL, "--no-config-file", "-c", line], cwd=self.folder, text=True, timeout=HANG,
                              stdin=subprocess.DEVNULL, capture_output=True, env=self.environment(PATH=self.path))

    def offered(self, *words):
        told = self.run_nushell(f"{self.script}\nnu-complete envlink {json.dumps(['envlink', *words])} | to json")
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        return json.loads(told.stdout)

    def test_an_installation_completes_what_the_other_shells_complete(self):
        self.install()
        lines = {typed: wanted for typed, wanted in TYPED.items() if "\\" not in typed}
        lines |= {"envlink emulate a": 'envlink emulate "a model.yaml"',
                  "envlink emulate 'a mo": 'envlink emulate "a model.yaml"',
                  "envlink emulate .hid": "envlink emulate .hidden.yaml",
                  "envlink plan --file=na": "envlink plan --file=named.yaml",
                  "envlink plan --file=su": 'envlink plan "--file=sub folder/"',
                  "envlink emulate `sub folder/`": 'envlink emulate "sub folder/below.yaml"',
                  "envlink plan --detailed-exitcode --deta": "envlink plan --detailed-exitcode --deta",
                  "envlink frobnicate na": "envlink frobnicate na",
                  "other nam": "other named.yaml"}
        self.assertEqual(dict(zip(lines, self.after_tab(lines))), lines)

    def test_other_commands_keep_their_completer(self):
        self.install("$env.config.completions.external.completer = {|spans| [$\"($spans.1)-by-another\"] }\n")
        lines = {"other wor": "other wor-by-another", "envlink rollb": "envlink rollback"}
        self.assertEqual(dict(zip(lines, self.after_tab(lines))), lines)

    def test_candidates_come_with_their_help(self):
        for words in (["groups", ""], ["plan", "--"], ["plan", "-o", ""]):
            answered = self.run_envlink("__complete", *words).stdout.splitlines()
            self.assertEqual([f"{one['value']}\t{one['description']}" for one in self.offered(*words)], answered)

    def test_hidden_files_are_offered_only_when_asked_for(self):
        visible = ["a model.yaml", "envlink.yaml", "home/", "named.yaml", "sub folder/"]
        self.assertEqual([json.loads(one["value"]) if " " in one["value"] else one["value"] for one in self.offered("emulate", "")], visible)
        self.assertEqual(self.offered("emulate", "nowhere/"), [])


class PowerShell(Case):
    def faults(self, script):
        told = subprocess.run(["node", "--liftoff-only", str(HERE / "syntax.mjs"), str(MODULES)], input=script, text=True, timeout=HANG,
                              capture_output=True)
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        return told.stdout

    def test_the_script_is_powershell(self):
        script = self.run_envlink("completion", "powershell").stdout
        self.assertEqual(self.faults(script), "")
        for right, wrong in [("foreach ($line in $lines)", "foreach $line in $lines"), ("param($word, $command, $cursor)", "param($word,)")]:
            self.assertIn(right, script)
            self.assertNotEqual(self.faults(script.replace(right, wrong)), "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
