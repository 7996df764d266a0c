"""packaging/surface.txt is that of the program, and a changelog that does not name a change is noticed."""

import difflib
import os
import subprocess
import unittest

from release_maker import REPOSITORY
import changelog
from surface import surface
from tree import ReleaseError

PROGRAM = os.environ.get("ENVLINK", "build/dev/src/envlink")
OLD = """command apply
flag apply: -y, --yes
exit apply: 8
schema plan.schema.json
field plan.schema.json: only.words list of string
"""


class Surface(unittest.TestCase):
    def test_the_file_is_that_of_the_program_and_the_schemas(self):
        manual = subprocess.run([PROGRAM, "__manual"], check=True, capture_output=True, text=True).stdout
        now = surface(manual)
        file = REPOSITORY / "packaging/surface.txt"
        if "UPDATE_GOLDEN" in os.environ:
            file.write_text(now)
        changed = "\n".join(difflib.unified_diff(file.read_text().splitlines(), now.splitlines(), "packaging/surface.txt", "now", n=0, lineterm=""))
        self.assertFalse(changed, f"UPDATE_GOLDEN=1 rewrites it; name the change in CHANGELOG.md:\n{changed}")

    def test_it_has_commands_arguments_flags_exit_codes_and_fields(self):
        lines = (REPOSITORY / "packaging/surface.txt").read_text().splitlines()
        for line in ("command groups link", "arguments apply: [PLAN]", "flag apply: --only SERVICE ...", "flag lint: -o, --output text|json|sarif",
                     "exit apply: 130", "schema plan.schema.json", "field plan.schema.json: only.words list of string",
                     "field plan.schema.json: only? object", "field plan.schema.json: version 1"):
            self.assertTrue(line in lines, line)
        self.assertFalse([line for line in lines if "__" in line])


class Changelog(unittest.TestCase):
    def unnamed(self, change, section):
        return changelog.unnamed(OLD, change(OLD), section)

    def test_nothing_changed(self):
        self.assertEqual(self.unnamed(lambda text: text, "words"), [])

    def test_each_kind_of_change_must_be_named(self):
        for change, named, missing in (
                (lambda text: text.replace("-y, --yes", "-y, --yes-please"), "`--yes-please` in place of `--yes`",
                 ["- flag apply: -y, --yes", "+ flag apply: -y, --yes-please"]),
                (lambda text: text + "flag apply: --now\n", "`apply --now` does it", ["+ flag apply: --now"]),
                (lambda text: text.replace("exit apply: 8", "exit apply: 9"), "ends with 9 where it was exit code 8",
                 ["- exit apply: 8", "+ exit apply: 9"]),
                (lambda text: text + "command store move\n", "`envlink store move`", ["+ command store move"]),
                (lambda text: text.replace("list of string", "string"), "`words` is one string",
                 ["- field plan.schema.json: only.words list of string", "+ field plan.schema.json: only.words string"])):
            with self.subTest(missing[-1]):
                self.assertEqual(self.unnamed(change, "Other sentences, --yesterday and --nowhere, 80 or 90, remove, wordsmith."), missing)
                self.assertEqual(self.unnamed(change, named), [])

    def test_a_command_or_schema_as_a_whole_needs_one_name(self):
        more = "command logs\nflag logs: --deploy ID\nexit logs: 0\nschema logs.schema.json\nfield logs.schema.json: lines list of string\n"
        self.assertEqual(changelog.unnamed(OLD, OLD + more, "words"), ["+ command logs", "+ schema logs.schema.json"])
        self.assertEqual(changelog.unnamed(OLD, OLD + more, "`logs` shows it"), [])
        self.assertEqual(changelog.unnamed(OLD + more, OLD, "`logs` is gone"), [])

    def test_the_first_section_must_be_that_of_the_version_and_have_words(self):
        self.assertEqual(changelog.section_of("# Changelog\n\n## 1.2.3\n\n- a\n\n## 1.2.2\n\n- b\n", "1.2.3"), "- a")
        for text in ("# Changelog\n\n## Unreleased\n\n- a\n\n## 1.2.3\n\n- b\n", "# Changelog\n", "## 1.2.3\n\n## 1.2.2\n\n- b\n"):
            with self.assertRaises(ReleaseError):
                changelog.section_of(text, "1.2.3")


if __name__ == "__main__":
    unittest.main()
