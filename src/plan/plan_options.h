#pragma once
// What a plan goes by besides the file and the workspace.

#include <string>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "model/desired.h"
#include "model/service.h"
#include "plan/history.h"

namespace envlink::plan {

struct PlanOptions {
  bool redeploy_all = false;            // --redeploy all
  std::vector<std::string> redeploy{};  // --redeploy SERVICE…: names or ids
  History history{};
};

/// Which services --redeploy names.
class RedeploySelection {
 public:
  explicit RedeploySelection(const PlanOptions& options)
      : all_(options.redeploy_all), names_(options.redeploy.begin(), options.redeploy.end()) {}

  /// By its name in the file, its name on Render, or its id.
  bool names(const model::DesiredService& wanted, const model::Service& service) const {
    return all_ || names_.contains(wanted.name.text) || names_.contains(service.name) ||
           names_.contains(service.id.text());
  }

 private:
  bool all_;
  std::unordered_set<std::string> names_;
};

}  // namespace envlink::plan
