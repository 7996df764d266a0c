#!/usr/bin/env python3
"""mutants.py BUILD_FOLDER [WORDS]: breaks the engine and the runs on purpose, one fault at a time. The simulation's
oracles must notice each fault: an oracle that cannot fail proves nothing. WORDS: only faults whose names contain them.

Only the changed file is compiled; it is linked before the library with the original."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

from mutant_table import MUTANTS, broken

SOURCE = pathlib.Path(__file__).resolve().parents[2]

SCHEDULES = 150000
SCHEDULES_OF_A_TEAM = 10000
PROGRAMS = {"cases": "tests/simulation/test_rollout_cases", "scale": "tests/simulation/test_rollout_scale",
            "store": "src/test_team", "plan": "src/test_plan", "engine": "src/test_engine", "api": "src/test_api", "run": "src/test_run"}


def run(command, cwd, patience=None):
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=patience)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, f"nothing after {patience} s", "")


def compile_command(build, source):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if pathlib.Path(entry["file"]) == source:
            # Nobody debugs a mutant, and its warnings are intended.
            return shlex.split(entry["command"]) + ["-g0", "-w"]
    sys.exit(f"{source} is not in compile_commands.json")


def link_command(build, program):
    commands = run(["ninja", "-t", "commands", program], build).stdout.splitlines()
    # CMake wraps the link in ": && … && :".
    return shlex.split(commands[-1].removeprefix(": && ").removesuffix(" && :"))


def build_mutant(build, scratch, program, row):
    source = SOURCE / "src" / row[1]
    text, trouble = broken(row, SOURCE / "src")
    if text is None:
        return None, trouble
    mutated = scratch / source.name
    mutated.write_text(text)
    compile_it = compile_command(build, source)
    compile_it[compile_it.index("-o") + 1] = str(scratch / "mutant.o")
    compile_it[compile_it.index("-c") + 1] = str(mutated)
    done = run(compile_it, build)
    if done.returncode != 0:
        return None, done.stderr
    link = link_command(build, program)
    at = link.index("-o")
    link[at + 1] = str(scratch / "mutant")
    link.insert(at, str(scratch / "mutant.o"))
    done = run(link, build)
    return (scratch / "mutant", "") if done.returncode == 0 else (None, done.stderr)


def told_by_simulation(done):
    """The first violation that it prints: seed, words."""
    line = done.stdout.splitlines()[0] if done.stdout else f"no output, exit {done.returncode}"
    seed, _, words = line.partition(": ")
    return (seed, words) if done.returncode == 1 else ("", line)


def told_by_cases(done):
    """The names of the cases that failed."""
    if done.returncode != 1:
        return f"exit {done.returncode}"
    parts = re.split(r"^=+$", done.stdout, flags=re.MULTILINE)
    failed = [part for part in parts if "ERROR:" in part]
    return "; ".join(name for part in failed for name in re.findall(r"^TEST CASE:  (.*)$", part, re.MULTILINE))


def try_mutant(build, scratch, row):
    oracle = row[-1]
    kind, named, words = oracle.partition(": ")
    named = named and kind in PROGRAMS
    program = PROGRAMS[kind] if named else "tests/simulation/simulate"
    mutant, trouble = build_mutant(build, scratch, program, row)
    if mutant is None:
        return False, "", f"cannot be built: {trouble}"
    if named:
        where, said = kind, told_by_cases(run([str(mutant), "--no-colors"], build, 200))
    else:
        schedules = ["--team", "--count", str(SCHEDULES_OF_A_TEAM)] if kind == "team" else ["--count", str(SCHEDULES)]
        where, said = told_by_simulation(run([str(mutant), "--from", "1", *schedules], build, 300))
    awaited = (words if named or kind == "team" else oracle).split("|")
    return where != "" and any(one in said for one in awaited), where, said


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    asked = sys.argv[2] if len(sys.argv) > 2 else ""
    scratch = build / "mutants"
    scratch.mkdir(exist_ok=True)
    tried = [mutant for mutant in MUTANTS if asked in mutant[0]]

    def one(number):
        folder = scratch / str(number)
        folder.mkdir(exist_ok=True)
        caught, where, words = try_mutant(build, folder, tried[number])
        shutil.rmtree(folder)
        print(f"{'caught ' if caught else 'ESCAPED'} | {tried[number][0]:62} | {where:10} | {words[:400]}", flush=True)
        return caught

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        caught = sum(workers.map(one, range(len(tried))))
    print(f"{caught} of {len(tried)} mutants caught")
    return 0 if caught == len(tried) else 1


if __name__ == "__main__":
    sys.exit(main())
