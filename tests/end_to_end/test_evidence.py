"""Nothing is called live without evidence: what others linked, or a job that died, or a run that the journal lost, is
unknown until a deploy includes it. docs/how-it-works/status.md has the rules."""

import contextlib
import json
import re
import shutil
import sqlite3
import unittest

import schemas
from harness import EXAMPLE, GROUP, HANG, SERVICES, Case, desired, read_until, workspace

EXAMPLE_KEY = "rnd_example"
VALUES = ["sesame-of-db", "sesame-of-token", "sesame-of-service"]


def linked():
    """Every service is linked, nobody knows by whom, and has a deploy."""
    source = workspace()
    source["groups"][0]["links"] = list(SERVICES)
    return source


class Evidence(Case):
    def setUp(self):
        super().setUp()
        self.render = None

    def envlink(self, *arguments, code, **environment):
        told = self.run_envlink(*arguments, emulator=self.render, **environment)
        self.assert_exit(told, code)
        return told

    def begin(self, source, wanted=None):
        self.render = self.emulator(source)
        self.write("envlink.yaml", wanted or desired())

    def words(self, **environment):
        told = self.run_envlink("status", "-o", "json", emulator=self.render, **environment)
        return {one["name"]: one["freshness"] for one in json.loads(told.stdout)["services"]}

    def known_after_one_apply(self, deploys, **environment):
        """An apply redeploys what is unknown, a second one has nothing to do, and verify passes."""
        asked = len(self.render.deploys_asked_for())
        first = self.envlink("apply", "--yes", code=0, **environment)
        self.assert_done(first.stdout)
        self.assertEqual(len(self.render.deploys_asked_for()), asked + deploys)
        writes = len(self.render.writes())
        second = self.envlink("apply", "--yes", code=0, **environment)
        self.assertIn("Nothing to do", second.stdout + second.stderr)
        self.assertEqual(len(self.render.writes()), writes)
        self.envlink("verify", code=0, **environment)

    def journal(self):
        return self.state_home / "envlink/journal.db"

    def change_journal(self, statement):
        with contextlib.closing(sqlite3.connect(self.journal())) as journal, journal:
            journal.execute(statement)


class Unknown(Evidence):
    def test_the_example_linked_by_calls_but_never_deployed_is_not_verified_until_apply_deploys_it(self):
        self.render = self.emulator(EXAMPLE / "workspace.yaml", speed=200)
        shutil.copy(EXAMPLE / "envlink.yaml", self.folder)
        key = {"key": EXAMPLE_KEY}
        plan = self.envlink("plan", "-o", "json", code=0, XDG_STATE_HOME=str(self.folder / "elsewhere"), **key)
        links = [(link["group"]["id"], link["service"]["id"]) for link in json.loads(plan.stdout)["links"]]
        self.assertEqual(len(links), 9)
        for group, service in links:
            self.render.call("POST", f"/env-groups/{group}/services/{service}", key=EXAMPLE_KEY)
        told = self.envlink("verify", code=2, **key)
        self.assertEqual(told.stdout.count("unknown, envlink cannot tell"), 9, told.stdout)
        self.known_after_one_apply(9, **key)

    def test_a_job_that_was_killed_between_link_and_deploy_leaves_no_live_service_for_the_next_machine(self):
        source = workspace(faults=[{"match": "POST /v1/services/*/deploys", "nth": 1, "do": {"status": 429, "retry_after": 60}}])
        self.begin(source, desired(services={"base": {"link": ["shared"]}}))
        job = self.start_envlink("apply", "--yes", emulator=self.render)
        read_until(job.stderr, "429")
        job.kill()
        job.wait(HANG)
        self.assertEqual(len(self.render.state()["links"]), 1)
        self.assertEqual(self.words(), {"base": "stale"})  # the journal of the first job's machine knows it
        next_job = {"XDG_STATE_HOME": str(self.folder / "next-job")}
        told = self.envlink("verify", code=2, **next_job)
        self.assertIn("base  unknown, envlink cannot tell whether its running deploy includes shared", told.stdout)
        self.known_after_one_apply(1, **next_job)

    def test_an_unknown_service_is_not_deployed_if_the_file_says_keep_and_is_not_called_live(self):
        self.begin(linked(), desired(rollout={"unknown": "keep"}))
        told = self.envlink("apply", "--yes", code=0)
        self.assertRegex(told.stdout + told.stderr, r"Nothing to do: .*unknown")
        self.assertNotIn("runs with it.", told.stdout + told.stderr)
        self.assertEqual(self.render.writes(), [])
        self.envlink("verify", code=2)

    def test_a_link_without_a_deploy_is_stale_even_after_sixty_other_runs(self):
        other = {"id": "evg-other0000000000000000", "name": "other", "variables": {"X": "sesame-of-x"}}
        source = workspace(behaviour={"read_limit": 100000, "write_limit": 10000})
        source["groups"].append(other)
        self.begin(source, desired(services={"base": {"link": ["shared"]}}))
        self.envlink("groups", "link", "shared", "base", "--yes", code=0)
        for number in range(60):
            self.envlink("groups", "unlink" if number % 2 else "link", "other", "aside", "--yes", code=0)
        told = self.envlink("verify", code=2)
        self.assertIn("base  stale, ", told.stdout)


class Lost(Evidence):
    def setUp(self):
        super().setUp()
        self.begin(workspace())
        self.envlink("apply", "--yes", code=0)
        self.envlink("verify", code=0)

    def assert_said_and_unknown(self, why):
        for command in ("verify", "status", "plan"):
            told = self.run_envlink(command, emulator=self.render)
            self.assertIn(why, told.stderr)
            self.assertEqual(told.stdout.splitlines()[0], "The journal cannot be read: what rests on it is unknown.")
            told = json.loads(self.run_envlink(command, "-o", "json", emulator=self.render).stdout)
            self.assertTrue(told["journal_unreadable"])
            self.assertEqual(schemas.complaints(command, told), [])
        self.assertEqual(set(self.words().values()), {"unknown"})
        self.envlink("verify", "--junit", "verify.xml", code=2)
        warning = "The journal cannot be read: what rests on it is unknown."
        self.assertIn(f"<system-err>{warning}</system-err>", (self.folder / "verify.xml").read_text())
        for command in ("verify", "plan"):
            summary = self.folder / f"{command}.md"
            self.run_envlink(command, emulator=self.render, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
            self.assertTrue(summary.read_text().startswith(f"⚠ {warning}\n\n"), summary.read_text())

    def test_a_journal_that_is_not_a_database_is_reported_and_nothing_is_called_live(self):
        self.journal().write_bytes(b"no database" * 1000)
        self.assert_said_and_unknown("is damaged")

    def test_a_history_that_cannot_be_read_is_reported_and_nothing_is_called_live(self):
        self.change_journal("UPDATE history SET body = substr(body, 10)")
        self.assert_said_and_unknown("is damaged")

    def test_apply_replaces_an_unreadable_history_and_says_so(self):
        self.change_journal("UPDATE history SET body = substr(body, 10)")
        asked = len(self.render.deploys_asked_for())
        told = self.envlink("apply", "--yes", code=0)
        self.assertIn("The journal cannot be read: what rests on it is unknown.", told.stderr + told.stdout)
        self.assertIn("is damaged", told.stderr)
        self.assertIn("What the journal on this machine knows of this workspace starts again from this reading.", told.stderr)
        self.assert_done(told.stdout)
        self.assertEqual(len(self.render.deploys_asked_for()), asked + 4)
        again = self.envlink("apply", "--yes", code=0)
        self.assertIn("Nothing to do", again.stdout + again.stderr)
        self.assertNotIn("cannot be read", again.stdout + again.stderr)

    def test_a_history_of_a_newer_envlink_is_not_replaced(self):
        self.change_journal("""UPDATE history SET body = replace(body, '"version":1', '"version":99')""")
        told = self.envlink("apply", "--yes", code=1).stderr
        self.assertIn("a newer envlink wrote it, as version 99", " ".join(told.split()))
        self.assertIn("→ Use the newest envlink on this machine", told)
        self.assertNotIn("begun anew", told)
        with contextlib.closing(sqlite3.connect(self.journal())) as journal:
            self.assertIn('"version":99', journal.execute("SELECT body FROM history").fetchone()[0])

    def test_with_an_unusable_digest_key_nothing_is_deployed(self):
        key = self.state_home / "envlink/digest.key"
        key.write_bytes(b"abc")
        asked = len(self.render.deploys_asked_for())
        told = self.envlink("apply", "--yes", "--redeploy", "all", code=1)
        self.assertIn("The digest key", told.stderr)
        self.assertIn("Nothing was changed.", told.stderr)
        self.assertEqual(len(self.render.deploys_asked_for()), asked)
        self.assertIn("The digest key", self.envlink("doctor", code=1).stdout)

    def test_a_journal_that_is_gone_leaves_everything_unknown_until_the_next_apply(self):
        shutil.rmtree(self.state_home)
        self.assertEqual(set(self.words().values()), {"unknown"})
        self.envlink("verify", code=2)
        self.known_after_one_apply(4)

    def test_without_the_digest_key_values_are_unknown_once_and_known_after_an_apply(self):
        (self.state_home / "envlink/digest.key").unlink()
        told = self.envlink("verify", code=2)
        self.assertIn("envlink cannot tell whether its running deploy includes the values of shared",
                      " ".join(told.stdout.split()))
        self.known_after_one_apply(4)


class Adopted(Evidence):
    def test_init_takes_the_running_deploys_as_up_to_date_and_the_next_plan_has_nothing_to_do(self):
        self.render = self.emulator(linked())
        self.envlink("init", code=0)
        plan = self.envlink("plan", "--detailed-exitcode", code=0)
        self.assertIn("Nothing to do", plan.stdout)
        status = self.envlink("status", code=0)
        self.assertIn("All 4 services run with their current groups (4 adopted).", status.stdout)
        self.assertIn("adopted by init at", self.envlink("status", "--why", code=0).stdout)
        told = json.loads(self.envlink("status", "-o", "json", code=0).stdout)
        self.assertEqual({(one["grade"], one["source"]) for one in told["services"]}, {("told", "adopted")})
        self.envlink("verify", code=0)
        self.assertEqual(self.render.writes(), [])

    def test_an_adopted_service_is_stale_once_a_value_has_changed(self):
        self.render = self.emulator(linked())
        self.envlink("init", code=0)
        self.render.call("PUT", f"/env-groups/{GROUP}/env-vars/TOKEN", {"value": "another-sesame"})
        self.assertEqual(set(self.words().values()), {"stale"})


class Kept(Evidence):
    def test_digests_are_in_no_output_and_values_not_even_in_the_state_folder(self):
        self.begin(workspace())
        told = [self.run_envlink(*words, emulator=self.render) for words in (
            ("plan", "-v"), ("apply", "--yes", "-v"), ("status", "--why"), ("status", "-o", "json", "--why"), ("verify", "-o", "json"),
            ("plan", "-o", "json"), ("runs", "-o", "json"), ("report",), ("report", "-o", "json"), ("apply", "--yes", "-o", "jsonl"))]
        self.render.call("PUT", f"/env-groups/{GROUP}/env-vars/TOKEN", {"value": "another-sesame"})
        told += [self.run_envlink(*words, emulator=self.render) for words in (
            ("status", "--why"), ("status", "-o", "json", "--why"), ("verify",), ("plan", "-o", "json"), ("apply", "--yes", "-o", "json"))]
        shown = "".join(result.stdout + result.stderr for result in told)
        with contextlib.closing(sqlite3.connect(self.journal())) as journal:
            history = "".join(body for (body,) in journal.execute("SELECT body FROM history"))
        digests = set(re.findall(r"\b[0-9a-f]{32,64}\b", history))
        self.assertGreaterEqual(len(digests), 3)
        for digest in digests:
            self.assertNotIn(digest[:16], shown)
        key = (self.state_home / "envlink/digest.key").read_bytes()
        self.assertNotIn(key.hex()[:16], shown)
        files = [path for path in self.state_home.rglob("*") if path.is_file()]
        self.assertIn("digest.key", [path.name for path in files])
        for path in files:
            held = path.read_bytes()
            for value in VALUES + ["another-sesame"]:
                self.assertNotIn(value.encode(), held, path)
                self.assertNotIn(value, shown)
            if path.name != "digest.key":
                self.assertNotIn(key, held, path)


if __name__ == "__main__":
    unittest.main()
