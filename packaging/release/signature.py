"""The signature of a release: `ssh-keygen -Y`, because ssh-keygen is nearly everywhere."""

import pathlib
import subprocess

from tree import ReleaseError

SIGNER = "envlink-release"  # also the namespace: the key signs nothing else under this name

NEW_KEY = f"""Make one on a machine that you trust, with a passphrase, and commit its public half:
      ssh-keygen -t ed25519 -C {SIGNER} -f ~/.ssh/{SIGNER}
      echo '{SIGNER} namespaces="{SIGNER}"' "$(cut -d ' ' -f 1,2 ~/.ssh/{SIGNER}.pub)" >>packaging/release_keys"""


def keys_in(file):
    """The lines of a file of keys, without comments."""
    return [line for line in pathlib.Path(file).read_text().splitlines() if line.strip() and not line.startswith("#")]


def public_half(key):
    """TYPE and KEY of a private key, or of a public one whose private half is in an agent."""
    beside = key if key.suffix == ".pub" else key.with_name(key.name + ".pub")
    if not beside.exists():
        raise ReleaseError(f"{beside}, the public half of the release key, is not there", f"ssh-keygen -y -f {key} >{beside}")
    half = beside.read_text().split()[:2]
    if len(half) != 2:
        raise ReleaseError(f"{beside} is not the public half of a key", f"ssh-keygen -y -f {key} >{beside}")
    return " ".join(half)


def trusting(key):
    """The line that makes users trust `key`, as in packaging/release_keys."""
    return f'{SIGNER} namespaces="{SIGNER}" {public_half(key)}'


def require_known(key, keys):
    """An error unless `key` is one of those that users trust."""
    if not keys_in(keys):
        raise ReleaseError(f"{keys} has no key, so nobody could check the release", NEW_KEY)
    if not key.exists():
        raise ReleaseError(f"The release key {key} is not there", "Name its file: --key FILE")
    if trusting(key) not in [" ".join(line.split()[:4]) for line in keys_in(keys)]:
        raise ReleaseError(f"{key} is not one of the keys in {keys}",
                           "Sign with one of those, or add this one and commit it first.")


def sign(file, key):
    """Writes FILE.sig; ssh-keygen asks for the passphrase on the terminal."""
    pathlib.Path(f"{file}.sig").unlink(missing_ok=True)
    if subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", SIGNER, str(file)], check=False).returncode != 0:
        raise ReleaseError(f"ssh-keygen could not sign {file}", "Its words are above.")
