#pragma once
// The log of a deploy, for people and for programs. Pure.

#include <string>

#include "engine/service_log.h"
#include "model/service.h"
#include "model/workspace.h"
#include "view/style.h"

namespace envlink::view {

/// "Deploy dep-… of my-backend (build failed), the last 9 lines of its log:"
std::string render_log_heading(const model::Service& service, const engine::DeployLog& log,
                               const Style& style);
std::string log_json(const model::Owner& workspace, const model::Service& service,
                     const engine::DeployLog& log);

}  // namespace envlink::view
