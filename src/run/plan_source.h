#pragma once
// Where the plan of plan, apply and rehearse comes from: made now, or made earlier and saved in a file.
// Checks whether a saved plan may be carried out now.

#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/make_plan.h"
#include "plan/stored.h"
#include "run/context.h"

namespace envlink::run {

/// What must hold at the end, as far as the plan shows it. Leaves out links that nobody asked for.
model::Desired asked_by(const plan::Plan& plan);

/// New values of one group.
struct GivenValues {
  struct One {
    std::string key{};  // "file:NAME" for a secret file
    Secret value{};
  };
  GroupId group{};
  std::string in_file{};             // the group's name in the file, if its id is not known yet
  std::vector<One> set{};            // each key once
  std::vector<std::string> unset{};  // keys
  bool prune = false;                // unset the group's variables that are not in `set`
};

struct PlanSource {
  model::Desired desired{};               // what the file asks for; not read if there is a plan file
  plan::PlanOptions options{};            // for a plan that is made now
  std::vector<std::string> only{};        // --only: words for services of the file; empty: all of them
  std::optional<plan::PlanFile> file{};   // a plan that was made earlier
  std::string file_name{};                // its name, fit for a message
  std::string expected_hash{};            // empty: any plan is accepted
  std::vector<GivenValues> values{};      // each group once; for a plan that is made now
  bool consumers_alone = false;           // `desired` has only the services linked to one group
  std::optional<plan::NewGroup> makes{};  // replaces that group, or none; with `consumers_alone`

  /// What must hold at the end.
  model::Desired wanted(const plan::Plan& plan) const;
};

struct ResolvedPlan {
  plan::Plan plan;
  model::Workspace actual;  // that the plan was made from, or in which it still holds
};

/// Fails if a hash is expected and the plan has another one.
Result<void> check_hash(const plan::Plan& plan, const std::string& expected);

/// Reads what the plan rests on. `for_model`: for a saved plan too, everything that a model of the workspace
/// needs.
Result<model::Workspace> read_for_plan(Context& context, const PlanSource& source, bool for_model = false);

/// Makes the plan from `actual`, the context's last reading, or checks a saved plan against it. `history`:
/// includes that reading.
Result<plan::Plan> plan_by(const Context& context, const PlanSource& source, const model::Workspace& actual,
                           const plan::History& history);

/// Reads, then plans.
Result<ResolvedPlan> resolve_plan(Context& context, const PlanSource& source, bool for_model = false);

/// What carrying out the plan needs besides the plan.
engine::ValueWrites writes_for(const Context& context, const PlanSource& source, const ResolvedPlan& planned);

/// Fails if a plan made now is not the expected one; the hash of a saved plan was checked before.
Result<void> check_expected(const PlanSource& source, const plan::Plan& plan);

}  // namespace envlink::run
