#include "team_database.h"

#include <algorithm>

namespace envlink::simulation {
namespace {

using std::chrono::seconds;

constexpr Duration longest_lag = seconds(3);

}  // namespace

TeamServer::TeamServer(Turns& turns, Choices& choices, const DatabaseTrouble& trouble, Duration lasts_for)
    : turns_(turns), choices_(choices), trouble_(trouble), database_([&turns] { return turns.now(); }) {
  const Time start = turns.now();
  for (int i = 0; i < trouble.outages; ++i) {
    const Duration lasts = choices.span(seconds(1), seconds(100));
    turns.at(start + choices.span(Duration{0}, lasts_for),
             [this, lasts] { away_until_ = turns_.now() + lasts; });
  }
  for (int i = 0; i < trouble.freezes; ++i) {
    const Duration lasts = choices.span(seconds(1), seconds(100));
    turns.at(start + choices.span(Duration{0}, lasts_for),
             [this, lasts] { frozen_until_ = turns_.now() + lasts; });
  }
  for (int i = 0; i < trouble.failovers; ++i)
    turns.at(start + choices.span(Duration{0}, lasts_for), [this] { fail_over(); });
}

team::LockAnswer TeamServer::take(const std::string& workspace, const team::Holder& holder, Duration length) {
  const auto lock = database_.state().locks.find(workspace);
  const bool was_held = lock != database_.state().locks.end() && !lock->second.let_go;
  const std::string before = was_held ? lock->second.holder.id : "";
  const auto answer = *database_.take(workspace, holder, length);
  if (answer.term == 0 || before == holder.id) return answer;
  ++locks;
  if (before.empty()) return answer;
  ++(gone_.contains(before.substr(0, before.find(' '))) ? taken_from_gone : taken_from_alive);
  return answer;
}

void TeamServer::committed() {
  if (trouble_.failovers == 0) return;
  standby_.emplace_back(turns_.now(), database_.state());
  // One older state remains: the standby has at least that.
  while (standby_.size() > 1 && standby_[1].first < turns_.now() - longest_lag)
    standby_.erase(standby_.begin());
}

/// The standby has the state of some moment within the last seconds.
void TeamServer::fail_over() {
  if (standby_.empty()) return;
  const std::size_t kept = choices_.pick(standby_.size());
  lost_commits += standby_.size() - 1 - kept;
  // Numbers of runs come from a sequence, which is ahead on a standby.
  const std::int64_t next_run = database_.state().next_run;
  database_.state() = standby_[kept].second;
  database_.state().next_run = next_run;
  standby_.erase(standby_.begin() + static_cast<std::ptrdiff_t>(kept) + 1, standby_.end());
  away_until_ = std::max(away_until_, turns_.now() + choices_.span(seconds(0), seconds(10)));
  failed_over_ = turns_.now();
  note_trouble();
}

}  // namespace envlink::simulation
