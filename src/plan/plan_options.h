#pragma once
// What a plan goes by besides the file and the workspace.

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

/// What is asked of the values of one group. A value is known by its facts and its digest.
struct GroupValues {
  GroupId group{};
  std::string in_file{};                 // its name in the file, where `group` does not tell
  std::vector<model::Variable> given{};  // each key once; of a secret file "file:NAME"
  std::vector<std::string> removed{};    // keys
  bool prune = false;                    // its variables that are not among `given` are removed
};

struct PlanOptions {
  bool redeploy_all = false;            // --redeploy all
  std::vector<std::string> redeploy{};  // --redeploy SERVICE…: names or ids
  std::vector<GroupValues> values{};    // each group once
  std::optional<ValueSource> values_from{};
  bool keeps_undo = true;  // what values were is kept for a rollback
  History history{};
};

/// Which services of the file words of the command line name.
class NamedServices {
 public:
  NamedServices(const std::vector<std::string>& words, const model::Desired& desired)
      : words_(words.begin(), words.end()) {
    for (const model::DesiredService& wanted : desired.services) in_file_.insert(wanted.name.text);
  }

  /// By its name or id in the file, its id, or its name on Render unless that is another one's in the file.
  /// `service`: nullptr if it is not known.
  bool name(const model::DesiredService& wanted, const model::Service* service) const {
    if (words_.contains(wanted.name.text) || (wanted.id && words_.contains(wanted.id->text))) return true;
    return service != nullptr && (words_.contains(service->id.text()) ||
                                  (words_.contains(service->name) && !in_file_.contains(service->name)));
  }

 private:
  std::unordered_set<std::string> words_;
  std::unordered_set<std::string> in_file_;
};

/// Which services --redeploy names.
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
