#!/usr/bin/env python3
"""Every row of the table of deliberate faults names a text that stands in its source once: one that does not breaks
nothing. That each fault is noticed, mutants.py tells, which takes minutes."""

import pathlib
import sys

from mutant_table import MUTANTS

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"


def edits_of(row):
    _, _, *edits, _ = row
    return edits[0] if isinstance(edits[0], list) else [tuple(edits)]


def main():
    wrong = 0
    for row in MUTANTS:
        text = (SOURCE / row[1]).read_text()
        for original, replacement in edits_of(row):
            count = text.count(original)
            if count != 1 or original == replacement:
                wrong += 1
                print(f"{row[0]}: «{original}» stands {count} times in {row[1]}, not once")
            text = text.replace(original, replacement)
    names = [row[0] for row in MUTANTS]
    for name in sorted({name for name in names if names.count(name) > 1}):
        wrong += 1
        print(f"two faults are called «{name}»")
    print(f"{len(MUTANTS)} deliberate faults, {wrong} that break nothing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
