"""A server between the program and the real emulator that answers as its rules say. It records every request."""

import collections
import http.client
import http.server
import json
import re
import threading
import urllib.parse

Answer = collections.namedtuple("Answer", "status headers body", defaults=({}, b""))
Flood = collections.namedtuple("Flood", "size")  # a 200 with a body of so many bytes

LIMITS = {"Ratelimit-Limit": "400", "Ratelimit-Remaining": "399", "Ratelimit-Reset": "30"}


def told(value, status=200, **headers):
    return Answer(status, {"Content-Type": "application/json", **LIMITS, **headers}, json.dumps(value).encode())


class Rule:
    """Answers the first `times` requests that match `pattern` ("GET /v1/owners.*"). `how` is an answer, or a function
    of the path and the emulator's own answer. With `effect` the emulator executes the request first."""

    def __init__(self, pattern, how, effect=True, times=None):
        self.pattern, self.how, self.effect, self.times = re.compile(pattern), how, effect, times
        self.met = 0


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.owner.serve(self, body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve


class _Threads(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass  # the program closes the connection when a body is too large


class HostileServer:
    def __init__(self, emulator=None, rules=()):
        self._emulator = None
        if emulator:
            self.forward_to(emulator)
        self.rules = list(rules)
        self.requests = []  # "GET /v1/owners?limit=100"
        self.keys_seen = 0
        self._lock = threading.Lock()
        self._server = _Threads(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.url = self.origin + "/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def forward_to(self, emulator):
        self._emulator = urllib.parse.urlsplit(emulator.url)

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def count(self, pattern):
        return sum(1 for line in self.requests if re.match(pattern, line))

    def _rule_for(self, line):
        with self._lock:
            self.requests.append(line)
            for rule in self.rules:
                if rule.pattern.match(line) and (rule.times is None or rule.met < rule.times):
                    rule.met += 1
                    return rule
        return None

    def _from_emulator(self, handler, body):
        connection = http.client.HTTPConnection(self._emulator.hostname, self._emulator.port, timeout=60)
        headers = {name: handler.headers[name] for name in ("Authorization", "Content-Type", "Accept")
                   if name in handler.headers}
        connection.request(handler.command, handler.path, body or None, headers)
        reply = connection.getresponse()
        kept = {k: v for k, v in reply.getheaders()
                if k.lower() not in ("content-length", "connection", "transfer-encoding")}
        answer = Answer(reply.status, kept, reply.read())
        connection.close()
        return answer

    def serve(self, handler, body):
        with self._lock:
            self.keys_seen += "Authorization" in handler.headers
        rule = self._rule_for(f"{handler.command} {handler.path}")
        answer = None
        if self._emulator and (rule is None or rule.effect):
            answer = self._from_emulator(handler, body)
        if rule is not None:
            answer = rule.how(handler.path, answer) if callable(rule.how) else rule.how
        if answer is None:
            answer = Answer(404)
        if isinstance(answer, Flood):
            return self._flood(handler, answer.size)
        handler.send_response_only(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)

    @staticmethod
    def _flood(handler, size):
        handler.send_response_only(200)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        part = b" " * (1 << 20)
        for _ in range(size // len(part)):
            handler.wfile.write(part)
