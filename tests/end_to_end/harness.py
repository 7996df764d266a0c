"""Starts the real emulator, runs the real program against it, and checks the result. Nothing here sleeps: it waits
for lines, ports and exits, with limits that only a hang reaches."""

import functools
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import tempfile
import unittest
import urllib.request

PROGRAM = os.environ.get("ENVLINK", "build/dev/src/envlink")
REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLE = REPOSITORY / "examples/toolboxai"

KEY = "rnd_EndToEndKey0123456789abcdef"
HANG = 120  # seconds

GROUP = "evg-shared000000000000000"
SERVICES = {name: f"srv-{name}{'0' * (20 - len(name))}" for name in ("base", "core", "edge", "aside")}


def workspace(**changes):
    """Four services, none linked yet: base ← core ← edge, and aside, on which nothing depends."""
    result = {
        "version": 1,
        "api_key": KEY,
        "owner": {"id": "tea-endtoend0000000000000", "name": "endtoend"},
        "groups": [{"id": GROUP, "name": "shared", "variables": {"DATABASE_URL": "postgres://sesame-of-db", "TOKEN": "sesame-of-token"}}],
        "services": [service(name) for name in SERVICES],
    }
    result.update(changes)
    return result


def linked_workspace(**changes):
    """The same workspace with every service linked."""
    result = workspace(**changes)
    result["groups"][0]["links"] = list(SERVICES)
    return result


def service(name, **changes):
    return {"id": SERVICES[name], "name": name, "type": "web_service", "variables": {"OWN": "sesame-of-service"},
            "build": "4s", "start": "1s", **changes}


def with_service(name, **changes):
    return workspace(services=[service(n, **(changes if n == name else {})) for n in SERVICES])


def desired(rollout=None, api=None, **changes):
    result = {
        "version": 1,
        "groups": {"shared": {"require": ["DATABASE_URL"]}},
        "services": {
            "base": {"link": ["shared"]},
            "core": {"link": ["shared"], "after": ["base"]},
            "edge": {"link": ["shared"], "after": ["core"]},
            "aside": {"link": ["shared"]},
        },
        "rollout": {"poll_interval": "1s", "deploy": "rebuild", **(rollout or {})},
        "api": {"backoff": "50ms", **(api or {})},
    }
    result.update(changes)
    return result


class Emulator:
    def __init__(self, source, speed=20, flags=(), tls=None):
        """`tls`: the file for its certificate."""
        self._folder = tempfile.TemporaryDirectory()
        path = source
        if isinstance(source, dict):
            path = pathlib.Path(self._folder.name) / "workspace.yaml"
            path.write_text(json.dumps(source))  # JSON is YAML
        self.process = subprocess.Popen([PROGRAM, "emulate", str(path), "--speed", str(speed), *flags,
                                         *(["--tls", str(tls)] if tls else [])],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.line = self.process.stdout.readline().rstrip("\n")
        if not self.line.startswith(f"listening on http{'s' if tls else ''}://127.0.0.1:"):
            self.process.kill()
            raise AssertionError(f"the emulator said {self.line!r}, {self.process.communicate()[1]}")
        self.url = self.line.removeprefix("listening on ")
        self.trust = ssl.create_default_context(cafile=tls) if tls else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.process.stderr.close()
        self._folder.cleanup()

    def stop(self, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        return self.process.wait(HANG)

    def _get(self, path):
        with urllib.request.urlopen(self.url.removesuffix("/v1") + path, timeout=HANG, context=self.trust) as reply:
            return reply.read().decode()

    def requests(self):
        return [json.loads(line) for line in self._get("/_emulator/requests").splitlines()]

    def state(self):
        return json.loads(self._get("/_emulator/state"))

    def writes(self):
        return [request for request in self.requests() if request["method"] != "GET"]

    def call(self, method, path, body=None, key=KEY):
        """A colleague's call of the API."""
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=HANG, context=self.trust) as reply:
            return reply.status

    def post(self, path, body, key=KEY):
        """What a colleague's call creates."""
        request = urllib.request.Request(self.url + path, method="POST", data=json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=HANG, context=self.trust) as reply:
            return json.load(reply)

    def get(self, path, key=KEY):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=HANG, context=self.trust) as reply:
            return json.load(reply)

    def held(self, group=GROUP):
        """The values of a group; a secret file as file:NAME."""
        shown = self.get(f"/env-groups/{group}")
        return {one["key"]: one["value"] for one in shown["envVars"]} | \
            {"file:" + one["name"]: one["content"] for one in shown["secretFiles"]}

    def deploys_asked_for(self):
        """Service ids in the order in which a deploy was requested."""
        return [r["path"].split("/")[-2] for r in self.writes() if r["path"].split("?")[0].endswith("/deploys")]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.state_home = self.folder / "state"
        (self.folder / "home").mkdir()

    def emulator(self, source, **options):
        emulator = Emulator(source, **options)
        self.addCleanup(emulator.__exit__)
        return emulator

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
        return path

    def environment(self, emulator=None, key=KEY, **more):
        result = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.state_home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                result[name] = os.environ[name]
        if emulator is not None:
            result["RENDER_HOST"] = emulator.url
        if key is not None:
            result["RENDER_API_KEY"] = key
        result.update(more)
        return result

    def run_envlink(self, *arguments, emulator=None, cwd=None, **environment):
        return subprocess.run([PROGRAM, *arguments], cwd=cwd or self.folder, text=True, timeout=HANG,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment(emulator, **environment))

    def start_envlink(self, *arguments, emulator=None, before=None, **environment):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before,
                                   env=self.environment(emulator, **environment))
        self.addCleanup(end, process)
        return process

    def assert_not_stored(self, text):
        for path in self.state_home.rglob("*"):
            if path.is_file():
                self.assertNotIn(text.encode(), path.read_bytes(), path)

    def assert_exit(self, result, code):
        self.assertEqual(result.returncode, code, f"stdout:\n{result.stdout}\nstderr:\n{result.stderr}")
        promised = exit_codes(*result.args[1:3] if result.args[1:2] == ["groups"] else result.args[1:2])
        self.assertTrue(not promised or code in promised, f"{result.args[1:]} ends with {code}, and its help does not say so")

    def assert_done(self, text):
        """Checks the whole result of a successful rollout."""
        self.assertRegex(text, r"\A✓ (Done|Rolled back) in [^\n]*\n\Z")

    def assert_four_ticks(self, text):
        ticks = [line for line in text.splitlines() if line.startswith("✓ Step")]
        self.assertEqual([tick[:8] for tick in ticks], [f"✓ Step {n}" for n in (1, 2, 3, 4)], text)


@functools.cache
def exit_codes(*command):
    """The exit codes in the help of a command."""
    told = subprocess.run([PROGRAM, *command, "--help"], text=True, timeout=HANG, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL).stdout
    return [int(code) for code in re.findall(r"^  (\d+) ", told.partition("Exit codes:")[2], re.M)]


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def lines_as_they_come(stream):
    """Reads single bytes, so that nothing stays in the buffer of `stream`, where communicate() would not find it."""
    line = b""
    while byte := os.read(stream.fileno(), 1):
        line += byte
        if byte == b"\n":
            yield line.decode()
            line = b""


def read_until(stream, wanted):
    """The lines up to and including the first that contains `wanted`."""
    lines = []
    for line in lines_as_they_come(stream):
        lines.append(line)
        if wanted in line:
            return "".join(lines)
    raise AssertionError(f"{wanted!r} never came:\n" + "".join(lines))
