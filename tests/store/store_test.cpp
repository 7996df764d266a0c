// What every store of runs does: the journal, the team store on PostgreSQL, and the two in memory that other
// tests use.

#include "run/store.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>

#include "base/secret_text_test.h"
#include "journal/journal.h"
#include "keys/random_text.h"
#include "keys/team_key.h"
#include "postgres/store_test.h"
#include "run/history.h"
#include "run/memory_store.h"
#include "state/temp_folder_test.h"
#include "team/memory_database_test.h"
#include "team/team_store.h"

using namespace envlink;

namespace {

// Stores compare with their own clocks.
const Time began = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
const Time later = began + std::chrono::minutes(3);
const std::string workspace = "tea-1";

struct StandingClock final : engine::Clock {
  Time now() override { return began; }
};

/// A store, and its lock where writing needs one.
class Store {
 public:
  virtual ~Store() = default;
  virtual run::Store& runs() = 0;
  virtual run::Locks& locks() = 0;
  /// The same data, as another process sees it.
  virtual run::Store& seen_by_another() { return runs(); }
};

struct InMemory final : Store {
  run::Store& runs() override { return store; }
  run::Locks& locks() override { return store; }
  run::MemoryStore store;
};

struct OnThisMachine final : Store {
  run::Store& runs() override { return store; }
  run::Locks& locks() override { return store; }
  run::Store& seen_by_another() override { return other; }
  state::testing::TempFolder folder;
  journal::Journal store = *journal::Journal::open(folder.path());
  journal::Journal other = *journal::Journal::open(folder.path());
};

struct OfATeam : Store {
  OfATeam(team::Database& database, team::Database& of_another)
      : store(database, surroundings()), other(of_another, surroundings()) {}
  run::Store& runs() override { return store; }
  run::Locks& locks() override { return store; }
  run::Store& seen_by_another() override { return other; }
  team::Surroundings surroundings() {
    return {.clock = clock,
            .wait = [](Duration) { return true; },
            .random_id = keys::random_text,
            .who = {.user = "dev", .host = "box", .process = 1},
            .seal = key.seal_key()};
  }
  StandingClock clock;
  keys::TeamKey key = keys::TeamKey::make();
  team::TeamStore store;
  team::TeamStore other;
};

struct TeamDatabases {
  team::MemoryDatabase database{[] { return began; }};
};
struct OfATeamInMemory final : private TeamDatabases, public OfATeam {
  OfATeamInMemory() : OfATeam(database, database) {}
};

struct PostgresDatabases {
  postgres::testing::Store there;
  postgres::Connection connection{postgres::testing::good(there.address())};
  postgres::Database of_another{connection};
};
struct OfATeamOnPostgres final : private PostgresDatabases, public OfATeam {
  OfATeamOnPostgres() : OfATeam(there.database, of_another) {}
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Store>()> make;
};
const Kind kinds[] = {
    {"in memory", [] { return std::make_unique<InMemory>(); }},
    {"the journal", [] { return std::make_unique<OnThisMachine>(); }},
    {"of a team, in memory", [] { return std::make_unique<OfATeamInMemory>(); }},
    {"of a team, on PostgreSQL", [] { return std::make_unique<OfATeamOnPostgres>(); }},
};

/// Runs the body once for each store.
void for_each_store(const std::function<void(Store&)>& body) {
  for (const Kind& kind : kinds) {
    CAPTURE(kind.name);
    const auto store = kind.make();
    body(*store);
  }
}

run::RunSummary a_run(const std::string& of = workspace) {
  return {.workspace = of,
          .file = "/srv/it's \"here\"/envlink.yaml",
          .user = "dév",
          .host = "box",
          .began = began};
}
plan::Plan a_plan(const std::string& file) {
  plan::Plan plan;
  plan.file = file;
  plan.owner.id = OwnerId(workspace);
  plan.owner.name = "toolboxai";
  return plan;
}
engine::Event waiting(std::string why) {
  return {began, engine::Waiting{.seconds = 5, .why = std::move(why)}};
}
std::vector<std::string> reasons(const run::Store& store, std::int64_t run) {
  const auto events = store.events(run);
  REQUIRE(events.has_value());
  std::vector<std::string> all;
  for (const engine::Event& event : *events) all.push_back(event.as<engine::Waiting>()->why);
  return all;
}
std::unique_ptr<run::Lock> locked(Store& store, const std::string& of = workspace) {
  auto lock = store.locks().take(of, began);
  REQUIRE(lock.has_value());
  return std::move(*lock);
}

}  // namespace

TEST_CASE("Another process reads a run, its plan and its events as they were written") {
  for_each_store([](Store& store) {
    const auto lock = locked(store);
    const auto run = store.runs().begin(a_run(), a_plan("one.yaml"));
    REQUIRE(run.has_value());
    REQUIRE(lock->name_run(*run).has_value());
    REQUIRE(
        store.runs().append(*run, {waiting("a"), waiting("quote \" backslash \\ snowman ☃")}).has_value());
    REQUIRE(store.runs().append(*run, {}).has_value());
    REQUIRE(store.runs().append(*run, {waiting("c")}).has_value());
    const run::Store& other = store.seen_by_another();
    const auto found = other.find(*run);
    REQUIRE((found && *found));
    CHECK((*found)->number == *run);
    CHECK((*found)->workspace == workspace);
    CHECK((*found)->file == a_run().file);
    CHECK((*found)->user == "dév");
    CHECK((*found)->began == began);
    CHECK_FALSE((*found)->ended.has_value());
    CHECK_FALSE((*found)->undoes.has_value());
    CHECK(**other.plan(*run) == a_plan("one.yaml"));
    CHECK(reasons(other, *run) == std::vector<std::string>{"a", "quote \" backslash \\ snowman ☃", "c"});
  });
}

TEST_CASE("A run is closed with its outcome, and can be opened again") {
  for_each_store([](Store& store) {
    const auto lock = locked(store);
    run::RunSummary rollback = a_run();
    rollback.undoes = 1;
    const std::int64_t run = *store.runs().begin(rollback, {});
    REQUIRE(store.runs().end(run, later, model::Outcome::deploy_failed).has_value());
    const auto closed = *store.seen_by_another().find(run);
    CHECK(closed->ended == later);
    CHECK(closed->outcome == model::Outcome::deploy_failed);
    CHECK(closed->undoes == 1);
    REQUIRE(store.runs().reopen(run).has_value());
    const auto open = *store.seen_by_another().find(run);
    CHECK_FALSE(open->ended.has_value());
    CHECK_FALSE(open->outcome.has_value());
  });
}

TEST_CASE("Runs are listed newest first, of one workspace or of all, up to a limit") {
  for_each_store([](Store& store) {
    const auto lock = locked(store);
    const auto another = locked(store, "tea-2");
    const std::int64_t first = *store.runs().begin(a_run(), {});
    const std::int64_t second = *store.runs().begin(a_run("tea-2"), {});
    const std::int64_t third = *store.runs().begin(a_run(), {});
    const auto numbers = [&](const std::string& of, int limit) {
      std::vector<std::int64_t> all;
      const auto runs = store.seen_by_another().runs(of, limit);
      REQUIRE(runs.has_value());
      for (const run::RunSummary& one : *runs) all.push_back(one.number);
      return all;
    };
    CHECK(first < second);
    CHECK(numbers("", 10) == std::vector{third, second, first});
    CHECK(numbers("", 2) == std::vector{third, second});
    CHECK(numbers(workspace, 10) == std::vector{third, first});
    CHECK(numbers("tea-3", 10).empty());
  });
}

TEST_CASE("Events are counted, also where there are none") {
  for_each_store([](Store& store) {
    const auto lock = locked(store);
    const std::int64_t first = *store.runs().begin(a_run(), {});
    const std::int64_t second = *store.runs().begin(a_run(), {});
    REQUIRE(store.runs().append(second, {waiting("a"), waiting("b")}).has_value());
    const std::vector<run::EventCount> expected{{first, 0}, {second, 2}};
    CHECK(*store.seen_by_another().event_counts("") == expected);
    CHECK(*store.seen_by_another().event_counts(workspace) == expected);
    CHECK(store.seen_by_another().event_counts("tea-2")->empty());
  });
}

TEST_CASE("A run that does not exist has nothing") {
  for_each_store([](Store& store) {
    CHECK_FALSE(store.runs().history(workspace)->revision != 0);
    CHECK(store.runs().runs("", 10)->empty());
    CHECK(store.runs().event_counts("")->empty());
  });
}

TEST_CASE("Of two histories made from the same one, the first is kept") {
  for_each_store([](Store& store) {
    run::KeptHistory history = *store.runs().history(workspace);
    history.taken = {{12, 48}, {13, 5}};
    CHECK(*store.runs().keep_history(workspace, history));
    run::KeptHistory second = history;
    second.taken = {{12, 47}};
    CHECK_FALSE(*store.seen_by_another().keep_history(workspace, second));
    const run::KeptHistory kept = *store.seen_by_another().history(workspace);
    CHECK(kept.taken == history.taken);
    CHECK(kept.revision != history.revision);
    history.taken = {{14, 1}};
    REQUIRE(store.runs().replace_history(workspace, history).has_value());
    CHECK(store.runs().history(workspace)->taken == history.taken);
    CHECK_FALSE(*store.runs().keep_history(workspace, kept));
    CHECK(store.runs().history("tea-2")->taken.empty());
  });
}

TEST_CASE("Values from before a run are kept once, and dropped after their time") {
  for_each_store([](Store& store) {
    const auto lock = locked(store);
    const std::int64_t run = *store.runs().begin(a_run(), {});
    const std::int64_t open = *store.runs().begin(a_run(), {});
    REQUIRE(store.runs().keep_undo(run, {{0, Secret("old")}, {2, std::nullopt}}).has_value());
    REQUIRE(store.runs().keep_undo(run, {{0, Secret("newer")}}).has_value());
    REQUIRE(store.runs().keep_undo(open, {{0, Secret("of the open run")}}).has_value());
    const auto kept = store.seen_by_another().undo(run);
    REQUIRE((kept && kept->size() == 2));
    CHECK(kept->at(0).position == 0);
    CHECK(SecretText::of(*kept->at(0).value) == "old");
    CHECK(kept->at(1).position == 2);
    CHECK_FALSE(kept->at(1).value.has_value());
    REQUIRE(store.runs().end(run, later, model::Outcome::done).has_value());
    const Time before = later - std::chrono::minutes(1);
    const Time after = later + std::chrono::minutes(1);
    CHECK(*store.runs().drop_undo({workspace, before, before}) == 0);
    CHECK(*store.runs().drop_undo({"tea-2", after, before}) == 0);
    CHECK(*store.runs().drop_undo({workspace, after, before}) == 2);
    CHECK(store.seen_by_another().undo(run)->empty());
    CHECK(store.seen_by_another().undo(open)->size() == 1);
  });
}

TEST_CASE("One at a time holds the lock of a workspace") {
  for_each_store([](Store& store) {
    {
      const auto lock = locked(store);
      CHECK(store.locks().take(workspace, began).error().kind == ErrorKind::held);
      CHECK(store.locks().take("tea-2", began).has_value());
    }
    CHECK(store.locks().take(workspace, began).has_value());
  });
}

TEST_CASE("What is left of a run is found by every process") {
  for_each_store([](Store& store) {
    const auto lock = locked(store);
    const std::int64_t run = *store.runs().begin(a_run(), a_plan("one.yaml"));
    CHECK(*run::open_runs(store.seen_by_another(), workspace) == std::vector{run});
    const auto left = run::unfinished_run(store.seen_by_another(), "");
    REQUIRE((left && *left));
    CHECK((*left)->number() == run);
    REQUIRE(store.runs().end(run, later, model::Outcome::rolled_back).has_value());
    CHECK(run::open_runs(store.seen_by_another(), workspace)->empty());
  });
}
