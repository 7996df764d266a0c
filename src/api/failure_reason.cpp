#include "api/failure_reason.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "api/reply_reader.h"
#include "base/text.h"

namespace envlink::api {
namespace {

struct Cause {
  std::string words;
  std::string detail;
};

/// What is read of an event; anything of it may be missing.
struct ServiceEvent {
  std::string type;
  std::optional<Time> at;
  std::string deploy;
  std::string build;
  std::string failed_build;  // the build that this end blames
  bool replaced = false;     // a newer deploy took its place
  Cause cause;
};

std::optional<std::int64_t> number(const Node& node, std::string_view key) {
  const json::Value* value = node.get(key);
  if (value == nullptr || value->kind != json::Kind::whole) return std::nullopt;
  return value->whole;
}

/// "512Mi"; empty when it is no size.
std::string size_of(const Node& node, std::string_view key) {
  std::string text = node.text(key);
  const bool plain =
      text.size() <= 16 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
      });
  return plain ? text : std::string{};
}

/// The most telling part first: a process that ran out of memory has an exit code as well.
Cause decode_failure(const Node& failure) {
  constexpr std::int64_t most_seconds = 31'536'000;
  if (failure.get("oomKilled") != nullptr) {
    const std::string limit = size_of(failure.child("oomKilled"), "memoryLimit");
    return {"out of memory" + (limit.empty() ? std::string{} : ", the limit is " + limit), ""};
  }
  const std::string unhealthy = clean(failure.text("unhealthy"));
  const std::string timed_out = clean(failure.text("timedOutReason"));
  if (const auto seconds = number(failure, "timedOutSeconds"); seconds && *seconds > 0) {
    const auto span = std::chrono::seconds(std::min(*seconds, most_seconds));
    return {"timed out after " + format_duration(span), timed_out.empty() ? unhealthy : timed_out};
  }
  if (!timed_out.empty()) return {"timed out", timed_out};
  if (!unhealthy.empty()) return {"unhealthy", unhealthy};
  if (failure.flag("evicted", "true")) return {"evicted", ""};
  if (const auto code = number(failure, "nonZeroExit")) return {fmt::format("exit code {}", *code), ""};
  if (failure.flag("earlyExit", "true")) return {"it exited early", ""};
  return {};
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
  event.replaced = reason.get("newDeploy") != nullptr;
  if (event.type == "image_pull_failed") {
    event.cause = {"the image could not be pulled", clean(details.text("message"))};
  } else {
    // The failure of one instance stands in the reason itself.
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
  // From what names this deploy to what merely happened in its time.
  const std::function<bool(const ServiceEvent&)> by_trust[] = {
      [&](const auto& event) { return &event == end && !event.cause.words.empty(); },
      [&](const auto& event) {
        return tells(event, "build_ended") && end != nullptr && !event.build.empty() &&
               event.build == end->failed_build;
      },
      [&](const auto& event) { return tells(event, "pre_deploy_ended") && event.deploy == deploy.text(); },
      [&](const auto& event) { return tells(event, "build_ended") && in_its_time(event); },
      [&](const auto& event) { return tells(event, "image_pull_failed") && in_its_time(event); },
      [&](const auto& event) { return tells(event, "server_failed") && in_its_time(event); }};
  FailureReason reason;
  reason.ended = end != nullptr;
  for (const auto& matches : by_trust) {
    const ServiceEvent* event = find(matches);
    if (event == nullptr) continue;
    reason.words = event->cause.words;
    reason.detail = event->cause.detail;
    return reason;
  }
  if (end != nullptr && end->replaced) reason.words = "a newer deploy took its place";
  return reason;
}

}  // namespace envlink::api
