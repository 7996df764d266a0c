#include "team/shared_budget.h"

#include <algorithm>
#include <utility>

namespace envlink::team {
namespace {

using engine::Allotment;
using engine::Settlement;
using engine::Use;

constexpr Duration reported_within = std::chrono::seconds(1);
// Between two tries, if nothing was allotted.
constexpr Duration shortest_wait = std::chrono::milliseconds(200);
constexpr Duration longest_wait = std::chrono::seconds(1);
constexpr Duration alone_after = std::chrono::seconds(10);
// As long as other processes are quicker each time. Nothing is sent meanwhile.
constexpr Duration longest_settlement = std::chrono::seconds(3);

Time shifted(Time time, Duration by) {
  return time == Time{} ? time : time + by;
}

void shift(engine::Window& window, Duration by) {
  for (Time* time : {&window.sent_at, &window.lost_at, &window.ends_from, &window.last_end, &window.first_at})
    *time = shifted(*time, by);
  if (window.resets) *window.resets += by;
  if (window.blocked_until) *window.blocked_until += by;
}

}  // namespace

void SharedBudget::begin(engine::Budget& budget, Time now) {
  if (now >= alone_until_ && !budget.is_allotted()) budget.allot({});
}

std::optional<Time> SharedBudget::settle(engine::Budget& budget, Time now) {
  if (!budget.is_allotted()) return std::nullopt;
  const bool wants = !budget.wanted().empty();
  if (!wants && !unanswered_ && !budget.has_uses()) return std::nullopt;
  const Time due = wants || unanswered_ ? next_try_ : settled_at_ + reported_within;
  if (now < due) return due;
  const auto wanted = budget.wanted();
  if (!carry_out(budget, wanted)) return budget.is_allotted() ? next_try_ : now;
  settled_at_ = now;
  next_try_ = now;
  if (budget.has_allotted()) return now;
  if (!wants) return std::nullopt;
  next_try_ = now + longest_wait;
  for (const auto& [bucket, count] : wanted) {
    const auto opens = budget.opens(bucket);
    const Time try_again = budget.probing(bucket) || !opens ? now : *opens;
    next_try_ = std::min(next_try_, std::max(try_again, now + shortest_wait));
  }
  return next_try_;
}

void SharedBudget::finish(engine::Budget& budget, Time) {
  if (!budget.is_allotted() || failing_since_) return;
  // What was said before must be answered first.
  const bool twice = unanswered_.has_value();
  if (carry_out(budget, {}) && twice) carry_out(budget, {});
}

/// False: there was no answer.
bool SharedBudget::carry_out(engine::Budget& budget, engine::ByBucket<int> wanted) {
  const Time now = clock_.now();
  if (!unanswered_) {
    unanswered_ = Settlement{.process = process_,
                             .turn = ++turn_,
                             .uses = budget.take_uses(),
                             .unsent = budget.give_back(),
                             .wanted = std::move(wanted)};
    for (Use& use : unanswered_->uses) {
      if (use.kind != Use::Kind::blocked) use.at = std::min(use.at, now);
    }
    said_at_ = now;
  }
  auto allotment = store(*unanswered_);
  if (allotment) {
    failing_since_.reset();
    unanswered_.reset();
    allotment->until = said_at_ + engine::sent_within;
    budget.allot(std::move(*allotment));
    return true;
  }
  next_try_ = clock_.now() + longest_wait;
  if (!failing_since_) failing_since_ = now;
  if (next_try_ >= *failing_since_ + alone_after) go_on_alone(budget, next_try_);
  return false;
}

/// The others take this process for gone. When it comes back, it is another one.
void SharedBudget::go_on_alone(engine::Budget& budget, Time now) {
  budget.count_alone();
  unanswered_.reset();
  failing_since_.reset();
  alone_until_ = now + engine::sharer_is_gone;
  process_ = random_id_();
}

/// The allotment in local times.
std::optional<Allotment> SharedBudget::store(const Settlement& said) {
  const Time give_up = clock_.now() + longest_settlement;
  while (clock_.now() < give_up) {
    const Time asked = clock_.now();
    const auto row = database_.windows(key_);
    const Time told = clock_.now();
    if (!row) return std::nullopt;
    auto shared = engine::SharedWindows::from_json(row->body);
    if (!shared && shared.error().kind == ErrorKind::too_new) return std::nullopt;
    if (!shared) shared = engine::SharedWindows();  // damaged: the next answers teach the windows again
    // The database read its clock between the two: what was sent is dated early, what was answered late.
    const Duration earliest = row->now - told;
    const Duration latest = row->now - asked;
    if (!shared->has(said)) {
      Settlement there = said;
      for (Use& use : there.uses) {
        use.sent_at += earliest;
        use.at += latest;
      }
      shared->settle(there, row->now);
      const auto stored = database_.store_windows(key_, {shared->to_json(), row->revision, {}});
      if (!stored) return std::nullopt;
      if (!*stored) continue;
    }
    Allotment allotment = shared->last(said.process);
    for (auto& [bucket, window] : allotment.windows) shift(window, -earliest);
    return allotment;
  }
  return std::nullopt;
}

}  // namespace envlink::team
