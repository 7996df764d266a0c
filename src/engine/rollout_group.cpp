// A new group: made by one request with its values and its links, and read back before anything else is
// written. A request whose answer was lost is settled by the list of groups: there are never two.

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "api/written_value.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

using Stage = NewGroupRun::Stage;

EventGroup named(const plan::NewGroup& group) {
  return {GroupId(), group.name};
}

std::string task_of(const plan::NewGroup& group) {
  return "make the group " + clean(group.name);
}

}  // namespace

/// Nothing else is written before the new group was read back.
bool Rollout::State::awaits_group() const {
  return plan.new_group && new_group.stage != Stage::settled && !halted && progress.interrupts == 0;
}

void Rollout::State::resume_group(Time now) {
  if (!plan.new_group) return;
  if (progress.group->phase == WritePhase::sent)
    record(now, GroupAnswered{.group = named(*plan.new_group), .why = std::string(ended_before_the_answer)});
  // What it holds is looked at as all values are, and a link when its service begins.
  if (!progress.made.empty()) new_group.stage = Stage::settled;
  if (progress.group->unheard > 0) new_group.arrives_by = now + may_arrive_for({});
}

void Rollout::State::drive_group(Time now) {
  if (!awaits_group()) return;
  if (new_group.stage == Stage::resting && now < new_group.rest_until) return wake_at(new_group.rest_until);
  if (new_group.stage == Stage::due || new_group.stage == Stage::resting) {
    new_group.stage = Stage::looking;
    ask(api::list_groups_called(plan.owner.id, plan.new_group->name), Repeat::safely, {Asked::group_look, 0});
  } else if (new_group.stage == Stage::made) {
    new_group.stage = Stage::reading;
    ask(api::get_group(plan.new_group->id), Repeat::safely, {Asked::new_group_read, 0});
  }
}

void Rollout::State::group_looked(Time now, const Delivery& delivery) {
  const plan::NewGroup& group = *plan.new_group;
  const bool asked = progress.group->attempts > 0;
  const api::Response* response = success(delivery.outcome);
  const auto page = response == nullptr
                        ? fail(api::explain(delivery.request, delivery.outcome, "list the groups"))
                        : api::parse_groups(*response);
  if (!page) return fail_new_group(now, !asked, what_and_why(page.error()), page.error().cure);
  std::vector<GroupId> found;
  for (const model::Group& one : page->items) {
    if (one.name == group.name) found.push_back(one.id);
  }
  const std::string name = clean(group.name);
  if (!asked && found.empty()) return write_group(now);
  if (!asked)
    return fail_new_group(now, true, fmt::format("there is a group called {} now: somebody made it", name),
                          "take another name");
  if (found.size() == 1)
    return group_is_made(now, found.front(), "found by its name", api::date_of(*response));
  if (found.size() > 1)
    return fail_new_group(now, false, fmt::format("there are {} groups called {}", found.size(), name),
                          "look in the Dashboard which of them nobody needs");
  const Time shows_by = new_group.arrives_by.value_or(delivery.sent_at) + list_lag;
  if (new_group.arrives_by && delivery.sent_at < shows_by) return rest_group(now, shows_by);
  if (new_group.tries > plan.api.retries) {
    const Error error = api::explain(new_group.request, *new_group.answer, task_of(group));
    return fail_new_group(now, true, what_and_why(error), error.cure);
  }
  write_group(now);
}

void Rollout::State::rest_group(Time now, Time until) {
  new_group.stage = Stage::resting;
  new_group.rest_until = until;
  wake_at(until);
  const auto left = std::chrono::ceil<std::chrono::seconds>(until - now);
  record(now, Waiting{static_cast<int>(left.count()),
                      fmt::format("whether the group {} was made does not show yet: reading again in {}",
                                  clean(plan.new_group->name), format_duration(left))});
}

void Rollout::State::write_group(Time now) {
  const plan::NewGroup& group = *plan.new_group;
  api::GroupToMake make{.name = group.name, .owner = plan.owner.id, .environment = group.environment};
  for (std::size_t value = 0; value < values.size(); ++value) {
    if (progress.values[value].with_group)
      make.values.push_back({plan.values[value].key, writes.bodies[value]});
  }
  for (std::size_t link = 0; link < links.size(); ++link) {
    if (progress.links[link].with_group) make.services.push_back(plan.services[plan.links[link].service].id);
  }
  new_group.stage = Stage::writing;
  ++new_group.tries;
  new_group.request = api::make_group(api::WrittenValue::body(make));
  record(now, GroupIntended{named(group), progress.group->attempts + 1});
  ask(new_group.request, Repeat::if_not_carried_out, {Asked::group_write, 0});
}

void Rollout::State::group_answered(Time now, const Delivery& delivery) {
  const plan::NewGroup& group = *plan.new_group;
  const auto* response = std::get_if<api::Response>(&delivery.outcome);
  const api::Response* accepted = success(delivery.outcome);
  new_group.stage = Stage::due;
  new_group.answer = accepted != nullptr ? api::Response{.status = accepted->status} : delivery.outcome;
  GroupAnswered event{.group = named(group)};
  if (response != nullptr) {
    event.http_status = response->status;
    event.request_id = api::request_id_of(*response);
    event.server_time = api::date_of(*response);
  }
  const std::string task = task_of(group);
  const Error error = accepted != nullptr ? Error{} : api::explain(new_group.request, delivery.outcome, task);
  event.why = error.what;
  record(now, std::move(event));
  if (accepted != nullptr) {
    const auto read = api::parse_group_links(*accepted);
    if (read && read->name == group.name) return group_is_made(now, read->id, "", api::date_of(*accepted));
    new_group.arrives_by = now;
    return;
  }
  const api::Verdict verdict = api::verdict_of(delivery.outcome);
  const bool unheard = verdict == api::Verdict::ambiguous || verdict == api::Verdict::transient;
  if (!unheard) return fail_new_group(now, progress.group->unheard == 0, what_and_why(error), error.cure);
  const auto* silence = std::get_if<api::NoAnswer>(&delivery.outcome);
  new_group.arrives_by = now + (silence != nullptr ? may_arrive_for(*silence) : latest_arrival_after_error);
  lost_until = std::max(lost_until.value_or(now), *new_group.arrives_by);
}

void Rollout::State::group_is_made(Time now, const GroupId& id, std::string how,
                                   std::optional<Time> server_time) {
  own_plan->make(id);
  for (ValueGroup& group : value_groups) {
    if (group.id == plan::not_made) group.id = id;
  }
  for (GroupRun& group : groups) {
    if (group.id == plan::not_made) group.id = id;
  }
  new_group.stage = Stage::made;
  new_group.answered_at = now;
  record(now, GroupMade{{id, plan.new_group->name}, std::move(how), server_time});
}

void Rollout::State::new_group_read(Time now, const Delivery& delivery) {
  new_group.stage = Stage::settled;
  const api::Response* response = success(delivery.outcome);
  const auto group = std::ranges::find(value_groups, plan.new_group->id, &ValueGroup::id);
  const auto read =
      response == nullptr
          ? fail(api::explain(delivery.request, delivery.outcome, "read back " + clean(plan.new_group->name)))
          : api::parse_group(*response, nullptr, writes.digest);
  if (group != value_groups.end()) {
    group->looked = true;
    for (const std::size_t value : group->values) {
      values[value].stage = ValueRun::Stage::reading;
      values[value].answer = api::Response{.status = 201};
      values[value].answered_at = new_group.answered_at;
    }
  }
  if (!read) {
    if (group != value_groups.end()) fail_group(now, *group, delivery, read.error());
    return fail_new_group(now, false, what_and_why(read.error()), read.error().cure);
  }
  if (group != value_groups.end()) {
    for (const std::size_t value : group->values) judge_value(now, value, *read, delivery);
    values_before.groups[read->id] = plan::values_of(*read);
  }
  for (std::size_t link = 0; link < links.size(); ++link) {
    if (!progress.links[link].with_group) continue;
    if (!read->links_to(plan.services[plan.links[link].service].id)) continue;
    links[link].stage = LinkRun::Stage::settled;
    links[link].answer = api::Response{.status = 201};
    links[link].answered_at = links[link].made_by.emplace(new_group.answered_at);
    links[link].read_back = api::date_of(*response);
    record(now, LinkProved{event_link(plan, link), links[link].read_back});
  }
}

/// `unchanged`: nothing was made.
void Rollout::State::fail_new_group(Time now, bool unchanged, std::string why, std::string cure) {
  new_group.stage = Stage::settled;
  stopped_writing = true;
  const std::string begins = fmt::format("could not {}: ", task_of(*plan.new_group));
  if (why.starts_with(begins)) why = why.substr(begins.size());
  const std::string because = begins + why;
  record(now, GroupFailed{named(*plan.new_group), unchanged, std::move(why), std::move(cure)});
  stop_waiting(now, because);
}

}  // namespace envlink::engine
