#pragma once
// A rollout's progress as a person thinks of it: what group each service is in, its state in words, and
// how long it all is likely to go on. Pure.

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
  /// All three must outlive the board.
  RolloutStatus(const plan::Plan& plan, const engine::Progress& progress, const Style& style);

  /// Services that redeploy or whose links change, wave by wave; those without a wave last.
  const std::vector<std::size_t>& concerned() const { return concerned_; }
  ServiceStatusGroup group_of(std::size_t service) const;
  /// In the same order.
  std::vector<std::size_t> failed() const;
  /// Safe to print. On a narrow terminal without what all of them begin with.
  std::string name(std::size_t service) const;
  ServiceLabel state(std::size_t service, Time now) const;

  std::size_t links_proved() const { return links_proved_; }
  std::size_t redeploying() const { return redeploying_; }
  std::size_t live() const { return count(ServiceStatusGroup::done); }
  /// How many of those that redeploy are in the group.
  std::size_t count(ServiceStatusGroup group) const { return counts_[static_cast<std::size_t>(group)]; }
  /// The lowest wave that has not ended; 0 when all have.
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
  std::size_t common_ = 0;  // bytes that every name begins with, where that is left out
  std::size_t links_proved_ = 0;
  std::size_t redeploying_ = 0;
  std::array<std::size_t, words_of<ServiceStatusGroup>.size()> counts_{};
  int wave_ = 0;
};

/// A deploy's status in words: "building". `text` is Render's own word, for a status that is not known here.
std::string status_words(model::DeployStatus status, std::string_view text, const Style& style);
/// How a service ended whose links changed without a deploy: "linked, not redeployed".
std::string linked_words(const plan::Plan& plan, std::size_t service);
/// How a service ended: "live in 1m32s", "build failed".
std::string outcome_words(const engine::ServiceProgress& service, const Style& style);
/// Why it failed: what Render says, or else what envlink saw. Foreign text; empty where nothing is known.
std::string failure_reason(const engine::ServiceProgress& service);
/// What to do about it. Foreign text.
const std::string& failure_cure(const engine::ServiceProgress& service);
/// Safe to print.
std::vector<std::string> names_of(const plan::Plan& plan, const std::vector<std::size_t>& services,
                                  const Style& style);
/// For each service those that wait for it.
std::vector<std::vector<std::size_t>> awaited_by(const plan::Plan& plan);
/// From the request for its deploy to its end, without pauses.
std::optional<Duration> time_taken(const engine::ServiceProgress& service);
/// From the beginning of the run to its end, without pauses.
std::optional<Duration> time_taken(const engine::Progress& progress);

struct TimeLeft {
  Duration span{};
  /// Some deploy takes much longer than its last ones did, or nothing tells how long one takes: it may be
  /// more.
  bool at_least = false;
};

/// As engine/course.h plays the rest: as if each deploy took as long as the service's last ones, with
/// Render's usual limits. Where nothing is built, as much shorter or longer as such deploys of this run have
/// been so far, and a guess before the first of them. Unset when nothing can be said: before the beginning,
/// after the end, when nobody is deployed or it was interrupted.
/// `spent`: requests of this minute, as Render told them.
struct Spent {
  engine::UsualLimits limits{};
  std::size_t reads = 0;
  std::optional<std::size_t> writes{};  // unset: not told
};
std::optional<TimeLeft> time_left(const plan::Plan& plan, const engine::Progress& progress, Time now,
                                  const Spent& spent = {});
/// "about 4 min left", "35s or more left": no more exact than an estimate is.
std::string time_left_words(const TimeLeft& left);

}  // namespace envlink::view
