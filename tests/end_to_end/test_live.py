"""The live block as a person sees it on a screen: while the window changes, and when it is stopped and ended."""

import os
import re
import signal
import unittest

from harness import HANG, PROGRAM, SERVICES, Case, desired, service, with_service, workspace
from terminal import Terminal

NEVER = "5000s"  # longer than any test


def head_rows(rows):
    return [row for row in rows if re.match(r" *\d+:\d\d +l", row)]


def row_of(name, rows):
    found = [row for row in rows if re.match(rf"[✓✗●○–!] {name} ", row)]
    return found[-1] if found else ""


class Live(Case):
    def apply(self, source, columns=80, rows=24, wanted=None, program=PROGRAM, arguments=("apply", "--yes"), **more):
        self.told_by = self.emulator(source)
        self.write("envlink.yaml", wanted or desired())
        terminal = Terminal(arguments, self.folder, self.environment(self.told_by, **more), columns, rows, program)
        self.addCleanup(terminal.close)
        return terminal

    def assert_whole(self, terminal):
        screen = terminal.screen
        self.assertTrue(screen.cursor, "the cursor stays hidden")
        self.assertTrue(screen.wraps, "lines are not folded any more")
        self.assertFalse(screen.at_once, "the screen waits for more")
        self.assertEqual(screen.colour, "", "a colour stays")

    def assert_one_block(self, rows):
        self.assertEqual(len(head_rows(rows)), 1, "\n".join(rows))
        for name in SERVICES:
            self.assertEqual(len([row for row in rows if re.match(rf"[✓✗●○–] {name} ", row)]), 1, "\n".join(rows))

    def test_the_head_and_one_line_per_service_show_the_progress(self):
        terminal = self.apply(with_service("base", build=NEVER))
        rows = terminal.wait_until(lambda rows: "live in" in row_of("aside", rows) and "building" in row_of("base", rows))
        self.assert_one_block(rows)
        self.assertRegex(head_rows(rows)[0], r"links 2/4  live 1/4  wave 1 of 3  about \d+ min left")
        self.assertRegex("\n".join(rows), r"█+▒+░+  budget left: \d+ of 400 reads, \d+ of 100 writes")
        self.assertRegex(row_of("base", rows), r"^● base   wave 1  building 0:\d\d of ~4:10$")
        self.assertEqual(row_of("core", rows), "○ core   wave 2  waiting for base")
        self.assertEqual(row_of("edge", rows), "○ edge   wave 3  waiting for core")

    def test_narrowing_the_window_leaves_no_remains_of_the_block(self):
        terminal = self.apply(with_service("base", build=NEVER), columns=120)
        terminal.wait_until(lambda rows: "building" in row_of("base", rows))
        for columns in (60, 30, 100, 25):
            self.assert_one_block(terminal.resize(columns, 24))

    def test_a_tiny_window_shows_what_fits(self):
        terminal = self.apply(with_service("base", build=NEVER))
        terminal.wait_until(lambda rows: "building" in row_of("base", rows))
        self.assertRegex("\n".join(terminal.resize(10, 3)), r"^ *\d:\d\d  l…\n  4 serv…$")
        self.assertRegex("\n".join(terminal.resize(30, 1)), r"^ *\d:\d\d  links 2/4")
        self.assert_one_block(terminal.resize(80, 24))
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 130)
        self.assert_whole(terminal)

    def test_wide_characters_and_marks_keep_the_columns_aligned(self):
        names = {"base": "日本語サービス", "core": "cafe\u0301", "edge": "🚀🚀", "aside": "plain"}
        wanted = desired(services={name: {"link": ["shared"]} for name in names.values()})
        source = workspace(services=[{**service(old), "name": new, "build": NEVER} for old, new in names.items()])
        terminal = self.apply(source, wanted=wanted)
        rows = terminal.wait_until(lambda rows: sum("building" in row for row in rows) == 4)
        at = {terminal.screen.column_of("building", i) for i, row in enumerate(rows) if "building" in row}
        self.assertEqual(at, {18}, "\n".join(rows))

    def test_services_that_do_not_fit_are_counted(self):
        many = [f"service-{i:02}" for i in range(40)]
        source = workspace(services=[{**service("base"), "id": f"srv-{i:020}", "name": name, "build": NEVER}
                                     for i, name in enumerate(many)])
        wanted = desired(services={name: {"link": ["shared"]} for name in many}, rollout={"max_parallel": 3})
        terminal = self.apply(source, wanted=wanted)
        rows = terminal.wait_until(lambda rows: sum("building" in row for row in rows) == 3)
        self.assertRegex(rows[-1], r"^  and 20 more: 20 waiting$")
        self.assertLessEqual(len(rows), 23)

    def test_a_failure_stays_above_the_block_with_its_reason(self):
        source = workspace(services=[service("base", outcome="build_failed"), service("core"), service("edge"),
                                     service("aside", build=NEVER)])
        terminal = self.apply(source, rows=40, wanted=desired(rollout={"on_failure": "continue"}))
        rows = terminal.wait_until(lambda rows: any("exit code 1" in row for row in rows) and len(head_rows(rows)) == 1)
        above = "\n".join(rows[:rows.index(head_rows(rows)[0])])
        self.assertRegex(above, r"✗ base: build failed after [\d.]+s\n  base: .*exit code 1")
        self.assertNotIn("sesame", terminal.text)
        self.assert_one_block(rows)
        self.assertIn("failed 1", head_rows(rows)[0])

    def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_draws_the_block_again(self):
        terminal = self.apply(with_service("base", build=NEVER), rows=60, program="bash",
                              arguments=("--norc", "--noprofile", "-i"), PS1="$ ", PROGRAM=os.path.abspath(PROGRAM))
        terminal.type('"$PROGRAM" apply --yes\n')
        terminal.wait_until(lambda rows: "building" in row_of("base", rows))
        terminal.type("\x1a")
        terminal.wait_until(lambda rows: any("Stopped" in row for row in rows) and rows[-1] == "$")
        self.assert_whole(terminal)
        terminal.type("echo in bet''ween\n")
        stopped = terminal.wait_until(lambda rows: "in between" in rows)
        terminal.type("fg\n")
        rows = terminal.wait_until(lambda rows: len(head_rows(rows)) == 2 and "waiting" in rows[-1])
        between = rows.index("in between")
        self.assertEqual(rows[:between + 1], stopped[:between + 1])
        self.assert_one_block(rows[between:])
        terminal.type("\x03")
        terminal.wait_until(lambda rows: rows[-1] == "$")
        self.assert_whole(terminal)
        terminal.type("exit\n")
        self.assertEqual(terminal.finish(), 130)

    def test_a_signal_that_ends_the_program_restores_the_terminal(self):
        for number, ends in ((signal.SIGTERM, 130), (signal.SIGHUP, 130), (signal.SIGQUIT, -signal.SIGQUIT)):
            with self.subTest(number):
                terminal = self.apply(with_service("base", build=NEVER), arguments=("apply", "--yes", "--anew"))
                terminal.wait_until(lambda rows: "building" in row_of("base", rows))
                terminal.process.send_signal(number)
                self.assertEqual(terminal.finish(), ends)
                self.assert_whole(terminal)

    def test_ctrl_c_twice_exits_at_once_and_restores_the_terminal(self):
        # An answer that takes longer than any test: the first Ctrl-C waits for it.
        asks = f"POST /v1/services/{SERVICES['base']}/deploys"
        terminal = self.apply(workspace(faults=[{"match": asks, "nth": 1, "do": {"delay": "900s"}}]))
        terminal.wait_until(lambda _: SERVICES["base"] in self.told_by.deploys_asked_for())
        terminal.type("\x03")
        terminal.wait_until(lambda rows: any("stopping" in row for row in rows))
        terminal.type("\x03")  # not earlier: two pending signals count as one
        self.assertEqual(terminal.finish(), 130)
        self.assert_whole(terminal)

    def test_without_colour_each_state_has_a_sign_and_a_word(self):
        terminal = self.apply(with_service("base", build=NEVER), NO_COLOR="1", LC_ALL="C")
        rows = terminal.wait_until(lambda rows: any(re.match(r">> base .*building", row) for row in rows)
                                   and any(re.match(r"ok aside .*live in", row) for row in rows))
        self.assertIn(".. core   wave 2  waiting for base", rows)
        self.assertNotRegex(terminal.text, r"\x1b\[[0-9;]*m")
        self.assertTrue("\n".join(rows).isascii(), "\n".join(rows))


if __name__ == "__main__":
    unittest.main()
