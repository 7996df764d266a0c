#pragma once
// What a run did, told afterwards from its plan and its events alone: as text and as JSON. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/event.h"
#include "model/outcome.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

struct Report {
  std::int64_t run = 0;
  std::string user;
  std::string host;
  Time began{};
  std::optional<Time> ended;
  std::optional<model::Outcome> outcome;  // unset: the run is unfinished
  std::optional<std::int64_t> undone_by;  // the run that rolled it back
  bool newest = true;                     // of its workspace: what is left can be taken up
  plan::Plan plan;
  std::vector<engine::Event> events;
};

struct Verdict {
  Look look;
  std::string words;  // "done", "a deploy failed"
};
Verdict verdict_of(const Report& report);

/// How far it came, what is left of it and what to do about it, a sentence each, safe to print.
struct RunTimeline;
std::vector<std::string> left_of(const Report& report, const RunTimeline& timeline);

std::string render_report(const Report& report, const Style& style);
std::string report_json(const Report& report);

}  // namespace envlink::view
