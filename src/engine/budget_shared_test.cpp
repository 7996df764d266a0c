// The budget against a server with fixed windows, in virtual time, with and without another client.

#include <doctest/doctest.h>
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "api/rate_limit_headers.h"
#include "engine/budget.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string bucket = "reads";
constexpr int most_under_way = 16;

struct Rules {
  int limit = 100;
  Duration length = minutes(1);
  Duration latency = milliseconds(300);  // maximum, each way
  double lost = 0;
  Duration runs = minutes(10);
  std::function<int(Time)> others;  // another client's requests in the second that begins
};

struct Count {
  int ours = 0;
  int others = 0;
  bool shared_from_the_start = false;
};

/// A client that always wants to send. Records who used how much of each window.
class Game {
 public:
  Game(const Rules& rules, unsigned seed) : rules_(rules), random_(seed) {}

  void play() {
    Time now = start_;
    const Time end = start_ + rules_.runs;
    for (Time second = now; now < end;) {
      if (rules_.others && now >= second) {
        for (int i = rules_.others(now); i > 0; --i) count(now, false);
        second += seconds(1);
      }
      while (!due_.empty() && due_.begin()->first <= now) {
        auto happening = due_.extract(due_.begin());
        happening.mapped()(now);
      }
      windows_.try_emplace(number(now), Count{0, 0, budget_.shared(bucket)});
      while (under_way_ < most_under_way && budget_.allows(bucket, now)) send(now);
      Time next = end;
      if (!due_.empty()) next = std::min(next, due_.begin()->first);
      if (rules_.others) next = std::min(next, second);
      if (const auto opens = budget_.opens(bucket); opens && under_way_ < most_under_way && *opens > now)
        next = std::min(next, *opens);
      now = std::max(next, now + Duration(1));
    }
  }

  std::vector<Count> windows() const {
    std::vector<Count> counts;
    for (const auto& [_, count] : windows_) counts.push_back(count);
    return counts;
  }
  int limited() const { return limited_; }
  bool suspected() const { return suspected_; }  // another client, at any time

 private:
  std::int64_t number(Time time) const { return time.time_since_epoch() / rules_.length; }
  Duration some(Duration most) {
    return Duration(std::uniform_int_distribution<Duration::rep>(1, most.count())(random_));
  }

  bool count(Time now, bool ours) {
    Count& window = windows_.try_emplace(number(now), Count{0, 0, budget_.shared(bucket)}).first->second;
    if (window.ours + window.others >= rules_.limit) return false;
    ++(ours ? window.ours : window.others);
    return true;
  }

  void send(Time sent) {
    budget_.sent(bucket, sent);
    ++under_way_;
    const Time there = sent + some(rules_.latency);
    const Time back = there + some(rules_.latency);
    const bool lost = std::bernoulli_distribution(rules_.lost)(random_);
    due_.emplace(there, [this, sent, back, lost](Time now) {
      if (!count(now, true)) ++limited_;
      const Count& window = windows_.at(number(now));
      const Duration left = rules_.length - now.time_since_epoch() % rules_.length;
      const api::RateLimit told{rules_.limit, rules_.limit - window.ours - window.others,
                                std::chrono::floor<seconds>(left - Duration(1))};
      due_.emplace(back, [this, sent, told, lost](Time then) {
        --under_way_;
        lost ? budget_.lost(bucket, then) : budget_.answered(bucket, sent, then, told);
        suspected_ = suspected_ || budget_.shared(bucket);
      });
    });
  }

  Rules rules_;
  std::mt19937 random_;
  Time start_{std::chrono::hours(1000) + seconds(17)};
  Budget budget_;
  std::multimap<Time, std::function<void(Time)>> due_;
  std::map<std::int64_t, Count> windows_;
  int under_way_ = 0;
  int limited_ = 0;
  bool suspected_ = false;
};

}  // namespace

TEST_CASE("alone, envlink never overspends a window, uses each one up and suspects no other client") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Rules rules;
    // Some windows are larger than what can be sent in them, so requests are in progress when they end.
    rules.limit = 1 + static_cast<int>(random() % (seed % 2 == 0 ? 60 : 2000));
    if (seed % 4 == 0) rules.length = std::chrono::hours(1);
    rules.latency = milliseconds(50 + random() % 3000);
    rules.lost = seed % 3 == 0 ? 0.05 : 0;
    rules.runs = 10 * rules.length;
    Game game(rules, seed);
    game.play();
    CHECK(game.limited() == 0);
    CHECK_FALSE(game.suspected());
    const auto windows = game.windows();
    REQUIRE(windows.size() >= 10);
    if (rules.lost > 0) continue;
    for (std::size_t i = 1; i + 1 < windows.size(); ++i) {
      CAPTURE(i);
      // What a round trip allows with at most 16 requests in progress, and at least one request.
      const auto most = 16 * (rules.length / (2 * rules.latency)) / 2;
      CHECK(windows[i].ours >= std::min<std::int64_t>(rules.limit, std::max<std::int64_t>(1, most)));
    }
  }
}

TEST_CASE("another client is noticed and left half of each window, and neither client starves") {
  for (unsigned seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Rules rules;
    rules.limit = 20 + static_cast<int>(random() % 400);
    rules.latency = milliseconds(50 + random() % 500);
    // The other client wants more than the limit, spread over the minute.
    const int a_second = rules.limit / 30;
    rules.others = [a_second](Time) { return 1 + a_second; };
    Game game(rules, seed);
    game.play();
    const auto windows = game.windows();
    REQUIRE(windows.size() >= 10);
    CHECK(windows[2].shared_from_the_start);
    for (std::size_t i = 2; i + 1 < windows.size(); ++i) {
      CAPTURE(i);
      CHECK(windows[i].ours <= rules.limit / 2);
      CHECK(windows[i].ours >= rules.limit / 2 - most_under_way);
      CHECK(windows[i].ours >= 1);
      CHECK(windows[i].others >= std::min(rules.limit / 2, 60));
    }
  }
}

TEST_CASE("a client that takes all it can get leaves envlink the rest, and envlink continues") {
  Rules rules;
  rules.limit = 10;
  rules.others = [](Time) { return 2; };
  Game game(rules, 1);
  game.play();
  int ours = 0;
  for (const Count& window : game.windows()) ours += window.ours;
  CHECK(ours >= 10);
}

TEST_CASE("another client that has stopped is forgotten after a quiet window") {
  const Time gone{std::chrono::hours(1000) + minutes(4)};
  Rules rules;
  rules.others = [gone](Time now) { return now < gone ? 1 : 0; };
  Game game(rules, 3);
  game.play();
  const auto windows = game.windows();
  REQUIRE(windows.size() >= 10);
  CHECK(windows[3].ours <= 50);
  CHECK(windows[3].shared_from_the_start);
  CHECK_FALSE(windows[7].shared_from_the_start);
  CHECK(windows[7].ours == 100);
}

TEST_CASE("another client's share is not counted in the reads per minute") {
  Budget budget;
  const Time start{std::chrono::hours(1000)};
  for (int i = 0; i < 2; ++i) budget.sent(bucket, start);
  budget.answered(bucket, start, start, api::RateLimit{400, 300, seconds(30)});
  CHECK(budget.per_minute(bucket) == 400);
  budget.answered(bucket, start, start, api::RateLimit{400, 250, seconds(30)});
  CHECK(budget.shared(bucket));
  CHECK(budget.per_minute(bucket) == 200);
}
