"""Prepares the emulator's workspace and the files of the folder before a page's commands run."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path += [str(REPOSITORY / "tests/end_to_end"), str(REPOSITORY / "tests/team")]
sys.dont_write_bytecode = True

from harness import HANG, PROGRAM, Emulator  # noqa: E402
from postgres import Server  # noqa: E402

EXAMPLE = REPOSITORY / "examples/toolboxai"
NEVER = "24h"  # at any speed longer than a test
SPEED = 300


class Scene:
    def __init__(self):
        self.exact = False
        self._scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._scratch.name) / "work"
        self.emulators, self.databases = [], []
        home, programs = self.folder.parent / "home", self.folder.parent / "bin"
        for folder in (self.folder, home, programs):
            folder.mkdir()
        (programs / "envlink").symlink_to(os.path.abspath(PROGRAM))
        self.environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8",
                            "TERM": "xterm-256color"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def close(self):
        for emulator in self.emulators:
            emulator.__exit__()
        for database in self.databases:
            database.close()
        self._scratch.cleanup()

    def emulate(self, speed=SPEED):
        self.emulators.append(Emulator(self.folder / "workspace.yaml", speed))
        self.environment |= {"RENDER_HOST": self.emulators[-1].url, "RENDER_API_KEY": "rnd_example"}
        return self.emulators[-1].line

    def run(self, command):
        """What the command prints, stdout and stderr in order."""
        if command.startswith("envlink emulate "):
            speed = re.search(r" --speed (\d+)", command)
            return self.emulate(int(speed[1]) if speed else SPEED)
        return subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, text=True, timeout=HANG,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout

    def edit(self, name, *changes):
        path = self.folder / name
        text = path.read_text()
        for pattern, new in changes:
            text, count = re.subn(pattern, new, text, flags=re.M)
            if count == 0:
                raise AssertionError(f"{name} has no {pattern}")
        path.write_text(text)


def with_files(*changes, wanted=()):
    """The example's folder. `changes`: (service, key, value) in its workspace; `wanted`: (pattern, replacement) in
    its file."""
    scene = Scene()
    for file in EXAMPLE.iterdir():
        shutil.copy(file, scene.folder)
    for service, key, value in changes:
        path = scene.folder / "workspace.yaml"
        head, found, rest = path.read_text().partition(f"    name: {service}\n    type: ")
        assert found, service
        own, end, others = rest.partition("\n\n")
        own = re.sub(rf"\n    {key}: .*", "", own)
        path.write_text(f"{head}{found}{own}\n    {key}: {value}{end}{others}")
    scene.edit("envlink.yaml", *wanted)
    return scene


def example(*changes, wanted=(), speed=SPEED):
    scene = with_files(*changes, wanted=wanted)
    scene.emulate(speed)
    return scene


def nothing():
    """An empty folder, no key, no Render."""
    return Scene()


def folder():
    """The example's folder; the emulator is not running yet."""
    return with_files()


def fresh():
    """The example: nothing is linked yet."""
    return example()


def forecast():
    """The example with builds at real speed, so that estimates are exact."""
    scene = example(speed=1)
    scene.exact = True
    return scene


def applied():
    scene = example()
    scene.run("envlink apply --yes")
    return scene


def team():
    """A team store with its tables, for a role with the fewest rights; the example on Render."""
    scene = example()
    server = Server({"fsync": "on"})
    scene.databases.append(server)
    database = server.create_database()
    scene.environment["ENVLINK_STORE"] = server.address(database)
    scene.environment["ENVLINK_STORE_KEY"] = subprocess.run(
        [PROGRAM, "store", "init"], env=scene.environment, text=True, capture_output=True, check=True).stdout.strip()
    server.run_script(scene.run("envlink store role laptop"), database)
    server.execute(f"ALTER ROLE laptop PASSWORD '{server.password}'")
    scene.environment["ENVLINK_STORE"] = server.address(database, user="laptop")
    return scene


def linked():
    """Everything is linked, and envlink.yaml does not exist."""
    scene = applied()
    (scene.folder / "envlink.yaml").unlink()
    return scene


def blueprint():
    scene = Scene()
    shutil.copy(REPOSITORY / "tests/docs/render.yaml", scene.folder)
    return scene


def rebuilding(*changes):
    """Everything is built, slowly enough that the order in which deploys end is certain."""
    return example(*changes, wanted=[(r"^rollout:$", "rollout:\n  deploy: rebuild")])


def build_fails():
    return rebuilding(("toolboxai-mcp", "outcome", "build_failed"), ("toolboxai-mcp", "build", "1s"),
                      ("toolboxai-celery-worker", "build", "600s"), ("toolboxai-dashboard", "build", "750s"))


def build_failed():
    scene = build_fails()
    scene.run("envlink apply --yes")
    return scene


def backend_fails():
    return rebuilding(("toolboxai-backend", "outcome", "build_failed"))


def interrupted():
    """Killed while four services of the third wave deploy."""
    scene = example(*[(f"toolboxai-{name}", key, "900s") for name, key in
                      (("mcp", "start"), ("celery-worker", "start"), ("cleanup", "build"), ("dashboard", "build"))])
    run = subprocess.Popen([PROGRAM, "apply", "--yes"], cwd=scene.folder, env=scene.environment, text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    waiting = {f"toolboxai-{name}" for name in ("mcp", "celery-worker", "cleanup", "dashboard")}
    for line in run.stderr:
        told = re.match(r"\[.*\] (\S+) +deploy dep-", line)
        waiting -= {told[1]} if told else set()
        if not waiting:
            break
    run.kill()
    run.wait(HANG)
    run.stderr.close()
    assert not waiting, waiting
    return scene


def moved():
    """After a plan was saved, somebody linked a group and deployed."""
    scene = example(("toolboxai-backend", "build", NEVER))
    scene.run("envlink plan --out plan.json")
    scene.run("envlink groups link toolboxai-monitoring toolboxai-backend --yes")
    deploy = urllib.request.Request(scene.environment["RENDER_HOST"] + "/services/srv-ctoolboxai0000000002/deploys", b"{}",
                                    {"Authorization": "Bearer rnd_example", "Content-Type": "application/json"})
    urllib.request.urlopen(deploy, timeout=HANG).close()
    return scene


def unmanaged():
    """Somebody linked the dashboard to the secrets by hand."""
    scene = applied()
    scene.run("envlink groups link toolboxai-secrets toolboxai-dashboard --yes")
    scene.edit("envlink.yaml", (r"^  unmanaged: report$", "  unmanaged: remove"))
    return scene


def carried():
    """Everything is linked. The file names a dotenv file with two new values out of three."""
    scene = applied()
    redis = re.search(r'^      REDIS_URL: "(.*)"', (scene.folder / "workspace.yaml").read_text(), re.M)[1]
    (scene.folder / ".env.production").write_text(
        f"DATABASE_URL=postgres://new\nJWT_SECRET_KEY=a-new-and-made-up-key\nREDIS_URL={redis}\n")
    scene.edit("envlink.yaml", (r"^    variables: 39$", "    variables: 39\n    values: {from: {dotenv: .env.production}}"))
    return scene


def new_group():
    """Everything is linked. The file wants a newer group with the same variables as the secrets."""
    scene = with_files()
    workspace = (scene.folder / "workspace.yaml").read_text()
    secrets = re.search(r"  - id: evg-d479opq4d50c73813bu0\n(.*\n)*?\n", workspace)[0]
    newer = secrets.replace("evg-d479opq4d50c73813bu0", "evg-d479opq4d50c73813d6g").replace("toolboxai-secrets", "toolboxai-secrets-2026")
    scene.edit("workspace.yaml", (r"^services:$", newer + "services:"))
    scene.emulate()
    scene.run("envlink apply --yes")
    scene.edit("envlink.yaml", (r"toolboxai-secrets\b", "toolboxai-secrets-2026"), (r"^    id: evg-d479opq4d50c73813bu0$\n", ""),
               (r"^  unmanaged: report$", "  unmanaged: remove"))
    return scene


def with_groups(*groups):
    """The example with additional groups."""
    scene = with_files()
    scene.edit("workspace.yaml", (r"^services:$", lambda _: "".join(f"  - {json.dumps(one)}\n\n" for one in groups) + "services:"))
    scene.emulate()
    return scene


def two_stages():
    """The monitoring group of production, and one for staging."""
    return with_groups({"name": "monitoring-staging", "id": "evg-d479opq4d50c73813e8g", "variables": {
        "SENTRY_DSN": "https://made-up-key@sentry.example/1", "GRAFANA_ADMIN_PASSWORD": "made-up-grafana-password",
        "PROMETHEUS_REMOTE_WRITE_URL": "https://made-up-prometheus.example/staging", "METRICS_RETENTION_DAYS": "a week",
        "ALERT_WEBHOOK_URL": "changeme", "DEBUG": "true"}})


def untidy():
    """Everything is linked. The backend also has its own group, and last year's group is linked to nothing."""
    scene = with_groups({"name": "backend-tuning", "id": "evg-d479opq4d50c73813eag", "variables": {"LOG_LEVEL": "debug"},
                         "links": ["srv-ctoolboxai0000000002"]},
                        {"name": "toolboxai-2025", "id": "evg-d479opq4d50c73813ecg", "variables": {"OLD_TOKEN": "made-up"}})
    scene.run("envlink apply --yes")
    return scene


def patched():
    """The file uses the link method of Render's guide; the emulator answers 200 and changes nothing."""
    return example(wanted=[(r"^api:$", "api:\n  link_method: service-patch")])


def github():
    """A step of GitHub Actions in which the backend does not build."""
    scene = backend_fails()
    scene.environment |= {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(scene.folder / "summary.md")}
    return scene


def protected():
    """The monitoring group is in a protected environment."""
    scene = with_files(("toolboxai-monitoring", "environment", "evm-production0000000001"))
    scene.edit("workspace.yaml", (r"^    name: toolboxai-monitoring\n    variables:",
                                  "    name: toolboxai-monitoring\n    environment: evm-production0000000001\n    variables:"),
               (r"^behaviour:", "environments:\n  - {id: evm-production0000000001, name: production, "
                "project: prj-00000000000000000001, protected: true}\nbehaviour:"))
    scene.emulate()
    return scene


def amid():
    """A rollout that stands still with two services live and four in progress."""
    return example(("toolboxai-mcp", "start", NEVER), ("toolboxai-celery-worker", "start", NEVER),
                   ("toolboxai-cleanup", "build", NEVER), ("toolboxai-dashboard", "build", NEVER), speed=60)


def amid_failure():
    """A rollout that stands still after a failure, while the dashboard builds."""
    return rebuilding(("toolboxai-celery-worker", "outcome", "build_failed"), ("toolboxai-celery-worker", "build", "900s"),
                      ("toolboxai-dashboard", "build", NEVER))


def amid_many():
    """Forty services: two fail, four build forever, and others wait for them."""
    scene = Scene()
    names = [f"svc-{number:02}" for number in range(1, 41)]
    build = {"svc-07": "9s\n    outcome: build_failed", "svc-19": "9s\n    outcome: build_failed"}
    build |= {f"svc-{number}": NEVER for number in (21, 24, 27, 30)}
    after = {"svc-20": "svc-07", "svc-33": "svc-19"} | {f"svc-{number}": "svc-21" for number in range(34, 41)}
    (scene.folder / "workspace.yaml").write_text(
        "version: 1\napi_key: rnd_example\nowner: {id: tea-cexample0000000000000, name: example}\n"
        "groups: [{id: evg-shared0000000000000, name: shared, variables: {TOKEN: made-up}}]\nservices:\n" +
        "".join(f"  - id: srv-{name[4:]:0>20}\n    name: {name}\n    type: web_service\n    build: {build.get(name, '9s')}\n"
                f"    start: 1s\n" for name in names))
    (scene.folder / "envlink.yaml").write_text(
        "version: 1\ngroups: {shared: {}}\nservices:\n" +
        "".join(f"  {name}: {{link: [shared]{f', after: [{after[name]}]' if name in after else ''}}}\n" for name in names) +
        "rollout: {deploy: rebuild, on_failure: continue}\n")
    scene.emulate()
    return scene


def narrow():
    """Five services are live, and four stay in progress."""
    return example(("toolboxai-agent-coordinator", "start", NEVER), ("toolboxai-celery-flower", "start", NEVER),
                   ("toolboxai-cleanup", "build", NEVER), ("toolboxai-dashboard", "build", NEVER))


ALL = {function.__name__.replace("_", "-"): function for function in
       (nothing, folder, fresh, forecast, applied, team, linked, blueprint, build_fails, build_failed, backend_fails,
        interrupted, moved, unmanaged, carried, new_group, two_stages, untidy, patched, github, protected, amid, amid_failure, amid_many, narrow)}
