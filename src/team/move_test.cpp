#include "team/move.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/secret_text_test.h"
#include "keys/team_key.h"
#include "run/memory_store.h"
#include "team/memory_database_test.h"

using namespace envlink;
using namespace envlink::team;

namespace {

class StillClock final : public engine::Clock {
 public:
  Time now() override { return *parse_rfc3339("2026-11-30T12:00:00Z"); }
};

struct Stores {
  Stores() {
    here.seal = keys::TeamKey::make().seal_key();
    to.emplace(database, here);
  }
  Result<Moved> move() { return move_runs(from, from, database, *to, clock); }

  StillClock clock;
  run::MemoryStore from;
  MemoryDatabase database{[this] { return clock.now(); }};
  int ids = 0;
  Surroundings here{.clock = clock,
                    .wait = [](Duration) { return true; },
                    .random_id = [this] { return fmt::format("id-{}", ++ids); },
                    .why_unsealed = "there is no store key"};
  std::optional<TeamStore> to;
};

run::RunSummary a_run(const std::string& workspace, std::optional<std::int64_t> undoes = {}) {
  return {.workspace = workspace,
          .file = "envlink.yaml",
          .user = "dev",
          .host = "laptop",
          .began = *parse_rfc3339("2026-11-01T12:00:00Z"),
          .undoes = undoes};
}

plan::Plan plan_of(const std::string& workspace, std::int64_t undoes = 0) {
  plan::Plan plan;
  plan.owner.id = OwnerId(workspace);
  plan.undoes = undoes;
  return plan;
}

/// Two runs and a rollback of the second one.
void fill(run::MemoryStore& store) {
  const Time at = *parse_rfc3339("2026-11-01T12:01:00Z");
  REQUIRE(store.begin(a_run("tea-1"), plan_of("tea-1")) == 1);
  REQUIRE(store.append(1, {{at, engine::run_began(plan_of("tea-1"))}, {at, engine::RunResumed{}}}));
  REQUIRE(store.end(1, at, model::Outcome::done));
  REQUIRE(store.begin(a_run("tea-2"), plan_of("tea-2")) == 2);
  REQUIRE(store.keep_undo(2, {{.position = 3, .value = Secret("hunter2")}}));
  REQUIRE(store.begin(a_run("tea-2", 2), plan_of("tea-2", 2)) == 3);
  REQUIRE(store.append(3, {{at, engine::run_began(plan_of("tea-2", 2))}}));
  REQUIRE(store.end(2, at, model::Outcome::rolled_back));
  REQUIRE(store.end(3, at, model::Outcome::done));
}

}  // namespace

TEST_CASE("Runs come with their plans, events, ends and old values, and with numbers of the team's store") {
  Stores stores;
  stores.database.state().next_run = 41;
  fill(stores.from);
  const auto moved = stores.move();
  REQUIRE(moved.has_value());
  CHECK(moved->copied == 3);
  CHECK(moved->there == 0);
  CHECK(moved->values == 1);
  CHECK(moved->left_out.empty());

  const auto first = stores.to->find(41);
  REQUIRE((first.has_value() && first->has_value()));
  CHECK((*first)->host == "laptop");
  CHECK((*first)->outcome == model::Outcome::done);
  CHECK(stores.to->events(41).value() == stores.from.events(1).value());
  const auto rollback = stores.to->find(43);
  REQUIRE((rollback.has_value() && rollback->has_value()));
  CHECK((*rollback)->undoes == 42);
  CHECK((*stores.to->plan(43))->undoes == 42);
  CHECK(stores.to->events(43)->front().as<engine::RunBegan>()->undoes == 42);
  const auto values = stores.to->undo(42);
  REQUIRE((values.has_value() && values->size() == 1));
  CHECK(values->front().position == 3);
  CHECK(SecretText::of(*values->front().value) == "hunter2");
}

TEST_CASE("Doing it again copies only what is new") {
  Stores stores;
  fill(stores.from);
  REQUIRE(stores.move().has_value());
  REQUIRE(stores.from.begin(a_run("tea-1"), plan_of("tea-1")) == 4);
  const auto unfinished = stores.move();
  REQUIRE(unfinished.has_value());
  CHECK(unfinished->copied == 0);
  REQUIRE(unfinished->left_out.size() == 1);
  CHECK(unfinished->left_out.front().what == "Run 4 was not copied");

  REQUIRE(stores.from.end(4, stores.clock.now(), model::Outcome::done));
  const auto again = stores.move();
  REQUIRE(again.has_value());
  CHECK(again->copied == 1);
  CHECK(again->there == 3);
  CHECK(stores.to->runs("", 100)->size() == 4);
}

TEST_CASE("What is known about a workspace comes with it, and names the runs by their new numbers") {
  Stores stores;
  stores.database.state().next_run = 41;
  fill(stores.from);
  plan::History::State state;
  state.key = "0123456789abcdef";
  state.deploys[ServiceId("srv-1")] = {{.deploy = DeployId("dep-1"), .run = 1}};
  REQUIRE(stores.from.keep_history("tea-1", {plan::History(state), {{1, 2}}, 0}) == true);
  REQUIRE(stores.move().has_value());
  const auto kept = stores.to->history("tea-1");
  REQUIRE(kept.has_value());
  CHECK(kept->history.state().key == "0123456789abcdef");
  CHECK(kept->history.state().deploys.at(ServiceId("srv-1")).front().run == 41);
  CHECK(kept->taken == std::vector<run::EventCount>{{41, 2}});
}

TEST_CASE("What the team knows already stays, and copied runs are no news to it") {
  Stores stores;
  fill(stores.from);
  plan::History::State state;
  state.key = "fedcba9876543210";
  REQUIRE(stores.to->keep_history("tea-1", {plan::History(state), {}, 0}) == true);
  REQUIRE(stores.move().has_value());
  const auto kept = stores.to->history("tea-1");
  REQUIRE(kept.has_value());
  CHECK(kept->history.state().key == "fedcba9876543210");
  CHECK(kept->taken == std::vector<run::EventCount>{{1, 2}});
}

TEST_CASE("Without the team's key old values are left out, and everything else is copied") {
  Stores stores;
  stores.here.seal.reset();
  stores.to.emplace(stores.database, stores.here);
  fill(stores.from);
  const auto moved = stores.move();
  REQUIRE(moved.has_value());
  CHECK(moved->copied == 3);
  CHECK(moved->values == 0);
  REQUIRE(moved->left_out.size() == 1);
  CHECK(moved->left_out.front().why == "there is no store key");

  stores.here.seal = keys::TeamKey::make().seal_key();
  stores.to.emplace(stores.database, stores.here);
  CHECK(stores.move()->values == 1);
  CHECK(stores.move()->values == 0);
}

TEST_CASE("While a run is in progress in either store, nothing is copied") {
  Stores stores;
  fill(stores.from);
  for (run::Locks* locks : {static_cast<run::Locks*>(&stores.from), static_cast<run::Locks*>(&*stores.to)}) {
    const auto held = locks->take("tea-2", stores.clock.now());
    REQUIRE(held.has_value());
    const auto moved = stores.move();
    REQUIRE_FALSE(moved.has_value());
    CHECK(moved.error().kind == ErrorKind::held);
    CHECK(stores.database.state().runs.empty());
  }
}
