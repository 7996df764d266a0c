// Several processes on one API key and one store, in virtual time, against a server with fixed windows.

#include "team/shared_budget.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

#include "team/memory_database_test.h"

using namespace envlink;
using namespace envlink::team;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string bucket = "reads";
constexpr std::size_t most_under_way = 16;

class VirtualClock final : public engine::Clock {
 public:
  Time now() override { return at; }
  Time at = *parse_rfc3339("2026-11-30T12:00:00.5Z");
};

/// Statements may fail before or after they take effect.
class Unreliable final : public MemoryDatabase {
 public:
  using MemoryDatabase::MemoryDatabase;
  Answer<WindowsRow> windows(const std::string& key) override {
    if (fails()) return no_answer();
    return MemoryDatabase::windows(key);
  }
  Answer<bool> store_windows(const std::string& key, const WindowsRow& row) override {
    if (fails()) return no_answer();
    const auto stored = MemoryDatabase::store_windows(key, row);
    if (fails()) return no_answer();
    return stored;
  }
  double failing = 0;
  std::mt19937 random{7};

 private:
  bool fails() { return std::bernoulli_distribution(failing)(random); }
  static tl::unexpected<Failure> no_answer() { return tl::unexpected(Failure{{.what = "no answer"}, true}); }
};

std::function<std::string()> named(const std::string& name) {
  return [name, count = 0]() mutable { return fmt::format("{}-{}", name, count++); };
}

struct Rules {
  int processes = 5;
  int limit = 400;
  Duration latency = milliseconds(150);  // maximum, each way
  Duration runs = minutes(6);
  double failing = 0;
  bool clocks_differ = false;
  bool killed = false;  // a process dies now and then, and another begins
};

struct Window {
  int counted = 0;
  int refused = 0;
};

class Game {
 public:
  explicit Game(const Rules& rules) : rules_(rules), database_([this] { return clock_.at; }) {
    database_.failing = rules.failing;
    for (int i = 0; i < rules.processes; ++i) begin_process();
  }

  void play() {
    const Time start = clock_.at;
    for (Time minute = start + minutes(1); rules_.killed && minute < start + rules_.runs;
         minute += seconds(40))
      happens(minute, [this] {
        processes_[random_() % processes_.size()]->dead = true;
        begin_process();
      });
    while (!due_.empty() && due_.begin()->first < start + rules_.runs) {
      auto next = due_.extract(due_.begin());
      clock_.at = std::max(clock_.at, next.key());
      next.mapped()();
    }
  }

  const std::map<std::int64_t, Window>& windows() const { return windows_; }

 private:
  struct Process {
    Process(Database& database, const Time& at, Duration ahead, std::string name)
        : clock(at, ahead), sharing(database, clock, "key", named(name)) {}
    struct OwnClock final : engine::Clock {
      OwnClock(const Time& the_time, Duration is_ahead) : at(the_time), ahead(is_ahead) {}
      Time now() override { return at + ahead; }
      const Time& at;
      Duration ahead;
    };
    OwnClock clock;
    engine::Budget budget;
    SharedBudget sharing;
    std::size_t under_way = 0;
    std::optional<Time> wakes;
    bool dead = false;
  };

  void happens(Time at, std::function<void()> what) { due_.emplace(at, std::move(what)); }

  void begin_process() {
    const Duration ahead =
        rules_.clocks_differ ? seconds(static_cast<int>(random_() % 7200) - 3600) : Duration{};
    auto& process = *processes_.emplace_back(
        std::make_unique<Process>(database_, clock_.at, ahead, fmt::format("process-{}", processes_.size())));
    process.sharing.begin(process.budget, process.clock.now());
    happens(clock_.at, [this, &process] { step(process); });
  }

  Duration some_latency() {
    return Duration(std::uniform_int_distribution<std::int64_t>(1'000, rules_.latency.count())(random_));
  }

  void step(Process& process) {
    if (process.dead) return;
    const Time now = process.clock.now();
    while (process.under_way < most_under_way && process.budget.allows(bucket, now)) send(process);
    if (process.under_way < most_under_way) process.budget.want(bucket, 100);
    const auto next = process.sharing.settle(process.budget, now);
    if (!next) return;
    const Time at = std::max(clock_.at, *next - process.clock.ahead);
    process.wakes = at;
    happens(at, [this, &process, at] {
      if (process.wakes == at) step(process);
    });
  }

  void send(Process& process) {
    const Time asked = process.clock.now();
    process.budget.sent(bucket, asked);
    ++process.under_way;
    happens(clock_.at + some_latency(), [this, &process, asked] {
      const std::int64_t number = clock_.at.time_since_epoch() / minutes(1);
      Window& window = windows_[number];
      ++window.counted;
      if (window.counted > rules_.limit) ++window.refused;
      const Time ends{minutes(number + 1)};
      const api::RateLimit told{.limit = rules_.limit,
                                .remaining = std::max(0, rules_.limit - window.counted),
                                .reset = std::chrono::floor<seconds>(ends - clock_.at)};
      happens(clock_.at + some_latency(), [this, &process, asked, told] {
        if (process.dead) return;
        --process.under_way;
        process.budget.answered(bucket, asked, process.clock.now(), told);
        step(process);
      });
    });
  }

  Rules rules_;
  VirtualClock clock_;
  Unreliable database_;
  std::mt19937 random_{42};
  std::vector<std::unique_ptr<Process>> processes_;
  std::multimap<Time, std::function<void()>> due_;
  std::map<std::int64_t, Window> windows_;
};

/// Of the windows that began and ended during the game. The first teaches the size.
void check_windows(const Game& game, const Rules& rules, double at_least) {
  REQUIRE(game.windows().size() > 3);
  for (const auto& [number, window] : game.windows()) {
    CAPTURE(number);
    CHECK(window.refused == 0);
    const bool whole = number != game.windows().begin()->first && number != game.windows().rbegin()->first;
    if (whole) CHECK(window.counted >= static_cast<int>(at_least * rules.limit));
  }
}

}  // namespace

TEST_CASE("Five processes on one key are never refused, and use the windows almost whole") {
  const Rules rules;
  Game game(rules);
  game.play();
  check_windows(game, rules, 0.95);
}

TEST_CASE("One process uses the windows almost whole") {
  const Rules rules{.processes = 1};
  Game game(rules);
  game.play();
  check_windows(game, rules, 0.95);
}

TEST_CASE("The clocks of the machines may differ by an hour") {
  const Rules rules{.clocks_differ = true};
  Game game(rules);
  game.play();
  check_windows(game, rules, 0.95);
}

TEST_CASE("Statements that fail, before or after they took effect, refuse nothing and cost little") {
  const Rules rules{.failing = 0.1};
  Game game(rules);
  game.play();
  check_windows(game, rules, 0.8);
}

TEST_CASE("What was allotted to processes that died is lost to the others, not counted twice") {
  const Rules rules{.killed = true};
  Game game(rules);
  game.play();
  check_windows(game, rules, 0.85);
}

TEST_CASE("A window of few requests is shared too") {
  const Rules rules{.processes = 7, .limit = 10};
  Game game(rules);
  game.play();
  check_windows(game, rules, 0.9);
}

TEST_CASE("What was allotted is sent soon or not at all") {
  VirtualClock clock;
  Unreliable database([&] { return clock.at; });
  SharedBudget sharing(database, clock, "key", named("process"));
  engine::Budget budget;
  sharing.begin(budget, clock.now());
  budget.want(bucket, 1);
  CHECK(sharing.settle(budget, clock.now()) == clock.at);
  CHECK(budget.allows(bucket, clock.now()));
  clock.at += engine::sent_within;
  CHECK_FALSE(budget.allows(bucket, clock.now()));
}

TEST_CASE("A settlement whose answer is lost is carried out once, and meanwhile nothing is sent") {
  struct LosesAnswers final : MemoryDatabase {
    using MemoryDatabase::MemoryDatabase;
    Answer<bool> store_windows(const std::string& key, const WindowsRow& row) override {
      const auto stored = MemoryDatabase::store_windows(key, row);
      if (!loses) return stored;
      return tl::unexpected(Failure{{.what = "no answer"}, true});
    }
    bool loses = false;
  };
  VirtualClock clock;
  LosesAnswers database([&] { return clock.at; });
  SharedBudget sharing(database, clock, "key", named("process"));
  engine::Budget budget;
  const auto settle = [&](int wanted) {
    budget.want(bucket, wanted);
    const auto next = sharing.settle(budget, clock.at);
    if (next) clock.at = std::max(clock.at, *next);
  };
  sharing.begin(budget, clock.at);
  settle(1);
  budget.sent(bucket, clock.at);
  budget.answered(bucket, clock.at, clock.at,
                  api::RateLimit{.limit = 10, .remaining = 9, .reset = seconds(50)});
  settle(3);
  budget.sent(bucket, clock.at);
  CHECK(budget.allows(bucket, clock.at));
  database.loses = true;
  settle(4);
  CHECK_FALSE(budget.allows(bucket, clock.at));
  database.loses = false;
  settle(4);
  // Of nine, one is in progress and four are allotted.
  int allowed = 0;
  for (; budget.allows(bucket, clock.at); ++allowed) budget.sent(bucket, clock.at);
  CHECK(allowed == 4);
  engine::Budget others;
  SharedBudget another(database, clock, "key", named("another"));
  another.begin(others, clock.at);
  others.want(bucket, 10);
  another.settle(others, clock.at);
  for (allowed = 0; others.allows(bucket, clock.at); ++allowed) others.sent(bucket, clock.at);
  CHECK(allowed == 4);
}

TEST_CASE("Without its store for ten seconds, a process counts alone and goes on") {
  VirtualClock clock;
  Unreliable database([&] { return clock.at; });
  SharedBudget sharing(database, clock, "key", named("process"));
  engine::Budget budget;
  sharing.begin(budget, clock.now());
  CHECK_FALSE(budget.allows(bucket, clock.now()));
  budget.want(bucket, 3);
  database.failing = 1;
  std::optional<Time> next = sharing.settle(budget, clock.now());
  for (int i = 0; budget.is_allotted(); ++i) {
    REQUIRE(i < 30);
    REQUIRE(next.has_value());
    REQUIRE(*next > clock.at);
    CHECK_FALSE(budget.allows(bucket, clock.now()));
    clock.at = *next;
    next = sharing.settle(budget, clock.now());
  }
  CHECK(budget.allows(bucket, clock.now()));
  CHECK_FALSE(sharing.settle(budget, clock.now()).has_value());

  // The next activities share again once the others have forgotten what this one had.
  database.failing = 0;
  engine::Budget soon;
  sharing.begin(soon, clock.now());
  CHECK_FALSE(soon.is_allotted());
  clock.at += minutes(2);
  engine::Budget later;
  sharing.begin(later, clock.now());
  CHECK(later.is_allotted());
}
