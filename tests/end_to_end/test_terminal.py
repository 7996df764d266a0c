"""The live block on a terminal, the question, and plain lines elsewhere."""

import re
import subprocess
import unittest

from harness import HANG, PROGRAM, Case, desired, with_service, workspace
from terminal import ESCAPES, Terminal


class Live(Case):
    def terminal(self, *arguments, emulator, **environment):
        terminal = Terminal(arguments, self.folder, self.environment(emulator, **environment))
        self.addCleanup(terminal.close)
        return terminal

    def assert_restored(self, text):
        self.assertEqual(text.rfind("\x1b[?25l") > text.rfind("\x1b[?25h"), False, "the cursor stays hidden")
        self.assertEqual(text.rfind("\x1b[?1049h") > text.rfind("\x1b[?1049l"), False, "the other screen stays")
        colours = re.findall(r"\x1b\[([0-9;]*)m", text)
        self.assertIn(colours[-1] if colours else "0", ("", "0"), "a colour stays")

    def test_yes_applies_the_plan_and_the_terminal_is_restored(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        terminal = self.terminal("apply", emulator=emulator)
        terminal.wait_for("Apply? [y/N]")
        self.assertEqual(emulator.writes(), [])
        terminal.type("y\n")
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertIn("\x1b[", terminal.text)
        self.assertIn("✓ Done in", ESCAPES.sub("", terminal.text))
        self.assert_restored(terminal.text)

    def test_any_other_answer_writes_nothing(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        terminal = self.terminal("apply", emulator=emulator)
        terminal.wait_for("Apply? [y/N]")
        terminal.type("\n")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("Not confirmed; nothing was changed", terminal.text)
        self.assertEqual(emulator.writes(), [])

    def test_ctrl_c_at_the_question_writes_nothing(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        terminal = self.terminal("apply", emulator=emulator)
        terminal.wait_for("Apply? [y/N]")
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 130)
        self.assertIn("Interrupted; nothing was changed", terminal.text)
        self.assertEqual(emulator.writes(), [])

    def test_ctrl_c_during_the_rollout_restores_the_terminal(self):
        emulator = self.emulator(with_service("base", build="5000s"))
        self.write("envlink.yaml", desired())
        terminal = self.terminal("apply", "--yes", emulator=emulator)
        terminal.wait_for("building")
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 130, terminal.text)
        self.assert_restored(terminal.text)

    def test_no_question_is_asked_in_ci_even_on_a_terminal(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        terminal = self.terminal("apply", emulator=emulator, CI="true")
        self.assertEqual(terminal.finish(), 64, terminal.text)

    def test_no_value_is_asked_for_in_ci_even_on_a_terminal(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        terminal = self.terminal("groups", "set", "shared", "DATABASE_URL", emulator=emulator, CI="true")
        self.assertEqual(terminal.finish(), 64, terminal.text)
        self.assertIn("Cannot ask for DATABASE_URL in shared: CI is set", " ".join(terminal.text.split()))

    def test_no_color_works_on_a_terminal(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for arguments, environment in ((["plan", "--no-color"], {}), (["plan", "--color=never"], {}), (["plan"], {"NO_COLOR": "1"})):
            terminal = self.terminal(*arguments, emulator=emulator, **environment)
            self.assertEqual(terminal.finish(), 0)
            self.assertNotIn("\x1b[", terminal.text)
        coloured = self.terminal("plan", emulator=emulator)
        coloured.finish()
        self.assertIn("\x1b[", coloured.text)


class Plain(Case):
    def test_colour_can_be_forced_without_hyperlinks(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        coloured = self.run_envlink("plan", "--color=always", emulator=emulator, NO_COLOR="1", FORCE_HYPERLINK="1")
        self.assert_exit(coloured, 0)
        self.assertIn("\x1b[1m", coloured.stdout)
        self.assertNotIn("\x1b]8", coloured.stdout)
        wrong = self.run_envlink("plan", "--color", "sometimes", emulator=emulator)
        self.assert_exit(wrong, 64)
        self.assertIn("Use auto, always or never", wrong.stderr)

    def test_without_a_terminal_progress_has_no_escape_sequences(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 0)
        self.assertNotIn("\x1b", result.stdout + result.stderr)
        self.assertNotIn("\r", result.stdout + result.stderr)

    def test_stdout_contains_only_the_result(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", "--quiet", emulator=emulator)
        self.assert_exit(result, 0)
        self.assert_done(result.stdout)
        self.assertEqual(result.stderr, "")
        self.assert_done(result.stdout)

    def test_a_result_that_cannot_be_written_is_an_error(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "plan"], cwd=self.folder, env=self.environment(emulator), text=True,
                                    stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=HANG)
        self.assertEqual(result.returncode, 1)
        self.assertIn("could not be written", result.stderr)
        self.assertIn("No space left on device", result.stderr)

    def run_without(self, closed, *arguments, emulator):
        """Runs with redirections of a shell, such as `2>&-`."""
        return subprocess.run(["sh", "-c", f'exec "$0" "$@" {closed}', PROGRAM, *arguments], cwd=self.folder, text=True, timeout=HANG,
                              env=self.environment(emulator), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_output_to_a_closed_stream_is_not_written_to_another_file(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for closed in ("2>&-", ">&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"):
            with self.subTest(closed=closed):
                told = self.run_without(closed, "apply", "--yes", "--redeploy", "all", "-v", emulator=emulator)
                self.assertEqual(told.returncode, 1 if ">&-" in closed.split() else 0, told.stderr)
                for path in self.state_home.rglob("lock-*.json"):
                    for words in ("Step 1", "Done in", "base  live"):
                        self.assertNotIn(words, path.read_text())

    def test_a_closed_stdout_is_an_error_only_if_there_is_a_result(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for arguments in (("plan",), ("plan", "-o", "json"), ("apply", "--yes"), ("verify",), ("version",)):
            with self.subTest(arguments=arguments):
                told = self.run_without(">&-", *arguments, emulator=emulator)
                self.assertEqual(told.returncode, 1)
                self.assertIn("The result could not be written to stdout\n  why: Bad file descriptor", told.stderr)
        told = self.run_without(">&-", "plan", "-f", "gone.yaml", emulator=emulator)
        self.assertNotIn("could not be written", told.stderr)
        self.assertNotEqual(told.returncode, 0)

    def test_a_message_is_wrapped_between_words_and_complete(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        arguments = ("plan", "--redeploy", "base")
        environment = self.environment(emulator, RENDER_API_KEY="rnd_wrong")
        terminal = Terminal(arguments, self.folder, environment, columns=60)
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.finish(), 3)
        lines = ESCAPES.sub("", terminal.text).splitlines()
        self.assertIn("  why: The API key is wrong or was deleted. Render says:", lines)
        self.assertIn('       "unauthorized"', lines)
        self.assertEqual([line for line in lines if len(line) > 60], [])

    def test_closing_the_progress_stream_does_not_stop_the_rollout(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        run = self.start_envlink("apply", "--yes", emulator=emulator)
        run.stderr.readline()
        run.stderr.close()
        self.assert_done(run.stdout.read())
        self.assertEqual(run.wait(HANG), 0)


if __name__ == "__main__":
    unittest.main()
