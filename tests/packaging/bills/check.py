"""Checks bills of materials against the schema of CycloneDX 1.6, and their licences against SPDX. Runs in the environment
of `install`."""

import json
import pathlib
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_expression
from cyclonedx.validation.json import JsonStrictValidator

for file in sys.argv[1:]:
    text = pathlib.Path(file).read_text()
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        sys.exit(f"{file}: {str(problem).splitlines()[0]}")
    components = json.loads(text)["components"]
    for one in components:
        for licence in one["licenses"]:
            if not is_expression(licence["expression"]):
                sys.exit(f"{file}: {one['name']}: {licence['expression']} is no licence of SPDX")
    print(f"{file}: {len(components)} libraries")
