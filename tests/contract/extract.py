#!/usr/bin/env python3
"""Extracts render-openapi-extract.json from Render's OpenAPI document.

usage: extract.py render-openapi.json > render-openapi-extract.json

Keeps every operation and every schema that they refer to, without prose and examples.
"""

import json
import sys
from urllib.parse import unquote

METHODS = ("get", "put", "post", "patch", "delete", "head", "options")
PROSE = {
    "description", "example", "examples", "title", "summary", "tags", "operationId", "security", "deprecated",
}


def follow(document, pointer):
    """The value at '#/a/b~1c'."""
    value = document
    for step in pointer[2:].split("/"):
        step = unquote(step).replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def trim(value, document, names=False):
    """A copy without prose. Under `names` all keys are field names, and all stay. References to other paths are
    replaced by their values."""
    if isinstance(value, list):
        return [trim(item, document) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/paths/"):
        return trim(follow(document, reference), document)
    return {
        key: trim(item, document, names=key == "properties" and not names)
        for key, item in value.items()
        if names or not (key in PROSE or key.startswith("x-"))
    }


def references(value):
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def extract(document):
    paths = {}
    for path, item in document["paths"].items():
        # Parameters of the whole path apply to each of its operations.
        shared = trim(item.get("parameters", []), document)
        for method in METHODS:
            if method not in item:
                continue
            operation = trim(item[method], document)
            operation["parameters"] = shared + operation.get("parameters", [])
            paths.setdefault(path, {})[method] = operation
    components = {"securitySchemes": trim(document["components"].get("securitySchemes", {}), document)}
    waiting = list(references(paths))
    while waiting:
        _, _, kind, name, *_ = waiting.pop().split("/")
        if name in components.setdefault(kind, {}):
            continue
        components[kind][name] = trim(document["components"][kind][name], document)
        waiting += references(components[kind][name])
    ordered = {kind: dict(sorted(items.items())) for kind, items in sorted(components.items())}
    info = {"title": "Extract of Render's API", "version": document["info"]["version"]}
    return {
        "openapi": document["openapi"],
        "info": info,
        "security": document.get("security", []),
        "paths": paths,
        "components": ordered,
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    json.dump(extract(document), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
