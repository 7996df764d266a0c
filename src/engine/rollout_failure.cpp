// A failure told well: after a deploy failed, the events of its service and the end of its log are read. The
// log is asked for last, and only when every value that may stand in it could be read for masking.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
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
// A request each. With more than two pages of groups that takes longer than anybody waits.
constexpr std::size_t most_groups_masked = 200;
constexpr std::size_t most_pages_masked = 10;  // of a list

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

/// A page of the service's own secret files, by their names.
Result<api::Page<std::string>> learn_files(FailureReport& report, const api::Response& response) {
  if (auto learnt = report.redactor.learn_secret_files(response); !learnt) return fail(learnt.error());
  auto page = api::parse_secret_files(response);
  if (page) {
    for (const std::string& name : page->items) report.lists[FailureReport::Part::secret_files].add(name);
  }
  return page;
}

/// A page of the service's own variables, by their keys.
Result<api::Page<std::string>> learn_variables(FailureReport& report, const api::Response& response,
                                               const model::DigestValue& digest) {
  if (auto learnt = report.redactor.learn_variables(response); !learnt) return fail(learnt.error());
  const auto page = api::parse_variables(response, nullptr, digest);
  if (!page) return fail(page.error());
  api::Page<std::string> keys{{}, page->cursor, page->length};
  for (const model::Variable& variable : page->items) {
    if (report.lists[FailureReport::Part::variables].add(variable.key)) report.own.push_back(variable);
    keys.items.push_back(variable.key);
  }
  return keys;
}

std::string reason_of(const FailureReport& report) {
  if (report.reason.words.empty()) {
    if (!report.reason_trouble.empty()) return report.reason_trouble;
    // A deploy that went live failed at its health path, and that was said.
    return has_failed(report.deploy) ? "Render's events give no cause" : "";
  }
  // What could not be masked is left out.
  const bool masked = report.log_asked && report.mask_trouble.empty();
  if (!masked || report.reason.detail.empty()) return report.reason.words;
  const auto detail = api::log_lines_of(report.reason.detail, report.redactor);
  return detail.empty() ? report.reason.words : report.reason.words + ": " + detail.front();
}

}  // namespace

void Rollout::State::fetch_failure_details(Time now, std::size_t service) {
  if (unauthorized || progress.interrupts > 0) return;
  const plan::PlannedService& planned = plan.services[service];
  FailureReport report;
  report.service = service;
  report.redactor = replaced;
  report.deploy.id = progress.services[service].deploy;
  if (services[service].seen) report.deploy = *services[service].seen;
  report.began = model::began(report.deploy)
                     .value_or(progress.services[service].requested_at.value_or(now) - clocks_differ);
  report.cause_due = now + longest_wait;
  request_part(report, FailureReport::Part::events, api::list_events(planned.id, report.began));
  report.events_alone = progress.services[service].outcome == ServiceOutcome::canceled;
  // What is read now need not be what the deploy has, or what an older instance prints.
  if (values_before.lost) report.mask_trouble = "without the digest key it is unknown which values changed";
  if (progress.resumed_at)
    report.mask_trouble = "an earlier process started the run, and values may have changed since";
  if (report.events_alone || !report.mask_trouble.empty()) {
    failure_reports.push_back(std::move(report));
    return wake_at(now);
  }
  // Every group: an instance that still runs, or an earlier deploy, may print what it was given before a link
  // was removed, and nothing tells which groups were linked once.
  request_part(report, FailureReport::Part::groups, api::list_groups(plan.owner.id));
  request_part(report, FailureReport::Part::variables, api::list_service_variables(planned.id));
  request_part(report, FailureReport::Part::secret_files, api::list_service_secret_files(planned.id));
  failure_reports.push_back(std::move(report));
  wake_at(now);
}

void Rollout::State::request_part(FailureReport& report, FailureReport::Part part, api::Request request) {
  report.open.emplace(ask(std::move(request), Repeat::safely, {Asked::failure_detail, report.service}), part);
}

void Rollout::State::ask_for_log(FailureReport& report) {
  std::optional<Time> until;
  if (has_failed(report.deploy) && report.deploy.finished) until = *report.deploy.finished + log_runs_on;
  request_part(report, FailureReport::Part::log,
               api::list_logs(plan.owner.id, plan.services[report.service].id, log_of(report.deploy),
                              report.began, until));
}

void Rollout::State::failure_detail_read(Time now, const Delivery& delivery) {
  const auto found =
      std::find_if(failure_reports.begin(), failure_reports.end(),
                   [&](const FailureReport& report) { return report.open.contains(delivery.id); });
  if (found == failure_reports.end()) return;  // given up meanwhile
  FailureReport& report = *found;
  const auto asked_for = report.open.extract(delivery.id);
  const api::Response* response = success(delivery.outcome);
  const auto trouble = [&](std::string_view what, const Error& unread) {
    if (response != nullptr) return fmt::format("could not read {}: {}", what, unread.why);
    return api::explain(delivery.request, delivery.outcome, fmt::format("read {}", what)).what;
  };
  switch (asked_for.mapped()) {
    case FailureReport::Part::events: {
      const auto read = response != nullptr
                            ? api::parse_failure_reason(*response, report.deploy.id, report.began)
                            : Result<api::FailureReason>(fail({}));
      if (read) report.reason = *read;
      if (!read) report.reason_trouble = trouble("its events", read.error());
      if (read && !read->ended && --report.events_left > 0) report.again_at = now + read_again_after;
      report.events_read = !report.again_at || (read && read->quota_exhausted);
      if (read && read->quota_exhausted && exhausted.empty()) {
        exhausted = read->words;
        stop_waiting(now, exhausted);
      }
      break;
    }
    case FailureReport::Part::groups: {
      const auto page =
          response != nullptr ? api::parse_groups(*response) : Result<api::Page<model::Group>>(fail({}));
      if (!page) {
        report.mask_trouble = trouble("the groups", page.error());
        break;
      }
      Listing& list = report.lists[FailureReport::Part::groups];
      for (const model::Group& group : page->items) {
        list.add(group.id.text());
        // Nobody read what it held before.
        if (group.links_to(plan.services[report.service].id) && !may_have(report.service, group.id))
          report.mask_trouble = fmt::format("{} was linked to it meanwhile", clean(group.name));
        if (!report.to_mask.insert(group.id).second || report.groups_again) continue;
        request_part(report, FailureReport::Part::group, api::get_group(group.id));
      }
      if (list.ends_with(*page)) break;
      if (report.to_mask.size() >= most_groups_masked) {
        report.mask_trouble = "the workspace has more groups than envlink reads for masking";
      } else if (list.pages() >= most_pages_masked || !list.trouble_with(page->cursor).empty()) {
        report.mask_trouble = "the list of groups has no end";
      } else {
        request_part(report, FailureReport::Part::groups, api::list_groups(plan.owner.id, page->cursor));
      }
      break;
    }
    case FailureReport::Part::group: {
      const auto read =
          response != nullptr ? report.redactor.learn_group(*response) : Result<std::size_t>(fail({}));
      if (!read) report.mask_trouble = trouble("the values of a group", read.error());
      if (const auto group = read ? api::parse_group(*response, nullptr, values_before.digest)
                                  : Result<model::Group>(fail({}))) {
        for (std::string why : {changed_in(report, *group), hidden_in(report, *group, *read)})
          if (!why.empty()) report.mask_trouble = std::move(why);
        // A link that is gone by now counts, whatever the group was read for.
        see_undone(now, *group, delivery.sent_at);
      }
      break;
    }
    case FailureReport::Part::variables:
    case FailureReport::Part::secret_files: {
      const FailureReport::Part part = asked_for.mapped();
      const bool files = part == FailureReport::Part::secret_files;
      auto page = Result<api::Page<std::string>>(fail({}));
      if (response != nullptr)
        page =
            files ? learn_files(report, *response) : learn_variables(report, *response, values_before.digest);
      if (!page) {
        report.mask_trouble = trouble(files ? "its secret files" : "its own variables", page.error());
        break;
      }
      Listing& list = report.lists[part];
      if (list.ends_with(*page)) break;
      if (list.pages() >= most_pages_masked || !list.trouble_with(page->cursor).empty()) {
        report.mask_trouble = fmt::format("it has more {} than envlink reads for masking",
                                          files ? "secret files" : "variables");
        break;
      }
      const ServiceId& id = plan.services[report.service].id;
      request_part(report, part,
                   files ? api::list_service_secret_files(id, page->cursor)
                         : api::list_service_variables(id, page->cursor));
      break;
    }
    case FailureReport::Part::log: {
      auto read = response != nullptr ? api::parse_log_tail(*response, report.redactor)
                                      : Result<std::vector<std::string>>(fail({}));
      if (!read) report.log_trouble = trouble("its log", read.error());
      if (read) report.lines = std::move(*read);
      if (read && report.lines.empty() && --report.log_left > 0) report.again_at = now + read_again_after;
      break;
    }
  }
  if (!report.open.empty()) return;
  if (report.again_at) return wake_at(*report.again_at);
  if (report.events_alone) return finish_failure_report(now, report);
  if (report.log_asked && report.mask_trouble.empty() && !std::exchange(report.groups_again, true)) {
    report.lists.erase(FailureReport::Part::groups);
    return request_part(report, FailureReport::Part::groups, api::list_groups(plan.owner.id));
  }
  if (report.log_asked || !report.mask_trouble.empty()) return finish_failure_report(now, report);
  report.mask_trouble = not_masked(report);
  if (!report.mask_trouble.empty()) return finish_failure_report(now, report);
  report.log_asked = true;
  ask_for_log(report);
}

/// It has the group, or had it before the run.
bool Rollout::State::may_have(std::size_t service, const GroupId& group) const {
  return std::ranges::find(plan.services[service].final_groups, group) !=
             plan.services[service].final_groups.end() ||
         std::ranges::any_of(services[service].links,
                             [&](std::size_t link) { return plan.links[link].group == group; });
}

/// Why what the deploy began with may be other values than those that were read for masking; "": nothing says
/// so.
std::string Rollout::State::changed_in(const FailureReport& report, const model::Group& group) const {
  if (!may_have(report.service, group.id)) return {};
  const auto before = values_before.groups.find(group.id);
  if (!values_before.digest || before == values_before.groups.end() || !group.variables ||
      before->second == plan::values_of(group)) {
    return {};
  }
  return fmt::format("values of {} changed after they were read", clean(group.name));
}

/// The same of what is known once everything was read.
std::string Rollout::State::not_masked(const FailureReport& report) const {
  std::vector<GroupId> had = plan.services[report.service].final_groups;
  for (const std::size_t link : services[report.service].links) had.push_back(plan.links[link].group);
  const auto gone =
      std::ranges::find_if(had, [&](const GroupId& group) { return !report.to_mask.contains(group); });
  if (gone != had.end()) {
    const auto planned = std::ranges::find(plan.groups, *gone, &plan::PlannedGroup::id);
    return fmt::format("{} no longer exists",
                       clean(planned == plan.groups.end() ? gone->text() : planned->name));
  }
  const auto own = values_before.services.find(plan.services[report.service].id);
  if (!values_before.digest || own == values_before.services.end() ||
      own->second == plan::values_of(report.own)) {
    return {};
  }
  return "its own variables changed after they were read";
}

/// Why a group that shows no value may hold some that the key's owner may not see; "": it holds none, or none
/// that matters here.
std::string Rollout::State::hidden_in(const FailureReport& report, const model::Group& group,
                                      std::size_t shown) const {
  if (shown > 0) return {};
  const auto planned = std::ranges::find(plan.groups, group.id, &plan::PlannedGroup::id);
  const bool held_some = planned != plan.groups.end() && planned->variables.value_or(0) > 0;
  if (!held_some && !group.links_to(plan.services[report.service].id)) return {};
  return fmt::format("{} shows no value: it is empty, or Render hides its values from the owner of this key",
                     clean(group.name));
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
  for (FailureReport& report : failure_reports) {
    if (!report.again_at) continue;
    if (now < *report.again_at) {
      wake_at(*report.again_at);
      continue;
    }
    report.again_at.reset();
    if (report.log_asked) {
      ask_for_log(report);
    } else {
      request_part(report, FailureReport::Part::events,
                   api::list_events(plan.services[report.service].id, report.began));
    }
  }
  if (failure_reports.empty() || active > 0 || writes_under_way > 0) return;
  if (!report_until) report_until = now + longest_wait;
  if (now < *report_until) return wake_at(*report_until);
  while (!failure_reports.empty()) {
    FailureReport& report = failure_reports.back();
    const std::string late = "reading took longer than " + format_duration(longest_wait);
    if (report.reason_trouble.empty()) report.reason_trouble = late;
    if (report.log_trouble.empty()) report.log_trouble = late;
    finish_failure_report(now, report);
  }
}

/// An interrupt ends the reading. What keeps the run from going back is told all the same.
void Rollout::State::give_up_failure_reports(Time now) {
  std::erase_if(failure_reports, [](const FailureReport& one) { return !one.reason.quota_exhausted; });
  while (!failure_reports.empty()) {
    failure_reports.back().log_trouble = "the run was interrupted";
    finish_failure_report(now, failure_reports.back());
  }
}

void Rollout::State::finish_failure_report(Time now, FailureReport& report) {
  FailureTold event{.service = event_service(plan, report.service),
                    .deploy = report.deploy.id,
                    .told_by_render = reason_of(report),
                    .quota_exhausted = report.reason.quota_exhausted};
  if (report.mask_trouble.empty()) event.log = std::move(report.lines);
  if (event.log.empty() && !report.events_alone) {
    std::string why = "Render has no lines of that time";
    if (!report.log_trouble.empty()) why = report.log_trouble;
    if (!report.mask_trouble.empty()) {
      why = fmt::format("{}, so values in it could not be masked", report.mask_trouble);
    }
    const plan::PlannedService& service = plan.services[report.service];
    std::string page = model::log_page(service.dashboard_url);
    if (page.empty()) page = fmt::format("https://dashboard.render.com/ → {} → Logs", clean(service.name));
    event.no_log = fmt::format("its log is not shown: {}. Read it at {}", why, page);
  }
  const bool tells = !report.events_alone || !event.told_by_render.empty();
  std::erase_if(failure_reports, [&](const FailureReport& one) { return &one == &report; });
  if (tells) record(now, std::move(event));
}

}  // namespace envlink::engine
