"""How the emulator sends its replies: compressed, and to HEAD."""

import gzip
import http.client
import json
import unittest

from harness import HANG, KEY, Case, desired, workspace


class Replies(Case):
    def ask(self, emulator, path, method="GET", **headers):
        connection = http.client.HTTPConnection(emulator.url.split("/")[2], timeout=HANG)
        self.addCleanup(connection.close)
        connection.request(method, path, headers={"Authorization": f"Bearer {KEY}", **headers})
        reply = connection.getresponse()
        return reply, reply.read()

    def test_with_gzip_a_compressed_reply_unpacks_to_the_plain_one(self):
        emulator = self.emulator(workspace(), flags=["--gzip"])
        for path in ("/v1/services", "/v1/services/none", "/", "/_emulator/health/core"):
            with self.subTest(path):
                plain, text = self.ask(emulator, path, **{"Accept-Encoding": "identity"})
                packed, body = self.ask(emulator, path, **{"Accept-Encoding": "br, gzip"})
                self.assertEqual((plain.status, plain.getheader("Content-Encoding")), (packed.status, None))
                self.assertEqual(packed.getheader("Content-Encoding"), "gzip")
                self.assertEqual(packed.getheader("Content-Length"), str(len(body)))
                self.assertEqual({plain.getheader("Vary"), packed.getheader("Vary")}, {"Origin, Accept-Encoding"})
                self.assertEqual(gzip.decompress(body), text)

    def test_without_the_flag_no_reply_is_compressed(self):
        reply, body = self.ask(self.emulator(workspace()), "/v1/services", **{"Accept-Encoding": "gzip"})
        self.assertIsNone(reply.getheader("Content-Encoding"))
        self.assertEqual(reply.getheader("Vary"), "Origin")
        self.assertEqual(len(json.loads(body)), 4)

    def test_garbage_is_garbage_below_the_compression(self):
        fault = {"match": "GET /v1/services", "do": "garbage"}
        reply, body = self.ask(self.emulator(workspace(faults=[fault]), flags=["--gzip"]), "/v1/services",
                               **{"Accept-Encoding": "gzip"})
        self.assertEqual(reply.status, 200)
        with self.assertRaises(ValueError):
            json.loads(gzip.decompress(body))

    def test_the_program_reads_compressed_replies(self):
        emulator = self.emulator(workspace(), flags=["--gzip"])
        self.write("envlink.yaml", desired())
        self.assert_exit(self.run_envlink("apply", "--yes", "-q", emulator=emulator), 0)
        self.assert_exit(self.run_envlink("verify", emulator=emulator), 0)

    def test_head_has_the_headers_of_get_and_no_body(self):
        emulator = self.emulator(workspace())
        get, body = self.ask(emulator, "/v1/services")
        head, nothing = self.ask(emulator, "/v1/services", method="HEAD")
        self.assertEqual((head.status, nothing), (200, b""))
        self.assertEqual(head.getheader("Content-Length"), str(len(body)))
        self.assertEqual(set(head.headers), set(get.headers))
        self.assertEqual([request["method"] for request in emulator.requests()], ["GET", "HEAD"])


if __name__ == "__main__":
    unittest.main()
