#pragma once
// The request budget of an API key that several processes share through a store: reads, settles and replaces
// its windows (engine/shared_windows.h) as a whole. A process without the store for ten seconds counts alone
// for the rest of its activity, and leaves half of each window to the others.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/budget.h"
#include "engine/ports.h"
#include "engine/shared_windows.h"
#include "team/database.h"

namespace envlink::team {

class SharedBudget final : public engine::Sharing {
 public:
  /// `key`: names the API key without giving it away.
  SharedBudget(Database& database, engine::Clock& clock, std::string key,
               std::function<std::string()> random_id)
      : database_(database),
        clock_(clock),
        key_(std::move(key)),
        random_id_(std::move(random_id)),
        process_(random_id_()) {}

  void begin(engine::Budget& budget, Time now) override;
  std::optional<Time> settle(engine::Budget& budget, Time now) override;
  void finish(engine::Budget& budget, Time now) override;

 private:
  std::optional<engine::Allotment> store(const engine::Settlement& said);
  bool carry_out(engine::Budget& budget, engine::ByBucket<int> wanted);
  void go_on_alone(engine::Budget& budget, Time now);

  Database& database_;
  engine::Clock& clock_;
  std::string key_;
  std::function<std::string()> random_id_;
  std::string process_;
  std::int64_t turn_ = 0;
  std::optional<engine::Settlement> unanswered_;  // may have been stored
  Time said_at_{};                                // when that was sent first
  Time settled_at_{};
  Time next_try_{};
  std::optional<Time> failing_since_;
  Time alone_until_{};
};

}  // namespace envlink::team
