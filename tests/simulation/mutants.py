#!/usr/bin/env python3
"""mutants.py BUILD_FOLDER: breaks the engine on purpose, one fault at a time, and demands that the simulation's
oracles notice each. An oracle that cannot fail proves nothing.

A mutant is compiled alone and linked in front of the library that holds the original."""

import json
import pathlib
import shlex
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]

# name, file, what stands there, what the mutant says instead, the words of the oracle (or oracles) that must notice
MUTANTS = [
    ("deploys before the links are proved", "rollout_links.cpp",
     "progress.links[link].phase == LinkPhase::proved", "progress.links[link].phase != LinkPhase::failed",
     "invariant 1"),
    ("believes the answer to a link", "rollout_links.cpp",
     "if (*shown == (change.action == plan::LinkAction::add)) {",
     "if (api::verdict_of(*run.answer) == api::Verdict::ok) {", "invariant 1"),
    ("starts without waiting for dependencies", "rollout.cpp",
     "return std::all_of(before.begin(), before.end(), [this](std::size_t one) { return gate_passed(one); });",
     "return before.size() < 100;", "invariant 2"),
    ("opens the gate live when a deploy has only started", "rollout.cpp",
     "if (plan.rollout.gate != model::Gate::started || one.phase", "if (one.phase", "invariant 2"),
    ("takes an older deploy for the one that took over", "attribution.cpp", "newer != own; ++newer",
     "newer != deploys.end(); ++newer", "invariant 2|success was reported"),
    ("repeats a deploy request whose answer was lost", "courier.cpp",
     "!(passing && parcel.repeat == Repeat::safely)", "!passing", "invariant 3"),
    ("asks again before reading had time to tell", "rollout_deploys.cpp",
     "if (!run.settle_until || delivery.sent_at < *run.settle_until) {", "if (!run.settle_until) {", "invariant 3"),
    ("ignores an empty budget", "budget.cpp", "return window.left() > 0;", "return true;", "invariant 4"),
    ("sends many before a window is known", "budget.cpp", "if (!window.known) return window.in_flight == 0;",
     "if (!window.known) return true;", "invariant 4"),
    ("reads a link back for ever", "rollout_links.cpp", "run.rereads < most_rereads", "run.rereads < 1000000000",
     "invariant 8"),
    ("ends with a code of its own", "rollout.cpp", "if (timed_out) return 7;", "if (timed_out) return 9;",
     "invariant 8"),
    ("takes any deploy since the plan for one that carries the link", "attribution.cpp",
     "*since >= changed_at + whole_second", "*since >= changed_at - std::chrono::hours(1)", "success was reported"),
    ("shows a log although a value in it is not known", "rollout_failure.cpp",
     "if (telling.log_asked || !telling.mask_trouble.empty())", "if (telling.log_asked)", "invariant 7"),
    ("shows a log before its values are known", "rollout_failure.cpp",
     "if (!telling.open.empty()) return;", "if (telling.open.size() > 1) return;", "invariant 7"),
]
SCHEDULES = 60000


def run(command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def compile_command(build, source):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if pathlib.Path(entry["file"]) == source:
            return shlex.split(entry["command"])
    sys.exit(f"{source} is not in compile_commands.json")


def link_command(build):
    commands = run(["ninja", "-t", "commands", "tests/simulation/simulate"], build).stdout.splitlines()
    # CMake wraps the link in ": && … && :".
    return shlex.split(commands[-1].removeprefix(": && ").removesuffix(" && :"))


def build_mutant(build, scratch, file, original, replacement):
    source = SOURCE / "src" / "engine" / file
    text = source.read_text()
    if text.count(original) != 1:
        return None, f"«{original}» stands {text.count(original)} times in {file}, not once"
    mutated = scratch / file
    mutated.write_text(text.replace(original, replacement))
    compile_it = compile_command(build, source)
    compile_it[compile_it.index("-o") + 1] = str(scratch / "mutant.o")
    compile_it[compile_it.index("-c") + 1] = str(mutated)
    compile_it.append("-Wno-error")
    done = run(compile_it, build)
    if done.returncode != 0:
        return None, done.stderr
    link = link_command(build)
    program = scratch / "simulate"
    at = link.index("-o")
    link[at + 1] = str(program)
    link.insert(at, str(scratch / "mutant.o"))
    done = run(link, build)
    return (program, "") if done.returncode == 0 else (None, done.stderr)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    scratch = build / "mutants"
    scratch.mkdir(exist_ok=True)
    escaped = 0
    for name, file, original, replacement, oracle in MUTANTS:
        program, trouble = build_mutant(build, scratch, file, original, replacement)
        if program is None:
            print(f"cannot build «{name}»: {trouble}")
            escaped += 1
            continue
        done = run([str(program), "--from", "1", "--count", str(SCHEDULES)], build)
        first = done.stdout.splitlines()[0] if done.stdout else f"no output, exit {done.returncode}"
        caught = done.returncode == 1 and any(words in first for words in oracle.split("|"))
        escaped += not caught
        print(f"{'caught ' if caught else 'ESCAPED'}  {name}: {first}", flush=True)
    print(f"{len(MUTANTS) - escaped} of {len(MUTANTS)} mutants caught")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
