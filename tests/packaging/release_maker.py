"""Small releases for tests, made and signed by the code that makes the real ones, with a key of the test. And a server on
loopback that hands them out, well or badly."""

import contextlib
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPOSITORY / "packaging/release"))
import assemble  # noqa: E402
import signature  # noqa: E402
from targets import TARGETS  # noqa: E402
from tree import Entry, below, gzipped, tar  # noqa: E402

TIME = 1_700_000_000


def make_key(folder, name="key"):
    """A release key, and the file of keys that users trust."""
    key = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    keys = folder / f"{name}_keys"
    keys.write_text(f"# of a test\n{signature.trusting(key)}\n")
    return key, keys


class ReleaseTest(unittest.TestCase):
    """A release key for the tests of the class, and a folder for each of them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.key_folder = pathlib.Path(folder.name)
        cls.key, cls.keys = make_key(cls.key_folder)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


def program(version):
    """A stand-in that knows its version."""
    return f'#!/bin/sh\n[ "$1" = version ] && echo "envlink {version}"\n'.encode()


def installation(version, does=None):
    return [Entry("bin", 0o755), Entry("bin/envlink", 0o755, does or program(version)),
            Entry("share", 0o755), Entry("share/doc", 0o755), Entry("share/doc/envlink", 0o755),
            Entry(f"share/doc/envlink/{version}.md", 0o644, b"words"),
            Entry("share/envlink", 0o755), Entry("share/envlink/schema", 0o755),
            Entry("share/envlink/schema/plan.schema.json", 0o644, b"{}"),
            Entry("share/man", 0o755), Entry("share/man/man1", 0o755), Entry("share/man/man1/envlink.1", 0o644, version.encode())]


def archive(version, target, does=None):
    return gzipped(tar(below(f"envlink-{version}-{target}", installation(version, does)), TIME))


def sign_sums(folder, key):
    sums = folder / "SHA256SUMS"
    names = sorted(one.name for one in folder.iterdir() if not one.name.startswith("SHA256SUMS"))
    sums.write_text("".join(f"{assemble.sha256((folder / name).read_bytes())}  {name}\n" for name in names))
    signature.sign(sums, key)


def make_release(releases, version, url, key, keys, does=None):
    """releases/vVERSION with an archive for each target and install.sh."""
    folder = releases / f"v{version}"
    folder.mkdir(parents=True)
    for target in TARGETS:
        (folder / f"envlink-{version}-{target}.tar.gz").write_bytes(archive(version, target, does))
    (folder / "install.sh").write_bytes(assemble.installer(version, url, keys))
    sign_sums(folder, key)
    return folder


class Server(contextlib.AbstractContextManager):
    """Serves `root`. `answers` has, by the end of a path, a function that answers in its own way: it gets the handler."""

    def __init__(self, root):
        self.root, self.answers, self.asked, self.sent = root, {}, [], 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                for end, answer in outer.answers.items():
                    if self.path.endswith(end):
                        with contextlib.suppress(ConnectionError):
                            answer(self)
                        return
                file = outer.root / self.path.lstrip("/")
                if file.is_file():
                    outer.give(self, file.read_bytes())
                else:
                    self.send_error(404)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def give(self, handler, data, length=None, kind="application/octet-stream"):
        """`length`: what is announced, if it is not the truth."""
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)
        self.sent += len(data)

    def give_without_end(self, handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)
            self.sent += 65536
