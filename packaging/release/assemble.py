#!/usr/bin/env python3
"""Makes the files of a release from what `scripts/package` leaves for each target: archives, packages, images, formula,
bills of materials, provenance, install.sh, checksums and their signature. The same input gives the same bytes, except
for the signature of some kinds of keys."""

import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import sys

import image
import packages
import signature
import statements
from formula import formula
from targets import TARGETS
from tree import ReleaseError, below, gzipped, read_tree, tar

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent


def git(*arguments):
    return subprocess.run(["git", "-C", str(REPOSITORY), *arguments], check=True, capture_output=True, text=True).stdout.strip()


def version_of(repository=REPOSITORY):
    return re.search(r"^project\(envlink VERSION (\d+\.\d+\.\d+) ", (repository / "CMakeLists.txt").read_text(), re.M)[1]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def require_address(url):
    if not re.fullmatch(r"https?://[\w.:/~-]+", url):
        raise ReleaseError(f"{url} is not an address of releases", "Such as --url https://github.com/ORGANISATION/envlink/releases/download")


def installer(version, url, keys):
    """install.sh with the version, the address and the keys of this release in it."""
    text = (REPOSITORY / "packaging/install.sh").read_text()
    require_address(url)
    for name, value in (("VERSION", version), ("URL", url), ("KEYS", "\n".join(signature.keys_in(keys)))):
        if "'" in value:
            raise ReleaseError(f"{value!r} cannot be written into install.sh", "Choose another.")
        text = text.replace(f"@{name}@", value)
    return text.encode()


class Release:
    """The files of one release, written as they are made."""

    def __init__(self, out, version, url, commit, time):
        self.out, self.version, self.url, self.commit, self.time = out, version, url, commit, time
        self.sums = {}
        self.archives = {}
        self.libraries = {}

    def add(self, name, data):
        (self.out / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        self.note(name)

    def note(self, name):
        self.sums[name] = sha256((self.out / name).read_bytes())

    def add_target(self, target, build):
        entries = read_tree(build / "package")
        libraries = json.loads((build / "libraries.json").read_text())
        for one in libraries:
            self.libraries.setdefault(json.dumps(one, sort_keys=True), one)
        name = f"envlink-{self.version}-{target.name}"
        self.add(f"{name}.tar.gz", gzipped(tar(below(name, entries), self.time)))
        self.archives[target.name] = (f"{self.url}/v{self.version}/{name}.tar.gz", self.sums[f"{name}.tar.gz"])
        program = next(one.data for one in entries if one.path == "bin/envlink")
        self.add(f"{name}.cdx.json", statements.bill(self.version, target.name, libraries, sha256(program), self.time))
        if not target.debian:
            return
        deb, rpm = f"envlink_{self.version}_{target.debian}.deb", f"envlink-{self.version}-1.{target.rpm}.rpm"
        packages.deb(entries, self.version, target.debian, self.time, self.out / deb)
        packages.rpm(entries, self.version, target.rpm, self.time, self.out / rpm)
        self.note(deb)
        self.note(rpm)
        self.add(f"envlink-{self.version}-image-{target.debian}.tar",
                 image.image(entries, self.version, self.commit, target.debian, self.time))

    def finish(self, targets, keys, key):
        repository = self.url.removesuffix("/releases/download")
        self.add("envlink.rb", formula(self.version, repository, packages.SUMMARY, self.archives))
        self.add("install.sh", installer(self.version, self.url, keys))
        self.add("provenance.json", statements.provenance(
            self.version, repository, self.commit, targets, list(self.libraries.values()), image.version_of_certificates(),
            self.sums))
        sums = self.out / "SHA256SUMS"
        sums.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items())))
        signature.sign(sums, key)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--key", type=pathlib.Path, required=True, help="the release key")
    arguments.add_argument("--url", required=True, help="where releases are: https://…/releases/download")
    arguments.add_argument("--keys", type=pathlib.Path, default=REPOSITORY / "packaging/release_keys",
                           help="the keys that users trust")
    arguments.add_argument("--build", type=pathlib.Path, default=REPOSITORY / "build", help="has a folder for each target")
    arguments.add_argument("--out", type=pathlib.Path, required=True, help="a new folder")
    arguments.add_argument("--only-check", action="store_true", help="make nothing; only check the address, and that users trust the key")
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    given = arguments.parse_args()
    unknown = [one for one in given.targets if one not in TARGETS]
    if unknown:
        raise ReleaseError(f"There is no target {unknown[0]}", f"One of {', '.join(TARGETS)}")
    for target in given.targets:
        if not (given.build / target / "package/bin/envlink").is_file():
            raise ReleaseError(f"{given.build}/{target}/package has no program", f"scripts/package --target {target}")
    require_address(given.url)
    signature.require_known(given.key, given.keys)
    if given.only_check:
        return
    given.out.mkdir(parents=True)
    release = Release(given.out, version_of(), given.url.rstrip("/"), git("rev-parse", "HEAD"),
                      int(git("log", "-1", "--format=%ct")))
    for target in given.targets:
        release.add_target(TARGETS[target], given.build / target)
    release.finish(given.targets, given.keys, given.key)


if __name__ == "__main__":
    try:
        main()
    except ReleaseError as error:
        sys.exit(f"release: {error}")
