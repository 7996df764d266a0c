#pragma once
// Where a link and a service of a run stand, as every document for a program tells it.

#include "engine/progress.h"
#include "json/writer.h"
#include "plan/plan.h"

namespace envlink::view {

/// The member `links`: every change of a link that the plan asks for.
void write_links(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);

/// The members of one service.
void write_service(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress,
                   std::size_t service);

/// The members `outcome` and `exit_code`; null: it is unfinished.
void write_outcome(json::Writer& out, const std::optional<model::Outcome>& outcome);

}  // namespace envlink::view
