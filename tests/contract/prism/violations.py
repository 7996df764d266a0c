"""What Prism says about a request and its reply (the header sl-violations), as findings."""

import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from known import Finding  # noqa: E402
import tools_document  # noqa: E402


def place(location):
    """"body.*.service.id": items of a list share one place."""
    return ".".join("*" if part.isdecimal() else part for part in location)


def findings(names, method, target, status, violations):
    operation = tools_document.operation_of(names, method, urllib.parse.unquote(target.partition("?")[0].removeprefix("/v1")))
    for one in violations:
        side, *location = one["location"]
        message = one["message"]
        # The message repeats the place, with the number of the item.
        if " must " in message:
            message = "must " + message.partition(" must ")[2]
        if message.startswith("Unable to match the returned status code"):
            message = f"status {status}"
        yield Finding(operation, side, f"{place(location)}: {message}" if location else message)
