"""Reads the events of a run of schemathesis (its NDJSON report) into findings."""

import base64
import json
import re
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from known import Finding  # noqa: E402

LONGEST = 160


def short(text):
    text = "".join(c if c.isprintable() else "·" for c in " ".join(text.split()))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def message_of(interaction):
    """The `message` of a reply, or its first characters."""
    response = interaction.get("response") or {}
    content = base64.b64decode((response.get("content") or {}).get("$base64", "")).decode(errors="replace")
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return content


def answered(interaction):
    status = (interaction.get("response") or {}).get("status_code")
    return short(f"{status} {message_of(interaction)}")


def schema_error(message):
    """"environment/properties/redisIds: null is not of type …" of a message that also shows schema and value."""
    place = re.search(r"^Schema at (?:/components/schemas)?/?(.*):$", message, re.M)
    first = re.sub(r"^[\[{].* \.\.\. is ", "the value is ", message.split("\n")[0])
    return short(f"{place[1] if place else ''}: {first}")


def has_null(value):
    if isinstance(value, (dict, list)):
        return any(has_null(item) for item in (value.values() if isinstance(value, dict) else value))
    return value is None


def sent_a_null(interaction):
    sent = ((interaction.get("request") or {}).get("body") or {}).get("$base64", "")
    try:
        return has_null(json.loads(base64.b64decode(sent)))
    except ValueError:
        return False


def what(failure, interaction):
    message = failure["message"]
    if failure["type"] in ("UndefinedStatusCode", "RejectedPositiveData"):
        return answered(interaction)
    if failure["type"] == "AcceptedNegativeData" and sent_a_null(interaction):
        return "a null in the body"
    if failure["type"] == "AcceptedNegativeData":
        return short(message.partition("Invalid component:")[2].replace("\n  -", ";"))
    if failure["type"] == "JsonSchemaError":
        return schema_error(message)
    return short(message.split("\n")[0])


class Run:
    def __init__(self):
        self.requests = 0
        self.tested = set()      # operations
        self.findings = {}       # Finding → how often
        self.examples = {}       # Finding → "METHOD target"

    def add_case(self, label, checks, interaction):
        for check in checks:
            if check["status"] != "failure":
                continue
            failure = check["failure_info"]["failure"]
            finding = Finding(failure.get("operation") or label, check["name"], what(failure, interaction))
            self.findings[finding] = self.findings.get(finding, 0) + 1
            request = interaction.get("request") or {}
            self.examples.setdefault(finding, f"{request.get('method')} {request.get('uri')}")

    def add(self, lines):
        for line in lines:
            event = json.loads(line).get("ScenarioFinished")
            recorder = (event or {}).get("recorder") or {}
            interactions = recorder.get("interactions") or {}
            self.requests += len(interactions)
            if interactions and event["phase"] != "stateful":
                self.tested.add(recorder["label"])
            for case, checks in (recorder.get("checks") or {}).items():
                self.add_case(recorder["label"], checks, interactions.get(case) or {})
