"""When a deploy fails, envlink shows the reason and the end of its log, but no value that the log contains."""

import json
import unittest
import urllib.parse
import urllib.request

from harness import GROUP, HANG, KEY, SERVICES, Case, desired, read_until, with_service
from test_terminal import ESCAPES, Terminal

SESAME = "sesame-of-"
EXTRA = "evg-extra0000000000000000"
OWN_VARIABLES = "GET /v1/services/*/env-vars"


class FailureTold(Case):
    def apply(self, source, exit_code=5):
        self.source = source
        self.told_by = self.emulator(source)
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", emulator=self.told_by)
        self.assert_exit(result, exit_code)
        self.hold(result.stdout + result.stderr)
        return result.stderr

    def log(self):
        """The log as Render has it, oldest first."""
        query = urllib.parse.urlencode({"ownerId": self.source["owner"]["id"], "resource": SERVICES["core"],
                                        "direction": "forward", "limit": 100})
        request = urllib.request.Request(f"{self.told_by.url}/logs?{query}", headers={"Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=HANG) as reply:
            return [line["message"] for line in json.load(reply)["logs"]]

    def hold(self, output):
        """Checks that no byte of a value in the log is shown or stored."""
        log = "\n".join(self.log())
        for value in ("postgres://sesame-of-db", "sesame-of-service"):
            self.assertIn(value, log, "nothing was there to be masked")
        texts = {"output": output}
        for path in self.state_home.rglob("*"):
            if path.is_file():
                texts[str(path)] = path.read_bytes().decode("utf-8", "replace")
        self.assertGreater(len(texts), 1, "the journal was not written")
        for where, text in texts.items():
            self.assertNotIn(SESAME, text, where)

    def assert_told(self, text, reason, last):
        self.assertIn(f"    {reason}\n", text)
        self.assertEqual(text.count(f"│ {last}\n"), 1, "the log is shown once")
        self.assertIn("│   DATABASE_URL=•••\n", text)
        self.assertIn("│   OWN=•••\n", text)
        self.assertIn(f"│ {last}\n", text)
        self.assertNotIn("\x1b", text)
        order = [text.rindex(part) for part in ("Failed\n", "│ " + last, "Not started\n", "Next\n", "envlink apply")]
        self.assertEqual(order, sorted(order), text)

    def test_a_failed_build_is_reported(self):
        self.assert_told(self.apply(with_service("core", outcome="build_failed")), "exit code 1", "==> Build failed")

    def test_a_failed_pre_deploy_command_is_reported(self):
        self.assert_told(self.apply(with_service("core", outcome="pre_deploy_failed", pre_deploy="1s")),
                         "exit code 1", "==> Pre-deploy has failed")

    def test_an_unhealthy_start_is_reported(self):
        self.assert_told(self.apply(with_service("core", outcome="update_failed", health_check_path="/up")),
                         "unhealthy: HTTP health check failed on /up", "==> HTTP health check failed on /up")

    def test_events_of_the_service_during_the_deploy_are_reported(self):
        for cause, outcome, told in (
                ("branch_deleted", "update_failed", "exit code 1, and its branch next was deleted"),
                ("suspender_added", "update_failed", "exit code 1, and the service was suspended during the deploy (billing)"),
                ("service_suspended", "canceled", "the service was suspended during the deploy"),
                ("server_hardware_failure", "update_failed", "exit code 1, and its hardware failed"),
                ("new_build", "canceled", "replaced by a newer build"),
                ("evicted", "update_failed", "evicted: node pressure")):
            with self.subTest(cause):
                self.source = with_service("core", outcome=outcome, cause=cause)
                self.told_by = self.emulator(self.source)
                self.write("envlink.yaml", desired())
                result = self.run_envlink("apply", "--yes", "--anew", emulator=self.told_by)
                self.assert_exit(result, 5)
                self.assertIn(told, " ".join(result.stderr.split()))

    def test_an_image_or_an_artifact_that_cannot_be_fetched_is_reported(self):
        for cause, told in (("image_pull_failed", "the image could not be pulled: no such tag"),
                            ("artifact_fetch_failed", "the artifact could not be fetched: no such digest")):
            with self.subTest(cause):
                self.assertIn(told, " ".join(self.apply(with_service("core", outcome="update_failed", cause=cause)).split()))

    def test_an_exhausted_quota_stops_the_rollout_whatever_on_failure_says(self):
        used_up = "the workspace has used up its pipeline minutes and cannot deploy until it gets more"
        for on_failure in ("continue", "halt"):
            with self.subTest(on_failure):
                source = with_service("base", outcome="build_failed", cause="pipeline_minutes_exhausted", build="1s")
                emulator = self.emulator(source)
                self.write("envlink.yaml", desired({"on_failure": on_failure, "max_parallel": 1}))
                result = self.run_envlink("apply", "--yes", "--anew", emulator=emulator)
                self.assert_exit(result, 5)
                told = " ".join(result.stderr.split())
                self.assertIn("build failed dep-", told)
                self.assertIn(used_up, told)
                if on_failure == "continue":
                    self.assertRegex(told, f"Not started .* {used_up}")
                self.assertEqual(emulator.deploys_asked_for(), [SERVICES["base"]])

    def test_with_an_exhausted_quota_nothing_is_rolled_back(self):
        source = with_service("core", outcome="build_failed", cause="pipeline_minutes_exhausted", build="1s")
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired({"on_failure": "rollback"}))
        result = self.run_envlink("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 5)
        told = " ".join(result.stderr.split())
        self.assertIn("Nothing was rolled back: a rollback deploys too, and the workspace has no pipeline minutes left.", told)
        self.assertIn("→ Once it has more, or a higher limit: envlink rollback 1", told)
        self.assertNotIn("rollback", {deploy["mode"] for deploy in emulator.state()["deploys"]})
        self.assertIn(SERVICES["core"], {link["service"] for link in emulator.state()["links"]})
        # The user may still request it.
        self.assert_exit(self.run_envlink("rollback", "1", "--yes", emulator=emulator), 0)
        self.assertEqual(emulator.state()["links"], [])

    def test_the_journal_keeps_what_was_reported(self):
        self.apply(with_service("core", outcome="build_failed"))
        stored = b"".join(path.read_bytes() for path in self.state_home.rglob("*") if path.is_file())
        self.assertIn(b"failure_told", stored)
        self.assertIn("DATABASE_URL=•••".encode(), stored)

    def test_without_the_values_to_mask_no_log_line_is_shown_or_requested(self):
        source = with_service("core", outcome="build_failed")
        source["faults"] = [{"match": OWN_VARIABLES, "do": {"status": 503}}]
        text = self.apply(source)
        self.assertIn("    exit code 1\n", text)
        self.assertNotIn("│", text)
        told = " ".join(text.split())
        self.assertIn("its log is not shown: could not read its own variables: Render answered 503, so values in it "
                      "could not be masked. Read it at https://dashboard.render.com/web/srv-core0000000000000000/logs", told)
        # The one request is this test's own.
        self.assertEqual(sum(r["path"].startswith("/v1/logs") for r in self.told_by.requests()), 1)

    def test_the_content_of_the_services_secret_file_is_masked(self):
        source = with_service("core", outcome="build_failed", secret_files={".env": "INNER=sesame-of-file\n"})
        text = self.apply(source)
        self.assertIn("sesame-of-file", "\n".join(self.log()))
        self.assertIn("│   .env=•••\n", text)

    def test_values_hidden_from_the_keys_owner_prevent_the_log(self):
        source = with_service("core", outcome="build_failed")
        next(one for one in source["services"] if one["name"] == "core")["secret_files"] = {".env": "********"}
        text = " ".join(self.apply(source).split())
        self.assertNotIn("│", text)
        self.assertIn("its log is not shown: could not read its secret files: Render hides them from the owner of this key, "
                      "so values in it could not be masked.", text)

    def while_core_deploys(self, change, *arguments, extra_of_core=False):
        """apply, with what a colleague does after the deploy of core was requested; the deploy fails afterwards. The
        file does not name the group `extra`."""
        self.source = with_service("core", outcome="build_failed", build="30s")
        self.source["groups"].append({"id": EXTRA, "name": "extra", "variables": {"EXTRA": "sesame-of-extra"},
                                      "links": [SERVICES["core"]] if extra_of_core else []})
        self.source["behaviour"] = {"environment_read": "requested"}
        self.told_by = self.emulator(self.source, speed=10)
        self.write("envlink.yaml", desired())
        process = self.start_envlink("apply", "--yes", *arguments, emulator=self.told_by)
        read_until(process.stderr, "core   building")
        change()
        stdout, stderr = process.communicate(timeout=HANG)
        self.assertEqual(process.returncode, 5, stdout + stderr)
        self.hold(stdout + stderr)
        return " ".join(stderr.split())

    def test_a_value_that_changed_during_the_deploy_prevents_the_log(self):
        """The deploy's log contains the value with which it began, which can no longer be read anywhere."""
        where = {"shared": f"/env-groups/{GROUP}/env-vars/DATABASE_URL", "core": f"/services/{SERVICES['core']}/env-vars/OWN"}
        for name, path in where.items():
            with self.subTest(name):
                told = self.while_core_deploys(lambda: self.told_by.call("PUT", path, {"value": "another"}), "--anew")
                self.assertNotIn("│", told)
                values = "values of shared" if name == "shared" else "its own variables"
                self.assertIn(f"its log is not shown: {values} changed after they were read, so values in it could not be masked.", told)

    def told_after_a_kill(self, meanwhile):
        """What resume reports about core, whose deploy fails. `meanwhile` runs before it."""
        self.source = with_service("core", outcome="build_failed", build="30s")
        self.source["behaviour"] = {"environment_read": "requested"}
        self.told_by = self.emulator(self.source, speed=10)
        self.write("envlink.yaml", desired())
        process = self.start_envlink("apply", "--yes", emulator=self.told_by)
        read_until(process.stderr, "core   building")
        process.kill()
        process.communicate(timeout=HANG)
        meanwhile()
        result = self.run_envlink("resume", "--yes", emulator=self.told_by)
        self.assert_exit(result, 5)
        self.hold(result.stdout + result.stderr)
        return " ".join(result.stderr.split())

    def test_resume_shows_no_log_because_values_may_have_changed(self):
        told = self.told_after_a_kill(lambda: self.told_by.call("PUT", f"/env-groups/{GROUP}/env-vars/DATABASE_URL", {"value": "another"}))
        self.assertRegex(told, "build failed dep-[a-z0-9]+ exit code 1 ")
        self.assertNotIn("│", told)
        self.assertIn("its log is not shown: an earlier process started the run, and values may have changed since, so values in it "
                      "could not be masked. Read it at", told)

    def test_a_group_deleted_during_the_deploy_prevents_the_log(self):
        told = self.while_core_deploys(lambda: self.told_by.call("DELETE", f"/env-groups/{GROUP}"))
        self.assertNotIn("│", told)
        self.assertIn("its log is not shown: shared no longer exists, so values in it could not be masked.", told)

    def test_a_deleted_group_that_the_file_does_not_name_prevents_the_log(self):
        told = self.while_core_deploys(lambda: self.told_by.call("DELETE", f"/env-groups/{EXTRA}"), extra_of_core=True)
        self.assertNotIn("│", told)
        self.assertIn(f"its log is not shown: {EXTRA} no longer exists", told)

    def test_a_group_that_a_colleague_links_meanwhile_prevents_the_log(self):
        told = self.while_core_deploys(lambda: self.told_by.call("POST", f"/env-groups/{EXTRA}/services/{SERVICES['core']}"))
        self.assertNotIn("│", told)
        self.assertIn("its log is not shown: extra was linked to it meanwhile", told)

    def test_unreadable_events_are_reported_and_the_log_is_still_shown(self):
        source = with_service("core", outcome="build_failed")
        source["faults"] = [{"match": "GET /v1/services/*/events", "do": {"status": 500}}]
        text = self.apply(source)
        self.assertRegex(" ".join(text.split()), "build failed dep-[a-z0-9]+ could not read its events: Render answered 500")
        self.assertIn("│ ==> Build failed\n", text)

    def test_on_a_terminal_the_log_is_shown_once_above_the_result(self):
        self.source = with_service("core", outcome="build_failed")
        self.told_by = self.emulator(self.source)
        self.write("envlink.yaml", desired())
        terminal = Terminal(["apply", "--yes"], self.folder, self.environment(self.told_by))
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.finish(), 5)
        self.hold(terminal.text)
        text = ESCAPES.sub("", terminal.text)
        above, verdict = text.split("Stopped after")
        self.assertEqual(above.count("│ ==> Build failed"), 1)
        self.assertNotIn("│", verdict)


if __name__ == "__main__":
    unittest.main()
