#pragma once
// When each service did what during a run, and what the run waited for, derived from its events.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "engine/progress.h"
#include "view/report.h"

namespace envlink::view {

enum class Stage { linking, asking, deploying, queued, building, pre_deploy, starting, checking };
constexpr auto words(Stage) {
  return std::to_array<std::string_view>(
      {"linking", "asking", "deploying", "queued", "building", "pre_deploy", "starting", "checking"});
}
constexpr std::size_t stages = words(Stage{}).size();
/// For people: "requesting the deploy".
std::string_view phrase_of(Stage stage);

/// As envlink saw it: a stage begins when a reply shows it.
struct Span {
  Stage stage = Stage::linking;
  Time from{};
  Time to{};
};

struct ServiceTimeline {
  std::vector<Span> spans;  // without empty ones
  std::optional<Time> began;
  std::optional<Time> ended;
  Duration in(Stage stage) const;
};

/// A pause caused by a rate limit, a retry or a lagging reading.
struct Wait {
  Time from{};
  Time to{};
  std::string text;
};

/// No process worked on the run: from the last event of one process to the resumption by the next.
struct Pause {
  Time from{};
  Time to{};
};

struct RunTimeline {
  engine::Progress progress;
  Time began{};
  Time ended{};  // the time of the last event
  std::vector<ServiceTimeline> services;
  std::vector<Wait> waits;
  std::vector<Pause> pauses;
  /// The services that determined the end, each waiting for the one before. Empty if fewer than two.
  std::vector<std::size_t> slowest;
  Duration since_began(Time at) const;  // without pauses
  Duration taken() const { return std::max(since_began(ended), Duration{0}); }
  Duration waited() const;  // in total
};

RunTimeline timeline_of(const Report& report);

/// "links 0.2s, build 41s, start 8s"; if it does not fit, the shortest stages are left out.
std::string stage_words(const ServiceTimeline& timeline, std::size_t width = 1000);

/// The event's service; unset if the event is about the run or about something not in the plan.
std::optional<std::size_t> service_of(const plan::Plan& plan, const engine::Event& event);

/// Maps times to 0 to 100. Each pause is shortened to a small width.
class TimeScale {
 public:
  explicit TimeScale(const RunTimeline& timeline);

  double at(Time time) const;
  struct Tick {
    double at = 0;
    Duration since{};  // from the start of the run, without pauses
  };
  /// At round durations; at most `most`.
  std::vector<Tick> ticks(std::size_t most) const;

 private:
  const RunTimeline& timeline_;
  double worked_ = 1;  // microseconds
  double sliver_ = 0;
};

}  // namespace envlink::view
