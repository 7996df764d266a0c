#!/usr/bin/env python3
"""Tests the emulator with requests that schemathesis derives from Render's document, valid and invalid ones.

usage: run.py BUILD_FOLDER

Fails on each difference that known_differences.json does not list, and on entries there that no longer occur. Operations
that answer 501 are not modelled, and are left out. A run is the same each time: a fixed seed, one worker for each of two
emulators, which each get a part of the operations. `./install` comes first."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT / "tests/end_to_end")]
import collect  # noqa: E402
import known  # noqa: E402
import tools_document  # noqa: E402

PARTS = {"services": r"^/(services|cron-jobs|projects)", "others": r"^/(?!services|cron-jobs|projects)"}


def workspace():
    return json.loads((HERE / "workspace.json").read_text())


def probe(emulator, operation, key):
    """"modelled", "501" or "unknown path": how the emulator answers a request for this operation."""
    method, path = operation.split(" ", 1)
    parts = urllib.parse.urlsplit(emulator.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    connection.request(method, parts.path + re.sub(r"\{\w+\}", "probe-0", path), body=b"{}" if method != "GET" else None,
                       headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    reply = connection.getresponse()
    text = reply.read().decode(errors="replace")
    connection.close()
    if reply.status == 501:
        return "501"
    unknown = reply.status == 405 or (reply.status == 404 and text.strip() == '{"message":"not found"}')
    return "unknown path" if unknown else "modelled"


def play(emulator, folder, name, key, left_out):
    """Runs schemathesis on one part of the operations; returns its events."""
    report = folder / f"{name}.ndjson"
    report.unlink(missing_ok=True)
    command = [str(ROOT / "build/contract/schemathesis/bin/st"), "--config-file", str(HERE / "schemathesis.toml"), "run",
               str(folder / "document.json"), "--url", emulator.url, "--header", f"Authorization: Bearer {key}",
               "--report-ndjson-path", str(report), "--include-path-regex", PARTS[name]]
    for operation in left_out:
        command += ["--exclude-name", operation]
    log = folder / f"{name}.log"
    deploy = emulator.get("/services/srv-web00000000000000000/deploys", key)[0]["deploy"]["id"]
    with log.open("w") as output:
        ended = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT,
                               env=os.environ | {"CONTRACT_DEPLOY": deploy, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"})
    if ended.returncode not in (0, 1) or not report.exists():
        sys.exit(f"schemathesis ended with {ended.returncode}:\n" + log.read_text()[-4000:])
    return report.read_text().splitlines()


def told(run, answers, new, stale, seconds):
    """The table, then what is new and what is stale."""
    states = list(answers.values())
    lines = [f"{len(states)} operations: {len(run.tested)} tested, {states.count('501')} not modelled (501)",
             f"{run.requests} requests in {seconds:.0f} s", f"{'check':32} {'known':>6} {'new':>6}"]
    for check in sorted({finding.check for finding in run.findings}):
        of_check = [finding for finding in run.findings if finding.check == check]
        count = len([finding for finding in of_check if finding in new])
        lines.append(f"{check:32} {len(of_check) - count:6} {count:6}")
    for finding in sorted(new):
        lines.append(f"new: {finding.operation} | {finding.check} | {finding.what}  "
                     f"({run.findings[finding]} times, such as {run.examples[finding][:200]})")
    for entry in stale:
        lines.append(f"no longer occurs: {entry['operation']} | {entry['check']} | {entry['what']}")
    return lines


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.environ["ENVLINK"] = str(pathlib.Path(sys.argv[1]).resolve() / "src/envlink")
    import harness
    folder = ROOT / "build/contract"
    document = tools_document.load()
    (folder / "document.json").write_text(json.dumps(document))
    seeds = workspace()
    key = seeds["api_key"]
    began = time.monotonic()
    with harness.Emulator(seeds, speed=1000) as first, harness.Emulator(seeds, speed=1000) as second:
        answers = {operation: probe(first, operation, key) for operation in tools_document.operations(document)}
        left_out = [operation for operation, answer in answers.items() if answer != "modelled"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            played = [pool.submit(play, emulator, folder, name, key, left_out)
                      for emulator, name in zip((first, second), PARTS)]
            events = [one.result() for one in played]
    run = collect.Run()
    for lines in events:
        run.add(lines)
    for operation in [one for one, answer in answers.items() if answer == "unknown path"]:
        finding = known.Finding(operation, "not_modelled", "answered as a path that does not exist, not with 501")
        run.findings[finding] = 1
        run.examples[finding] = operation
    new, stale = known.judge(known.load("schemathesis"), list(run.findings), run.tested)
    print("\n".join(told(run, answers, set(new), stale, time.monotonic() - began)))
    sys.exit(1 if new or stale else 0)


if __name__ == "__main__":
    main()
