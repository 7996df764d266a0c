"""groups create and groups swap: a run creates a group, with its values and links in one request."""

import collections
import json
import re
import subprocess
import unittest
import urllib.request

from harness import GROUP, HANG, KEY, PROGRAM, SERVICES, Case, desired, end, read_until, workspace

NEW = {"DATABASE_URL": "postgres://sesame-new", "TOKEN": "sesame \"new\" token"}
MAKES = "POST /v1/env-groups"


def linked(**changes):
    source = workspace(**changes)
    source["groups"][0]["links"] = list(SERVICES)
    return source


class Swap(Case):
    def start(self, source=None, speed=20, **rollout):
        self.render = self.emulator(source or linked(), speed=speed)
        self.write("envlink.yaml", desired({"deploy": "auto", **rollout}))
        self.write(".env.new", "DATABASE_URL=postgres://sesame-new\nTOKEN='sesame \"new\" token'\n")

    def groups(self, *arguments):
        return self.run_envlink("groups", *arguments, "--yes", emulator=self.render)

    def swap(self):
        return self.groups("swap", "shared", "shared-2", "--from", ".env.new")

    def get(self, path):
        request = urllib.request.Request(f"{self.render.url}{path}", headers={"Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=HANG) as reply:
            return json.load(reply)

    def called(self, name):
        return [one["envGroup"]["id"] for one in self.get(f"/env-groups?name={name}")]

    def held(self, group):
        return {one["key"]: one["value"] for one in self.get(f"/env-groups/{group}")["envVars"]}

    def links(self):
        return {(one["group"], one["service"]) for one in self.render.state()["links"]}

    def makes(self):
        return [r for r in self.render.writes() if f"{r['method']} {r['path']}" == MAKES]

    def is_swapped(self):
        groups = self.called("shared-2")
        self.assertEqual(len(groups), 1, "it is made once")
        self.assertEqual(self.held(groups[0]), NEW)
        self.assertEqual(self.links(), {(groups[0], id) for id in SERVICES.values()})

    def nothing_leaks(self, *results):
        for said in results:
            self.assertNotIn("sesame", said.stdout + said.stderr)
        for path in self.state_home.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"sesame", path.read_bytes(), path)

    def test_a_group_is_created_with_its_content_and_nothing_is_deployed(self):
        self.start()
        said = self.groups("create", "fresh", "--from", ".env.new")
        self.assert_exit(said, 0)
        self.assertEqual(self.held(self.called("fresh")[0]), NEW)
        self.assertEqual([r["method"] for r in self.render.writes()], ["POST"])
        self.assertIn("fresh (new group)\n  + DATABASE_URL, TOKEN\n", said.stderr)
        self.nothing_leaks(said)
        again = self.groups("create", "fresh")
        self.assert_exit(again, 4)
        self.assertIn("A group called fresh already exists; nothing was changed", again.stderr)
        self.write("ca.pem", "sesame certificate\n")
        filed = self.groups("create", "filed", "--secret-file", str(self.folder / "ca.pem"))
        self.assert_exit(filed, 0)
        group = self.get(f"/env-groups/{self.called('filed')[0]}")
        self.assertEqual(group["secretFiles"], [{"name": "ca.pem", "content": "sesame certificate\n"}])
        self.nothing_leaks(filed)
        empty = self.groups("create", "empty", "-o", "json")
        self.assert_exit(empty, 0)
        self.assertEqual(self.held(self.called("empty")[0]), {})
        self.assertEqual(json.loads(empty.stdout)["command"], "groups create")

    def test_a_swap_links_all_services_with_one_request_and_deploys_each_without_the_old_group(self):
        self.start()
        said = self.swap()
        self.assert_exit(said, 0)
        self.is_swapped()
        writes = [f"{r['method']} {r['path']}" for r in self.render.writes()]
        self.assertEqual(writes[0], MAKES)
        self.assertEqual(sorted(w.split()[0] for w in writes[1:]), ["DELETE"] * 4 + ["POST"] * 4)
        for id in SERVICES.values():
            unlink, deploy = (writes.index(w) for w in (f"DELETE /v1/env-groups/{GROUP}/services/{id}",
                                                        f"POST /v1/services/{id}/deploys"))
            self.assertLess(unlink, deploy)
        self.assert_done(said.stdout)
        self.assertIn("envlink.yaml still names it: the next apply would link it again", said.stderr)
        self.assertRegex(said.stderr, r"Next: replace shared with shared-2 in envlink.yaml:\d+")
        self.assertEqual(self.held(GROUP)["TOKEN"], "sesame-of-token", "the old group stays as it is")
        self.nothing_leaks(said)
        back = self.run_envlink("rollback", "--yes", emulator=self.render)
        self.assert_exit(back, 0)
        self.assertEqual(self.links(), {(GROUP, id) for id in SERVICES.values()})
        self.assertIn("the run created it, and it stays", back.stderr)

    def test_variables_missing_in_the_new_group_are_reported(self):
        self.start()
        self.write(".env.new", "DATABASE_URL=postgres://sesame-new\n")
        refused = self.swap()
        self.assert_exit(refused, 4)
        self.assertIn("Services would lose 1 variable with shared-2: TOKEN; nothing was changed", refused.stderr)
        self.assertIn("--prune-at-most 1", refused.stderr)
        self.assertEqual(self.render.writes(), [])
        said = self.groups("swap", "shared", "shared-2", "--from", ".env.new", "--prune-at-most", "1")
        self.assert_exit(said, 0)
        self.assertIn("shared has TOKEN, but the new group does not: services would lose it", " ".join(said.stderr.split()))

    def test_the_new_group_must_have_what_services_require(self):
        self.start()
        self.write(".env.new", "TOKEN=sesame\n")
        said = self.swap()
        self.assert_exit(said, 4)
        self.assertEqual(self.render.writes(), [])

    def test_the_new_group_must_have_what_the_file_requires_of_it(self):
        self.start()
        file = json.loads((self.folder / "envlink.yaml").read_text())
        file["groups"]["shared-2"] = {"require": ["NEEDED"]}
        self.write("envlink.yaml", file)
        said = self.swap()
        self.assert_exit(said, 4)
        self.assertIn("NEEDED", said.stderr)
        self.assertEqual(self.render.writes(), [])

    def test_a_lost_answer_does_not_lead_to_a_second_group(self):
        for fault in ("lose_answer", "garbage"):
            with self.subTest(fault=fault):
                self.start(linked(faults=[{"match": MAKES, "nth": 1, "do": fault}]), speed=200)
                self.assert_exit(self.swap(), 0)
                self.is_swapped()

    def test_a_refusal_by_render_changes_nothing(self):
        self.start(linked(faults=[{"match": MAKES, "nth": 1, "do": {"status": 400}}]))
        said = self.swap()
        self.assert_exit(said, 1)
        self.assertEqual(self.called("shared-2"), [])
        self.assertEqual(len(self.render.writes()), 1)
        self.assertIn("create the group: failed: Render answered 400", said.stderr)
        self.assertNotIn("envlink resume", said.stderr)

    def test_automatic_deploys_are_off_before_the_group_is_created(self):
        self.start(hold=True)
        self.assert_exit(self.swap(), 0)
        methods = [r["method"] for r in self.render.writes()]
        self.assertEqual(methods[:5], ["PATCH"] * 4 + ["POST"])
        self.assertEqual(methods[-4:], ["PATCH"] * 4)
        self.is_swapped()

    def test_after_a_failed_deploy_the_old_group_is_restored(self):
        source = linked()
        source["services"][1]["outcome"] = "build_failed"
        self.start(source, on_failure="rollback", deploy="rebuild")
        self.assert_exit(self.swap(), 6)
        self.assertEqual(self.links(), {(GROUP, id) for id in SERVICES.values()})

    def meddled(self, meddle):
        """What a swap prints if a colleague does `meddle` after its first deploy was requested."""
        self.start(speed=5)
        process = subprocess.Popen([PROGRAM, "groups", "swap", "shared", "shared-2", "--from", ".env.new", "--yes"],
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment(self.render))
        self.addCleanup(end, process)
        read_until(process.stderr, "deploy dep-")
        new = self.called("shared-2")[0]
        meddle(new)
        process.communicate(timeout=HANG)
        return new

    def test_no_service_loses_the_old_group_if_the_new_one_was_deleted(self):
        later = SERVICES["edge"]
        for what, path in (("deleted", "/env-groups/{}"), ("unlinked", "/env-groups/{}/services/" + later)):
            with self.subTest(what=what):
                self.meddled(lambda new: self.render.call("DELETE", path.format(new)))
                self.assertIn((GROUP, later), self.links())
                self.assertNotIn(f"POST /v1/services/{later}/deploys",
                                 [f"{r['method']} {r['path']}" for r in self.render.writes()])

    def test_a_preview_that_has_the_old_group_keeps_it(self):
        source = linked()
        source["services"].append({"name": "base-pr-7", "id": "srv-preview", "preview_of": "base"})
        source["groups"][0]["links"].append("srv-preview")
        self.start(source)
        self.assert_exit(self.swap(), 0)
        self.assertIn((GROUP, "srv-preview"), self.links())

    def test_after_a_lost_answer_a_rollback_undoes_what_the_request_did(self):
        self.start(linked(faults=[{"match": MAKES, "nth": 1, "do": {"delay": "8s"}}]))
        process = subprocess.Popen([PROGRAM, "groups", "swap", "shared", "shared-2", "--from", ".env.new", "--yes"],
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment(self.render))
        self.addCleanup(end, process)
        read_until(process.stderr, "in 3 waves")
        while "shared-2" not in json.dumps(self.render.state()):
            pass
        process.kill()
        process.wait(HANG)
        again = self.run_envlink("groups", "create", "shared-2", "--anew", "--yes", emulator=self.render)
        self.assert_exit(again, 4)
        (self.folder / ".env.new").unlink()
        self.assert_exit(self.run_envlink("resume", "--yes", emulator=self.render), 1)
        self.assert_exit(self.run_envlink("rollback", "--yes", emulator=self.render), 0)
        self.assertEqual(self.links(), {(GROUP, id) for id in SERVICES.values()})

    def test_an_empty_argument_is_refused(self):
        self.start()
        for words in (["swap", "", "fresh", "--from", ".env.new"], ["swap", "shared", "", "--from", ".env.new"],
                      ["swap", "shared", "fresh", "--from", ""], ["create", ""], ["create", "fresh", "--from", ""],
                      ["create", "fresh "], ["create", "fresh", "--environment", "production"],
                      ["push", "shared", "--from", "", "--prune", "--prune-at-most", "9"]):
            with self.subTest(words=words):
                self.assert_exit(self.groups(*words), 64)
        self.assertEqual(self.render.writes(), [])

    def test_a_thousand_services_are_linked_to_the_new_group_with_one_request(self):
        ids = [f"srv-{n:020}" for n in range(1000)]
        source = workspace()
        source["services"] = [{"name": f"svc-{n}", "id": id, "image": True, "build": "1s"} for n, id in enumerate(ids)]
        source["groups"][0]["links"] = ids
        source["behaviour"] = {"write_limit": 100000, "read_limit": 100000}
        self.render = self.emulator(source, speed=1000)
        self.write(".env.new", "DATABASE_URL=postgres://sesame-new\nTOKEN=sesame\n")
        said = self.swap()
        self.assert_exit(said, 0)
        new = self.called("shared-2")[0]
        self.assertEqual(self.links(), {(new, id) for id in ids})
        writes = collections.Counter(re.sub(r"(srv|evg)-\w+", r"\1", f"{r['method']} {r['path']}") for r in self.render.writes())
        self.assertEqual(writes, {MAKES: 1, "DELETE /v1/env-groups/evg/services/srv": 1000,
                                  "POST /v1/services/srv/deploys": 1000})

    def killed(self, after):
        self.start()
        process = subprocess.Popen([PROGRAM, "groups", "swap", "shared", "shared-2", "--from", ".env.new", "--yes"],
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment(self.render))
        self.addCleanup(end, process)
        read_until(process.stderr, after)
        process.kill()
        process.wait(HANG)

    def test_after_a_kill_resume_finishes_the_swap(self):
        self.killed("created the group")
        self.assert_exit(self.run_envlink("resume", "--yes", emulator=self.render), 0)
        self.is_swapped()
        self.assertEqual(len(self.makes()), 1)


if __name__ == "__main__":
    unittest.main()
