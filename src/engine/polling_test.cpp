#include "engine/polling.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a deploy is looked at seldom while young and often when it should end") {
  const Duration most = seconds(10);
  CHECK(look_again_after(seconds(40), seconds(100), true, most) == seconds(6));
  CHECK(look_again_after(seconds(89), seconds(100), true, most) == seconds(1));
  CHECK(look_again_after(seconds(95), seconds(100), true, most) == milliseconds(250));
}

TEST_CASE("a deploy that nothing waits for is looked at half as often") {
  CHECK(look_again_after(seconds(100), std::nullopt, true, seconds(10)) == seconds(1));
  CHECK(look_again_after(seconds(100), std::nullopt, false, seconds(10)) == seconds(2));
}

TEST_CASE("poll_interval is the longest wait") {
  CHECK(look_again_after(std::chrono::hours(2), std::nullopt, false, seconds(10)) == seconds(10));
}

TEST_CASE("looks take at most half of the window's reads in any minute") {
  Looks looks;
  const Time start{std::chrono::hours(1)};
  int taken = 0;
  for (Time now = start; now < start + seconds(60); now += milliseconds(10)) {
    if (!looks.take(now, 400)) ++taken;
  }
  CHECK(taken <= 200);
  CHECK(taken >= 195);
}

TEST_CASE("without a token the time of the next is told, and then it is there") {
  Looks looks;
  const Time start{std::chrono::hours(1)};
  while (!looks.take(start, 400)) {
  }
  const auto later = looks.take(start, 400);
  REQUIRE(later.has_value());
  CHECK_FALSE(looks.take(*later, 400).has_value());
}
