"""How an output violates its published schema."""

import json
import pathlib

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parent.parent.parent / "schema"


def complaints(name, document):
    schema = json.loads((SCHEMA / f"{name}.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in jsonschema.Draft7Validator(schema).iter_errors(document)]
