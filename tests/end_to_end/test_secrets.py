"""No byte of the key or of a variable's value leaves the process except in a request."""

import hashlib
import json
import unittest
import urllib.parse

from hostile_server import Answer, HostileServer, Rule
from harness import KEY, Case, desired, with_service, workspace

VALUES = ["sesame-of-db", "sesame-of-token", "sesame-of-service"]


class Secrets(Case):
    def hold(self, results):
        texts = {f"output {i}": r.stdout + r.stderr for i, r in enumerate(results)}
        for path in self.state_home.rglob("*"):
            if path.is_file():
                texts[str(path)] = path.read_bytes().decode("utf-8", "replace")
        self.assertGreater(len(texts), len(results), "the journal was not written")
        for where, text in texts.items():
            for secret in [KEY, KEY.removeprefix("rnd_"), *VALUES]:
                self.assertNotIn(secret, text, where)

    def test_a_successful_run_reveals_no_secret(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired(services={
            "base": {"link": ["shared"], "require": ["OWN", "DATABASE_URL"]}}))
        run = lambda *arguments: self.run_envlink(*arguments, emulator=emulator)
        self.hold([run("plan", "-v"), run("plan", "-o", "json"), run("apply", "--yes", "-v"), run("verify", "-o", "json")])

    def test_comparing_and_checking_values_reveals_no_secret(self):
        digests = [hashlib.new(name, value.encode()) for name in ("md5", "sha1", "sha256") for value in VALUES]
        source = workspace()
        source["services"][0]["variables"] = {"OWN": " sesame-of-service ", "TOKEN": "sesame-of-token", "DATABASE_URL": "'sesame-of-db'"}
        emulator = self.emulator(source)
        policy = [{"id": "collision-different", "severity": "ignore", "reason": "known"}]
        self.write(".env.example", "OWN=sesame-of-service\nTOKEN=\n")
        self.write("envlink.yaml", desired(services={"base": {"link": ["shared"], "require_from": ".env.example"}}, policy=policy))
        run = lambda *arguments: self.run_envlink(*arguments, emulator=emulator)
        results = [run("plan", "-v"), run("plan", "-o", "json"), run("apply", "--yes", "-v"), run("explain", "base"),
                   run("explain", "base", "-o", "json"), run("verify", "-o", "json")]
        for result in results:
            self.assert_exit(result, 0)
        self.hold(results)
        self.assertIn("variable-broken", results[1].stdout)
        for text in [r.stdout + r.stderr for r in results]:
            for digest in digests:
                self.assertNotIn(digest.hexdigest()[:16], text.lower())
        # Fingerprints change with every process, so output that does not change contains none.
        self.assertEqual(run("explain", "base", "-o", "json").stdout, results[4].stdout)

    def test_a_failing_run_with_every_fault_reveals_no_secret(self):
        source = with_service("core", outcome="build_failed")
        source["faults"] = [{"match": "GET /v1/services/*/deploys/*", "nth": 1, "do": "garbage"}, {"match": "*", "nth": 9, "do": "cut"},
                            {"match": "POST *", "nth": 2, "do": "lose_answer"},
                            {"match": "POST *", "nth": 4, "do": {"status": 500}}]
        emulator = self.emulator(source)
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", "-v", emulator=emulator)
        self.assert_exit(result, 5)
        self.hold([result])

    def test_problems_in_a_file_with_values_reveal_no_secret(self):
        holding = '{key: TOKEN, value: "sesame-of-token", value: 3}'
        self.write("render.yaml", "envVarGroups: [{name: g, envVars: [%s]}]\n" % holding)
        self.write("workspace.yaml", '{version: 1, groups: [{nam: g, variables: {TOKEN: "sesame-of-token"}}]}\n')
        for arguments, place in {
            ("init", "--from-blueprint", "render.yaml"): "render.yaml:1:",
            ("emulate", "workspace.yaml"): "workspace.yaml:1:",
        }.items():
            result = self.run_envlink(*arguments)
            self.assert_exit(result, 1)
            self.assertIn(place, result.stderr)
            self.assertNotIn("sesame", result.stdout + result.stderr)

    def test_a_key_from_dotenv_is_used_and_not_copied(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.write(".env", f'export RENDER_API_KEY="{KEY}"\nOTHER=sesame-of-token\n')
        result = self.run_envlink("apply", "--yes", emulator=emulator, key=None)
        self.assert_exit(result, 0)
        self.hold([result])

    def test_a_key_repeated_in_an_answer_is_not_shown_or_stored_whatever_its_format(self):
        key = "zqKEY/of=another+shape.0123456789"
        escaped = json.dumps(key).replace("/", "\\/").encode()
        emulator = self.emulator(workspace() | {"api_key": key})
        self.write("envlink.yaml", desired())
        for pattern, answer in {
            "GET /v1/owners.*": Answer(401, {}, b'{"message": "unauthorized: Bearer ' + escaped[1:]),
            "GET /v1/services?.*": Answer(302, {"Location": "https://login.example/?key=" + urllib.parse.quote(key, safe="")}),
            "GET /v1/env-groups/.*": Answer(400, {"Render-Request-Id": key}, key.encode()),
            "POST .*/deploys": Answer(400, {"Content-Type": "application/json"}, json.dumps({"message": "no: " + "x" * 290 + key}).encode()),
        }.items():
            server = HostileServer(emulator, [Rule(pattern, answer, effect=False)])
            self.addCleanup(server.close)
            for command in (("plan",), ("apply", "--yes", "-v"), ("apply", "--yes", "-o", "json"), ("report",), ("doctor",)):
                told = self.run_envlink(*command, key=key, RENDER_HOST=server.url)
                for part in (key, key[:12], "another"):
                    self.assertNotIn(part, told.stdout + told.stderr, (pattern, command))
        for path in self.state_home.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"zqKEY", path.read_bytes())

    def test_a_key_on_the_command_line_is_refused_and_not_repeated(self):
        for arguments in (["plan", f"--api-key={KEY}"], ["plan", "--api-key", KEY], [KEY], ["plan", KEY], ["plan", "-f", KEY]):
            result = self.run_envlink(*arguments)
            self.assertNotEqual(result.returncode, 0)
            self.assertNotIn(KEY, result.stdout + result.stderr)

    def test_the_journal_is_private_to_its_owner(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", emulator=emulator), 0)
        for path in self.state_home.joinpath("envlink").rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main()
