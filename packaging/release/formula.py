"""The formula for Homebrew: the archive of each target in the release, on macOS and on Linux."""

from targets import TARGETS

FORMULA = '''class Envlink < Formula
  desc "{summary}"
  homepage "{homepage}"
  version "{version}"
  license "Apache-2.0"

{systems}  def install
    bin.install "bin/envlink"
    man1.install "share/man/man1/envlink.1"
    bash_completion.install "share/bash-completion/completions/envlink"
    zsh_completion.install "share/zsh/site-functions/_envlink"
    fish_completion.install "share/fish/vendor_completions.d/envlink.fish"
    (share/"nushell/vendor/autoload").install "share/nushell/vendor/autoload/envlink.nu"
    pkgshare.install Dir["share/envlink/*"]
    doc.install Dir["share/doc/envlink/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/envlink version")
  end
end
'''


def formula(version, homepage, summary, archives):
    """`archives`: by the name of a target, the URL and the SHA-256 of its archive."""
    systems = ""
    for system in ("macos", "linux"):
        blocks = ""
        for target in TARGETS.values():
            if target.brew[0] == system and target.name in archives:
                url, sha256 = archives[target.name]
                blocks += f'    on_{target.brew[1]} do\n      url "{url}"\n      sha256 "{sha256}"\n    end\n'
        if blocks:
            systems += f"  on_{system} do\n{blocks}  end\n\n"
    return FORMULA.format(version=version, homepage=homepage, summary=summary, systems=systems)
