"""The .deb and the .rpm of a tree, made by dpkg-deb and rpmbuild. The program is static, so neither depends on anything."""

import os
import pathlib
import subprocess
import tempfile

from tree import Entry, ReleaseError, below, write_tree

SUMMARY = "Link environment groups of Render to services, and prove it"
DESCRIPTION = """A file says which environment groups each service is linked to, which
variables must be there and which service depends on which. envlink plans,
links what is missing, redeploys in dependency order, watches until live,
and proves by reading back that it took effect."""
MAINTAINER = "The envlink authors <envlink@localhost>"

CONTROL = """Package: envlink
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Recommends: ca-certificates
Section: admin
Priority: optional
Description: {summary}
{description}
"""

# rpmbuild must pack what is there: it must not strip the program of another architecture, index its build id, or
# compress the manual page.
SPEC = """%global __os_install_post %{{nil}}
%global _build_id_links none
%global debug_package %{{nil}}
%global _binary_payload w9.xzdio
%global _buildhost envlink
%global source_date_epoch_from_changelog 0
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
Name: envlink
Version: {version}
Release: 1
Summary: {summary}
License: Apache-2.0
Recommends: ca-certificates
AutoReqProv: no
%description
{description}
%install
cp -a "{root}/." "%{{buildroot}}"
%files
{files}
"""


def run(command, time):
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(time)})
    except FileNotFoundError:
        raise ReleaseError(f"{command[0]} is not here", "scripts/install-dependencies installs it.") from None
    except subprocess.CalledProcessError as failed:
        raise ReleaseError(f"{command[0]} failed:\n{failed.stderr.strip()}", "Mend what it says.") from None


def deb(entries, version, architecture, time, out):
    kilobytes = sum((len(one.data or b"") + 1023) // 1024 + (one.data is None) for one in entries)
    control = CONTROL.format(version=version, architecture=architecture, maintainer=MAINTAINER, kilobytes=kilobytes,
                             summary=SUMMARY, description="".join(f" {line}\n" for line in DESCRIPTION.splitlines()).rstrip())
    with tempfile.TemporaryDirectory() as folder:
        write_tree([*below("usr", entries), Entry("DEBIAN", 0o755), Entry("DEBIAN/control", 0o644, control.encode())], folder, time)
        pathlib.Path(folder).chmod(0o755)
        run(["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", folder, str(out)], time)


def rpm(entries, version, architecture, time, out):
    # A folder that others have too (share/man) is not the package's.
    own = [one for one in entries if one.data is not None or "envlink" in one.path.split("/")]
    files = "\n".join(f'{"%dir " if one.data is None else ""}%attr({one.mode:o},root,root) "/usr/{one.path}"' for one in own)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "root")
        root.mkdir()
        write_tree(below("usr", entries), root, time)
        spec = SPEC.format(version=version, summary=SUMMARY, description=DESCRIPTION, root=root, files=files)
        pathlib.Path(folder, "envlink.spec").write_text(spec)
        run(["rpmbuild", "-bb", "--quiet", "--target", f"{architecture}-linux", "--define", f"_topdir {folder}",
             "--define", f"_dbpath {folder}/db", f"{folder}/envlink.spec"], time)
        (made,) = pathlib.Path(folder, "RPMS").rglob("*.rpm")
        out.write_bytes(made.read_bytes())
