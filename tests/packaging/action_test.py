"""The scripts behind action.yml, with a docker that records its arguments and runs the program instead, and with a
folder for the repository's cache."""

import glob
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("ENVLINK", REPOSITORY / "build/dev/src/envlink")).resolve()
sys.path.insert(0, str(REPOSITORY / "tests/end_to_end"))
from harness import KEY, Emulator, desired, workspace  # noqa: E402

DOCKER = f"""#!/usr/bin/env python3
import json, os, sys
with open(os.environ["ASKED"], "a") as asked:
    asked.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "run":
    options = sys.argv[2:sys.argv.index("envlink")]
    given = [value for option, value in zip(options, options[1:]) if option == "--env"]
    environment = {{name: os.environ[name] for name in given if name in os.environ}}
    environment |= dict(one.split("=", 1) for one in given if "=" in one)
    os.execve({str(PROGRAM)!r}, ["envlink", *sys.argv[sys.argv.index("envlink") + 1:]], environment)
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

    def environment(self, **more):
        return {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder),
                "ASKED": str(self.folder / "asked"), "RENDER_WORKSPACE": "", "CI": "true",
                "GITHUB_ACTION_PATH": str(REPOSITORY), "GITHUB_WORKSPACE": str(self.folder / "work"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary/step.md"), "RUNNER_TEMP": str(self.folder / "temp"), **more}

    def run_action(self, command, **more):
        result = subprocess.run([REPOSITORY / "packaging/action"], cwd=self.folder / "work", text=True,
                                env=self.environment(COMMAND=command, **more), capture_output=True, stdin=subprocess.DEVNULL)
        asked = [json.loads(line) for line in (self.folder / "asked").read_text().splitlines()]
        return result, asked

    def cache_names(self, **more):
        """What the first step of action.yml passes to the others."""
        told = self.folder / "github_output"
        told.unlink(missing_ok=True)
        subprocess.run([REPOSITORY / "packaging/journal_cache"], env=self.environment(GITHUB_OUTPUT=str(told), **more), check=True)
        return dict(line.split("=", 1) for line in told.read_text().splitlines())

    def job(self, runner, command, **more):
        """The steps of action.yml on this runner. Copies of the journal are folders in `cache`; GitHub uses
        archives."""
        more = {"RUNNER_TEMP": str(self.folder / runner), **more}
        names = self.cache_names(**more)
        cache = self.folder / "cache"
        copies = sorted(cache.glob(names["copies"] + "*"))
        if "here" not in names and copies:
            for file in copies[-1].iterdir():
                shutil.copy2(file, pathlib.Path(names["files"]).parent)
        result, _ = self.run_action(command, **more)
        copy = cache / names["copy"]
        copy.mkdir(parents=True)
        for file in glob.glob(names["files"]):
            shutil.copy2(file, copy)
        return result

    def test_the_action_builds_the_container_and_runs_the_command_in_it(self):
        result, (build, run) = self.run_action("version -o json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["version"], 1)
        self.assertEqual(build[0], "build")
        self.assertEqual(build[-1], str(REPOSITORY))
        self.assertEqual(run[-4:], ["envlink", "version", "-o", "json"])
        self.assertIn(f"{os.getuid()}:{os.getgid()}", run)
        self.assertEqual(run[run.index("--workdir") + 1], str(self.folder / "work"))

    def test_the_exit_code_is_envlinks(self):
        self.assertEqual(self.run_action("no-such-command")[0].returncode, 64)

    def test_the_key_is_on_no_command_line(self):
        key = "rnd_ActionTestKey0123456789abcdef"
        _, asked = self.run_action("version", RENDER_API_KEY=key)
        self.assertIn("RENDER_API_KEY", asked[1])
        self.assertNotIn(key, json.dumps(asked))

    def test_with_a_team_store_its_secrets_reach_the_container_and_no_journal_is_cached(self):
        secrets = {"ENVLINK_STORE": "postgres://envlink:hunter2@127.0.0.1:1/envlink",
                   "ENVLINK_STORE_KEY": "envlink-store-key-AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}
        result, asked = self.run_action("runs", **secrets)
        self.assertIn("envlink@127.0.0.1:1/envlink cannot be reached", result.stderr)
        for name, secret in secrets.items():
            self.assertIn(name, asked[1])
            self.assertNotIn(secret, json.dumps(asked) + result.stdout + result.stderr)
        self.assertNotIn("hunter2", result.stdout + result.stderr)
        self.assertEqual(self.cache_names(**secrets), {"here": "true"})

    def test_without_a_team_store_its_inputs_count_as_not_given(self):
        result, _ = self.run_action("runs", ENVLINK_STORE="", ENVLINK_STORE_KEY="")
        self.assertIn("No run yet on this machine", result.stderr)

    def test_the_command_is_split_into_words_without_a_shell(self):
        marker = self.folder / "made"
        self.run_action(f"version; touch {marker} $(touch {marker})")
        self.assertFalse(marker.exists())

    def test_a_job_on_a_new_runner_continues_with_the_journal_of_the_previous_one(self):
        with Emulator(workspace()) as emulator:
            (self.folder / "work/envlink.yaml").write_text(json.dumps(desired()))
            on_render = {"RENDER_HOST": emulator.url, "RENDER_API_KEY": KEY}
            self.assertEqual(self.job("first", "apply --yes", **on_render).returncode, 0)
            shutil.rmtree(self.folder / "first")
            told = self.job("second", "runs -o json", **on_render)
            self.assertEqual([run["run"] for run in json.loads(told.stdout)["runs"]], [1])
            self.assertEqual(self.job("second", "apply --yes", **on_render).returncode, 0)

    def test_the_journal_of_a_failed_job_is_saved_too(self):
        failing = workspace()
        failing["services"][0]["outcome"] = "build_failed"
        with Emulator(failing) as emulator:
            (self.folder / "work/envlink.yaml").write_text(json.dumps(desired()))
            on_render = {"RENDER_HOST": emulator.url, "RENDER_API_KEY": KEY}
            self.assertEqual(self.job("first", "apply --yes", **on_render).returncode, 5)
            told = json.loads(self.job("second", "runs -o json", **on_render).stdout)
            self.assertEqual([run["run"] for run in told["runs"]], [1])

    def test_a_second_use_in_one_job_does_not_restore_an_older_copy(self):
        self.assertNotIn("here", self.cache_names())
        journal = self.folder / "temp/envlink-state/envlink/journal.db"
        journal.write_text("")
        self.assertEqual(self.cache_names()["here"], "true")

    def test_copies_are_named_by_workspace_and_none_is_written_twice(self):
        names = [self.cache_names(RENDER_WORKSPACE=name) for name in ("", "shop", "shop", "Müller, Söhne & Co.")]
        self.assertEqual(len({one["copies"] for one in names}), 3)
        self.assertEqual(names[1]["copies"], names[2]["copies"])
        self.assertEqual(len({one["copy"] for one in names}), 4)
        for one in names:
            self.assertRegex(one["copy"], r"^envlink-journal-[0-9a-f]{16}-[0-9]+$")
            self.assertTrue(one["copy"].startswith(one["copies"]))

    def test_the_digest_key_is_derived_from_the_api_key_and_is_in_no_copy(self):
        keys = []
        for runner, key in (("first", KEY), ("second", KEY), ("third", "rnd_anotherKeyOfAnother")):
            self.job(runner, "version", RENDER_API_KEY=key)
            made = self.folder / runner / "envlink-state/envlink/digest.key"
            self.assertEqual(stat.S_IMODE(made.stat().st_mode), 0o600)
            keys.append(made.read_bytes())
        self.assertEqual(keys[0], hashlib.sha256(b"envlink digest key 1\n" + KEY.encode()).digest())
        self.assertEqual(keys[0], keys[1])
        self.assertNotEqual(keys[0], keys[2])
        self.assertEqual([path for path in self.folder.glob("cache/*/*") if not path.name.startswith("journal.db")], [])
        self.job("fourth", "version")
        self.assertFalse((self.folder / "fourth/envlink-state/envlink/digest.key").exists())

    def test_the_journals_folder_is_private_before_a_copy_is_restored(self):
        self.cache_names()
        for folder in (self.folder / "temp/envlink-state", self.folder / "temp/envlink-state/envlink"):
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)

    def test_action_yml_restores_runs_and_always_saves(self):
        description = (REPOSITORY / "action.yml").read_text()
        steps = re.split(r"\n    - ", description.partition("  steps:\n")[2].replace("    - ", "\n    - ", 1))[1:]
        names, restore, run, save = (re.sub(r"\n    #.*", "", step) for step in steps)
        self.assertIn("packaging/journal_cache", names)
        self.assertIn("packaging/action", run)
        self.assertNotIn("continue-on-error", run)
        self.assertIn("actions/cache/restore@", restore)
        self.assertRegex(restore, r"\n      if: steps\.journal\.outputs\.here != 'true'\n")
        self.assertIn("actions/cache/save@", save)
        self.assertRegex(save, r"\n      if: always\(\) && steps\.journal\.outputs\.copy != ''\n")
        for step in (restore, save):
            self.assertIn("continue-on-error: true", step)
            self.assertIn("path: ${{ steps.journal.outputs.files }}", step)
            self.assertIn("\n        key: ${{ steps.journal.outputs.copy }}", step)
        self.assertIn("restore-keys: ${{ steps.journal.outputs.copies }}", restore)

    def test_action_yml_passes_what_the_script_reads(self):
        description = (REPOSITORY / "action.yml").read_text()
        for name in ("COMMAND", "RENDER_API_KEY", "RENDER_WORKSPACE"):
            self.assertRegex(description, rf"\n        {name}: \$\{{\{{ inputs\.")
        for name in set(re.findall(r"inputs\.([a-z-]+)", description)):
            self.assertRegex(description, rf"\n  {name}:\n")


if __name__ == "__main__":
    unittest.main()
