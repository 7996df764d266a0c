// The example's envlink.yaml and its workspace must fit together.

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/file.h"
#include "emulator/workspace_file.h"

using namespace envlink;
using config::parse_file;
using emulator::parse_workspace;

namespace {

std::string read(const std::string& name) {
  std::ifstream file(ENVLINK_SOURCE_DIR "/examples/toolboxai/" + name);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the example's file has nine services in three groups of 39, 12 and 5 variables") {
  const auto desired = parse_file(read("envlink.yaml"), "envlink.yaml");
  REQUIRE(desired);
  CHECK(desired->services.size() == 9);
  REQUIRE(desired->groups.size() == 3);
  CHECK(desired->groups[0].variables->number == 39);
  CHECK(desired->groups[1].variables->number == 12);
  CHECK(desired->groups[2].variables->number == 5);
}

TEST_CASE("the order of the example's services respects their dependencies") {
  std::string text = read("envlink.yaml");
  const std::string order = "order: dependencies";
  REQUIRE(text.find(order) != std::string::npos);
  text.replace(text.find(order), order.size(), "order: listed");
  CHECK(parse_file(text, "envlink.yaml"));
}

TEST_CASE("the example's workspace has what its file expects, and nothing is linked yet") {
  const auto desired = parse_file(read("envlink.yaml"), "envlink.yaml");
  const auto workspace = parse_workspace(read("workspace.yaml"));
  REQUIRE(desired);
  REQUIRE(workspace);
  CHECK(workspace->owner_name == desired->workspace->text);
  REQUIRE(workspace->groups.size() == 3);
  REQUIRE(workspace->services.size() == 9);
  for (std::size_t at = 0; at < 3; ++at) {
    const auto& group = workspace->groups[at];
    CHECK(group.links.empty());
    CHECK(group.id == desired->groups[at].id->text);
    CHECK(group.name == desired->groups[at].name.text);
    CHECK(static_cast<int>(group.variables.size()) == desired->groups[at].variables->number);
  }
  for (std::size_t at = 0; at < 9; ++at) {
    const auto& wish = desired->services[at];
    CHECK(workspace->services[at].name == wish.name.text);
    CHECK(workspace->services[at].type == wish.type);
    const auto group = std::ranges::find(workspace->groups, wish.link.at(0).text, &emulator::SeedGroup::name);
    for (const auto& variable : wish.require) {
      CHECK_MESSAGE(std::ranges::count(group->variables, variable.key.text,
                                       &std::pair<std::string, std::string>::first) == 1,
                    wish.name.text << " " << variable.key.text);
    }
  }
}
