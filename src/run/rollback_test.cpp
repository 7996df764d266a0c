
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "run/commands.h"
#include "run/memory_store.h"
#include "run/nowhere.h"

using namespace envlink;
using namespace envlink::run;

namespace {

const OwnerId workspace("tea-1");

class Reporting final : public Nowhere {
 public:
  std::unique_ptr<engine::Transport> connect() override { throw std::logic_error("the network was used"); }
  void report(const Error& error) override { reported = error.what; }
  std::string reported;
};

std::int64_t begin(MemoryStore& store) {
  plan::Plan plan;
  plan.owner.id = workspace;
  plan::PlannedService service;
  service.redeploy = plan::Reason::requested;
  plan.services.push_back(service);
  return *store.begin({.workspace = workspace.text()}, plan);
}

}  // namespace

TEST_CASE("a run is not rolled back while a later run is unfinished") {
  MemoryStore store;
  Reporting frontend;
  Context context{
      .store = store, .locks = store, .network = frontend, .clock = frontend, .frontend = frontend};
  const std::int64_t earlier = begin(store);
  REQUIRE(store.append(earlier, {{Time{}, engine::RunEnded{model::Outcome::done}}}));
  REQUIRE(store.end(earlier, Time{}, model::Outcome::done));
  begin(store);
  const auto chosen = choose_for_rollback(store, earlier);
  REQUIRE(chosen);
  CHECK(roll_back(context, *chosen, {}) == model::Outcome::held);
  CHECK(frontend.reported == "Run 2 builds on run 1 and is unfinished; nothing was changed");
}

TEST_CASE("without a number, the workspace must be clear") {
  MemoryStore store;
  const auto finished_run = [&](const std::string& id, const std::string& name) {
    plan::Plan plan;
    plan.owner.id = OwnerId(id);
    plan.owner.name = name;
    const std::int64_t run = *store.begin({.workspace = id}, plan);
    REQUIRE(store.append(run, {{Time{}, engine::RunEnded{model::Outcome::done}}}));
    REQUIRE(store.end(run, Time{}, model::Outcome::done));
    return run;
  };
  CHECK(choose_for_rollback(store, 0).error().what == "There is no run to roll back");
  const std::int64_t staging = finished_run("tea-1", "staging");
  CHECK(choose_for_rollback(store, 0)->number() == staging);
  const std::int64_t production = finished_run("tea-2", "production");
  CHECK(choose_for_rollback(store, 0).error().what ==
        "The last runs changed several workspaces, and none is named");
  CHECK(choose_for_rollback(store, 0, "staging")->number() == staging);
  CHECK(choose_for_rollback(store, 0, "tea-2")->number() == production);
  CHECK(choose_for_rollback(store, staging, "production")->number() == staging);
  CHECK(choose_for_rollback(store, 0, "another").error().what ==
        "There is no run of the workspace another to roll back");
}

TEST_CASE("an unfinished run is found behind the finished ones of other workspaces") {
  MemoryStore store;
  const auto run_of = [&](const std::string& id, bool finished) {
    plan::Plan plan;
    plan.owner.id = OwnerId(id);
    const std::int64_t run = *store.begin({.workspace = id}, plan);
    if (!finished) return run;
    REQUIRE(store.append(run, {{Time{}, engine::RunEnded{model::Outcome::done}}}));
    REQUIRE(store.end(run, Time{}, model::Outcome::done));
    return run;
  };
  const std::int64_t left = run_of("tea-1", false);
  run_of("tea-2", true);
  CHECK((*choose_resumable(store, 0))->number() == left);
  CHECK_FALSE(choose_resumable(store, 0, "tea-2")->has_value());
  const std::int64_t another = run_of("tea-3", false);
  CHECK(choose_resumable(store, 0).error().what == "Several workspaces have an unfinished run");
  CHECK((*choose_resumable(store, 0, "tea-3"))->number() == another);
}
