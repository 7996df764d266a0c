"""Answers that no honest server gives: each costs a bounded amount of memory and requests, leads to a plain message,
and leaves the journal intact. A server between the program and the real emulator replaces answers."""

import json
import os
import pathlib
import sqlite3
import subprocess
import threading
import unittest

from harness import GROUP, HANG, KEY, PROGRAM, SERVICES, Case, desired, workspace
from hostile_server import Answer, Flood, HostileServer, Rule, told

SANITIZED = b"__asan_init" in pathlib.Path(PROGRAM).read_bytes()
MOST_MEMORY = (2048 if SANITIZED else 320) << 10  # KiB; an idle program takes a few MiB

OWNERS = r"GET /v1/owners"
SERVICE_LIST = r"GET /v1/services\?"
GROUP_LIST = r"GET /v1/env-groups\?"
READ_GROUP = r"GET /v1/env-groups/[^?]"
VARIABLES = r"GET /v1/services/[^/]+/env-vars"
DEPLOY = r"POST /v1/services/[^/]+/deploys"
LINK = r"POST /v1/env-groups/"
LOOK = r"GET /v1/services/[^/]+/deploys/dep-"
LIST_DEPLOYS = r"GET /v1/services/[^/]+/deploys\?"

NASTY = "\x1b]52;c;cHduZWQ=\x07\x1b[2J\x1b[31m\u202etxet\u2066\x9b1m\r\nenvlink: all is well\u0000\u2028"
NESTED = Answer(200, {"Content-Type": "application/json"}, b'{"a":' * 10_000 + b"1" + b"}" * 10_000)
NOT_UTF8 = Answer(200, {"Content-Type": "application/json"}, b'[{"cursor":"a","owner":{"id":"tea-1","name":"\xff\xfe\xc0\xaf"}}]')
HUGE = Flood(100 << 20)


def endless(what, fields, cursor):
    """Full pages forever. `cursor` makes the cursor of an element from its number."""
    number = iter(range(10**9))
    return lambda path, _: told([{"cursor": cursor(n), what: fields(n)} for n in (next(number) for _ in range(100))])


def some_service(n):
    return {"id": f"srv-{n}", "name": f"s{n}", "type": "web_service"}


def renamed(path, answer):
    """Makes every text of the answer that may be shown hostile; ids and statuses stay."""
    shown = ("name", "trigger", "message", "url", "healthCheckPath", "imagePath", "type")

    def change(value):
        if isinstance(value, list):
            return [change(one) for one in value]
        if isinstance(value, dict):
            return {k: NASTY + str(v) if k in shown and isinstance(v, str) and v not in ("web_service", "api") else change(v)
                    for k, v in value.items()}
        return value

    body = json.dumps(change(json.loads(answer.body))).encode() if answer.body else b""
    return Answer(answer.status, {**answer.headers, "Render-Request-Id": "\x1b[2Jrequest"}, body)


class Ended:
    def __init__(self, args, code, stdout, stderr, memory):
        self.args, self.returncode, self.stdout, self.stderr, self.memory = args, code, stdout, stderr, memory


class Hostile(Case):
    def serve(self, *rules, **changes):
        self.real = self.emulator(workspace(**changes))
        server = HostileServer(self.real, rules)
        self.addCleanup(server.close)
        return server

    def run_bounded(self, *arguments, server):
        """Runs to the end, and checks what must hold whatever the server does."""
        with open(self.folder / "stdout", "w+b") as out, open(self.folder / "stderr", "w+b") as err:
            process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=err, env=self.environment(server))
            watchdog = threading.Timer(HANG, process.kill)
            watchdog.start()
            _, status, usage = os.wait4(process.pid, 0)
            watchdog.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            stdout, stderr = out.read(), err.read()
        for stream in (stdout, stderr):
            self.assert_harmless(stream)
        self.assertLess(usage.ru_maxrss, MOST_MEMORY)
        self.assertLess(len(stdout) + len(stderr), 100_000)
        return Ended(process.args, process.returncode, stdout.decode(), stderr.decode(), usage.ru_maxrss)

    def assert_harmless(self, output):
        text = output.decode()  # fails unless it is valid UTF-8
        bad = {c for c in text if (ord(c) < 0x20 and c != "\n") or 0x7F <= ord(c) <= 0x9F
               or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\u200b"}
        self.assertEqual(bad, set(), text)
        self.assertNotIn("\nenvlink: all is well", text)
        for secret in (KEY, "sesame-of-db", "sesame-of-token", "sesame-of-service"):
            self.assertNotIn(secret, text)

    def assert_says(self, result, *parts):
        said = " ".join((result.stdout + result.stderr).split())
        for part in parts:
            self.assertIn(part, said)

    def assert_journal_whole(self, code):
        with sqlite3.connect(self.state_home / "envlink/journal.db") as journal:
            self.assertEqual(journal.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            run, ended = journal.execute("SELECT number, exit_code FROM run ORDER BY number DESC").fetchone()
            events = [json.loads(body) for (body,) in
                      journal.execute("SELECT body FROM event WHERE run = ? ORDER BY position", (run,))]
        journal.close()
        self.assertEqual(ended, code)
        self.assertEqual(events[-1]["event"], "run_ended")
        intended = [e for e in events if e["event"] in ("link_intended", "deploy_intended")]
        answered = [e for e in events if e["event"] in ("link_answered", "deploy_answered")]
        self.assertEqual(len(intended), len(answered), "a write without its outcome")
        return events

    def deploys_made(self):
        return sorted(d["service"] for d in self.real.state()["deploys"] if d["trigger"] == "api")

    def apply(self, *rules, code, wish=None):
        server = self.serve(*rules)
        self.write("envlink.yaml", wish or desired())
        result = self.run_bounded("apply", "--yes", server=server)
        self.assert_exit(result, code)
        self.assert_journal_whole(code)
        for rule in rules:
            self.assertGreater(rule.met, 0, f"{rule.pattern} was never met")
        return result, server


class Reading(Hostile):
    """plan and verify read nearly the same, and neither may be misled."""

    def hold(self, rule, *says, most_requests=60, wish=None, commands=("plan", "verify")):
        server = self.serve(rule)
        self.write("envlink.yaml", wish or desired())
        for command in commands:
            rule.met = 0
            before = len(server.requests)
            result = self.run_bounded(command, server=server)
            self.assert_exit(result, 1)
            self.assert_says(result, *says)
            self.assertGreater(rule.met, 0)
            self.assertLessEqual(len(server.requests) - before, most_requests)
        self.assertEqual(self.real.writes(), [])

    def test_endless_pages_are_abandoned(self):
        self.hold(Rule(SERVICE_LIST, endless("service", some_service, lambda n: f"c{n}"), effect=False),
                  "Could not list the services", "200 pages", most_requests=210)

    def test_a_repeated_cursor_is_reported(self):
        self.hold(Rule(SERVICE_LIST, endless("service", some_service, lambda n: "again"), effect=False),
                  "Could not list the services", "a cursor came twice")

    def test_a_repeated_cursor_of_variables_is_reported(self):
        page = endless("envVar", lambda n: {"key": f"K{n}", "value": "sesame-of-service"}, lambda n: "again")
        wish = desired(services={"base": {"link": ["shared"], "require": ["ABSENT"]}})
        self.hold(Rule(VARIABLES, page, effect=False), "Could not list the variables of base", "a cursor came twice", wish=wish,
                  commands=("plan",))  # verify does not read them

    def test_a_hundred_megabytes_are_not_read(self):
        self.hold(Rule(GROUP_LIST, HUGE), "Could not list the environment groups", "larger than envlink accepts")

    def test_a_list_of_a_million_services_is_refused(self):
        self.hold(Rule(SERVICE_LIST, told([{"id": "a"}] * 600_000), effect=False), "Could not list the services", "more than 10000")

    def test_deep_nesting_is_refused(self):
        self.hold(Rule(READ_GROUP, NESTED), "Could not read group shared", "is not JSON")

    def test_invalid_utf8_is_refused(self):
        self.hold(Rule(OWNERS, NOT_UTF8, effect=False), "Could not list the workspaces of the key", "is not JSON")

    def test_a_redirect_is_reported_and_never_followed(self):
        elsewhere = HostileServer()
        self.addCleanup(elsewhere.close)
        self.hold(Rule(SERVICE_LIST, Answer(302, {"Location": elsewhere.origin + "/v1/services"})),
                  "Render answered 302", "envlink does not follow", elsewhere.origin)
        self.assertEqual(elsewhere.requests, [])

    def test_a_retry_after_of_a_day_is_reported_and_not_waited_for(self):
        self.hold(Rule(OWNERS, told({"message": NASTY}, status=429, **{"Retry-After": "86400"})), "Render answered 429")

    def test_control_sequences_in_an_error_message_are_made_safe(self):
        self.hold(Rule(OWNERS, told({"message": NASTY * 10_000}, status=400)), "Render answered 400", "Render says")


class Names(Hostile):
    wish = {"version": 1, "groups": {GROUP: {"require": ["DATABASE_URL"]}},
            "services": {SERVICES["base"]: {"link": [GROUP]}, SERVICES["core"]: {"link": [GROUP], "after": [SERVICES["base"]]}},
            "rollout": {"poll_interval": "1s", "deploy": "rebuild"}, "api": {"backoff": "50ms"}}

    def test_control_sequences_in_names_do_not_reach_the_terminal(self):
        server = self.serve(Rule(r"(GET|POST) ", renamed))
        self.write("envlink.yaml", self.wish)
        for command, code in ((["plan"], 0), (["plan", "-v"], 0), (["apply", "--yes", "-v"], 0), (["verify"], 0)):
            self.assert_exit(self.run_bounded(*command, server=server), code)
        self.assertEqual(self.deploys_made(), sorted([SERVICES["base"], SERVICES["core"]]))
        self.assert_journal_whole(0)

    def test_control_sequences_in_names_are_escaped_in_json(self):
        server = self.serve(Rule(r"GET ", renamed))
        self.write("envlink.yaml", self.wish)
        for command in ("plan", "verify"):
            json.loads(self.run_bounded(command, "-o", "json", server=server).stdout)

    def test_control_sequences_in_an_unknown_status_are_made_safe(self):
        def strange(_, answer):
            body = json.loads(answer.body)
            body["status"] = NASTY + "_failed"
            return answer._replace(body=json.dumps(body).encode())

        result, _ = self.apply(Rule(LOOK, strange), code=5)
        self.assert_says(result, "]52;c")


class MidRun(Hostile):
    """Hostile answers while writes are in progress."""

    def assert_carried_out_once(self):
        self.assertEqual(self.deploys_made(), sorted(SERVICES.values()))

    def test_a_read_back_of_a_hundred_megabytes_is_repeated_and_the_run_continues(self):
        # The plan reads the group once; the first read-back is the second.
        reads = iter(range(10**9))
        result, _ = self.apply(Rule(READ_GROUP, lambda _, answer: HUGE if next(reads) == 1 else answer), code=0)
        self.assert_carried_out_once()
        self.assertNotIn("rate limit", result.stderr)
        self.assert_done(result.stdout)

    def test_a_read_back_that_stays_too_large_fails_the_link_with_the_reason(self):
        reads = iter(range(10**9))
        result, server = self.apply(Rule(READ_GROUP, lambda _, answer: HUGE if next(reads) > 0 else answer), code=1)
        self.assert_says(result, "could not read back shared: Render's answer is larger than envlink accepts")
        self.assertEqual(self.deploys_made(), [])
        self.assertLess(len(server.requests), 60)

    def test_a_deeply_nested_read_back_fails_with_the_reason(self):
        reads = iter(range(10**9))
        result, server = self.apply(Rule(READ_GROUP, lambda _, answer: NESTED if next(reads) > 0 else answer), code=1)
        self.assert_says(result, "could not read back shared: Render's reply could not be read")
        self.assertEqual(self.deploys_made(), [])

    def test_whatever_answers_a_link_request_it_is_confirmed_by_reading(self):
        elsewhere = HostileServer()
        self.addCleanup(elsewhere.close)
        answers = iter([HUGE, NESTED, Answer(307, {"Location": elsewhere.url}), Answer(200, {}, b"\xff\xfe")])
        self.apply(Rule(LINK, lambda *_: next(answers), times=4), code=0)
        self.assert_carried_out_once()
        self.assertEqual(elsewhere.requests, [])

    def test_whatever_answers_a_deploy_request_the_deploy_is_found_by_reading(self):
        answers = iter([HUGE, NESTED, Answer(201, {}, b"[]"), Answer(201, {}, b"\xff\xfe")])
        self.apply(Rule(DEPLOY, lambda *_: next(answers), times=4), code=0)
        self.assert_carried_out_once()

    def test_a_redirect_of_a_deploy_request_is_refused_and_the_other_host_never_contacted(self):
        elsewhere = HostileServer()
        self.addCleanup(elsewhere.close)
        for status in (301, 307):
            rule = Rule(DEPLOY, Answer(status, {"Location": elsewhere.origin + "/steal"}), effect=False)
            result, server = self.apply(rule, code=1)
            self.assert_says(result, f"Render answered {status}", "envlink does not follow", elsewhere.origin)
            self.assertEqual(self.deploys_made(), [])
            self.assertLessEqual(server.count(DEPLOY), 2)  # base and aside; neither is sent again
        self.assertEqual((elsewhere.requests, elsewhere.keys_seen), ([], 0))

    def test_failed_reads_of_a_deploy_do_not_stop_the_run(self):
        answers = iter([HUGE, NESTED, Answer(200, {}, b"\xff"), Answer(302, {"Location": "https://elsewhere.invalid"})])
        self.apply(Rule(LOOK, lambda *_: next(answers), times=4), code=0)
        self.assert_carried_out_once()

    def test_reads_of_a_deploy_that_always_fail_end_with_the_timeout(self):
        _, server = self.apply(Rule(LOOK, NESTED), code=7, wish=desired({"timeout": "3s"}))
        self.assertLess(server.count(LOOK), 60)

    def test_an_endless_list_of_deploys_fails_the_service_and_nothing_is_deployed(self):
        # The plan lists the deploys of four services; later lists belong to the run. The age of a list without a date
        # is unknown, so the run reads it again.
        lists = iter(range(10**9))

        def undated(answer):
            return Answer(answer.status, {k: v for k, v in answer.headers.items() if k.lower() != "date"}, answer.body)

        rule = Rule(LIST_DEPLOYS, lambda _, answer: HUGE if next(lists) >= 4 else undated(answer))
        result, server = self.apply(rule, code=1)
        self.assert_says(result, "larger than envlink accepts")
        self.assertEqual(self.deploys_made(), [])
        self.assertLess(len(server.requests), 60)


if __name__ == "__main__":
    unittest.main()
