#include "engine/event.h"

#include <array>
#include <utility>

namespace envlink::engine {
namespace {

constexpr std::array<std::pair<EventKind, std::string_view>, 17> names = {{
    {EventKind::run_began, "run_began"},
    {EventKind::run_resumed, "run_resumed"},
    {EventKind::link_intended, "link_intended"},
    {EventKind::link_answered, "link_answered"},
    {EventKind::link_proved, "link_proved"},
    {EventKind::link_failed, "link_failed"},
    {EventKind::snapshot_taken, "snapshot_taken"},
    {EventKind::deploy_intended, "deploy_intended"},
    {EventKind::deploy_answered, "deploy_answered"},
    {EventKind::deploy_attributed, "deploy_attributed"},
    {EventKind::deploy_observed, "deploy_observed"},
    {EventKind::health_observed, "health_observed"},
    {EventKind::service_ended, "service_ended"},
    {EventKind::failure_told, "failure_told"},
    {EventKind::waiting, "waiting"},
    {EventKind::interrupted, "interrupted"},
    {EventKind::run_ended, "run_ended"},
}};

}  // namespace

std::string_view to_string(EventKind kind) {
  for (const auto& [value, name] : names) {
    if (value == kind) return name;
  }
  return "unknown";
}

std::optional<EventKind> event_kind_from(std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace envlink::engine
