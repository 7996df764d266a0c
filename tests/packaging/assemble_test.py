"""The files of a release: what is in them, and that the same trees give the same bytes. The programs are stand-ins."""

import contextlib
import hashlib
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

from release_maker import REPOSITORY, TARGETS, TIME, Entry, assemble, installation, make_key
import image
import signature
from tree import ReleaseError, read_tree, write_tree

VERSION, COMMIT, URL = "1.2.3", "c" * 40, "https://github.com/SOME/envlink/releases/download"
LIBRARIES = [
    {"name": "curl", "version": "8.14.1", "licence": "curl", "sources": [{"file": "curl_8.14.1.orig.tar.gz", "sha256": "a" * 64}]},
    {"name": "libz++", "version": "zig 1.3", "licence": "Zlib", "sources": [{"file": "zlib.tar.gz", "sha256": "b" * 64}, {"file": "zlib.patch", "sha256": "d" * 64}]}]
LINUX = [one for one in TARGETS.values() if one.debian]


def package(target):
    return [*installation(VERSION, f"#!/bin/sh\necho {target}\n".encode()), Entry("share/doc/envlink/LICENSE", 0o644, b"licence"),
            Entry("share/doc/envlink/licences", 0o755), Entry("share/doc/envlink/licences/curl", 0o644, b"licence of curl")]


def build(folder, shuffled):
    """What scripts/package leaves for each target."""
    for target in TARGETS:
        entries = package(target)
        if shuffled:
            random.Random(1).shuffle(entries)
        write_tree(entries, folder / target / "package", random.randrange(TIME * 2))
        (folder / target / "libraries.json").write_text(json.dumps(LIBRARIES))


class Assemble(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.key, cls.keys = make_key(cls.folder)
        for number in (0, 1):
            with mask(0o022 if number else 0o077):
                build(cls.folder / f"build{number}", bool(number))
                cls.make(cls.folder / f"out{number}", cls.folder / f"build{number}", TARGETS)
        cls.out = cls.folder / "out0"

    @classmethod
    def make(cls, out, from_build, targets):
        out.mkdir()
        release = assemble.Release(out, VERSION, URL, COMMIT, TIME)
        for name in targets:
            release.add_target(TARGETS[name], from_build / name)
        release.finish(list(targets), cls.keys, cls.key)

    def told(self, *command):
        return subprocess.run(command, cwd=self.out, check=True, capture_output=True, text=True).stdout

    def test_the_same_trees_give_the_same_bytes(self):
        names = sorted(one.name for one in self.out.iterdir())
        self.assertEqual(len(names), 4 * 2 + 2 * 3 + 5)
        for name in names:
            self.assertTrue((self.out / name).read_bytes() == (self.folder / "out1" / name).read_bytes(), name)

    def test_every_file_is_in_the_signed_list(self):
        listed = dict(reversed(line.split()) for line in (self.out / "SHA256SUMS").read_text().splitlines())
        self.assertEqual(sorted([*listed, "SHA256SUMS", "SHA256SUMS.sig"]), sorted(one.name for one in self.out.iterdir()))
        for name, digest in listed.items():
            self.assertEqual(hashlib.sha256((self.out / name).read_bytes()).hexdigest(), digest)
        with open(self.out / "SHA256SUMS") as sums:
            subprocess.run(["ssh-keygen", "-Y", "verify", "-f", self.keys, "-I", "envlink-release", "-n", "envlink-release", "-s", self.out / "SHA256SUMS.sig"],
                           stdin=sums, check=True, capture_output=True)

    def test_an_archive_has_one_folder_of_root(self):
        for target in TARGETS:
            with tarfile.open(self.out / f"envlink-{VERSION}-{target}.tar.gz") as archive:
                members = archive.getmembers()
                self.assertEqual({one.name.split("/")[0] for one in members}, {f"envlink-{VERSION}-{target}"})
                self.assertEqual({(one.uid, one.gid, one.uname, one.mtime) for one in members}, {(0, 0, "", TIME)})
            (self.folder / "unpacked").mkdir(exist_ok=True)
            self.told("tar", "-xf", f"envlink-{VERSION}-{target}.tar.gz", "-C", self.folder / "unpacked")
            unpacked = read_tree(self.folder / f"unpacked/envlink-{VERSION}-{target}")
            self.assertEqual({one.path: (one.mode, one.data) for one in unpacked}, {one.path: (one.mode, one.data) for one in package(target)})

    def test_the_debs_need_no_package(self):
        for target in LINUX:
            file = f"envlink_{VERSION}_{target.debian}.deb"
            fields = dict(re.findall(r"^([\w-]+): (.*)$", self.told("dpkg-deb", "-f", file), re.M))
            self.assertEqual((fields["Package"], fields["Version"], fields["Architecture"], fields["Recommends"]),
                             ("envlink", VERSION, target.debian, "ca-certificates"))
            self.assertNotIn("Depends", fields)
            listed = [line.split() for line in self.told("dpkg-deb", "-c", file).splitlines()]
            self.assertEqual({owner for _, owner, *_ in listed}, {"root/root"})
            self.assertIn("./usr/share/man/man1/envlink.1", [path for *_, path in listed])
            self.assertEqual(self.told("sh", "-c", f"dpkg-deb --fsys-tarfile {file} | tar -xO ./usr/bin/envlink"), f"#!/bin/sh\necho {target.name}\n")

    def test_the_rpms_need_no_package_and_have_every_file(self):
        for target in LINUX:
            file = f"envlink-{VERSION}-1.{target.rpm}.rpm"
            self.assertEqual(self.told("rpm", "-qp", "--qf", "%{name} %{version} %{arch} %{license}", file), f"envlink {VERSION} {target.rpm} Apache-2.0")
            self.assertEqual([one for one in self.told("rpm", "-qp", "--requires", file).splitlines() if not one.startswith("rpmlib(")], [])
            self.assertEqual(self.told("rpm", "-qp", "--recommends", file), "ca-certificates\n")
            there = {}
            for line in self.told("rpm", "-qp", "--dump", file).splitlines():
                path, _, _, digest, mode, owner, group, *_ = line.split()
                self.assertEqual((owner, group), ("root", "root"))
                if not mode.startswith("04"):
                    there[path] = (int(mode[-4:], 8), digest)
            self.assertEqual(there, {f"/usr/{one.path}": (one.mode, hashlib.sha256(one.data).hexdigest()) for one in package(target.name) if one.data is not None})

    def test_an_image_is_a_layout_whose_parts_fit_and_that_docker_can_load(self):
        for target in LINUX:
            with tarfile.open(self.out / f"envlink-{VERSION}-image-{target.debian}.tar") as archive:
                files = {one.name: archive.extractfile(one).read() for one in archive.getmembers() if one.isfile()}

            def blob(descriptor):
                data = files["blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")]
                self.assertEqual(("sha256:" + hashlib.sha256(data).hexdigest(), len(data)), (descriptor["digest"], descriptor["size"]))
                return data

            (described,) = json.loads(files["index.json"])["manifests"]
            self.assertEqual(described["platform"], {"architecture": target.debian, "os": "linux"})
            manifest = json.loads(blob(described))
            config = json.loads(blob(manifest["config"]))
            (layer,) = manifest["layers"]
            (for_docker,) = json.loads(files["manifest.json"])
            self.assertEqual(for_docker, {"Config": "blobs/sha256/" + manifest["config"]["digest"][7:], "RepoTags": [f"envlink:{VERSION}"],
                                          "Layers": ["blobs/sha256/" + layer["digest"][7:]]})
            self.assertEqual((config["architecture"], config["config"]["User"], config["config"]["WorkingDir"], config["config"]["Entrypoint"]),
                             (target.debian, "1000:1000", "/work", ["/bin/envlink"]))
            with tarfile.open(fileobj=io.BytesIO(blob(layer))) as root:
                there = {one.name: (one.mode, one.uid) for one in root.getmembers()}
                self.assertEqual(there["bin/envlink"], (0o755, 0))
                self.assertEqual(there["work"], (0o755, 1000))
                self.assertEqual(there["home/envlink"], (0o700, 1000))
                self.assertIn("usr/share/doc/envlink/licences/curl", there)
                self.assertEqual(root.extractfile("etc/ssl/certs/ca-certificates.crt").read(), image.certificates())
                self.assertEqual(root.extractfile("bin/envlink").read(), f"#!/bin/sh\necho {target.name}\n".encode())

    def test_the_formula_has_the_targets_of_the_release(self):
        text = (self.out / "envlink.rb").read_text()
        for target in TARGETS:
            archive = f"envlink-{VERSION}-{target}.tar.gz"
            digest = hashlib.sha256((self.out / archive).read_bytes()).hexdigest()
            self.assertIn(f'url "{URL}/v{VERSION}/{archive}"\n      sha256 "{digest}"', text)
        self.make(self.folder / "linux", self.folder / "build0", ["x86_64-linux-musl"])
        text = (self.folder / "linux/envlink.rb").read_text()
        self.assertEqual(re.findall(r"on_\w+", text), ["on_linux", "on_intel"])

    def test_the_bill_of_materials_names_every_library_and_its_sources(self):
        bill = json.loads((self.out / f"envlink-{VERSION}-aarch64-macos.cdx.json").read_text())
        self.assertEqual((bill["bomFormat"], bill["specVersion"]), ("CycloneDX", "1.6"))
        self.assertEqual(bill["metadata"]["component"]["hashes"][0]["content"], hashlib.sha256(b"#!/bin/sh\necho aarch64-macos\n").hexdigest())
        self.assertEqual([(one["name"], one["version"], one["licenses"][0]["expression"]) for one in bill["components"]],
                         [("curl", "8.14.1", "curl"), ("libz++", "zig 1.3", "Zlib")])
        self.assertEqual(bill["components"][1]["purl"], "pkg:generic/libz%2B%2B@zig%201.3")
        self.assertEqual([each["hashes"][0]["content"] for each in bill["components"][1]["externalReferences"]], ["b" * 64, "d" * 64])

    def test_the_provenance_names_files_commit_commands_and_sources(self):
        statement = json.loads((self.out / "provenance.json").read_text())
        named = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
        there = {one.name for one in self.out.iterdir()} - {"provenance.json", "SHA256SUMS", "SHA256SUMS.sig"}
        self.assertEqual(named, {name: hashlib.sha256((self.out / name).read_bytes()).hexdigest() for name in there})
        definition = statement["predicate"]["buildDefinition"]
        self.assertEqual(definition["resolvedDependencies"][0]["digest"], {"gitCommit": COMMIT})
        self.assertEqual(definition["externalParameters"]["command"], [f"scripts/package --target {one}" for one in TARGETS])
        self.assertEqual([one["digest"]["sha256"] for one in definition["resolvedDependencies"][1:4]], ["a" * 64, "b" * 64, "d" * 64])
        self.assertIn("No hosted builder", definition["internalParameters"]["signedBy"])

    def test_install_sh_has_version_address_and_keys(self):
        text = (self.out / "install.sh").read_text()
        for line in (f"version={VERSION}", f"url={URL}", f"keys='{signature.keys_in(self.keys)[0]}'"):
            self.assertIn(f"\n{line}\n", text)
        self.assertEqual(re.findall(r"@[A-Z]+@", text), [])

    def test_a_key_that_users_do_not_trust_is_refused(self):
        signature.require_known(self.key, self.keys)
        signature.require_known(self.key.with_name("key.pub"), self.keys)  # its private half is in an agent
        other, none = make_key(self.folder, "other")[0], self.folder / "no_keys"
        none.write_text("# none yet\n")
        empty, elsewhere = self.folder / "empty", self.folder / "elsewhere_keys"
        empty.write_text("")
        empty.with_name("empty.pub").write_text("ssh-ed25519\n")
        elsewhere.write_text(f"somebody-else {signature.public_half(self.key)}\n")
        for key, keys, says in ((other, self.keys, "is not one of the keys"), (empty, self.keys, "empty.pub is not the public half"),
                                (self.key, elsewhere, "is not one of the keys"), (self.folder / "gone", self.keys, "is not there"),
                                (self.key, none, "has no key.*\n.*ssh-keygen -t ed25519")):
            with self.assertRaisesRegex(ReleaseError, re.compile(says, re.S)):
                signature.require_known(key, keys)

    def test_the_program_says_what_is_missing(self):
        command = [sys.executable, "-B", REPOSITORY / "packaging/release/assemble.py", "--key", self.key, "--keys", self.keys, "--url", URL,
                   "--build", self.folder / "none", "--out", self.folder / "never"]
        told = subprocess.run([*command, "x86_64-linux-musl"], capture_output=True, text=True)
        self.assertEqual(told.returncode, 1)
        self.assertIn("→ scripts/package --target x86_64-linux-musl", told.stderr)
        told = subprocess.run([*command, "vax-vms"], capture_output=True, text=True)
        self.assertIn("There is no target vax-vms", told.stderr)

    def test_an_address_that_a_shell_would_run_is_refused(self):
        for url in ("https://x/$(touch y)", "https://x/'", "https://x/ y", "ftp://x"):
            with self.assertRaises(ReleaseError):
                assemble.installer(VERSION, url, self.keys)


@contextlib.contextmanager
def mask(bits):
    before = os.umask(bits)
    yield
    os.umask(before)


if __name__ == "__main__":
    unittest.main()
