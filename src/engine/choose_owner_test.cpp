#include "engine/choose_owner.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;

namespace {

const std::vector<model::Owner> two = {{OwnerId("tea-1"), "production", "team"},
                                       {OwnerId("tea-2"), "staging", "team"}};

model::Desired file_for(const std::string& workspace) {
  model::Desired desired;
  desired.workspace = SourceString{workspace, {2, 12}};
  return desired;
}

}  // namespace

TEST_CASE("a file and RENDER_WORKSPACE that name different workspaces are refused") {
  const auto chosen = choose_owner(two, file_for("production"), "staging");
  REQUIRE_FALSE(chosen.has_value());
  CHECK(chosen.error().kind == ErrorKind::refused);
  CHECK(chosen.error().what == "the file is for workspace production, but RENDER_WORKSPACE is staging");
}

TEST_CASE("a name in one place and an id in the other may mean the same workspace") {
  const auto chosen = choose_owner(two, file_for("production"), "tea-1");
  REQUIRE(chosen.has_value());
  CHECK(chosen->name == "production");
}

TEST_CASE("for two workspaces with the same name, the error lists their ids") {
  const std::vector<model::Owner> owners = {{OwnerId("tea-1"), "My Workspace", "team"},
                                            {OwnerId("tea-2"), "My Workspace", "team"},
                                            {OwnerId("tea-3"), "Other Co", "team"}};
  CHECK(label_of(owners[1], owners) == "My Workspace (tea-2)");
  CHECK(label_of(owners[2], owners) == "Other Co");
  CHECK(labels_of(owners) == "My Workspace (tea-1), My Workspace (tea-2) and Other Co");
  const auto error = [&](const model::Desired& file, const std::string& named) {
    const auto chosen = choose_owner(owners, file, named);
    REQUIRE_FALSE(chosen.has_value());
    CHECK(chosen.error().kind == ErrorKind::refused);
    return chosen.error();
  };
  const std::string all = "My Workspace (tea-1), My Workspace (tea-2) and Other Co";
  CHECK(error({}, "").why == "they are " + all);
  CHECK(error({}, "").cure == "Set `workspace: tea-…` in the file, or RENDER_WORKSPACE.");
  CHECK(error(file_for("Workspace"), "").why == "it can access " + all);
  for (const auto& ambiguous : {error(file_for("My Workspace"), ""), error({}, "My Workspace")}) {
    CHECK(ambiguous.what == "2 workspaces are named My Workspace");
    CHECK(ambiguous.why == "their ids are tea-1 and tea-2");
  }
  CHECK(choose_owner(owners, {}, "tea-2").value().id == OwnerId("tea-2"));
}

TEST_CASE("if two workspaces share a name, a conflict with RENDER_WORKSPACE shows the pinned one's id") {
  const std::vector<model::Owner> owners = {{OwnerId("tea-1"), "twin", "team"},
                                            {OwnerId("tea-2"), "twin", "team"}};
  CHECK(choose_owner(owners, file_for("tea-2"), "twin").value().id == OwnerId("tea-2"));
  CHECK_FALSE(choose_owner(owners, file_for("tea-2"), "tea-1").has_value());
}

TEST_CASE("the list of workspaces is not read further if no other one could change the answer") {
  CHECK(is_decided(two, {}, ""));  // already more than one
  CHECK(is_decided(two, file_for("tea-2"), ""));
  CHECK_FALSE(is_decided(two, file_for("staging"), ""));  // another one may have that name
  CHECK_FALSE(is_decided(two, {}, "elsewhere"));
  CHECK_FALSE(is_decided({two.front()}, {}, ""));
}
