#pragma once
// What a workspace holds and how it stands, for people: names, keys and links, never a value. Pure.

#include <string>

#include "model/workspace.h"
#include "plan/explain.h"
#include "plan/status.h"
#include "plan/verification.h"
#include "view/style.h"

namespace envlink::view {

std::string render_group(const model::Group& group, const model::Workspace& workspace, const Style& style);
/// The freshness matrix: a service a line, a group a column, and why wherever something is not live; with
/// Status::why, of all of them what they rest on.
std::string render_status(const plan::Status& status, const Style& style);
/// The steps of verify: a tick or a cross a line, what is wrong below it, freshness per service.
std::string render_verification(const plan::Verification& verification, const Style& style);
std::string render_explanation(const plan::Explanation& explanation, const Style& style);

}  // namespace envlink::view
