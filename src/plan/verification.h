#pragma once
// The four steps of `verify`, judged from what was read. Pure.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/make_plan.h"
#include "plan/status.h"

namespace envlink::plan {

struct VerifiedService {
  ServiceId id;
  std::string name;
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
  Evidence evidence{};
  bool passed = false;  // it runs as asked, or the file lets it rest
  std::optional<RunningDeploy> running{};
  bool operator==(const VerifiedService&) const = default;
};

struct VerifiedStep {
  bool passed = false;
  std::string title;                  // "All 3 environment groups exist"
  std::vector<std::string> problems;  // one line each; empty when passed
  bool operator==(const VerifiedStep&) const = default;
};

/// Of the steps, for programs.
constexpr std::array<std::string_view, 5> step_names = {"connection", "groups", "links", "deploys", "health"};

struct Verification {
  model::Owner owner;
  std::array<VerifiedStep, 4> steps;
  std::optional<VerifiedStep> health;  // the fifth, where it was asked for
  std::vector<VerifiedService> services;
  bool journal_unreadable = false;  // what would rest on it is unknown
  const VerifiedStep& links() const { return steps[2]; }
  std::vector<VerifiedStep> all_steps() const;
  bool passed() const;
  bool operator==(const Verification&) const = default;
};

Verification verify(const model::Desired& desired, const model::Workspace& actual,
                    const History& history = nothing_known);

}  // namespace envlink::plan
