"""Kill -9 at random moments, again and again, until a run ends by itself: the result is the same as without kills.
ENVLINK_KILLS is the number of kills, ENVLINK_SEED repeats the choices."""

import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import unittest

from unfinished_run import from_api, linked
from harness import HANG, PROGRAM, SERVICES, Case, desired, service, workspace

KILLS = int(os.environ.get("ENVLINK_KILLS", "200"))
SEED = os.environ.get("ENVLINK_SEED") or str(random.SystemRandom().randrange(10**9))
AT_ONCE = 8  # rounds; most of their time is spent waiting for builds
MOST_KILLS_A_ROUND = 14  # a run waits in vain for a request that was never sent, and only if it lives long enough


def size_of(path):
    """0 if the file does not exist: the last process that closes a journal removes its -wal."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class Round:
    """One run of a small workspace, from its first process to the one that was not killed."""

    def __init__(self, case, number, fails, left):
        self.case, self.fails, self.left = case, fails, left
        self.name = f"round {number} of seed {SEED}{', core fails' if fails else ''}"
        self.random = random.Random(f"{SEED}-{number}")
        self.folder = case.folder / f"round-{number}"
        self.folder.mkdir()
        self.journal = self.folder / "state/envlink/journal.db"
        self.kills = collections.Counter()

    def render(self):
        outcome = {"outcome": "update_failed"} if self.fails else {}
        services = [service(n, build="20s", start="10s", **(outcome if n == "core" else {})) for n in SERVICES]
        latency = f"{self.random.randint(1, 5)}ms"
        return workspace(services=services, behaviour={"latency": latency, "read_limit": 100000, "write_limit": 10000,
                                                       "deploy_limit": 1000, "log_limit": 10000})

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.journal)) as journal:
            return journal.execute(query).fetchall()

    def has_run(self):
        return self.journal.exists() and bool(self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'run'")) and \
            bool(self.rows("SELECT 1 FROM run"))

    def moment(self, process):
        """Waits for a random time or until the journal has grown. False: the process ended before."""
        size = lambda: size_of(self.journal) + size_of(pathlib.Path(f"{self.journal}-wal"))
        until = None
        if self.random.random() < 0.5:
            until = size() + self.random.randrange(1, 30000)
        patience = self.random.uniform(0, 0.25) if until is None else 1.5
        step = patience if until is None else 0.003
        while patience > 0:
            try:
                process.wait(step)
                return False
            except subprocess.TimeoutExpired:
                patience -= step
            if until is not None and size() >= until:
                return True
        return True

    def go(self):
        with contextlib.ExitStack() as stack:
            emulator = self.case.emulator(self.render(), speed=100)
            stack.callback(emulator.__exit__)
            (self.folder / "envlink.yaml").write_text(
                json.dumps(desired({"on_failure": "rollback"} if self.fails else {}, {"backoff": "20ms"})))
            while True:
                process, spare = self.start(emulator), sum(self.kills.values()) >= min(self.left, MOST_KILLS_A_ROUND)
                if not spare and self.moment(process):
                    process.kill()
                    process.wait(HANG)
                    self.kills[self.phase()] += 1
                    continue
                process.wait(HANG)
                break
            self.check(emulator, process.returncode)
        return self.kills

    def start(self, emulator):
        command = ["resume", "--yes"] if self.has_run() else ["apply", "--yes"]
        with open(self.folder / "said", "w") as said:
            return subprocess.Popen([PROGRAM, *command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said,
                                    stderr=said, env=self.environment(emulator))

    def environment(self, emulator):
        return self.case.environment(emulator, XDG_STATE_HOME=str(self.folder / "state"))

    def phase(self):
        """How far the runs were when one was killed, for the summary."""
        if not self.has_run():
            return "before a run began"
        runs = self.rows("SELECT undoes, exit_code FROM run ORDER BY number")
        if len(runs) > 1:
            return "in the rollback" if None in [code for _, code in runs] else "after the end"
        last = self.rows("SELECT body FROM event ORDER BY run, position DESC LIMIT 1")
        kind = json.loads(last[0][0])["event"] if last else "run_began"
        return "after the end" if runs[0][1] is not None else kind

    def check(self, emulator, code):
        said = (self.folder / "said").read_text()
        about = f"{self.name}, {dict(self.kills)}:\n{said}"
        state = emulator.state()
        equal = lambda got, wanted, what: self.case.assertEqual(got, wanted, f"{what}; {about}")
        equal(self.rows("PRAGMA integrity_check"), [("ok",)], "the journal is whole")
        wanted = 6 if self.fails else 0
        # Killed after the end was recorded: nothing was left to resume.
        if "Nothing to resume" not in said:
            equal(code, wanted, "the exit code")
        equal(self.rows("SELECT exit_code FROM run WHERE number = 1"), [(wanted,)], "how the journal says it ended")
        equal([row for row in self.rows("SELECT number FROM run WHERE exit_code IS NULL")], [], "unfinished runs")
        asked = collections.Counter(e["service"]["id"] for e in self.events("deploy_intended", 1) if e["attempt"] == 1)
        for id in SERVICES.values():
            self.case.assertLessEqual(from_api(state)[id], 1, f"deploys of {id}; {about}")
            self.case.assertLessEqual(from_api(state)[id], asked[id], f"unrecorded deploys of {id}; {about}")
        if not self.fails:
            equal(from_api(state), {id: 1 for id in SERVICES.values()}, "deploys")
            equal(linked(state), set(SERVICES.values()), "links")
            proof = subprocess.run([PROGRAM, "verify"], cwd=self.folder, env=self.environment(emulator), text=True,
                                   stdin=subprocess.DEVNULL, capture_output=True, timeout=HANG)
            equal(proof.returncode, 0, "verify says " + proof.stdout + proof.stderr)
            return
        equal(state["links"], [], "links")
        back = collections.Counter(d["service"] for d in state["deploys"] if d["mode"] == "rollback")
        went_live = {SERVICES[name] for name in ("base", "aside")} & set(from_api(state))
        equal(back, {id: 1 for id in went_live}, "deploys that were rolled back")

    def events(self, kind, run):
        bodies = [json.loads(text) for (text,) in self.rows(f"SELECT body FROM event WHERE run = {run}")]
        return [body for body in bodies if body["event"] == kind]


def play(case, round_of, wanted):
    """Plays rounds until there were enough kills. In every third, deploys fail."""
    print(f"ENVLINK_SEED={SEED}", file=sys.stderr, flush=True)
    kills, rounds = collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        under_way = set()
        while sum(kills.values()) < wanted or under_way:
            while len(under_way) < AT_ONCE and sum(kills.values()) < wanted:
                rounds += 1
                left = wanted - sum(kills.values())
                under_way.add(pool.submit(round_of(case, rounds, rounds % 3 == 0, left).go))
            done, under_way = concurrent.futures.wait(under_way, return_when=concurrent.futures.FIRST_COMPLETED)
            for one in done:
                kills.update(one.result())
    total = sum(kills.values())
    print(f"{total} kills in {rounds} rounds: " + ", ".join(f"{n} {where}" for where, n in kills.most_common()),
          file=sys.stderr)
    case.assertGreaterEqual(total, wanted)


class Kill(Case):
    def test_however_often_a_run_is_killed_each_service_gets_one_deploy_and_the_result_is_the_same(self):
        play(self, Round, KILLS)


if __name__ == "__main__":
    unittest.main()
