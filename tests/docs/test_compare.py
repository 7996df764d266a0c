"""The comparison notices every mistake of a page, and accepts what may differ."""

import unittest

from compare import difference

PRINTED = """\
[   0.1s] api     linked secrets
[   0.2s] worker  linked secrets
[   0.3s] api     live after 0.2s
[   1.2s] worker  live after 1m02s
✓ Done in 1m02s: 2 links proved by reading back.
  api  live  since 2026-11-25T19:54:46Z  dep-a93i751v2pkb7a1mfajk
"""


class Comparison(unittest.TestCase):
    def same(self, shown, exact=False):
        self.assertIsNone(difference(shown, PRINTED, exact))

    def other(self, shown, exact=False):
        self.assertIsNotNone(difference(shown, PRINTED, exact))

    def test_times_ids_and_the_order_of_services_may_differ(self):
        self.same("""\
[   7.3s] worker linked secrets
[  12.1s] api    linked secrets
[  13.0s] worker live after 3.1s
[  14.1s] api    live after 4s
✓ Done in 14s: 2 links proved by reading back.
  api  live  since 2027-01-01T00:00:00Z  dep-00000000000000000000""")

    def test_a_page_may_shorten_output_where_it_marks_that(self):
        self.same("  …\n✓ Done in 1s: 2 links proved by reading back.\n  …")
        self.same("  …\n✓ Done in 1s: 2 … back.\n  …")
        self.same("  …\n[   1.2s] api live after 1s\n  …")
        self.other("2 links proved by reading back.\n  …")
        self.other("  …\n✓ Done in 1s: 2 links proved by reading back.")

    def test_a_different_word_is_noticed(self):
        self.other(PRINTED.replace("Done", "Ready"))
        self.other(PRINTED.replace("2 links", "3 links"))
        self.other(PRINTED.replace("worker  linked", "worker  unlinked"))
        self.other(PRINTED.replace("  api  live  since", "  api  stale  since"))

    def test_an_extra_or_missing_line_is_noticed(self):
        self.other(PRINTED + "and more\n")
        self.other(PRINTED.replace("[   0.3s] api     live after 0.2s\n", ""))
        self.other(PRINTED + "[   1.3s] api  live after 0.2s\n")

    def test_the_steps_of_one_service_keep_their_order(self):
        self.other("  …\n[   0.3s] api live after 1s\n[   0.4s] api linked secrets\n  …")

    def test_exact_times_are_compared(self):
        self.same(PRINTED, exact=True)
        self.other(PRINTED.replace("Done in 1m02s", "Done in 1m03s"), exact=True)


if __name__ == "__main__":
    unittest.main()
