"""A catalogue of envlink's messages about everything that may go wrong, so that they can be read in one place:
tests/golden/messages.txt. UPDATE_GOLDEN=1 rewrites it; then read it aloud."""

import os
import re
import unittest

from harness import REPOSITORY, Case, desired, workspace

GOLDEN = REPOSITORY / "tests/golden/messages.txt"
HERE = "http://127.0.0.1:1/v1"  # nothing listens there

# What is wrong, the arguments, and further options of the run.
WITHOUT_RENDER = (
    ("a command that is nearly right", ["pln"], {}),
    ("a command that is not known", ["frobnicate"], {}),
    ("a flag that is nearly right", ["apply", "--redploy", "core"], {}),
    ("a flag before the command", ["-f", "other.yaml", "plan"], {}),
    ("a key on the command line", ["plan", "--api-key=rnd_abcdefghijklmnop"], {}),
    ("an argument too many", ["plan", "extra"], {}),
    ("a value that is missing", ["plan", "-f"], {}),
    ("an argument that is missing", ["explain"], {}),
    ("a number out of range", ["resume", "0"], {}),
    ("an output that is not known", ["plan", "-o", "xml"], {}),
    ("a stream of a command without events", ["status", "-o", "jsonl"], {}),
    ("an output of a command that has one", ["emulate", "w.yaml", "-o", "json"], {}),
    ("an output in the environment", ["plan"], {"RENDER_OUTPUT": "toml"}),
    ("no length of time", ["apply", "--lock-wait", "soon"], {}),
    ("faults twice", ["rehearse", "--faults", "f.yaml", "--seed", "7"], {}),
    ("a plan and a file", ["apply", "plan.json", "-f", "envlink.yaml"], {}),
    ("no SHA-256", ["apply", "--expect-hash", "beef"], {}),
    ("an action that is nearly right", ["groups", "lnk"], {}),
    ("a group that is not named", ["groups", "show"], {}),
    ("services that are not named", ["groups", "link", "shared"], {}),
    ("a group to compare with that is not named", ["groups", "diff", "shared"], {}),
    ("what names no key", ["groups", "diff", "shared", "more", "--differ", "A*B"], {}),
    ("a key that is to differ and to be equal", ["groups", "diff", "shared", "more", "--differ", "TOKEN", "--equal", "TOKEN"], {}),
    ("names too many", ["groups", "show", "shared", "base"], {}),
    ("a shell that is not known", ["completion", "tcsh"], {}),
    ("two things for stdout", ["init", "-f", "-", "-o", "json"], {}),
    ("neither file nor key", ["plan"], {"key": None}),
    ("no file", ["plan"], {}),
    ("no file of that name", ["validate", "-f", "stagin.yaml"], {}),
    ("no key", ["groups", "list"], {"key": None}),
    ("no key for a first file", ["init", "-f", "new.yaml"], {"key": None}),
    ("a key that is none", ["groups", "list"], {"key": "not a key"}),
    ("a key of .env that is none", ["groups", "list", "--env-file", "wrong.env"], {"key": None}),
    ("a host without TLS", ["groups", "list"], {"RENDER_HOST": "http://render.example/v1"}),
    ("a host that is none", ["groups", "list"], {"RENDER_HOST": "https://user@render.example/v1"}),
    ("nobody at the host", ["groups", "list"], {"RENDER_HOST": HERE}),
    ("an --env-file that is missing", ["groups", "list", "--env-file", "gone.env"], {}),
    ("a file that has problems", ["validate", "-f", "wrong.yaml"], {}),
    ("a folder in place of the file", ["validate", "-f", "folder"], {}),
    ("a FIFO in place of the file", ["validate", "-f", "fifo"], {}),
    ("a folder in place of .env", ["plan", "-f", "elsewhere/envlink.yaml"], {}),
    ("init over a file", ["init", "-f", "wrong.yaml"], {}),
    ("a Blueprint that is missing", ["init", "--from-blueprint", "gone.yaml"], {}),
    ("a Blueprint without groups", ["init", "--from-blueprint", "empty.yaml"], {}),
    ("a plan's file that is missing", ["apply", "gone.json"], {}),
    ("a plan's file that is none", ["apply", "wrong.yaml"], {}),
    ("no run to resume", ["resume", "7"], {}),
    ("no run to roll back", ["rollback"], {}),
    ("no place for the journal", ["runs"], {"XDG_STATE_HOME": "", "HOME": ""}),
    ("a file in place of the journal's folder", ["runs"], {"XDG_STATE_HOME": "FOLDER/wrong.yaml"}),
    ("a workspace to serve that is missing", ["emulate", "gone.yaml"], {}),
    ("a workspace to serve that is wrong", ["emulate", "wrong.yaml"], {}),
    ("a certificate in place of another file", ["emulate", "right.yaml", "--tls", "wrong.yaml"], {}),
)

WITH_RENDER = (
    ("a key that Render refuses", ["plan"], {"key": "rnd_wrongWrongWrong"}),
    ("nobody to ask", ["apply"], {}),
    ("a workspace that the key does not reach", ["plan"], {"RENDER_WORKSPACE": "elsewhere"}),
    ("a service that is missing", ["explain", "cor"], {}),
    ("a deploy that is missing", ["logs", "core", "--deploy", "dep-00000000000000000000"], {}),
    ("what cannot be a deploy", ["logs", "core", "--deploy", "7"], {}),
    ("a group to show that is missing", ["groups", "show", "shard"], {}),
    ("a group to compare with that is missing", ["groups", "diff", "shared", "mor"], {}),
    ("a group to compare with itself", ["groups", "diff", "shared", "shared"], {}),
    ("another workspace that the key does not reach", ["groups", "diff", "shared", "shared", "--other-workspace", "elsewhere"], {}),
    ("a service to link that is missing", ["groups", "link", "shared", "cor", "--yes"], {}),
    ("another plan than expected", ["apply", "--yes", "--expect-hash", "0" * 64], {}),
    ("a file that cannot be written", ["plan", "--out", "no/such/plan.json"], {}),
    ("faults that are missing", ["rehearse", "--faults", "gone.yaml"], {}),
    ("a service to fail that is missing", ["rehearse", "--fail", "cor"], {}),
)


class Messages(Case):
    def setUp(self):
        super().setUp()
        self.write("wrong.yaml", "version: 1\nservcies: {}\n")
        self.write("wrong.env", "# copied\nRENDER_API_KEY=your-api-key-here\n")
        self.write("right.yaml", workspace())
        self.write("empty.yaml", "services: []\n")
        (self.folder / "folder").mkdir()
        (self.folder / "elsewhere/.env").mkdir(parents=True)
        self.write("elsewhere/envlink.yaml", desired())
        os.mkfifo(self.folder / "fifo")

    def told(self, title, arguments, given, emulator=None):
        given = {name: value.replace("FOLDER", str(self.folder)) if value else value for name, value in given.items()}
        result = self.run_envlink(*arguments, emulator=emulator, **given)
        self.assertNotEqual(result.returncode, 0, title)
        said = result.stderr
        if "\nenvlink: " in said:  # without the plan, or messages about waiting
            said = said[said.index("\nenvlink: ") + 1:]
        self.check(title, said)
        for pattern, word in ((re.escape(str(self.folder)), "FOLDER"), (r"127\.0\.0\.1:\d{3,}", "127.0.0.1:PORT"),
                              (r"after \d+ ms: Could(n.t| not)", "after N ms: Couldn't"), (r"request id [^)]*", "request id …"), (r"[0-9a-f]{64}", "SHA-256")):
            said = re.sub(pattern, word, said)
        return f"== {title}: envlink {' '.join(arguments)}  (exit {result.returncode})\n{said}"

    def check(self, title, said):
        """What every message must have."""
        self.assertRegex(said, r"→|\n  1\. |\n += |help: ", f"{title}: no way out is told")
        self.assertNotRegex(said, r"rnd_[a-z]{4}|sesame", title)
        for line in said.splitlines():
            if line.startswith("envlink: "):
                self.assertRegex(line, r"\Aenvlink: ([^a-z ]|envlink |\S+\.\S+ )", title)

    def test_the_messages_match_the_golden_file(self):
        told = [self.told(*case) for case in WITHOUT_RENDER]
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        told += [self.told(*case, emulator=emulator) for case in WITH_RENDER]
        self.assertEqual(emulator.writes(), [])
        text = "\n".join(told)
        if os.environ.get("UPDATE_GOLDEN") == "1":
            GOLDEN.parent.mkdir(exist_ok=True)
            GOLDEN.write_text(text)
        self.assertEqual(text, GOLDEN.read_text())


if __name__ == "__main__":
    unittest.main()
