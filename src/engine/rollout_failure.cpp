// A failure told well: after a deploy failed, the events of its service and the end of its log are read. The
// log is asked for last, and only when every value that may stand in it could be read for masking.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/endpoints.h"
#include "api/log_tail.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

using std::chrono::seconds;

// Events and logs take their own way through Render: how late they come is unknown.
constexpr Duration read_again_after = seconds(2);
// Nobody waits longer than this for an explanation of what is already known.
constexpr Duration longest_wait = seconds(30);
constexpr Duration log_runs_on = seconds(5);
// Where Render never told when the deploy was made: clocks differ.
constexpr Duration clocks_differ = seconds(60);

api::LogKind log_of(const model::Deploy& deploy) {
  switch (deploy.status) {
    case model::DeployStatus::build_failed:
      return api::LogKind::build;
    case model::DeployStatus::pre_deploy_failed:
    case model::DeployStatus::update_failed:
      return api::LogKind::app;
    default:
      return api::LogKind::both;
  }
}

bool has_failed(const model::Deploy& deploy) {
  return class_of(deploy.status) == model::DeployClass::failed;
}

std::string reason_of(const Telling& telling) {
  if (telling.reason.words.empty()) {
    if (!telling.reason_trouble.empty()) return telling.reason_trouble;
    // A deploy that went live failed at its health path, and that was said.
    return has_failed(telling.deploy) ? "Render's events name no cause" : "";
  }
  // What could not be masked is left out.
  const bool masked = telling.log_asked && telling.mask_trouble.empty();
  if (!masked || telling.reason.detail.empty()) return telling.reason.words;
  const auto detail = api::log_lines_of(telling.reason.detail, telling.redactor);
  return detail.empty() ? telling.reason.words : telling.reason.words + ": " + detail.front();
}

}  // namespace

void Rollout::State::begin_telling(Time now, std::size_t service) {
  if (locked_out || progress.interrupts > 0) return;
  const plan::PlannedService& planned = plan.services[service];
  Telling telling;
  telling.service = service;
  telling.deploy.id = progress.services[service].deploy;
  if (services[service].seen) telling.deploy = *services[service].seen;
  telling.began = model::began(telling.deploy)
                      .value_or(progress.services[service].requested_at.value_or(now) - clocks_differ);
  ask_to_tell(telling, Telling::Part::events, api::list_events(planned.id, telling.began));
  telling.to_mask.insert(planned.final_groups.begin(), planned.final_groups.end());
  // An instance that still runs may print what it was given before a link was removed.
  for (const std::size_t link : services[service].links) telling.to_mask.insert(plan.links[link].group);
  // A colleague may have linked another one meanwhile: only the list of groups tells.
  ask_to_tell(telling, Telling::Part::groups, api::list_groups(plan.owner.id));
  for (const GroupId& group : telling.to_mask)
    ask_to_tell(telling, Telling::Part::group, api::get_group(group));
  ask_to_tell(telling, Telling::Part::variables, api::list_service_variables(planned.id));
  tellings.push_back(std::move(telling));
  wake_at(now);
}

void Rollout::State::ask_to_tell(Telling& telling, Telling::Part part, api::Request request) {
  telling.open.emplace(ask(std::move(request), Repeat::safely, {Asked::telling, telling.service}), part);
}

void Rollout::State::ask_for_log(Telling& telling) {
  std::optional<Time> until;
  if (has_failed(telling.deploy) && telling.deploy.finished) until = *telling.deploy.finished + log_runs_on;
  ask_to_tell(telling, Telling::Part::log,
              api::list_logs(plan.owner.id, plan.services[telling.service].id, log_of(telling.deploy),
                             telling.began, until));
}

void Rollout::State::told(Time now, const Delivery& delivery) {
  const auto found = std::find_if(tellings.begin(), tellings.end(),
                                  [&](const Telling& telling) { return telling.open.contains(delivery.id); });
  if (found == tellings.end()) return;  // given up meanwhile
  Telling& telling = *found;
  const auto asked_for = telling.open.extract(delivery.id);
  const api::Response* response = success(delivery.outcome);
  const auto trouble = [&](std::string_view what, const Error& unread) {
    if (response != nullptr) return fmt::format("could not read {}: {}", what, unread.why);
    return api::explain(delivery.request, delivery.outcome, fmt::format("read {}", what)).what;
  };
  switch (asked_for.mapped()) {
    case Telling::Part::events: {
      const auto read = response != nullptr
                            ? api::parse_failure_reason(*response, telling.deploy.id, telling.began)
                            : Result<api::FailureReason>(fail({}));
      if (read) telling.reason = *read;
      if (!read) telling.reason_trouble = trouble("its events", read.error());
      if (read && !read->ended && --telling.events_left > 0) telling.again_at = now + read_again_after;
      break;
    }
    case Telling::Part::groups: {
      const auto page =
          response != nullptr ? api::parse_groups(*response) : Result<api::Page<model::Group>>(fail({}));
      if (!page) {
        telling.mask_trouble = trouble("which groups are linked to it", page.error());
        break;
      }
      for (const model::Group& group : page->items) {
        const bool linked = group.links_to(plan.services[telling.service].id);
        if (!linked || !telling.to_mask.insert(group.id).second) continue;
        if (telling.groups_again) telling.mask_trouble = "a group was linked to it meanwhile";
        if (!telling.groups_again) ask_to_tell(telling, Telling::Part::group, api::get_group(group.id));
      }
      if (page->length < static_cast<std::size_t>(api::page_size)) break;
      if (page->cursor.empty() || --telling.pages_left <= 0) {
        telling.mask_trouble = "the list of groups does not end";
      } else {
        ask_to_tell(telling, Telling::Part::groups, api::list_groups(plan.owner.id, page->cursor));
      }
      break;
    }
    case Telling::Part::group: {
      const auto read =
          response != nullptr ? telling.redactor.learn_group(*response) : Result<void>(fail({}));
      if (!read) telling.mask_trouble = trouble("the values of its groups", read.error());
      // A link that is gone by now counts, whatever the group was read for.
      if (const auto group = read ? api::parse_group_links(*response) : Result<model::Group>(fail({})))
        see_undone(*group);
      break;
    }
    case Telling::Part::variables: {
      const auto read =
          response != nullptr ? telling.redactor.learn_variables(*response) : Result<std::string>(fail({}));
      if (!read) {
        telling.mask_trouble = trouble("its own variables", read.error());
      } else if (!read->empty() && --telling.pages_left > 0) {
        ask_to_tell(telling, Telling::Part::variables,
                    api::list_service_variables(plan.services[telling.service].id, *read));
      } else if (!read->empty()) {
        telling.mask_trouble = "it has more variables than envlink reads for masking";
      }
      break;
    }
    case Telling::Part::log: {
      auto read = response != nullptr ? api::parse_log_tail(*response, telling.redactor)
                                      : Result<std::vector<std::string>>(fail({}));
      if (!read) telling.log_trouble = trouble("its log", read.error());
      if (read) telling.lines = std::move(*read);
      if (read && telling.lines.empty() && --telling.log_left > 0) telling.again_at = now + read_again_after;
      break;
    }
  }
  if (!telling.open.empty()) return;
  if (telling.again_at) return wake_at(*telling.again_at);
  if (telling.log_asked && telling.mask_trouble.empty() && !std::exchange(telling.groups_again, true))
    return ask_to_tell(telling, Telling::Part::groups, api::list_groups(plan.owner.id));
  if (telling.log_asked || !telling.mask_trouble.empty()) return end_telling(now, telling);
  telling.log_asked = true;
  ask_for_log(telling);
}

void Rollout::State::tell_failures(Time now) {
  for (Telling& telling : tellings) {
    if (!telling.again_at) continue;
    if (now < *telling.again_at) {
      wake_at(*telling.again_at);
      continue;
    }
    telling.again_at.reset();
    if (telling.log_asked) {
      ask_for_log(telling);
    } else {
      ask_to_tell(telling, Telling::Part::events,
                  api::list_events(plan.services[telling.service].id, telling.began));
    }
  }
  if (tellings.empty() || active > 0 || writes_under_way > 0) return;
  if (!tell_until) tell_until = now + longest_wait;
  if (now < *tell_until) return wake_at(*tell_until);
  while (!tellings.empty()) {
    Telling& telling = tellings.back();
    const std::string late = "reading took longer than " + format_duration(longest_wait);
    if (telling.reason_trouble.empty()) telling.reason_trouble = late;
    if (telling.log_trouble.empty()) telling.log_trouble = late;
    end_telling(now, telling);
  }
}

void Rollout::State::end_telling(Time now, Telling& telling) {
  FailureTold event{.service = event_service(plan, telling.service),
                    .deploy = telling.deploy.id,
                    .told_by_render = reason_of(telling)};
  if (telling.mask_trouble.empty()) event.log = std::move(telling.lines);
  if (event.log.empty()) {
    std::string why = "Render shows no line of that time";
    if (!telling.log_trouble.empty()) why = telling.log_trouble;
    if (!telling.mask_trouble.empty()) {
      why = fmt::format("{}, so they could not be masked", telling.mask_trouble);
    }
    event.no_log =
        fmt::format("no line of its log is shown: {}. Read it at https://dashboard.render.com/ → {} → Logs",
                    why, clean(plan.services[telling.service].name));
  }
  std::erase_if(tellings, [&](const Telling& one) { return &one == &telling; });
  record(now, std::move(event));
}

}  // namespace envlink::engine
