"""install.sh: what it installs, and that it changes nothing when it refuses. The releases are on a loopback server and
signed with a key of the test."""

import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import unittest

from release_maker import REPOSITORY, TARGETS, ReleaseTest, Server, archive, make_key, make_release, program, sign_sums
import signature

HANG = 60
SHELLS = (["dash"], ["bash"], ["busybox", "ash"])
TOOLS = ("awk cat chmod cp cut dirname env find grep head mkdir mktemp mv rm sed sha256sum tar gzip tr uname wc sh").split()
PAGE = b"<!DOCTYPE html><title>Sign in</title>"


def snapshot(folder):
    """Every path below, with its mode and content."""
    return {str(one.relative_to(folder)): (stat.S_IMODE(one.lstat().st_mode), one.read_bytes() if one.is_file() else None)
            for one in folder.rglob("*")}


class Install(ReleaseTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_key, _ = make_key(cls.key_folder, "other")

    def setUp(self):
        super().setUp()
        self.home, self.temp, self.releases = (self.folder / name for name in ("home", "temp", "releases"))
        for one in (self.home, self.temp, self.releases):
            one.mkdir()
        self.server = self.enterContext(Server(self.releases))
        self.target = f"{os.uname().machine}-linux-musl"
        self.release = self.make("0.2.0")
        self.archive = self.release / f"envlink-0.2.0-{self.target}.tar.gz"
        self.prefix = self.home / ".local"

    def make(self, version, **more):
        return make_release(self.releases, version, self.server.url, self.key, self.keys, **more)

    def tools(self, *names, **scripts):
        """A folder with these programs only, and with scripts of this test in place of others."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name in (*TOOLS, *names):
            (folder / name).symlink_to(shutil.which(name))
        for name, text in scripts.items():
            script = folder / name.replace("_", "-")
            script.unlink(missing_ok=True)
            script.write_text("#!/bin/sh\n" + text)
            script.chmod(0o755)
        return str(folder)

    def command(self, *arguments, shell=("sh",), script=None, path=None, **more):
        return {"args": [shutil.which(shell[0]), *shell[1:], script or self.release / "install.sh", *arguments],
                "env": {"HOME": str(self.home), "TMPDIR": str(self.temp), "PATH": path or os.environ["PATH"], "LC_ALL": "C"},
                "cwd": self.folder, "text": True, "stdin": subprocess.DEVNULL, **more}

    def install(self, *arguments, **more):
        return subprocess.run(**self.command(*arguments, **more), capture_output=True, timeout=HANG)

    def installed(self, prefix=None):
        return subprocess.run([(prefix or self.prefix) / "bin/envlink", "version"], capture_output=True, text=True, check=True).stdout.strip()

    def assert_installs(self, *arguments, version="0.2.0", prefix=None, **more):
        told = self.install(*arguments, **more)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(self.installed(prefix), f"envlink {version}")
        self.assertIn(f"envlink {version} is installed: {prefix or self.prefix}/bin/envlink", told.stdout)
        self.assertEqual(told.stderr, "")
        self.assert_nothing_is_left()
        return told.stdout

    def assert_refuses(self, *arguments, says, **more):
        before = snapshot(self.home)
        told = self.install(*arguments, **more)
        self.assertEqual(told.returncode, 1, told.stdout + told.stderr)
        self.assertRegex(told.stderr, says)
        self.assertEqual(told.stdout, "")
        self.assertEqual(snapshot(self.home), before)
        self.assert_nothing_is_left()
        return told.stderr

    def assert_nothing_is_left(self):
        self.assertEqual(list(self.temp.iterdir()), [])
        self.assertEqual([*self.home.glob("**/.envlink-install*")], [])

    # What it installs

    def test_each_shell_installs_the_whole_release_into_the_home_folder(self):
        for shell in SHELLS:
            with self.subTest(shell):
                shutil.rmtree(self.prefix, ignore_errors=True)
                said = self.assert_installs(shell=shell)
                self.assertIn(f'export PATH="{self.prefix}/bin:$PATH"', said)
                there = snapshot(self.prefix)
                self.assertEqual(there["bin/envlink"][0], 0o755)
                self.assertEqual(there["share/man/man1/envlink.1"], (0o644, b"0.2.0"))
                self.assertIn("share/doc/envlink/0.2.0.md", there)
                self.assertIn("share/envlink/schema/plan.schema.json", there)

    def test_curl_wget_or_the_wget_of_busybox_will_do(self):
        busybox = shutil.which("busybox")
        for path in (self.tools("ssh-keygen", "curl"), self.tools("ssh-keygen", "wget"),
                     self.tools("ssh-keygen", wget=f'exec {busybox} wget "$@"')):
            with self.subTest(path):
                shutil.rmtree(self.prefix, ignore_errors=True)
                self.assert_installs(path=path)

    def test_a_system_of_nothing_but_busybox_and_ssh_keygen(self):
        folder = self.folder / "busybox"
        folder.mkdir()
        for name in (*TOOLS, "wget"):
            (folder / name).symlink_to(shutil.which("busybox"))
        (folder / "ssh-keygen").symlink_to(shutil.which("ssh-keygen"))
        self.assert_installs(shell=["busybox", "ash"], path=str(folder))
        self.archive.write_bytes(PAGE)
        self.assert_refuses(shell=["busybox", "ash"], path=str(folder), says="is not the signed file; nothing was installed")

    def test_from_a_folder_it_needs_no_network(self):
        self.assert_installs("--from", self.release, path=self.tools("ssh-keygen"))
        self.assertEqual(self.server.asked, [])

    def test_names_with_spaces_and_quotes(self):
        there = self.folder / "it's a \"folder\""
        shutil.copytree(self.release, there)
        self.assert_installs("--from", there, "--prefix", there / "new one/to make", prefix=there / "new one/to make")

    def test_a_relative_prefix_is_below_the_current_folder(self):
        self.assert_installs("--prefix", "there", prefix=self.folder / "there")

    def test_a_prefix_is_recognized_in_path_however_it_is_written(self):
        path = f"{self.folder}/there/bin:{os.environ['PATH']}"
        for prefix in ("there/", "./there", f"{self.folder}/there//"):
            told = self.assert_installs("--prefix", prefix, prefix=self.folder / "there", path=path)
            self.assertNotIn("PATH", told)

    def test_what_was_kept_can_be_installed_without_the_network(self):
        kept = self.folder / "kept"
        self.assert_installs("--keep", kept)
        self.assertEqual(sorted(one.name for one in kept.iterdir()), ["SHA256SUMS", "SHA256SUMS.sig", self.archive.name])
        self.server.asked.clear()
        self.assert_installs("--from", kept)
        self.assertEqual(self.server.asked, [])
        (self.folder / "file").write_text("")
        self.assert_refuses("--keep", self.folder / "file", says="cannot be written; nothing was installed")

    def test_it_takes_the_archive_of_the_machine(self):
        for system, machine, rosetta, target in (
                ("Linux", "x86_64", 0, "x86_64-linux-musl"), ("Linux", "aarch64", 0, "aarch64-linux-musl"),
                ("Darwin", "arm64", 1, "aarch64-macos"), ("Darwin", "x86_64", 0, "x86_64-macos"), ("Darwin", "x86_64", 1, "aarch64-macos")):
            with self.subTest(system=system, machine=machine, rosetta=rosetta):
                self.server.asked.clear()
                uname = f'[ "$1" = -s ] && echo {system} || echo {machine}'
                self.assert_installs(path=self.tools("ssh-keygen", "curl", uname=uname, sysctl=f"echo {rosetta}"))
                self.assertEqual(self.server.asked[-1], f"/v0.2.0/envlink-0.2.0-{target}.tar.gz")

    def test_a_newer_version_replaces_an_older_one_and_its_documentation(self):
        self.assert_installs()
        newer = self.make("0.10.0")
        (self.prefix / "share/man/man1/other.1").write_text("of somebody else")
        said = self.assert_installs(script=newer / "install.sh", version="0.10.0")
        self.assertIn("(before: 0.2.0)", said)
        self.assertEqual([one.name for one in (self.prefix / "share/doc/envlink").iterdir()], ["0.10.0.md"])
        self.assertEqual((self.prefix / "share/man/man1/envlink.1").read_text(), "0.10.0")
        self.assertTrue((self.prefix / "share/man/man1/other.1").exists())

    def test_the_same_version_can_be_installed_again(self):
        self.assert_installs()
        self.assert_installs()

    def test_a_program_that_does_not_run_is_replaced(self):
        (self.prefix / "bin").mkdir(parents=True)
        (self.prefix / "bin/envlink").write_text("damaged")
        self.assert_installs()

    def test_another_envlink_that_comes_first_in_path_is_named(self):
        other = self.tools("ssh-keygen", "curl", envlink="echo envlink 9.9.9")
        said = self.assert_installs(path=f"{other}:{self.prefix}/bin")
        self.assertIn(f"`envlink` runs {other}/envlink, which comes earlier", said)
        os.remove(f"{other}/envlink")
        self.assertNotIn("PATH", self.assert_installs(path=f"{other}:{self.prefix}/bin"))

    def test_the_copy_in_the_repository_takes_the_keys_beside_it(self):
        copy = self.folder / "packaging/install.sh"
        copy.parent.mkdir()
        shutil.copy(REPOSITORY / "packaging/install.sh", copy)
        shutil.copy(self.keys, copy.parent / "release_keys")
        self.assert_installs("--version", "v0.2.0", "--url", self.server.url + "/", script=copy)
        self.assert_refuses(script=copy, says="Which version")
        self.assert_refuses("--version", "0.2.0", script=copy, says="Where are the releases")
        (copy.parent / "release_keys").write_text("# none yet\n")
        self.assert_refuses("--version", "0.2.0", "--url", self.server.url, script=copy, says="no release key")

    # What it refuses

    def test_a_tampered_truncated_or_replaced_archive(self):
        whole = self.archive.read_bytes()
        for name, data in (("tampered", whole[:-9] + b"x" + whole[-8:]), ("truncated", whole[:-1]), ("empty", b""), ("page", PAGE),
                           ("of another version", archive("0.1.0", self.target))):
            with self.subTest(name):
                self.archive.write_bytes(data)
                for arguments in ((), ("--from", self.release)):
                    self.assert_refuses(*arguments, says="is not the signed file; nothing was installed")

    def test_a_list_of_files_that_is_not_signed_by_the_release_key(self):
        sums, signed = self.release / "SHA256SUMS", self.release / "SHA256SUMS.sig"
        good, good_signature = sums.read_bytes(), signed.read_bytes()

        def by_another_key():
            signature.sign(sums, self.other_key)

        def for_another_purpose():
            signed.unlink()
            subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", self.key, "-n", "git", sums], check=True, capture_output=True)

        def tampered():
            self.archive.write_bytes(archive("0.2.0", self.target, b"#!/bin/sh\necho envlink 0.2.0; evil"))
            sign_sums(self.release, self.other_key)
            signed.write_bytes(good_signature)

        for change in (by_another_key, for_another_purpose, tampered, lambda: sums.write_bytes(PAGE), lambda: signed.write_bytes(PAGE),
                       lambda: signed.write_bytes(b""), lambda: sums.write_bytes(good[:-1])):
            with self.subTest(change.__name__):
                change()
                self.assert_refuses(says="not signed by envlink's release key; nothing was installed")
                sums.write_bytes(good)
                signed.write_bytes(good_signature)

    def test_what_the_server_does_not_have(self):
        for name in ("SHA256SUMS", "SHA256SUMS.sig", self.archive.name):
            with self.subTest(name):
                (self.release / name).rename(self.folder / name)
                for path in (self.tools("ssh-keygen", "curl"), self.tools("ssh-keygen", "wget")):
                    self.assert_refuses(path=path, says=rf"/v0.2.0/{name} could not be downloaded\n  why: .*404")
                self.assert_refuses("--from", self.release, says=f"{name} is not there")
                (self.folder / name).rename(self.release / name)
        self.assert_refuses("--version", "0.9.9", says="could not be downloaded")

    def test_what_the_server_says_is_shown_without_control_characters(self):
        wget = self.tools("ssh-keygen", wget="printf 'Grüße \\033[31m\\302\\23331m\\r\\nEnd' >&2; exit 1")
        said = self.assert_refuses(path=wget, says="SHA256SUMS could not be downloaded\n  why: Grüße \\[31m31m End\n")
        self.assertNotRegex(said, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_a_server_that_cannot_be_reached(self):
        for path in (self.tools("ssh-keygen", "curl"), self.tools("ssh-keygen", "wget")):
            self.assert_refuses("--url", "http://127.0.0.1:1", path=path, says="could not be downloaded")

    def test_a_download_that_breaks_off(self):
        whole = self.archive.read_bytes()
        self.server.answers[".tar.gz"] = lambda handler: self.server.give(handler, whole[:100], length=len(whole))
        for path in (self.tools("ssh-keygen", "curl"), self.tools("ssh-keygen", "wget")):
            self.assert_refuses(path=path, says="could not be downloaded")

    def test_files_that_are_larger_than_any_of_a_release(self):
        for name, most in (("SHA256SUMS", 65536), ("SHA256SUMS.sig", 16384), (".tar.gz", 67108864)):
            with self.subTest(name):
                self.server.answers, self.server.sent = {name: self.server.give_without_end}, 0
                self.assert_refuses(says=f"larger than {most} bytes")
                self.assertLess(self.server.sent, most + (32 << 20))  # what the sockets hold
        with open(self.release / "SHA256SUMS", "ab") as file:
            file.truncate(1 << 30)
        self.assert_refuses("--from", self.release, says="larger than 65536 bytes")

    def test_an_old_release_under_the_name_of_a_new_one(self):
        shutil.copytree(self.release, self.releases / "v0.3.0")
        self.assert_refuses("--version", "0.3.0", says=f"no envlink-0.3.0-{self.target}.tar.gz; nothing was installed")
        os.rename(self.releases / "v0.3.0" / self.archive.name, self.releases / "v0.3.0" / self.archive.name.replace("2", "3", 1))
        self.assert_refuses("--version", "0.3.0", says="nothing was installed")

    def test_an_older_version_than_the_one_installed_unless_told_to(self):
        newer = self.make("0.10.0")
        self.assert_installs(script=newer / "install.sh", version="0.10.0")
        self.assert_refuses(says="envlink 0.10.0 is installed in .*, which is newer than 0.2.0; nothing was changed")
        self.assert_installs("--allow-older")

    def test_a_signed_archive_whose_program_does_not_run_here_or_is_of_another_version(self):
        for number, does in enumerate((b"\x7fELF of another machine", b"#!/bin/sh\nexit 1\n", program("0.1.0"))):
            self.make(f"1.0.{number}", does=does)
            kept = self.folder / "kept"
            self.assert_refuses("--version", f"1.0.{number}", "--keep", kept, says="does not run here; nothing was installed")
            self.assertFalse(self.prefix.exists() or kept.exists())

    def test_a_machine_that_no_release_is_for(self):
        for system, machine in (("Linux", "riscv64"), ("FreeBSD", "x86_64"), ("MINGW64_NT", "x86_64")):
            uname = f'[ "$1" = -s ] && echo {system} || echo {machine}'
            self.assert_refuses(path=self.tools("ssh-keygen", "curl", uname=uname), says=f"There is no envlink for {system} on {machine}")
        os.remove(self.archive)
        sign_sums(self.release, self.key)
        self.assert_refuses(says=f"The signed list of files has no {self.archive.name}")

    def test_without_the_tools_that_it_needs_it_says_what_to_install(self):
        self.assert_refuses(path=self.tools("curl"), says="ssh-keygen is not here.*\n.*openssh-client")
        self.assert_refuses(path=self.tools("ssh-keygen"), says="Neither curl nor wget is here")
        old = self.tools("curl", ssh_keygen='echo "ssh-keygen: unknown option -- Y" >&2; exit 1')
        self.assert_refuses(path=old, says="This ssh-keygen cannot check signatures\n.*older than OpenSSH 8.1")

    def test_a_prefix_that_cannot_be_written(self):
        (self.home / "file").write_text("")
        for prefix in (self.home / "file/below", self.home / "file"):
            self.assert_refuses("--prefix", prefix, says=f"envlink cannot be installed in {prefix}; nothing was changed\n  why: .*file")
        self.prefix.mkdir()
        (self.prefix / "share").write_text("")
        self.assert_refuses(says="share is not a folder that you may write; nothing was changed")
        (self.prefix / "share").unlink()
        (self.prefix / "bin/envlink").mkdir(parents=True)
        self.assert_refuses(says="bin/envlink is a folder")

    def test_what_is_in_the_place_of_a_folder_or_a_file_changes_nothing(self):
        self.make("0.1.0")
        self.assert_installs("--version", "0.1.0", version="0.1.0")
        for name in ("bin", "share/doc", "share/doc/envlink", "share/envlink", "share/man"):
            place = self.prefix / name
            place.rename(place.with_name("aside"))
            place.symlink_to("nowhere")
            self.assert_refuses(says=f"/{name} is not a folder that you may write; nothing was changed\n  →")
            place.unlink()
            place.with_name("aside").rename(place)
        for name in ("bin/envlink", "share/man/man1/envlink.1"):
            (self.prefix / name).unlink()
            (self.prefix / name).mkdir()
            self.assert_refuses(says=f"{name} is a folder; nothing was changed\n  →")
            (self.prefix / name).rmdir()
        self.prefix.rename(self.home / "aside")
        self.prefix.symlink_to("nowhere")
        self.assert_refuses(says=f"{self.prefix} is not a folder that you may write")

    def test_folders_of_the_older_version_that_cannot_be_written_are_replaced(self):
        self.assert_installs()
        closed = self.prefix / "share/doc/envlink/closed"
        for shell in SHELLS:
            closed.mkdir()
            (closed / "file").write_text("")
            closed.chmod(0o555)
            self.assert_installs(shell=shell, **self.somebody_else())
            self.assertFalse(closed.exists())

    def test_files_of_others_in_the_older_version_are_replaced(self):
        self.assert_installs()
        who = self.somebody_else()
        others = self.prefix / "share/doc/envlink/others"
        for shell in SHELLS:
            others.write_text("")
            self.assert_installs(shell=shell, **who)
            self.assertFalse(others.exists())

    def test_without_a_temporary_folder(self):
        environment = {**os.environ, "HOME": str(self.home), "TMPDIR": str(self.folder / "nowhere")}
        self.assert_refuses(env=environment, says="^install.sh: A temporary folder cannot be made\n  why: mktemp: .*\n  → .*TMPDIR=FOLDER\n$")

    def test_without_a_home_it_asks_for_a_prefix(self):
        environment = {"PATH": os.environ["PATH"], "TMPDIR": str(self.temp)}
        self.assert_refuses(env=environment, says="^install.sh: HOME is not set\n  → .*--prefix FOLDER\n$")
        self.assert_installs("--prefix", self.prefix, env=environment)

    def test_a_folder_of_somebody_else(self):
        who = self.somebody_else()
        self.home.chmod(0o555)
        self.assert_refuses(**who, says=f"envlink cannot be installed in {self.prefix}; nothing was changed\n  why: .*Permission denied")
        self.home.chmod(0o755)
        (self.prefix / "share/man").mkdir(parents=True)
        self.prefix.chmod(0o777)
        (self.prefix / "share").chmod(0o555)
        self.assert_refuses(**who, says="share.* is not a folder that you may write; nothing was changed")
        (self.prefix / "share").chmod(0o755)

    def somebody_else(self):
        """Root may write everywhere; it becomes somebody who may not, and who has what is installed so far."""
        if os.getuid() != 0:
            return {}
        self.folder.chmod(0o755)
        self.temp.chmod(0o1777)
        for one in (self.home, *self.home.rglob("*")):
            os.chown(one, 65534, 65534)
        return {"user": 65534, "group": 65534, "extra_groups": []}

    def test_flags_and_versions_that_are_none(self):
        for arguments, says in ((["--prefx", "x"], "There is no flag --prefx"), (["--prefix"], "--prefix needs a value"),
                                (["--version", "../../etc"], "is not a version"), (["--version", "1.2"], "is not a version"),
                                (["--version", "1.2.3.4"], "is not a version"),
                                (["--version", f"{10**20}.0.0"], "is not a version"), (["--url", "ftp://there"], "Where are the releases")):
            self.assert_refuses(*arguments, says=says)
        self.assertEqual(self.server.asked, [])

    def test_an_installer_that_was_cut_off_does_nothing(self):
        text = (self.release / "install.sh").read_text()
        cut = self.folder / "cut.sh"
        for length in range(200, len(text) - len('main "$@"\n') + 1, 97):
            cut.write_text(text[:length])
            self.install(script=cut)
        self.assertEqual((snapshot(self.home), self.server.asked), ({}, []))
        self.assert_nothing_is_left()

    def test_a_signal_during_the_download_leaves_nothing(self):
        asked, end = threading.Event(), threading.Event()

        def hang(handler):
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write(b"x")
            asked.set()
            end.wait(HANG)

        self.server.answers[".tar.gz"] = hang
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asked.clear()
            with subprocess.Popen(**self.command(stderr=subprocess.PIPE, process_group=0)) as process:
                self.assertTrue(asked.wait(HANG))
                os.killpg(process.pid, number)
                self.assertEqual(process.wait(HANG), 128 + number)
            self.assertEqual(snapshot(self.home), {})
            self.assert_nothing_is_left()
        end.set()


if __name__ == "__main__":
    unittest.main()
