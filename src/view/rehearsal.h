#pragma once
// A plan carried out on the model: assumptions, events and result. Pure.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/progress.h"
#include "model/outcome.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// A rollout, or the rollback that the file wants after a failure.
struct RehearsedRun {
  plan::Plan plan;
  std::vector<engine::Event> events;
};

struct Rehearsal {
  plan::Plan plan;                       // of the real workspace
  std::vector<std::string> assumptions;  // a sentence each
  std::vector<std::string> faults;       // the faults to play, in the emulator's format
  std::size_t faults_met = 0;
  std::vector<RehearsedRun> runs;     // empty if there is nothing to do or the plan is refused
  std::vector<std::string> problems;  // not shown by the runs: what could not be read or proved
  std::vector<std::pair<std::string, std::size_t>> requests;  // of the whole apply, by kind
  Duration took{};                                            // virtual time of apply
  model::Outcome outcome = model::Outcome::done;              // of apply
};

/// First how apply would end. `whole`: also the plan, a line per change, the requests and the assumptions.
std::string render_rehearsal(const Rehearsal& rehearsal, const Style& style, bool whole);
std::string rehearsal_json(const Rehearsal& rehearsal);

}  // namespace envlink::view
