#pragma once
// A plan that was carried out on the model: what was assumed, what happened when, and how it ended. Pure.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/progress.h"
#include "model/outcome.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// A rollout, or the rollback that the file asks for after a failure.
struct RehearsedRun {
  plan::Plan plan;
  std::vector<engine::Event> events;
};

struct Rehearsal {
  plan::Plan plan;                       // of the real workspace
  std::vector<std::string> assumptions;  // a sentence each
  std::vector<std::string> faults;       // those that are played, as an emulator's file has them
  std::size_t faults_met = 0;
  std::vector<RehearsedRun> runs;     // none where nothing is to be done or the plan is refused
  std::vector<std::string> problems;  // beside what the runs tell: what could not be read or proved
  std::vector<std::pair<std::string, std::size_t>> requests;  // of apply as a whole, by kind
  Duration took{};                                            // virtual: what apply would take
  model::Outcome outcome = model::Outcome::done;              // of apply
};

/// How apply would end, first. `whole`: with the plan, a line per change, the requests and what is assumed.
std::string render_rehearsal(const Rehearsal& rehearsal, const Style& style, bool whole);
std::string rehearsal_json(const Rehearsal& rehearsal);

}  // namespace envlink::view
