"""A container image of nothing but the program, its licences, the CA certificates of Debian and a user. The tar file is
an OCI layout that `docker load` and `podman load` read as well."""

import hashlib
import json
import pathlib
import subprocess
from datetime import datetime, timezone

from tree import Entry, ReleaseError, gzipped, tar

CERTIFICATES = pathlib.Path("/usr/share/ca-certificates/mozilla")
USER = 1000
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def certificates():
    """Those of Debian's package, not those of this machine, which may have its own."""
    files = sorted(CERTIFICATES.glob("*.crt"))
    if not files:
        raise ReleaseError(f"{CERTIFICATES} has no certificates", "apt-get install ca-certificates")
    return b"".join(file.read_bytes() for file in files)


def version_of_certificates():
    return subprocess.run(["dpkg-query", "-W", "-f=${Version}", "ca-certificates"], check=True, capture_output=True,
                          text=True).stdout


def root(package):
    """The root file system, from the entries of an installation."""
    program = next(one for one in package if one.path == "bin/envlink")
    documents = [one for one in package if one.path in ("share/doc/envlink/LICENSE", "share/doc/envlink/copyright")
                 or one.path.startswith("share/doc/envlink/licences/")]
    folders = [Entry(path, 0o755) for path in
               ("bin", "etc", "etc/ssl", "etc/ssl/certs", "usr", "usr/share", "usr/share/doc", "usr/share/doc/envlink",
                "usr/share/doc/envlink/licences")]
    files = [
        Entry("bin/envlink", 0o755, program.data),
        Entry("etc/group", 0o644, f"root:x:0:\nenvlink:x:{USER}:\n".encode()),
        Entry("etc/passwd", 0o644, (f"root:x:0:0:root:/:/bin/envlink\n"
                                    f"envlink:x:{USER}:{USER}:envlink:/home/envlink:/bin/envlink\n").encode()),
        Entry("etc/ssl/certs/ca-certificates.crt", 0o644, certificates()),
        Entry("home", 0o755), Entry("home/envlink", 0o700, owner=USER),
        Entry("tmp", 0o1777),
        Entry("work", 0o755, owner=USER)]
    return sorted([*folders, *files, *(Entry("usr/" + one.path, one.mode, one.data) for one in documents if one.data is not None)],
                  key=lambda one: one.path.split("/"))


def encoded(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def image(package, version, commit, architecture, time):
    """The bytes of the tar file."""
    blobs = {}

    def add(media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    layer = tar(root(package), time)
    layer_blob = add(LAYER, gzipped(layer))
    config = add(CONFIG, encoded({
        "architecture": architecture, "os": "linux",
        "created": datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "config": {"User": f"{USER}:{USER}", "WorkingDir": "/work", "Entrypoint": ["/bin/envlink"], "Cmd": ["--help"],
                   "Env": ["PATH=/bin", "HOME=/home/envlink"],
                   "Labels": {"org.opencontainers.image.title": "envlink", "org.opencontainers.image.version": version,
                              "org.opencontainers.image.revision": commit, "org.opencontainers.image.licenses": "Apache-2.0"}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
        "history": [{"created_by": "envlink " + version}]}))
    manifest = add(MANIFEST, encoded({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer_blob]}))

    def path(blob):
        return "blobs/sha256/" + blob["digest"].removeprefix("sha256:")

    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
        {**manifest, "platform": {"architecture": architecture, "os": "linux"},
         "annotations": {"org.opencontainers.image.ref.name": version,
                         "io.containerd.image.name": f"docker.io/library/envlink:{version}"}}]}
    for_docker = [{"Config": path(config), "RepoTags": [f"envlink:{version}"], "Layers": [path(layer_blob)]}]
    return tar([Entry("blobs", 0o755), Entry("blobs/sha256", 0o755),
                *(Entry(f"blobs/sha256/{digest}", 0o644, data) for digest, data in sorted(blobs.items())),
                Entry("index.json", 0o644, encoded(index)), Entry("manifest.json", 0o644, encoded(for_docker)),
                Entry("oci-layout", 0o644, encoded({"imageLayoutVersion": "1.0.0"}))], time)
