"""What README.md and docs/ name exists: commands and flags, pages and headings, files, keys of envlink.yaml. And no
code block shows an output that no test produces."""

import re
import shlex
import subprocess
import unittest

from markdown import INNER_PAGES, PAGES, REPOSITORY, USER_PAGES, anchors, blocks, prose
from scenes import EXAMPLE, HANG, PROGRAM, Scene

# A block without a mark contains only commands; its lines begin with one of these.
COMMAND = re.compile(r"((env|export|[A-Z_]+=\S*|sudo) )*(envlink|scripts/[\w-]+|bench/\w+|build/\S+|cd|cp|curl|docker|git|grep|sha256sum|"
                     r"source|ssh-keygen|export|unset|python3|"
                     r"cmake|ctest|apt-get|man|#)( |$)")
CALL = re.compile(r"(?:^|run: |[|&;($] ?|[A-Z_]+=\S* )envlink( [^|&;#>)`\"]*)")
OTHER_YAML = re.compile(r"name: |- |# yaml-language-server: \S*\n$")  # a workflow, one of its steps, a single line
WORDS = {"COMMAND": "plan", "SHELL": "bash", "FILE": "there-is-no.file", "PLAN": "there-is-no.file", "RUN": "1", "N": "1",
         "SERVICE": "api", "KEY": "PORT", "WORKSPACE.yaml": "there-is-no.file", "X": "2", "SHA256": "0" * 64, "TIME": "1s"}
OWN_FILE = re.compile(r"(src|tests|docs|schema|scripts|examples|bench|packaging|\.ci)/[\w./-]*\w$")


def calls(text):
    """The arguments after `envlink` in the lines of a shell."""
    return [call.strip() for line in text.splitlines() for call in CALL.findall(re.sub(r"(^| )#.*", "", line))]


def stand_in(word):
    """A real word for a placeholder."""
    return "0" * 64 if word.endswith("…") else "there-is-no.file" if "workspace.yaml" in word else WORDS.get(word, word)


def is_whole(block):
    return block.language == "yaml" and re.search(r"^version: 1$", block.text, re.M) is not None


def with_part(block):
    """The example's envlink.yaml, with the sections of the block in place of its own."""
    text = (EXAMPLE / "envlink.yaml").read_text()
    for section in re.findall(r"^(\w+):", block.text, re.M):
        text = re.sub(rf"^{section}:.*\n([ #].*\n|\n)*", "", text, flags=re.M)
    return text + "\n" + block.text


class Text(unittest.TestCase):
    def setUp(self):
        self.scene = Scene()
        self.addCleanup(self.scene.close)
        self.scene.environment["RENDER_HOST"] = "http://127.0.0.1:1/v1"  # nothing listens there

    def envlink(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], cwd=self.scene.folder, env=self.scene.environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=HANG)

    def test_every_command_line_is_understood(self):
        # Without a key and a file each command ends at once; with 64 only if envlink does not know it.
        known = {}
        for page in PAGES:
            lines = [line for block in blocks(page) for line in block.lines if not block.shown or line.startswith("$ ")]
            for call in calls("\n".join(lines)) + re.findall(r"`envlink ([^|`]*)", " ".join(prose(page).split())):
                arguments = [stand_in(word) for word in shlex.split(re.sub(r"[\[\]]", "", call))]
                if len(arguments) == 1:  # only the name of a command
                    arguments += ["--help"]
                if tuple(arguments) not in known:
                    known[tuple(arguments)] = self.envlink(*arguments)
                told = known[tuple(arguments)]
                with self.subTest(page.name, call=call):
                    self.assertTrue(told.returncode != 64 or "--yes" in told.stderr, told.stderr)
        self.assertGreater(len(known), 30)

    def test_an_unknown_command_would_be_noticed(self):
        for line in ("envlink plam", "envlink plan --owt x", "envlink apply --redeploy", "envlink completion tcsh"):
            self.assertEqual(self.envlink(*calls(line)[0].split()).returncode, 64, line)

    def test_a_block_of_code_is_marked_as_shown_or_contains_only_commands(self):
        for page in PAGES:
            for block in blocks(page):
                if block.language or block.shown:
                    continue
                lines = filter(str.strip, re.sub(r"\\\n +", "", block.text).splitlines())
                printed = [line for line in lines if not COMMAND.match(line)]
                with self.subTest(block.place):
                    self.assertEqual(printed[:1], [], "an output needs <!-- shown: … --> before its block")

    def test_every_shown_file_is_valid(self):
        whole = parts = 0
        for page in PAGES:
            for block in blocks(page):
                if block.language != "yaml" or OTHER_YAML.match(block.text):
                    continue
                whole, parts = whole + is_whole(block), parts + (not is_whole(block))
                with self.subTest(block.place):
                    if re.search(r"^api_key:", block.text, re.M):
                        (self.scene.folder / "workspace.yaml").write_text(block.text)
                        self.assertIn("listening on", self.scene.emulate())
                    else:
                        (self.scene.folder / "shown.yaml").write_text(block.text if is_whole(block) else with_part(block))
                        told = self.envlink("validate", "-f", "shown.yaml")
                        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        self.assertGreater(whole, 3)
        self.assertGreater(parts, 2)

    def test_every_link_leads_to_a_page_and_a_heading(self):
        for page in [*PAGES, *REPOSITORY.glob("*.md")]:
            for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
                if re.match(r"https?:", target):
                    continue
                path, _, heading = target.partition("#")
                file = (page.parent / path).resolve() if path else page
                with self.subTest(page.name, target=target):
                    self.assertTrue(file.exists(), "this file does not exist")
                    if heading:
                        self.assertIn(heading, anchors(file))

    def test_every_named_file_exists(self):
        for page in PAGES:
            for name in re.findall(r"`([^`\s]+)`", prose(page)):
                if OWN_FILE.match(name) and "COMMAND" not in name:
                    with self.subTest(page.name, name=name):
                        self.assertTrue((REPOSITORY / name).exists(), "this file does not exist")

    def test_every_page_is_linked_from_the_readme_or_from_the_index_of_how_it_works(self):
        readme = PAGES[0].read_text()
        index = REPOSITORY / "docs/how-it-works/README.md"
        for page in [*USER_PAGES, index]:
            with self.subTest(page.name):
                self.assertIn(f"({page.relative_to(REPOSITORY)})", readme)
        for page in INNER_PAGES:
            with self.subTest(page.name):
                self.assertTrue(page == index or f"({page.name})" in index.read_text())

    def test_there_are_at_most_ten_user_pages_and_they_are_short(self):
        self.assertLessEqual(len(USER_PAGES), 10)
        # The generated table of operations is looked up, not read.
        prose = [page.read_text().partition("<!-- operations -->")[0] for page in USER_PAGES]
        words = [word for text in prose for word in text.split() if re.search(r"\w", word)]
        self.assertLessEqual(len(words), 10100)


if __name__ == "__main__":
    unittest.main()
