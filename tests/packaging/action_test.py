"""The scripts behind action.yml and setup/action.yml, with a loopback server that has a release, and a folder for the
repository's cache. The program in the release is the one under test."""

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

from release_maker import REPOSITORY, ReleaseTest, Server, assemble, make_release

PROGRAM = pathlib.Path(os.environ.get("ENVLINK", REPOSITORY / "build/dev/src/envlink")).resolve()
sys.path.insert(0, str(REPOSITORY / "tests/end_to_end"))
from harness import KEY, Emulator, desired, workspace  # noqa: E402

VERSION = assemble.version_of()


class Action(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "work").mkdir()

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "RENDER_WORKSPACE": "", "CI": "true",
                "GITHUB_ACTION_PATH": str(REPOSITORY), "GITHUB_WORKSPACE": str(self.folder / "work"), "PROGRAM": str(PROGRAM),
                "GITHUB_STEP_SUMMARY": str(self.folder / "step.md"), "RUNNER_TEMP": str(self.folder / "temp"), **more}

    def run_action(self, command, **more):
        return subprocess.run([REPOSITORY / "packaging/action"], cwd=self.folder / "work", text=True,
                              env=self.environment(COMMAND=command, **more), capture_output=True, stdin=subprocess.DEVNULL)

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
        copies = sorted(cache.glob(names["copies"] + "*"), key=lambda copy: copy.stat().st_mtime_ns)
        if "here" not in names and copies:
            for file in copies[-1].iterdir():
                shutil.copy2(file, pathlib.Path(names["files"]).parent)
        result = self.run_action(command, **more)
        copy = cache / names["copy"]
        copy.mkdir(parents=True)
        for file in glob.glob(names["files"]):
            shutil.copy2(file, copy)
        return result

    def test_the_action_runs_the_command_in_the_folder_of_the_step(self):
        result = self.run_action("version -o json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["version"], 1)
        (self.folder / "work/envlink.yaml").write_text(json.dumps(desired()))
        self.assertEqual(self.run_action("validate").returncode, 0)

    def test_the_exit_code_is_envlinks(self):
        self.assertEqual(self.run_action("no-such-command").returncode, 64)

    def test_the_job_gets_a_summary(self):
        with Emulator(workspace()) as emulator:
            (self.folder / "work/envlink.yaml").write_text(json.dumps(desired()))
            self.run_action("plan", GITHUB_ACTIONS="true", RENDER_HOST=emulator.url, RENDER_API_KEY=KEY)
        self.assertIn("base", (self.folder / "step.md").read_text())

    def test_the_key_is_on_no_command_line(self):
        key = "rnd_ActionTestKey0123456789abcdef"
        shows = self.folder / "shows"
        shows.write_text('#!/bin/sh\necho "$@"\n[ -n "$RENDER_API_KEY" ] && echo has the key\n')
        shows.chmod(0o755)
        told = self.run_action("plan --detailed-exitcode", PROGRAM=str(shows), RENDER_API_KEY=key)
        self.assertEqual(told.stdout, "plan --detailed-exitcode\nhas the key\n")

    def test_with_a_team_store_its_secrets_reach_the_program_and_no_journal_is_cached(self):
        secrets = {"ENVLINK_STORE": "postgres://envlink:hunter2@127.0.0.1:1/envlink",
                   "ENVLINK_STORE_KEY": "envlink-store-key-AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}
        result = self.run_action("runs", **secrets)
        self.assertIn("envlink@127.0.0.1:1/envlink cannot be reached", result.stderr)
        self.assertNotIn("hunter2", result.stdout + result.stderr)
        self.assertNotIn(secrets["ENVLINK_STORE_KEY"], result.stdout + result.stderr)
        self.assertEqual(self.cache_names(**secrets), {"here": "true"})

    def test_without_a_team_store_its_inputs_count_as_not_given(self):
        result = self.run_action("runs", ENVLINK_STORE="", ENVLINK_STORE_KEY="")
        self.assertIn("No run yet on this machine", result.stderr)

    def test_a_command_can_have_several_lines(self):
        shows = self.folder / "shows"
        shows.write_text('#!/bin/sh\nprintf "<%s>" "$@"\n')
        shows.chmod(0o755)
        for command in ("apply --yes\n--only web\n", "\n  apply\n--yes  --only\tweb"):
            self.assertEqual(self.run_action(command, PROGRAM=str(shows)).stdout, "<apply><--yes><--only><web>")

    def test_without_a_command_it_runs_nothing(self):
        for command in ("", " \n "):
            told = self.run_action(command)
            self.assertEqual((told.returncode, told.stdout), (64, ""))
            self.assertEqual(told.stderr, "envlink: `command` is empty\n  → Such as plan, or apply --yes\n")

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

    def test_action_yml_sets_up_restores_runs_and_always_saves(self):
        program, cache, setup, names, restore, run, save = steps("action.yml")
        self.assertEqual([program, cache, setup], [step.replace("/../", "/") for step in steps("setup/action.yml")])
        self.assertIn('packaging/setup" names', program)
        self.assertIn("actions/cache@", cache)
        self.assertRegex(cache, r"\n      if: steps\.program\.outputs\.here != 'true'\n")
        self.assertIn("path: ${{ steps.program.outputs.files }}", cache)
        self.assertIn("key: envlink-${{ steps.program.outputs.version }}-${{ runner.os }}-${{ runner.arch }}", cache)
        self.assertIn('packaging/setup" install', setup)
        self.assertIn("packaging/journal_cache", names)
        self.assertIn("packaging/action", run)
        self.assertIn("PROGRAM: ${{ steps.setup.outputs.program }}", run)
        for step in (setup, run):
            self.assertNotIn("continue-on-error", step)
        self.assertIn("actions/cache/restore@", restore)
        self.assertRegex(restore, r"\n      if: steps\.journal\.outputs\.here != 'true'\n")
        self.assertIn("actions/cache/save@", save)
        self.assertRegex(save, r"\n      if: always\(\) && steps\.journal\.outputs\.copy != ''\n")
        for step in (cache, restore, save):
            self.assertIn("continue-on-error: true", step)
        for step in (restore, save):
            self.assertIn("path: ${{ steps.journal.outputs.files }}", step)
            self.assertIn("\n        key: ${{ steps.journal.outputs.copy }}", step)
        self.assertIn("restore-keys: ${{ steps.journal.outputs.copies }}", restore)

    def test_other_actions_are_pinned_by_their_commit(self):
        for file in ("action.yml", "setup/action.yml"):
            for used in re.findall(r"uses: (.*)", (REPOSITORY / file).read_text()):
                self.assertRegex(used, r"^[\w/-]+@[0-9a-f]{40} # v[0-9.]+$")

    def test_the_descriptions_pass_what_the_scripts_read(self):
        for file, names in (("action.yml", ("VERSION", "RELEASES_URL", "COMMAND", "RENDER_API_KEY", "RENDER_WORKSPACE")),
                            ("setup/action.yml", ("VERSION", "RELEASES_URL"))):
            description = (REPOSITORY / file).read_text()
            for name in names:
                self.assertRegex(description, rf"\n        {name}: \$\{{\{{ inputs\.")
            for name in set(re.findall(r"inputs\.([a-z-]+)", description)):
                self.assertRegex(description, rf"\n  {name}:\n")


def steps(file):
    """The steps of a composite action, without comments."""
    text = (REPOSITORY / file).read_text().partition("  steps:\n")[2]
    return [re.sub(r"\n    #.*", "", step).rstrip() for step in re.split(r"^    - ", text, flags=re.M)[1:]]


class Setup(ReleaseTest):
    def setUp(self):
        super().setUp()
        self.server = self.enterContext(Server(self.folder / "server"))
        self.releases = self.folder / "server/SOME/envlink/releases/download"
        self.make(VERSION)
        self.action = self.folder / "_work/_actions/SOME/envlink/v1"
        self.copy_action(self.action)

    def make(self, version):
        does = f'#!/bin/sh\nexec {PROGRAM} "$@"\n' if version == VERSION else f"#!/bin/sh\necho envlink {version}\n"
        make_release(self.releases, version, "https://nowhere.example", self.key, self.keys, does.encode())

    def copy_action(self, to):
        """What the runner downloads of the repository, with the key of this test."""
        for name in ("action.yml", "setup/action.yml", "CMakeLists.txt", *(f"packaging/{one}" for one in ("setup", "install.sh", "action"))):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, to / name)
        shutil.copy(self.keys, to / "packaging/release_keys")

    def step(self, what, runner="runner", action=None, version="", **more):
        """A step of setup/action.yml: its result, its outputs, and what it puts in PATH."""
        temp = self.folder / runner
        temp.mkdir(exist_ok=True)
        told = {name: temp / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in told.values():
            file.write_text("")
        result = subprocess.run([(action or self.action) / "setup/../packaging/setup", what], text=True, capture_output=True, env={
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "RUNNER_TEMP": str(temp), "VERSION": version,
            "GITHUB_SERVER_URL": self.server.url, "GITHUB_REPOSITORY": "OTHER/app", **{name: str(file) for name, file in told.items()}, **more})
        outputs = dict(line.split("=", 1) for line in told["GITHUB_OUTPUT"].read_text().splitlines())
        return result, outputs, told["GITHUB_PATH"].read_text().splitlines()

    def test_a_job_downloads_checks_and_installs_the_version_of_the_revision(self):
        _, names, _ = self.step("names")
        self.assertEqual(names, {"version": VERSION, "files": f"{self.folder}/runner/envlink-release/{VERSION}"})
        result, outputs, path = self.step("install")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.split()[:2], ["envlink", VERSION])
        self.assertEqual(path, [str(pathlib.Path(outputs["program"]).parent)])
        self.assertTrue(all(asked.startswith("/SOME/envlink/releases/download/") for asked in self.server.asked))

    def test_a_copy_in_the_cache_is_installed_without_a_download(self):
        _, names, _ = self.step("names", "first")
        self.step("install", "first")
        shutil.copytree(names["files"], str(names["files"]).replace("first", "second"))
        self.server.asked.clear()
        result, outputs, _ = self.step("install", "second")
        self.assertEqual((result.returncode, result.stderr, self.server.asked), (0, "", []))
        self.assertTrue(pathlib.Path(outputs["program"]).exists())

    def test_a_copy_in_the_cache_that_somebody_changed_is_downloaded_again(self):
        _, names, _ = self.step("names")
        self.step("install")
        (cached,) = pathlib.Path(names["files"]).glob("*.tar.gz")
        good = cached.read_bytes()
        cached.write_bytes(b"changed")
        self.server.asked.clear()
        result, _, _ = self.step("install")
        self.assertEqual(result.returncode, 0)
        self.assertIn("is not the signed file", result.stderr)
        self.assertEqual(len(self.server.asked), 3)
        self.assertEqual(cached.read_bytes(), good)

    def test_a_second_use_in_one_job_needs_neither_cache_nor_network(self):
        self.step("install")
        self.server.asked.clear()
        self.assertEqual(self.step("names")[1]["here"], "true")
        self.assertEqual(self.step("install")[0].returncode, 0)
        self.assertEqual(self.server.asked, [])

    def test_a_version_can_be_named_also_an_older_one_later_in_the_job(self):
        for version in ("9.0.0", "8.0.0"):
            self.make(version)
            result, outputs, _ = self.step("install", version="v" + version)
            self.assertEqual(result.stdout, f"envlink {version}\n")
            self.assertIn(version, outputs["program"])

    def test_a_version_that_is_none_is_refused_before_it_is_part_of_a_path(self):
        kept = self.folder / "runner/kept"
        kept.parent.mkdir()
        kept.write_text("")
        for version in ("..", "../..", "latest", "1.2", "1.2.3; true"):
            for what in ("names", "install"):
                result, outputs, path = self.step(what, version=version)
                self.assertEqual((result.returncode, outputs, path), (1, {}, []))
                self.assertIn("is not a version", result.stderr)
        self.assertTrue(kept.exists())

    def test_a_revision_between_releases_says_what_to_do(self):
        shutil.rmtree(self.releases / f"v{VERSION}")
        result, outputs, path = self.step("install")
        self.assertEqual((result.returncode, outputs, path), (1, {}, []))
        self.assertIn(f"/SOME/envlink/releases/download/v{VERSION}/SHA256SUMS could not be downloaded", result.stderr)
        self.assertIn(f"Is there a release {VERSION}?", result.stderr)

    def test_another_address_is_used_if_it_is_given_and_a_local_action_is_of_the_workflows_repository(self):
        result, _, _ = self.step("install", RELEASES_URL=f"{self.server.url}/SOME/envlink/releases/download")
        self.assertEqual(result.returncode, 0, result.stderr)
        local = self.folder / "app"
        self.copy_action(local)
        result, _, _ = self.step("install", "other", action=local)
        self.assertIn("/OTHER/app/releases/download/", result.stderr)

    def test_a_release_that_somebody_changed_is_not_put_in_path(self):
        for file in self.releases.glob("*/*.tar.gz"):
            file.write_bytes(file.read_bytes() + b"x")
        result, outputs, path = self.step("install")
        self.assertEqual((result.returncode, outputs, path), (1, {}, []))
        self.assertIn("is not the signed file", result.stderr)
        self.assertNotIn("set `version`", result.stderr)


if __name__ == "__main__":
    unittest.main()
