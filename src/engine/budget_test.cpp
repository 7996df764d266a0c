#include "engine/budget.h"
#include "api/rate_limit_headers.h"

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
    budget.sent(bucket, now);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("before a bucket has told its window, one request at a time goes out") {
  Budget budget;
  CHECK(how_many_go(budget, "writes", start) == 1);
}

TEST_CASE("requests under way count as spent until they are answered") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(10, 9, 30));
  CHECK(how_many_go(budget, "writes", start) == 9);
  CHECK(budget.opens("writes") == start + seconds(31));
}

TEST_CASE("who watches sees what a window allows, and a whole one when its end has passed") {
  Budget budget;
  CHECK_FALSE(budget.remaining("writes", start).has_value());
  budget.sent("writes", start);
  CHECK_FALSE(budget.remaining("writes", start).has_value());
  budget.answered("writes", start, start, told(10, 4, 30));
  budget.sent("writes", start);
  CHECK(budget.remaining("writes", start + seconds(30)) == 3);
  CHECK(budget.remaining("writes", start + seconds(31)) == 9);
}

TEST_CASE("answers out of order never add to a window") {
  Budget budget;
  for (int i = 0; i < 3; ++i) budget.sent("reads", start);
  budget.answered("reads", start, start, told(10, 7, 30));
  budget.answered("reads", start, start, told(10, 9, 30));
  budget.answered("reads", start, start, told(10, 8, 30));
  CHECK(budget.remaining("reads") == 7);
}

TEST_CASE("a window opens a second after it said, since Render cuts Reset to whole seconds") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(5, 0, 10));
  CHECK_FALSE(budget.allows("writes", start + seconds(10)));
  CHECK(how_many_go(budget, "writes", start + seconds(11)) == 5);
}

TEST_CASE("an answer from the next window replaces what was known of the last") {
  Budget budget;
  budget.sent("reads", start);
  budget.answered("reads", start, start, told(400, 3, 1));
  budget.sent("reads", start);
  budget.answered("reads", start + seconds(1), start + seconds(1), told(400, 399, 59));
  CHECK(budget.remaining("reads") == 399);
}

TEST_CASE("a request without an answer stays spent, and is forgotten when its window is over") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(2, 1, 10));
  budget.sent("writes", start);
  budget.lost("writes", start);
  CHECK_FALSE(budget.allows("writes", start));
  CHECK(budget.allows("writes", start + seconds(80)));
}

TEST_CASE("a slow answer of this window is not taken for one of the next") {
  Budget budget;
  budget.sent("reads", start);
  budget.sent("reads", start);
  budget.answered("reads", start, start, told(400, 300, 58));
  // Told at the start, and 25 seconds on its way.
  budget.answered("reads", start, start + seconds(25), told(400, 399, 58));
  CHECK(budget.remaining("reads") == 300);
}

TEST_CASE("a Remaining that rises inside a window is not believed, and a smaller limit is at once") {
  Budget budget;
  for (int i = 0; i < 4; ++i) budget.sent("reads", start);
  budget.answered("reads", start, start, told(100, 40, 30));
  budget.answered("reads", start, start, told(100, 90, 30));
  CHECK(budget.remaining("reads") == 38);
  budget.answered("reads", start, start, told(30, 5, 30));
  CHECK(budget.remaining("reads") == 4);
  budget.answered("reads", start, start, told(200, 150, 30));
  CHECK(budget.remaining("reads") == 5);
  CHECK_FALSE(budget.shared("reads"));
  // The larger one is the next window's.
  CHECK(how_many_go(budget, "reads", start + seconds(31)) == 200);
}

TEST_CASE("a request lost in an hour's window is kept in mind for an hour") {
  Budget budget;
  budget.sent("creates", start);
  budget.answered("creates", start, start, told(1, 1, 1800));
  budget.sent("creates", start);
  budget.lost("creates", start);
  CHECK_FALSE(budget.allows("creates", start + seconds(1790)));
  CHECK_FALSE(budget.allows("creates", start + seconds(1900)));
  const auto opens = budget.opens("creates");
  REQUIRE(opens.has_value());
  CHECK(*opens > start + seconds(3600));
  CHECK(budget.allows("creates", *opens));
  CHECK(budget.per_minute("creates") == 1);
}

TEST_CASE("a first request that hangs holds the others back for ten seconds, not for ever") {
  Budget budget;
  CHECK(how_many_go(budget, "writes", start) == 1);
  CHECK(budget.opens("writes") == start + seconds(10));
  CHECK_FALSE(budget.allows("writes", start + seconds(9)));
  CHECK(how_many_go(budget, "writes", start + seconds(10)) == 1);
}

TEST_CASE("what an activity left under way does not hold the next one back for ever") {
  Budget budget;
  budget.sent("writes", start);
  budget.disown();
  CHECK(budget.allows("writes", start + seconds(1)));
}

TEST_CASE("Retry-After closes a bucket and no other") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(10, 9, 30));
  budget.block("writes", start + seconds(7));
  CHECK_FALSE(budget.allows("writes", start + seconds(6)));
  CHECK(budget.allows("writes", start + seconds(7)));
  CHECK(budget.allows("reads", start));
}

TEST_CASE("requests that no bucket counts are always allowed") {
  Budget budget;
  CHECK(how_many_go(budget, "", start) == 1000);
}
