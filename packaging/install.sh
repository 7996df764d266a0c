#!/bin/sh
# Installs a release of envlink, after it has checked the signature of the release and the checksum of the file.
# sh install.sh --help
set -eu
export LC_ALL=C

# A release writes these three into its copy. In the repository the version and the address must be given, and the
# keys are in the file release_keys beside this one.
version=@VERSION@
url=@URL@
keys='@KEYS@'

usage() {
  cat <<END
usage: sh install.sh [flags]
  --version N.N.N   this version of envlink${baked:+; otherwise $version}
  --prefix FOLDER   install into FOLDER/bin and FOLDER/share; otherwise ~/.local
  --from FOLDER     install from files in FOLDER; do not use the network
  --url URL         download from URL/vN.N.N${baked:+; otherwise from $url}
  --keep FOLDER     also leave the checked files in FOLDER, for --from
  --allow-older     replace a newer version
It never asks. When it refuses, nothing has changed.
END
}

# refuse WHAT WHY CURE; the last two may be empty.
refuse() {
  echo "install.sh: $1" >&2
  [ -z "$2" ] || echo "  why: $2" >&2
  [ -z "$3" ] || echo "  → $3" >&2
  exit 1
}

# Text from elsewhere, for a message: one short line, no control characters.
short() { tr -d '\000-\010\013-\037\177' | tr '\n' ' ' | sed "s/$(printf '\302')[$(printf '\200')-$(printf '\237')]//g" | cut -c 1-300; }

is_version() {
  case $1 in
    *[!0-9.]* | .* | *. | *..* | *.*.*.* | *[0-9][0-9][0-9][0-9][0-9][0-9][0-9]*) return 1 ;;
    *.*.*) return 0 ;;
    *) return 1 ;;
  esac
}

# is_older A B: version A comes before version B.
is_older() {
  a=$1. b=$2.
  while [ -n "$a" ]; do
    [ "${a%%.*}" -eq "${b%%.*}" ] || { [ "${a%%.*}" -lt "${b%%.*}" ]; return; }
    a=${a#*.} b=${b#*.}
  done
  return 1
}

detect_target() {
  system=$(uname -s) machine=$(uname -m)
  # A shell under Rosetta names the processor that it is shown.
  if [ "$system" = Darwin ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null || echo 0)" = 1 ]; then machine=arm64; fi
  case $system-$machine in
    Linux-x86_64 | Linux-amd64) target=x86_64-linux-musl ;;
    Linux-aarch64 | Linux-arm64) target=aarch64-linux-musl ;;
    Darwin-arm64) target=aarch64-macos ;;
    Darwin-x86_64) target=x86_64-macos ;;
    *) refuse "There is no envlink for $system on $machine" "releases have Linux and macOS, each for x86_64 and aarch64" \
      "Build it from source: docs/install.md" ;;
  esac
}

find_tools() {
  command -v ssh-keygen >/dev/null || refuse "ssh-keygen is not here, which checks the signature of the release" "" \
    "Install OpenSSH's client: openssh-client (Debian, Ubuntu), openssh-clients (Fedora), openssh-keygen (Alpine)"
  if command -v sha256sum >/dev/null; then
    sha256() { sha256sum <"$1" | cut -c 1-64; }
  elif command -v shasum >/dev/null; then
    sha256() { shasum -a 256 <"$1" | cut -c 1-64; }
  else
    refuse "Neither sha256sum nor shasum is here" "" "Install coreutils"
  fi
  [ -z "$from" ] || return 0
  if command -v curl >/dev/null; then
    download() {
      curl --fail --silent --show-error --location --proto '=http,https' --proto-redir '=http,https' --max-redirs 5 \
        --connect-timeout 20 --speed-limit 1000 --speed-time 60 -- "$1"
    }
  elif command -v wget >/dev/null; then
    # Busybox has no --tries, says what went wrong even if it is told to be quiet, and may crash with a timeout.
    with=-q
    case $(wget --help 2>&1) in *--tries*) with="-nv --tries=1 --timeout=60" ;; esac
    download() { wget $with -O - -- "$1"; }
  else
    refuse "Neither curl nor wget is here" "" "Install one of them, or copy the files here and use --from FOLDER"
  fi
}

# fetch NAME BYTES: the file of the release, of at most so many bytes.
fetch() {
  if [ -n "$from" ]; then
    [ -f "$from/$1" ] || refuse "$from/$1 is not there" "" "--from needs SHA256SUMS, SHA256SUMS.sig and $archive in that folder"
    head -c $(($2 + 1)) -- "$from/$1" >"$scratch/$1" || refuse "$from/$1 cannot be read" "" ""
  else
    place=$url/v$version/$1
    {
      download "$place" 2>"$scratch/said" && : >"$scratch/complete"
    } | head -c $(($2 + 1)) >"$scratch/$1"
  fi
  size=$(($(wc -c <"$scratch/$1")))
  [ "$size" -le "$2" ] || refuse "$1 is larger than $2 bytes" "a release has no such file" \
    "Check where it comes from: ${from:-$place}"
  if [ -z "$from" ]; then
    [ -e "$scratch/complete" ] || refuse "$place could not be downloaded" "$(short <"$scratch/said")" \
      "Check that this version is there and that the network works, then run this again"
    rm "$scratch/complete"
  fi
}

check_signature() {
  case $keys in
    @*) cat "$(dirname "$0")/release_keys" >"$scratch/keys" ;;
    *) printf '%s\n' "$keys" >"$scratch/keys" ;;
  esac
  grep -q '^[^#]' "$scratch/keys" || refuse "There is no release key to check the signature with" \
    "packaging/release_keys has none" "Use the install.sh of a release"
  ! ssh-keygen -Y verify -f "$scratch/keys" -I envlink-release -n envlink-release -s "$scratch/SHA256SUMS.sig" \
    <"$scratch/SHA256SUMS" >"$scratch/said" 2>&1 || return 0
  case $(cat "$scratch/said") in
    *"illegal option"* | *"unknown option"* | *"invalid option"*)
      refuse "This ssh-keygen cannot check signatures" "it is older than OpenSSH 8.1" "Update OpenSSH's client" ;;
  esac
  refuse "SHA256SUMS is not signed by envlink's release key; nothing was installed" "$(short <"$scratch/said")" \
    "Somebody changed it, or a proxy sent a page of its own. Look at ${from:-$url/v$version}"
}

check_archive() {
  expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$scratch/SHA256SUMS")
  [ -n "$expected" ] || refuse "The signed list of files has no $archive; nothing was installed" \
    "it is of another version, or that release was not made for this machine" "Look at ${from:-$url/v$version}"
  fetch "$archive" 67108864
  [ "$(sha256 "$scratch/$archive")" = "$expected" ] || refuse "$archive is not the signed file; nothing was installed" \
    "its SHA-256 differs: it is incomplete, damaged or was changed" "Run this again. If it stays so, look at ${from:-$url/v$version}"
}

# What `envlink version` calls itself; empty if it does not run.
version_of() { "$1" version </dev/null 2>/dev/null | sed -n '1s/^envlink \([0-9.]*\).*/\1/p'; }

check_installed() {
  [ -e "$prefix/bin/envlink" ] || return 0
  [ ! -d "$prefix/bin/envlink" ] || refuse "$prefix/bin/envlink is a folder; nothing was changed" "" "Move it away, or choose another --prefix"
  installed=$(version_of "$prefix/bin/envlink") || installed=
  is_version "$installed" || { installed=; return 0; }
  if is_older "$version" "$installed" && [ -z "$allow_older" ]; then
    refuse "envlink $installed is installed in $prefix, which is newer than $version; nothing was changed" "" \
      "If you want the older version: --allow-older"
  fi
}

# Beside what it will replace: on the same file system, where a file is replaced as a whole, and where programs may run.
unpack() {
  place=$prefix
  while [ ! -e "$place" ]; do place=$(dirname "$place"); done
  stage=$(mktemp -d "$place/.envlink-install.XXXXXX" 2>"$scratch/said") || \
    refuse "envlink cannot be installed in $prefix; nothing was changed" "$(short <"$scratch/said")" \
      "Choose a folder that you may write: --prefix FOLDER"
  tar -xzf "$scratch/$archive" -C "$stage" 2>"$scratch/said" || refuse "$archive could not be unpacked in $prefix" \
    "$(short <"$scratch/said")" "Make room there, or choose another --prefix"
  new=$stage/envlink-$version-$target
  told=$(version_of "$new/bin/envlink") || told=
  [ "$told" = "$version" ] || refuse "The program of $archive does not run here; nothing was installed" \
    "it should say that it is envlink $version, and said: ${told:-nothing}" "Check that programs may run in $prefix"
  (cd "$new" && find . -type d) >"$stage/folders"
  (cd "$new" && find . -type f ! -path ./bin/envlink ! -path './share/envlink/*' ! -path './share/doc/envlink/*') >"$stage/files"
}

check_places() {
  while IFS= read -r folder; do
    place=$prefix${folder#.}
    if { [ -e "$place" ] || [ -L "$place" ]; } && { [ ! -d "$place" ] || [ ! -w "$place" ]; }; then
      refuse "$place is not a folder that you may write; nothing was changed" "" "Change that, or choose another --prefix"
    fi
  done <"$stage/folders"
  while IFS= read -r file; do
    place=$prefix${file#.}
    [ ! -d "$place" ] || refuse "$place is a folder; nothing was changed" "" "Move it away, or choose another --prefix"
  done <"$stage/files"
}

# What is there is replaced by renaming: folders that are envlink's own as a whole, other files one by one, and the
# program last.
put_in_place() {
  trap '' HUP INT TERM
  for folder in share/envlink share/doc/envlink; do
    mkdir -p "$prefix/$(dirname $folder)" "$stage/old/$(dirname $folder)"
    [ ! -e "$prefix/$folder" ] || mv "$prefix/$folder" "$stage/old/$folder"
    mv "$new/$folder" "$prefix/$folder"
  done
  while IFS= read -r file; do
    mkdir -p "$prefix/$(dirname "$file")"
    mv -f "$new/$file" "$prefix/$file"
  done <"$stage/files"
  mkdir -p "$prefix/bin"
  mv -f "$new/bin/envlink" "$prefix/bin/envlink"
}

keep_files() {
  [ -n "$keep" ] || return 0
  mkdir -p "$keep" 2>"$scratch/said" && cp "$scratch/$archive" "$scratch/SHA256SUMS" "$scratch/SHA256SUMS.sig" "$keep" \
    2>"$scratch/said" || refuse "$keep cannot be written; nothing was installed" "$(short <"$scratch/said")" "Choose another folder: --keep FOLDER"
}

tell() {
  if [ -z "$installed" ]; then
    echo "envlink $version is installed: $prefix/bin/envlink"
  else
    echo "envlink $version is installed: $prefix/bin/envlink (before: $installed)"
  fi
  case :$PATH: in
    *:"$prefix/bin":*)
      first=$(command -v envlink || true)
      [ "$first" = "$prefix/bin/envlink" ] || echo "But \`envlink\` runs $first, which comes earlier in PATH." ;;
    *) echo "$prefix/bin is not in PATH. Add this to your shell's start file:  export PATH=\"$prefix/bin:\$PATH\"" ;;
  esac
}

# In a function, so that nothing runs before the whole script is here.
main() {
  baked=yes
  case $version in @*) baked= version= url= ;; esac
  prefix= from= keep= allow_older= installed=
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --prefix | --from | --url | --keep)
        [ -n "${2:-}" ] || { usage >&2; refuse "$1 needs a value" "" ""; }
        case $1 in
          --version) version=${2#v} ;;
          --prefix) prefix=$2 ;;
          --from) from=$2 ;;
          --url) url=${2%/} ;;
          --keep) keep=$2 ;;
        esac
        shift ;;
      --allow-older) allow_older=yes ;;
      -h | --help) usage; exit 0 ;;
      *) usage >&2; refuse "There is no flag $(printf %s "$1" | short)" "" "" ;;
    esac
    shift
  done
  [ -n "$version" ] || refuse "Which version?" "this copy of install.sh is not of a release" "--version N.N.N"
  is_version "$version" || refuse "$(printf %s "$version" | short) is not a version" "" "--version N.N.N, as in 1.2.3"
  if [ -z "$from" ]; then
    case $url in
      https://* | http://*) ;;
      *) refuse "Where are the releases?" "" "--url https://…/releases/download, or --from FOLDER" ;;
    esac
  fi
  [ -n "$prefix" ] || prefix=${HOME:+$HOME/.local}
  [ -n "$prefix" ] || refuse "HOME is not set" "" "Say where to install: --prefix FOLDER"
  case $prefix in /*) ;; *) prefix=$PWD/${prefix#./} ;; esac
  while case $prefix in ?*/) true ;; *) false ;; esac; do prefix=${prefix%/}; done

  detect_target
  find_tools
  archive=envlink-$version-$target.tar.gz
  stage=
  scratch=$(mktemp -d 2>&1) || refuse "A temporary folder cannot be made" "$(printf %s "$scratch" | short)" \
    "Name one that you may write: TMPDIR=FOLDER"
  # What was replaced may have folders that cannot be written, and files of somebody else.
  trap 'chmod -R u+w ${stage:+"$stage"} 2>/dev/null || :; rm -rf "$scratch" ${stage:+"$stage"}' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM

  check_installed
  fetch SHA256SUMS 65536
  fetch SHA256SUMS.sig 16384
  check_signature
  check_archive
  unpack
  check_places
  keep_files
  put_in_place
  tell
}

main "$@"
