#pragma once
// Machine output, `-o json`. The first field is `version`; schema/*.schema.json document the shapes.

#include <optional>
#include <string>

#include "engine/progress.h"
#include "engine/workspace_reader.h"
#include "model/workspace.h"
#include "plan/explain.h"
#include "plan/plan.h"
#include "plan/status.h"
#include "plan/verification.h"

namespace envlink::view {

/// What is told of a plan and does not stand in it.
struct BesidePlan {
  std::string sha256;                       // of the plan as a file; empty: there is none to carry out
  std::optional<engine::ReadCounts> reads;  // that making it took
};
std::string plan_json(const plan::Plan& plan, const BesidePlan& beside = {});
std::string verification_json(const plan::Verification& verification);
std::string status_json(const plan::Status& status);
std::string groups_json(const model::Workspace& workspace);
std::string group_json(const model::Group& group, const model::Workspace& workspace);
/// What became of each change of a plan of links alone.
std::string link_changes_json(const plan::Plan& plan, const engine::Progress& progress);
std::string explanation_json(const plan::Explanation& explanation);

}  // namespace envlink::view
