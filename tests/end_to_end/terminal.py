"""The program on a pseudo-terminal."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from harness import HANG, PROGRAM

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal:
    """The program, or another one, with a terminal for all three streams."""

    def __init__(self, arguments, cwd, environment, columns=100, rows=30, program=PROGRAM):
        self.text = ""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen([program, *arguments], cwd=cwd, env=environment, start_new_session=True,
                                        stdin=theirs, stdout=theirs, stderr=theirs,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(theirs)

    def _read(self, deadline):
        ready, _, _ = select.select([self._ours], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError("nothing came any more:\n" + self.text)
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the other side is closed
            data = b""
        self.text += data.decode("utf-8", "replace")
        return data

    def wait_for(self, wanted):
        deadline = time.monotonic() + HANG
        while wanted not in ESCAPES.sub("", self.text):
            if not self._read(deadline):
                raise AssertionError(f"{wanted!r} never came:\n{self.text}")

    def type(self, text):
        os.write(self._ours, text.encode())

    def finish(self):
        deadline = time.monotonic() + HANG
        while self._read(deadline):
            pass
        return self.process.wait(HANG)

    def hang_up(self):
        """The window is closed: the kernel sends SIGHUP. Answers with how the program ended."""
        os.close(self._ours)
        self._ours = None
        return self.process.wait(HANG)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._ours is not None:
            os.close(self._ours)
