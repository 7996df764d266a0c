#include "engine/polling.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <vector>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a deploy is looked at seldom while young and often when it should end") {
  const Duration most = seconds(10);
  CHECK(next_poll_delay(seconds(40), seconds(100), true, most) == seconds(6));
  CHECK(next_poll_delay(seconds(89), seconds(100), true, most) == seconds(1));
  CHECK(next_poll_delay(seconds(95), seconds(100), true, most) == milliseconds(250));
}

TEST_CASE("a deploy that nothing waits for is looked at half as often") {
  CHECK(next_poll_delay(seconds(100), std::nullopt, true, seconds(10)) == seconds(3));
  CHECK(next_poll_delay(seconds(100), std::nullopt, false, seconds(10)) == seconds(6));
}

/// PollBudget until a deploy that takes `length` is seen to be over; how many, and how late.
struct Watched {
  int looks = 0;
  Duration late{};
};
Watched watch(Duration length, std::optional<Duration> expected, bool awaited) {
  Watched watched;
  Duration elapsed{};
  while (elapsed < length) {
    elapsed += next_poll_delay(elapsed, expected, awaited, seconds(10));
    ++watched.looks;
  }
  watched.late = elapsed - length;
  return watched;
}

TEST_CASE("the end is seen within a few percent of the build's length, and with few looks") {
  for (int length = 1; length <= 1200; ++length) {
    CAPTURE(length);
    const Watched awaited = watch(seconds(length), std::nullopt, true);
    CHECK(awaited.late <= std::max<Duration>(seconds(1), Duration(seconds(length)) * 3 / 100));
    const Watched other = watch(seconds(length), std::nullopt, false);
    CHECK(other.late <= std::max<Duration>(seconds(2), Duration(seconds(length)) * 6 / 100));
    // As long as the last one, give or take a tenth.
    for (const int tenths : {9, 10, 11}) {
      const Watched known = watch(seconds(length), Duration(seconds(length)) * tenths / 10, true);
      CHECK(known.late <= std::max<Duration>(seconds(1), Duration(seconds(length)) * 3 / 100));
    }
  }
  CHECK(watch(seconds(300), std::nullopt, true).looks < 120);
}

TEST_CASE("a build that fails long before its time is seen in a fraction of the time that was expected") {
  for (int length = 1; length < 270; ++length) {
    CAPTURE(length);
    CHECK(watch(seconds(length), seconds(300), true).late <=
          std::max<Duration>(seconds(9), Duration(seconds(length)) * 15 / 100));
  }
}

TEST_CASE("poll_interval is the longest wait") {
  CHECK(next_poll_delay(std::chrono::hours(2), std::nullopt, false, seconds(10)) == seconds(10));
}

TEST_CASE("looks take at most half of the window's reads in any minute") {
  PollBudget poll_budget;
  const Time start{std::chrono::hours(1)};
  int taken = 0;
  for (Time now = start; now < start + seconds(60); now += milliseconds(10)) {
    if (!poll_budget.take(now, 400)) ++taken;
  }
  CHECK(taken <= 200);
  CHECK(taken >= 195);
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
  const auto [least, most] = std::minmax_element(taken.begin(), taken.end());
  CHECK(*least >= 4);
  CHECK(*most - *least <= 3);
  int sum = 0;
  for (const int one : taken) sum += one;
  CHECK(sum <= 60 + 280 + 1);
  CHECK(sum >= 330);
}
