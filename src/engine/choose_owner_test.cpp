#include "engine/choose_owner.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;

namespace {

const std::vector<model::Owner> two = {{OwnerId("tea-1"), "production", "team"},
                                       {OwnerId("tea-2"), "staging", "team"}};

model::Desired file_for(const std::string& workspace) {
  model::Desired desired;
  desired.workspace = model::SourceString{workspace, {2, 12}};
  return desired;
}

}  // namespace

TEST_CASE("where the file and RENDER_WORKSPACE name two workspaces, none of them is taken") {
  const auto chosen = choose_owner(two, file_for("production"), "staging");
  REQUIRE_FALSE(chosen.has_value());
  CHECK(chosen.error().kind == ErrorKind::refused);
  CHECK(chosen.error().what == "the file is for workspace production, and RENDER_WORKSPACE says staging");
}

TEST_CASE("where the one has its name and the other its id, they are the same workspace") {
  const auto chosen = choose_owner(two, file_for("production"), "tea-1");
  REQUIRE(chosen.has_value());
  CHECK(chosen->name == "production");
}
