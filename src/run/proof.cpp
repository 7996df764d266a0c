#include "run/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/attribution.h"
#include "plan/next_reading.h"
#include "plan/verification.h"

namespace envlink::run {
namespace {

using model::Outcome;

/// When every list must show the deploys that the rollout saw live. nullopt: those read so far do.
std::optional<Time> shown_by(const engine::Rollout& rollout, const model::Workspace& actual) {
  std::optional<Time> latest;
  for (std::size_t i = 0; i < rollout.plan().services.size(); ++i) {
    const engine::ServiceProgress& service = rollout.progress().services[i];
    if (service.outcome != engine::ServiceOutcome::live || !service.ended_at) continue;
    const auto& shown = actual.deploys_of(rollout.plan().services[i].id);
    if (std::ranges::find(shown, service.deploy, &model::Deploy::id) != shown.end()) continue;
    latest = std::max(latest, std::optional(*service.ended_at + engine::list_lag));
  }
  return latest;
}

Wait until_deploys_show(Time shown, Time now) {
  const Duration lag = std::clamp(shown - now, Duration{0}, engine::list_lag);
  return {lag,
          fmt::format("The list of deploys does not show the new deploys yet. Waiting {} to read again.",
                      format_duration(lag)),
          "waiting for a deploy to show"};
}

plan::Verdicts verdicts_of(const plan::Verification& verification) {
  plan::Verdicts verdicts;
  for (const plan::VerifiedService& one : verification.services)
    verdicts[one.id] = one.passed ? "passed" : "failed";
  return verdicts;
}

/// Only "live" may rest on what the rollout saw. Any other result must come from a new list of deploys.
bool forget_what_is_not_live(const plan::Verification& verification,
                             std::map<ServiceId, engine::SeenLive>& seen) {
  std::size_t forgotten = 0;
  for (const plan::VerifiedService& one : verification.services) {
    if (one.freshness != plan::Freshness::live) forgotten += seen.erase(one.id);
  }
  return forgotten > 0;
}

/// The readings after one rollout.
class Proving {
 public:
  Proving(Context& context, const model::Desired& wanted, const engine::Rollout& rollout)
      : context_(context), wanted_(wanted), rollout_(rollout), first_(context.clock.now()) {}

  Result<plan::Verification> verify() {
    auto seen = rollout_.seen_live();
    for (int waits = 0;;) {
      const Time began = context_.clock.now();
      const auto actual =
          read_workspace(context_, wanted_, {.include_preflight_data = false, .seen_live = seen});
      if (!actual) return fail(actual.error());
      plan::Verification verification = plan::verify(wanted_, *actual, context_.history);
      if (forget_what_is_not_live(verification, seen)) continue;
      const auto wait = longest_wait(*actual, verification, began);
      if (!wait || waits++ == most_waits) return verification;
      if (const auto waited = pause(context_, *wait); !waited) return fail(waited.error());
    }
  }

 private:
  /// After a reading that began at `began`. nullopt: another one would show nothing new.
  std::optional<Wait> longest_wait(const model::Workspace& actual, const plan::Verification& verification,
                                   Time began) const {
    std::vector<Wait> all;
    if (!verification.links().passed && began < first_ + engine::link_lag) all.push_back(until_links_show());
    const std::optional<Time> shown = shown_by(rollout_, actual);
    if (shown && *shown > began) all.push_back(until_deploys_show(*shown, context_.clock.now()));
    const auto open = plan::deciding_links(
        actual, context_.history, [&](const model::Workspace& reading, const plan::History& history) {
          return verdicts_of(plan::verify(wanted_, reading, history));
        });
    if (!open.empty()) all.push_back(until_settled(actual, open));
    if (all.empty()) return std::nullopt;
    return std::ranges::max(all, {}, &Wait::length);
  }

  Context& context_;
  const model::Desired& wanted_;
  const engine::Rollout& rollout_;
  Time first_;  // when the first reading began
};

}  // namespace

Wait until_links_show() {
  return {engine::link_lag,
          fmt::format("Not every link of the run is visible yet. Waiting {} to read again.",
                      format_duration(engine::link_lag)),
          "waiting for links to show"};
}

Error after_writing(Error error) {
  if (error.kind == ErrorKind::interrupted) error.cure.clear();
  return error;
}

Outcome prove(Context& context, model::Desired wanted, const engine::Rollout& rollout) {
  if (wanted.rollout.unknown == model::OnUnknown::keep) wanted.verify_unknown = model::VerifyUnknown::allow;
  const auto verification = Proving(context, wanted, rollout).verify();
  if (!verification) {
    context.frontend.report(after_writing(verification.error()));
    context.frontend.say(
        "The rollout succeeded, but could not be confirmed by reading them back. Next: envlink verify");
    return model::outcome_of(verification.error());
  }
  context.frontend.show_verification(*verification);
  if (verification->passed()) return Outcome::done;
  if (verification->journal_unreadable) {
    return end_with(context, {.what = "The rollout succeeded, but not everything that runs can be confirmed",
                              .why = fmt::format("the {} cannot be read", context.store.name()),
                              .cure = "To deploy what is listed above once more: envlink apply"});
  }
  return end_with(
      context, {.what = "The rollout succeeded, but the workspace is not as the file says",
                .why = "something changed it meanwhile, or the file asks for what a rollout does not change",
                .cure = "See above what differs, then: envlink plan"});
}

}  // namespace envlink::run
