// Links count only when the group itself shows them.

#include <fmt/format.h>
#include <algorithm>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

std::string words_for(const plan::Plan& plan, const plan::LinkChange& change) {
  return fmt::format("{} service {} {} group {}", word(change.action),
                     clean(plan.services[change.service].name),
                     change.action == plan::LinkAction::add ? "to" : "from", clean(change.group_name));
}

bool settled(const LinkRun& link) {
  return link.stage == LinkRun::Stage::settled;
}

/// From then on every reading shows the result of the request.
Time shows_by(const LinkRun& link) {
  return link.made_by.value_or(link.answered_at) + link_lag;
}

}  // namespace

bool Rollout::State::links_answered(std::size_t service) const {
  return std::all_of(services[service].links.begin(), services[service].links.end(),
                     [this](std::size_t link) {
                       const LinkRun::Stage stage = links[link].stage;
                       return stage == LinkRun::Stage::answered || stage == LinkRun::Stage::reading ||
                              stage == LinkRun::Stage::settled;
                     });
}

bool Rollout::State::links_proved(std::size_t service) const {
  return std::all_of(services[service].links.begin(), services[service].links.end(),
                     [this](std::size_t link) {
                       return settled(links[link]) && progress.links[link].phase == WritePhase::proved;
                     });
}

/// When the last link or value of the service was read back, by Render's clock. Unset: there are none, or an
/// answer had no Date.
std::optional<Time> Rollout::State::links_read_back(std::size_t service) const {
  std::optional<Time> last = values_read_back();
  if (!plan.values.empty() && !last) return std::nullopt;
  for (const std::size_t link : services[service].links) {
    if (!links[link].read_back) return std::nullopt;
    last = std::max(last, links[link].read_back);
  }
  return last;
}

/// Before a deploy is requested: ends the service if a link was undone. True if it did.
bool Rollout::State::give_up_undone(Time now, std::size_t service) {
  for (const std::size_t link : services[service].links) {
    if (!links[link].undone) continue;
    fail_undone(now, link);
    return true;
  }
  return false;
}

void Rollout::State::fail_undone(Time now, std::size_t link) {
  const bool add = plan.links[link].action == plan::LinkAction::add;
  fail_link(now, link, ServiceOutcome::failed,
            fmt::format("it was {} and confirmed, but now it is {} again: somebody changed it",
                        add ? "linked" : "unlinked", add ? "missing" : "linked"),
            "find out who, then run `envlink plan`");
}

/// Notices proved links that are undone. If a replica that lags may have answered, the group is read again.
void Rollout::State::see_undone(Time now, const model::Group& group, Time sent_at) {
  for (std::size_t link = 0; link < links.size(); ++link) {
    const plan::LinkChange& change = plan.links[link];
    LinkRun& run = links[link];
    const ServiceProgress& service = progress.services[change.service];
    if (change.group != group.id || !run.made_by || sent_at < run.answered_at) continue;
    if (service.phase == ServicePhase::ended || !service.deploy.empty()) continue;
    if (group.links_to(plan.services[change.service].id) == (change.action == plan::LinkAction::add))
      continue;
    const bool proved = settled(run) && progress.links[link].phase == WritePhase::proved;
    const bool may_lag = sent_at < shows_by(run);
    run.missed = run.missed || may_lag;
    if (proved && may_lag) read_again(now, link);
    if (proved && !may_lag) run.undone = true;
  }
}

/// Replicas disagree: what counts is what all of them must show.
void Rollout::State::read_again(Time now, std::size_t link) {
  const plan::LinkChange& change = plan.links[link];
  LinkRun& run = links[link];
  const auto left = std::chrono::ceil<std::chrono::seconds>(shows_by(run) - now);
  run.stage = LinkRun::Stage::resting;
  run.rest_until = shows_by(run);
  run.write_again = false;
  if (left > Duration{0}) {
    const std::string group = clean(change.group_name);
    const std::string name = clean(plan.services[change.service].name);
    const std::string why = change.action == plan::LinkAction::add
                                ? fmt::format("{} does not show {} in every read yet", group, name)
                                : fmt::format("{} still shows {} in some reads", group, name);
    record(now, Waiting{static_cast<int>(left.count()),
                        fmt::format("{}, reading again in {}", why, format_duration(left))});
  }
  ServiceRun& service = services[change.service];
  if (progress.services[change.service].attempts > 0) return;
  service.snapshot_asked.reset();
  service.snapshot.reset();
}

/// Render may answer like this if an earlier request took effect or somebody made the same change.
bool Rollout::State::may_be_so_already(std::size_t link) const {
  const auto* response = std::get_if<api::Response>(&*links[link].answer);
  if (response == nullptr || api::verdict_of(*response) == api::Verdict::transient) return false;
  const bool add = plan.links[link].action == plan::LinkAction::add;
  return progress.links[link].attempts > 1 || response->status == 400 || response->status == 409 ||
         (!add && response->status == 404);
}

/// The old group is unlinked only after the new one was seen linked to the service, in its turn.
void Rollout::State::begin_links(Time now, std::size_t service) {
  for (const std::size_t link : services[service].links) {
    if (!progress.links[link].with_group) continue;
    LinkRun& run = links[link];
    run.stage = LinkRun::Stage::answered;
    run.request = link_request(link);
    run.answer = api::Response{.status = 201};
    run.answered_at = now;
    if (!run.made_by) run.made_by = now;
  }
  write_due_links(now, service);
}

void Rollout::State::write_due_links(Time now, std::size_t service) {
  if (progress.interrupts > 0 || progress.services[service].phase == ServicePhase::ended) return;
  if (must_look(service)) return;
  for (const std::size_t link : services[service].links) {
    if (!progress.links[link].with_group) continue;
    if (links[link].undone) return fail_undone(now, link);
    if (!settled(links[link])) return;
  }
  for (const std::size_t link : services[service].links) {
    if (links[link].stage == LinkRun::Stage::idle) write_link(now, link);
  }
}

api::Request Rollout::State::link_request(std::size_t link) const {
  const plan::LinkChange& change = plan.links[link];
  const plan::PlannedService& service = plan.services[change.service];
  if (plan.api.link_method == model::LinkMethod::service_patch)
    return api::patch_service_groups(service.id, service.final_groups);
  return change.action == plan::LinkAction::add ? api::link_group(change.group, service.id)
                                                : api::unlink_group(change.group, service.id);
}

/// With `service-patch` one PATCH has all links of a service: the first write serves the others.
void Rollout::State::write_link(Time now, std::size_t link) {
  if (links[link].stage == LinkRun::Stage::writing) return;
  const plan::LinkChange& change = plan.links[link];
  api::Request request = link_request(link);
  std::vector<std::size_t> carried{link};
  if (plan.api.link_method == model::LinkMethod::service_patch) {
    carried.clear();
    for (const std::size_t other : services[change.service].links) {
      if (!settled(links[other])) carried.push_back(other);
    }
  }
  services[change.service].snapshot_asked.reset();
  services[change.service].snapshot.reset();
  for (const std::size_t one : carried) {
    links[one].stage = LinkRun::Stage::writing;
    links[one].request = request;
    links[one].rest_until.reset();
    links[one].made_by.reset();
    links[one].missed = false;
    ++links[one].tries;
    record(now, LinkIntended{event_link(plan, one), progress.links[one].attempts + 1});
  }
  ask(std::move(request), Repeat::if_not_carried_out, {Asked::link_write, link});
}

void Rollout::State::link_answered(Time now, std::size_t link, const Delivery& delivery) {
  const auto* response = std::get_if<api::Response>(&delivery.outcome);
  const std::size_t service = plan.links[link].service;
  if (const auto* silence = std::get_if<api::NoAnswer>(&delivery.outcome))
    lost_until = std::max(lost_until.value_or(now), now + may_arrive_for(*silence));
  for (const std::size_t one : services[service].links) {
    LinkRun& run = links[one];
    if (run.stage != LinkRun::Stage::writing || run.request != delivery.request) continue;
    run.stage = LinkRun::Stage::answered;
    // Only the status of a success is used later.
    run.answer =
        success(delivery.outcome) != nullptr ? api::Response{.status = response->status} : delivery.outcome;
    run.answered_at = now;
    if (success(delivery.outcome) != nullptr) run.made_by = now;
    LinkAnswered event{.link = event_link(plan, one)};
    if (response != nullptr) take_answer(*response, event);
    if (success(delivery.outcome) == nullptr) {
      event.why = api::explain(delivery.request, delivery.outcome, words_for(plan, plan.links[one])).what;
    }
    record(now, std::move(event));
  }
}

void Rollout::State::drive_links(Time now) {
  if (plan.new_group) {
    for (const std::size_t service : at_work) write_due_links(now, service);
  }
  for (std::size_t link = 0; link < links.size(); ++link) {
    LinkRun& run = links[link];
    if (run.stage != LinkRun::Stage::resting) continue;
    if (progress.services[plan.links[link].service].phase == ServicePhase::ended) {
      run.stage = LinkRun::Stage::settled;
    } else if (now < *run.rest_until) {
      wake_at(*run.rest_until);
    } else if (run.write_again) {
      write_link(now, link);
    } else {
      run.stage = LinkRun::Stage::answered;
    }
  }
  for (std::size_t index = 0; index < groups.size(); ++index) {
    GroupRun& group = groups[index];
    if (group.reading) continue;
    std::optional<Time> oldest;
    std::optional<Time> newest;
    bool others_coming = false;
    for (const std::size_t link : group.links) {
      others_coming = others_coming || links[link].stage == LinkRun::Stage::writing;
      if (links[link].stage != LinkRun::Stage::answered) continue;
      oldest = std::min(oldest.value_or(links[link].answered_at), links[link].answered_at);
      newest = std::max(newest, std::optional(links[link].answered_at));
    }
    if (!oldest) continue;
    if (const Time until = std::min(*newest + gather, *oldest + gather_at_most);
        others_coming && now < until) {
      wake_at(until);
      continue;
    }
    group.reading = true;
    for (const std::size_t link : group.links) {
      if (links[link].stage == LinkRun::Stage::answered) links[link].stage = LinkRun::Stage::reading;
    }
    ask(api::get_group(group.id), Repeat::safely, {Asked::group_read, index});
  }
}

void Rollout::State::group_read(Time now, std::size_t index, const Delivery& delivery) {
  GroupRun& group = groups[index];
  group.reading = false;
  std::optional<model::Group> read;
  if (const api::Response* response = success(delivery.outcome)) {
    if (Result<model::Group> parsed = api::parse_group_links(*response); parsed && parsed->id == group.id) {
      read = std::move(*parsed);
    }
  }
  if (read) see_undone(now, *read, delivery.sent_at);
  for (const std::size_t link : group.links) {
    std::optional<bool> shown;
    if (read) shown = read->links_to(plan.services[plan.links[link].service].id);
    if (links[link].stage != LinkRun::Stage::reading) continue;
    judge_link(now, link, shown, delivery);
  }
}

void Rollout::State::judge_link(Time now, std::size_t link, const std::optional<bool>& shown,
                                const Delivery& read) {
  const plan::LinkChange& change = plan.links[link];
  LinkRun& run = links[link];
  const bool was_proved = progress.links[link].phase == WritePhase::proved;
  if (was_proved && !progress.services[change.service].deploy.empty()) {
    run.stage = LinkRun::Stage::settled;  // a deploy that has the link was found meanwhile
    return;
  }
  if (!shown) {
    const Error error = api::explain(read.request, read.outcome, "read back " + clean(change.group_name));
    const ServiceOutcome outcome =
        success(read.outcome) != nullptr ? ServiceOutcome::unsettled : service_outcome_of(read.outcome);
    return fail_link(now, link, outcome, fmt::format("could not confirm it: {}", error.what), error.cure);
  }
  const bool as_planned = *shown == (change.action == plan::LinkAction::add);
  // Another reading may have missed the link meanwhile. In a rollback without an answer, a replica that lags
  // may show the state before the change that is being undone.
  const bool may_be_older = plan.undoes != 0 && success(*run.answer) == nullptr;
  if (as_planned && (run.missed || may_be_older) && read.sent_at < shows_by(run))
    return read_again(now, link);
  if (as_planned) {
    run.stage = LinkRun::Stage::settled;
    if (!run.made_by) run.made_by = may_be_so_already(link) ? run.answered_at : now;
    // A link may take effect some time after Render accepted it.
    const bool seen_again = was_proved && progress.links[link].with_group;
    if (seen_again && run.read_back) return;
    run.read_back = api::date_of(std::get<api::Response>(read.outcome));
    return record(now, LinkProved{event_link(plan, link), run.read_back});
  }
  const api::Verdict verdict = api::verdict_of(*run.answer);
  const bool may_lag = run.made_by || was_proved || may_be_so_already(link);
  if (may_lag && read.sent_at < shows_by(run)) return read_again(now, link);
  // Somebody changed it since, and that is not overwritten.
  if (was_proved) {
    run.stage = LinkRun::Stage::settled;
    run.undone = true;
    return;
  }
  const auto rest = [&](Time until) {
    run.stage = LinkRun::Stage::resting;
    run.rest_until = until;
    run.write_again = true;
  };
  // A request of the undone run, thought lost, may have arrived after this one.
  const bool overtaken = verdict == api::Verdict::ok && plan.undoes != 0 && run.tries == 1;
  if ((api::is_passing(verdict) || overtaken) && run.tries <= plan.api.retries && progress.interrupts == 0) {
    return rest(now + backoff_before_attempt(plan.api, run.tries + 1));
  }
  if (verdict != api::Verdict::ok) {
    const Error error = api::explain(*run.request, *run.answer, words_for(plan, change));
    return fail_link(now, link, service_outcome_of(*run.answer), what_and_why(error), error.cure);
  }
  const int status = std::get<api::Response>(*run.answer).status;
  if (plan.api.link_method == model::LinkMethod::service_patch) {
    return fail_link(
        now, link, ServiceOutcome::failed,
        fmt::format(
            "Render answered the PATCH of the service with {}, but nothing changed: the group {} the service",
            status, change.action == plan::LinkAction::add ? "does not list" : "still lists"),
        "set `api.link_method: env-group` in the file, the documented call");
  }
  fail_link(now, link, ServiceOutcome::failed,
            fmt::format("Render answered {}, but reading {} back does not show the change", status,
                        clean(change.group_name)),
            "check the group in the Dashboard, then run `envlink plan` again");
}

void Rollout::State::fail_link(Time now, std::size_t link, ServiceOutcome outcome, std::string why,
                               std::string cure) {
  links[link].stage = LinkRun::Stage::settled;
  record(now, LinkFailed{event_link(plan, link), why, cure});
  const plan::LinkChange& change = plan.links[link];
  end_service(now, change.service, outcome, fmt::format("could not {}: {}", words_for(plan, change), why),
              std::move(cure));
}

}  // namespace envlink::engine
