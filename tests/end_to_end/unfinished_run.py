"""Helpers for tests of interrupted runs: a run that was stopped at a line of its progress."""

import collections
import contextlib
import json
import sqlite3

from harness import GROUP, HANG, SERVICES, Case, desired, lines_as_they_come, workspace


def from_api(state):
    """How many deploys of each service were requested through the API."""
    return collections.Counter(d["service"] for d in state["deploys"] if d["trigger"] == "api")


def linked(state):
    return {link["service"] for link in state["links"] if link["group"] == GROUP}


def wait_for(run, service, words):
    """The lines up to and including the one that shows the service in this state."""
    lines = []
    for line in lines_as_they_come(run.stderr):
        lines.append(line)
        if f"] {service} " in line and words in line:
            return "".join(lines)
    raise AssertionError(f"{service} was never {words!r}:\n" + "".join(lines))


class UnfinishedRun(Case):
    def begin(self, source=None, wanted=None, until=("core", "building"), arguments=("--yes",), **options):
        """An apply that has reached the state `until`. Its emulator is `self.render`."""
        self.render = self.emulator(source or workspace(), **options)
        self.write("envlink.yaml", wanted or desired())
        run = self.start_envlink("apply", *arguments, emulator=self.render)
        wait_for(run, *until)
        return run

    def begin_and_kill(self, *arguments, **options):
        run = self.begin(*arguments, **options)
        run.kill()
        run.wait(HANG)

    def envlink(self, *arguments, **options):
        return self.run_envlink(*arguments, emulator=self.render, **options)

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.state_home / "envlink/journal.db")) as journal:
            self.assertEqual(journal.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            return journal.execute(query).fetchall()

    def endings(self):
        """The exit code of each run, oldest first; None: it has not ended."""
        return [code for (code,) in self.rows("SELECT exit_code FROM run ORDER BY number")]

    def events(self, kind):
        bodies = [json.loads(text) for (text,) in self.rows("SELECT body FROM event ORDER BY run, position")]
        return [body for body in bodies if body["event"] == kind]

    def assert_all_there(self, result):
        """Checks that the run is complete: the check at the end, every link, and one deploy of each service."""
        self.assert_exit(result, 0)
        self.assert_done(result.stdout)
        state = self.render.state()
        self.assertEqual(from_api(state), {id: 1 for id in SERVICES.values()})
        self.assertEqual(linked(state), set(SERVICES.values()))
