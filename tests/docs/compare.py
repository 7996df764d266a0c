"""Compares a shown output with what the program printed. Times, ids and places differ between runs, and `…` marks
what a page leaves out. Where a line wraps depends on the length of a time, so words are compared, not lines."""

import collections
import difflib
import re

VARIES = [
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z", "TIME"),
    (r"\bdep-[a-z0-9]{20}\b", "dep-ID"),
    (r"\$schema=\S+", "$schema=SCHEMA"),
    (r"\bPlan hash ([0-9a-f]{64}|[0-9a-f]+…)", "Plan hash HASH"),
    (r"\b\d+ ms\b", "N ms"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\b[\w.-]+ began it on [\w.-]+", "WHO began it on HOST"),
    (r"\b[\w.-]+@[\w.-]+", "WHO@HOST"),
    (r"/[\w./-]+/envlink is not there yet", "STATE/envlink is not there yet"),
    (r"\d+ of (\d+) (reads|writes)\b", r"N of \1 \2"),
]
TIMES = [(r"(?<![\w.])(\d+h)?(\d+m)?\d+(\.\d+)?(ms|s)\b|(?<![\w.])(\d+h)?\d+m\b|(?<![\w.])\d+ min\b|(?<![\d:])\d+:\d\d\b", "T")]
PROGRESS = re.compile(r"\[ *(?:T|[\dms.]+)\] (\S+)")


def plain(text, exact=False):
    for pattern, stands_for in VARIES + ([] if exact else TIMES):
        text = re.sub(pattern, stands_for, text)
    return text


def words(text):
    return " ".join(text.split())


def without_progress(lines):
    """The lines without progress, and the lines of progress by service, because parallel services come in any
    order."""
    rest, progress = [], collections.defaultdict(list)
    for line in lines:
        told = PROGRESS.match(line)
        if told:
            progress[told[1]].append(words(line))
        else:
            rest.append(line)
    return rest, progress


def fits(shown, printed):
    """Returns the words of `shown` that are missing in `printed`, where `…` stands for anything."""
    pieces = [words(piece) for piece in shown.split("…")]
    printed, at = words(printed), 0
    for number, piece in enumerate(pieces):
        first, last = number == 0, number == len(pieces) - 1
        if last and not first:
            found = len(printed) - len(piece) if printed.endswith(piece) else -1
        else:
            found = printed.find(piece, at)
        if found < at or (first and found != 0) or (last and found + len(piece) != len(printed)):
            return piece or printed[at:]
        at = found + len(piece)
    return None


def difference(shown, printed, exact=False):
    """How `shown` differs from what was printed; empty: not at all."""
    shown_rest, shown_progress = without_progress(plain(shown, exact).splitlines())
    rest, progress = without_progress(plain(printed, exact).splitlines())
    shortened = "…" in shown
    missing = fits("\n".join(shown_rest), "\n".join(rest))
    for name, lines in shown_progress.items():
        told = iter(progress[name])
        missing = missing or next((line for line in lines if not any(fits(line, other) is None for other in told)), None)
    if not shortened and sum(map(len, shown_progress.values())) != sum(map(len, progress.values())):
        missing = missing or "some lines of progress, and no `…` says so"
    if missing is None:
        return None
    lines = difflib.unified_diff(shown.splitlines(), printed.splitlines(), "shown", "printed", lineterm="", n=100)
    return f"not printed: {missing}\n" + "\n".join(lines)
