#!/usr/bin/env python3
"""The original text of every row occurs exactly once in its source; otherwise the fault would not break anything.
Whether each fault is noticed is checked by mutants.py, which takes minutes."""

import pathlib
import sys

from mutant_table import MUTANTS, broken, edits_of

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"


def main():
    wrong = 0
    for row in MUTANTS:
        text, trouble = broken(row, SOURCE)
        if text is not None and any(original == replacement for original, replacement in edits_of(row)):
            trouble = "it changes nothing"
        if trouble:
            wrong += 1
            print(f"{row[0]}: {trouble}")
    names = [row[0] for row in MUTANTS]
    for name in sorted({name for name in names if names.count(name) > 1}):
        wrong += 1
        print(f"two faults are called «{name}»")
    print(f"{len(MUTANTS)} deliberate faults, {wrong} that break nothing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
