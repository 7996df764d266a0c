#include "state/directory.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace envlink;

TEST_CASE("The state folder follows XDG_STATE_HOME, then HOME, and ignores relative paths") {
  const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  setenv("HOME", "/home/dev", 1);
  setenv("XDG_STATE_HOME", "/var/state", 1);
  CHECK(*state::state_directory() == "/var/state/envlink");
  setenv("XDG_STATE_HOME", "state", 1);
  CHECK(*state::state_directory() == "/home/dev/.local/state/envlink");
  unsetenv("XDG_STATE_HOME");
  CHECK(*state::state_directory() == "/home/dev/.local/state/envlink");
  unsetenv("HOME");
  CHECK_FALSE(state::state_directory().has_value());
  setenv("HOME", home.c_str(), 1);
}
