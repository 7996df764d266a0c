#pragma once
// Sample values for the tests of this folder, and the comparison with golden files.

#include <string>
#include <string_view>

#include "engine/progress.h"
#include "plan/explain.h"
#include "plan/plan.h"
#include "plan/verification.h"
#include "view/style.h"

namespace envlink::view::sample {

constexpr Time began = Time{std::chrono::hours(500'000)};
inline Time at(int seconds) {
  return began + std::chrono::seconds(seconds);
}

/// The nine services of the guide in four waves, nothing linked yet.
plan::Plan guide();
/// Removal, stale, requested, unchanged, linked without a redeploy, unmanaged, findings of each severity.
plan::Plan mixed();
plan::Plan refused();
plan::Plan empty();
/// `count` services in one wave, named s0, s1, …, each linked to secrets.
plan::Plan alike(std::size_t count);
/// `count` services in one wave whose names and texts try to attack the output.
plan::Plan hostile(std::size_t count);

engine::Event event(int seconds, engine::Event::What what);
/// One of every kind, about a service and a link of the plan; `text` in all text fields.
std::vector<engine::Event> every_kind(const plan::Plan& plan, std::size_t service, std::size_t link,
                                      const std::string& text);

/// Before the first event.
engine::Progress untouched(const plan::Plan& plan);
/// The guide's rollout after some time: wave 1 live, wave 2 building.
engine::Progress half_way(const plan::Plan& guide);
/// The guide's rollout after a build of wave 2 failed and later services were not started.
engine::Progress halted(const plan::Plan& guide);

/// A service with its own variables, two groups, and every kind of source.
plan::Explanation explained();
/// The requested key does not exist on the service.
plan::Explanation not_explained();

plan::Verification verified();
plan::Verification unverified();

/// Compares with src/view/testdata/NAME, or rewrites that file if UPDATE_GOLDEN=1.
void check_golden(std::string_view name, const std::string& text);
std::string without_colour(std::string_view text);
/// Only newlines as control characters, no bidi marks, valid UTF-8.
bool harmless(std::string_view text);
std::string joined(const std::vector<std::string>& lines);

}  // namespace envlink::view::sample
