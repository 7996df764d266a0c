"""The targets of a release, from packaging/targets."""

import pathlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    name: str
    brew: tuple  # Homebrew's blocks: "macos", "arm"
    debian: str  # dpkg's architecture; empty: no packages and no image
    rpm: str


def read_targets(text):
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, _, _, _, system, processor, debian, rpm = line.split()
            yield Target(name, (system, processor), *("" if one == "-" else one for one in (debian, rpm)))


TARGETS = {one.name: one for one in read_targets((pathlib.Path(__file__).resolve().parent.parent / "targets").read_text())}
