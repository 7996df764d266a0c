#pragma once
// Carries out a plan. A value; the only place that decides what happens next.

#include <map>
#include <memory>

#include "api/message.h"
#include "engine/budget.h"
#include "engine/ports.h"
#include "engine/progress.h"
#include "engine/seen_live.h"
#include "model/value_digest.h"
#include "plan/history.h"
#include "plan/plan.h"

namespace envlink::engine {

/// The values read before a run requested its deploys. If others are read after a deploy failed, its log may
/// show one that could not be masked.
struct ValuesBefore {
  bool lost = false;            // they should be compared and cannot be: no digests can be made
  model::DigestValue digest{};  // how they were made; empty: nothing can be compared
  std::map<GroupId, plan::Values> groups{};
  std::map<ServiceId, plan::Values> services{};  // of their own variables
};
/// What a plan with values needs besides the plan: the values themselves, which only a transport can read,
/// and how digests are made. `bodies`: by position; unset: the value is removed, or proved already.
struct ValueWrites {
  model::DigestValue digest{};
  std::vector<std::shared_ptr<const api::SecretBody>> bodies{};
};

ValuesBefore values_read(const model::Workspace& read, model::DigestValue digest);

/// One read of a group proves several links: after an answer it waits this long for the next one,
inline constexpr Duration gather = std::chrono::milliseconds(300);
/// and no longer than this after the first.
inline constexpr Duration gather_at_most = std::chrono::seconds(2);

class Rollout final : public Activity {
 public:
  /// `budget`: the rate limits seen while reading the workspace.
  explicit Rollout(plan::Plan plan, Budget budget = {}, ValuesBefore values = {}, ValueWrites writes = {});
  explicit Rollout(std::shared_ptr<const plan::Plan> plan, Budget budget = {}, ValuesBefore values = {},
                   ValueWrites writes = {});
  /// Continues a run; `history` is all that the journal has. A write without an answer is settled by reading;
  /// a deploy in progress is watched again. The process that wrote the journal has ended.
  Rollout(plan::Plan plan, const std::vector<Event>& history, Budget budget = {}, ValueWrites writes = {});
  Rollout(std::shared_ptr<const plan::Plan> plan, const std::vector<Event>& history, Budget budget = {},
          ValueWrites writes = {});
  ~Rollout() override;

  /// When the deploys that the plan knows were listed, by Render's clock. A fresh list is not read again.
  void plan_listed(const std::map<ServiceId, Time>& at);

  Step step(Time now) override;
  void receive(Time now, Reply reply) override;
  void interrupt(Time now) override;
  bool finished() const override;

  const plan::Plan& plan() const;
  const Progress& progress() const;
  /// Only services for which Render's clock is known.
  std::map<ServiceId, SeenLive> seen_live() const;
  const Budget& budget() const;
  Budget* limits() override;
  /// Valid once finished: done, error, authentication, deploy_failed, timed_out or interrupted.
  model::Outcome outcome() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlink::engine
