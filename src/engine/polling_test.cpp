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

/// Until a deploy that takes `length` is seen to be over; how many looks, and how late.
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

/// Of deploys that take from 0.85 to 1.15 of what was expected: the middle of how late each is seen, and
/// looks at all of them.
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

TEST_CASE(
    "where the length is known, live is seen a second late in the middle, and with no more looks than every "
    "five seconds") {
  for (int expected = 15; expected <= 1200; expected += 3) {
    CAPTURE(expected);
    const Spread spread = watch_spread(seconds(expected), true);
    CHECK(spread.late <= seconds(1));
    CHECK(spread.looks <= spread.looks_each_five_seconds);
  }
}

TEST_CASE("where the length is unknown, half of the deploys are seen live within 1.3 s") {
  for (int length = 1; length <= 1200; length += 3) {
    CAPTURE(length);
    CHECK(watch_spread(seconds(length), false).late <= milliseconds(1300));
  }
}

TEST_CASE("a build that fails long before its time is seen after the longest wait") {
  for (int length = 1; length < 270; ++length) {
    CAPTURE(length);
    CHECK(watch(seconds(length), seconds(300)).late <= most);
  }
}

TEST_CASE("poll_interval is the longest wait") {
  CHECK(next_poll_delay({.elapsed = std::chrono::hours(2), .most = seconds(1)}) == seconds(1));
}

TEST_CASE("where a hundred deploys share the reads, each is looked at when it is probably over") {
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

TEST_CASE("looks take at most three quarters of the window's reads in any minute") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  int taken = 0;
  for (Time now = start; now < start + seconds(60); now += milliseconds(10)) {
    if (!poll_budget.take(now, 400)) ++taken;
  }
  CHECK(taken <= 300);
  CHECK(taken >= 295);
}

TEST_CASE("without a token the time of the next is told, and then it is there") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  while (!poll_budget.take(start, 400)) {
  }
  const auto later = poll_budget.take(start, 400);
  REQUIRE(later.has_value());
  CHECK_FALSE(poll_budget.take(*later, 400).has_value());
}

TEST_CASE("however many want to look, each gets its turn, and together they stay within the share") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  std::vector<int> taken(50);
  std::vector<Time> next(50, start);
  for (Time now = start; now < start + seconds(120); now += milliseconds(10)) {
    // The first of the list always comes first, and all want to look four times a second.
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
