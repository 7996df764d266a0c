#pragma once
// What a run did, from its plan and events alone: as text and as JSON. Pure.

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
  std::optional<model::Outcome> outcome;  // unset: unfinished
  std::optional<std::int64_t> undone_by;  // the run that rolled it back
  bool newest = true;                     // the last run in its workspace, so it can be resumed
  plan::Plan plan;
  std::vector<engine::Event> events;
};

struct Verdict {
  Look look;
  std::string words;  // "done", "a deploy failed"
};
Verdict verdict_of(const Report& report);

/// How far the run got, what is left and what to do about it, one sentence each, safe to print.
struct RunTimeline;
std::vector<std::string> left_of(const Report& report, const RunTimeline& timeline);

std::string render_report(const Report& report, const Style& style);
std::string report_json(const Report& report);

}  // namespace envlink::view
