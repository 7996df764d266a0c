"""Network namespaces as machines: each reaches the database over its own cable, which a test can pull. Needs root, or
the right to make user namespaces."""

import contextlib
import ctypes
import os
import secrets
import socket
import subprocess
import sys
import threading

from postgres import NotPossible, checked

CLONE_NEWNET = 0x40000000


def as_root():
    """Continues in a user namespace of its own if this process is not root. Called before anything else."""
    if os.geteuid() == 0:
        return
    probe = subprocess.run(["unshare", "-Urnm", "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        raise NotPossible(f"Network namespaces need root, or user namespaces: {probe.stderr.strip()}")
    script = 'mount -t tmpfs tmpfs /run && ip link set lo up && exec "$@"'
    os.execvp("unshare", ["unshare", "-Urnm", "sh", "-c", script, "sh", sys.executable, *sys.argv])


class Namespace:
    """`here` is this side of its cable, where a server can listen."""

    def __init__(self, number):
        tag = secrets.token_hex(3)
        self.name, self._cable = f"envlink-{tag}", f"el{tag}"
        self.here, self.there = f"10.{100 + os.getpid() % 100}.{number}.1", f"10.{100 + os.getpid() % 100}.{number}.2"
        try:
            checked(["ip", "netns", "add", self.name])
        except (AssertionError, FileNotFoundError) as problem:
            raise NotPossible(f"A network namespace could not be made: {problem}") from None
        try:
            checked(["ip", "link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.name])
            checked(["ip", "address", "add", f"{self.here}/30", "dev", self._cable])
            checked(["ip", "link", "set", self._cable, "up"])
            for command in (["link", "set", "lo", "up"], ["address", "add", f"{self.there}/30", "dev", "eth0"],
                            ["link", "set", "eth0", "up"]):
                checked(["ip", "-n", self.name, *command])
        except AssertionError:
            self.close()
            raise

    def pull(self):
        """No packet comes through, and neither side is told."""
        checked(["ip", "-n", self.name, "link", "set", "eth0", "down"])

    def plug(self):
        checked(["ip", "-n", self.name, "link", "set", "eth0", "up"])

    def command(self):
        """What a command begins with to run in here."""
        return ("ip", "netns", "exec", self.name)

    def listener(self):
        """A socket that listens on 127.0.0.1 in here; who accepts a connection does so out there."""
        made = []

        def make():
            libc = ctypes.CDLL(None, use_errno=True)
            with open(f"/run/netns/{self.name}") as space:
                if libc.setns(space.fileno(), CLONE_NEWNET) != 0:
                    made.append(OSError(ctypes.get_errno(), "setns"))
                    return
            made.append(socket.create_server(("127.0.0.1", 0)))

        # Only this thread moves, and it ends.
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if isinstance(made[0], OSError):
            raise NotPossible(f"A network namespace could not be entered: {made[0]}")
        return made[0]

    def close(self):
        for command in (["link", "delete", self._cable], ["netns", "delete", self.name]):
            with contextlib.suppress(AssertionError):
                checked(["ip", *command])
