#pragma once
// What the events of a run tell of its time: which service did what from when to when, and what was waited
// for.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/progress.h"
#include "view/report.h"

namespace envlink::view {

enum class Stage { linking, asking, deploying, queued, building, pre_deploy, starting, checking };
constexpr std::size_t stages = 8;
std::string_view to_string(Stage stage);
std::string_view words_of(Stage stage);

/// As envlink saw it: a stage begins when a look or an answer tells it.
struct Span {
  Stage stage = Stage::linking;
  Time from{};
  Time to{};
};

struct ServiceTimeline {
  std::vector<Span> spans;  // without those that took no time
  std::optional<Time> began;
  std::optional<Time> ended;
  std::vector<std::size_t> links;  // of the plan
  std::vector<std::size_t> events;
  Duration in(Stage stage) const;
};

/// A limit or a retry that held requests back.
struct Wait {
  Time from{};
  Time to{};
  std::string text;
};

/// Nobody worked at the run: from the last thing that a process told to its resumption.
struct Pause {
  Time from{};
  Time to{};
};

struct RunTimeline {
  engine::Progress progress;
  Time began{};
  Time ended{};  // the last thing that is known
  std::vector<ServiceTimeline> services;
  std::vector<Wait> waits;
  std::vector<Pause> pauses;
  /// The services that decided when the run was over, each waiting for the one before. Empty where fewer
  /// than two did.
  std::vector<std::size_t> slowest;
  Duration since_began(Time at) const;  // without the pauses
  Duration taken() const { return std::max(since_began(ended), Duration{0}); }
  Duration waited() const;  // for limits and retries
};

RunTimeline timeline_of(const Report& report);

/// Of whom an event is; none where it is about the run, or about what the plan does not have.
std::optional<std::size_t> service_of(const plan::Plan& plan, const engine::Event& event);
std::optional<std::size_t> link_of(const plan::Plan& plan, const engine::Event& event);

}  // namespace envlink::view
