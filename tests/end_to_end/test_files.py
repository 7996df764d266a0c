"""Something that is not a regular file is reported at once: envlink does not wait for a FIFO without a writer, and
does not silently skip a file."""

import os
import subprocess
import unittest

from harness import HANG, PROGRAM, Case, desired, workspace


class NoFiles(Case):
    def setUp(self):
        super().setUp()
        os.mkfifo(self.folder / "fifo")
        (self.folder / "folder").mkdir()
        (self.folder / "large").write_bytes(b"# " + b"x" * (5 << 20))
        self.real = self.emulator(workspace())
        self.write("envlink.yaml", desired())

    def hold(self, path, *arguments, code=1, kinds=3):
        for name, why in (("fifo", "it is not a regular file"), ("folder", "it is a folder"), ("large", "it is larger than 4 MB"))[:kinds]:
            target = self.folder / path
            if target.is_symlink():
                target.unlink()
            if path:
                target.symlink_to(self.folder / name)
            words = [word.replace("FILE", name) for word in arguments]
            result = self.run_envlink(*words, emulator=self.real)
            self.assert_exit(result, code)
            told = " ".join(result.stderr.split())
            self.assertRegex(told, f"(?i)cannot (be )?read.*{why}")

    def test_the_file_must_be_regular(self):
        for command in ("validate", "plan", "verify"):
            self.hold("", command, "-f", "FILE")

    def test_a_dotenv_file_next_to_it_must_be_regular_even_if_the_key_is_known(self):
        self.hold(".env", "plan")

    def test_a_named_dotenv_file_must_be_regular(self):
        self.hold("", "plan", "--env-file", "FILE")

    def test_the_login_file_must_be_regular_if_no_other_source_has_a_key(self):
        (self.folder / "home/.render").mkdir()
        for name in ("fifo", "folder"):
            login = self.folder / "home/.render/cli.yaml"
            login.unlink(missing_ok=True)
            login.symlink_to(self.folder / name)
            result = self.run_envlink("plan", emulator=self.real, key=None)
            self.assert_exit(result, 1)
            self.assertIn("cli.yaml", result.stderr)

    def test_a_file_of_required_keys_must_be_regular(self):
        for name in ("fifo", "folder", "large"):
            self.write("envlink.yaml", desired(services={"base": {"link": ["shared"], "require_from": name}}))
            result = self.run_envlink("validate")
            self.assert_exit(result, 1)
            self.assertIn("cannot be read", result.stderr)

    def test_a_plan_file_must_be_regular(self):
        self.hold("", "apply", "FILE", "--yes", kinds=2)  # a plan may be larger

    def test_a_blueprint_must_be_regular(self):
        self.hold("", "init", "--from-blueprint", "FILE", "-f", "new.yaml")

    def test_a_workspace_file_and_a_fault_file_must_be_regular(self):
        self.hold("", "emulate", "FILE")
        self.hold("", "rehearse", "--faults", "FILE")

    def test_dev_null_is_read_as_an_empty_file(self):
        self.assert_exit(self.run_envlink("plan", "--env-file", "/dev/null", emulator=self.real), 0)

    def test_a_pipe_opened_by_a_shell_is_read_to_its_end(self):
        result = subprocess.run(["bash", "-c", f'"{PROGRAM}" validate -f <(cat envlink.yaml)'], cwd=self.folder, text=True,
                                timeout=HANG, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("4 services, 1 group, no problems", result.stdout)


if __name__ == "__main__":
    unittest.main()
