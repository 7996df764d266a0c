#include "engine/service_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/attribution.h"

namespace envlink::engine {
namespace {

// Where Render does not say when the deploy began; its own default.
constexpr Duration usual_log = std::chrono::hours(1);

KnownBefore known_before(const model::Workspace& listed, const ServiceId& service,
                         const model::DigestValue& digest) {
  KnownBefore known{.digest = digest};
  for (const model::Group& group : listed.groups)
    if (group.links_to(service)) known.groups.emplace(group.id, group.name);
  return known;
}

std::string joined(std::vector<std::string> names) {
  for (std::string& name : names) name = clean(name);
  return join_and(names);
}

/// With which the deploy began, as far as that is known.
std::vector<plan::CarriedGroup> groups_of(const plan::History& history, const ServiceId& service,
                                          const DeployId& deploy) {
  const auto known = history.state().deploys.find(service);
  if (known == history.state().deploys.end()) return {};
  const auto found = std::ranges::find(known->second, deploy, &plan::CarriedDeploy::deploy);
  return found == known->second.end() ? std::vector<plan::CarriedGroup>() : found->groups;
}

/// Readings show that values of the group changed, and not that they did so before that time.
bool changed_since(const plan::History& history, const GroupId& group, Time time) {
  const auto known = history.state().groups.find(group);
  if (known == history.state().groups.end()) return false;
  std::int64_t before = 0;  // not known
  for (const plan::History::GroupSeen& seen : known->second) {
    if (seen.values == 0) continue;
    if (before != 0 && seen.values != before && !seen.first.before(time)) return true;
    before = seen.values;
  }
  return false;
}

}  // namespace

ServiceLogReader::ServiceLogReader(model::Workspace listed, Wanted wanted, model::DigestValue digest,
                                   const model::ApiSettings& settings, Budget budget)
    : wanted_(std::move(wanted)),
      read_(std::move(listed)),
      digest_(std::move(digest)),
      scheduler_(settings, std::move(budget)),
      ask_([this](api::Request request) { return scheduler_.enqueue(std::move(request), Repeat::safely); }) {
  read_.reading = {};
  deploys_ = ask_(api::list_deploys(wanted_.service.id, deploys_read));
}

Step ServiceLogReader::step(Time now) {
  RequestScheduler::Batch batch = scheduler_.due(now);
  Step step{{}, std::move(batch.calls), batch.wake};
  if (batch.notice) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(batch.notice->until - now);
    step.events.push_back({now, Waiting{static_cast<int>(left.count()), std::move(batch.notice->text)}});
  }
  return step;
}

void ServiceLogReader::receive(Time now, Reply reply) {
  const auto delivery = scheduler_.receive(now, std::move(reply));
  if (!delivery || result_) return;
  if (const api::Response* response = success(delivery->outcome)) note_time(*response);
  if (delivery->id == deploys_) return take_deploys(now, *delivery);
  if (delivery->id == deploy_) return take_deploy(now, *delivery);
  if (reading_) take_log(now, *delivery);
}

/// Render's dates are cut to whole seconds.
void ServiceLogReader::note_time(const api::Response& response) {
  const auto when = model::Reading::dated(api::date_of(response));
  if (!when.from) return;
  read_.reading.from = std::min(read_.reading.from.value_or(*when.from), *when.from);
  read_.reading.until = std::max(read_.reading.until.value_or(*when.until), *when.until);
}

void ServiceLogReader::stop(Result<DeployLog> result) {
  result_ = std::move(result);
  scheduler_.withdraw_pending();
}

void ServiceLogReader::take_deploys(Time now, const Delivery& delivery) {
  const std::string what = "the deploys of " + clean(wanted_.service.name);
  const api::Response* response = success(delivery.outcome);
  if (response == nullptr)
    return stop(fail(api::explain(delivery.request, delivery.outcome, "list " + what)));
  auto page = api::parse_deploys(*response);
  if (!page) return stop(fail({.what = why_unread(delivery, what, page.error())}));
  const std::vector<model::Deploy>& deploys = read_.deploys[wanted_.service.id] = std::move(page->items);
  if (wanted_.deploy.empty() && deploys.empty())
    return stop(fail({.what = fmt::format("Service {} has no log: it was never deployed",
                                          clean(wanted_.service.label()))}));
  if (wanted_.deploy.empty()) return begin_log(now, deploys.front());
  const auto listed = std::ranges::find(deploys, wanted_.deploy, &model::Deploy::id);
  if (listed != deploys.end()) return begin_log(now, *listed);
  deploy_ = ask_(api::get_deploy(wanted_.service.id, wanted_.deploy));
}

void ServiceLogReader::take_deploy(Time now, const Delivery& delivery) {
  const std::string what = "deploy " + clean(wanted_.deploy.text());
  if (api::verdict_of(delivery.outcome) == api::Verdict::not_found) {
    const auto& deploys = read_.deploys_of(wanted_.service.id);
    return stop(fail({.what = fmt::format("Service {} has no {}", clean(wanted_.service.label()), what),
                      .cure = deploys.empty() ? "It was never deployed."
                                              : fmt::format("Its newest deploy is {}.",
                                                            clean(deploys.front().id.text()))}));
  }
  const api::Response* response = success(delivery.outcome);
  if (response == nullptr)
    return stop(fail(api::explain(delivery.request, delivery.outcome, "read " + what)));
  auto deploy = api::parse_deploy(*response);
  if (!deploy) return stop(fail({.what = why_unread(delivery, what, deploy.error())}));
  begin_log(now, std::move(*deploy));
}

void ServiceLogReader::begin_log(Time now, model::Deploy deploy) {
  log_.deploy = std::move(deploy);
  const ServiceId& service = wanted_.service.id;
  reading_.emplace(LogOf{.workspace = read_.owner.id,
                         .service = service,
                         .deploy = log_.deploy,
                         .from = model::began(log_.deploy).value_or(now - usual_log),
                         .until = printed_all_by(log_.deploy, read_.deploys_of(service)),
                         .most_lines = api::page_size},
                   known_before(read_, service, digest_), api::Redactor());
  reading_->begin(ask_);
}

void ServiceLogReader::take_log(Time now, const Delivery& delivery) {
  if (auto group = reading_->receive(now, delivery, ask_)) {
    const auto listed = std::ranges::find(read_.groups, group->id, &model::Group::id);
    if (listed != read_.groups.end()) *listed = std::move(*group);
  }
  if (reading_->learnt()) reading_->read_log(ask_);
  if (!reading_->finished()) return;
  if (reading_->is_unmasked()) return stop(fail(log_not_shown(wanted_.service, reading_->why_no_lines())));
  if (!reading_->was_read()) {
    Error unread = log_not_shown(wanted_.service, reading_->why_no_lines());
    unread.kind = ErrorKind::general;
    return stop(fail(std::move(unread)));
  }
  log_.lines = reading_->lines();
  stop(std::move(log_));
}

void ServiceLogReader::interrupt(Time) {
  stop(fail({.kind = ErrorKind::interrupted,
             .what = "Interrupted while reading the log",
             .cure = "Nothing was shown."}));
}

Error log_not_shown(const model::Service& service, std::string why) {
  return {.kind = ErrorKind::refused,
          .what = fmt::format("The log of {} is not shown", clean(service.label())),
          .why = std::move(why),
          .cure = "Read it at " + where_log_is(service.dashboard_url, service.name)};
}

std::string lost_value(const plan::History& history, const model::Service& service,
                       const model::Deploy& deploy, const model::Workspace& actual) {
  const std::vector<plan::CarriedGroup> had = groups_of(history, service.id, deploy.id);
  for (const plan::CarriedGroup& one : had)
    if (actual.find_group(one.group) == nullptr)
      return fmt::format("the deploy began with group {}, which no longer exists", clean(one.group.text()));
  const std::optional<Time> began = model::began(deploy);
  for (const auto& [key, link] : history.state().links) {
    const bool was_linked = link.service == service.id && link.linked && began && !link.last.before(*began);
    if (was_linked && actual.find_group(link.group) == nullptr)
      return fmt::format("group {} was linked and no longer exists", clean(link.group.text()));
  }
  for (const plan::CarriedGroup& left : history.left_behind(service.id, deploy.id, actual))
    return fmt::format("the deploy began with group {}, which is no longer linked",
                       clean(actual.find_group(left.group)->name));
  for (const model::Group& group : actual.groups) {
    const bool began_with = std::ranges::find(had, group.id, &plan::CarriedGroup::group) != had.end();
    const bool may_have =
        group.links_to(service.id) || history.may_carry_unlinked(service.id, &deploy, group.id);
    if (!began_with && !may_have) continue;
    const plan::Carries carries = history.carries(service.id, deploy, group);
    if (carries.link == plan::Carries::Link::no) continue;
    if (!carries.changed.empty())
      return fmt::format("{} of {} changed after the deploy began", joined(carries.changed),
                         clean(group.name));
    if (carries.values_known && !carries.unknown.empty())
      return fmt::format("{} of {} changed, maybe after the deploy began", joined(carries.unknown),
                         clean(group.name));
    if (!carries.values_known && began && changed_since(history, group.id, *began))
      return fmt::format("values of {} changed, maybe after the deploy began", clean(group.name));
  }
  return {};
}

}  // namespace envlink::engine
