#!/usr/bin/env python3
"""Is CHANGELOG.md ready for a release? Its first section is that of the version, the version is above that of the last
release, and the section names every change of what scripts of users rest on (surface.py).

    packaging/release/changelog.py
"""

import re
import sys

from assemble import REPOSITORY, git, version_of
from tree import ReleaseError

SURFACE = "packaging/surface.txt"


def section_of(changelog, version):
    """The words below `## VERSION`, which must be the first heading."""
    headings = re.findall(r"^## (.*)$", changelog, re.M)
    if not headings or headings[0].split()[0] != version:
        raise ReleaseError(f"CHANGELOG.md begins with \"## {headings[0] if headings else ''}\", not with \"## {version}\"",
                           f"Name its first section {version}, or change the version in CMakeLists.txt.")
    words = re.split(r"^## .*$", changelog, flags=re.M)[1].strip()
    if not words:
        raise ReleaseError(f"The section {version} of CHANGELOG.md is empty", "Say what changed for users.")
    return words


def names(line):
    """What a section may call the subject of a line of the surface; any of them will do."""
    sort, rest = line.split(" ", 1)
    subject, _, detail = rest.partition(": ")
    if sort in ("command", "arguments"):
        return [re.escape(subject)]
    if sort == "schema":
        command = subject.removesuffix(".schema.json").replace("_", " ")
        return [re.escape(subject), re.escape(command)]
    if sort == "flag":
        return [re.escape(re.findall(r"-[\w-]+", detail)[-1])]
    if sort == "exit":
        return [rf"(?:exit|end|code)[^.]{{0,30}}\b{detail}"]
    return [re.escape(detail.split()[0].rstrip("?").rpartition(".")[2])]


def parent(line, old, new):
    """The command or schema that came or went with this line and all others of it."""
    sort, rest = line.split(" ", 1)
    subject = rest.partition(": ")[0]
    whole = f"schema {subject}" if sort == "field" else f"command {subject}"
    return whole if (whole in old) != (whole in new) else None


def unnamed(old, new, section):
    """The changed lines of the surface that the section does not name, "-" or "+" before each. What came or went with
    its whole command or schema needs no name of its own."""
    old, new = old.splitlines(), new.splitlines()
    missing = []
    for sign, lines, others in (("-", old, new), ("+", new, old)):
        there = set(others)
        for line in lines:
            whole = parent(line, set(old), set(new))
            if line in there or (whole and whole != line):
                continue
            if not any(re.search(rf"(?<![\w-]){name}(?![\w-])", section) for name in names(line)):
                missing.append(f"{sign} {line}")
    return missing


def numbers(version):
    return tuple(map(int, version.removeprefix("v").split(".")))


def last_release(version):
    """The tag of the highest release other than `version` that this commit descends from, if there is one."""
    tags = git("tag", "--merged", "HEAD").split()
    return max((tag for tag in tags if re.fullmatch(r"v\d+\.\d+\.\d+", tag) and tag != f"v{version}"), key=numbers, default=None)


def check():
    version = version_of()
    section = section_of((REPOSITORY / "CHANGELOG.md").read_text(), version)
    last = last_release(version)
    if last is None:
        print("No earlier release: nothing to compare the changelog with")
        return
    if numbers(version) <= numbers(last):
        raise ReleaseError(f"Version {version} does not come after the last release, {last}",
                           "Raise the version in CMakeLists.txt.")
    missing = unnamed(git("show", f"{last}:{SURFACE}"), (REPOSITORY / SURFACE).read_text(), section)
    if missing:
        raise ReleaseError(f"The section {version} of CHANGELOG.md does not name these changes since {last}:\n    "
                           + "\n    ".join(missing),
                           "Name each flag, command, exit code and field there.")
    print(f"CHANGELOG.md names what changed in commands and schemas since {last}")


if __name__ == "__main__":
    try:
        check()
    except ReleaseError as error:
        sys.exit(f"release: {error}")
