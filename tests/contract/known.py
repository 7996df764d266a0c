"""Known differences between Render and its document (known_differences.json), for the tools that compare the emulator
with the document.

Each entry has
  by          the tools that see it: "schemathesis" or "prism", or both
  operation   "GET /owners", with * for anything; or several, separated by |
  check       the tool's name of the check
  what        its finding, with * for anything
  reason      why the document is not followed
"""

import fnmatch
import json
import pathlib
import re
from typing import NamedTuple

PATH = pathlib.Path(__file__).resolve().parent / "known_differences.json"


class Finding(NamedTuple):
    operation: str
    check: str
    what: str


def fits(pattern, text):
    """Like fnmatch, but [ and ? stand for themselves."""
    literal = re.sub(r"([\[?])", r"[\1]", pattern)
    return fnmatch.fnmatchcase(text, literal)


def operations(entry):
    return entry["operation"].split("|")


def covers(entry, finding):
    return entry["check"] == finding.check and fits(entry["what"], finding.what) and \
        any(fits(pattern, finding.operation) for pattern in operations(entry))


def load(tool, path=PATH):
    return [entry for entry in json.loads(path.read_text()) if tool in entry["by"]]


def judge(entries, findings, tested):
    """(findings that no entry covers, entries that covered none although one of their operations was tested)."""
    new = [finding for finding in findings if not any(covers(entry, finding) for entry in entries)]
    stale = [entry for entry in entries if not any(covers(entry, finding) for finding in findings) and
             any(fits(pattern, operation) for pattern in operations(entry) for operation in tested)]
    return new, stale
