"""The page of a service in the Dashboard: opened, or printed if no browser can be opened."""

import os
import unittest

from harness import SERVICES, Case, desired, workspace

PAGE = f"https://dashboard.render.com/web/{SERVICES['core']}"


class Open(Case):
    def setUp(self):
        super().setUp()
        self.render = self.emulator(workspace())

    def open(self, *arguments, **environment):
        return self.run_envlink("open", *arguments, emulator=self.render, **environment)

    def with_opener(self):
        """An xdg-open that records its arguments and the key in its environment."""
        os.mkfifo(self.folder / "told")
        program = self.write("bin-xdg-open", f'#!/bin/sh\necho "$*|$RENDER_API_KEY" > {self.folder}/told\n')
        (self.folder / "bin").mkdir()
        program.rename(self.folder / "bin/xdg-open").chmod(0o755)
        return {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "DISPLAY": ":0"}

    def test_the_page_is_opened_and_the_browser_sees_no_key(self):
        said = self.open("core", **self.with_opener())
        self.assert_exit(said, 0)
        self.assertEqual((self.folder / "told").read_text(), f"{PAGE}|\n")
        self.assertEqual((said.stdout, said.stderr), ("", f"Opening {PAGE}\n"))

    def test_the_address_is_printed_on_request_and_if_no_browser_can_be_opened(self):
        for arguments, environment in ((["--print"], self.with_opener()), ([], {}), ([], {"DISPLAY": ":0", "PATH": "/nowhere"})):
            said = self.open("core", *arguments, **environment)
            self.assert_exit(said, 0)
            self.assertEqual((said.stdout, said.stderr), (f"{PAGE}\n", ""))

    def test_a_service_may_be_named_by_its_id_and_an_unknown_one_is_reported(self):
        self.assertEqual(self.open(SERVICES["core"], "--print").stdout, f"{PAGE}\n")
        wrong = self.open("cora", "--print")
        self.assert_exit(wrong, 1)
        self.assertIn("core", wrong.stderr)
        self.assertEqual(wrong.stdout, "")

    def test_the_workspace_comes_from_the_file_if_there_is_one(self):
        self.write("envlink.yaml", desired(workspace="elsewhere"))
        self.assert_exit(self.open("core", "--print"), 4)


if __name__ == "__main__":
    unittest.main()
