"""A private PostgreSQL that tests can stop, kill, freeze, cut off and fill up; a standby of it; PgBouncer in front
of it. PostgreSQL refuses to run as root, so it then runs as the user postgres."""

import functools
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

BINARIES = pathlib.Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip())  # of the distribution's version
HANG = 60  # seconds

USER = "envlink"  # owns the databases of tests


def has_ended(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


class NotPossible(AssertionError):
    """This machine cannot do what a test needs. The test fails, and says why."""


def wait_until(condition, what, limit=HANG):
    """The first true value of `condition`."""
    deadline = time.monotonic() + limit
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(0.01)
    return value


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@functools.cache
def all_users_mapped():
    """False in a user namespace in which root is the only user."""
    return any(int(line.split()[2]) > 1 for line in pathlib.Path("/proc/self/uid_map").read_text().splitlines())


@functools.cache
def without_root():
    """What a command begins with to run as an ordinary user."""
    if os.geteuid() != 0:
        return ()
    if not all_users_mapped():
        return ("unshare", "-U", "--map-user=1000", "--map-group=1000")
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise NotPossible("There is no user postgres: the package postgresql is missing.") from None
    return ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups")


def give_away(path):
    """To the user as whom servers run."""
    if without_root() and all_users_mapped():
        user = pwd.getpwnam("postgres")
        for one in (path, *path.rglob("*")):
            os.chown(one, user.pw_uid, user.pw_gid, follow_symlinks=False)


def checked(command, **options):
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=HANG, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


class SmallDisk:
    """A file system of a few MiB in a mount namespace, which lives as long as this process."""

    def __init__(self, path, mib):
        self.path, self._mib = path, mib
        path.mkdir()
        new = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-Urm")
        script = 'mount -t tmpfs -o "size=$1m,mode=0777" tmpfs "$2" && echo mounted && exec cat'
        self._keeper = subprocess.Popen([*new, "sh", "-c", script, "sh", str(mib), str(path)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self._keeper.stdout.readline() != "mounted\n":
            raise NotPossible(f"A small disk could not be mounted: {self._keeper.communicate()[1]}")
        enter = ("nsenter", "-t", str(self._keeper.pid), "-m")
        self.inside = (*enter, *without_root())
        if os.geteuid() != 0:
            self.inside = (*enter[:-1], "-U", "--preserve-credentials", "-m", "unshare", "-U", "--map-user=1000", "--map-group=1000")
        self.seen = pathlib.Path(f"/proc/{self._keeper.pid}/root")

    def fill(self):
        subprocess.run([*self.inside, "dd", "if=/dev/zero", f"of={self.path}/filler", "bs=1k"], stderr=subprocess.DEVNULL,
                       stdin=subprocess.DEVNULL, timeout=HANG)

    def free(self):
        checked([*self.inside, "rm", "-f", f"{self.path}/filler"])

    def close(self):
        self._keeper.stdin.close()
        self._keeper.wait(HANG)
        self._keeper.stdout.close()
        self._keeper.stderr.close()


class Authority:
    """Signs certificates. `file`: its own."""

    def __init__(self, folder):
        self._folder, self.file = folder, folder / "authority.pem"
        self._key = folder / "authority.key"
        checked(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=authority of tests", "-keyout", self._key, "-out", self.file])

    def issue(self, *names):
        """The files with a certificate for these names, as openssl writes them (DNS:…, IP:…), and its key."""
        certificate, key = (self._folder / f"{secrets.token_hex(4)}.{end}" for end in ("pem", "key"))
        request, more = certificate.with_suffix(".csr"), certificate.with_suffix(".ext")
        checked(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=database",
                 "-keyout", key, "-out", request])
        more.write_text("subjectAltName=" + ",".join(names))
        checked(["openssl", "x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key, "-CAcreateserial", "-days", "2",
                 "-extfile", more, "-out", certificate])
        return certificate, key


class Server:
    def __init__(self, settings=None, tls=None, addresses=("127.0.0.1",), disk_mib=None, wal_disk_mib=None, of=None):
        """`tls`: the files with the certificate and the key. `of`: the primary, if this is its standby."""
        if not (BINARIES / "postgres").exists():
            raise NotPossible(f"{BINARIES}/postgres is missing: install the package postgresql.")
        self._temporary = tempfile.TemporaryDirectory(prefix="envlink-pg-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self._temporary.name)
        self.folder.chmod(0o755)
        self.port, self._addresses, self._process = 0, addresses, None
        self._password = of._password if of else secrets.token_urlsafe(18)
        self._settings = {"shared_buffers": "16MB", "max_wal_size": "64MB", "fsync": "off", **(settings or {})}
        home = self.folder / "home"
        home.mkdir()
        if tls:
            for name, file in zip(("ssl_cert_file", "ssl_key_file"), tls):
                self._settings[name] = shutil.copy(file, home)
                os.chmod(self._settings[name], 0o600)
            self._settings["ssl"] = "on"
        give_away(home)
        mib = disk_mib or wal_disk_mib
        self.disk = SmallDisk(self.folder / "disk", mib) if mib else None
        self._as_user = self.disk.inside if self.disk else without_root()
        self.data = (self.disk.path if disk_mib else home) / "data"
        if of:
            self._checked("pg_basebackup", "-h", of.folder / "home", "-p", of.port, "-U", "postgres", "-D", self.data, "-R", "-X", "stream",
                          "-c", "fast", "--no-sync")
        else:
            self._checked("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
                          "--wal-segsize=1", *(["-X", self.disk.path / "wal"] if wal_disk_mib else []))
            host = "hostssl" if tls else "host"
            self._write("pg_hba.conf", "local all postgres trust\nlocal replication postgres trust\n" +
                        "".join(f"{host} all all {net} scram-sha-256\n" for net in ("127.0.0.1/32", "10.0.0.0/8")))
        self.start()
        if not of:
            self.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{self._password}'")

    def _checked(self, program, *arguments):
        return checked([*self._as_user, BINARIES / program, *arguments], cwd="/")

    def _seen(self, path):
        return self.disk.seen / path.relative_to("/") if self.disk else path

    def _write(self, name, text):
        self._seen(self.data / name).write_text(text)

    @property
    def password(self):
        return self._password

    def start(self, awaited=True):
        """`awaited`: until it takes connections."""
        self.port = self.port or free_port()
        settings = {"port": self.port, "listen_addresses": ",".join(self._addresses),
                    "unix_socket_directories": self.folder / "home", **self._settings}
        command = [*self._as_user, BINARIES / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "a") as log:
            self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                             start_new_session=True)
        if not awaited:
            return
        state = wait_until(self._state, f"PostgreSQL starts: {self.log()[-2000:]}")
        if state == "ready":
            return
        raise AssertionError(f"PostgreSQL did not start: {self.log()[-2000:]}")

    def _state(self):
        if self._process.poll() is not None:
            return "ended"
        try:
            lines = self._seen(self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return None
        return "ready" if len(lines) > 7 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready" else None

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def is_running(self):
        return self._process.poll() is None

    # What can happen to it.

    def stop(self, way="fast"):
        """fast: ends sessions. immediate: as if it crashed, but told."""
        self._process.send_signal({"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[way])
        self._process.wait(HANG)

    def kill(self):
        """All its processes at once, with no chance to say or write anything."""
        killed = self._stopped()
        for process in killed:
            os.kill(process, signal.SIGKILL)
        self._process.wait(HANG)
        # A new server does not start while a process of the old one still has its shared memory.
        wait_until(lambda: all(has_ended(process) for process in killed), "the killed processes end")

    def restart(self, way="fast"):
        self.stop(way)
        self.start()

    def freeze(self):
        self._frozen = self._stopped()

    def thaw(self):
        for process in reversed(self._frozen):
            os.kill(process, signal.SIGCONT)

    def _stopped(self):
        """Stops all its processes, the postmaster first, so that no new one begins. Returns their ids."""
        self._process.send_signal(signal.SIGSTOP)
        all_of_them = [self._process.pid]
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(stat.read_text().rpartition(")")[2].split()[1]) == self._process.pid:
                    os.kill(int(stat.parent.name), signal.SIGSTOP)
                    all_of_them.append(int(stat.parent.name))
            except (OSError, ValueError):
                pass  # it has ended
        return all_of_them

    def close(self):
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self.kill()
        if self.disk:
            self.disk.close()
        self._temporary.cleanup()

    # Its standby. Commits do not wait for it.

    def standby(self):
        return Server(of=self, addresses=self._addresses)

    def wait_for_standby(self):
        """Until the standby has and shows all that was committed before."""
        now = self.execute("SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.execute(f"SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= '{now}'") == "1",
                   "the standby has caught up")

    def cut_replication(self):
        """Called on the standby: what the primary commits from now on never gets here."""
        self.execute("ALTER SYSTEM SET primary_conninfo = ''")
        self.execute("SELECT pg_reload_conf()")
        wait_until(lambda: self.execute("SELECT count(*) FROM pg_stat_wal_receiver") == "0", "replication ends")

    def pause_replay(self):
        self.execute("SELECT pg_wal_replay_pause()")
        wait_until(lambda: self.execute("SELECT pg_get_wal_replay_pause_state()") == "paused", "replay pauses")

    def promote(self):
        self.execute("SELECT pg_promote(true, 60)")
        wait_until(lambda: self.execute("SELECT pg_is_in_recovery()") == "f", "the standby is promoted")

    # What is in it.

    def execute(self, sql, database="postgres", user="postgres"):
        """The rows as psql prints them: unaligned, without a header."""
        return checked([BINARIES / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder / "home", "-p", self.port, "-U", user,
                        "-d", database, "-c", sql]).removesuffix("\n")

    def run_script(self, sql, database):
        """Several statements, as an administrator would pipe them to psql."""
        done = subprocess.run([BINARIES / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder / "home", "-p", str(self.port),
                               "-U", "postgres", "-d", database], input=sql, text=True, capture_output=True, timeout=HANG)
        if done.returncode != 0:
            raise AssertionError(f"psql: {done.stderr}")

    def create_database(self):
        name = f"team_{secrets.token_hex(4)}"
        self.execute(f"CREATE DATABASE {name} OWNER {USER}")
        return name

    def dump(self, database):
        text = checked([BINARIES / "pg_dump", "-h", self.folder / "home", "-p", self.port, "-U", "postgres", database])
        # These lines have a new random word each time.
        return "".join(line for line in text.splitlines(True) if not line.startswith(("\\restrict", "\\unrestrict")))

    def address(self, database, user=USER, password=True, host="127.0.0.1", port=None, **parameters):
        """`password`: True for that of USER, None for none. `host`: may list ports too, as in a:1,b."""
        secret = self._password if password is True else password
        login = urllib.parse.quote(user, "") + (":" + urllib.parse.quote(secret, "") if secret is not None else "")
        place = host if ":" in host else f"{host}:{port or self.port}"
        return f"postgres://{login}@{place}/{database}" + ("?" + urllib.parse.urlencode(parameters) if parameters else "")


class PgBouncer:
    """In transaction mode: consecutive statements of one client reach different sessions of the server."""

    def __init__(self, server, sessions=2):
        program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        if not program:
            raise NotPossible("pgbouncer is missing: install the package pgbouncer.")
        self._temporary = tempfile.TemporaryDirectory(prefix="envlink-pgb-", ignore_cleanup_errors=True)
        folder = pathlib.Path(self._temporary.name)
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        (home / "users").write_text(f'"{USER}" "{server.password}"\n')
        self.port, self._sessions = free_port(), sessions
        (home / "settings").write_text(f"""[databases]
* = host=127.0.0.1 port={server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir = {home}
auth_type = scram-sha-256
auth_file = {home}/users
pool_mode = transaction
default_pool_size = {sessions}
server_round_robin = 1
admin_users = {USER}
""")
        give_away(home)
        self._log = open(folder / "log", "w+")
        self._process = subprocess.Popen([*without_root(), program, str(home / "settings")], stdin=subprocess.DEVNULL, stdout=self._log,
                                         stderr=self._log, cwd="/", start_new_session=True)
        wait_until(self._listens, "PgBouncer listens")

    def _listens(self):
        if self._process.poll() is not None:
            self._log.seek(0)
            raise AssertionError(f"PgBouncer did not start: {self._log.read()}")
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def open_all(self, address):
        """Opens all sessions of a database: from now on, statements reach them in turn."""
        busy = []
        for _ in range(self._sessions):
            one = subprocess.Popen([BINARIES / "psql", "-XAtq", address], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            one.stdin.write("BEGIN; SELECT 'begun';\n")
            one.stdin.flush()
            if one.stdout.readline() != "begun\n":
                raise AssertionError("psql does not reach PgBouncer")
            busy.append(one)
        for one in busy:
            one.communicate("COMMIT;\n", timeout=HANG)  # otherwise PgBouncer ends the session

    def close(self):
        self._process.kill()
        self._process.wait(HANG)
        self._log.close()
        self._temporary.cleanup()
