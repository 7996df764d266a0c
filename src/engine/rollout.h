#pragma once
// The rollout: carries a plan out. A value; decides what happens next, and is the only place that does.

#include <memory>

#include "engine/port.h"
#include "engine/progress.h"
#include "plan/plan.h"

namespace envlink::engine {

class Rollout final : public Activity {
 public:
  explicit Rollout(plan::Plan plan);
  ~Rollout() override;

  Step step(Time now) override;
  void receive(Time now, const Reply& reply) override;
  void interrupt(Time now) override;
  bool finished() const override;

  const plan::Plan& plan() const;
  const Progress& progress() const;
  int exit_code() const;  // 0, 1, 3, 5, 7, 130; valid once finished

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlink::engine
