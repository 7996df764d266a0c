#include "run/stored_text.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/text.h"
#include "engine/event_json.h"
#include "plan/history_json.h"
#include "plan/stored.h"

namespace envlink::run {
namespace {

std::optional<std::vector<EventCount>> counts_from_text(std::string_view text) {
  std::vector<EventCount> counts;
  while (!text.empty()) {
    EventCount one;
    const char* end = text.data() + text.size();
    const auto run = std::from_chars(text.data(), end, one.run);
    if (run.ec != std::errc() || run.ptr == end || *run.ptr != ':') return std::nullopt;
    const auto events = std::from_chars(run.ptr + 1, end, one.events);
    if (events.ec != std::errc() || events.ptr == end || *events.ptr != ' ') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(events.ptr + 1 - text.data()));
    counts.push_back(one);
  }
  return counts;
}

}  // namespace

Result<plan::Plan> plan_from_text(std::int64_t run, std::string_view text) {
  auto plan = plan::plan_from_json(text);
  if (plan) return plan;
  plan.error().what = fmt::format("The plan of run {} cannot be read", run);
  plan.error().cure = "Ignore it and plan again: envlink apply --anew";
  return fail(plan.error());
}

Readable<std::vector<engine::Event>> events_from_text(const std::vector<std::string>& bodies,
                                                      const plan::Plan* plan) {
  std::vector<engine::Event> events;
  for (const auto& body : bodies) {
    auto event = engine::event_from_json(body, plan);
    if (event) {
      events.push_back(std::move(*event));
      continue;
    }
    const std::string kind = engine::unknown_kind(body);
    if (kind.empty()) return tl::unexpected(Unreadable{describe(event.error())});
    return tl::unexpected(Unreadable{
        fmt::format("it contains a kind of event that only a newer envlink knows: {}", clean(kind, 64)),
        true});
  }
  return events;
}

std::string text_of(const std::vector<EventCount>& counts) {
  std::string text;
  for (const EventCount& one : counts) text += fmt::format("{}:{} ", one.run, one.events);
  return text;
}

Readable<KeptHistory> history_from_text(std::string_view history, std::string_view taken,
                                        std::int64_t revision) {
  auto read = plan::history_from_json(history);
  if (!read) {
    const bool newer = read.error().kind == ErrorKind::too_new;
    return tl::unexpected(Unreadable{newer ? read.error().why : describe(read.error()), newer});
  }
  auto counts = counts_from_text(taken);
  if (!counts) return tl::unexpected(Unreadable{"its history contains an invalid list of runs"});
  return KeptHistory{std::move(*read), std::move(*counts), revision};
}

}  // namespace envlink::run
