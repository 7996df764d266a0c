#pragma once
// The freshness matrix for people: a service a line, a group a column, and why wherever something is not
// live.

#include <string>

#include "plan/status.h"
#include "view/style.h"

namespace envlink::view {

Colour colour_of(plan::Freshness freshness);

std::string render_status(const plan::Status& status, const Style& style);

}  // namespace envlink::view
