#include "engine/polling.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <random>
#include <vector>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Duration most = seconds(10);

/// How many polls it takes to see the end of a deploy that takes `length`, and how late.
struct Seen {
  int looks = 0;
  Duration late{};
};
Seen watch(Duration length, std::optional<Duration> expected, Duration turn = {}) {
  Seen seen;
  Duration elapsed{};
  while (elapsed < length) {
    elapsed += next_poll_delay({.elapsed = elapsed, .expected = expected, .most = most, .turn = turn});
    ++seen.looks;
  }
  seen.late = elapsed - length;
  return seen;
}

/// For deploys that take 0.85 to 1.15 of the expected length: the median delay, and all polls.
struct Spread {
  Duration late{};
  int looks = 0;
  int looks_each_five_seconds = 0;
};
Spread watch_spread(Duration expected, bool known, Duration turn = {}) {
  Spread spread;
  std::vector<Duration> late;
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    const double between = static_cast<double>(random()) / std::mt19937::max();
    const Duration length(
        static_cast<Duration::rep>(static_cast<double>(expected.count()) * (0.85 + 0.3 * between)));
    const Seen seen = watch(length, known ? std::optional(expected) : std::nullopt, turn);
    late.push_back(seen.late);
    spread.looks += seen.looks;
    spread.looks_each_five_seconds += static_cast<int>((length + seconds(5)) / seconds(5));
  }
  std::ranges::nth_element(late, late.begin() + static_cast<std::ptrdiff_t>(late.size() / 2));
  spread.late = late[late.size() / 2];
  return spread;
}

}  // namespace

TEST_CASE("with a known length, the median delay is a second, with no more polls than every five seconds") {
  for (int expected = 15; expected <= 1200; expected += 3) {
    CAPTURE(expected);
    const Spread spread = watch_spread(seconds(expected), true);
    CHECK(spread.late <= seconds(1));
    CHECK(spread.looks <= spread.looks_each_five_seconds);
  }
}

TEST_CASE("without a known length, half of the deploys are seen live within 1.3 s") {
  for (int length = 1; length <= 1200; length += 3) {
    CAPTURE(length);
    CHECK(watch_spread(seconds(length), false).late <= milliseconds(1300));
  }
}

TEST_CASE("a build that fails early is seen after the longest wait") {
  for (int length = 1; length < 270; ++length) {
    CAPTURE(length);
    CHECK(watch(seconds(length), seconds(300)).late <= most);
  }
}

TEST_CASE("poll_interval is the longest wait") {
  CHECK(next_poll_delay({.elapsed = std::chrono::hours(2), .most = seconds(1)}) == seconds(1));
}

TEST_CASE("if a hundred deploys share the reads, each is polled when it has probably ended") {
  const Duration turn = turn_of(100, 400);
  CHECK(turn > seconds(40));
  for (const int expected : {15, 90, 280}) {
    CAPTURE(expected);
    CHECK(watch(seconds(expected), seconds(expected), turn).looks == 1);
    CHECK(watch_spread(seconds(expected), true, turn).looks <= 400 * 27 / 10);
    CHECK(watch(seconds(2 * expected), seconds(expected), turn).late <=
          std::max<Duration>(seconds(2), Duration(seconds(expected)) * 2 * 15 / 100));
  }
}

TEST_CASE("polls take at most three quarters of the window's reads in any minute") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  int taken = 0;
  for (Time now = start; now < start + seconds(60); now += milliseconds(10)) {
    if (!poll_budget.take(now, 400)) ++taken;
  }
  CHECK(taken <= 300);
  CHECK(taken >= 295);
}

TEST_CASE("without a token, the time of the next one is returned, and then it is there") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  while (!poll_budget.take(start, 400)) {
  }
  const auto later = poll_budget.take(start, 400);
  REQUIRE(later.has_value());
  CHECK_FALSE(poll_budget.take(*later, 400).has_value());
}

TEST_CASE("with many pollers each gets its turn, and together they stay within the share") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  std::vector<int> taken(50);
  std::vector<Time> next(50, start);
  for (Time now = start; now < start + seconds(120); now += milliseconds(10)) {
    // The first one always comes first, and all want to poll four times a second.
    for (std::size_t who = 0; who < next.size(); ++who) {
      if (now < next[who]) continue;
      const auto later = poll_budget.take(now, 400, who);
      if (!later) ++taken[who];
      next[who] = later.value_or(now + milliseconds(250));
    }
  }
  const auto [lowest, highest] = std::minmax_element(taken.begin(), taken.end());
  CHECK(*lowest >= 8);
  CHECK(*highest - *lowest <= 3);
  int sum = 0;
  for (const int one : taken) sum += one;
  CHECK(sum <= 100 + 400 + 1);
  CHECK(sum >= 490);
}
