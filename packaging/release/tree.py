"""A folder as a list of entries in a fixed order, and tar archives of such entries that depend on nothing else: no
owner, no clock, no order of a file system."""

import gzip
import io
import os
import pathlib
import tarfile
from dataclasses import dataclass


class ReleaseError(Exception):
    """What happened, and what to do now."""

    def __init__(self, what, cure):
        super().__init__(f"{what}\n  → {cure}")


@dataclass(frozen=True)
class Entry:
    path: str  # relative, with slashes
    mode: int
    data: bytes | None = None  # None: a folder
    owner: int = 0


def read_tree(root):
    """Every folder and file below `root`, sorted by path. A file keeps of its mode only whether it is a program."""
    entries = []
    for path in sorted(pathlib.Path(root).rglob("*"), key=lambda one: one.relative_to(root).parts):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ReleaseError(f"{path} is neither a file nor a folder", "A package has only these. Change what is installed.")
        if path.is_dir():
            entries.append(Entry(name, 0o755))
        else:
            entries.append(Entry(name, 0o755 if path.stat().st_mode & 0o100 else 0o644, path.read_bytes()))
    return entries


def write_tree(entries, root, time):
    """The opposite of read_tree; every file and folder gets the modification time `time`."""
    for entry in entries:
        path = pathlib.Path(root, entry.path)
        if entry.data is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.data)
        path.chmod(entry.mode)
    for path in [pathlib.Path(root), *pathlib.Path(root).rglob("*")]:
        os.utime(path, (time, time))


def below(folder, entries):
    return [Entry(folder, 0o755)] + [Entry(f"{folder}/{one.path}", one.mode, one.data, one.owner) for one in entries]


def tar(entries, time):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for entry in entries:
            member = tarfile.TarInfo(entry.path)
            member.mode, member.mtime, member.uid, member.gid = entry.mode, time, entry.owner, entry.owner
            if entry.data is None:
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                member.size = len(entry.data)
                archive.addfile(member, io.BytesIO(entry.data))
    return out.getvalue()


def gzipped(data):
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as stream:
        stream.write(data)
    return out.getvalue()
