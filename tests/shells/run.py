#!/usr/bin/env python3
"""The completion scripts of the shells that Debian does not have.

usage: run.py BUILD_FOLDER

nushell completes what bash, zsh and fish complete in tests/end_to_end/test_completion.py. PowerShell is in no registry that
these tests can reach: its script is only parsed. `./install` comes first."""

import json
import os
import pathlib
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
from terminal import Terminal  # noqa: E402
from test_completion import TYPED  # noqa: E402

MODULES = ROOT / "build/shells/node_modules"
NUSHELL = str(MODULES / "@nushell/linux-x64/bin/nu")


class Nushell(Case):
    def setUp(self):
        super().setUp()
        self.write("envlink.yaml", desired())
        self.write("named.yaml", desired(services={"elsewhere": {"link": ["shared"]}}))
        self.write("a model.yaml", "")
        self.write(".hidden.yaml", "")
        (self.folder / "sub").mkdir()
        self.write("sub/below.yaml", "")
        self.script = self.run_envlink("completion", "nushell").stdout
        self.path = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"

    def nushell(self, *arguments):
        told = subprocess.run([NUSHELL, "--no-config-file", *arguments], cwd=self.folder, text=True, timeout=HANG,
                              stdin=subprocess.DEVNULL, capture_output=True, env=self.environment(PATH=self.path))
        self.assertEqual((told.returncode, told.stderr), (0, ""), arguments)
        return told.stdout

    def after_tab(self, typed):
        """What nushell offers at the end of a line."""
        line = self.write("line.nu", self.script + typed)
        # It escapes no quotes.
        offered = self.nushell("--ide-complete", str(line.stat().st_size), str(line)).strip()
        return offered.removeprefix('{"completions": [').removesuffix("]}").removeprefix('"').removesuffix('"').split('", "')

    def test_it_completes_what_the_other_shells_complete(self):
        for typed, wanted in TYPED.items():
            with self.subTest(typed):
                if "\\" not in typed:  # nushell has no such quotes
                    self.assertEqual(self.after_tab(typed), [wanted.split(" ")[-1]])

    def test_files_are_offered_in_quotes_where_they_need_them(self):
        self.assertEqual(self.after_tab("envlink emulate a"), ['"a model.yaml"'])
        self.assertEqual(self.after_tab('envlink plan -f "a mo"'), ['"a model.yaml"'])
        self.assertEqual(self.after_tab("envlink plan --file=na"), ["--file=named.yaml"])
        self.assertEqual(self.after_tab("envlink plan --file=su"), ["--file=sub/"])
        self.assertEqual(self.after_tab("envlink emulate sub/"), ["sub/below.yaml"])
        self.assertEqual(self.after_tab("envlink emulate .hid"), [".hidden.yaml"])
        self.assertNotIn(".hidden.yaml", self.after_tab("envlink emulate "))
        self.assertEqual(self.after_tab("envlink emulate nowhere/"), [""])

    def test_nothing_is_offered_where_nothing_fits(self):
        for typed in ("envlink frobnicate ", "envlink plan --detailed-exitcode --deta", "envlink explain zz"):
            self.assertEqual(self.after_tab(typed), [""], typed)

    def test_flags_and_commands_come_with_their_help(self):
        for words in (["groups", ""], ["plan", "--"]):
            spans = json.dumps(["envlink", *words])
            offered = json.loads(self.nushell("-c", f"{self.script}\nnu-complete envlink {spans} | to json"))
            answered = self.run_envlink("__complete", *words).stdout.splitlines()
            self.assertEqual([f"{one['value']}\t{one['description']}" for one in offered], answered)

    def test_commands_run_as_without_the_script(self):
        for line in ("envlink version", "envlink --help", "envlink plan --help", "envlink validate --file=named.yaml -o json",
                     'envlink validate -f "a model.yaml" | complete | get exit_code'):
            self.assertEqual(self.nushell("-c", f"{self.script}\n{line}"), self.nushell("-c", line), line)

    def test_an_installation_is_loaded_by_itself_and_completes_on_a_terminal(self):
        folder = self.folder / "home/.local/share/nushell/vendor/autoload"
        folder.mkdir(parents=True)
        (folder / "envlink.nu").write_text(self.script)
        (self.folder / "home/.config/nushell").mkdir(parents=True)
        for name in ("config.nu", "env.nu"):
            (self.folder / "home/.config/nushell" / name).write_text("$env.config.show_banner = false\n")
        terminal = Answering(["--no-history"], self.folder, self.environment(PATH=self.path), columns=120, program=NUSHELL)
        self.addCleanup(terminal.close)
        terminal.type("envlink vers\t\r")
        terminal.wait_for(self.run_envlink("version").stdout.strip())
        terminal.type("exit\r")
        terminal.finish()


class Answering(Terminal):
    """A terminal that says where its cursor is when the program asks."""

    def _read(self, deadline):
        data = super()._read(deadline)
        for _ in range(data.count(b"\x1b[6n")):
            self.type("\x1b[1;1R")
        return data


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
