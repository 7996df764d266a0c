"""A TCP proxy that a test controls. It can look into PostgreSQL's messages, if they are not encrypted, and act when a
client sends a statement that contains a text; and it can note the requests of HTTP."""

import contextlib
import socket
import struct
import threading
import time

WAIT = 0.05  # seconds between two looks at the state of the proxy


class Rule:
    """What happens to the `nth` statement that contains `text`, and to the next `times - 1` ones.

    cut         the connection breaks, and the statement is not delivered
    lose        it is delivered, and the connection breaks when its answer has come here
    late        the connection breaks; it is delivered when `let_go` is called
    hold        it waits for `let_go`
    """

    def __init__(self, does, text, nth=1, times=1):
        self.does, self.text, self._nth, self._times = does, text.encode(), nth, times
        self.seen = 0
        self.hit = threading.Event()
        self._go = threading.Event()

    def matches(self, message):
        if self.text not in message:
            return False
        self.seen += 1
        return self._nth <= self.seen < self._nth + self._times

    def wait_for_hit(self, limit=60):
        if not self.hit.wait(limit):
            raise AssertionError(f"no statement number {self._nth} with {self.text!r} within {limit} s, only {self.seen}")

    def let_go(self):
        self._go.set()

    def wait_for_go(self, stopped):
        while not self._go.wait(WAIT) and not stopped():
            pass


class Proxy:
    def __init__(self, port, host="127.0.0.1", listener=None, noted=None):
        """`port`: where it leads to. `listener`: a bound socket. `noted`: is called with each HTTP request line, before
        the request is forwarded."""
        self.target = (host, port)
        self._noted = noted
        self._lock = threading.Lock()
        self._rules, self._links, self._threads = [], set(), []
        self._silent = {"up": False, "down": False}
        self._delay = {"up": 0.0, "down": 0.0}
        self._ended = False
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self._listener.listen()
        self.port = self._listener.getsockname()[1]
        self._listen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._ended = True
        self.refuse()
        self.cut()
        for one in self._threads:
            one.join(10)

    # What a test can do. up: to the server; down: back.

    def on(self, does, text, nth=1, times=1):
        rule = Rule(does, text, nth, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def cut(self):
        """Breaks all connections with a reset."""
        with self._lock:
            links = list(self._links)
        for link in links:
            link.reset()

    def refuse(self):
        """New connections are refused, and the old ones break."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def accept(self):
        """After `refuse`."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def silence(self, up=True, down=True):
        """Nothing comes through any more, on old and new connections, and nobody is told."""
        self._silent = {"up": up, "down": down}

    def speak(self):
        """After `silence`. What was sent meanwhile arrives now."""
        self.silence(False, False)

    def delay(self, up=0.0, down=0.0):
        """Seconds."""
        self._delay = {"up": up, "down": down}

    def half_close(self):
        """The server seems to have said its last word on each connection, but goes on listening."""
        with self._lock:
            for link in self._links:
                link.half_close()

    def lead_to(self, port):
        """New connections go there, and the old ones break: what a failover behind one name looks like."""
        self.target = (self.target[0], port)
        self.cut()

    # What it does.

    def _listen(self):
        self._start(self._take_connections, self._listener)

    def _start(self, what, *arguments):
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _take_connections(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # refuse()
            link = Link(self, client)
            with self._lock:
                self._links.add(link)
            self._start(link.up)
            self._start(link.down)

    def wait_while_silent(self, way, link):
        while self._silent[way] and not link.broken:
            time.sleep(WAIT)
        if self._delay[way]:
            time.sleep(self._delay[way])

    def rule_for(self, message):
        with self._lock:
            return next((rule for rule in self._rules if rule.matches(message)), None)

    def note(self, line):
        if self._noted:
            self._noted(line)

    @property
    def notes(self):
        return self._noted is not None

    def forget(self, link):
        with self._lock:
            self._links.discard(link)

    def has_ended(self):
        return self._ended


class Link:
    """One connection: from the client to here, and from here to the server."""

    def __init__(self, proxy, client):
        self._proxy, self._client = proxy, client
        self._server, self._ready = None, threading.Event()
        self._losing = None  # the rule whose answer is to be lost
        self.broken = False

    def reset(self):
        self.broken = True
        for one in (self._client, self._server):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
        self._ready.set()
        self._proxy.forget(self)

    def half_close(self):
        with contextlib.suppress(OSError):
            self._client.shutdown(socket.SHUT_WR)

    def up(self):
        try:
            self._proxy.wait_while_silent("up", self)
            self._server = socket.create_connection(self._proxy.target, timeout=10)
            self._server.settimeout(None)
            self._server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ready.set()
            for chunk in self._http() if self._proxy.notes else self._messages():
                self._proxy.wait_while_silent("up", self)
                self._server.sendall(chunk)
        except OSError:
            self.reset()

    def _bytes(self):
        """What the client sends. At its end, the server is told."""
        while chunk := self._client.recv(65536):
            yield chunk
        self._proxy.wait_while_silent("up", self)
        self._server.shutdown(socket.SHUT_WR)

    def _http(self):
        """The client's bytes; each head of a request is noted before it is passed on."""
        waiting, body = b"", 0
        for chunk in self._bytes():
            waiting += chunk
            passed = b""
            while waiting:
                if body:
                    part, waiting = waiting[:body], waiting[body:]
                    body -= len(part)
                    passed += part
                    continue
                head, end, rest = waiting.partition(b"\r\n\r\n")
                if not end:
                    break
                lines = head.decode("latin-1").split("\r\n")
                self._proxy.note(lines[0])
                body = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
                passed, waiting = passed + head + end, rest
            yield passed

    def _messages(self):
        """The client's bytes; statements that a rule is for are treated as it says."""
        waiting, started = b"", False
        for chunk in self._bytes():
            waiting += chunk
            passed = b""
            while True:
                size = self._size(waiting, started)
                if size is None or len(waiting) < size:
                    break
                message, waiting = waiting[:size], waiting[size:]
                if started and message[:1] in b"PQ" and (rule := self._proxy.rule_for(message)):
                    if passed:
                        self._server.sendall(passed)
                    # The rest of the statement, up to Sync, belongs to it.
                    while message[:1] == b"P" and not waiting.endswith(b"S\0\0\0\4"):
                        waiting += self._client.recv(65536)
                    passed, message, waiting = b"", message + waiting, b""
                    self._obey(rule, message)
                    continue
                # An answer to a request for encryption is one byte; the true beginning follows.
                started = started or message[4:8] not in (struct.pack("!I", 80877103), struct.pack("!I", 80877104))
                passed += message
            yield passed

    def _size(self, waiting, started):
        if len(waiting) < 5:
            return None
        if not started:
            return struct.unpack("!I", waiting[:4])[0]
        return 1 + struct.unpack("!I", waiting[1:5])[0]

    def _obey(self, rule, message):
        rule.hit.set()
        if rule.does == "cut":
            raise OSError("cut")
        if rule.does == "late":
            # The client is told first, so that it knows nothing of what follows.
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._client.shutdown(socket.SHUT_RDWR)
            self._client.close()
            rule.wait_for_go(self._proxy.has_ended)
            self._server.sendall(message)
            self._losing = rule
            while not self.broken:
                time.sleep(WAIT)
            raise OSError("late")
        if rule.does == "hold":
            rule.wait_for_go(lambda: self.broken)
        if rule.does == "lose":
            self._losing = rule
        self._server.sendall(message)

    def down(self):
        self._ready.wait()
        try:
            while chunk := self._server.recv(65536):
                self._proxy.wait_while_silent("down", self)
                if self._losing:
                    # ReadyForQuery ends an answer.
                    if chunk[-6:-1] == b"Z\0\0\0\5":
                        break
                    continue
                self._client.sendall(chunk)
            else:
                with contextlib.suppress(OSError):
                    self._client.shutdown(socket.SHUT_WR)
                self.reset_if_done()
                return
        except (OSError, AttributeError):
            pass
        self.reset()

    def reset_if_done(self):
        """The server has ended the connection: so does the proxy, without a reset."""
        self.broken = True
        with contextlib.suppress(OSError):
            self._client.close()
        with contextlib.suppress(OSError):
            self._server.close()
        self._proxy.forget(self)
