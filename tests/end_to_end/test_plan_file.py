"""A plan saved in a file: its bytes are the same each time, and it is applied as it was reviewed or not at all."""

import hashlib
import json
import os
import re
import stat
import unittest
import urllib.request

from harness import GROUP, KEY, SERVICES, Case, desired, service, workspace


class PlanFile(Case):
    def setUp(self):
        super().setUp()
        self.render = self.emulator(workspace())
        self.write("envlink.yaml", desired())

    def envlink(self, *arguments, **environment):
        return self.run_envlink(*arguments, emulator=self.render, **environment)

    def plan(self, name="plan.json", *more):
        self.assert_exit(self.envlink("plan", "--out", name, *more), 0)
        return self.folder / name

    def hash(self):
        return json.loads(self.envlink("plan", "-o", "json").stdout)["sha256"]

    def render_does(self, method, path, body=None):
        request = urllib.request.Request(self.render.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {KEY}"})
        urllib.request.urlopen(request, timeout=120).close()

    def assert_refused(self, result, code, *said):
        self.assert_exit(result, code)
        for words in said:
            self.assertIn(words, result.stderr)
        self.assertIn("→", result.stderr)
        self.assertEqual(result.stdout, "")


class Written(PlanFile):
    def test_two_plans_of_an_unchanged_workspace_have_the_same_bytes_and_are_private(self):
        first, second = self.plan("a.json"), self.plan("b.json")
        self.assertEqual(first.read_bytes(), second.read_bytes())
        self.assertEqual(stat.S_IMODE(first.stat().st_mode), 0o600)
        self.assertEqual(self.render.writes(), [])
        self.assertEqual({path.name for path in self.folder.iterdir()} - {"home", "state"},
                         {"a.json", "b.json", "envlink.yaml"})

    def test_the_checksum_in_the_file_matches_the_rest(self):
        text = self.plan().read_bytes().removesuffix(b"\n")
        rest, sum = re.fullmatch(rb'(.*),"sha256":"([0-9a-f]{64})"}', text).groups()
        self.assertEqual(hashlib.sha256(rest + b"}").hexdigest(), sum.decode())

    def test_the_hash_in_the_text_and_the_json_is_the_same(self):
        self.assertIn(f"Plan hash {self.hash()}\n", self.envlink("plan").stdout)

    def test_the_file_contains_no_value(self):
        text = self.plan().read_text()
        self.assertIn("DATABASE_URL", text)
        self.assertNotIn("sesame", text)
        for value in ("postgres://sesame-of-db", "sesame-of-token"):
            self.assertNotIn(hashlib.sha256(value.encode()).hexdigest(), text)

    def test_only_a_regular_file_is_replaced(self):
        (self.folder / "old.json").write_text("old")
        os.chmod(self.folder / "old.json", 0o644)
        (self.folder / "link.json").symlink_to("old.json")
        self.plan("link.json")
        self.assertTrue((self.folder / "link.json").is_symlink())
        self.assertTrue((self.folder / "old.json").read_text().startswith('{"version":1'))
        (self.folder / "folder").mkdir()
        os.mkfifo(self.folder / "pipe")
        for name, why in {"folder": "it is a folder", "pipe": "it is not a regular file",
                          "absent/plan.json": "No such file or directory"}.items():
            result = self.envlink("plan", "--out", name)
            self.assert_exit(result, 1)
            self.assertIn(f"Cannot write {name}", result.stderr)
            self.assertIn(why, result.stderr)

    def test_a_refused_plan_is_not_written(self):
        self.write("envlink.yaml", desired(groups={"shared": {"require": ["ABSENT"]}}))
        result = self.envlink("plan", "--out", "plan.json")
        self.assert_exit(result, 4)
        self.assertIn("was not written", result.stderr)
        self.assertFalse((self.folder / "plan.json").exists())
        self.assertIsNone(json.loads(self.envlink("plan", "-o", "json").stdout)["sha256"])


class Applied(PlanFile):
    def test_a_saved_plan_is_applied_without_envlink_yaml_and_verified(self):
        self.plan()
        (self.folder / "envlink.yaml").unlink()
        result = self.envlink("apply", "plan.json", "--yes")
        self.assert_exit(result, 0)
        self.assert_done(result.stdout)
        self.assertEqual(sorted(self.render.deploys_asked_for()), sorted(SERVICES.values()))

    def test_a_saved_plan_is_applied_once(self):
        self.plan()
        self.assert_exit(self.envlink("apply", "plan.json", "--yes"), 0)
        writes = len(self.render.writes())
        again = self.envlink("apply", "plan.json", "--yes")
        self.assert_refused(again, 8, "changed since plan.json was made", "group shared was linked to base")
        self.assertEqual(len(self.render.writes()), writes)

    def test_a_saved_plan_includes_redeploy(self):
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        before = len(self.render.deploys_asked_for())
        self.plan("plan.json", "--redeploy", "core")
        self.assert_exit(self.envlink("apply", "plan.json", "--yes"), 0)
        self.assertEqual(self.render.deploys_asked_for()[before:], [SERVICES["core"]])

    def test_a_link_that_the_plan_leaves_alone_does_not_fail_the_check(self):
        source = workspace()
        source["groups"].append({"id": "evg-more00000000000000000", "name": "more", "variables": {"X": "sesame-of-x"}})
        self.render = self.emulator(source)
        self.write("envlink.yaml", desired(groups={"shared": {}, "more": {}},
                                           services={"base": {"link": ["shared"]}, "aside": {"link": ["more"]}}))
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        before = len(self.render.deploys_asked_for())
        self.render_does("DELETE", f"/env-groups/{GROUP}/services/{SERVICES['base']}")
        self.render_does("POST", f"/env-groups/{GROUP}/services/{SERVICES['aside']}")
        self.plan()
        self.assert_exit(self.envlink("apply", "plan.json", "--yes"), 0)
        self.assertEqual(self.render.deploys_asked_for()[before:], [SERVICES["base"]])

    def test_applying_a_plan_without_changes_says_that_there_is_nothing_to_do(self):
        self.assert_exit(self.envlink("apply", "--yes"), 0)
        self.plan()
        result = self.envlink("apply", "plan.json")
        self.assert_exit(result, 0)
        self.assertIn("Nothing to do", result.stderr)


class Moved(PlanFile):
    def moved(self, said, method, path, body=None):
        self.plan()
        self.render_does(method, path, body)
        before = len(self.render.writes())
        self.assert_refused(self.envlink("apply", "plan.json", "--yes"), 8, said)
        self.assertEqual(len(self.render.writes()), before)

    def test_a_link_made_meanwhile_makes_the_plan_stale(self):
        self.moved("group shared was linked to core; Render does not say by whom", "POST",
                   f"/env-groups/{GROUP}/services/{SERVICES['core']}")

    def test_a_deploy_made_meanwhile_makes_the_plan_stale(self):
        self.moved("service base has a newer deploy dep-", "POST", f"/services/{SERVICES['base']}/deploys", {})

    def test_a_variable_added_meanwhile_makes_the_plan_stale(self):
        self.moved("group shared has EXTRA now", "PUT", f"/env-groups/{GROUP}/env-vars/EXTRA", {"value": "x"})

    def test_a_renamed_or_deleted_group_makes_the_plan_stale(self):
        self.plan()
        group = workspace()["groups"][0]
        for groups, said in (([{**group, "name": "common"}], "group shared is called common now"),
                             ([], f"group shared ({GROUP}) no longer exists")):
            self.render = self.emulator(workspace(groups=groups))
            self.assert_refused(self.envlink("apply", "plan.json", "--yes"), 8, said)
            self.assertEqual(self.render.writes(), [])


class Expected(PlanFile):
    """--expect-hash names the changes that a plan may make."""

    def test_a_deploy_after_the_review_does_not_block_the_expected_plan(self):
        hash = self.hash()
        self.render_does("POST", f"/services/{SERVICES['aside']}/deploys", {})
        self.assertEqual(self.hash(), hash)
        self.assert_exit(self.envlink("apply", "--expect-hash", hash, "--yes"), 0)
        self.assertEqual(self.render.deploys_asked_for().count(SERVICES["aside"]), 2)

    def test_a_different_build_time_does_not_block_the_expected_plan(self):
        hash = self.hash()
        self.render = self.emulator(workspace(services=[service(name, build="30s") for name in SERVICES]), speed=100)
        self.assert_exit(self.envlink("apply", "--expect-hash", hash, "--yes"), 0)

    def test_a_link_made_after_the_review_blocks_the_expected_plan(self):
        hash = self.hash()
        self.render_does("POST", f"/env-groups/{GROUP}/services/{SERVICES['core']}")
        self.assert_refused_hash(hash)

    def test_a_file_changed_after_the_review_blocks_the_expected_plan(self):
        hash = self.hash()
        for other in (desired(rollout={"on_failure": "continue"}), desired(services={"base": {"link": ["shared"]}})):
            self.write("envlink.yaml", other)
            self.assert_refused_hash(hash)

    def test_a_plan_file_may_be_expected_by_the_plans_hash_or_by_its_own_checksum(self):
        path, hash = self.plan(), self.hash()
        sum = json.loads(path.read_text())["sha256"]
        self.assertNotEqual(sum, hash)
        self.assert_exit(self.envlink("rehearse", "plan.json", "--expect-hash", hash), 0)
        self.assert_exit(self.envlink("apply", "plan.json", "--yes", "--expect-hash", sum), 0)

    def assert_refused_hash(self, hash):
        writes = len(self.render.writes())
        result = self.envlink("apply", "--expect-hash", hash, "--yes")
        self.assert_exit(result, 8)
        self.assertIn("The plan is not the expected one", result.stderr)
        self.assertEqual(len(self.render.writes()), writes)


class Refused(PlanFile):
    def refused(self, code, *said, arguments=("plan.json",), **environment):
        self.assert_refused(self.envlink("apply", *arguments, "--yes", **environment), code, *said)
        self.assertEqual(self.render.writes(), [])

    def test_a_changed_plan_file_is_refused(self):
        path = self.plan()
        text = path.read_text()
        path.write_text(text.replace('"on_failure":"halt"', '"on_failure":"rollback"'))
        self.refused(1, "Cannot apply plan.json", "it was changed after envlink wrote it")
        path.write_text(text[:-40])
        self.refused(1, "it is cut off")
        path.write_text(text.replace('{"version":1', '{"version":2', 1))
        self.refused(1, "its version is 2, and this envlink knows 1")
        path.write_text("version: 1\n")
        self.refused(1, "it is not JSON")
        self.refused(1, "There is no file absent.json", arguments=("absent.json",))

    def test_a_hash_other_than_the_expected_one_is_exit_8(self):
        self.plan()
        hash, other = self.hash(), "0" * 64
        for arguments in (["plan.json"], []):
            self.refused(8, hash, other, arguments=(*arguments, "--expect-hash", other))
        self.refused(64, "is not a plan hash", arguments=("--expect-hash", "abc"))
        self.assert_exit(self.envlink("apply", "--yes", "--expect-hash", hash), 0)

    def test_a_plan_for_another_workspace_is_exit_4(self):
        self.plan()
        self.render = self.emulator(workspace(owner={"id": "tea-elsewhere00000000000", "name": "elsewhere"}))
        self.refused(4, "plan.json is a plan for workspace endtoend (tea-endtoend0000000000000)", "elsewhere")
        self.refused(4, "RENDER_WORKSPACE is elsewhere", RENDER_WORKSPACE="elsewhere")

    def test_flags_that_would_change_the_plan_are_refused_with_a_plan_file(self):
        self.plan()
        self.refused(64, "--file cannot be combined with the saved plan", arguments=("plan.json", "-f", "envlink.yaml"))
        self.refused(64, "--redeploy cannot be combined with the saved plan", arguments=("plan.json", "--redeploy", "core"))


if __name__ == "__main__":
    unittest.main()
