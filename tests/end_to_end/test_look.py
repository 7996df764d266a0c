"""groups diff and lint: what they find and print, without any value."""

import json
import re
import unittest
import urllib.request

from harness import HANG, KEY, SERVICES, Case, desired, service, workspace
from hostile_server import HostileServer, Rule, told
from schemas import complaints

STAGING, PRODUCTION, ALONE = (f"evg-{name}{'0' * (20 - len(name))}" for name in ("staging", "production", "alone"))
DATABASE = "postgres://user:sesame-of-db@db:5432/x"


def group(id, name, variables=None, files=None, links=()):
    return {"id": id, "name": name, "variables": variables or {}, "secret_files": files or {}, "links": list(links)}


def two(a=None, b=None, **changes):
    staging = {"DATABASE_URL": DATABASE, "LOG_LEVEL": "sesame-debug", "PORT": "8080", "SAME": "sesame-same",
               "STRIPE_KEY": "sesame-staging", "NEW_ONE": "sesame-new", "TOKEN": "changeme"}
    production = {"DATABASE_URL": DATABASE, "LOG_LEVEL": "sesame-info", "PORT": "https://sesame.example", "SAME": "sesame-same",
                  "STRIPE_KEY": "sesame-production", "TOKEN": "sesame-token"}
    return workspace(groups=[group(STAGING, "staging", a or staging, {"server.key": "sesame-key", "ca.pem": "sesame-ca"}),
                             group(PRODUCTION, "production", b or production, {"server.key": "sesame-key", "ca.pem": "sesame-other"})],
                     **changes)


class Look(Case):
    def start(self, source):
        self.render = self.emulator(source)

    def look(self, *arguments, **more):
        said = self.run_envlink(*arguments, **{"emulator": self.render, **more})
        self.assertNotIn("sesame", said.stdout + said.stderr)
        self.assertNotIn(KEY, said.stdout + said.stderr)
        self.assertEqual(self.render.writes(), [])
        for line in said.stdout.splitlines():
            self.assertTrue(len(line) <= 80 or said.stdout.startswith("{"), line)
        return said

    def document(self, schema, *arguments, code=0):
        said = self.look(*arguments, "-o", "json")
        self.assert_exit(said, code)
        document = json.loads(said.stdout)
        self.assertEqual(complaints(schema, document), [])
        return document

    def sarif(self, *arguments, code=0):
        said = self.look(*arguments, "-o", "sarif")
        self.assert_exit(said, code)
        run, = json.loads(said.stdout)["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "envlink.yaml")
        prints = [result["partialFingerprints"]["envlink/v1"] for result in run["results"]]
        self.assertEqual(len(prints), len(set(prints)))
        return run["results"]


class GroupsDiff(Look):
    def diff(self, *arguments, a="staging", b="production", **more):
        return self.look("groups", "diff", a, b, *arguments, **more)

    def test_diff_prints_counts_then_a_line_per_key_and_equal_ones_only_with_v(self):
        self.start(two())
        said = self.diff()
        self.assert_exit(said, 0)
        self.assertEqual(" ".join(said.stdout.partition("\n\n")[0].split()),
                         "! 4 warnings in 9 keys: 3 equal, 3 different, 1 of different kinds, 1 only in staging, 1 not known.")
        rows = {line.split()[0 if line.startswith(" ") else 1]: line for line in said.stdout.splitlines() if re.match(r"[ !✗] \S", line)}
        for key, words in {"DATABASE_URL": "equal; its value looks like a secret", "LOG_LEVEL": "different", "NEW_ONE": "only in staging",
                           "PORT": "different: number in staging, URL in production", "TOKEN": "not known: placeholder in staging",
                           "STRIPE_KEY": "different", "file:ca.pem": "different",
                           "file:server.key": "equal; its name looks like a secret"}.items():
            self.assertIn(words, rows[key])
        self.assertNotIn("SAME", said.stdout)
        self.assertRegex(self.diff("-v").stdout, r"\n  SAME +equal\n")
        self.assertEqual(len([r for r in self.render.requests() if r["path"].startswith("/v1/env-groups/")]), 4)

    def test_equal_and_differ_decide_the_exit_code(self):
        self.start(two())
        self.assert_exit(self.diff("--differ", "STRIPE_*", "LOG_LEVEL", "--equal", "SAME"), 0)
        for flags, id, key in ((["--differ", "DATABASE_URL"], "diff-equal", "DATABASE_URL"), (["--differ", "DATA*"], "diff-equal", "DATABASE_URL"),
                               (["--equal", "LOG_LEVEL"], "diff-different", "LOG_LEVEL"), (["--equal", "PORT"], "diff-different", "PORT"),
                               (["--equal", "NEW_ONE"], "diff-missing", "NEW_ONE"), (["--equal", "file:ca.pem"], "diff-different", "file:ca.pem"),
                               (["--differ", "STRPE_KEY"], "diff-unmatched", "STRPE_KEY")):
            found = self.document("groups_diff", "groups", "diff", "staging", "production", *flags, code=2)
            self.assertFalse(found["passed"])
            self.assertEqual([(f["id"], f["variable"]) for f in found["findings"] if f["severity"] == "error"], [(id, key)])
        self.assert_exit(self.diff("--differ", "FOO_*"), 0)
        for wrong in (["--differ", "A*B"], ["--differ", ""], ["--differ", "SAME", "--equal", "SAME"]):
            self.assert_exit(self.diff(*wrong), 64)

    def test_a_value_that_render_hides_is_never_called_equal(self):
        self.start(two({"HIDDEN": "********", "EMPTY": "", "HALF": "********"}, {"HIDDEN": "********", "EMPTY": "", "HALF": "sesame"}))
        found = self.document("groups_diff", "groups", "diff", "staging", "production")
        self.assertEqual([(k["key"], k["state"], k["a"]) for k in found["keys"][:3]],
                         [("EMPTY", "unknown", "empty"), ("HALF", "unknown", "hidden"), ("HIDDEN", "unknown", "hidden")])
        for key in ("HIDDEN", "EMPTY", "HALF"):
            for flag in ("--differ", "--equal"):
                found = self.document("groups_diff", "groups", "diff", "staging", "production", flag, key, code=2)
                self.assertEqual(found["findings"][0]["id"], "diff-unknown")

    def test_json_and_sarif_contain_the_result_and_no_value(self):
        self.start(two())
        found = self.document("groups_diff", "groups", "diff", "staging", PRODUCTION, "-v")
        self.assertEqual(found["counts"], {"equal": 3, "different": 3, "shape": 1, "only_a": 1, "only_b": 0, "unknown": 1})
        self.assertEqual((found["a"]["group"]["name"], found["b"]["group"]["id"]), ("staging", PRODUCTION))
        self.assertEqual({(k["a"], k["b"]) for k in found["keys"] if k["key"] == "PORT"}, {("number", "url")})
        results = self.sarif("groups", "diff", "staging", "production", "--equal", "LOG_LEVEL", code=2)
        self.assertEqual(sorted((r["ruleId"], r["level"]) for r in results),
                         [("diff-different", "error"), ("diff-equal", "warning"), ("diff-equal", "warning"),
                          ("diff-missing", "warning"), ("diff-shape", "warning")])

    def test_the_files_policy_ignores_one_finding_and_makes_another_an_error(self):
        self.start(two())
        self.write("envlink.yaml", {"version": 1, "policy": [
            {"id": "diff-equal", "severity": "ignore", "subject": "production", "variable": "DATABASE_URL", "reason": "one database"},
            {"id": "diff-missing", "severity": "error", "reason": "nothing may be missing"}]})
        said = self.diff()
        self.assert_exit(said, 2)
        self.assertIn("diff-equal on group staging about DATABASE_URL: one database", said.stdout)
        self.assertNotIn("! DATABASE_URL", said.stdout)
        self.assertIn("✗ NEW_ONE", said.stdout)
        suppressed = [r for r in self.sarif("groups", "diff", "staging", "production", code=2) if "suppressions" in r]
        self.assertEqual([r["suppressions"][0]["justification"] for r in suppressed], ["one database"])

    def test_a_wrong_name_and_one_group_twice_are_refused(self):
        self.start(two())
        missing = self.diff(b="producton")
        self.assert_exit(missing, 4)
        self.assertIn("Did you mean production?", missing.stderr)
        twice = self.diff(b=STAGING)
        self.assert_exit(twice, 4)
        self.assertIn("are the same group in workspace endtoend", twice.stderr)
        self.assert_exit(self.look("groups", "diff", "staging"), 64)

    def across(self):
        """One key with access to two workspaces, each with its own groups."""
        other = self.emulator(workspace(owner={"id": "tea-other000000000000000", "name": "other"},
                                        groups=[group(ALONE, "staging", {"SAME": "sesame-same", "LOG_LEVEL": "sesame-else"})]))
        owners = [{"owner": {"id": id, "name": name, "email": "a@example.com", "type": "team"}, "cursor": id}
                  for id, name in (("tea-endtoend0000000000000", "endtoend"), ("tea-other000000000000000", "other"))]

        def elsewhere(path, _):
            request = urllib.request.Request(other.url.removesuffix("/v1") + path, headers={"Authorization": f"Bearer {KEY}"})
            with urllib.request.urlopen(request, timeout=HANG) as reply:
                return told(json.load(reply))

        front = HostileServer(self.render, [Rule("GET /v1/owners.*", told(owners)), Rule("GET .*ownerId=tea-other.*", elsewhere),
                                            Rule(f"GET /v1/env-groups/{ALONE}", elsewhere)])
        self.addCleanup(front.close)
        return front

    def test_groups_of_two_workspaces_are_compared_and_distinguished(self):
        self.start(two({"SAME": "sesame-same", "LOG_LEVEL": "sesame-debug", "MORE": "sesame"}))
        front = self.across()
        for how in ("other", "tea-other000000000000000"):
            said = self.diff("--other-workspace", how, "-v", b="staging", emulator=front, RENDER_WORKSPACE="endtoend")
            self.assert_exit(said, 0)
            self.assertIn("only in staging of endtoend", " ".join(said.stdout.split()))
            self.assertRegex(said.stdout, r"\n  SAME +equal\n")
        wrong = self.diff("--other-workspace", "othr", emulator=front, RENDER_WORKSPACE="endtoend")
        self.assert_exit(wrong, 4)
        self.assertIn("Did you mean other?", wrong.stderr)
        same = self.diff("--other-workspace", "endtoend", b="staging", emulator=front, RENDER_WORKSPACE="endtoend")
        self.assert_exit(same, 4)


class Lint(Look):
    def source(self):
        groups = [group(STAGING, "staging", {"URL": "sesame-1", "OLD": "sesame-2", "SHARED": "sesame-3"}, links=[SERVICES["base"]]),
                  group(PRODUCTION, "production", {"SHARED": "sesame-4"}, links=[SERVICES["base"], SERVICES["core"]]),
                  group(ALONE, "alone", {"A": "sesame-5"})]
        return workspace(groups=groups, services=[service("base"), service("core"), service("edge", preview_of="base")])

    def ids(self, *arguments, code=0):
        return [(f["id"], f["subject"], f["variable"]) for f in self.document("lint", "lint", *arguments, code=code)["findings"]]

    def test_without_a_file_lint_reports_what_the_workspace_alone_shows(self):
        self.start(self.source())
        self.assertEqual(self.ids(), [("group-unlinked", "group alone", None), ("collision-different", "service base", "SHARED")])
        said = self.look("lint", "-v")
        self.assert_exit(said, 0)
        self.assertTrue(said.stdout.startswith("! 2 warnings in 3 groups and 2 services of workspace endtoend.\n"))
        self.assertIn("No envlink.yaml", said.stdout)
        paths = [r["path"].split("?")[0] for r in self.render.requests()]
        self.assertEqual(len([p for p in paths if p.startswith("/v1/env-groups/")]), 6)
        self.assertEqual(set(paths), {"/v1/owners", "/v1/services", "/v1/env-groups", *(f"/v1/env-groups/{id}" for id in (STAGING, PRODUCTION, ALONE))})
        self.assertEqual(len(self.sarif("lint")), 2)

    def test_with_a_file_lint_reports_what_nothing_requires_and_follows_the_policy(self):
        self.start(self.source())
        asked = desired(groups={"staging": {}}, services={"base": {"link": ["staging"], "require": ["URL", "SHARED"]}})
        self.write("envlink.yaml", asked)
        self.assertIn(("variables-unrequired", "group staging", None), self.ids())
        self.assertNotIn("group production", [subject for id, subject, _ in self.ids() if id == "variables-unrequired"])
        self.write("envlink.yaml", {**asked, "policy": [
            {"id": "group-unlinked", "severity": "ignore", "subject": "alone", "reason": "for later"},
            {"id": "collision-different", "severity": "error", "reason": "never"},
            {"id": "variables-unrequired", "severity": "ignore", "reason": "not yet"}]})
        self.assertEqual(self.ids(code=2), [("collision-different", "service base", "SHARED")])
        said = self.look("lint")
        self.assertIn("group-unlinked on group alone: for later", said.stdout)

    def test_in_github_actions_findings_are_annotations(self):
        self.start(self.source())
        said = self.look("lint", GITHUB_ACTIONS="true")
        self.assertIn("::warning title=group alone (group-unlinked)", said.stderr)
        self.assertIn("::warning title=group staging (diff-missing)",
                      self.look("groups", "diff", "staging", "production", GITHUB_ACTIONS="true").stderr)

    def test_links_of_previews_and_deleted_services_are_reported(self):
        source = self.source()
        source["groups"][2]["links"] = [SERVICES["edge"]]
        source["groups"][0]["links"] = [SERVICES["aside"]]
        source["services"].append(service("aside"))
        self.start(source)
        self.assertEqual(self.ids(), [("group-leftover", "group alone", None)])
        listed = lambda path, own: told([one for one in json.loads(own.body) if one["service"]["id"] != SERVICES["aside"]])
        front = HostileServer(self.render, [Rule("GET /v1/services.*", listed)])
        self.addCleanup(front.close)
        said = self.look("lint", emulator=front)
        self.assertIn(f"its only links are to {SERVICES['aside']}, which Render does not list", " ".join(said.stdout.split()))

    def test_a_group_that_the_key_may_not_read_is_reported_and_the_others_are_checked(self):
        source = self.source()
        source["faults"] = [{"match": f"GET /v1/env-groups/{PRODUCTION}", "every": 1, "do": {"status": 403}}]
        self.start(source)
        self.assertIn(("group-unread", "group production", None), self.ids())
        self.assertIn(("group-unlinked", "group alone", None), self.ids())

    def test_a_thousand_groups_are_read_with_one_request_each(self):
        groups = [group(f"evg-{n:020}", f"group-{n}", {"A": f"sesame-{n}"}, links=[SERVICES["base"]] if n else []) for n in range(1000)]
        self.start(workspace(groups=groups, behaviour={"read_limit": 100000}))
        said = self.look("lint", "-o", "json")
        self.assert_exit(said, 0)
        found = json.loads(said.stdout)
        self.assertEqual(found["counts"]["groups"], 1000)
        self.assertEqual(said.stderr.splitlines(), [f"{n} of 1000 groups are read." for n in range(100, 1000, 100)])
        self.assertEqual(len([r for r in self.render.requests() if r["path"].startswith("/v1/env-groups/")]), 1000)
        self.assertEqual(self.look("lint", "-q").stderr, "")

    def test_lint_leaves_nothing_in_the_journal(self):
        self.start(self.source())
        self.look("lint")
        for path in self.state_home.rglob("*"):
            if path.is_file():
                self.assertNotIn(STAGING.encode(), path.read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
