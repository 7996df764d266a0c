#!/usr/bin/env python3
"""Runs every command of envlink that talks to Render through Prism, which compares each request and each reply with
Render's document.

usage: run.py BUILD_FOLDER

envlink → a recording server → Prism → a server that forwards to the emulator of the moment → the emulator. Fails on each
violation that known_differences.json does not list, on entries there that no longer occur, and on a command that this file
does not play. `./install` comes first."""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT / "tests/end_to_end")]
if len(sys.argv) == 2:
    os.environ["ENVLINK"] = str(pathlib.Path(sys.argv[1]).resolve() / "src/envlink")
import hostile_server  # noqa: E402
import known  # noqa: E402
import tools_document  # noqa: E402
import violations  # noqa: E402
from harness import GROUP, HANG, PROGRAM, SERVICES, desired, linked_workspace, service, workspace  # noqa: E402
from unfinished_run import UnfinishedRun  # noqa: E402

OFFLINE = {"validate", "runs", "report", "emulate", "completion", "version"}
PRISM = ROOT / "build/contract/prism/node_modules/@stoplight/prism-cli/dist/index.js"


class Prism:
    """Prism between a recording server and one that forwards to `upstream`."""

    def __init__(self, folder):
        document = tools_document.load()
        self.names = tools_document.operations(document)
        document["paths"] = {"/v1" + path: item for path, item in document["paths"].items()}
        (folder / "prism.json").write_text(json.dumps(document))
        self.forwarding = hostile_server.HostileServer()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            ["node", str(PRISM), "proxy", str(folder / "prism.json"), self.forwarding.origin, "--port", str(port)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.listens = threading.Event()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        if not self.listens.wait(HANG) or self.process.poll() is not None:
            raise SystemExit("Prism does not listen:\n" + "".join(self.lines[-20:]))
        self.url = f"http://127.0.0.1:{port}/v1"
        self.findings = {}
        self.operations = {}
        rules = [hostile_server.Rule(f"{method} ", self.recorder(method)) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")]
        self.recording = hostile_server.HostileServer(self, rules)

    def read(self):
        for line in self.process.stdout:
            self.lines = self.lines[-200:] + [line]
            if "Prism is listening" in line:
                self.listens.set()
        self.listens.set()

    def recorder(self, method):
        def record(target, answer):
            told = json.loads(answer.headers.pop("sl-violations", "[]"))
            operation = tools_document.operation_of(self.names, method, urllib.parse.unquote(target.partition("?")[0].removeprefix("/v1")))
            self.operations[operation] = self.operations.get(operation, 0) + 1
            for finding in violations.findings(self.names, method, target, answer.status, told):
                self.findings.setdefault(finding, f"{method} {target}")
            return answer
        return record

    def close(self):
        self.recording.close()
        self.process.terminate()
        self.process.wait(HANG)
        self.reader.join()
        self.process.stdout.close()
        self.forwarding.close()


class Behind:
    """An emulator that is reached through Prism."""

    def __init__(self, emulator, url):
        self.emulator, self.url = emulator, url

    def __getattr__(self, name):
        return getattr(self.emulator, name)


ENVIRONMENT = "evm-production0000000000"
NEW = "DATABASE_URL=postgres://sesame-new\nTOKEN=sesame-new\n"


def every_kind(**changes):
    """The four services and one of each other kind; a protected environment; an audit log."""
    source = linked_workspace(behaviour={"audit_log": True}, **changes)
    source["environments"] = [{"id": ENVIRONMENT, "name": "production", "protected": True}]
    source["groups"] += [{"id": "evg-other000000000000000", "name": "other", "variables": {"FLAG": "on"}, "secret_files": {"ca.pem": "x"}},
                         {"id": "evg-scoped00000000000000", "name": "scoped", "environment": ENVIRONMENT, "links": ["site"]}]
    source["services"] = source["services"] + [
        {"id": "srv-site0000000000000000", "name": "site", "type": "static_site", "environment": ENVIRONMENT},
        {"id": "srv-worker00000000000000", "name": "worker", "type": "background_worker", "image": True},
        {"id": "crn-nightly0000000000000", "name": "nightly", "type": "cron_job", "image": True},
        {"id": "srv-private0000000000000", "name": "private", "type": "private_service", "suspended": True},
        {"id": "srv-preview0000000000000", "name": "preview", "preview_of": "base"}]
    return source


class Commands(UnfinishedRun):
    prism = None
    played = set()

    def emulator(self, source, **options):
        emulator = super().emulator(source, **{"speed": 1000, **options})
        self.prism.forwarding.forward_to(emulator)
        return Behind(emulator, self.prism.recording.url)

    def run_envlink(self, *arguments, **options):
        self.played.add(" ".join(arguments[:2] if arguments[0] == "groups" else arguments[:1]))
        return super().run_envlink(*arguments, **options)

    def play(self, *arguments, code=0, **environment):
        said = self.run_envlink(*arguments, emulator=self.render, **environment)
        self.assert_exit(said, code)
        return said

    def file(self, rollout=None, **changes):
        self.write("envlink.yaml", desired(rollout, **changes))

    def test_what_only_reads(self):
        self.render = self.emulator(every_kind())
        self.play("doctor")
        self.play("init")
        self.play("plan")
        self.file({"deploy": "auto"})
        for arguments, code in [(["doctor"], 0), (["plan", "-v"], 0), (["verify"], 0), (["status"], 0), (["status", "--all", "--why"], 0),
                                (["explain", "base"], 0), (["explain", "srv-site0000000000000000"], 0),
                                (["open", "nightly", "--print"], 0), (["logs", "base", "--yes"], 0), (["logs", "worker", "--yes"], 0),
                                (["groups", "list"], 0), (["groups", "show", "scoped"], 0), (["groups", "show", "shared"], 0),
                                (["groups", "diff", "shared", "other"], 0), (["lint"], 0)]:
            with self.subTest(arguments=arguments):
                self.play(*arguments, code=code)
        self.assertEqual(self.render.writes(), [])

    def test_a_rollout_and_its_rollback(self):
        self.render = self.emulator(workspace(behaviour={"audit_log": True}))
        self.file()
        self.play("rehearse")
        self.play("apply", "--yes")
        self.play("verify")
        self.render.call("PUT", f"/env-groups/{GROUP}/env-vars/TOKEN", {"value": "sesame-changed"})
        self.play("status", "--why", code=2)
        self.play("rollback", "--yes", code=0)

    def test_a_rollout_of_every_kind_with_unlinking(self):
        self.render = self.emulator(every_kind())
        links = {name: {"link": ["shared", "other"]} for name in ("base", "worker", "nightly")} | {"site": {"link": ["other", "scoped"]}}
        self.file({"deploy": "auto", "hold": True}, groups={"shared": {}, "other": {}, "scoped": {}}, services=links, links={"unmanaged": "remove"})
        self.play("apply", "--yes")
        self.play("verify")
        self.play("rollback", "--yes")

    def test_the_request_of_the_guide(self):
        self.render = self.emulator(workspace(behaviour={"service_patch_links": True}))
        self.file(api={"link_method": "service-patch"})
        self.play("apply", "--yes")

    def test_a_failed_rollout_and_its_logs(self):
        self.render = self.emulator(workspace(services=[service(name, **({"outcome": "build_failed"} if name == "core" else {}))
                                                        for name in SERVICES]))
        self.file()
        self.play("apply", "--yes", code=5)
        self.play("logs", "core", "--yes")
        self.play("report")
        self.play("rollback", "--yes")

    def test_an_interrupted_rollout_is_resumed(self):
        self.begin_and_kill(speed=20)
        self.play("plan")
        self.play("resume", "--yes")

    def test_values_and_groups(self):
        source = linked_workspace(behaviour={"audit_log": True})
        source["groups"][0]["secret_files"] = {"old.pem": "sesame"}
        self.render = self.emulator(source)
        self.file({"deploy": "auto"})
        self.write(".env.new", NEW)
        self.write("ca.pem", "sesame\n")
        self.play("groups", "set", "shared", "TOKEN", "--from-env", "NEW_TOKEN", "--yes", NEW_TOKEN="sesame-set")
        self.play("groups", "set", "shared", "file:ca.pem", "--from-file", "ca.pem", "--yes")
        self.play("groups", "unset", "shared", "file:old.pem", "TOKEN", "--yes")
        self.play("rollback", "--yes")
        self.play("groups", "push", "shared", "--from", ".env.new", "--secret-file", "ca.pem", "--yes")
        self.play("groups", "create", "fresh", "--from", ".env.new", "--secret-file", "ca.pem", "--yes")
        self.play("groups", "link", "fresh", "base", "--yes")
        self.play("groups", "unlink", "fresh", "base", "--yes")
        self.play("groups", "swap", "shared", "shared-2", "--from", ".env.new", "--secret-file", "ca.pem",
                  "--prune-at-most", "1", "--yes")
        self.play("rollback", "--yes")


def commands():
    """All commands in the help, "groups list" and the like with both words."""
    told = subprocess.run([PROGRAM, "--help"], text=True, capture_output=True, timeout=HANG).stdout
    return set(re.findall(r"^  ((?:groups )?[a-z]+) {2,}\S", told.partition("Global flags:")[0], re.M))


def report(prism, seconds):
    """The table and what is wrong."""
    new, stale = known.judge(known.load("prism"), list(prism.findings), set(prism.operations))
    print(f"{len(Commands.played)} commands, {sum(prism.operations.values())} requests of {len(prism.operations)} operations "
          f"in {seconds:.0f} s; {len(prism.findings) - len(new)} known differences, {len(new)} new")
    for finding in sorted(new):
        print(f"new: {finding.operation} | {finding.check} | {finding.what}  (such as {prism.findings[finding][:160]})")
    for entry in stale:
        print(f"no longer occurs: {entry['operation']} | {entry['check']} | {entry['what']}")
    missing = commands() - OFFLINE - Commands.played
    for name in sorted(missing):
        print(f"not played: envlink {name}")
    return not (new or stale or missing)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    began = time.monotonic()
    Commands.prism = Prism(ROOT / "build/contract")
    try:
        ended = unittest.main(argv=sys.argv[:1], exit=False, module=__name__)
    finally:
        Commands.prism.close()
    good = report(Commands.prism, time.monotonic() - began)
    sys.exit(0 if good and ended.result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
