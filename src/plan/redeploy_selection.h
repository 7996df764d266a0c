#pragma once
// Which services --redeploy names. Private to this room.

#include <string>
#include <unordered_set>

#include "model/desired.h"
#include "model/service.h"
#include "plan/plan_options.h"

namespace envlink::plan {

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
