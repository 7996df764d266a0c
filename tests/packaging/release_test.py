"""scripts/release in a small repository whose checks and builds are stand-ins that write down when they ran."""

import os
import shutil
import subprocess
import unittest

from release_maker import REPOSITORY, TARGETS, ReleaseTest, assemble

VERSION = assemble.version_of()
URL = "https://github.com/SOME/envlink/releases/download"
PACKAGE = """#!/bin/sh
echo "package $2" >>build/ran
mkdir -p build/$2/package/bin build/$2/package/share/envlink build/$2/package/share/doc/envlink/licences
printf '#!/bin/sh\\necho envlink %s\\n' "$(sed -n 's/^project(envlink VERSION \\([0-9.]*\\) .*/\\1/p' CMakeLists.txt)" >build/$2/package/bin/envlink
chmod 755 build/$2/package/bin/envlink
echo words | tee build/$2/package/share/envlink/x build/$2/package/share/doc/envlink/LICENSE >build/$2/package/share/doc/envlink/licences/x
echo '[]' >build/$2/libraries.json
"""


class Release(ReleaseTest):
    def setUp(self):
        super().setUp()
        for name in ("CMakeLists.txt", ".gitignore", "scripts/release", "packaging/install.sh", "packaging/surface.txt", "packaging/targets"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(REPOSITORY / name, self.folder / name)
        shutil.copytree(REPOSITORY / "packaging/release", self.folder / "packaging/release", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(self.keys, self.folder / "packaging/release_keys")
        self.write("CHANGELOG.md", f"# Changelog\n\n## {VERSION}\n\n- Words.\n")
        self.write("scripts/package", PACKAGE)
        self.write(".ci/run", "#!/bin/sh\nmkdir -p build\necho checks >>build/ran\n")
        self.write("tests/packaging/from_source", '#!/bin/sh\necho "from source $1" >>build/ran\n')
        self.write("tests/packaging/packages", '#!/bin/sh\necho "packages $1" >>build/ran\n')
        self.write("tests/packaging/roots.py", '#!/bin/sh\necho "roots $1" >>build/ran\n')
        self.git("init", "--quiet")
        self.commit()
        self.out = self.folder / f"build/release-{VERSION}"

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if text.startswith("#!"):
            file.chmod(0o755)

    def git(self, *arguments):
        return subprocess.run(["git", "-c", "user.name=somebody", "-c", "user.email=somebody@example.com", *arguments], cwd=self.folder,
                              check=True, capture_output=True, text=True).stdout.strip()

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "words")

    def release(self, *flags, key=None, url=URL, user=0, cwd="/"):
        stand_ins = self.folder / "build/stand-ins"
        stand_ins.mkdir(parents=True, exist_ok=True)
        (stand_ins / "id").write_text(f"#!/bin/sh\necho {user}\n")
        (stand_ins / "id").chmod(0o755)
        return subprocess.run([self.folder / "scripts/release", "--key", key or self.key, "--url", url, *flags], cwd=cwd, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PATH": f"{stand_ins}:{os.environ['PATH']}"})

    def ran(self):
        file = self.folder / "build/ran"
        return file.read_text().splitlines() if file.exists() else []

    def assert_refuses(self, says, ran=(), **more):
        told = self.release(**more)
        self.assertNotEqual(told.returncode, 0)
        self.assertRegex(told.stderr, says)
        self.assertEqual(self.ran(), list(ran))
        self.assertEqual([*self.folder.glob("build/release-*")], [])

    def test_one_command_checks_builds_and_leaves_a_folder_that_installs(self):
        told = self.release()
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(self.ran(), ["checks", "from source trixie", *(f"package {one}" for one in TARGETS), "roots x86_64-linux-musl", "roots aarch64-linux-musl",
                                      f"packages build/release-{VERSION}.part"])
        names = {one.name for one in self.out.iterdir()}
        self.assertLessEqual({"SHA256SUMS", "SHA256SUMS.sig", "install.sh", "envlink.rb", "provenance.json"}, names)
        self.assertEqual(len(names), 4 * 2 + 2 * 3 + 5)
        self.assertIn(f"git tag --sign v{VERSION} {self.git('rev-parse', 'HEAD')}", told.stdout)
        installed = subprocess.run(["sh", self.out / "install.sh", "--from", self.out, "--prefix", self.folder / "there"], capture_output=True, text=True)
        self.assertIn(f"envlink {VERSION} is installed", installed.stdout, installed.stderr)

    def test_checks_can_be_skipped_and_the_commit_may_have_its_tag_already(self):
        self.git("tag", f"v{VERSION}")
        self.assertEqual(self.release("--skip-checks").returncode, 0)
        self.assertNotIn("checks", self.ran())

    def test_the_key_is_named_from_the_folder_of_the_caller(self):
        self.assertEqual(self.release("--skip-checks", key=self.key.name, cwd=self.key.parent).returncode, 0)

    def test_an_address_that_is_none_is_refused(self):
        self.assert_refuses("github.com/SOME/envlink is not an address of releases", url="github.com/SOME/envlink")

    def test_only_root_can_run_every_check(self):
        self.assert_refuses("Only root can run every check", user=1000)
        self.assertEqual(self.release("--skip-checks", user=1000).returncode, 0)

    def test_nothing_is_built_from_a_tree_that_is_not_committed(self):
        self.write("new.txt", "words")
        self.assert_refuses("not committed")

    def test_a_version_that_was_released_before_is_refused(self):
        self.git("tag", f"v{VERSION}")
        self.write("new.txt", "words")
        self.commit()
        self.assert_refuses("already released, as another commit")

    def test_a_version_that_was_released_from_another_clone_is_refused(self):
        other = self.folder / "build/other"
        self.git("clone", "--quiet", "--bare", ".", other)
        self.git("--git-dir", other, "tag", f"v{VERSION}")
        self.git("remote", "add", "origin", other)
        self.write("new.txt", "words")
        self.commit()
        self.assert_refuses("already released, as another commit")
        shutil.rmtree(other)
        self.assert_refuses("The tags of origin cannot be fetched")

    def test_a_changelog_that_is_not_ready_is_refused(self):
        self.write("CHANGELOG.md", f"# Changelog\n\n## Unreleased\n\n- Words.\n\n## {VERSION}\n\n- Words.\n")
        self.commit()
        self.assert_refuses(f'begins with "## Unreleased", not with "## {VERSION}"')

    def test_a_change_since_the_last_release_that_the_changelog_does_not_name_is_refused(self):
        self.git("tag", "v0.0.1")
        self.write("new.txt", "words")
        self.commit()
        self.git("tag", "v0.0.2-rc1")  # not a release
        surface = (self.folder / "packaging/surface.txt").read_text()
        self.write("packaging/surface.txt", surface + "flag apply: --sooner\n")
        self.commit()
        self.assert_refuses(r"does not name these changes since v0.0.1:\n    \+ flag apply: --sooner")
        self.write("CHANGELOG.md", f"# Changelog\n\n## {VERSION}\n\n- `apply --sooner`.\n")
        self.commit()
        self.assertEqual(self.release("--skip-checks").returncode, 0)

    def test_a_version_below_the_last_release_is_refused(self):
        self.git("tag", "v99.0.0")
        self.write("new.txt", "words")
        self.commit()
        self.assert_refuses("does not come after the last release, v99.0.0")

    def test_without_a_key_that_users_trust_it_stops_and_says_how_to_make_one(self):
        self.write("packaging/release_keys", "# none yet\n")
        self.commit()
        self.assert_refuses("has no key.*\n.*\n.*ssh-keygen -t ed25519")

    def test_a_failed_check_or_package_leaves_no_release(self):
        for name, ran in ((".ci/run", []), ("tests/packaging/packages", ["checks", "from source trixie", *(f"package {one}" for one in TARGETS), "roots x86_64-linux-musl",
                                                            "roots aarch64-linux-musl"])):
            before = (self.folder / name).read_text()
            self.write(name, "#!/bin/sh\necho broken >&2\nexit 1\n")
            self.commit()
            self.assert_refuses("broken", ran)
            self.write(name, before)
            self.commit()

    def test_a_release_that_is_there_is_not_overwritten(self):
        self.out.mkdir(parents=True)
        self.assertIn("is already there", self.release().stderr)
        self.assertEqual(self.ran(), [])

    def test_a_commit_during_the_build_is_noticed(self):
        self.write("tests/packaging/from_source", '#!/bin/sh\necho "from source $1" >>build/ran\n')
        self.write("tests/packaging/packages", "#!/bin/sh\necho words >new.txt\n")
        self.commit()
        told = self.release("--skip-checks")
        self.assertIn("The tree changed while the release was built", told.stderr)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
