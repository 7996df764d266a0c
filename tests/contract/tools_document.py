"""Render's document as schemathesis and Prism can use it.

Its oneOf has no discriminator, and what a reply holds often fits several choices: each real service would be refused.
So oneOf is read as anyOf. contract_test.cpp chooses by type."""

import json
import pathlib

EXTRACT = pathlib.Path(__file__).resolve().parent / "render-openapi-extract.json"
METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


def without_one_of(value):
    if isinstance(value, list):
        return [without_one_of(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {"anyOf" if key == "oneOf" and isinstance(item, list) else key: without_one_of(item) for key, item in value.items()}


def load(path=EXTRACT):
    return without_one_of(json.loads(path.read_text()))


def operations(document):
    return [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in METHODS if method in item]
