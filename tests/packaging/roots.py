#!/usr/bin/env python3
"""Uses the static program in bare systems: a folder with nothing but the program, and new systems of distributions.
Each has its own network, with a name server that knows one name in one domain. Needs root.

usage: tests/packaging/roots.py TARGET [--emulator QEMU] [SYSTEM...]
  TARGET      build/TARGET/package/bin/envlink, as scripts/package leaves it
  QEMU        runs programs of another processor: /usr/bin/qemu-aarch64-static
  SYSTEM      a suite of Debian, made with mmdebstrap (bullseye bookworm trixie), or the folder of a system to copy"""

import argparse
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLE = REPOSITORY / "examples/toolboxai"
KNOWN = "render.corp.example"


def serve_names():
    """Answers 127.0.0.1 for KNOWN, and that every other name does not exist."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        asked, client = server.recvfrom(512)
        end = asked.index(b"\0", 12) + 5
        labels, at = [], 12
        while asked[at]:
            labels.append(asked[at + 1:at + 1 + asked[at]].decode())
            at += 1 + asked[at]
        known = ".".join(labels).lower() == KNOWN
        wants_ipv4 = asked[end - 4:end - 2] == b"\0\1"
        answers = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1" if known and wants_ipv4 else b""
        head = asked[:2] + (b"\x81\x80" if known else b"\x81\x83") + struct.pack(">HHHH", 1, 1 if answers else 0, 0, 0)
        server.sendto(head + asked[12:end] + answers, client)


def said(process, code=0):
    with process:
        out, err = process.communicate(timeout=300)
    if process.returncode != code:
        raise AssertionError(f"{process.args} ended with exit code {process.returncode}, not {code}\n{out}{err}")
    return out + err


class System:
    def __init__(self, root, program, qemu):
        self.root = root
        self.work = root / "work"
        self.work.mkdir()
        shutil.copy(program, root / "envlink")
        for file in EXAMPLE.glob("*.yaml"):
            shutil.copy(file, self.work)
        self.command = ["/envlink"]
        if qemu:
            shutil.copy(qemu, root / "qemu")
            self.command = ["/qemu", "/envlink"]

    def start(self, *words, **variables):
        def enter():
            os.chroot(self.root)
            os.chdir("/work")
            os.setgroups([])
            os.setgid(12345)
            os.setuid(12345)  # a user that no file of the system knows

        environment = {"HOME": "/work", "XDG_STATE_HOME": "/work/state", "RENDER_API_KEY": "rnd_example", "COLUMNS": "80", **variables}
        return subprocess.Popen([*self.command, *words], env=environment, preexec_fn=enter, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words, code=0, **variables):
        return said(self.start(*words, **variables), code)


def expect(part, text):
    if part not in text:
        raise AssertionError(f"{part!r} is not in:\n{text}")


def use(system):
    expect("envlink ", system.run("version"))
    system.run("validate")
    with system.start("emulate", "workspace.yaml", "--speed", "1000") as emulator:
        try:
            host = emulator.stdout.readline().removeprefix("listening on ").strip()
            plans = {system.run("plan", RENDER_HOST=host, LC_ALL=locale) for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "zh_CN.GB18030")}
            if len(plans) != 1:
                raise AssertionError("the plan depends on the locale")
            expect("9 links confirmed, 9 services live", system.run("apply", "--yes", RENDER_HOST=host))
            expect("All 9 services are live", system.run("verify", RENDER_HOST=host))
        finally:
            emulator.terminate()
    with system.start("emulate", "workspace.yaml", "--tls", "ca.pem") as emulator:
        try:
            host = emulator.stdout.readline().removeprefix("listening on ").strip()
            bundle = system.root / "etc/ssl/certs/ca-certificates.crt"
            kept = bundle.read_bytes() if bundle.exists() else None
            refused = system.run("groups", "list", RENDER_HOST=host, code=1)
            expect("certificate was not accepted", refused)
            if kept is None:
                expect("Install the package ca-certificates", refused)
            system.run("groups", "list", RENDER_HOST=host, SSL_CERT_FILE="/work/ca.pem")
            bundle.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(system.work / "ca.pem", bundle)
            system.run("groups", "list", RENDER_HOST=host)
            # Found through the domain to search; the certificate is of another name.
            port = host.split(":")[2].partition("/")[0]
            known, unknown = (system.start("groups", "list", RENDER_HOST=f"https://{name}:{port}/v1") for name in ("render", "unknown"))
            expect("certificate was not accepted", said(known, code=1))
            expect("host name was not found", said(unknown, code=1))
        finally:
            emulator.terminate()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--emulator")
    parser.add_argument("systems", nargs="*")
    given = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("roots.py must run as root: it changes the root folder")
    if "ENVLINK_OWN_NETWORK" not in os.environ:
        os.environ["ENVLINK_OWN_NETWORK"] = "yes"
        with tempfile.TemporaryDirectory() as made:
            for number, system in enumerate(given.systems):
                make = ["cp", "-a", system] if "/" in system else ["mmdebstrap", "--quiet", "--variant=essential", system]
                subprocess.run([*make, f"{made}/{number}"], check=True)
            os.environ["ENVLINK_ROOTS"] = made
            sys.exit(subprocess.run(["unshare", "--net", sys.executable, *sys.argv]).returncode)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    threading.Thread(target=serve_names, daemon=True).start()

    program = REPOSITORY / "build" / given.target / "package/bin/envlink"
    with tempfile.TemporaryDirectory() as empty:
        roots = [("nothing but the program", pathlib.Path(empty))]
        roots += [(system, pathlib.Path(os.environ["ENVLINK_ROOTS"], str(number))) for number, system in enumerate(given.systems)]
        for name, root in roots:
            root.chmod(0o755)
            (root / "etc").mkdir(exist_ok=True)
            (root / "etc/resolv.conf").unlink(missing_ok=True)
            (root / "etc/resolv.conf").write_text(f"nameserver 127.0.0.1\nsearch {KNOWN.partition('.')[2]}\n")
            system = System(root, program, given.emulator)
            (system.work).chmod(0o777)
            use(system)
            print(f"{given.target}: {name}: passed", flush=True)
    print(f"{len(roots)} passed, 0 failed")


if __name__ == "__main__":
    main()
