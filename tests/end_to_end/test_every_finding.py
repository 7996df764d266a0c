"""For each kind of finding a workspace and a file that cause it, and similar ones that do not: the real program
against the real emulator. src/plan/finding_cases_test.h has the same for the preflight alone."""

import copy
import json
import shutil
import re
import unittest

from harness import REPOSITORY, SERVICES, Case, desired, service, workspace

# The emulator's file cannot express these: another workspace, a link to something deleted, a hidden value. The
# preflight's own cases have them.
UNSAID = {"group-other-workspace", "service-other-workspace", "link-dangling",
          "collision-unknown"}
GROUP, MORE, HERE = "evg-shared000000000000000", "evg-more0000000000000000", "evm-here0000000000000000"


def source(group=None, more=None, base=None, **changes):
    """A workspace with base and one group, or two if `more` has the second group's variables."""
    groups = [{"id": GROUP, "name": "shared", "variables": {"URL": "https://sesame.example"}, **(group or {})}]
    if more is not None:
        groups.append({"id": MORE, "name": "more", "variables": more})
    return workspace(groups=groups, services=[service("base", **(base or {})), service("core")], **changes)


def asking(group=None, base=None, groups=None, **changes):
    return desired(groups={"shared": group or {}, **(groups or {})},
                   services={"base": {"link": ["shared", *(groups or {})], **(base or {})}}, **changes)


def holding(value):
    return source(group={"variables": {"URL": value}})


def in_environment(protected):
    listed = [] if protected is None else [{"id": HERE, "name": "here", "protected": protected}]
    return source(base={"environment": HERE}, environments=listed)


def twins(kind):
    result = source(more={})
    first = result[kind][0]
    result[kind][1].update(name=first["name"], environment=HERE)
    return result


PLAIN = (source(), asking())
BOTH = desired(groups={"shared": {}}, services={SERVICES["base"]: {"link": ["shared"]}, SERVICES["core"]: {}})
LINKED = {"links": ["base"]}
HIDDEN = [{"match": "GET /v1/services/*/env-vars*", "every": 1, "do": {"status": 403}}]
RENAMED = desired(groups={"other": {}}, services={"base": {"link": ["other"]}})

# id: (workspace, file, arguments…) that cause it, and the same that do not
CASES = {
    "group-missing": ((source(), RENAMED), PLAIN),
    "group-ambiguous": ((twins("groups"), asking()), (twins("groups"), asking({"id": GROUP}))),
    "service-ambiguous": ((twins("services"), asking()), (twins("services"), asking(base={"id": SERVICES["base"]}))),
    "redeploy-ambiguous": ((twins("services"), BOTH, "--redeploy", "base"), (twins("services"), BOTH, "--redeploy", SERVICES["base"])),
    "group-id-mismatch": ((source(more={}), asking({"id": MORE})), (source(more={}), asking({"id": GROUP}))),
    "group-twice": ((source(), asking(groups={GROUP: {}})), (source(more={}), asking(groups={MORE: {}}))),
    "service-missing": ((source(), desired(services={"bass": {"link": ["shared"]}})), PLAIN),
    "service-id-mismatch": ((source(), asking(base={"id": SERVICES["core"]})), (source(), asking(base={"id": SERVICES["base"]}))),
    "service-twice": ((source(), desired(services={"base": {}, SERVICES["base"]: {}})),
                      (source(), desired(services={"base": {}, SERVICES["core"]: {}}))),
    "service-preview": ((source(base={"preview_of": "core"}), asking()), PLAIN),
    "service-type-mismatch": ((source(), asking(base={"type": "cron_job"})), (source(), asking(base={"type": "web_service"}))),
    "redeploy-unknown": ((*PLAIN, "--redeploy", "bass"), (*PLAIN, "--redeploy", "base")),
    "group-scope": ((source(group={"environment": HERE}), asking()),
                    (source(group={"environment": HERE}, base={"environment": HERE}), asking())),
    "environment-protected": ((in_environment(True), asking()), (in_environment(False), asking())),
    "environment-unread": ((in_environment(None), asking()), (in_environment(True), asking())),
    "group-unused": ((source(more={}), desired(groups={"shared": {}, "more": {}}, services={"base": {"link": ["shared"]}})), PLAIN),
    "group-variable-count": ((source(), asking({"variables": 2})), (source(), asking({"variables": 1}))),
    "group-variable-missing": ((source(), asking({"require": ["PORT"]})), (source(), asking({"require": ["URL"]}))),
    "service-variable-missing": ((source(), asking(base={"require": ["QUEUE"]})), (source(), asking(base={"require": ["OWN"]}))),
    "variable-shape": ((source(), asking({"require": [{"URL": "number"}]})), (source(), asking({"require": [{"URL": "url"}]}))),
    "variable-empty": ((holding(""), asking()), PLAIN),
    "variable-placeholder": ((holding("changeme"), asking()), PLAIN),
    "variable-broken": ((holding("'sesame'"), asking()), PLAIN),
    "variable-reference": ((holding("${SESAME_URL}"), asking()), PLAIN),
    "variable-no-value": ((holding("undefined"), asking()), PLAIN),
    "variable-masked": ((holding("********"), asking()), PLAIN),
    "variable-escaped-pem": ((holding("-----BEGIN PRIVATE KEY-----\\nsesame\\n-----END PRIVATE KEY-----"), asking()), PLAIN),
    "variables-unread": ((source(faults=HIDDEN), asking()), PLAIN),
    "collision-different": ((source(more={"URL": "sesame"}), asking(groups={"more": {}})), (source(more={}), asking(groups={"more": {}}))),
    "collision-equal": ((source(more={"URL": "https://sesame.example"}), asking(groups={"more": {}})),
                        (source(more={"URL": "sesame"}), asking(groups={"more": {}}))),
    "service-suspended": ((source(base={"suspended": True}), asking()), (source(group=LINKED, base={"suspended": True}), asking())),
    "autodeploy-off": ((source(base={"auto_deploy": False}), asking()), (source(group=LINKED, base={"auto_deploy": False}), asking(rollout={"unknown": "keep"}))),
    "gate-without-health-path": ((source(), asking(rollout={"gate": "healthy"})),
                                  (source(base={"health_check_path": "/up"}), asking(rollout={"gate": "healthy"}))),
    "rebuild-needed": ((source(base={"type": "static_site"}), asking(rollout={"deploy": "deploy_only"})),
                       (source(base={"type": "static_site"}), asking(rollout={"deploy": "rebuild"}))),
    "build-elsewhere": ((source(group={"variables": {"VITE_URL": "https://sesame.example"}}, base={"image": True}), asking()),
                        (source(group={"variables": {"VITE_URL": "https://sesame.example"}}), asking())),
    "build-time-unknown": ((source(), asking(build_time=["ULR"])), (source(), asking(build_time=["URL"]))),
}
# They need more than a file: the first has its own test below, the second is in test_interrupt.py.
BELOW = {"deploy-under-way", "dependency-deploying"}
# These need more than a hundred services: src/plan/finding_states_test.cpp.
MANY = {"deploys-unread"}
# For plans that no file makes: src/engine/rollback_test.cpp, src/plan/link_plan_test.cpp, src/plan/values_test.cpp.
NO_PREFLIGHT = {"group-gone", "moved-on", "rollback-keeps", "not-deployed", "value-hidden", "value-moved-on", "undo-gone",
                "group-stays", "group-unsettled", "swap-file", "swap-missing"}
# Findings of groups diff and lint: test_look.py, src/plan/group_diff_test.cpp, src/plan/lint_test.cpp.
NO_PLAN = {"diff-equal", "diff-different", "diff-missing", "diff-shape", "diff-unknown", "diff-unmatched", "group-unlinked",
           "group-leftover", "variables-unrequired", "group-unread"}


class EveryFinding(Case):
    def found(self, source, asked, *arguments, emulator=None):
        self.write("envlink.yaml", asked)
        if emulator is None:  # a new workspace
            shutil.rmtree(self.state_home, ignore_errors=True)
            emulator = self.emulator(copy.deepcopy(source))
        result = self.run_envlink("plan", "-o", "json", *arguments, emulator=emulator)
        self.assertIn(result.returncode, (0, 4), result.stderr)
        self.assertNotIn("sesame", result.stdout + result.stderr)
        found = json.loads(result.stdout)["findings"]
        for finding in found:
            self.assertTrue(finding["cure"], finding)
            self.assertTrue(finding["line"] or finding["id"].startswith("redeploy-"), finding)
        return {finding["id"] for finding in found}

    def test_each_finding_is_reported_in_its_case_and_not_in_a_similar_one(self):
        for kind, (raises, does_not) in CASES.items():
            with self.subTest(kind):
                self.assertIn(kind, self.found(*raises))
                self.assertNotIn(kind, self.found(*does_not))

    def test_a_deploy_in_progress_is_reported_until_it_ends(self):
        emulator = self.emulator(source(base={"build": "24h"}), speed=1)
        self.assertNotIn("deploy-under-way", self.found(*PLAIN, emulator=emulator))
        applying = self.start_envlink("apply", "--yes", emulator=emulator)
        while not emulator.deploys_asked_for():
            self.assertIsNone(applying.poll())
        self.write("envlink.yaml", asking())
        self.assertIn("deploy-under-way", self.found(*PLAIN, "--redeploy", "base", emulator=emulator))

    def test_every_kind_of_finding_has_a_case(self):
        rows = re.findall(r"^\| `([a-z-]+)` \|", (REPOSITORY / "docs/findings.md").read_text(), re.MULTILINE)
        self.assertEqual(set(rows), set(CASES) | UNSAID | BELOW | MANY | NO_PREFLIGHT | NO_PLAN)


if __name__ == "__main__":
    unittest.main()
