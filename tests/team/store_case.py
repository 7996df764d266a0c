"""A team in a test: several machines, one emulated Render, and one PostgreSQL as the store of their runs."""

import collections
import contextlib
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "end_to_end"))

from harness import GROUP, HANG, KEY, PROGRAM, SERVICES, Case, desired, service, with_service, workspace  # noqa: E402,F401
from unfinished_run import from_api, linked  # noqa: E402
from postgres import Server, wait_until  # noqa: E402
from proxy import Proxy  # noqa: E402

LEASE = 60  # seconds; team/database.h
SHIFTED_CLOCK = os.environ.get("SHIFTED_CLOCK_LIBRARY", "build/dev/tests/team/libshifted_clock.so")
TELL_TALE = "sesame"  # part of every value of a variable (harness.py)


class Process:
    """One run of the program. It reaches Render through its own door, which notes what it writes. Its output is read all
    the time, so it never waits for a reader."""

    def __init__(self, case, machine, arguments, environment, before=()):
        self.case, self.machine, self.name = case, machine, f"{machine.name}: envlink {' '.join(arguments)}"
        port = int(case.render.url.rsplit(":", 1)[1].split("/")[0])
        self.door = Proxy(port, listener=machine.listener(), noted=self._note)
        case.addCleanup(self.door.close)
        environment["RENDER_HOST"] = f"http://127.0.0.1:{self.door.port}/v1"
        self._popen = subprocess.Popen([*before, PROGRAM, *arguments], cwd=machine.folder, env=environment, text=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._told = {"out": [], "err": []}
        self._came = threading.Condition()
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                         for pair in ((self._popen.stdout, "out"), (self._popen.stderr, "err"))]
        for reader in self._readers:
            reader.start()
        case.processes.append(self)
        case.addCleanup(self._end)

    def _note(self, line):
        method, path = line.split(" ")[:2]
        if method != "GET":
            with self.case.lock:
                self.case.writes.append((self, method, path))

    def _read(self, stream, which):
        for line in stream:
            with self._came:
                self._told[which].append(line)
                self._came.notify_all()
        with self._came:
            self._told[which].append("")
            self._came.notify_all()

    @property
    def pid(self):
        return self._popen.pid

    @property
    def out(self):
        return "".join(self._told["out"])

    @property
    def err(self):
        return "".join(self._told["err"])

    def running(self):
        return self._popen.poll() is None

    def wait_for(self, *words, limit=HANG):
        """Until one line of its messages has all these words. Returns that line."""
        found = lambda: next((line for line in self._told["err"] if line and all(word in line for word in words)), None)
        ended = lambda: "" in self._told["err"]
        with self._came:
            self._came.wait_for(lambda: found() or ended(), limit)
            line = found()
        if line is None:
            raise AssertionError(f"{self.name} never said {words}:\n{self.out}{self.err}")
        return line

    def waits(self, seconds):
        """Until it ends, but not longer."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(seconds)

    def kill(self):
        self._popen.kill()
        self._popen.wait(HANG)

    def interrupt(self):
        self._popen.send_signal(signal.SIGINT)

    def freeze(self):
        self._popen.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._popen.send_signal(signal.SIGCONT)

    def ends(self, code=None, limit=HANG):
        """Waits for its end, and checks its exit code if one is given."""
        try:
            self._popen.wait(limit)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {limit} s:\n{self.out}{self.err}") from None
        for reader in self._readers:
            reader.join(HANG)
        if code is not None:
            self.case.assertEqual(self._popen.returncode, code, f"{self.name}\nstdout:\n{self.out}\nstderr:\n{self.err}")
        return self

    @property
    def returncode(self):
        return self._popen.returncode

    def wrote(self):
        with self.case.lock:
            return [(method, path) for process, method, path in self.case.writes if process is self]

    def _end(self):
        if self.running():
            self.kill()
        for reader in self._readers:
            reader.join(HANG)
        self._popen.stdout.close()
        self._popen.stderr.close()


class Machine:
    def __init__(self, case, name, namespace=None):
        self.case, self.name, self._namespace = case, name, namespace
        self.folder = case.place / name
        (self.folder / "home").mkdir(parents=True)
        self.store, self.store_key = case.store, case.store_key
        self.more = {}  # environment
        self.write("envlink.yaml", case.wanted)

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
        return path

    def listener(self):
        return self._namespace.listener() if self._namespace else None

    def start(self, *arguments, **environment):
        """`NAME=None` removes a variable."""
        given = {"HOME": str(self.folder / "home"), "XDG_STATE_HOME": str(self.folder / "state"), "ENVLINK_STORE": self.store,
                 "ENVLINK_STORE_KEY": self.store_key, **self.more, **environment}
        whole = self.case.environment(**{name: value for name, value in given.items() if value is not None})
        return Process(self.case, self, arguments, whole, self._namespace.command() if self._namespace else ())

    def run(self, *arguments, code=0, limit=HANG, **environment):
        """Starts it and waits for its end. `code`: the exit code it must have; None: any."""
        return self.start(*arguments, **environment).ends(code, limit)

    def with_shifted_clock(self):
        """Its wall clock can be stepped from now on."""
        file = self.folder / "clock"
        file.write_bytes(struct.pack("=q", 0))
        self.more |= {"LD_PRELOAD": SHIFTED_CLOCK, "SHIFTED_CLOCK": str(file)}
        if os.environ.get("ENVLINK_SANITIZE") == "ON":
            self.more["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"

    def step_clock(self, hours):
        with open(self.folder / "clock", "r+b") as file:
            file.write(struct.pack("=q", int(hours * 3600 * 10**9)))


class StoreCase(Case):
    """Its tests share a server. With `own_server`, each has one that it may harm."""

    own_server = False
    server_options = {}

    @classmethod
    def setUpClass(cls):
        if not cls.own_server:
            cls.server = Server(**cls.server_options)
            cls.addClassCleanup(cls.server.close)

    def setUp(self):
        super().setUp()
        if self.own_server:
            self.server = Server(**self.server_options)
            self.addCleanup(self.server.close)
        self.lock, self.secrets = threading.Lock(), {self.server.password}
        self.fresh()

    def tearDown(self):
        self.assert_nothing_leaked()
        super().tearDown()

    def fresh(self):
        """Another database, and folders for other machines."""
        self.processes, self.writes, self.print_keys = [], [], []
        self.wanted, self.store_key = desired(), None
        self.database = self.server.create_database()
        self.store = self.address()
        self.place = self.folder / self.database
        self.place.mkdir()

    def address(self, **options):
        return self.server.address(self.database, **options)

    def begin(self, source=None, wanted=None, speed=20, machines="AB", store=None):
        """Render, an empty store, and machines that use it: `self.a`, `self.b`."""
        self.render = self.emulator(source or workspace(), speed=speed)
        self.wanted, self.store = wanted or self.wanted, store or self.store
        self.make_store()
        made = [Machine(self, name) for name in machines]
        for machine in made:
            setattr(self, machine.name.lower(), machine)
        return made

    def make_store(self):
        """As the database's owner. The key it prints is for every machine."""
        done = Machine(self, "administrator").run("store", "init", "--yes")
        found = re.search(r"envlink-store-key-[A-Za-z0-9_-]+", done.out + done.err)
        self.assertIsNotNone(found, done.out + done.err)
        self.store_key, self.makes_the_key = found[0], done
        self.print_keys.append(done)
        self.secrets.add(found[0])

    def proxied(self, port=None):
        """A proxy in front of the server. Machines made from now on use it."""
        proxy = Proxy(port or self.server.port)
        self.addCleanup(proxy.close)
        self.store = self.address(port=proxy.port)
        return proxy

    # What is in the store.

    def rows(self, sql, server=None):
        text = (server or self.server).execute(f"SELECT coalesce(json_agg(row_to_json(one)), '[]') FROM ({sql}) AS one", self.database)
        return json.loads(text)

    def run_rows(self, server=None):
        return self.rows("SELECT * FROM envlink.run ORDER BY number", server)

    def events(self, kind=None, server=None):
        bodies = [row["body"] for row in self.rows("SELECT body::text FROM envlink.event ORDER BY run, position", server)]
        events = [json.loads(body) for body in bodies]
        return [event for event in events if kind in (None, event["event"])]

    def lock_is_free(self, server=None):
        return self.rows("SELECT 1 FROM envlink.lock WHERE until > extract(epoch FROM clock_timestamp()) * 1000000", server) == []

    # What must always hold.

    def assert_one_writer_at_a_time(self):
        """Who has stopped writing to Render never writes again after another has begun."""
        with self.lock:
            order = [process.name + f" ({process.pid})" for process, _, _ in self.writes]
        turns = [name for at, name in enumerate(order) if at == 0 or order[at - 1] != name]
        self.assertEqual(len(turns), len(set(turns)), f"two runs wrote at the same time: {turns}")

    def assert_never_too_fast(self):
        self.assertEqual([r for r in self.render.requests() if r["status"] == 429], [])

    def assert_every_write_was_intended(self, server=None):
        """No request reached Render whose intent is not in the store."""
        intended = collections.Counter(e["service"]["id"] for e in self.events("deploy_intended", server))
        for service, count in collections.Counter(self.render.deploys_asked_for()).items():
            self.assertLessEqual(count, intended[service], f"deploys of {service} were requested without a recorded intent")
        links = {e["service"]["id"] for e in self.events("link_intended", server)}
        self.assertLessEqual(linked(self.render.state()), links, "links without a recorded intent")

    def assert_whole(self, deploys=1, server=None):
        """Everything is linked, each service has exactly so many deploys, no run is open and no lock is held."""
        state = self.render.state()
        self.assertEqual(from_api(state), {id: deploys for id in SERVICES.values()}, self.told())
        self.assertEqual(linked(state), set(SERVICES.values()), self.told())
        self.assertEqual([row["number"] for row in self.run_rows(server) if row["exit_code"] is None], [], "unfinished runs")
        self.assertTrue(self.lock_is_free(server), "a lock is still held")
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()
        self.assert_every_write_was_intended(server)

    def told(self):
        return "\n".join(f"--- {one.name}: exit {one.returncode}\n{one.out}{one.err}" for one in self.processes)

    def assert_nothing_leaked(self):
        """No password, key or value of a variable: in what processes said, at Render's log, in the database, on a disk."""
        hidden = {*self.secrets, TELL_TALE, KEY}
        for process in self.processes:
            said = process.out + process.err
            for secret in hidden:
                if process in self.print_keys and secret.startswith("envlink-store-key-"):
                    continue
                self.assertNotIn(secret, said, f"{process.name} shows a secret")
        places = {}
        if self.server.is_running():
            with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):  # it is recovering, or frozen
                places["the database"] = self.server.dump(self.database)
            places["the database's log"] = self.server.log()
        if getattr(self, "render", None) and self.render.process.poll() is None:
            places["the emulator's log"] = json.dumps([self.render.requests(), self.render.state()])
        for path in self.place.glob("*/state/**/*"):
            if path.is_file():
                places[str(path)] = path.read_bytes().decode("latin-1")
        for place, text in places.items():
            for secret in hidden:
                self.assertNotIn(secret, text, f"{place} has a secret")

    def wait_for_building(self, process, service="core"):
        process.wait_for(f"] {service} ", "building")

    def assert_events_once(self):
        """The events of run 1 are there without gaps, and a statement that was given again has not recorded one again."""
        positions = [row["position"] for row in self.rows("SELECT position FROM envlink.event WHERE run = 1 ORDER BY 1")]
        self.assertEqual(positions, list(range(1, len(positions) + 1)))
        self.assertEqual(sorted(e["service"]["name"] for e in self.events("deploy_intended")), sorted(SERVICES))

    def wait_for_deploys(self):
        """Until those that were requested have ended on Render."""
        asked = lambda: [d["status"] for d in self.render.state()["deploys"] if d["trigger"] == "api"]
        self.wait_until(lambda: set(asked()) == {"live"}, "the deploys end")

    def wait_until(self, condition, what, limit=HANG):
        return wait_until(condition, what, limit)
