"""Values in envlink.yaml: apply writes them from the sources that it names."""

import contextlib
import json
import signal
import sqlite3
import unittest

from harness import GROUP, HANG, SERVICES, Case, desired, linked_workspace, read_until, workspace
from terminal import Terminal

OTHER = "evg-other0000000000000000"
PEM = "-----BEGIN sesame-of-the-pem-----\nline\n"
# Sources: a dotenv file, a command that prints dotenv, a command that prints a value, the environment, a file.
SOURCES = [
    {"from": {"dotenv": "secrets/.env.production"}, "keys": ["DATABASE_URL"]},
    {"from": {"command": ["cat", "decrypted"]}, "keys": ["API_KEY"]},
    {"from": {"command": ["sh", "-c", "echo shown to you >&2; printf '%s\\n' sesame-of-$(cat name)"]}, "key": "TOKEN"},
    {"from": {"env": "PROD_"}},
    {"from": {"file": "ca.pem"}, "key": "file:ca.pem"},
]


class ValuesInFile(Case):
    def start(self, values=None, source=None, **wanted):
        source = source or workspace()
        source["groups"][0]["links"] = list(SERVICES)
        self.render = self.emulator(source)
        self.carry(SOURCES if values is None else values, **wanted)
        (self.folder / "secrets").mkdir(exist_ok=True)
        self.write("secrets/.env.production", "DATABASE_URL=sesame-of-dotenv\nUNASKED=sesame-unasked\n")
        self.write("decrypted", "API_KEY='sesame-of-command'\n")
        self.write("name", "the-token")
        self.write("ca.pem", PEM)

    def carry(self, values, **wanted):
        self.write("envlink.yaml", desired({"deploy": "auto"}, **{"groups": {"shared": {"values": values}}, **wanted}))

    def envlink(self, *arguments, cwd=None, **environment):
        said = self.run_envlink(*arguments, emulator=self.render, cwd=cwd, **{"PROD_FROM_ENV": "sesame-of-env", **environment})
        self.assertNotIn("sesame", said.stdout + said.stderr)
        return said

    def held(self, group=GROUP):
        return self.render.held(group)

    def nothing_is_stored(self):
        self.assert_not_stored("sesame")

    WANTED = {"DATABASE_URL": "sesame-of-dotenv", "API_KEY": "sesame-of-command", "TOKEN": "sesame-of-the-token",
              "FROM_ENV": "sesame-of-env", "file:ca.pem": PEM}

    def test_apply_writes_values_from_every_kind_of_source_and_shows_none(self):
        self.start()
        planned = self.envlink("plan")
        self.assert_exit(planned, 0)
        whole = self.envlink("plan", "-v")
        for line in ("~ DATABASE_URL", "+ API_KEY", "~ TOKEN", "+ FROM_ENV", "+ file:ca.pem"):
            self.assertIn("    " + line + "\n", whole.stdout)
        self.assertIn("\n  + API_KEY, FROM_ENV, file:ca.pem\n  ~ DATABASE_URL, TOKEN\n", planned.stdout)
        self.assertIn("shown to you", planned.stderr)
        self.assertEqual(self.render.writes(), [])
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        applied = self.envlink("apply", "--yes", "-f", "../envlink.yaml", cwd=elsewhere)
        self.assert_exit(applied, 0)
        self.assertEqual(self.held(), self.WANTED)
        self.assert_done(applied.stdout)
        self.assertIn("5 values confirmed, 4 services live", applied.stdout)
        asked = self.render.deploys_asked_for()
        order = [asked.index(SERVICES[name]) for name in ("base", "core", "edge")]
        self.assertEqual((sorted(asked), order), (sorted(SERVICES.values()), sorted(order)))
        again = self.envlink("apply", "--yes")
        self.assert_exit(again, 0)
        self.assertIn("Nothing to do: ", again.stderr)
        self.assertIn("Nothing to do: ", again.stderr)
        told = json.loads(self.envlink("plan", "-o", "json").stdout)
        self.assertEqual(sorted(told["groups"][0]["unchanged"]), sorted(self.WANTED))
        back = self.envlink("rollback", "--yes")
        self.assert_exit(back, 0)
        self.assertEqual(self.held(), {"DATABASE_URL": "postgres://sesame-of-db", "TOKEN": "sesame-of-token"})
        self.assert_exit(self.envlink("report"), 0)
        self.nothing_is_stored()

    def test_one_run_writes_values_of_several_groups_and_links(self):
        source = workspace()
        source["groups"].append({"id": OTHER, "name": "other", "variables": {"OTHER": "sesame-of-old"}})
        self.start([{"from": {"dotenv": "secrets/.env.production"}}], source=source)
        wanted = desired({"deploy": "auto"}, groups={
            "shared": {"values": {"from": {"dotenv": "secrets/.env.production"}}},
            "other": {"id": OTHER, "values": {"from": {"command": ["cat", "name"]}, "key": "OTHER"}}})
        wanted["services"]["aside"]["link"] = ["shared", "other"]
        del wanted["services"]["edge"]  # edge is linked to the group, and the file does not deploy it
        self.write("envlink.yaml", wanted)
        planned = self.envlink("plan", "-v")
        self.assertIn("Not in the file: will keep the old values", planned.stdout)
        self.assertRegex(planned.stdout, r"\n  shared +edge\n")
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        self.assertEqual(self.held()["DATABASE_URL"], "sesame-of-dotenv")
        self.assertEqual(self.held(OTHER), {"OTHER": "the-token"})
        self.assertNotIn(SERVICES["edge"], self.render.deploys_asked_for())
        writes = [r["path"] for r in self.render.writes()]
        self.assertLess(max(i for i, path in enumerate(writes) if "env-vars" in path),
                        min(i for i, path in enumerate(writes) if "env-vars" not in path))

    def test_a_source_that_fails_is_reported_with_its_place_and_sends_no_request(self):
        self.start()
        cases = [
            ({"from": {"dotenv": "gone.env"}}, "Cannot read"),
            ({"from": {"file": "gone.pem"}, "key": "K"}, "Cannot read"),
            ({"from": {"command": ["false"]}, "key": "K"}, "`false`"),
            ({"from": {"command": ["sh", "-c", "echo sesame; exit 3"]}, "key": "K"}, "`sh`"),
            ({"from": {"command": ["no-such-program"]}, "key": "K"}, "`no-such-program`"),
            ({"from": {"env": "GONE_"}}, "No environment variable starts with GONE_"),
            ({"from": {"dotenv": "secrets/.env.production"}, "keys": ["DATABASE_ULR"]}, "Did you mean DATABASE_URL?"),
        ]
        for values, why in cases:
            with self.subTest(why):
                self.carry([SOURCES[3], values])
                for command in (["plan"], ["apply", "--yes"], ["apply", "--yes", "-o", "json"]):
                    said = self.envlink(*command)
                    self.assert_exit(said, 1)
                    self.assertRegex(said.stderr + said.stdout, r"envlink\.yaml:\d+:\d+: ")
                    self.assertIn(why, said.stderr + said.stdout)
        self.assertEqual(self.render.requests(), [])

    def test_a_key_with_two_sources_is_refused_before_and_after_they_are_read(self):
        self.start([SOURCES[0], {"from": {"dotenv": "secrets/.env.production"}}])
        self.assert_exit(self.envlink("validate"), 0)
        said = self.envlink("plan")
        self.assert_exit(said, 1)
        self.assertIn("has DATABASE_URL, which already has a source, on line ", said.stderr)
        self.carry([SOURCES[0], SOURCES[0]])
        said = self.envlink("validate")
        self.assert_exit(said, 1)
        self.assertIn("`DATABASE_URL` already has a source", said.stderr)
        self.assertEqual(self.render.requests(), [])

    def test_commands_that_need_no_values_read_no_source(self):
        self.start([{"from": {"command": ["touch", "was-run"]}, "key": "K"}, {"from": {"dotenv": "gone.env"}}])
        for command in (["validate"], ["verify"], ["status"], ["doctor"], ["groups", "list"], ["explain", "base"]):
            said = self.envlink(*command)
            self.assertIn(said.returncode, (0, 2), said.stderr)
        said = self.envlink("rehearse")
        self.assert_exit(said, 0)
        self.assertIn("The values in envlink.yaml are not part of a rehearsal.\n", said.stderr)
        self.assertEqual(len(json.loads(self.envlink("rehearse", "-o", "json").stdout)["plan"]["waves"]), 3)
        self.assertFalse((self.folder / "was-run").exists())

    def test_pruning_lists_what_it_would_remove_and_yes_alone_removes_nothing(self):
        self.start([{"from": {"dotenv": "secrets/.env.production"}, "keys": ["DATABASE_URL"], "prune": True}])
        planned = self.envlink("plan")
        self.assert_exit(planned, 0)
        self.assertIn("  - TOKEN\n", planned.stdout)
        refused = self.envlink("apply", "--yes")
        self.assert_exit(refused, 4)
        self.assertIn("Pruning would unset 1 variable of shared: TOKEN; nothing was changed", refused.stderr)
        self.assertIn("--prune-at-most 1", refused.stderr)
        self.assert_exit(self.envlink("apply", "--yes", "--prune-at-most", "0"), 4)
        self.assertEqual(self.render.writes(), [])
        terminal = Terminal(["apply"], self.folder, self.environment(self.render))
        terminal.wait_for("Apply? [y/N]")
        terminal.type("n\n")
        self.assertEqual(terminal.finish(), 1)
        self.assert_exit(self.envlink("apply", "--yes", "--prune-at-most", "1"), 0)
        self.assertEqual(self.held(), {"DATABASE_URL": "sesame-of-dotenv"})
        self.assert_exit(self.envlink("apply", "--yes"), 0)

    def test_a_required_variable_is_not_pruned(self):
        self.start(groups={"shared": {"require": ["TOKEN"], "values": {**SOURCES[0], "prune": True}}})
        said = self.envlink("apply", "--yes", "--prune-at-most", "9")
        self.assert_exit(said, 4)
        self.assertIn("group-variable-missing", said.stderr)
        self.assertEqual(self.render.writes(), [])

    def test_a_plan_with_values_is_not_saved_and_is_applied_by_its_hash(self):
        self.start()
        said = self.envlink("plan", "--out", "plan.json")
        self.assert_exit(said, 1)
        self.assertIn("plan.json was not written: the plan changes values", said.stderr)
        self.assertFalse((self.folder / "plan.json").exists())
        sha256 = said.stdout.split("Plan hash ")[1].split()[0]
        self.assertIn(f"envlink apply --expect-hash {sha256}", said.stderr)
        self.write("name", "another-token")  # the same keys
        self.assert_exit(self.envlink("apply", "--yes", "--expect-hash", "0" * 64), 8)
        self.assertEqual(self.render.writes(), [])
        self.assert_exit(self.envlink("apply", "--yes", "--expect-hash", sha256), 0)
        self.assertEqual(self.held()["TOKEN"], "sesame-of-another-token")
        # Values that do not change anything are not part of the plan, so it can be saved.
        kept = self.envlink("plan", "--out", "plan.json", "--redeploy", "base")
        self.assert_exit(kept, 0)
        self.assertNotIn(b"sesame", (self.folder / "plan.json").read_bytes())
        self.assert_exit(self.envlink("apply", "--yes", "plan.json", "--prune-at-most", "1"), 64)
        self.assert_exit(self.envlink("apply", "--yes", "plan.json"), 0)

    def test_resuming_a_killed_run_reads_the_file_and_its_sources_again(self):
        source = workspace(behaviour={"latency": "150ms"})
        self.start(source=source)
        killed = self.start_envlink("apply", "--yes", emulator=self.render, PROD_FROM_ENV="sesame-of-env")
        read_until(killed.stderr, "] 5 values, 4 services")
        killed.kill()
        killed.wait()
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        self.write("name", "another-token")
        other = self.envlink("resume", "--yes", cwd=elsewhere)
        self.assert_exit(other, 1)
        self.assertIn("This is not the value of TOKEN", other.stderr)
        self.write("name", "the-token")
        self.carry(SOURCES[:1])
        self.assertIn("no longer names ", self.envlink("resume", "--yes", cwd=elsewhere).stderr)
        self.carry([])
        self.assertIn("no longer names values of shared", self.envlink("resume", "--yes", cwd=elsewhere).stderr)
        (self.folder / "envlink.yaml").rename(self.folder / "moved.yaml")
        self.assertIn("envlink.yaml no longer exists", self.envlink("resume", "--yes", cwd=elsewhere).stderr)
        self.carry(SOURCES)
        self.assert_exit(self.envlink("resume", "--yes", cwd=elsewhere), 0)
        self.assertEqual(self.held(), self.WANTED)
        self.nothing_is_stored()

    def test_ctrl_c_ends_a_source_command_and_writes_nothing(self):
        self.start([{"from": {"command": ["sh", "-c", "echo running >&2; sleep 600"]}, "key": "K"}])
        running = self.start_envlink("apply", "--yes", emulator=self.render)
        read_until(running.stderr, "running")
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(HANG), 130)
        self.assertEqual(self.render.requests(), [])

    def test_old_values_are_destroyed_after_the_time_in_the_file(self):
        self.start([SOURCES[2]], undo={"keep": "1h"})
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        journal = self.state_home / "envlink/journal.db"
        with contextlib.closing(sqlite3.connect(journal)) as database, database:
            database.execute("UPDATE run SET ended = ended - 2 * 3600 * 1000000")
        self.write("name", "second")
        self.carry([SOURCES[2]])  # for 7 days
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        self.assert_exit(self.envlink("rollback", "2", "--yes"), 0)
        self.write("name", "third")
        self.carry([SOURCES[2]], undo={"keep": "1h"})
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        self.assert_exit(self.envlink("rollback", "4", "--yes"), 0)
        back = self.envlink("rollback", "1", "--yes")
        self.assert_exit(back, 4)
        self.assertIn("undo-gone", back.stderr)


if __name__ == "__main__":
    unittest.main()
