"""Plays recorded kinds of exchanges and compares each reply with what its client reads.

A play is a JSON file:
  client, workflow   for messages
  workspace          the emulator's workspace file
  speed              of the emulator, 1 by default
  steps              each of
    call     "GET /services/${service}?limit=100", as the client sends it; ${name} was kept by an earlier step
    body     JSON; null is sent as null
    accept   the header Accept-Encoding; without it, none is sent
    key      another API key
    status   the expected status, or a list of those that the client accepts
    headers  name: expectation
    reads    place: expectation, for the fields that the client reads. A place is a.b, [0].a, [*].a for each of at
             least one item, or # for the number of items. "" is the whole reply
    keep     name: place of a value that later steps use
    until    reads that a poll waits for
    trap     the known trap that this step notices
    why      what the step is for
  or {"play": "parts/read_service.json"}: steps of another file

An expectation is a JSON value, or "<kind>", "<kind|kind>", "<not VALUE>". Kinds are those of `KINDS`, "missing", and an
id's prefix, as in "<srv->".
"""

import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent
MISSING = object()
EMPTY = object()  # a reply without a body
MOST_POLLS = 3000

SECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
KINDS = {
    "any": lambda value: value is not MISSING,
    "text": lambda value: isinstance(value, str),
    "word": lambda value: isinstance(value, str) and value != "",
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "missing": lambda value: value is MISSING,
    "empty": lambda value: value is EMPTY,
    "time": lambda value: isinstance(value, str) and re.fullmatch(SECONDS + r"(\.\d+)?Z", value),
    # As Go writes it: a fraction never ends with 0.
    "go time": lambda value: isinstance(value, str) and re.fullmatch(SECONDS + r"(\.\d*[1-9])?Z", value),
    "whole second": lambda value: isinstance(value, str) and re.fullmatch(SECONDS + "Z", value),
    "digits": lambda value: isinstance(value, str) and value.isdecimal(),
    "44 of base64": lambda value: isinstance(value, str) and re.fullmatch("[A-Za-z0-9+/]{43}=", value),
}


class Unbound(Exception):
    """A step needs a value that no earlier step could keep."""


def fill(value, kept):
    """`value` with each ${name} replaced, in all strings."""
    if isinstance(value, dict):
        return {key: fill(item, kept) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, kept) for item in value]
    if not isinstance(value, str):
        return value
    missing = [name for name in re.findall(r"\$\{(\w+)\}", value) if name not in kept]
    if missing:
        raise Unbound(missing[0])
    return re.sub(r"\$\{(\w+)\}", lambda found: kept[found[1]], value)


def is_kind(kind, value):
    if kind in KINDS:
        return bool(KINDS[kind](value))
    if re.fullmatch("[a-z]+-", kind):
        return isinstance(value, str) and re.fullmatch(kind + "[0-9a-z]{20}(-a)?", value) is not None
    raise ValueError(f"unknown kind <{kind}>")


def agrees(expected, value):
    if isinstance(expected, str) and expected.startswith("<not ") and expected.endswith(">"):
        return value is not MISSING and value != expected[5:-1]
    if isinstance(expected, str) and expected.startswith("<") and expected.endswith(">"):
        return any(is_kind(kind, value) for kind in expected[1:-1].split("|"))
    return type(value) is type(expected) and value == expected


def at(value, place):
    """[(place, value)] of all values there; MISSING where there is none."""
    found = [("", value)]
    for part in re.findall(r"\[\*\]|\[\d+\]|#|[^.\[\]#]+", place):
        found = [step for name, one in found for step in into(name, one, part)]
    return found


def into(name, value, part):
    if part == "[*]":
        if not isinstance(value, list) or not value:
            return [(name + "[*]", MISSING)]
        return [(f"{name}[{i}]", item) for i, item in enumerate(value)]
    if part.startswith("["):
        index = int(part[1:-1])
        return [(name + part, value[index] if isinstance(value, list) and index < len(value) else MISSING)]
    if part == "#":
        return [(name + " number of items", len(value) if isinstance(value, (list, dict)) else MISSING)]
    place = f"{name}.{part}" if name else part
    return [(place, value.get(part, MISSING) if isinstance(value, dict) else MISSING)]


def shown(value):
    if value is MISSING:
        return "nothing"
    if value is EMPTY:
        return "no body"
    text = json.dumps(value)
    return text if len(text) <= 100 else text[:100] + "…"


def compare(expectations, value):
    """One line for each place where the value is not as expected."""
    return [f"{name or 'reply'}: expected {shown(expected)}, got {shown(one)}"
            for place, expected in expectations.items()
            for name, one in at(value, place) if not agrees(expected, one)]


def load(path):
    """The play in a file, with the steps of its parts in place."""
    play = json.loads(path.read_text())
    play["steps"] = list(steps_of(play["steps"]))
    return play


def steps_of(steps):
    for step in steps:
        if "play" in step:
            yield from steps_of(json.loads((FOLDER / step["play"]).read_text()))
        else:
            yield step


def read_body(text):
    if text == "":
        return EMPTY
    try:
        return json.loads(text)
    except ValueError:
        return text


def differences(step, kept, send):
    """Sends a step with `send(method, target, body, accept, key)` → (status, headers, text). Returns what differs, and
    adds to `kept`."""
    method, target = fill(step["call"], kept).split(" ", 1)
    body = json.dumps(fill(step["body"], kept)) if "body" in step else None
    reads = fill(step.get("reads", {}), kept)
    headers_read = fill(step.get("headers", {}), kept)
    until = fill(step.get("until", {}), kept)
    for polls in range(MOST_POLLS):
        status, headers, text = send(method, target, body, step.get("accept"), step.get("key"))
        reply = read_body(text)
        if not until or not compare(until, reply) or status >= 400:
            break
    found = []
    accepted = step["status"] if isinstance(step["status"], list) else [step["status"]]
    if status not in accepted:
        return [f"status: expected {' or '.join(map(str, accepted))}, got {status} {text.strip()[:100]}"]
    found += [f"header {line}" for line in compare(headers_read, headers)]
    found += compare(reads, reply) + compare(until, reply)
    for name, place in step.get("keep", {}).items():
        (_, value), = at(reply, place)
        if isinstance(value, str):
            kept[name] = value
        elif place not in reads:
            found.append(f"{place}: expected a text to keep, got {shown(value)}")
    return found


def play_all(play, send):
    """[(number of the step from 1, step, lines)]; lines is None for a step that could not be played."""
    kept = {}
    result = []
    for number, step in enumerate(play["steps"], 1):
        try:
            lines = differences(step, kept, send)
        except Unbound:
            lines = None
        result.append((number, step, lines))
    return result
