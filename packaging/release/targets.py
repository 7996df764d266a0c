"""The targets of a release, and the names that others have for them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    name: str      # as zig and scripts/package know it
    brew: str      # Homebrew's blocks: "macos arm"
    debian: str = ""  # dpkg's architecture; empty: no packages and no image
    rpm: str = ""


TARGETS = {one.name: one for one in (
    Target("x86_64-linux-musl", "linux intel", "amd64", "x86_64"),
    Target("aarch64-linux-musl", "linux arm", "arm64", "aarch64"),
    Target("aarch64-macos", "macos arm"),
    Target("x86_64-macos", "macos intel"),
)}
