#pragma once
// The database of a simulated team, and one process's connection to it, which may fail: statements are lost
// before or after they take effect, arrive late or after the process is gone, hang while the server is
// frozen, and the server may fail over to a standby without the last commits.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "choices.h"
#include "team/memory_database_test.h"
#include "turns.h"

namespace envlink::simulation {

struct DatabaseTrouble {
  double refused = 0;      // no connection
  double answer_lost = 0;  // takes effect; no answer
  double late = 0;         // no answer; takes effect up to 40 s later
  double slow = 0;         // takes up to 4 s
  int outages = 0;         // the server is away for up to 100 s
  int freezes = 0;         // the same, and the statements that it got take effect afterwards
  int failovers = 0;       // to a standby that lags up to 3 s behind
};

/// The server.
class TeamServer {
 public:
  TeamServer(Turns& turns, Choices& choices, const DatabaseTrouble& trouble, Duration lasts_for);

  team::MemoryDatabase& database() { return database_; }
  Turns& turns() { return turns_; }
  Choices& choices() { return choices_; }
  const DatabaseTrouble& trouble() const { return trouble_; }
  bool is_away() const { return turns_.now() < away_until_; }
  bool is_frozen() const { return turns_.now() < frozen_until_; }
  Time frozen_until() const { return frozen_until_; }
  /// Commits of the last seconds may be lost in a failover.
  void committed();
  /// Since when commits may contradict what processes were told; unset: never.
  std::optional<Time> failed_over() const { return failed_over_; }
  void no_more_trouble() { trouble_ = {}; }
  bool had_trouble() const { return had_trouble_; }
  void note_trouble() { had_trouble_ = true; }
  /// The statement of a process, in the database.
  team::LockAnswer take(const std::string& workspace, const team::Holder& holder, Duration length);
  void is_gone(const std::string& process) { gone_.insert(process); }

  std::size_t locks = 0;             // taken
  std::size_t taken_from_gone = 0;   // not let go by a process that was killed
  std::size_t taken_from_alive = 0;  // not let go by a process that could not renew
  std::size_t late_statements = 0;
  std::size_t lost_commits = 0;

 private:
  void fail_over();

  Turns& turns_;
  Choices& choices_;
  DatabaseTrouble trouble_;
  team::MemoryDatabase database_;
  std::vector<std::pair<Time, team::MemoryDatabase::State>>
      standby_;  // states that it may have, oldest first
  Time away_until_{};
  Time frozen_until_{};
  std::optional<Time> failed_over_;
  bool had_trouble_ = false;
  std::set<std::string> gone_;  // processes
};

/// The connection of one process.
class TeamConnection final : public team::Database {
 public:
  /// `process`: its name and a space begin the ids of its locks.
  TeamConnection(TeamServer& server, std::string process) : server_(server), process_(std::move(process)) {}
  /// From now on nothing is sent: the process was killed.
  void die() {
    dead_ = true;
    server_.is_gone(process_);
  }

  team::Answer<team::LockAnswer> take(const std::string& workspace, const team::Holder& holder,
                                      Duration length) override {
    return write([=, server = &server_](team::Database&) -> team::Answer<team::LockAnswer> {
      return server->take(workspace, holder, length);
    });
  }
  team::Answer<bool> renew(const team::Right& right, Duration length, std::int64_t run) override {
    return write([=](team::Database& to) { return to.renew(right, length, run); });
  }
  team::Answer<bool> release(const team::Right& right) override {
    return write([=](team::Database& to) { return to.release(right); });
  }
  team::Answer<std::optional<std::int64_t>> begin(const team::Right& right, const std::string& token,
                                                  const team::RunRow& row, std::string_view plan) override {
    return write(
        [=, text = std::string(plan)](team::Database& to) { return to.begin(right, token, row, text); });
  }
  team::Answer<bool> append(const team::Right& right, std::int64_t run, int first,
                            const std::vector<std::string>& bodies) override {
    return write([=](team::Database& to) { return to.append(right, run, first, bodies); });
  }
  team::Answer<bool> end(const team::Right& right, std::int64_t run,
                         const std::optional<team::RunEnding>& ending) override {
    return write([=](team::Database& to) { return to.end(right, run, ending); });
  }
  team::Answer<bool> keep_undo(const team::Right& right, std::int64_t run,
                               const std::vector<team::SealedRow>& rows) override {
    return write([=](team::Database& to) { return to.keep_undo(right, run, rows); });
  }
  team::Answer<std::vector<team::RunRow>> runs(const std::string& workspace, int limit) override {
    return read([&](team::Database& to) { return to.runs(workspace, limit); });
  }
  team::Answer<std::optional<team::RunRow>> find(std::int64_t run) override {
    return read([&](team::Database& to) { return to.find(run); });
  }
  team::Answer<std::optional<std::string>> plan(std::int64_t run) override {
    return read([&](team::Database& to) { return to.plan(run); });
  }
  team::Answer<std::vector<std::string>> events(std::int64_t run) override {
    return read([&](team::Database& to) { return to.events(run); });
  }
  team::Answer<std::vector<team::CountRow>> event_counts(const std::string& workspace) override {
    return read([&](team::Database& to) { return to.event_counts(workspace); });
  }
  team::Answer<std::vector<team::SealedRow>> undo(std::int64_t run) override {
    return read([&](team::Database& to) { return to.undo(run); });
  }
  team::Answer<std::int64_t> drop_undo(const std::string& workspace, Duration older_than,
                                       Duration others_older_than) override {
    return write([=](team::Database& to) { return to.drop_undo(workspace, older_than, others_older_than); });
  }
  team::Answer<std::optional<team::HistoryRow>> history(const std::string& workspace) override {
    return read([&](team::Database& to) { return to.history(workspace); });
  }
  team::Answer<bool> store_history(const std::string& workspace, const team::HistoryRow& row) override {
    return write([=](team::Database& to) { return to.store_history(workspace, row); });
  }
  team::Answer<bool> replace_history(const std::string& workspace, const team::HistoryRow& row) override {
    return write([=](team::Database& to) { return to.replace_history(workspace, row); });
  }
  team::Answer<team::WindowsRow> windows(const std::string& key) override {
    return read([&](team::Database& to) { return to.windows(key); });
  }
  team::Answer<bool> store_windows(const std::string& key, const team::WindowsRow& row) override {
    return write([=](team::Database& to) { return to.store_windows(key, row); });
  }
  team::Answer<std::int64_t> import_run(const std::string& token, const team::RunRow& row,
                                        const std::optional<std::string>& plan,
                                        const std::vector<std::string>& events) override {
    return write([=](team::Database& to) { return to.import_run(token, row, plan, events); });
  }

 private:
  static constexpr Duration gives_up_after = std::chrono::seconds(5);
  static tl::unexpected<team::Failure> no_answer(const char* why) {
    return tl::unexpected(team::Failure{{.what = "The store does not answer", .why = why}, true});
  }

  template <class Statement>
  auto read(Statement statement) -> decltype(statement(std::declval<team::Database&>())) {
    if (const char* why = before()) return no_answer(why);
    auto answer = statement(server_.database());
    if (server_.choices().chance(server_.trouble().answer_lost)) return lost();
    return answer;
  }

  template <class Statement>
  auto write(Statement statement) -> decltype(statement(std::declval<team::Database&>())) {
    if (dead_) return no_answer("the process is gone");
    if (server_.is_frozen() && server_.choices().chance(0.5)) {
      server_.turns().at(server_.frozen_until(),
                         [this_server = &server_, statement] { take_effect(*this_server, statement); });
      return lost();
    }
    if (const char* why = before()) return no_answer(why);
    if (server_.choices().chance(server_.trouble().late)) {
      const Duration later = server_.choices().span(Duration{0}, std::chrono::seconds(40));
      server_.turns().at(server_.turns().now() + later,
                         [this_server = &server_, statement] { take_effect(*this_server, statement); });
      return lost();
    }
    auto answer = statement(server_.database());
    server_.committed();
    if (server_.choices().chance(server_.trouble().answer_lost)) return lost();
    server_.turns().pause(std::chrono::milliseconds(1));
    return answer;
  }

  template <class Statement>
  static void take_effect(TeamServer& server, const Statement& statement) {
    ++server.late_statements;
    static_cast<void>(statement(server.database()));
    server.committed();
  }

  tl::unexpected<team::Failure> lost() {
    server_.note_trouble();
    server_.turns().pause(gives_up_after);
    return no_answer("no answer within 5s");
  }

  /// The way to the server; why it cannot be reached, or nullptr.
  const char* before() {
    if (dead_) return "the process is gone";
    server_.turns().pause(
        server_.choices().span(std::chrono::microseconds(100), std::chrono::milliseconds(20)));
    if (server_.choices().chance(server_.trouble().slow)) {
      server_.note_trouble();
      server_.turns().pause(server_.choices().span(Duration{0}, std::chrono::seconds(4)));
    }
    if (server_.is_frozen()) {
      server_.note_trouble();
      server_.turns().pause(gives_up_after);
      return "no answer within 5s";
    }
    if (server_.is_away() || server_.choices().chance(server_.trouble().refused)) {
      server_.note_trouble();
      return "connection refused";
    }
    return nullptr;
  }

  TeamServer& server_;
  std::string process_;
  bool dead_ = false;
};

}  // namespace envlink::simulation
