#!/usr/bin/env python3
"""Prints what a newer document of Render has that the extract here lacks, and what it dropped.

usage: newer.py render-openapi.json [older.json]

Compares operations, statuses, parameters, fields of bodies and of replies, and the words of enums. Ends with 1 if anything
differs. `extract.py` then makes the new extract."""

import json
import pathlib
import sys

import extract

OWN = pathlib.Path(__file__).resolve().parent / "render-openapi-extract.json"
KINDS = ("operation", "status", "parameter", "body field", "reply field", "word of an enum")


class Reader:
    """The facts of a document: {operation: {(kind, name, place)}}. `name` is what changes, `place` is where."""

    def __init__(self, document):
        self.document = document

    def follow(self, value):
        while "$ref" in value:
            value = extract.follow(self.document, value["$ref"])
        return value

    def facts(self):
        return {f"{method.upper()} {path}": set(self.of_operation(item[method]))
                for path, item in self.document["paths"].items() for method in extract.METHODS if method in item}

    def of_operation(self, operation):
        for parameter in map(self.follow, operation.get("parameters", [])):
            place = f"{parameter['in']} {parameter['name']}"
            yield "parameter", parameter["name"], place
            yield from self.words(parameter.get("schema", {}), place)
        if "requestBody" in operation:
            yield from self.of_content(self.follow(operation["requestBody"]), "body field", "body")
        for status, response in operation.get("responses", {}).items():
            yield "status", status, status
            # The body of an error is one and the same for all operations.
            if status.startswith("2"):
                yield from self.of_content(self.follow(response), "reply field", status)

    def of_content(self, holder, kind, place):
        for media in holder.get("content", {}).values():
            for fact in self.fields(media.get("schema", {}), place, ()):
                yield (kind if fact[0] == "field" else fact[0], *fact[1:])

    def words(self, schema, place):
        return (fact for fact in self.fields(schema, place, ()) if fact[0] != "field")

    def fields(self, schema, place, above):
        """Fields and words of a schema, through references; `above` are those being followed."""
        if "$ref" in schema:
            if schema["$ref"] in above:
                return
            above += (schema["$ref"],)
            schema = self.follow(schema)
        for word in schema.get("enum", []):
            yield "word of an enum", str(word), place
        for part in [*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])]:
            yield from self.fields(part, place, above)
        if isinstance(schema.get("items"), dict):
            yield from self.fields(schema["items"], place + "[*]", above)
        for name, field in schema.get("properties", {}).items():
            yield "field", name, f"{place}.{name}"
            yield from self.fields(field, f"{place}.{name}", above)


def only_in(one, other):
    """{(kind, name): [places]} of what only the first has."""
    found = {}
    for operation in one:
        if operation not in other:
            found.setdefault(("operation", operation), []).append("")
            continue
        for kind, name, place in one[operation] - other[operation]:
            found.setdefault((kind, name), []).append(f"{operation} {place}")
    return found


def without_children(found):
    """Leaves out what is within a field or parameter that is listed itself."""
    fields = {place for (kind, _), places in found.items() if kind.endswith("field") or kind == "parameter" for place in places}

    def inside(place):
        return any(place.startswith((field + ".", field + "[")) for field in fields)

    kept = {key: [place for place in places if not inside(place) and not (key[0] == "word of an enum" and place in fields)]
            for key, places in found.items()}
    return {key: places for key, places in kept.items() if places}


def lines(found, sign):
    for kind, name in sorted(found, key=lambda key: (KINDS.index(key[0]), key[1])):
        places = sorted(found[kind, name])
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        yield f"{sign} {kind} {name}" + (f": {places[0]}{more}" if places[0] else "")


def compare(older, newer):
    before, after = Reader(older).facts(), Reader(newer).facts()
    return [*lines(without_children(only_in(after, before)), "+"), *lines(without_children(only_in(before, after)), "-")]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    newer = extract.extract(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    older = json.loads(pathlib.Path(sys.argv[2]).read_text()) if len(sys.argv) == 3 else json.loads(OWN.read_text())
    told = compare(older, newer)
    print("\n".join(told) or "The documents have the same operations, parameters, fields and words.")
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
