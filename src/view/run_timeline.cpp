#include "view/run_timeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace envlink::view {
namespace {

using engine::Event;

std::optional<Stage> stage_of(model::DeployStatus status) {
  using model::DeployStatus;
  switch (status) {
    case DeployStatus::created:
    case DeployStatus::queued:
      return Stage::queued;
    case DeployStatus::build_in_progress:
      return Stage::building;
    case DeployStatus::pre_deploy_in_progress:
      return Stage::pre_deploy;
    case DeployStatus::update_in_progress:
      return Stage::starting;
    case DeployStatus::unknown_running:
      return Stage::deploying;
    default:
      return std::nullopt;
  }
}

/// The stage that an event begins; unset: none.
std::optional<Stage> stage_of(const Event& event) {
  using Begun = std::optional<Stage>;
  return std::visit(engine::ByKind{[](const engine::LinkIntended&) -> Begun { return Stage::linking; },
                                   [](const engine::SnapshotTaken&) -> Begun { return Stage::asking; },
                                   [](const engine::DeployIntended&) -> Begun { return Stage::asking; },
                                   [](const engine::DeployAttributed&) -> Begun { return Stage::deploying; },
                                   [](const engine::DeployObserved& observed) -> Begun {
                                     return stage_of(model::deploy_status_from(observed.deploy_status));
                                   },
                                   [](const engine::HealthObserved&) -> Begun { return Stage::checking; },
                                   [](const auto&) -> Begun { return std::nullopt; }},
                    event.what);
}

/// Builds the stages of the services from one event after the other.
class TimelineBuilder {
 public:
  explicit TimelineBuilder(RunTimeline& timeline) : timeline_(timeline), open_(timeline.services.size()) {}

  void pause(Time from, Time to) {
    if (to <= from) return;
    timeline_.pauses.push_back({from, to});
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (!open_[i]) continue;
      close(i, from, false);
      open_[i]->from = to;
    }
  }

  void take(std::size_t service, const Event& event) {
    ServiceTimeline& one = timeline_.services[service];
    if (event.is<engine::ServiceEnded>()) {
      if (one.began) one.ended = event.at;
      return close(service, event.at, true);
    }
    const auto stage = stage_of(event);
    if (!stage) return;
    if (!one.began) one.began = event.at;
    one.ended.reset();
    if (open_[service] && open_[service]->stage == *stage) return;
    close(service, event.at, true);
    open_[service] = Span{*stage, event.at, event.at};
  }

  void end(Time at) {
    for (std::size_t i = 0; i < open_.size(); ++i) close(i, at, true);
  }

 private:
  void close(std::size_t service, Time at, bool for_good) {
    auto& open = open_[service];
    if (!open) return;
    if (at > open->from) timeline_.services[service].spans.push_back({open->stage, open->from, at});
    if (for_good) open.reset();
  }

  RunTimeline& timeline_;
  std::vector<std::optional<Span>> open_;
};

/// From the service that ended last back through those that it waited for.
std::vector<std::size_t> slowest_of(const plan::Plan& plan, const RunTimeline& timeline) {
  const auto ended = [&](std::size_t service) { return timeline.services[service].ended; };
  const auto later = [&](std::size_t a, std::size_t b) { return ended(a) < ended(b); };
  std::vector<std::size_t> chain;
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    if (ended(i)) candidates.push_back(i);
  }
  while (!candidates.empty() && chain.size() < plan.services.size()) {
    chain.push_back(*std::max_element(candidates.begin(), candidates.end(), later));
    candidates.clear();
    for (const std::size_t before : plan.services[chain.back()].waits_for) {
      if (ended(before)) candidates.push_back(before);
    }
  }
  if (chain.size() < 2) return {};
  std::reverse(chain.begin(), chain.end());
  return chain;
}

constexpr double most_for_pauses = 20;  // of 100
constexpr double widest_pause = 3;

double microseconds(Duration span) {
  return static_cast<double>(span.count());
}

Duration step_for(double span, std::size_t most) {
  using namespace std::chrono_literals;
  constexpr Duration steps[] = {10ms, 20ms, 50ms, 100ms, 200ms, 500ms, 1s,    2s, 5s, 10s, 15s,
                                30s,  1min, 2min, 5min,  10min, 15min, 30min, 1h, 2h, 6h};
  for (const Duration step : steps) {
    if (span / microseconds(step) <= static_cast<double>(most)) return step;
  }
  return std::max(Duration(24h), Duration(static_cast<Duration::rep>(span / static_cast<double>(most))));
}

}  // namespace

std::string_view phrase_of(Stage stage) {
  constexpr std::string_view phrases[] = {
      "links", "requesting the deploy", "deploy", "queued", "build", "pre-deploy", "start", "health path"};
  return phrases[static_cast<std::size_t>(stage)];
}

Duration ServiceTimeline::in(Stage stage) const {
  Duration sum{0};
  for (const Span& span : spans) {
    if (span.stage == stage) sum += span.to - span.from;
  }
  return sum;
}

Duration RunTimeline::since_began(Time at) const {
  Duration worked = at - began;
  for (const Pause& pause : pauses) {
    if (at > pause.from) worked -= std::min(at, pause.to) - pause.from;
  }
  return worked;
}

Duration RunTimeline::waited() const {
  Duration sum{0};
  Time until = began;
  for (const Wait& wait : waits) {
    sum += std::max(wait.to - std::max(wait.from, until), Duration{0});
    until = std::max(until, wait.to);
  }
  return sum;
}

std::optional<std::size_t> service_of(const plan::Plan& plan, const Event& event) {
  const engine::EventService* service = engine::service_of(event);
  if (service == nullptr || service->position >= plan.services.size()) return std::nullopt;
  return service->position;
}

RunTimeline timeline_of(const Report& report) {
  RunTimeline timeline;
  timeline.progress = engine::Progress::of(report.plan);
  timeline.services.resize(report.plan.services.size());
  timeline.began = report.events.empty() ? report.began : report.events.front().at;
  timeline.ended = std::max(
      timeline.began, report.events.empty() ? report.ended.value_or(report.began) : report.events.back().at);
  TimelineBuilder teller(timeline);
  Time last = timeline.began;
  for (const Event& event : report.events) {
    timeline.progress.apply(event);
    if (event.is<engine::RunResumed>()) teller.pause(last, event.at);
    const auto* waiting = event.as<engine::Waiting>();
    if (waiting != nullptr && waiting->seconds > 0)
      timeline.waits.push_back({event.at, event.at + std::chrono::seconds(waiting->seconds), waiting->why});
    if (const auto service = service_of(report.plan, event)) teller.take(*service, event);
    last = event.at;
  }
  teller.end(timeline.ended);
  for (Wait& wait : timeline.waits) wait.to = std::min(wait.to, timeline.ended);
  timeline.slowest = slowest_of(report.plan, timeline);
  return timeline;
}

std::string stage_words(const ServiceTimeline& timeline, std::size_t width) {
  std::vector<std::pair<Duration, std::string>> parts;
  for (std::size_t i = 0; i < stages; ++i) {
    const Duration span = timeline.in(static_cast<Stage>(i));
    // One reply takes that long; more indicates a queue or a lost answer.
    const bool goes_without_saying = static_cast<Stage>(i) == Stage::asking && span < std::chrono::seconds(1);
    if (span > Duration{0} && !goes_without_saying)
      parts.emplace_back(span, fmt::format("{} {}", phrase_of(static_cast<Stage>(i)), format_duration(span)));
  }
  while (!parts.empty()) {
    std::vector<std::string> words;
    for (const auto& [span, text] : parts) words.push_back(text);
    std::string all = join(words, ", ");
    if (display_width(all) <= width) return all;
    parts.erase(std::min_element(parts.begin(), parts.end(),
                                 [](const auto& one, const auto& other) { return one.first < other.first; }));
  }
  return {};
}

TimeScale::TimeScale(const RunTimeline& timeline) : timeline_(timeline) {
  worked_ = std::max(1.0, microseconds(timeline.taken()));
  if (!timeline.pauses.empty())
    sliver_ = std::min(widest_pause, most_for_pauses / static_cast<double>(timeline.pauses.size()));
}

double TimeScale::at(Time time) const {
  double shift = 0;
  for (const Pause& pause : timeline_.pauses) {
    if (time >= pause.to) {
      shift += sliver_;
    } else if (time > pause.from) {
      shift += sliver_ * microseconds(time - pause.from) / microseconds(pause.to - pause.from);
    }
  }
  const double room = 100 - sliver_ * static_cast<double>(timeline_.pauses.size());
  return std::clamp(shift + room * microseconds(timeline_.since_began(time)) / worked_, 0.0, 100.0);
}

std::vector<TimeScale::Tick> TimeScale::ticks(std::size_t most) const {
  std::vector<Tick> ticks;
  const Duration step = step_for(worked_, most);
  for (Duration since{0}; microseconds(since) <= worked_; since += step) {
    Time time = timeline_.began + since;
    for (const Pause& pause : timeline_.pauses) {
      if (time >= pause.from) time += pause.to - pause.from;
    }
    ticks.push_back({at(time), since});
  }
  return ticks;
}

}  // namespace envlink::view
