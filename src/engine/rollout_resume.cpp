// Continues a run that another process began. The journal is trusted; a write without an answer in it is
// treated like one whose answer was lost.

#include <algorithm>

#include "api/message.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

api::Outcome answer_of(int status) {
  if (status == 0) return api::NoAnswer{std::string(ended_before_the_answer), false};
  return api::Response{status, {}, {}};
}

/// A refused request may be allowed by now: if the group does not show the link, it is written again.
api::Outcome link_answer_of(int status) {
  const api::Outcome answer = answer_of(status);
  return success(answer) != nullptr ? answer : answer_of(0);
}

}  // namespace

void Rollout::State::resume(Time now) {
  record(now, RunResumed{});
  const auto unheard = [](const WriteProgress& write) { return write.unheard > 0; };
  const bool lost = std::ranges::any_of(progress.links, unheard) ||
                    std::ranges::any_of(progress.values, unheard) ||
                    (progress.group && unheard(*progress.group));
  if (lost) lost_until = now + may_arrive_for({});
  resume_holds(now);
  resume_group(now);
  resume_values(now);
  for (std::size_t service = 0; service < services.size(); ++service) {
    const ServicePhase phase = progress.services[service].phase;
    if (phase == ServicePhase::unchanged || phase == ServicePhase::waiting || phase == ServicePhase::ended)
      continue;
    ++active;
    services[service].begun = true;
    at_work.push_back(service);
    services[service].since = now;
    resume_links(now, service);
    resume_deploy(now, service);
  }
  for (std::size_t service = 0; service < services.size(); ++service) {
    const ServiceProgress& state = progress.services[service];
    if (state.phase != ServicePhase::ended || succeeded(state.outcome)) continue;
    const auto& own = services[service].links;
    forbidden =
        forbidden || (state.outcome == ServiceOutcome::failed && state.answer == 403) ||
        std::any_of(own.begin(), own.end(), [this](std::size_t link) {
          return progress.links[link].phase == WritePhase::failed && progress.links[link].answer == 403;
        });
    block_dependants(now, service);
    const bool told = !state.told_reason.empty() || !state.no_log.empty() || !state.log.empty();
    if (state.outcome == ServiceOutcome::failed && !state.deploy.empty() && !told)
      fetch_failure_details(now, service);
  }
}

/// Time has passed: a proved link is read once more if no known deploy has it.
void Rollout::State::resume_links(Time now, std::size_t service) {
  ServiceRun& one = services[service];
  const bool carried = !progress.services[service].deploy.empty();
  for (const std::size_t link : one.links) {
    LinkRun& run = links[link];
    run.request = link_request(link);
    if (progress.links[link].phase == WritePhase::sent)
      record(now, LinkAnswered{.link = event_link(plan, link), .why = std::string(ended_before_the_answer)});
    const WriteProgress& state = progress.links[link];
    if (state.phase == WritePhase::waiting) continue;
    run.answer = link_answer_of(state.answer);
    run.answered_at = now;
    if (state.phase == WritePhase::proved || success(*run.answer) != nullptr) run.made_by = now;
    run.stage =
        carried && state.phase == WritePhase::proved ? LinkRun::Stage::settled : LinkRun::Stage::answered;
  }
  // If the plan left the deploys out, drive_looks() writes the links, after what must come before any write.
  if (!plan.services[service].deploys_unread) write_due_links(now, service);
}

void Rollout::State::resume_deploy(Time now, std::size_t service) {
  ServiceRun& run = services[service];
  run.request = deploy_request(service);
  if (progress.services[service].phase == ServicePhase::requesting)
    record(now, DeployAnswered{.service = event_service(plan, service),
                               .why = std::string(ended_before_the_answer)});
  run.next_poll = now;
  if (progress.services[service].phase != ServicePhase::settling) return;
  run.answer = answer_of(progress.services[service].answer);
  wait_for_settling(now, service);
  const api::Verdict verdict = api::verdict_of(*run.answer);
  const bool refused = verdict != api::Verdict::ok && !api::is_passing(verdict);
  if (refused)
    run.settle_until = now;  // the request had no effect: one look at the list, then it is sent again
}

}  // namespace envlink::engine
