#include "engine/budget.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(1000)};
api::RateLimit told(int limit, int remaining, int reset) {
  return {limit, remaining, seconds(reset)};
}

int how_many_go(Budget& budget, const std::string& bucket, Time now) {
  int count = 0;
  while (count < 1000 && budget.allows(bucket, now)) {
    budget.sent(bucket);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("before a bucket has told its window, one request at a time goes out") {
  Budget budget;
  CHECK(how_many_go(budget, "writes", start) == 1);
  CHECK_FALSE(budget.opens("writes").has_value());
}

TEST_CASE("requests under way count as spent until they are answered") {
  Budget budget;
  budget.sent("writes");
  budget.answered("writes", start, told(10, 9, 30));
  CHECK(how_many_go(budget, "writes", start) == 9);
  CHECK(budget.opens("writes") == start + seconds(31));
}

TEST_CASE("answers out of order never add to a window") {
  Budget budget;
  for (int i = 0; i < 3; ++i) budget.sent("reads");
  budget.answered("reads", start, told(10, 7, 30));
  budget.answered("reads", start, told(10, 9, 30));
  budget.answered("reads", start, told(10, 8, 30));
  CHECK(budget.remaining("reads") == 7);
}

TEST_CASE("a window opens a second after it said, since Render cuts Reset to whole seconds") {
  Budget budget;
  budget.sent("writes");
  budget.answered("writes", start, told(5, 0, 10));
  CHECK_FALSE(budget.allows("writes", start + seconds(10)));
  CHECK(how_many_go(budget, "writes", start + seconds(11)) == 5);
}

TEST_CASE("an answer from the next window replaces what was known of the last") {
  Budget budget;
  budget.sent("reads");
  budget.answered("reads", start, told(400, 3, 1));
  budget.sent("reads");
  budget.answered("reads", start + seconds(1), told(400, 399, 59));
  CHECK(budget.remaining("reads") == 399);
}

TEST_CASE("a request without an answer stays spent, and is forgotten when its window is over") {
  Budget budget;
  budget.sent("writes");
  budget.answered("writes", start, told(2, 1, 10));
  budget.sent("writes");
  budget.lost("writes", start);
  CHECK_FALSE(budget.allows("writes", start));
  CHECK(budget.allows("writes", start + seconds(80)));
}

TEST_CASE("Retry-After closes a bucket and no other") {
  Budget budget;
  budget.sent("writes");
  budget.answered("writes", start, told(10, 9, 30));
  budget.block("writes", start + seconds(7));
  CHECK_FALSE(budget.allows("writes", start + seconds(6)));
  CHECK(budget.allows("writes", start + seconds(7)));
  CHECK(budget.allows("reads", start));
}

TEST_CASE("requests that no bucket counts are always allowed") {
  Budget budget;
  CHECK(how_many_go(budget, "", start) == 1000);
}
