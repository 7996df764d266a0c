#pragma once
// What the events of a run tell of its time: which service did what from when to when, and what was waited
// for.

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
  Duration in(Stage stage) const;
};

/// A limit, a retry or a reading that lags, which held the run back.
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
  Duration waited() const;  // in all
};

RunTimeline timeline_of(const Report& report);

/// "links 0.2s, build 41s, start 8s"; of what does not fit, the shortest goes first.
std::string stage_words(const ServiceTimeline& timeline, std::size_t width = 1000);

/// Of whom an event is; none where it is about the run, or about what the plan does not have.
std::optional<std::size_t> service_of(const plan::Plan& plan, const engine::Event& event);

/// Where a time stands on a line from 0 to 100. Pauses take a sliver each.
class TimeScale {
 public:
  explicit TimeScale(const RunTimeline& timeline);

  double at(Time time) const;
  struct Tick {
    double at = 0;
    Duration since{};  // the run began, pauses left out
  };
  /// At round spans, at most `most` of them.
  std::vector<Tick> ticks(std::size_t most) const;

 private:
  const RunTimeline& timeline_;
  double worked_ = 1;  // microseconds
  double sliver_ = 0;
};

}  // namespace envlink::view
