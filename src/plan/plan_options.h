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

/// Matches the services of the file that the words of a flag name.
class NamedServices {
 public:
  NamedServices(const std::vector<std::string>& words, const model::Desired& desired)
      : words_(words.begin(), words.end()) {
    for (const model::DesiredService& wanted : desired.services) in_file_.insert(wanted.name.text);
  }

  /// By its name or id in the file, its id, or its name on Render unless another service has that name in the
  /// file. `service`: nullptr if it is not known.
  bool name(const model::DesiredService& wanted, const model::Service* service) const {
    if (words_.contains(wanted.name.text) || (wanted.id && words_.contains(wanted.id->text))) return true;
    return service != nullptr && (words_.contains(service->id.text()) ||
                                  (words_.contains(service->name) && !in_file_.contains(service->name)));
  }

 private:
  std::unordered_set<std::string> words_;
  std::unordered_set<std::string> in_file_;
};

/// Matches the services named by --redeploy.
class RedeploySelection {
 public:
  RedeploySelection(const PlanOptions& options, const model::Desired& desired)
      : all_(options.redeploy_all), named_(options.redeploy, desired) {}

  bool names(const model::DesiredService& wanted, const model::Service& service) const {
    return all_ || named_.name(wanted, &service);
  }

 private:
  bool all_;
  NamedServices named_;
};

}  // namespace envlink::plan
