#include "api/failure_reason.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "api/reply_reader.h"
#include "base/text.h"

namespace envlink::api {
namespace {

struct Cause {
  std::string words;
  std::string detail;
};

/// The parts of an event that are used; any may be missing.
struct ServiceEvent {
  std::string type;
  std::optional<Time> at;
  std::string deploy;
  std::string build;
  std::string failed_build;        // the failed build that the deploy's end names
  std::string_view replaced_by{};  // "deploy" or "build": replaced by a newer one
  Cause cause;
};

std::optional<std::int64_t> number(const Node& node, std::string_view key) {
  const json::Value* value = node.get(key);
  if (value == nullptr || value->kind != json::Kind::whole) return std::nullopt;
  return value->whole;
}

/// "512Mi"; empty if it is not a size.
std::string size_of(const Node& node, std::string_view key) {
  std::string text = node.text(key);
  const bool plain =
      text.size() <= 16 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
      });
  return plain ? text : std::string{};
}

/// The most specific part first: a process that ran out of memory also has an exit code.
Cause decode_failure(const Node& failure) {
  constexpr std::int64_t most_seconds = 31'536'000;
  if (failure.get("oomKilled") != nullptr) {
    const std::string limit = size_of(failure.child("oomKilled"), "memoryLimit");
    return {"out of memory" + (limit.empty() ? std::string{} : fmt::format(" (limit {})", limit)), ""};
  }
  const std::string unhealthy = clean(failure.text("unhealthy"));
  const std::string timed_out = clean(failure.text("timedOutReason"));
  if (const auto seconds = number(failure, "timedOutSeconds"); seconds && *seconds > 0) {
    const auto span = std::chrono::seconds(std::min(*seconds, most_seconds));
    return {"timed out after " + format_duration(span), timed_out.empty() ? unhealthy : timed_out};
  }
  if (!timed_out.empty()) return {"timed out", timed_out};
  if (!unhealthy.empty()) return {"unhealthy", unhealthy};
  const std::string eviction = clean(failure.text("evictionReason"));
  if (failure.flag("evicted", "true") || !eviction.empty()) return {"evicted", eviction};
  if (const auto code = number(failure, "nonZeroExit")) return {fmt::format("exit code {}", *code), ""};
  if (failure.flag("earlyExit", "true")) return {"it exited early", ""};
  return {};
}

constexpr std::string_view quota_event = "pipeline_minutes_exhausted";

/// Events of the whole service, which also affect a running deploy. The first one counts.
constexpr std::array<std::string_view, 5> befalling = {quota_event, "suspender_added", "service_suspended",
                                                       "branch_deleted", "server_hardware_failure"};

Cause decode_befalling(std::string_view type, const Node& details) {
  constexpr std::size_t longest_word = 100;
  if (type == quota_event)
    return {"the workspace has used up its pipeline minutes and cannot deploy until it gets more", ""};
  if (type == "service_suspended") return {"the service was suspended during the deploy", ""};
  if (type == "server_hardware_failure") return {"its hardware failed", ""};
  if (type == "suspender_added") {
    const std::string actor = clean(details.text("actor"), longest_word);
    return {
        "the service was suspended during the deploy" + (actor.empty() ? actor : fmt::format(" ({})", actor)),
        ""};
  }
  const std::string branch = clean(details.text("deletedBranch"), longest_word);
  return {fmt::format("its branch {}was deleted", branch.empty() ? branch : branch + " "), ""};
}

Result<ServiceEvent> decode_event(const Node& node) {
  ServiceEvent event;
  event.type = node.text("type");
  event.at = node.time("timestamp");
  const Node details = node.child("details");
  event.deploy = details.optional_id("deployId");
  event.build = details.optional_id("buildId");
  const Node reason = details.child("reason");
  event.failed_build = reason.child("buildFailed").optional_id("id");
  if (reason.get("newBuild") != nullptr) event.replaced_by = "build";
  if (reason.get("newDeploy") != nullptr) event.replaced_by = "deploy";
  if (event.type == "image_pull_failed") {
    event.cause = {"the image could not be pulled", clean(details.text("message"))};
  } else if (event.type == "artifact_fetch_failed") {
    event.cause = {"the artifact could not be fetched", clean(details.text("message"))};
  } else if (std::ranges::find(befalling, event.type) != befalling.end()) {
    event.cause = decode_befalling(event.type, details);
  } else {
    // For one instance the failure is the reason itself.
    event.cause = decode_failure(event.type == "server_failed" ? reason : reason.child("failure"));
  }
  return event;
}

}  // namespace

Result<FailureReason> parse_failure_reason(const Response& events, const DeployId& deploy, Time began) {
  auto page = read_page<ServiceEvent>(events, "event", decode_event);
  if (!page) return fail(std::move(page.error()));
  const auto find = [&](auto&& matches) -> const ServiceEvent* {
    const auto found = std::find_if(page->items.begin(), page->items.end(), matches);
    return found == page->items.end() ? nullptr : &*found;
  };
  const ServiceEvent* end = find([&](const ServiceEvent& event) {
    return event.type == "deploy_ended" && event.deploy == deploy.text();
  });
  const std::optional<Time> ended_at = end != nullptr ? end->at : std::nullopt;
  const auto tells = [](const ServiceEvent& event, std::string_view type) {
    return event.type == type && !event.cause.words.empty();
  };
  const auto in_its_time = [&](const ServiceEvent& event) {
    return event.at && *event.at >= began && (!ended_at || *event.at <= *ended_at);
  };
  // From events that name this deploy to events that merely happened during it.
  const std::function<bool(const ServiceEvent&)> by_trust[] = {
      [&](const auto& event) { return &event == end && !event.cause.words.empty(); },
      [&](const auto& event) {
        return tells(event, "build_ended") && end != nullptr && !event.build.empty() &&
               event.build == end->failed_build;
      },
      [&](const auto& event) { return tells(event, "pre_deploy_ended") && event.deploy == deploy.text(); },
      [&](const auto& event) { return tells(event, "build_ended") && in_its_time(event); },
      [&](const auto& event) { return tells(event, "image_pull_failed") && in_its_time(event); },
      [&](const auto& event) { return tells(event, "artifact_fetch_failed") && in_its_time(event); },
      [&](const auto& event) { return tells(event, "server_failed") && in_its_time(event); }};
  FailureReason reason;
  reason.ended = end != nullptr;
  for (const auto& matches : by_trust) {
    const ServiceEvent* event = find(matches);
    if (event == nullptr) continue;
    reason.words = event->cause.words;
    reason.detail = event->cause.detail;
    break;
  }
  if (reason.words.empty() && end != nullptr && !end->replaced_by.empty())
    reason.words = fmt::format("replaced by a newer {}", end->replaced_by);
  for (const std::string_view type : befalling) {
    const ServiceEvent* event = find([&](const auto& one) { return one.type == type && in_its_time(one); });
    if (event == nullptr) continue;
    reason.quota_exhausted = type == quota_event;
    // If the quota ended the build, that is the only reason, whatever the exit code.
    if (reason.quota_exhausted) reason.detail.clear();
    const bool alone = reason.words.empty() || reason.quota_exhausted;
    reason.words = alone ? event->cause.words : fmt::format("{}, and {}", reason.words, event->cause.words);
    break;
  }
  return reason;
}

}  // namespace envlink::api
