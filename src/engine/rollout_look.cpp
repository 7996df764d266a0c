// Which list of a service's deploys a deploy request rests on: the plan's, while it is fresh; one read before
// the service is touched, if the plan left it out; otherwise one read after its links.

#include <algorithm>

#include "api/bucket.h"
#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/rollout_state.h"
#include "plan/build_choice.h"

namespace envlink::engine {
namespace {

// Any list may lack deploys made within this time, so a list of this age hides no more than a new one.
constexpr Duration list_counts_for = list_lag;
// Assumed until an answer shows how many writes the window allows.
constexpr int looks_at_once = 16;

}  // namespace

/// When the links were read back or, until then, answered, by Render's clock. Unset: unknown.
std::optional<Time> Rollout::State::links_told_at(std::size_t service) const {
  if (links_proved(service)) return links_read_back(service);
  std::optional<Time> last;
  for (const std::size_t link : services[service].links) {
    const WriteProgress& write = progress.links[link];
    if (!write.dated) return std::nullopt;
    last = std::max(last, std::optional(write.answered_at));
  }
  return last;
}

/// Only if the service's links change: its deploys are judged by the time of the last change. A rollback
/// always reads a new list, to see what colleagues did.
bool Rollout::State::knows_deploys(std::size_t service) const {
  const ServiceRun& run = services[service];
  if (!run.listed_at || !plan.services[service].rollback_to.empty()) return false;
  if (run.links.empty() || progress.services[service].attempts > 0) return false;
  const std::optional<Time> told = links_told_at(service);
  return told && *told <= *run.listed_at + list_counts_for;
}

bool Rollout::State::must_look(std::size_t service) const {
  return plan.services[service].deploys_unread && !services[service].links.empty() &&
         !progress.services[service].live_before;
}

/// A list read long before the first write of its service would be too old by then.
bool Rollout::State::has_room_to_write(Time now, std::size_t service, std::size_t looking) {
  const std::string bucket = api::bucket_of(link_request(services[service].links.front()));
  const int room = scheduler.budget().remaining(bucket, now).value_or(looks_at_once);
  if (scheduler.pending(bucket) + looking < static_cast<std::size_t>(std::max(room, 0))) return true;
  if (const auto opens = scheduler.budget().opens(bucket); opens && *opens > now) wake_at(*opens);
  return false;
}

void Rollout::State::drive_looks(Time now) {
  if (progress.interrupts > 0) return;
  // An earlier process may have listed the deploys and written nothing.
  for (const std::size_t service : at_work) {
    if (plan.services[service].deploys_unread) write_due_links(now, service);
  }
  std::size_t looking = 0;  // links to write after the lists in progress
  for (const std::size_t service : at_work) {
    if (must_look(service) && services[service].busy) looking += services[service].links.size();
  }
  for (const std::size_t service : at_work) {
    ServiceRun& run = services[service];
    if (!must_look(service) || run.busy || progress.services[service].phase == ServicePhase::ended) continue;
    if (!has_room_to_write(now, service, looking)) return;
    looking += run.links.size();
    run.busy = true;
    ask(api::list_deploys(plan.services[service].id, deploys_read), Repeat::safely, {Asked::look, service});
  }
}

Result<Deploys> Rollout::State::deploys_in(std::size_t service, const Delivery& delivery) const {
  if (success(delivery.outcome) == nullptr)
    return fail(api::explain(delivery.request, delivery.outcome,
                             "list the deploys of " + clean(plan.services[service].name)));
  Result<api::Page<model::Deploy>> page = api::parse_deploys(*success(delivery.outcome));
  if (!page) return fail(page.error());
  return std::move(page->items);
}

void Rollout::State::end_unlisted(Time now, std::size_t service, const Delivery& delivery,
                                  const Error& error) {
  const ServiceOutcome outcome =
      success(delivery.outcome) != nullptr ? ServiceOutcome::unsettled : service_outcome_of(delivery.outcome);
  end_service(now, service, outcome, error.what, error.cure);
}

void Rollout::State::looked(Time now, std::size_t service, const Delivery& delivery) {
  ServiceRun& run = services[service];
  run.busy = false;
  if (progress.services[service].phase == ServicePhase::ended) return;
  const Result<Deploys> deploys = deploys_in(service, delivery);
  if (!deploys) return end_unlisted(now, service, delivery, deploys.error());
  run.listed_at = api::date_of(*success(delivery.outcome));
  SnapshotTaken taken{.service = event_service(plan, service), .server_time = run.listed_at};
  for (const model::Deploy& deploy : *deploys) taken.deploys.push_back(deploy.id);
  const model::Deploy* live = model::live_of(*deploys);
  taken.live = live != nullptr ? live->id : DeployId();
  record(now, std::move(taken));
  run.usual = plan::expected_duration(*deploys, true);
  write_due_links(now, service);
}

/// If the plan left the deploys out, a service without a live deploy is built.
bool Rollout::State::rebuilds(std::size_t service) const {
  const auto& live = progress.services[service].live_before;
  return plan.services[service].rebuild ||
         (plan.rollout.deploy == model::DeployChoice::automatic && live && live->empty());
}

}  // namespace envlink::engine
