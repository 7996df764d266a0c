#!/usr/bin/env python3
"""For scripts/package: writes build/TARGET/libraries.json (the name, version, licence and sources of what is linked into
the program) and copies the texts of the licences into its documentation. Arguments: TARGET."""

import json
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "build/sources"


def pinned():
    lines = (ROOT / "packaging/libraries").read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def files_of(file, sha256):
    """A .dsc names the files that make up the source."""
    name = pathlib.PurePath(file).name
    listed = [{"file": name, "sha256": sha256}]
    if name.endswith(".dsc"):
        text = (SOURCES / "files" / name).read_text()
        sums = re.search(r"^Checksums-Sha256:\n((?: .*\n)+)", text, re.MULTILINE).group(1)
        for line in sums.splitlines():
            hash_of_part, _, part = line.split()
            if not part.endswith(".asc"):
                listed.append({"file": part, "sha256": hash_of_part})
    return listed


def licence_of(name):
    folder = SOURCES / name
    [text] = [*folder.glob("debian/copyright"), *folder.glob("usr/share/doc/*/copyright")]
    return text


def in_compiler(target):
    """The libraries that come with zig, by name: licence and its text."""
    [zig] = (SOURCES / "zig").glob("lib/python3*/site-packages/ziglang")
    found = {"libc++": ("Apache-2.0 WITH LLVM-exception", zig / "lib/libcxx/LICENSE.TXT"),
             "compiler-rt": ("MIT", zig / "LICENSE")}
    if target.endswith("-musl"):
        found["musl"] = ("MIT", zig / "lib/libc/musl/COPYRIGHT")
    return found


def main():
    [target] = sys.argv[1:]
    licences = ROOT / "build" / target / "package/share/doc/envlink/licences"
    licences.mkdir(parents=True)
    libraries = []
    for name, version, licence, file, sha256 in pinned():
        if name != "zig":
            libraries.append({"name": name, "version": version, "licence": licence, "sources": files_of(file, sha256)})
            shutil.copyfile(licence_of(name), licences / name)
            continue
        for part, (licence, text) in in_compiler(target).items():
            libraries.append({"name": part, "version": f"zig {version}", "licence": licence,
                              "sources": [{"file": file, "sha256": sha256}]})
            shutil.copyfile(text, licences / part)
    (ROOT / "build" / target / "libraries.json").write_text(json.dumps(libraries, indent=2) + "\n")


if __name__ == "__main__":
    main()
