"""A first envlink.yaml, from a workspace and from a Blueprint."""

import json
import os
import shutil
import stat
import subprocess
import unittest

from hostile_server import HostileServer, Rule, told
from harness import EXAMPLE, GROUP, HANG, PROGRAM, REPOSITORY, SERVICES, Case, workspace

SCHEMA = "# yaml-language-server: $schema="

BLUEPRINT = """
envVarGroups:
  - name: shared
    envVars:
      - {key: DATABASE_URL, value: sesame-of-blueprint}
      - {key: TOKEN, generateValue: true}
services:
  - {type: web, name: base, runtime: node, envVars: [fromGroup: shared]}
  - type: web
    name: core
    runtime: node
    envVars:
      - fromGroup: shared
      - {key: BASE, fromService: {type: web, name: base, property: host}}
      - {key: SECRET, value: sesame-of-core}
"""


def linked(**changes):
    source = workspace(**changes)
    source["groups"][0]["links"] = ["base", "core"]
    return source


class FromWorkspace(Case):
    def init(self, emulator, *arguments, **environment):
        return self.run_envlink("init", *arguments, emulator=emulator, **environment)

    def assert_no_difference(self, emulator, *arguments):
        self.assert_exit(self.run_envlink("validate", *arguments), 0)
        self.assert_exit(self.run_envlink("plan", "--detailed-exitcode", *arguments, emulator=emulator), 0)
        self.assertEqual(emulator.writes(), [])

    def test_the_written_file_leads_to_a_plan_without_changes(self):
        emulator = self.emulator(linked())
        said = self.init(emulator)
        self.assert_exit(said, 0)
        self.assertEqual(said.stdout, "")
        self.assertIn("Wrote envlink.yaml: 1 group, 2 services.", said.stderr)
        self.assertIn("2 services are linked to no group", said.stderr)
        self.assertEqual(said.stderr.splitlines()[-1], "Next: envlink plan")
        text = (self.folder / "envlink.yaml").read_text()
        for part in (GROUP, SERVICES["core"], "variables: {min: 2}", "#   - TOKEN", "  # aside: {id: "):
            self.assertIn(part, text)
        self.assertNotIn("sesame", text + said.stderr)
        self.assert_no_difference(emulator)

    def test_the_file_is_complete_and_readable_by_all_and_no_other_is_written(self):
        self.assert_exit(self.init(self.emulator(linked()), "-f", "other.yaml", "-q"), 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.folder / "other.yaml").st_mode), 0o644)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith("other")], ["other.yaml"])

    def test_only_a_schema_next_to_the_file_is_named_because_other_paths_differ_between_machines(self):
        program = self.folder / "bin/envlink"
        installed = self.folder / "share/envlink/schema"
        for folder in (program.parent, installed):
            folder.mkdir(parents=True)
        shutil.copy(PROGRAM, program)
        shutil.copy(REPOSITORY / "schema/envlink.schema.json", installed)
        emulator = self.emulator(linked())

        def head(program, name):
            said = subprocess.run([program, "init", "-q", "-f", name], cwd=self.folder, env=self.environment(emulator),
                                  text=True, capture_output=True, timeout=HANG)
            self.assert_exit(said, 0)
            return (self.folder / name).read_text().splitlines()[0]

        self.assertTrue(head(PROGRAM, "built.yaml").startswith("# Written by envlink init"))
        self.assertTrue(head(program, "installed.yaml").startswith("# Written by envlink init"))
        shutil.copy(installed / "envlink.schema.json", self.folder)
        self.assertEqual(head(program, "beside.yaml"), f"{SCHEMA}envlink.schema.json")

    def test_an_existing_file_is_kept_and_nothing_is_asked(self):
        emulator = self.emulator(linked())
        (self.folder / "envlink.yaml").write_text("mine")
        os.symlink("nowhere", self.folder / "dangling.yaml")
        for arguments in ((), ("-f", "dangling.yaml")):
            refused = self.init(emulator, *arguments)
            self.assert_exit(refused, 1)
            self.assertIn("already", refused.stderr)
            self.assertIn("envlink init -f NEW.yaml", refused.stderr)
        self.assertEqual((self.folder / "envlink.yaml").read_text(), "mine")
        self.assertFalse((self.folder / "nowhere").exists())
        self.assertEqual(emulator.requests(), [])

    def test_a_missing_folder_is_reported(self):
        refused = self.init(self.emulator(linked()), "-f", "missing/envlink.yaml")
        self.assert_exit(refused, 1)
        self.assertIn("Cannot write missing/envlink.yaml", refused.stderr)

    def test_the_file_can_be_written_to_stdout(self):
        emulator = self.emulator(linked())
        said = self.init(emulator, "-f", "-")
        self.assert_exit(said, 0)
        self.assertEqual(said.stderr, "")
        self.assertFalse((self.folder / "envlink.yaml").exists())
        (self.folder / "piped.yaml").write_text(said.stdout)
        self.assert_no_difference(emulator, "-f", "piped.yaml")

    def test_names_that_yaml_could_misread_are_read_back_unchanged(self):
        names = ["true", "12", "1e3", "No", "~", "a: b #c", "größe 🚀", "'quoted\"\\", "- x", "x-mine", "*a", "<<"]
        source = workspace(services=[{"id": f"srv-odd{n}", "name": name, "type": "background_worker"}
                                     for n, name in enumerate(names)])
        source["groups"] = [{"id": f"evg-odd{n}", "name": name, "variables": {"A": "sesame"},
                             "links": [f"srv-odd{(n + 1) % len(names)}", f"srv-odd{n}"]} for n, name in enumerate(names)]
        emulator = self.emulator(source)
        said = self.init(emulator)
        self.assert_exit(said, 0)
        self.assertIn("12 groups, 12 services.", said.stderr)
        self.assert_no_difference(emulator)

    def test_previews_are_left_out(self):
        source = linked()
        source["services"].append({"id": "srv-preview", "name": "base-pr-7", "type": "web_service", "preview_of": "base"})
        source["groups"][0]["links"].append("base-pr-7")
        emulator = self.emulator(source)
        self.assert_exit(self.init(emulator), 0)
        text = (self.folder / "envlink.yaml").read_text()
        self.assertNotIn("base-pr-7", text)
        self.assertIn("also linked to 1 service that Render does not list", text)
        self.assert_no_difference(emulator)

    def test_without_links_the_file_offers_the_groups_and_services_that_exist(self):
        emulator = self.emulator(EXAMPLE / "workspace.yaml")
        said = self.init(emulator, RENDER_API_KEY="rnd_example")
        self.assert_exit(said, 0)
        self.assertIn("Wrote envlink.yaml: 3 groups, 0 services.", said.stderr)
        self.assertIn("Next: open envlink.yaml, uncomment", said.stderr)
        text = (self.folder / "envlink.yaml").read_text()
        self.assertEqual(text.count("link: []}"), 9)
        for command in ("plan", "apply"):
            checked = self.run_envlink(command, emulator=emulator, RENDER_API_KEY="rnd_example")
            self.assert_exit(checked, 0)
            told = checked.stdout if command == "plan" else checked.stderr
            self.assertIn("envlink.yaml names no service yet", told)
            self.assertIn("Next: open envlink.yaml", told)
            self.assertNotIn("Nothing to do", told)
            self.assertNotIn("group-unused", told)
        # The suggestions in the file are enough to begin.
        self.write("envlink.yaml", text.replace("  # toolboxai-mcp: {", "  toolboxai-mcp: {").replace(
            "type: web_service, link: []}", "type: web_service, link: [toolboxai-secrets]}"))
        begun = self.run_envlink("plan", emulator=emulator, RENDER_API_KEY="rnd_example")
        self.assert_exit(begun, 0)
        self.assertIn("link toolboxai-secrets, redeploy", begun.stdout)

    def test_if_there_are_two_workspaces_the_chosen_one_is_pinned(self):
        emulator = self.emulator(linked())
        owners = [{"owner": {"id": id, "name": name, "email": "a@example.com", "type": "team"}, "cursor": id}
                  for id, name in (("tea-another00000000000000", "another"), ("tea-endtoend0000000000000", "endtoend"))]
        front = HostileServer(emulator, [Rule("GET /v1/owners.*", told(owners))])
        self.addCleanup(front.close)
        unclear = self.init(front)
        self.assert_exit(unclear, 4)
        self.assertIn("they are another and endtoend", unclear.stderr)
        self.assertFalse((self.folder / "envlink.yaml").exists())
        self.assert_exit(self.init(front, RENDER_WORKSPACE="endtoend"), 0)
        self.assertIn("workspace: tea-endtoend0000000000000  # endtoend", (self.folder / "envlink.yaml").read_text())
        self.assert_exit(self.run_envlink("plan", "--detailed-exitcode", emulator=front), 0)

    def test_without_a_key_the_error_is_only_about_the_key(self):
        said = self.init(self.emulator(linked()), key=None)
        self.assert_exit(said, 3)
        self.assertIn("No Render API key was found", said.stderr)
        self.assertNotIn("envlink init", said.stderr)
        self.assertNotIn("There is no file", said.stderr)
        self.assertFalse((self.folder / "envlink.yaml").exists())

    def test_without_a_group_nothing_is_written(self):
        empty = self.init(self.emulator(workspace(groups=[])))
        self.assert_exit(empty, 1)
        self.assertIn("has no environment group", empty.stderr)
        self.assertFalse((self.folder / "envlink.yaml").exists())


class FromBlueprint(Case):
    def test_a_blueprint_needs_no_key_and_the_plan_expects_what_it_says(self):
        self.write("render.yaml", BLUEPRINT)
        said = self.run_envlink("init", "--from-blueprint", "render.yaml", key=None)
        self.assert_exit(said, 0)
        text = (self.folder / "envlink.yaml").read_text()
        self.assertIn("after: [base]", text)
        self.assertNotIn("sesame", text + said.stderr)
        emulator = self.emulator(linked())
        planned = self.run_envlink("plan", "-o", "json", emulator=emulator)
        self.assert_exit(planned, 0)
        plan = json.loads(planned.stdout)
        self.assertEqual(plan["links"], [])
        self.assertEqual({service["redeploy"] for service in plan["services"]}, {"unknown"})

    def test_problems_of_a_blueprint_are_reported_with_their_places(self):
        self.write("render.yaml", "services:\n  - {type: web, envVars: []}\n")
        said = self.run_envlink("init", "--from-blueprint", "render.yaml", key=None)
        self.assert_exit(said, 1)
        self.assertIn("render.yaml:2:5: error: a service lacks `name`", said.stderr)
        self.assertFalse((self.folder / "envlink.yaml").exists())

    def test_a_missing_blueprint_or_one_without_groups_is_reported(self):
        self.assert_exit(self.run_envlink("init", "--from-blueprint", "no.yaml", key=None), 1)
        self.write("render.yaml", "services: [{type: web, name: a}]\n")
        said = self.run_envlink("init", "--from-blueprint", "render.yaml", key=None)
        self.assert_exit(said, 1)
        self.assertIn("has no environment groups", said.stderr)


if __name__ == "__main__":
    unittest.main()
