#pragma once
// Plays the rest of a rollout in virtual time: each deploy takes as long as usual, polls follow the engine's
// own rules, and Render's limits apply. Source of the forecast and of the time left.

#include <cstddef>
#include <optional>

#include "base/time.h"
#include "engine/progress.h"
#include "plan/plan.h"

namespace envlink::engine {

/// How long Render is assumed to take for an answer, here and in a rehearsal.
constexpr Duration usual_answer = std::chrono::milliseconds(80);

/// Requests per minute, as recorded. Only estimates use them; the engine follows the limits in Render's
/// answers.
struct UsualLimits {
  int reads = 400;
  int writes = 100;
};

struct CourseStart {
  const Progress* progress = nullptr;         // as far as it is; nullptr: nothing is done yet
  Time now{};                                 // of `progress`
  std::size_t reads_spent = 0;                // of this minute
  std::optional<std::size_t> writes_spent{};  // unset: as `progress` tells
  std::size_t turns_before = 0;  // answers that come one after the other, before any service begins
  std::size_t proof_reads = 0;   // after all services
  UsualLimits limits{};
};

struct Course {
  std::optional<Duration> takes;  // from `now` on; unset: no length is known
  /// Some deploy takes much longer than its last ones did, or nothing tells how long one takes.
  bool at_least = false;
  bool polls_known = true;  // of every deploy
  std::size_t link_reads = 0;
  std::size_t deploy_reads = 0;
  std::size_t polls = 0;
};

Course course_of(const plan::Plan& plan, const CourseStart& start);

/// So much longer than the last ones that it is worth a look.
bool is_late(Duration passed, Duration expected);

/// Of the services whose last deploys tell one, the median of how long they took with a build. For those that
/// the plan did not look at. Unset: none tells.
std::optional<Duration> usual_length(const plan::Plan& plan);

/// How long the deploy that the plan asks for is likely to take; unset when nothing tells. `usual`: of
/// services that the plan did not look at.
std::optional<Duration> likely_length(const plan::PlannedService& service,
                                      std::optional<Duration> usual = std::nullopt);

}  // namespace envlink::engine
