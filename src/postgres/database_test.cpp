#include "postgres/database.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "postgres/store_test.h"

using namespace envlink;
using namespace envlink::postgres;
using namespace envlink::postgres::testing;
using namespace std::chrono_literals;
using team::Holder;
using team::Right;

namespace {

const std::string workspace = "tea-1";
const Time noon = *parse_rfc3339("2026-11-23T12:00:00.123456Z");
const Holder anna{.id = "a1", .user = "anna", .host = "laptop", .process = 7};
const Holder ben{.id = "b1", .user = "ben", .host = "ci", .process = 8};

team::RunRow a_run(std::optional<std::int64_t> undoes = {}) {
  return {.workspace = workspace,
          .file = "/home/anna/envlink.yaml",
          .user = "anna",
          .host = "laptop",
          .began = noon,
          .undoes = undoes};
}

Right right_of(const Holder& holder, std::int64_t term) {
  return {.workspace = workspace, .term = term, .holder = holder.id};
}

struct Held : Store {
  Right right = right_of(anna, got(database.take(workspace, anna, 60s)).term);
  std::int64_t run = got(database.begin(right, "token-1", a_run(), "{\"plan\": 1}")).value();

  /// As if the lock had ended a second ago.
  void end_lock() const {
    server.run(name,
               "UPDATE envlink.lock SET until = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - "
               "1000000");
  }
  /// Until the statement of `answer` waits for a lock of the database.
  template <class Value>
  void await_waiting(const std::future<Value>& answer) const {
    while (seen("SELECT count(*) FROM pg_stat_activity WHERE usename = 'little role' "
                "AND wait_event_type = 'Lock' AND datname = current_database()") == "0") {
      REQUIRE(answer.wait_for(0s) != std::future_status::ready);
    }
  }
};

}  // namespace

TEST_CASE("The lock: free, held by another, by oneself, ended, released") {
  Store store;
  Database& database = store.database;
  const team::LockAnswer first = got(database.take(workspace, anna, 60s));
  CHECK(first.term == 1);
  CHECK(!first.other);
  CHECK(got(database.renew(right_of(anna, 1), 50s, 12)));

  const team::LockAnswer refused = got(database.take(workspace, ben, 60s));
  CHECK(refused.term == 0);
  REQUIRE(refused.other);
  CHECK(refused.other->by.id == "a1");
  CHECK(refused.other->by.user == "anna");
  CHECK(refused.other->by.host == "laptop");
  CHECK(refused.other->by.process == 7);
  CHECK(refused.other->run == 12);
  CHECK(refused.other->left > 0s);
  CHECK(refused.other->left <= 50s);

  CHECK(got(database.take(workspace, anna, 60s)).term == 1);  // its own
  CHECK(store.seen("SELECT run FROM envlink.lock") == "12");
  CHECK(got(database.take("tea-2", ben, 60s)).term == 1);  // another workspace

  // Ended, and taken by another: the first has lost it.
  CHECK(got(database.renew(right_of(anna, 1), 0s, 0)));
  CHECK(got(database.take(workspace, ben, 60s)).term == 2);
  CHECK(store.seen("SELECT run FROM envlink.lock WHERE workspace = 'tea-1'") == "NULL");
  CHECK(!got(database.renew(right_of(anna, 1), 60s, 0)));
  CHECK(!got(database.release(right_of(anna, 1))));
  CHECK(got(database.take(workspace, anna, 60s)).other->by.id == "b1");

  CHECK(got(database.release(right_of(ben, 2))));
  CHECK(got(database.release(right_of(ben, 2))));
  CHECK(!got(database.renew(right_of(ben, 2), 60s, 0)));
  // A late statement of the one that released it does not take it.
  const team::LockAnswer late = got(database.take(workspace, ben, 60s));
  CHECK(late.term == 0);
  CHECK(!late.other);
  CHECK(got(database.take(workspace, anna, 60s)).term == 3);
}

TEST_CASE("A lock that ended can be renewed and written with while nobody took it") {
  Held held;
  held.end_lock();
  CHECK(got(held.database.append(held.right, held.run, 1, {"{}"})));
  CHECK(got(held.database.renew(held.right, 60s, held.run)));
  CHECK(got(held.database.take(workspace, ben, 60s)).other->run == held.run);
}

TEST_CASE("What a run writes is read back, and writing it twice changes nothing") {
  Held held;
  Database& database = held.database;
  CHECK(got(database.begin(held.right, "token-1", a_run(), "another")) == held.run);
  for (int time = 0; time < 2; ++time)
    CHECK(got(database.append(held.right, held.run, 1, {"{\"a\": 1}", "{\"b\": \"é\\n\"}"})));
  CHECK(got(database.append(held.right, held.run, 2, {"other", "third"})));
  CHECK(got(database.append(held.right, held.run, 4, {})));
  CHECK(got(database.events(held.run)) ==
        std::vector<std::string>{"{\"a\": 1}", "{\"b\": \"é\\n\"}", "third"});
  CHECK(got(database.plan(held.run)) == "{\"plan\": 1}");

  const team::RunRow open = got(database.find(held.run)).value();
  CHECK(open.workspace == workspace);
  CHECK(open.file == "/home/anna/envlink.yaml");
  CHECK(open.user == "anna");
  CHECK(open.host == "laptop");
  CHECK(open.began == noon);
  CHECK(!open.ended);
  CHECK(!open.exit_code);
  CHECK(!open.undoes);
  for (int time = 0; time < 2; ++time) {
    CHECK(got(database.end(held.right, held.run, team::RunEnding{.at = noon + 1s, .exit_code = 5})));
    CHECK(got(database.find(held.run))->ended == noon + 1s);
    CHECK(got(database.find(held.run))->exit_code == 5);
  }
  for (int time = 0; time < 2; ++time) {
    CHECK(got(database.end(held.right, held.run, std::nullopt)));
    CHECK(!got(database.find(held.run))->ended);
  }

  const std::int64_t second = got(database.begin(held.right, "token-2", a_run(held.run), "")).value();
  CHECK(got(database.find(second))->undoes == held.run);
  CHECK(got(database.runs(workspace, 10)).at(0).number == second);
  CHECK(got(database.runs("", 1)).size() == 1);
  CHECK(got(database.runs("tea-other", 10)).empty());
  const auto counts = got(database.event_counts(""));
  REQUIRE(counts.size() == 2);
  CHECK(counts.at(0).run == held.run);
  CHECK(counts.at(0).events == 3);
  CHECK(counts.at(1).events == 0);
  CHECK(got(database.event_counts("tea-other")).empty());
  CHECK(!got(database.find(999)));
  CHECK(!got(database.plan(999)));
  CHECK(got(database.events(999)).empty());
}

TEST_CASE("Names of a machine that are no text are stored as text") {
  Held held;
  team::RunRow row = a_run();
  row.file = std::string("/tmp/\xff\0x", 8);
  const auto number = got(held.database.begin(held.right, "token-2", row, "")).value();
  CHECK(got(held.database.find(number))->file == "/tmp/��x");
}

TEST_CASE("Nothing is written without the lock, or to a run of another workspace") {
  Held held;
  Database& database = held.database;
  const Right others_run = {
      .workspace = "tea-2", .term = got(database.take("tea-2", anna, 60s)).term, .holder = "a1"};
  std::vector<Right> wrong = {others_run, right_of(anna, 2), right_of(ben, 1)};
  SUBCASE("wrong") {}
  SUBCASE("released") {
    REQUIRE(got(database.release(held.right)));
    wrong = {held.right};
  }
  SUBCASE("taken over") {
    held.end_lock();
    REQUIRE(got(database.take(workspace, ben, 60s)).term == 2);
    wrong = {held.right};
  }
  for (const Right& right : wrong) {
    if (right.workspace == workspace) CHECK(!got(database.begin(right, "token-2", a_run(), "")));
    CHECK(!got(database.append(right, held.run, 1, {"x"})));
    CHECK(!got(database.end(right, held.run, team::RunEnding{.at = noon, .exit_code = 0})));
    CHECK(!got(database.keep_undo(right, held.run, {{.position = 0, .nonce = "n", .bytes = "b"}})));
  }
  CHECK(got(database.runs("", 10)).size() == 1);
  CHECK(got(database.events(held.run)).empty());
  CHECK(!got(database.find(held.run))->ended);
  CHECK(got(database.undo(held.run)).empty());
}

TEST_CASE("Sealed values: the first one stays, and those of runs that ended long ago are dropped") {
  Held held;
  Database& database = held.database;
  const std::string bytes("\0\x01\xff'\\", 5);
  for (int time = 0; time < 2; ++time)
    CHECK(got(database.keep_undo(
        held.right, held.run,
        {{.position = 3, .nonce = "n", .bytes = bytes}, {.position = 1, .nonce = "m", .bytes = ""}})));
  CHECK(got(database.keep_undo(held.right, held.run, {{.position = 3, .nonce = "x", .bytes = "later"}})));
  const auto kept = got(database.undo(held.run));
  REQUIRE(kept.size() == 2);
  CHECK(kept.at(0).position == 1);
  CHECK(kept.at(0).bytes == "");
  CHECK(kept.at(1).nonce == "n");
  CHECK(kept.at(1).bytes == bytes);

  CHECK(got(database.drop_undo(workspace, 0h, 0h)) == 0);  // it has not ended
  const Time an_hour_ago = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - 1h;
  REQUIRE(got(database.end(held.right, held.run, team::RunEnding{.at = an_hour_ago, .exit_code = 0})));
  CHECK(got(database.drop_undo(workspace, 2h, 0h)) == 0);
  CHECK(got(database.drop_undo("tea-2", 0h, 2h)) == 0);
  CHECK(got(database.drop_undo("tea-2", 2h, 30min)) == 2);
  CHECK(got(database.undo(held.run)).empty());
}

TEST_CASE("A history is stored if it rests on the stored one") {
  Store store;
  Database& database = store.database;
  CHECK(!got(database.history(workspace)));
  CHECK(!got(database.store_history(workspace, {.body = "x", .taken = "", .revision = 3})));
  CHECK(!got(database.history(workspace)));
  for (int time = 0; time < 2; ++time) {
    CHECK(got(database.store_history(workspace, {.body = "one", .taken = "1:2", .revision = 0})));
    CHECK(got(database.history(workspace))->revision == 1);
  }
  CHECK(!got(database.store_history(workspace, {.body = "other", .taken = "1:2", .revision = 0})));
  CHECK(got(database.store_history(workspace, {.body = "two", .taken = "1:3", .revision = 1})));
  CHECK(!got(database.store_history(workspace, {.body = "one", .taken = "1:2", .revision = 0})));
  for (int time = 0; time < 2; ++time) {
    CHECK(got(database.replace_history(workspace, {.body = "new", .taken = "", .revision = 0})));
    CHECK(got(database.history(workspace))->revision == 3);
  }
  CHECK(got(database.history(workspace))->body == "new");
  CHECK(got(database.replace_history("tea-2", {.body = "new", .taken = ""})));
  CHECK(got(database.history("tea-2"))->revision == 1);
}

TEST_CASE("Windows of a key are stored if they rest on the stored ones") {
  Store store;
  Database& database = store.database;
  const team::WindowsRow none = got(database.windows("key"));
  CHECK(none.body.empty());
  CHECK(none.revision == 0);
  CHECK(none.now > noon);
  CHECK(!got(database.store_windows("key", {.body = "x", .revision = 1})));
  for (int time = 0; time < 2; ++time)
    CHECK(got(database.store_windows("key", {.body = "one", .revision = 0})));
  CHECK(!got(database.store_windows("key", {.body = "other", .revision = 0})));
  CHECK(got(database.store_windows("key", {.body = "two", .revision = 1})));
  const team::WindowsRow stored = got(database.windows("key"));
  CHECK(stored.body == "two");
  CHECK(stored.revision == 2);
  CHECK(stored.now >= none.now);
}

TEST_CASE("A run is imported once, with its events, plan and end") {
  Store store;
  Database& database = store.database;
  team::RunRow row = a_run();
  row.ended = noon + 2s;
  row.exit_code = 6;
  const std::int64_t number = got(database.import_run("moved-1", row, "plan", {"one", "two"}));
  CHECK(got(database.import_run("moved-1", row, "plan", {"one", "two"})) == number);
  CHECK(got(database.events(number)) == std::vector<std::string>{"one", "two"});
  CHECK(got(database.find(number))->ended == noon + 2s);
  CHECK(got(database.find(number))->exit_code == 6);
  CHECK(got(database.plan(number)) == "plan");
  const std::int64_t other = got(database.import_run("moved-2", a_run(number), std::nullopt, {}));
  CHECK(other != number);
  CHECK(!got(database.plan(other)));
  CHECK(got(database.find(other))->undoes == number);
}

TEST_CASE("A take-over waits for a write under way") {
  Held held;
  held.end_lock();
  Connection writer(good(held.server.address(held.name)));
  REQUIRE(writer.run("BEGIN"));
  REQUIRE(writer.run("SELECT FROM envlink.lock FOR SHARE"));
  auto taken = std::async(std::launch::async, [&] { return held.database.take(workspace, ben, 60s); });
  held.await_waiting(taken);
  REQUIRE(writer.run("COMMIT"));
  CHECK(got(taken.get()).term == 2);
}

TEST_CASE("A write that waited for a take-over writes nothing") {
  Held held;
  held.end_lock();
  Connection other(good(held.server.address(held.name)));
  REQUIRE(other.run("BEGIN"));
  REQUIRE(other.run("UPDATE envlink.lock SET term = 2, holder = 'b1', until = until + 60000000"));
  SUBCASE("of a run") {
    auto written =
        std::async(std::launch::async, [&] { return held.database.append(held.right, held.run, 1, {"x"}); });
    held.await_waiting(written);
    REQUIRE(other.run("COMMIT"));
    CHECK(!got(written.get()));
    CHECK(got(held.database.events(held.run)).empty());
  }
  SUBCASE("of a new run") {
    auto begun = std::async(std::launch::async,
                            [&] { return held.database.begin(held.right, "token-2", a_run(), ""); });
    held.await_waiting(begun);
    REQUIRE(other.run("COMMIT"));
    CHECK(!got(begun.get()));
    CHECK(got(held.database.runs("", 10)).size() == 1);
  }
}

TEST_CASE("Of two who take an ended lock at once, one gets it") {
  Held held;
  held.end_lock();
  Connection other(good(held.server.address(held.name)));
  REQUIRE(other.run("BEGIN"));
  REQUIRE(other.run("UPDATE envlink.lock SET term = 2, holder = 'c1', until = until + 60000000"));
  auto taken = std::async(std::launch::async, [&] { return held.database.take(workspace, ben, 60s); });
  held.await_waiting(taken);
  REQUIRE(other.run("COMMIT"));
  const team::LockAnswer answer = got(taken.get());
  CHECK(answer.term == 0);
  CHECK(got(held.database.take(workspace, ben, 60s)).other->by.id == "c1");
}

TEST_CASE("A run whose first begin is still under way is begun once") {
  Held held;
  Connection other(good(held.server.address(held.name)));
  REQUIRE(other.run("BEGIN"));
  const Rows first =
      got(other.ask("INSERT INTO envlink.run (token, workspace, file, user_name, host, began) "
                    "VALUES ('token-2', 'tea-1', '', '', '', 0) RETURNING number"));
  auto begun =
      std::async(std::launch::async, [&] { return held.database.begin(held.right, "token-2", a_run(), ""); });
  held.await_waiting(begun);
  REQUIRE(other.run("COMMIT"));
  CHECK(got(begun.get()) == number_in(first.at(0).at(0)));
}

TEST_CASE("Eight machines at once: one takes the lock, and no event is lost or doubled") {
  Store store;
  std::vector<std::future<int>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(std::async(std::launch::async, [&store, i] {
      Connection connection(good(store.address()));
      Database database(connection);
      const Holder me{.id = fmt::format("m{}", i)};
      for (;;) {
        const auto taken = database.take(workspace, me, 60s);
        if (!taken) return 0;
        if (taken->term == 0) continue;
        const Right right = right_of(me, taken->term);
        const auto run = database.begin(right, me.id, a_run(), "");
        if (!run || !*run) return 0;
        for (int at = 1; at <= 5; ++at) {
          if (!database.append(right, **run, at, {me.id}).value_or(false)) return 0;
        }
        return database.release(right).value_or(false) ? static_cast<int>(taken->term) : 0;
      }
    }));
  }
  std::vector<int> terms;
  for (auto& one : all) terms.push_back(one.get());
  std::ranges::sort(terms);
  CHECK(terms == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8});
  for (const team::CountRow& one : got(store.database.event_counts(workspace))) CHECK(one.events == 5);
}

TEST_CASE("Tables that are missing or newer are refused, for reading too") {
  Store store;
  SUBCASE("newer") {
    store.server.run(store.name, "UPDATE envlink.meta SET version = 2");
    const auto answer = store.database.runs("", 1);
    REQUIRE(!answer);
    CHECK(answer.error().error.kind == ErrorKind::too_new);
    CHECK(!store.database.take(workspace, anna, 60s));
    CHECK(store.seen("SELECT count(*) FROM envlink.lock") == "0");
  }
  SUBCASE("missing") {
    store.server.run(store.name, "DROP SCHEMA envlink CASCADE");
    const auto answer = store.database.runs("", 1);
    REQUIRE(!answer);
    CHECK(answer.error().error.cure == "Create them: envlink store init");
    CHECK(!answer.error().passing);
  }
}
