#include "view/links.h"

#include <doctest/doctest.h>

#include <map>

using namespace envlink::view;

namespace {

constexpr const char* marked =
    "\x1b]8;;https://d.example/web/srv-1\x1b\\https://d.example/web/srv-1\x1b]8;;\x1b\\";

Style with_links() {
  Style style;
  style.links = true;
  return style;
}

bool knows(const std::map<std::string, std::string>& variables) {
  return terminal_knows_links([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

}  // namespace

TEST_CASE("an address is linked without punctuation after it") {
  CHECK(linked("→ read it: https://d.example/web/srv-1", with_links()) ==
        std::string("→ read it: ") + marked);
  CHECK(linked("(https://d.example/web/srv-1).\n", with_links()) == std::string("(") + marked + ").\n");
  CHECK(linked("\x1b[2mhttps://d.example/web/srv-1\x1b[0m", with_links()) ==
        std::string("\x1b[2m") + marked + "\x1b[0m");
}

TEST_CASE("text does not change without an address, with a shortened one, or without support for links") {
  for (const char* text :
       {"", "no address", "https://", "https:// ", "https://d.example/web/s…", "http://d.example"}) {
    CAPTURE(text);
    CHECK(linked(text, with_links()) == text);
  }
  CHECK(linked("https://d.example", Style{}) == "https://d.example");
}

TEST_CASE("support for links is detected from the terminal's environment variables") {
  CHECK(knows({{"TERM", "xterm-256color"}, {"VTE_VERSION", "7203"}}));
  CHECK(knows({{"TERM", "xterm-kitty"}}));
  CHECK(knows({{"TERM", "xterm-256color"}, {"TERM_PROGRAM", "iTerm.app"}}));
  CHECK(knows({{"TERM", "tmux-256color"}, {"FORCE_HYPERLINK", "1"}}));
  CHECK_FALSE(knows({{"TERM", "xterm-256color"}}));
  CHECK_FALSE(knows({{"TERM", "xterm-256color"}, {"VTE_VERSION", "4800"}}));
  CHECK_FALSE(knows({{"TERM", "screen"}, {"VTE_VERSION", "7203"}}));
  CHECK_FALSE(knows({{"TERM", "xterm-kitty"}, {"FORCE_HYPERLINK", "0"}}));
}
