#!/usr/bin/env python3
"""Which commit a program says it was made from: cmake/WriteCommit.cmake in repositories of each kind.

usage: commit_test.py CMAKE"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

CMAKE = sys.argv.pop(1)
SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "cmake/WriteCommit.cmake"


class Commit(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.sources = pathlib.Path(scratch.name) / "sources"
        self.out = pathlib.Path(scratch.name) / "commit.cpp"
        self.sources.mkdir()

    def git(self, *arguments, folder=None):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.sources.parent), "GIT_CONFIG_NOSYSTEM": "1",
                       **{f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}}
        return subprocess.run(["git", "-C", str(folder or self.sources), *arguments], check=True, text=True, capture_output=True,
                              env=environment).stdout.strip()

    def commit(self):
        self.git("init")
        (self.sources / "a.txt").write_text("a")
        self.git("add", ".")
        self.git("commit", "-m", "first")
        return self.git("rev-parse", "HEAD")

    def written(self, sources=None, git="git"):
        subprocess.run([CMAKE, f"-DSOURCE={sources or self.sources}", f"-DGIT={git}", f"-DOUT={self.out}", "-P", str(SCRIPT)], check=True)
        return re.search(r'\{"(.*)", (\w+)\}', self.out.read_text()).groups()

    def test_a_commit_with_and_without_changes(self):
        first = self.commit()
        self.assertEqual(self.written(), (first, "false"))
        (self.sources / "new.txt").write_text("b")
        self.assertEqual(self.written(), (first, "true"))
        self.git("add", ".")
        self.git("commit", "-m", "second")
        second = self.git("rev-parse", "HEAD")
        self.assertNotEqual(first, second)
        self.assertEqual(self.written(), (second, "false"))
        (self.sources / "a.txt").write_text("c")
        self.assertEqual(self.written(), (second, "true"))

    def test_the_file_is_not_touched_without_need(self):
        self.commit()
        self.written()
        before = self.out.stat().st_mtime_ns
        self.written()
        self.assertEqual(self.out.stat().st_mtime_ns, before)

    def test_another_worktree_has_its_own_commit(self):
        first = self.commit()
        other = self.sources.parent / "other"
        self.git("worktree", "add", str(other))
        (self.sources / "a.txt").write_text("c")
        self.assertEqual(self.written(other), (first, "false"))

    def test_without_a_repository_a_commit_or_git_it_is_unknown(self):
        self.assertEqual(self.written(), ("", "false"))
        self.git("init")
        self.assertEqual(self.written(), ("", "false"))
        self.commit()
        self.assertEqual(self.written(git="GIT-NOTFOUND"), ("", "false"))

    def test_a_folder_inside_another_repository_is_not_of_its_commit(self):
        self.commit()
        inside = self.sources / "unpacked"
        inside.mkdir()
        self.assertEqual(self.written(inside), ("", "false"))


if __name__ == "__main__":
    unittest.main()
