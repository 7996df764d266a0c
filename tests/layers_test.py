#!/usr/bin/env python3
"""Checks the sources against the architecture: which folder may include which, where third-party headers are
allowed, what a pure folder must not use, and how long a file may be.

Usage: layers_test.py [ROOT]      prints each fault as FILE:LINE: …; exits 1 if there are any
       layers_test.py --self-test [ROOT]   plants faults in a copy and expects each to be found
"""

import pathlib
import re
import shutil
import sys
import tempfile

MAX_LINES = 500

# Third-party headers, by the start of their paths, and the folders that may include them.
THIRD_PARTY = {
    "curl/": {"http", "program"},
    "libfyaml": {"yaml", "program"},
    "sodium": {"keys", "source", "program"},
    "sqlite3": {"journal", "program"},
    "libpq-fe": {"postgres", "program"},
    "CLI/": {"cli"},
    "boost/json": {"json"},
    "boost/asio": {"emulator"},
    "boost/beast": {"emulator"},
    "zlib": {"emulator", "program"},
    "boost/": {"json", "engine", "emulator", "program"},
    "utf8proc": {"base", "view", "program"},
    "openssl/": {"base", "api", "emulator", "program"},
    "valijson/": set(),
}
TESTS_MAY_INCLUDE = ("doctest", "valijson/", "boost/json")
# Headers that even their own folder may only include in these files.
ONE_FILE = {
    "CLI/": ("src/cli/command_line.cpp",),
    "sodium": ("src/keys/key_bytes.cpp", "src/keys/key_file.cpp", "src/keys/digest_key.cpp", "src/keys/seal_key.cpp",
               "src/keys/team_key.cpp", "src/keys/random_text.cpp", "src/source/generate.cpp",
               "src/program/libraries.cpp"),
    "openssl/": ("src/base/sha256.cpp", "src/api/fingerprint.cpp", "src/emulator/certificate.cpp",
                 "src/emulator/certificate_test.cpp", "src/emulator/server.cpp", "src/program/libraries.cpp"),
    "boost/asio": ("src/emulator/server.cpp", "src/emulator/webhook_sender.cpp"),
    "boost/beast": ("src/emulator/server.cpp", "src/emulator/gzip.cpp", "src/emulator/webhook_sender.cpp"),
    "libpq-fe": ("src/postgres/address.cpp", "src/postgres/connection.cpp", "src/program/libraries.cpp"),
    "zlib": ("src/emulator/gzip.cpp", "src/emulator/gzip_test.cpp", "src/program/libraries.cpp"),
}

PURE_ROOMS = {"base", "assets", "json", "yaml", "model", "plan", "api", "engine", "run", "emulator", "rehearsal"}
IMPURE_FILES = {"src/emulator/server.cpp", "src/emulator/webhook_sender.cpp"}
IMPURE_HEADERS = {
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "stop_token", "semaphore", "barrier",
    "fstream", "iostream", "filesystem", "ctime", "time.h", "random_device", "unistd.h", "fcntl.h", "poll.h",
    "csignal", "signal.h", "netdb.h", "pthread.h", "cstdio",
}
IMPURE_PREFIXES = ("sys/", "netinet/", "arpa/")
IMPURE_WORDS = re.compile(
    r"system_clock::now|steady_clock::now|high_resolution_clock|sleep_for|sleep_until|\busleep\b|\bnanosleep\b"
    r"|std::random_device|\bgetenv\b|clock_gettime|gettimeofday"
)
COROUTINES = re.compile(r"\bco_(await|yield|return)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROOM = re.compile(r"envlink_room\(\s*(\w+)(?:\s+ROOMS\s+([\w\s]+?))?(?:\s+PRIVATE[^)]*)?\)")


def rooms_of(root):
    """Which folder may include which, from src/CMakeLists.txt. cli, which is not a library, may include all."""
    text = re.sub(r"#.*", "", (root / "src/CMakeLists.txt").read_text())
    allowed = {name: set((rooms or "").split()) | {name} for name, rooms in ROOM.findall(text)}
    if len(allowed) < 5:
        raise SystemExit(f"{root}/src/CMakeLists.txt: the list of rooms could not be read")
    allowed["cli"] = set(allowed) | {"cli"}
    return allowed


def without_comments_and_strings(line):
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]


def check_include(path, room, form, header, allowed):
    first = header.split("/")[0]
    if form == '"':
        if "/" not in header:
            yield f'"{header}" is not named from src/: write "{room}/{header}"'
        elif first not in allowed:
            yield f'"{header}" belongs to no room of src/CMakeLists.txt'
        elif first not in allowed[room]:
            yield f'{room} may not include {first} ("{header}"); it may include {", ".join(sorted(allowed[room]))}'
        return
    for prefix, rooms in THIRD_PARTY.items():
        if header.startswith(prefix):
            if room not in rooms:
                yield f"<{header}> stays in {', '.join(sorted(rooms)) or 'the tests'}"
            elif prefix in ONE_FILE and path not in ONE_FILE[prefix]:
                yield f"<{header}> stays in {' and '.join(ONE_FILE[prefix])}"
            break
    impure = header in IMPURE_HEADERS or header.startswith(IMPURE_PREFIXES)
    if impure and is_pure(path, room):
        yield f"<{header}> reaches a clock, a file, a socket or a thread: {room} is pure"


def is_pure(path, room):
    return room in PURE_ROOMS and path not in IMPURE_FILES and not path.endswith("_test.cpp")


def check_file(path, room, text, allowed):
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        yield len(lines), f"{len(lines)} lines; a file stays under {MAX_LINES}"
    test = path.endswith(("_test.cpp", "_test.h"))
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            if not (test and include[2].startswith(TESTS_MAY_INCLUDE)):
                for fault in check_include(path, room, include[1], include[2], allowed):
                    yield number, fault
            continue
        code = without_comments_and_strings(line)
        if COROUTINES.search(code):
            yield number, "coroutines are not used: g++ 12 miscompiles them"
        if is_pure(path, room) and (found := IMPURE_WORDS.search(code)):
            yield number, f"{found[0]}: {room} is pure; time comes as an argument"


def faults(root):
    allowed = rooms_of(root)
    found = []
    files = sorted(p for p in (root / "src").rglob("*") if p.suffix in (".h", ".cpp"))
    if not files:
        found.append(f"{root}/src: no source was found")
    for file in files:
        path = file.relative_to(root).as_posix()
        room = path.split("/")[1]
        if room not in allowed:
            found.append(f"{path}:1: the folder {room} is no room of src/CMakeLists.txt")
            continue
        text = file.read_text(encoding="utf-8")
        found += [f"{path}:{line}: {what}" for line, what in check_file(path, room, text, allowed)]
    return found


PLANTED = {
    "a room that includes one above it": ("src/model/planted.h", '#include "plan/plan.h"\n', "model may not include plan"),
    "a room beside it": ("src/http/planted.h", '#include "journal/journal.h"\n', "http may not include journal"),
    "a third-party header elsewhere": ("src/view/planted.cpp", "#include <curl/curl.h>\n", "stays in http, program"),
    "a header that stays in one file": ("src/cli/planted.cpp", "#include <CLI/CLI.hpp>\n", "src/cli/command_line.cpp"),
    "a clock in a pure room": ("src/engine/planted.cpp", "auto t = std::chrono::steady_clock::now();\n", "is pure"),
    "a thread in a pure room": ("src/emulator/planted.cpp", "#include <thread>\n", "is pure"),
    "a coroutine": ("src/cli/planted.cpp", "co_await x;\n", "coroutines"),
    "a file that is too long": ("src/plan/planted.h", "\n" * (MAX_LINES + 1), "stays under"),
    "an include without its room": ("src/plan/planted.h", '#include "plan.h"\n', "named from src/"),
}


def self_test(root):
    for name, (path, text, expected) in PLANTED.items():
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch)
            shutil.copytree(root / "src", copy / "src")
            (copy / path).write_text(text)
            reports = [fault for fault in faults(copy) if fault.startswith(path)]
            if not any(expected in fault for fault in reports):
                raise SystemExit(f"not found: {name}; reported were {reports}")


def main(arguments):
    planted = arguments[:1] == ["--self-test"]
    rest = arguments[1:] if planted else arguments
    root = pathlib.Path(rest[0] if rest else pathlib.Path(__file__).resolve().parent.parent)
    if planted:
        self_test(root)
        print(f"{len(PLANTED)} planted faults were found")
        return 0
    found = faults(root)
    print("\n".join(found) if found else "the layers hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
