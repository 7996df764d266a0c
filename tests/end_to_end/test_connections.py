"""What envlink connects to, as the kernel sees it: the host of Render, and nothing else. It never looks for a newer
version of itself."""

import os
import re
import subprocess
import unittest

from harness import HANG, PROGRAM, Case, desired, workspace


class Connections(Case):
    def setUp(self):
        super().setUp()
        self.write("envlink.yaml", desired())

    def contacted(self, *arguments, emulator=None):
        """The addresses and ports that a command connects or sends to."""
        trace = self.folder / "trace"
        # The leak checker does not work under a tracer.
        environment = self.environment(emulator, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
        told = subprocess.run(["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", trace, PROGRAM, *arguments],
                              cwd=self.folder, env=environment, text=True, timeout=HANG, stdin=subprocess.DEVNULL,
                              capture_output=True)
        self.assert_exit(told, 0)
        return set(re.findall(r'sin6?_port=htons\((\d+)\).*?"([^"]+)"', trace.read_text()))

    def test_commands_that_need_render_contact_only_its_host(self):
        render = self.emulator(workspace())
        host = {(re.search(r":(\d+)/", render.url)[1], "127.0.0.1")}
        for arguments in (["doctor"], ["plan"], ["rehearse"], ["apply", "--yes"], ["verify"], ["status"], ["groups", "list"], ["rollback", "--yes"]):
            self.assertEqual(self.contacted(*arguments, emulator=render), host, arguments)

    def test_all_others_contact_nobody(self):
        for arguments in (["version"], ["version", "-v"], ["--help"], ["validate"], ["runs"], ["completion", "bash"]):
            self.assertEqual(self.contacted(*arguments), set(), arguments)


if __name__ == "__main__":
    unittest.main()
