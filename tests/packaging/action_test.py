"""The script behind action.yml, with a docker that keeps what it is asked for and runs the program in its place."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("ENVLINK", REPOSITORY / "build/dev/src/envlink")).resolve()

DOCKER = f"""#!/usr/bin/env python3
import json, os, sys
with open(os.environ["ASKED"], "a") as asked:
    asked.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "run":
    os.execv({str(PROGRAM)!r}, ["envlink", *sys.argv[sys.argv.index("envlink") + 1:]])
"""


class Action(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        docker = self.folder / "bin/docker"
        docker.parent.mkdir()
        docker.write_text(DOCKER)
        docker.chmod(0o755)
        (self.folder / "work").mkdir()

    def run_action(self, command, **more):
        environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder),
                       "ASKED": str(self.folder / "asked"), "COMMAND": command, "RENDER_WORKSPACE": "",
                       "GITHUB_ACTION_PATH": str(REPOSITORY), "GITHUB_WORKSPACE": str(self.folder / "work"),
                       "GITHUB_STEP_SUMMARY": str(self.folder / "summary/step.md"),
                       "RUNNER_TEMP": str(self.folder / "temp"), **more}
        result = subprocess.run([REPOSITORY / "packaging/action"], cwd=self.folder / "work", env=environment, text=True,
                                capture_output=True, stdin=subprocess.DEVNULL)
        asked = [json.loads(line) for line in (self.folder / "asked").read_text().splitlines()]
        return result, asked

    def test_it_builds_the_container_and_runs_the_command_in_it(self):
        result, (build, run) = self.run_action("version -o json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["version"], 1)
        self.assertEqual(build[0], "build")
        self.assertEqual(build[-1], str(REPOSITORY))
        self.assertEqual(run[-4:], ["envlink", "version", "-o", "json"])
        self.assertIn(f"{os.getuid()}:{os.getgid()}", run)
        self.assertEqual(run[run.index("--workdir") + 1], str(self.folder / "work"))

    def test_the_exit_code_is_envlinks_own(self):
        self.assertEqual(self.run_action("no-such-command")[0].returncode, 64)

    def test_the_key_is_on_no_command_line(self):
        key = "rnd_ActionTestKey0123456789abcdef"
        _, asked = self.run_action("version", RENDER_API_KEY=key)
        self.assertIn("RENDER_API_KEY", asked[1])
        self.assertNotIn(key, json.dumps(asked))

    def test_the_commands_are_words_and_no_shell(self):
        marker = self.folder / "made"
        self.run_action(f"version; touch {marker} $(touch {marker})")
        self.assertFalse(marker.exists())

    def test_the_description_hands_over_what_the_script_reads(self):
        description = (REPOSITORY / "action.yml").read_text()
        for name in ("COMMAND", "RENDER_API_KEY", "RENDER_WORKSPACE"):
            self.assertRegex(description, rf"\n        {name}: \$\{{\{{ inputs\.")
        for name in set(re.findall(r"inputs\.([a-z-]+)", description)):
            self.assertRegex(description, rf"\n  {name}:\n")


if __name__ == "__main__":
    unittest.main()
