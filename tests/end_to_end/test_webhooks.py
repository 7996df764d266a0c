"""The emulator sends webhooks over sockets, signed, and repeats what failed."""

import base64
import hashlib
import hmac
import http.server
import json
import queue
import threading
import unittest

from harness import HANG, SERVICES, Case, workspace

CORE = f"/services/{SERVICES['core']}"
OWNER = "tea-endtoend0000000000000"


class Receiver:
    """Keeps what arrives, and answers with the given statuses, then with 200."""

    def __init__(self, *statuses, host="127.0.0.1"):
        self.arrived = queue.Queue()
        statuses = list(statuses)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                status = statuses.pop(0) if statuses else 200
                handler.send_response(status)
                handler.send_header("Content-Length", "4")
                handler.end_headers()
                handler.wfile.write(b"seen")
                self.arrived.put((handler.path, handler.headers, body, status))

            def log_message(handler, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def next(self):
        return self.arrived.get(timeout=HANG)

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def is_signed(secret, headers, body):
    """Standard Webhooks: HMAC-SHA256 of id.timestamp.body with the decoded secret."""
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    text = b".".join([headers["Webhook-Id"].encode(), headers["Webhook-Timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return headers["Webhook-Signature"] == "v1," + expected


class Webhooks(Case):
    def receiver(self, *statuses, **options):
        receiver = Receiver(*statuses, **options)
        self.addCleanup(receiver.close)
        return receiver

    def begin(self, url, types, faults=(), speed=1000):
        self.render = self.emulator(workspace(faults=list(faults)), speed=speed)
        self.hook = self.render.post("/webhooks", {"ownerId": OWNER, "name": "hook", "url": url, "enabled": True, "eventFilter": types})
        self.assertTrue(self.hook["secret"].startswith("whsec_"))

    def attempts(self):
        return [one["webhookEvent"] for one in self.render.get(f"/webhooks/{self.hook['id']}/events")]

    def test_a_deploy_is_reported_with_a_valid_signature(self):
        receiver = self.receiver()
        self.begin(f"http://localhost:{receiver.port}/hook?a=1", ["deploy_ended"])
        self.render.call("POST", f"{CORE}/deploys", {})
        path, headers, body, _ = receiver.next()
        self.assertEqual(path, "/hook?a=1")
        self.assertTrue(is_signed(self.hook["secret"], headers, body))
        self.assertFalse(is_signed(self.hook["secret"], headers, body + b" "))
        told = json.loads(body)
        self.assertEqual(set(told), {"type", "timestamp", "data"})
        self.assertEqual(told["type"], "deploy_ended")
        self.assertEqual(told["data"], {"id": headers["Webhook-Id"], "serviceId": SERVICES["core"], "serviceName": "core",
                                        "status": "succeeded"})
        event = self.render.get(f"/events/{headers['Webhook-Id']}")
        self.assertEqual((event["type"], event["timestamp"]), (told["type"], told["timestamp"]))
        self.assertEqual(event["details"]["deployId"], self.render.get(f"{CORE}/deploys")[0]["deploy"]["id"])

    def test_a_failed_delivery_is_repeated(self):
        receiver = self.receiver(500)
        self.begin(f"http://127.0.0.1:{receiver.port}", ["server_restarted"])
        self.render.call("POST", f"{CORE}/restart")
        first, second = receiver.next(), receiver.next()
        self.assertEqual((first[3], second[3]), (500, 200))
        self.assertEqual(first[1]["Webhook-Id"], second[1]["Webhook-Id"])
        self.assertTrue(is_signed(self.hook["secret"], second[1], second[2]))
        failed = self.attempts()[-1]
        self.assertEqual((failed["statusCode"], failed["responseBody"]), (500, "seen"))

    def test_faults_double_and_delay_a_delivery(self):
        receiver = self.receiver()
        self.begin(f"http://127.0.0.1:{receiver.port}", ["server_restarted"],
                   [{"match": "webhook server_restarted", "nth": 1, "do": "twice"},
                    {"match": "webhook server_restarted", "nth": 2, "do": {"late": "1s"}}])
        for _ in range(3):
            self.render.call("POST", f"{CORE}/restart")
        ids = [receiver.next()[1]["Webhook-Id"] for _ in range(4)]
        events = [one["event"]["id"] for one in reversed(self.render.get(f"{CORE}/events"))]
        self.assertEqual(sorted(ids), sorted([events[0], *events]))

    def test_a_cut_delivery_arrives_at_the_second_attempt(self):
        receiver = self.receiver()
        self.begin(f"http://127.0.0.1:{receiver.port}", [], [{"match": "webhook server_*", "nth": 1, "do": "cut"}])
        self.render.call("POST", f"{CORE}/restart")
        receiver.next()
        self.assertIn("a fault", self.attempts()[-1]["error"])

    def test_an_address_elsewhere_is_a_failed_delivery(self):
        self.begin("https://hooks.example.com/", ["server_restarted"])
        here = self.receiver()
        self.render.post("/webhooks", {"ownerId": OWNER, "name": "here", "url": f"http://127.0.0.1:{here.port}", "enabled": True,
                                       "eventFilter": []})
        self.render.call("POST", f"{CORE}/restart")
        here.next()  # what is due to the first webhook was sent before it
        self.assertEqual(self.attempts()[0]["error"], "the emulator only delivers to this machine")
        self.assertNotIn("statusCode", self.attempts()[0])

    def test_a_receiver_that_never_answers_delays_no_other(self):
        receiver = self.receiver()
        with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as silent:
            self.begin(f"http://127.0.0.1:{silent.server_address[1]}", ["server_restarted"])
            self.render.post("/webhooks", {"ownerId": OWNER, "name": "other", "url": f"http://127.0.0.1:{receiver.port}",
                                           "enabled": True, "eventFilter": ["server_restarted"]})
            self.render.call("POST", f"{CORE}/restart")
            receiver.next()
            self.assertEqual(self.render.stop(), 0)


if __name__ == "__main__":
    unittest.main()
