"""The exchanges of Render's own clients (Terraform provider, CLI, MCP server), played against the emulator over a
socket. Each *.json here is one client and one workflow; replay.py says what a file holds."""

import http.client
import pathlib
import sys
import unittest
import urllib.parse
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "end_to_end")]
import harness  # noqa: E402
import replay  # noqa: E402

KEY = "rnd_ForeignKey0123456789abcdef"
TRAPS = [f"E{number}" for number in range(1, 13)]


class Connection:
    """One connection that is kept open, as these clients do."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.prefix = parts.path
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=harness.HANG)

    def send(self, method, target, body, accept, key):
        content = (body or "").encode()
        headers = {"Authorization": f"Bearer {key or KEY}", "Accept": "application/json"}
        if accept:
            headers["Accept-Encoding"] = accept
        if body is not None:
            headers["Content-Type"] = "application/json"
        if method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(content))
        self.connection.putrequest(method, self.prefix + target, skip_accept_encoding=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(content)
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.getheader("Content-Encoding") == "gzip":
            text = zlib.decompress(text, wbits=31)
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, text.decode()

    def close(self):
        self.connection.close()


def plays():
    return sorted(HERE.glob("*.json"))


class Foreign(harness.Case):
    totals = []
    told = {}

    def check(self, path):
        play = replay.load(path)
        emulator = self.emulator({"version": 1, "api_key": KEY, **play["workspace"]}, speed=play.get("speed", 1), flags=["--gzip"])
        connection = Connection(emulator.url)
        self.addCleanup(connection.close)
        result = replay.play_all(play, connection.send)
        lines = []
        for number, step, found in result:
            trap = f" [{step['trap']}]" if "trap" in step else ""
            lines += [f"{play['client']}, {play['workflow']}, step {number} {step['call']}{trap}: {line}" for line in found or []]
            if "trap" in step and found != []:
                self.told.setdefault(step["trap"], []).append(f"{path.stem} {number}")
        skipped = sum(found is None for _, _, found in result)
        if skipped:
            lines.append(f"{play['client']}, {play['workflow']}: {skipped} steps not played, for want of an earlier reply")
        good = sum(found == [] for _, _, found in result)
        self.totals.append((path.stem, good, len(result)))
        if lines:
            self.fail("\n" + "\n".join(lines))

    def test_every_known_trap_has_a_step(self):
        noticed = {step["trap"] for path in plays() for step in replay.load(path)["steps"] if "trap" in step}
        self.assertEqual(noticed, set(TRAPS))

    @classmethod
    def tearDownClass(cls):
        for name, good, steps in cls.totals:
            print(f"{good:4} of {steps:3} steps as the client expects: {name}")
        for trap in TRAPS:
            if trap in cls.told:
                print(f"trap {trap}: {', '.join(cls.told[trap])}")


def add(path):
    def test(self):
        self.check(path)

    test.__name__ = "test_" + path.stem
    setattr(Foreign, test.__name__, test)


for play_file in plays():
    add(play_file)

if __name__ == "__main__":
    unittest.main()
