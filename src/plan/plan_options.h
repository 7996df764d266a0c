#pragma once
// Input of a plan besides the file and the workspace.

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "model/desired.h"
#include "model/service.h"
#include "model/variable.h"
#include "plan/history.h"
#include "plan/plan.h"

namespace envlink::plan {

/// The wanted values of one group, as facts and digests.
struct GroupValues {
  GroupId group{};
  std::string in_file{};                 // its name in the file, if `group` is empty
  std::vector<model::Variable> given{};  // each key once; "file:NAME" for a secret file
  std::vector<std::string> removed{};    // keys
  bool prune = false;                    // remove its variables that are not in `given`
};

struct PlanOptions {
  bool redeploy_all = false;            // --redeploy all
  std::vector<std::string> redeploy{};  // --redeploy SERVICE…: names or ids
  std::vector<GroupValues> values{};    // each group once
  std::optional<ValueSource> values_from{};
  bool keeps_undo = true;  // keep the old values for a rollback
  History history{};
};

/// Matches the services named by --redeploy.
class RedeploySelection {
 public:
  RedeploySelection(const PlanOptions& options, const model::Desired& desired)
      : all_(options.redeploy_all), names_(options.redeploy.begin(), options.redeploy.end()) {
    for (const model::DesiredService& wanted : desired.services) in_file_.insert(wanted.name.text);
  }

  /// By its name in the file, its id, or its name on Render unless another service has that name in the
  /// file.
  bool names(const model::DesiredService& wanted, const model::Service& service) const {
    return all_ || names_.contains(wanted.name.text) || names_.contains(service.id.text()) ||
           (names_.contains(service.name) && !in_file_.contains(service.name));
  }

 private:
  bool all_;
  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> in_file_;
};

}  // namespace envlink::plan
