#pragma once
// The plan that plan, apply and rehearse go by: made anew, or made earlier and kept in a file. May that one
// be carried out now?

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

/// What must hold in the end where only the plan tells it: not the links that it found and nobody asked for.
model::Desired asked_by(const plan::Plan& plan);

/// Values of one group, as they are to be.
struct GivenValues {
  struct One {
    std::string key{};  // of a secret file "file:NAME"
    Secret value{};
  };
  GroupId group{};
  std::string in_file{};             // the group's name in the file, where its id is not known yet
  std::vector<One> set{};            // each key once
  std::vector<std::string> unset{};  // keys
  bool prune = false;                // variables of the group that are not among `set` are unset
};

struct PlanSource {
  model::Desired desired{};               // what the file asks for; not read where there is a plan file
  plan::PlanOptions options{};            // for a plan that is made now
  std::vector<std::string> only{};        // --only: words for services of the file; empty: all of them
  std::optional<plan::PlanFile> file{};   // a plan that was made earlier
  std::string file_name{};                // its name, fit for a message
  std::string expected_hash{};            // empty: any plan will do
  std::vector<GivenValues> values{};      // each group once; for a plan that is made now
  bool consumers_alone = false;           // `desired` names those of one group, as they were linked then
  std::optional<plan::NewGroup> makes{};  // in the place of that group, or of none; with `consumers_alone`

  /// What must hold in the end.
  model::Desired wanted(const plan::Plan& plan) const;
};

struct ResolvedPlan {
  plan::Plan plan;
  model::Workspace actual;  // that it was made from, or in which it still holds
};

/// Holds a plan's hash against the one that is expected, if one is.
Result<void> check_hash(const plan::Plan& plan, const std::string& expected);

/// Reads what the plan rests on. `for_model`: for one that was made earlier, too, all that a model of the
/// workspace is seeded from.
Result<model::Workspace> read_for_plan(Context& context, const PlanSource& source, bool for_model = false);

/// The plan by that reading, which was the context's last; one that was made earlier is held against what it
/// rests on. `history`: with the reading.
Result<plan::Plan> plan_by(const Context& context, const PlanSource& source, const model::Workspace& actual,
                           const plan::History& history);

/// Both.
Result<ResolvedPlan> resolve_plan(Context& context, const PlanSource& source, bool for_model = false);

/// What carrying it out needs besides the plan.
engine::ValueWrites writes_for(const Context& context, const PlanSource& source, const ResolvedPlan& planned);

/// Whether a plan that was made now is the one that is expected; a file's hash was looked at before.
Result<void> check_expected(const PlanSource& source, const plan::Plan& plan);

}  // namespace envlink::run
