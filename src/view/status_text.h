#pragma once
// Whether services run with what is linked, for people. Pure.

#include <optional>
#include <string>

#include "plan/status.h"
#include "view/alike.h"
#include "view/style.h"

namespace envlink::view {

/// all: every service, with each of its groups in a matrix. Otherwise those that are not live.
enum class StatusRows { not_live, all };
/// With Status::why, of every service what its word rests on.
std::string render_status(const plan::Status& status, Time now, const Style& style, StatusRows rows);

/// How live, stale, … a service is, in one word and its colour.
AlikeRow freshness_row(const std::string& name, plan::Freshness freshness, const std::string& because,
                       const plan::Evidence& evidence, const Style& style);

/// "went live 12 min ago"; empty where Render does not say when.
std::string went_live_ago(const std::optional<plan::RunningDeploy>& running, Time now);

}  // namespace envlink::view
