// The lock of the team store in virtual time, and statements whose answers are lost. What every store does is
// in tests/store.

#include "team/team_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <memory>

#include "team/memory_database_test.h"

using namespace envlink;
using namespace envlink::team;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string workspace = "tea-1";

class VirtualClock final : public engine::Clock {
 public:
  Time now() override { return at; }
  Time at = *parse_rfc3339("2026-11-30T12:00:00Z");
};

/// Each statement takes effect or not, and is answered or not.
class Faulty final : public MemoryDatabase {
 public:
  enum class Fault { none, not_done, answer_lost };
  Faulty(VirtualClock& clock) : MemoryDatabase([&clock] { return clock.at; }), clock_(clock) {}

  Answer<LockAnswer> take(const std::string& of, const Holder& holder, Duration length) override {
    return with_faults([&] { return MemoryDatabase::take(of, holder, length); });
  }
  Answer<bool> renew(const Right& right, Duration length, std::int64_t run) override {
    return with_faults([&] { return MemoryDatabase::renew(right, length, run); });
  }
  Answer<std::optional<std::int64_t>> begin(const Right& right, const std::string& token, const RunRow& row,
                                            std::string_view plan) override {
    return with_faults([&] { return MemoryDatabase::begin(right, token, row, plan); });
  }
  Answer<bool> append(const Right& right, std::int64_t run, int first,
                      const std::vector<std::string>& bodies) override {
    return with_faults([&] { return MemoryDatabase::append(right, run, first, bodies); });
  }
  Answer<bool> end(const Right& right, std::int64_t run, const std::optional<RunEnding>& ending) override {
    return with_faults([&] { return MemoryDatabase::end(right, run, ending); });
  }

  /// The next statements, in order; then the last one again and again.
  std::vector<Fault> faults{Fault::none};
  /// A failing statement takes this long.
  Duration hangs = seconds(5);
  std::size_t asked = 0;

 private:
  template <class Statement>
  auto with_faults(Statement statement) -> decltype(statement()) {
    const Fault fault = faults[std::min(asked++, faults.size() - 1)];
    if (fault == Fault::none) return statement();
    if (fault == Fault::answer_lost) static_cast<void>(statement());
    clock_.at += hangs;
    return tl::unexpected(Failure{{.what = "The database does not answer"}, true});
  }
  VirtualClock& clock_;
};
using Fault = Faulty::Fault;

struct Team {
  VirtualClock clock;
  Faulty database{clock};
  int ids = 0;
  bool interrupted = false;

  std::unique_ptr<TeamStore> store(const std::string& host) {
    return std::make_unique<TeamStore>(
        database, Surroundings{.clock = clock,
                               .wait =
                                   [this](Duration length) {
                                     clock.at += length;
                                     return !interrupted;
                                   },
                               .random_id = [this] { return fmt::format("id-{}", ++ids); },
                               .who = {.user = "dev", .host = host, .process = 7},
                               .why_unsealed = "there is no store key"});
  }
  void fails(std::vector<Fault> faults) {
    database.faults = std::move(faults);
    database.asked = 0;
  }
};

run::RunSummary a_run() {
  return {.workspace = workspace, .user = "dev", .host = "laptop", .began = Time{}};
}
engine::Event waiting(std::string why) {
  return {Time{}, engine::Waiting{.seconds = 5, .why = std::move(why)}};
}
std::vector<std::string> reasons(const run::Store& store, std::int64_t run) {
  std::vector<std::string> all;
  const auto events = store.events(run);
  REQUIRE(events.has_value());
  for (const engine::Event& event : *events) all.push_back(event.as<engine::Waiting>()->why);
  return all;
}

}  // namespace

TEST_CASE("A lock that is held names its holder, its run and when it ends") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto runner = team.store("runner");
  const auto lock = laptop->take(workspace, team.clock.at);
  REQUIRE(lock.has_value());
  const Error before = runner->take(workspace, team.clock.at).error();
  CHECK(before.kind == ErrorKind::held);
  CHECK(before.what == "Another run is in progress in the workspace tea-1");
  CHECK(before.why == "started by dev on laptop at 2026-11-30T12:00:00Z (process 7)");
  const std::int64_t run = *laptop->begin(a_run(), {});
  REQUIRE((*lock)->name_run(run).has_value());
  team.clock.at += seconds(12);
  const Error during = runner->take(workspace, team.clock.at).error();
  CHECK(during.what == "Run 1 is in progress in the workspace tea-1");
  CHECK(during.cure == "Wait until it ends. If that process is gone, its lock ends within 48s");
  CHECK(runner->take("tea-2", team.clock.at).has_value());
}

TEST_CASE("A lock that is let go is free at once; one whose holder died is free after its lease") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto runner = team.store("runner");
  {
    const auto lock = laptop->take(workspace, team.clock.at);
  }
  auto lock = runner->take(workspace, team.clock.at);
  REQUIRE(lock.has_value());
  const std::unique_ptr<run::Lock> killed = std::move(*lock);  // never let go
  team.clock.at += lease_length - seconds(1);
  CHECK_FALSE(laptop->take(workspace, team.clock.at).has_value());
  team.clock.at += seconds(1);
  CHECK(laptop->take(workspace, team.clock.at).has_value());
}

TEST_CASE("A lock is kept by renewing it every 15 seconds") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto runner = team.store("runner");
  const auto lock = laptop->take(workspace, team.clock.at);
  for (int i = 0; i < 20; ++i) {
    const auto next = (*lock)->keep(team.clock.at);
    REQUIRE(next.has_value());
    CHECK(**next == team.clock.at + renewed_every);
    team.clock.at = **next;
    CHECK_FALSE(runner->take(workspace, team.clock.at).has_value());
  }
}

TEST_CASE("A holder that cannot renew stops long before its lock ends, and says why") {
  Team team;
  const auto laptop = team.store("laptop");
  const Time taken = team.clock.at;
  const auto lock = laptop->take(workspace, taken);
  team.fails({Fault::not_done});
  Result<std::optional<Time>> kept = (*lock)->keep(team.clock.at);
  while (kept) {
    REQUIRE(**kept > team.clock.at);
    REQUIRE(team.clock.at < taken + lease_length - lease_margin);
    team.clock.at = **kept;
    kept = (*lock)->keep(team.clock.at);
  }
  CHECK(team.clock.at < taken + lease_length - lease_margin + seconds(10));
  CHECK(kept.error().what == "The lock of the workspace tea-1 could not be renewed in time");
  CHECK(kept.error().why == "The database does not answer");
  // Asked at every turn of the loop, it does not try each time.
  const std::size_t asked = team.database.asked;
  for (int i = 0; i < 5; ++i) CHECK_FALSE((*lock)->keep(team.clock.at).has_value());
  CHECK(team.database.asked == asked);
  team.fails({Fault::none});
  team.clock.at += renewed_every;
  CHECK((*lock)->keep(team.clock.at).has_value());
}

TEST_CASE("A lock that ended is kept if nobody took it since, and lost if somebody did") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto runner = team.store("runner");
  const auto lock = laptop->take(workspace, team.clock.at);
  team.clock.at += minutes(30);  // a person thinks about the plan
  CHECK((*lock)->keep(team.clock.at).has_value());
  const std::int64_t run = *laptop->begin(a_run(), {});
  team.clock.at += minutes(30);
  {
    const auto other = runner->take(workspace, team.clock.at);
  }
  // The lock is free again, but the other run may have changed everything.
  const auto kept = (*lock)->keep(team.clock.at);
  REQUIRE_FALSE(kept.has_value());
  CHECK(kept.error().kind == ErrorKind::held);
  CHECK(kept.error().what == "This run has lost the lock of the workspace tea-1");
  CHECK_FALSE((*lock)->keep(team.clock.at).has_value());
  CHECK_FALSE(laptop->append(run, {waiting("too late")}).has_value());
  CHECK(laptop->events(run)->empty());
}

TEST_CASE("Nothing is written without the lock") {
  Team team;
  const auto laptop = team.store("laptop");
  CHECK(laptop->begin(a_run(), {}).error().what == "The lock of the workspace tea-1 is not held");
  std::int64_t run = 0;
  {
    const auto lock = laptop->take(workspace, team.clock.at);
    run = *laptop->begin(a_run(), {});
  }
  CHECK_FALSE(laptop->append(run, {waiting("late")}).has_value());
  CHECK_FALSE(laptop->end(run, team.clock.at, model::Outcome::done).has_value());
  CHECK_FALSE(laptop->reopen(run).has_value());
}

TEST_CASE("After a failover that lost it, the same term of another holder gives no right") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto runner = team.store("runner");
  const MemoryDatabase::State before = team.database.state();
  const auto lost = laptop->take(workspace, team.clock.at);
  const std::int64_t run = *laptop->begin(a_run(), {});
  team.database.state() = before;
  const auto lock = runner->take(workspace, team.clock.at);
  REQUIRE(lock.has_value());
  CHECK(*runner->begin(a_run(), {}) == run);
  CHECK(laptop->append(run, {waiting("of the run that was lost")}).error().kind == ErrorKind::held);
  CHECK(runner->append(run, {waiting("of the other")}).has_value());
  CHECK(reasons(*runner, run) == std::vector<std::string>{"of the other"});
}

TEST_CASE("A statement whose answer is lost is repeated, and takes effect once") {
  for (const Fault fault : {Fault::not_done, Fault::answer_lost}) {
    Team team;
    const auto laptop = team.store("laptop");
    const auto runner = team.store("runner");
    team.fails({fault, fault, Fault::none});
    const auto lock = laptop->take(workspace, team.clock.at);
    REQUIRE(lock.has_value());
    team.fails({fault, Fault::none});
    const auto run = laptop->begin(a_run(), {});
    REQUIRE(run.has_value());
    CHECK(laptop->runs("", 10)->size() == 1);
    team.fails({fault, Fault::none});
    REQUIRE(laptop->append(*run, {waiting("a"), waiting("b")}).has_value());
    team.fails({Fault::none, fault, Fault::none});
    REQUIRE(laptop->append(*run, {waiting("c")}).has_value());
    REQUIRE(laptop->append(*run, {waiting("d")}).has_value());
    CHECK(reasons(*laptop, *run) == std::vector<std::string>{"a", "b", "c", "d"});
    team.fails({fault, Fault::none});
    REQUIRE(laptop->end(*run, team.clock.at, model::Outcome::done).has_value());
    CHECK((*runner->find(*run))->outcome == model::Outcome::done);
  }
}

TEST_CASE("Events are added behind those of the process that had the run before") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto runner = team.store("runner");
  auto lock = laptop->take(workspace, team.clock.at);
  const std::int64_t run = *laptop->begin(a_run(), {});
  REQUIRE(laptop->append(run, {waiting("a"), waiting("b")}).has_value());
  const std::unique_ptr<run::Lock> killed = std::move(*lock);
  team.clock.at += lease_length;
  {
    const auto next = runner->take(workspace, team.clock.at);
    REQUIRE(runner->append(run, {waiting("c")}).has_value());
  }
  const auto again = laptop->take(workspace, team.clock.at);
  REQUIRE(laptop->append(run, {waiting("d")}).has_value());
  CHECK(reasons(*runner, run) == std::vector<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("During a run a statement is repeated until the holder must stop") {
  Team team;
  const auto laptop = team.store("laptop");
  const Time taken = team.clock.at;
  const auto lock = laptop->take(workspace, taken);
  const std::int64_t run = *laptop->begin(a_run(), {});
  team.fails({Fault::not_done});
  const auto appended = laptop->append(run, {waiting("a")});
  REQUIRE_FALSE(appended.has_value());
  CHECK(appended.error().what == "The database does not answer");
  CHECK(team.clock.at > taken + seconds(30));
  CHECK(team.clock.at < taken + lease_length - lease_margin + seconds(6));
}

TEST_CASE("Whoever wants to stop does not wait for a store that does not answer") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto lock = laptop->take(workspace, team.clock.at);
  const std::int64_t run = *laptop->begin(a_run(), {});
  team.fails({Fault::not_done});
  team.interrupted = true;
  CHECK_FALSE(laptop->append(run, {waiting("a")}).has_value());
  CHECK(team.database.asked == 1);
}

TEST_CASE("Without the store key, values from before a run are neither kept nor restored, and this is said") {
  Team team;
  const auto laptop = team.store("laptop");
  const auto lock = laptop->take(workspace, team.clock.at);
  const std::int64_t run = *laptop->begin(a_run(), {});
  CHECK(laptop->undo(run)->empty());
  CHECK(laptop->keep_undo(run, {{0, Secret("old")}}).error().why == "there is no store key");
  team.database.state().runs.at(run).undo[0] = {0, "nonce", "bytes"};
  CHECK(laptop->undo(run).error().why == "there is no store key");
}
