// A failure told well: after a deploy failed, the events of its service and the end of its log are read. The
// log is read last (engine/log_reading.h).

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

using std::chrono::seconds;

// Nobody waits longer than this for an explanation of what is already known.
constexpr Duration longest_wait = seconds(30);
// Where Render never told when the deploy was made: clocks differ.
constexpr Duration clocks_differ = seconds(60);
// Events and logs take their own way through Render: how late they come is unknown.
constexpr int log_tries = 3;

bool has_failed(const model::Deploy& deploy) {
  return class_of(deploy.status) == model::DeployClass::failed;
}

std::string reason_of(const FailureReport& report) {
  if (report.reason.words.empty()) {
    if (!report.reason_trouble.empty()) return report.reason_trouble;
    // A deploy that went live failed at its health path, and that was said.
    return has_failed(report.deploy) ? "Render's events give no cause" : "";
  }
  // What could not be masked is left out.
  if (!report.log || report.reason.detail.empty()) return report.reason.words;
  const auto detail = report.log->masked(report.reason.detail);
  return detail.empty() ? report.reason.words : report.reason.words + ": " + detail.front();
}

}  // namespace

void Rollout::State::fetch_failure_details(Time now, std::size_t service) {
  if (unauthorized || progress.interrupts > 0) return;
  const plan::PlannedService& planned = plan.services[service];
  FailureReport report;
  report.service = service;
  report.deploy.id = progress.services[service].deploy;
  if (services[service].seen) report.deploy = *services[service].seen;
  report.began = model::began(report.deploy)
                     .value_or(progress.services[service].requested_at.value_or(now) - clocks_differ);
  report.cause_due = now + longest_wait;
  read_events(report);
  if (progress.services[service].outcome != ServiceOutcome::canceled) {
    report.log.emplace(LogOf{.workspace = plan.owner.id,
                             .service = planned.id,
                             .deploy = report.deploy,
                             .from = report.began,
                             .until = printed_all_by(report.deploy),
                             .tries = log_tries},
                       known_before_log(service), replaced);
    // What is read now need not be what the deploy has, or what an older instance prints.
    if (progress.resumed_at) {
      report.log->refuse("an earlier process started the run, and values may have changed since");
    } else if (values_before.lost) {
      report.log->refuse(std::string(nothing_to_compare_with));
    } else {
      report.log->begin(asks_about_failure(service));
    }
  }
  failure_reports.push_back(std::move(report));
  wake_at(now);
}

/// Groups that the service has, or had before the run.
KnownBefore Rollout::State::known_before_log(std::size_t service) const {
  KnownBefore known{.digest = values_before.digest};
  std::vector<GroupId> had = plan.services[service].final_groups;
  for (const std::size_t link : services[service].links) had.push_back(plan.links[link].group);
  for (const GroupId& group : had) {
    const auto planned = std::ranges::find(plan.groups, group, &plan::PlannedGroup::id);
    known.groups.emplace(group, planned == plan.groups.end() ? group.text() : planned->name);
    if (const auto read = values_before.groups.find(group); read != values_before.groups.end())
      known.values.insert(*read);
  }
  for (const plan::PlannedGroup& group : plan.groups)
    if (group.variables.value_or(0) > 0) known.not_empty.insert(group.id);
  if (const auto own = values_before.services.find(plan.services[service].id);
      own != values_before.services.end())
    known.own = own->second;
  return known;
}

LogReading::Ask Rollout::State::asks_about_failure(std::size_t service) {
  return [this, service](api::Request request) {
    return ask(std::move(request), Repeat::safely, {Asked::failure_detail, service});
  };
}

void Rollout::State::read_events(FailureReport& report) {
  report.events_again_at.reset();
  report.events_open =
      asks_about_failure(report.service)(api::list_events(plan.services[report.service].id, report.began));
}

void Rollout::State::failure_detail_read(Time now, const Delivery& delivery) {
  const auto found = std::ranges::find_if(failure_reports, [&](const FailureReport& report) {
    return report.events_open == delivery.id || (report.log && report.log->awaits(delivery.id));
  });
  if (found == failure_reports.end()) return;  // given up meanwhile
  FailureReport& report = *found;
  std::optional<model::Group> group;
  if (report.events_open == delivery.id) {
    events_read(now, report, delivery);
  } else {
    group = report.log->receive(now, delivery, asks_about_failure(report.service));
  }
  drive_failure_report(now, report);
  // A link that is gone by now counts, whatever the group was read for.
  if (group) see_undone(now, *group, delivery.sent_at);
}

void Rollout::State::events_read(Time now, FailureReport& report, const Delivery& delivery) {
  report.events_open.reset();
  const api::Response* response = success(delivery.outcome);
  const auto read = response != nullptr ? api::parse_failure_reason(*response, report.deploy.id, report.began)
                                        : Result<api::FailureReason>(fail({}));
  if (read) report.reason = *read;
  if (!read) report.reason_trouble = why_unread(delivery, "its events", read.error());
  if (read && !read->ended && --report.events_left > 0) report.events_again_at = now + read_again_after;
  report.events_read = !report.events_again_at || (read && read->quota_exhausted);
  if (read && read->quota_exhausted && exhausted.empty()) {
    exhausted = read->words;
    stop_waiting(now, exhausted);
  }
}

/// The log is read when its events were: until then its last lines may arrive.
void Rollout::State::drive_failure_report(Time now, FailureReport& report) {
  if (report.events_again_at && now >= *report.events_again_at) read_events(report);
  if (report.events_again_at) wake_at(*report.events_again_at);
  if (report.events_open || report.events_again_at) return;
  if (!report.log) return finish_failure_report(now, report);
  const auto again_at = report.log->again_at();
  if (report.log->learnt() || (again_at && now >= *again_at)) {
    report.log->read_log(asks_about_failure(report.service));
  } else if (again_at) {
    wake_at(*again_at);
  }
  if (report.log->finished()) finish_failure_report(now, report);
}

bool Rollout::State::awaits_cause(Time now) {
  for (const FailureReport& report : failure_reports) {
    if (report.events_read || now >= report.cause_due) continue;
    wake_at(report.cause_due);
    return true;
  }
  return false;
}

void Rollout::State::drive_failure_reports(Time now) {
  // From the last one: a report that finishes is removed.
  for (std::size_t left = failure_reports.size(); left > 0; --left)
    drive_failure_report(now, failure_reports[left - 1]);
  if (failure_reports.empty() || active > 0 || writes_under_way > 0) return;
  if (!report_until) report_until = now + longest_wait;
  if (now < *report_until) return wake_at(*report_until);
  while (!failure_reports.empty()) {
    FailureReport& report = failure_reports.back();
    const std::string late = "reading took longer than " + format_duration(longest_wait);
    if (report.reason_trouble.empty()) report.reason_trouble = late;
    if (report.log) report.log->give_up(late);
    finish_failure_report(now, report);
  }
}

/// An interrupt ends the reading. What keeps the run from going back is told all the same.
void Rollout::State::give_up_failure_reports(Time now) {
  std::erase_if(failure_reports, [](const FailureReport& one) { return !one.reason.quota_exhausted; });
  while (!failure_reports.empty()) {
    FailureReport& report = failure_reports.back();
    if (report.log) report.log->give_up("the run was interrupted");
    finish_failure_report(now, report);
  }
}

void Rollout::State::finish_failure_report(Time now, FailureReport& report) {
  FailureTold event{.service = event_service(plan, report.service),
                    .deploy = report.deploy.id,
                    .told_by_render = reason_of(report),
                    .quota_exhausted = report.reason.quota_exhausted};
  if (report.log) event.log = report.log->lines();
  if (report.log && event.log.empty()) {
    const plan::PlannedService& service = plan.services[report.service];
    event.no_log = fmt::format("its log is not shown: {}. Read it at {}", report.log->why_no_lines(),
                               where_log_is(service.dashboard_url, service.name));
  }
  const bool tells = report.log || !event.told_by_render.empty();
  std::erase_if(failure_reports, [&](const FailureReport& one) { return &one == &report; });
  if (tells) record(now, std::move(event));
}

}  // namespace envlink::engine
