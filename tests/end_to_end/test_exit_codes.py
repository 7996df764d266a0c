"""Each exit code of the table, with its message and what was not done."""

import socket
import unittest

from harness import SERVICES, Case, desired, read_until, with_service, workspace


class Refusals(Case):
    def test_a_wrong_key_is_exit_3_and_never_shown(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        for command in (["plan"], ["apply", "--yes"], ["verify"]):
            result = self.run_envlink(*command, emulator=emulator, key="rnd_wrongWrongWrong")
            self.assert_exit(result, 3)
            self.assertIn("RENDER_API_KEY", result.stderr)
            self.assertNotIn("wrongWrong", result.stdout + result.stderr)
        self.assertIn("✗ Step 1", result.stdout)
        self.assertEqual(emulator.writes(), [])

    def test_without_a_key_the_error_says_where_to_put_one(self):
        self.write("envlink.yaml", desired())
        result = self.run_envlink("plan", key=None)
        self.assert_exit(result, 3)
        self.assertIn("RENDER_API_KEY", result.stderr)
        self.assertIn(".env", result.stderr)

    def test_a_group_that_does_not_exist_is_exit_4_and_nothing_is_written(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired(groups={"shared": {}, "absent": {}},
                                           services={"base": {"link": ["absent"]}}))
        for command in (["plan"], ["apply", "--yes"]):
            result = self.run_envlink(*command, emulator=emulator)
            self.assert_exit(result, 4)
            self.assertIn("absent", result.stdout + result.stderr)
        self.assertEqual(emulator.writes(), [])

    def test_apply_without_a_terminal_needs_yes(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", emulator=emulator)
        self.assert_exit(result, 64)
        self.assertIn("--yes", result.stderr)
        self.assertEqual(emulator.writes(), [])

    def test_a_file_with_problems_is_exit_1_and_shows_all_of_them(self):
        self.write("envlink.yaml", "version: 1\nservcies: {}\ngroups: {a: {variables: many}}\n")
        result = self.run_envlink("validate")
        self.assert_exit(result, 1)
        self.assertIn("services", result.stderr)
        self.assertIn("envlink.yaml:2:1", result.stderr)
        self.assertIn("envlink.yaml:3:", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_an_unreachable_render_is_exit_1_and_step_1_fails(self):
        with socket.socket() as unused:  # bound, but not listening
            unused.bind(("127.0.0.1", 0))
            host = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
            self.write("envlink.yaml", desired(api={"retries": 1}))
            result = self.run_envlink("verify", RENDER_HOST=host)
        self.assert_exit(result, 1)
        self.assertIn("✗ Step 1", result.stdout)


class Rollouts(Case):
    def test_a_failing_build_is_exit_5_and_lists_what_never_started(self):
        emulator = self.emulator(with_service("core", outcome="build_failed"))
        self.write("envlink.yaml", desired())
        result = self.run_envlink("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 5)
        self.assertNotIn(SERVICES["edge"], emulator.deploys_asked_for())
        failed, never = result.stderr.index("Failed"), result.stderr.index("Not started")
        self.assertIn("core", result.stderr[failed:never])
        self.assertIn("edge", result.stderr[never:])
        self.assertNotIn("✓ Step", result.stdout)

    def test_a_build_that_outlasts_the_timeout_is_exit_7(self):
        emulator = self.emulator(with_service("base", build="5000s"))
        self.write("envlink.yaml", desired({"timeout": "2s"}))
        result = self.run_envlink("apply", "--yes", emulator=emulator)
        self.assert_exit(result, 7)
        self.assertIn("base", result.stderr)

    def test_a_second_apply_at_the_same_time_is_exit_8(self):
        emulator = self.emulator(with_service("base", build="5000s"))
        self.write("envlink.yaml", desired())
        first = self.start_envlink("apply", "--yes", emulator=emulator)
        read_until(first.stderr, "building")
        second = self.run_envlink("apply", "--yes", "--redeploy", "all", emulator=emulator)
        self.assert_exit(second, 8)
        self.assertIn(str(first.pid), second.stderr)

    def test_verify_is_exit_2_while_something_differs(self):
        emulator = self.emulator(workspace())
        self.write("envlink.yaml", desired())
        result = self.run_envlink("verify", emulator=emulator)
        self.assert_exit(result, 2)
        self.assertIn("✓ Step 1", result.stdout)
        self.assertIn("✗ Step 3", result.stdout)


if __name__ == "__main__":
    unittest.main()
