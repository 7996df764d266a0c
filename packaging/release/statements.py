"""What a release says about itself: the software bill of materials of each program (CycloneDX 1.6), and the provenance
of all files (in-toto statement, SLSA v1)."""

import json
import uuid
from datetime import datetime, timezone
from urllib.parse import quote


def at(time):
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(value):
    return json.dumps(value, indent=2) + "\n"


def package_url(library):
    return f"pkg:generic/{quote(library['name'])}@{quote(library['version'])}"


def source(one):
    return {"type": "source-distribution", "url": one["file"], "hashes": [{"alg": "SHA-256", "content": one["sha256"]}]}


def bill(version, target, libraries, program_sha256, time):
    """The libraries that are linked into the program of one target, with the sources that they were built from."""
    this = {"type": "application", "bom-ref": "envlink", "name": "envlink", "version": version,
            "licenses": [{"expression": "Apache-2.0"}], "hashes": [{"alg": "SHA-256", "content": program_sha256}],
            "properties": [{"name": "envlink:target", "value": target}]}
    components = [{"type": "library", "bom-ref": one["name"], "name": one["name"], "version": one["version"],
                   "purl": package_url(one), "licenses": [{"expression": one["licence"]}],
                   "externalReferences": [source(each) for each in one["sources"]]} for one in libraries]
    return text({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_OID, f"envlink {version} {target} {program_sha256}")),
        "metadata": {"timestamp": at(time), "component": this}, "components": components,
        "dependencies": [{"ref": "envlink", "dependsOn": [one["name"] for one in libraries]}]})


def provenance(version, repository, commit, targets, libraries, certificates, subjects):
    """`subjects`: SHA-256 by name. `libraries`: those of all targets, each once."""
    dependencies = [{"uri": f"git+{repository}@refs/tags/v{version}", "digest": {"gitCommit": commit}}]
    for one in libraries:
        dependencies += [{"name": f"{one['name']} {one['version']}", "uri": f"{package_url(one)}?file_name={quote(each['file'])}",
                          "digest": {"sha256": each["sha256"]}} for each in one["sources"]]
    return text({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in sorted(subjects.items())],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": f"{repository}/blob/v{version}/CONTRIBUTING.md#release",
                "externalParameters": {"version": version, "targets": targets,
                                       "command": [f"scripts/package --target {one}" for one in targets]},
                "internalParameters": {
                    "signedBy": "the release key, over SHA256SUMS, which names this file; built by whoever has that key. "
                                "No hosted builder vouches for it."},
                "resolvedDependencies": [*dependencies, {"uri": f"pkg:deb/debian/ca-certificates@{certificates}"}]},
            "runDetails": {"builder": {"id": f"{repository}/blob/v{version}/scripts/release"}}}})
