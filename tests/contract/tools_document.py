"""Render's document as schemathesis and Prism can use it.

Its oneOf has no discriminator, and what a reply holds often fits several choices: each real service would be refused.
So oneOf is read as anyOf. contract_test.cpp chooses by type."""

import json
import pathlib
import re

EXTRACT = pathlib.Path(__file__).resolve().parent / "render-openapi-extract.json"
METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


def without_one_of(value):
    if isinstance(value, list):
        return [without_one_of(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {"$ref": value["$ref"].replace("/oneOf/", "/anyOf/")}
    return {"anyOf" if key == "oneOf" and isinstance(item, list) else key: without_one_of(item) for key, item in value.items()}


def load(path=EXTRACT):
    document = without_one_of(json.loads(path.read_text()))
    for item in document["paths"].values():
        for method in METHODS:
            for response in item.get(method, {}).get("responses", {}).values():
                if "$ref" not in response:
                    response.setdefault("description", "without prose")  # Prism takes an empty object for no response
    return document


def operations(document):
    return [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in METHODS if method in item]


def operation_of(names, method, path):
    """The operation of a request, or its method and path if there is none. A path without parameters comes first."""
    fitting = [name for name in names if name.split(" ")[0] == method and
               re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(name.split(" ")[1])), path)]
    return min(fitting, key=lambda name: name.count("{"), default=f"{method} {path}")
