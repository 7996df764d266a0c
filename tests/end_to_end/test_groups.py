"""Single operations on groups, without a file."""

import json
import unittest

from harness import GROUP, SERVICES, Case, workspace


class Groups(Case):
    def setUp(self):
        super().setUp()
        self.render = self.emulator(workspace())

    def groups(self, *arguments):
        return self.run_envlink("groups", *arguments, emulator=self.render)

    def test_a_link_is_confirmed_and_nothing_is_deployed(self):
        linked = self.groups("link", "shared", "base", "core", "--yes")
        self.assert_exit(linked, 0)
        self.assertIn("2 links confirmed", linked.stdout)
        self.assertEqual(self.render.deploys_asked_for(), [])
        self.assert_exit(self.groups("link", "shared", "base", "--yes"), 0)
        self.assertEqual(len(self.render.writes()), 2)

    def test_unlink_reports_the_result_as_json(self):
        self.assert_exit(self.groups("link", GROUP, SERVICES["base"], "--yes"), 0)
        told = self.groups("unlink", "shared", "base", "--yes", "-o", "json")
        self.assert_exit(told, 0)
        self.assertEqual([(c["action"], c["service"]["name"], c["state"]) for c in json.loads(told.stdout)["links"]],
                         [("unlink", "base", "proved")])

    def test_a_rollback_removes_the_link(self):
        self.assert_exit(self.groups("link", "shared", "base", "--yes"), 0)
        self.assert_exit(self.run_envlink("rollback", "--yes", emulator=self.render), 0)
        shown = self.groups("show", "shared", "-o", "json")
        self.assertEqual(json.loads(shown.stdout)["group"]["linked"], [])

    def test_list_and_show_print_names_and_never_a_value(self):
        listed = self.groups("list")
        self.assert_exit(listed, 0)
        self.assertEqual([line.split() for line in listed.stdout.splitlines()],
                         [["group", "services", "variables", "files", "id"], ["shared", "0", "2", "0", GROUP]])
        told, = json.loads(self.groups("list", "-o", "json").stdout)["groups"]
        self.assertEqual((told["variables"], told["secret_files"], told["linked"]), (2, 0, []))
        shown = self.groups("show", "shared")
        self.assert_exit(shown, 0)
        self.assertIn("DATABASE_URL, TOKEN", shown.stdout)
        for said in (listed, shown):
            self.assertNotIn("sesame", said.stdout + said.stderr)

    def test_a_wrong_name_is_refused_with_the_nearest_one_and_nothing_is_written(self):
        refused = self.groups("link", "shared", "bas", "--yes")
        self.assert_exit(refused, 4)
        self.assertIn("did you mean base?", refused.stderr)
        self.assert_exit(self.groups("show", "sharde"), 1)
        self.assert_exit(self.groups("lnk", "shared"), 64)
        self.assert_exit(self.groups("link", "shared"), 64)
        self.assert_exit(self.groups("link", "shared", "base"), 64)
        self.assertEqual(self.render.writes(), [])


if __name__ == "__main__":
    unittest.main()
