"""The comparison itself: what it accepts, and what it reports."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import replay  # noqa: E402


class Comparison(unittest.TestCase):
    def test_a_missing_field_and_another_kind_are_reported_with_their_place(self):
        reply = [{"service": {"id": "srv-0123456789abcdefghij", "plan": 1}}]
        self.assertEqual(replay.compare({"[*].service.id": "<srv->"}, reply), [])
        self.assertEqual(replay.compare({"[*].service.plan": "<text>", "[0].service.url": "<text>"}, reply),
                         ['[0].service.plan: expected "<text>", got 1',
                          '[0].service.url: expected "<text>", got nothing'])

    def test_each_item_needs_at_least_one(self):
        self.assertEqual(replay.compare({"[*].id": "<text>"}, []), ['[*].id: expected "<text>", got nothing'])

    def test_values_are_compared_with_their_type(self):
        self.assertEqual(replay.compare({"a": 1, "b": False, "c": None}, {"a": 1, "b": False, "c": None}), [])
        self.assertEqual(len(replay.compare({"a": 1, "b": 0}, {"a": True, "b": False})), 2)

    def test_kinds(self):
        for expected, good, bad in [
            ("<time>", "2026-01-02T03:04:05.120Z", "yesterday"), ("<go time>", "2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.120Z"),
            ("<whole second>", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.1Z"), ("<list|null>", None, {}),
            ("<missing>", replay.MISSING, None), ("<empty>", replay.EMPTY, ""), ("<not a>", "b", "a"), ("<word>", "a", ""),
            ("<dpg->", "dpg-0123456789abcdefghij-a", "dpg-1"), ("<44 of base64>", "A" * 43 + "=", "A" * 44),
        ]:
            with self.subTest(expected=expected):
                self.assertTrue(replay.agrees(expected, good))
                self.assertFalse(replay.agrees(expected, bad))

    def test_an_unknown_kind_is_an_error_of_the_play(self):
        with self.assertRaises(ValueError):
            replay.agrees("<txet>", "a")


class Playing(unittest.TestCase):
    def play(self, steps, *replies):
        waiting = list(replies)
        self.sent = []

        def send(*request):
            self.sent.append(request)
            status, body = waiting.pop(0)
            return status, {"content-type": "application/json"}, "" if body is None else json.dumps(body)

        return [lines for _, _, lines in replay.play_all({"steps": steps}, send)]

    def test_a_kept_value_is_used_by_later_steps(self):
        found = self.play([{"call": "POST /a", "body": {}, "status": 201, "keep": {"id": "a.id"}},
                           {"call": "GET /a/${id}", "status": 200, "reads": {"id": "${id}"}}],
                          (201, {"a": {"id": "x"}}), (200, {"id": "y"}))
        self.assertEqual(found, [[], ['id: expected "x", got "y"']])
        self.assertEqual([request[:3] for request in self.sent], [("POST", "/a", "{}"), ("GET", "/a/x", None)])

    def test_a_step_whose_value_was_never_kept_is_not_played(self):
        found = self.play([{"call": "POST /a", "status": 201, "keep": {"id": "id"}}, {"call": "GET /a/${id}", "status": 200}],
                          (405, {}))
        self.assertEqual(found, [["status: expected 201, got 405 {}"], None])

    def test_a_poll_ends_with_the_awaited_value(self):
        found = self.play([{"call": "GET /a", "status": 200, "until": {"status": "live"}}],
                          (200, {"status": "queued"}), (200, {"status": "live"}))
        self.assertEqual(found, [[]])
        self.assertEqual(len(self.sent), 2)


if __name__ == "__main__":
    unittest.main()
