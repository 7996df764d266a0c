#!/usr/bin/env python3
"""What scripts of users rest on: commands, flags, arguments and exit codes, read from the manual page, and the fields of
the schemas. packaging/surface.txt has a line for each; a release compares it with that of the last release.

    envlink __manual | packaging/release/surface.py >packaging/surface.txt
"""

import json
import pathlib
import re
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent


def plain(line):
    return re.sub(r"\\f.", "", line).replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


def of_manual(manual):
    commands = re.search(r"^\.SH COMMANDS\n(.*?)^\.SH ", manual, re.M | re.S)[1]
    for section in re.split(r"^\.SS ", commands, flags=re.M)[1:]:
        heading = plain(section.splitlines()[0]).removesuffix(" [flags]").split()[1:]
        command = " ".join(word for word in heading if re.fullmatch("[a-z]+", word))
        yield f"command {command}"
        if heading != command.split():
            yield f"arguments {command}: {' '.join(heading[len(command.split()):])}"
        for names in re.findall(r"^\.TP\n(\\fB.*)$", section, re.M):
            yield f"flag {command}: {plain(names)}"
        exits = section.partition("\nExit codes:\n")[2]
        for code in sorted(set(re.findall(r"^  (\d+) ", plain(exits), re.M)), key=int):
            yield f"exit {command}: {code}"


def kind(node):
    if "$ref" in node:
        return node["$ref"].rpartition("/")[2]
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return "|".join(str(one) for one in node["enum"])
    types = node.get("type", "any")
    if "items" in node and isinstance(node["items"], dict):
        return f"list of {kind(node['items'])}"
    return types if isinstance(types, str) else "|".join(types)


def of_schema(name, node, path=""):
    for key, value in node.get("properties", {}).items():
        needed = "" if key in node.get("required", []) else "?"
        yield f"field {name}: {path}{key}{needed} {kind(value)}"
        yield from of_schema(name, value, f"{path}{key}.")
    for key, value in node.get("definitions", {}).items():
        yield from of_schema(name, value, f"{key}.")
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield from of_schema(name, node[key], path)
    for key in ("oneOf", "anyOf", "allOf"):
        for one in node.get(key, []):
            yield from of_schema(name, one, path)


def surface(manual, schemas=REPOSITORY / "schema"):
    lines = list(of_manual(manual))
    for file in sorted(schemas.glob("*.schema.json")):
        lines.append(f"schema {file.name}")
        lines += dict.fromkeys(of_schema(file.name, json.loads(file.read_text())))
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(surface(sys.stdin.read()))
