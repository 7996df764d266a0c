#pragma once
// Which services --redeploy names. Private to this room.

#include <string>
#include <unordered_set>

#include "model/desired.h"
#include "model/service.h"
#include "plan/make_plan.h"

namespace envlink::plan {

class Requested {
 public:
  explicit Requested(const Extra& extra)
      : all_(extra.redeploy_all), names_(extra.redeploy.begin(), extra.redeploy.end()) {}

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
