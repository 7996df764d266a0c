#pragma once
// Plays the rest of a rollout in virtual time: each deploy takes as long as usual, polls follow the engine's
// rules, and Render's limits apply. The forecast and the time left come from here.

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
  const Progress* progress = nullptr;         // nullptr: nothing is done yet
  Time now{};                                 // the time of `progress`
  std::size_t reads_spent = 0;                // in this minute
  std::optional<std::size_t> writes_spent{};  // unset: counted from `progress`
  std::size_t turns_before = 0;               // answers in sequence before any service begins
  std::size_t proof_reads = 0;                // after all services
  UsualLimits limits{};
};

struct Course {
  std::optional<Duration> takes;  // from `now`; unset: no length is known
  /// Some deploy takes much longer than its last ones, or has no known length.
  bool at_least = false;
  bool polls_known = true;  // of every deploy
  std::size_t link_reads = 0;
  std::size_t deploy_reads = 0;
  std::size_t polls = 0;
};

Course course_of(const plan::Plan& plan, const CourseStart& start);

/// Whether a deploy takes so much longer than its last ones that a person should look.
bool is_late(Duration passed, Duration expected);

/// The median length of a deploy with a build, over the services whose last deploys show one. Used for
/// services whose deploys the plan did not list. Unset: no service shows one.
std::optional<Duration> usual_length(const plan::Plan& plan);

/// The likely length of the deploy that the plan asks for; unset if unknown. `usual`: for services whose
/// deploys the plan did not list.
std::optional<Duration> likely_length(const plan::PlannedService& service,
                                      std::optional<Duration> usual = std::nullopt);

}  // namespace envlink::engine
