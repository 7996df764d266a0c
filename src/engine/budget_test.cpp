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

TEST_CASE("before a bucket's window is known, one request at a time is sent") {
  Budget budget;
  CHECK(how_many_go(budget, "writes", start) == 1);
}

TEST_CASE("requests in progress count as spent until they are answered") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(10, 9, 30));
  CHECK(how_many_go(budget, "writes", start) == 9);
  CHECK(budget.opens("writes") == start + seconds(31));
}

TEST_CASE("the display shows what a window allows, and a full window after its end") {
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

TEST_CASE("a window opens a second later than announced, because Render rounds Reset down") {
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

TEST_CASE("a request without an answer stays spent until its window is over") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(2, 1, 10));
  budget.sent("writes", start);
  budget.lost("writes", start);
  CHECK_FALSE(budget.allows("writes", start));
  CHECK(budget.allows("writes", start + seconds(80)));
}

TEST_CASE("a slow answer from this window does not count as one from the next") {
  Budget budget;
  budget.sent("reads", start);
  budget.sent("reads", start);
  budget.answered("reads", start, start, told(400, 300, 58));
  // Counted at the start, answered 25 seconds later.
  budget.answered("reads", start, start + seconds(25), told(400, 399, 58));
  CHECK(budget.remaining("reads") == 300);
}

TEST_CASE("a Remaining that rises inside a window is ignored, and a smaller limit applies at once") {
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
  // The larger limit belongs to the next window.
  CHECK(how_many_go(budget, "reads", start + seconds(31)) == 200);
}

TEST_CASE("a request lost in an hour's window is remembered for an hour") {
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

TEST_CASE("a first request that hangs delays the others for ten seconds, not for ever") {
  Budget budget;
  CHECK(how_many_go(budget, "writes", start) == 1);
  CHECK(budget.opens("writes") == start + seconds(10));
  CHECK_FALSE(budget.allows("writes", start + seconds(9)));
  CHECK(how_many_go(budget, "writes", start + seconds(10)) == 1);
}

TEST_CASE("requests left in progress by one activity do not block the next one for ever") {
  Budget budget;
  budget.sent("writes", start);
  budget.disown();
  CHECK(budget.allows("writes", start + seconds(1)));
}

TEST_CASE("Retry-After closes its bucket and no other") {
  Budget budget;
  budget.sent("writes", start);
  budget.answered("writes", start, start, told(10, 9, 30));
  budget.block("writes", start + seconds(7));
  CHECK_FALSE(budget.allows("writes", start + seconds(6)));
  CHECK(budget.allows("writes", start + seconds(7)));
  CHECK(budget.allows("reads", start));
}

TEST_CASE("requests without a bucket are always allowed") {
  Budget budget;
  CHECK(how_many_go(budget, "", start) == 1000);
}
