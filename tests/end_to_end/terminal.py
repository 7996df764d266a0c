"""The program on a pseudo-terminal."""

import codecs
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
from screen import Screen

BLOCK_ENDS = "\x1b[?2026l"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal:
    """A program on a terminal for all three of its streams."""

    def __init__(self, arguments, cwd, environment, columns=100, rows=30, program=PROGRAM):
        self.text = ""
        self.screen = Screen(columns, rows)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
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
        except OSError:  # the other side was closed
            data = b""
        text = self._decoder.decode(data)
        self.text += text
        self.screen.feed(text)
        return data

    def wait_for(self, wanted):
        deadline = time.monotonic() + HANG
        while wanted not in ESCAPES.sub("", self.text):
            if not self._read(deadline):
                raise AssertionError(f"{wanted!r} never came:\n{self.text}")

    def wait_until(self, seen):
        """Waits until the screen has a complete block and `seen(rows)` is true."""
        deadline = time.monotonic() + HANG
        while self.screen.at_once or not seen(self.screen.rows()):
            if not self._read(deadline):
                raise AssertionError("it never looked so:\n" + "\n".join(self.screen.rows()))
        return self.screen.rows()

    def resize(self, columns, rows):
        """Returns when the block was drawn in the new size."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        deadline = time.monotonic() + HANG
        while select.select([self._ours], [], [], 0)[0]:  # blocks drawn for the old size
            self._read(deadline)
        self.screen.resize(columns, rows)
        painted = self.text.count(BLOCK_ENDS) + 2  # the first one may have been measured before the resize
        return self.wait_until(lambda _: self.text.count(BLOCK_ENDS) >= painted)

    def type(self, text):
        os.write(self._ours, text.encode())

    def finish(self):
        deadline = time.monotonic() + HANG
        while self._read(deadline):
            pass
        return self.process.wait(HANG)

    def hang_up(self):
        """Closes the window: the kernel sends SIGHUP. Returns how the program ended."""
        os.close(self._ours)
        self._ours = None
        return self.process.wait(HANG)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._ours is not None:
            os.close(self._ours)
