"""The tables of the reference are complete: commands, flags, exit codes, keys of the file, settings of the
emulator."""

import json
import os
import re
import subprocess
import unittest
import urllib.request

from markdown import PAGES, REPOSITORY
from scenes import HANG, PROGRAM, Scene

DOCS = REPOSITORY / "docs"


def help_of(*command):
    return subprocess.run([PROGRAM, *command, "--help"], text=True, capture_output=True, timeout=HANG).stdout


def rows(page, heading):
    """The first cells of the table below a heading."""
    section = ("\n" + (DOCS / page).read_text()).partition(f"\n{heading}\n")[2]
    table = re.search(r"(^\|.*\n)+", section, re.M)[0].splitlines()[2:]
    return [line.split("|")[1].strip() for line in table]


def tests_of(path):
    """The names of the tests in a file, in words."""
    text = (REPOSITORY / path).read_text()
    if path.endswith(".py"):
        return [name.replace("_", " ") for name in re.findall(r"^ +def test_(\w+)", text, re.M)]
    cases = re.findall(r'^TEST_CASE\(((?:\s*"(?:[^"\\]|\\.)*")+)\)', text, re.M)
    return ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', case)) for case in cases]


def commands():
    """The commands; those of `groups` with both words."""
    return re.findall(r"^  (\w+(?: \w+)?)  ", help_of().partition("\nGlobal flags:\n")[0], re.M)


def keys(node, whole, path=""):
    """Every key in the schema of the file; NAME where the user gives a name."""
    if "$ref" in node:
        target = whole
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    for key, value in node.get("properties", {}).items():
        inner = set(keys(value, whole, f"{path}{key}."))
        yield from inner or {path + key}
        if {"oneOf", "anyOf"} & value.keys():
            yield path + key
    more = node.get("additionalProperties")
    if isinstance(more, dict):
        yield from keys(more, whole, path + "NAME.")
    for other in node.get("oneOf", []) + node.get("anyOf", []):
        yield from keys(other, whole, path)


def folded(path, paths, lacking):
    """The shortest prefix of a path below which no path of several is modelled; else the path."""
    parts = path.split("/")
    for count in range(2, len(parts)):
        prefix = "/".join(parts[:count]) + "/"
        below = {other for other in paths if other.startswith(prefix)}
        if len(below) > 1 and below <= lacking:
            return prefix + "…"
    return path


def table_of_operations(operations):
    """A row for each path of Render's API: its methods by how far the emulator models them. Paths with the same prefix
    share one if none is modelled."""
    paths = {one["path"] for one in operations}
    lacking = paths - {one["path"] for one in operations if one["state"] != "not modelled"}
    rows = {}
    for one in operations:
        rows.setdefault(folded(one["path"], paths, lacking), []).append(one)
    lines = ["| path | modelled | partly | not modelled |", "|---|---|---|---|"]
    for path, methods in rows.items():
        cells = {state: ", ".join(one["method"] for one in methods if one["state"] == state)
                 for state in ("modelled", "partly", "not modelled")}
        lacks = dict.fromkeys(one["lacks"] for one in methods if "lacks" in one)
        partly = cells["partly"] + (": " + "; ".join(lacks) if lacks else "")
        missing = f"{len(methods)} operations" if path.endswith("/…") else cells["not modelled"]
        lines.append(f"| `{path}` | {cells['modelled']} | {partly} | {missing} |")
    return "\n".join(re.sub(" {2,}", " ", line) for line in lines) + "\n"


def operation(method, path, state="not modelled"):
    return {"method": method, "path": path, "state": state}


class Reference(unittest.TestCase):
    def test_only_paths_below_a_prefix_without_anything_modelled_share_a_row(self):
        table = table_of_operations([operation("GET", "/a/b"), operation("PUT", "/a/b"), operation("GET", "/a/c/d"),
                                     operation("GET", "/e/f"), operation("GET", "/e/g", "modelled"),
                                     operation("POST", "/h/i")])
        self.assertEqual(table.splitlines()[2:], ["| `/a/…` | | | 3 operations |", "| `/e/f` | | | GET |",
                                                  "| `/e/g` | GET | | |", "| `/h/i` | | | POST |"])

    def test_the_page_of_the_emulator_lists_each_operation(self):
        scene = Scene()
        self.addCleanup(scene.close)
        (scene.folder / "workspace.yaml").write_text("version: 1\n")
        address = re.search(r"http://[^/]+", scene.emulate())[0]
        with urllib.request.urlopen(f"{address}/_emulator/operations", timeout=HANG) as reply:
            operations = json.load(reply)["operations"]
        table = table_of_operations(operations)
        page = DOCS / "emulator.md"
        before, mark, after = page.read_text().partition("<!-- operations -->\n")
        shown = re.match(r"(\|.*\n)*", after)[0]
        if os.environ.get("UPDATE_SHOWN"):
            page.write_text(before + mark + table + after[len(shown):])
        else:
            self.assertEqual(shown, table, "UPDATE_SHOWN=1 rewrites the table")

    def test_every_command_has_a_row(self):
        told = " ".join(rows("commands.md", "# Commands"))
        for command in commands():
            self.assertRegex(told, rf"`{command}\b")
        for command in re.findall(r"`([a-z]+(?: [a-z]+)?)", told):
            self.assertIn(command, commands())

    def test_every_flag_is_described_somewhere(self):
        pages = "\n".join(page.read_text() for page in PAGES)
        flags = {flag for command in [*commands(), ""] for flag in re.findall(r"(?<=[ ,])--[a-z][\w-]*", help_of(*command.split()))}
        self.assertGreater(len(flags), 20)
        for flag in sorted(flags - {"--help", "--output", "--verbose", "--quiet"}):  # pages use the short forms
            with self.subTest(flag):
                self.assertRegex(pages, rf"(?<![\w-]){flag}(?![\w-])")

    def test_the_table_has_every_exit_code_of_the_help_and_no_other(self):
        promised = {"0", "64", "130"}
        for command in commands():
            promised |= set(re.findall(r"^  (\d+) ", help_of(*command.split()).partition("Exit codes:")[2], re.M))
        self.assertEqual(promised, set(rows("commands.md", "## Exit codes")))

    def test_every_key_of_the_file_has_a_row(self):
        schema = json.loads((REPOSITORY / "schema/envlink.schema.json").read_text())
        told = set(re.findall(r"`([\w.]+)`", " ".join(rows("file.md", "# The file: envlink.yaml"))))
        known = {key for key in keys(schema, schema) if not key.startswith("policy.") and not key.endswith(".min")} | {"policy"}
        self.assertEqual(told, known)

    def test_the_emulator_accepts_each_setting_of_its_page(self):
        page = (DOCS / "how-it-works/emulator.md").read_text().partition("| behaviour |")[2].partition("\n\n")[0]
        tried = 0
        for row in page.splitlines()[2:]:
            settings, values, _ = (re.findall(r"`([^`]+)`", cell) or re.findall(r"\d+", cell) for cell in row.split("|")[1:4])
            pairs = zip(settings, values) if len(settings) > 1 else [(settings[0], value) for value in values]
            for setting, value in pairs:
                with self.subTest(setting, value=value):
                    scene = Scene()
                    self.addCleanup(scene.close)
                    (scene.folder / "workspace.yaml").write_text(f"version: 1\nbehaviour: {{{setting}: {value}}}\n")
                    self.assertIn("listening on", scene.emulate())
                    tried += 1
        self.assertGreater(tried, 15)

    def test_every_word_of_status_has_a_test_that_exists(self):
        heading = "## The tests of the words of `status`"
        table = (DOCS / "how-it-works/simulation.md").read_text().partition(f"\n{heading}\n")[2].partition("\n## ")[0]
        named = re.findall(r"\| `([^`]+)`: ([^|]+) \|$", table, re.M)
        words = rows("how-it-works/simulation.md", heading)
        self.assertEqual(len(named), len(words))
        self.assertEqual(words, rows("how-it-works/status.md", "## The evidence for each word"))
        for path, names in named:
            for name in names.split("; "):
                with self.subTest(path, name=name):
                    self.assertTrue(any(test.startswith(name) for test in tests_of(path)), "this test does not exist")

    def test_every_page_named_in_the_sources_exists(self):
        for folder in ("src", "tests", "bench", "scripts", "examples", "packaging", "schema"):
            for path in (REPOSITORY / folder).rglob("*"):
                if path.suffix not in (".cpp", ".h", ".py", ".yaml", ".json", "") or not path.is_file():
                    continue
                for name in re.findall(r"(?<![\w/])docs/[\w/-]+\.md", path.read_text(errors="replace")):
                    with self.subTest(str(path.relative_to(REPOSITORY)), name=name):
                        self.assertTrue((REPOSITORY / name).exists())


if __name__ == "__main__":
    unittest.main()
