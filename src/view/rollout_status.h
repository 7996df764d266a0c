#pragma once
// A rollout's progress for people: the state of each service in words, and the estimated time left. Pure.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/words.h"
#include "engine/course.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// The most interesting first.
enum class ServiceStatusGroup { failed, running, waiting, not_started, done };
constexpr auto words(ServiceStatusGroup) {
  return std::to_array<std::string_view>({"failed", "running", "waiting", "not started", "done"});
}

struct ServiceLabel {
  Symbol mark = Symbol::waiting;
  Colour colour = Colour::plain;
  std::string words;  // safe to print
};

class RolloutStatus {
 public:
  /// All three must outlive it.
  RolloutStatus(const plan::Plan& plan, const engine::Progress& progress, const Style& style);

  /// Services that redeploy or whose links change, by wave; those without a wave last.
  const std::vector<std::size_t>& concerned() const { return concerned_; }
  ServiceStatusGroup group_of(std::size_t service) const;
  /// In the same order.
  std::vector<std::size_t> failed() const;
  /// Safe to print. On a narrow terminal without the prefix that all names share.
  std::string name(std::size_t service) const;
  ServiceLabel state(std::size_t service, Time now) const;

  std::size_t links_proved() const { return links_proved_; }
  std::size_t redeploying() const { return redeploying_; }
  std::size_t live() const { return count(ServiceStatusGroup::done); }
  /// The number of redeploying services in the group.
  std::size_t count(ServiceStatusGroup group) const { return counts_[static_cast<std::size_t>(group)]; }
  /// The lowest unfinished wave; 0: all finished.
  int wave() const { return wave_; }

 private:
  std::string linking_words(std::size_t service) const;
  std::string waiting_words(std::size_t service) const;
  std::string running_words(std::size_t service, Time now) const;
  bool late(std::size_t service, Time now) const;

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  const Style& style_;
  std::vector<std::size_t> concerned_;
  std::size_t common_ = 0;  // length of the names' common prefix in bytes, if it is left out
  std::size_t links_proved_ = 0;
  std::size_t redeploying_ = 0;
  std::array<std::size_t, words_of<ServiceStatusGroup>.size()> counts_{};
  int wave_ = 0;
};

/// A deploy's status in words: "building". `text`: Render's word, for an unknown status.
std::string status_words(model::DeployStatus status, std::string_view text, const Style& style);
/// How a service ended whose links changed without a deploy: "linked, not redeployed".
std::string linked_words(const plan::Plan& plan, std::size_t service);
/// How a service ended: "live in 1m32s", "build failed".
std::string outcome_words(const engine::ServiceProgress& service, const Style& style);
/// Why it failed: Render's reason, else what envlink saw. Foreign text; empty if unknown.
std::string failure_reason(const engine::ServiceProgress& service);
/// What to do about it. Foreign text.
const std::string& failure_cure(const engine::ServiceProgress& service);
/// Safe to print.
std::vector<std::string> names_of(const plan::Plan& plan, const std::vector<std::size_t>& services,
                                  const Style& style);
/// For each service, those that wait for it.
std::vector<std::vector<std::size_t>> awaited_by(const plan::Plan& plan);
/// From the request of its deploy to its end, without pauses.
std::optional<Duration> time_taken(const engine::ServiceProgress& service);
/// From the start of the run to its end, without pauses.
std::optional<Duration> time_taken(const engine::Progress& progress);

struct TimeLeft {
  Duration span{};
  /// May take longer: a deploy already takes much longer than usual, or its duration is unknown.
  bool at_least = false;
};

/// Requests in the current minute.
struct Spent {
  engine::UsualLimits limits{};
  std::size_t reads = 0;
  std::optional<std::size_t> writes{};  // unset: not known
};
/// Simulates the rest with engine/course.h: each deploy takes as long as the service's last ones, within
/// Render's usual limits. Deploys without a build are scaled by those of this run so far, or guessed before
/// the first one. Unset before the start, after the end, without deploys, and after an interruption.
std::optional<TimeLeft> time_left(const plan::Plan& plan, const engine::Progress& progress, Time now,
                                  const Spent& spent = {});
/// "about 4 min left", "35s or more left": rounded to the accuracy of an estimate.
std::string time_left_words(const TimeLeft& left);

}  // namespace envlink::view
