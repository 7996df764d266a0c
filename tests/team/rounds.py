"""Random rounds of a team: machines apply, die, sleep, lose the network and resume, and the database fails, until the work
is done. Checked in each: never two writers, no write without a recorded intent, no second deploy, every lock ends within
its lease, no 429.

Usage: rounds.py N [--seed S] [--at-once K]
"""

import argparse
import collections
import concurrent.futures
import random
import sys
import threading
import unittest

from proxy import Proxy
from store_case import LEASE, SERVICES, StoreCase, from_api, linked, service, workspace

PATIENCE = f"{LEASE + 20}s"  # a lock that nobody renews ends before this


class Round(StoreCase):
    own_server = True
    seed, number, faults = "", 0, ()

    def play(self):
        self.random = random.Random(f"{self.seed}-{self.number}")
        self.faults = []
        self.cables = {}
        builds = [service(name, build=f"{self.random.choice((20, 100, 400))}s") for name in SERVICES]
        machines = self.begin(workspace(services=builds), machines="ABC")
        for machine in machines:
            self.cables[machine] = Proxy(self.server.port)
            self.addCleanup(self.cables[machine].close)
            machine.store = self.address(port=self.cables[machine].port)
        asleep = []
        for _ in range(self.random.randint(2, 4)):
            machine = self.random.choice(machines)
            process = self.work(machine)
            process.waits(self.random.choice((0.05, 0.3, 1, 3)) * self.random.random())
            fault = self.random.choice((self.kill, self.kill, self.sleep, self.cut, self.cut_for_long, self.restart, self.crash,
                                        self.freeze_server))
            self.faults.append(f"{fault.__name__} {machine.name}")
            fault(machine, process, asleep)
            self.check_what_always_holds()
        for cable in self.cables.values():
            cable.speak()
        self.finish(machines, asleep)

    def work(self, machine):
        command = "resume" if any(row["exit_code"] is None for row in self.run_rows()) else "apply"
        return machine.start(command, "--yes", "--lock-wait", PATIENCE)

    # Each leaves the server running.

    def kill(self, machine, process, asleep):
        process.kill()

    def sleep(self, machine, process, asleep):
        """Wakes up when all is done."""
        if process.running():
            process.freeze()
            asleep.append(process)

    def cut(self, machine, process, asleep):
        self.cables[machine].cut()
        process.waits(self.random.random() * 3)
        process.kill()

    def cut_for_long(self, machine, process, asleep):
        """It stops by itself, or has ended."""
        self.cables[machine].silence()
        process.ends(limit=2 * LEASE)
        self.cables[machine].speak()

    def restart(self, machine, process, asleep):
        self.server.restart(self.random.choice(("fast", "immediate")))
        process.waits(self.random.random() * 3)
        process.kill()

    def crash(self, machine, process, asleep):
        self.server.kill()
        process.waits(self.random.random() * 3)
        self.server.start()
        process.waits(self.random.random() * 3)
        process.kill()

    def freeze_server(self, machine, process, asleep):
        self.server.freeze()
        process.waits(self.random.random() * 8)
        self.server.thaw()
        process.waits(self.random.random() * 3)
        process.kill()

    def finish(self, machines, asleep):
        for _ in range(3):
            self.work(self.random.choice(machines)).ends(0, limit=400)
        for process in asleep:
            process.thaw()
            process.ends()
        self.check_what_always_holds()
        self.assert_whole()

    def check_what_always_holds(self):
        self.assert_one_writer_at_a_time()
        self.assert_never_too_fast()
        self.assert_every_write_was_intended()
        state = self.render.state()
        self.assertLessEqual(set(from_api(state).values()), {1}, "a second deploy")
        self.assertLessEqual(linked(state), set(SERVICES.values()))
        # No lock outlives its lease, whatever became of who held it.
        self.assertEqual(self.rows("SELECT * FROM envlink.lock WHERE until - extract(epoch FROM clock_timestamp()) * 1000000 > "
                                   f"{LEASE} * 1000000"), [])


def play(number, seed, told):
    one = type("ThisRound", (Round,), {"seed": seed, "number": number})("play")
    result = unittest.TestResult()
    one.run(result)
    problems = [text for _, text in result.failures + result.errors]
    with told:
        print(f"round {number} of seed {seed}: {', '.join(one.faults)}: {'FAILED' if problems else 'ok'}", file=sys.stderr, flush=True)
        for text in problems:
            print(text, one.told(), sep="\n", file=sys.stderr, flush=True)
    return collections.Counter(fault.split()[0] for fault in one.faults), bool(problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int)
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**9)))
    parser.add_argument("--at-once", type=int, default=6)
    options = parser.parse_args()
    told = threading.Lock()
    with concurrent.futures.ThreadPoolExecutor(options.at_once) as pool:
        results = list(pool.map(lambda n: play(n, options.seed, told), range(1, options.rounds + 1)))
    faults = sum((counted for counted, _ in results), collections.Counter())
    print(f"{options.rounds} rounds: " + ", ".join(f"{n} × {what}" for what, n in faults.most_common()), file=sys.stderr)
    sys.exit(any(failed for _, failed in results))


if __name__ == "__main__":
    main()
