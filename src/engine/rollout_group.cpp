// Creates a new group with one request that has its values and links, and reads all of them back before
// anything else is written. If the answer is lost, the list of groups decides: there are never two groups.

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
  return "create the group " + clean(group.name);
}

constexpr std::size_t most_named = 8;  // services named in a message

/// The services that the request for the group links.
std::vector<const plan::PlannedService*> linked_with_group(const plan::Plan& plan, const Progress& progress) {
  std::vector<const plan::PlannedService*> services;
  for (std::size_t link = 0; link < plan.links.size(); ++link) {
    if (progress.links[link].with_group) services.push_back(&plan.services[plan.links[link].service]);
  }
  return services;
}

/// The parsed reading, or why there is none.
auto parsed(const Delivery& delivery, const std::string& task, auto parse)
    -> decltype(parse(std::declval<const api::Response&>())) {
  const api::Response* response = success(delivery.outcome);
  if (response == nullptr) return fail(api::explain(delivery.request, delivery.outcome, task));
  return parse(*response);
}

}  // namespace

/// Nothing else is written until the new group was read back.
bool Rollout::State::awaits_group() const {
  return plan.new_group && new_group.stage != Stage::settled && !halted && progress.interrupts == 0;
}

void Rollout::State::resume_group(Time now) {
  if (!plan.new_group) return;
  if (progress.group->phase == WritePhase::sent)
    record(now, GroupAnswered{.group = named(*plan.new_group), .why = std::string(ended_before_the_answer)});
  if (progress.made.empty()) {
    if (progress.group->unheard > 0) new_group.arrives_by = now + may_arrive_for({});
    return;
  }
  const bool links_proved = std::ranges::all_of(progress.links, [](const WriteProgress& link) {
    return !link.with_group || link.phase == WritePhase::proved;
  });
  // Its values are read like all others, and each link when its service begins.
  new_group.stage = links_proved && progress.values_proved() ? Stage::settled : Stage::made;
  new_group.answered_at = now;
}

void Rollout::State::drive_group(Time now) {
  if (!awaits_group()) return;
  if (new_group.stage == Stage::resting) {
    if (now < new_group.rest_until) return wake_at(new_group.rest_until);
    new_group.stage = progress.made.empty() ? Stage::due : Stage::made;
  }
  if (new_group.stage == Stage::due) {
    new_group.listing = {};
    new_group.found.clear();
    new_group.looked_at.reset();
    look_for_group({});
  } else if (new_group.stage == Stage::made) {
    read_new_group(plan.new_group->id);
  }
}

void Rollout::State::read_new_group(const GroupId& id) {
  new_group.stage = Stage::reading;
  ask(api::get_group(id), Repeat::safely, {Asked::new_group_read, 0});
}

void Rollout::State::look_for_group(std::string_view cursor) {
  new_group.stage = Stage::looking;
  ask(api::list_groups_called(plan.owner.id, plan.new_group->name, cursor), Repeat::safely,
      {Asked::group_look, 0});
}

void Rollout::State::group_looked(Time now, const Delivery& delivery) {
  const bool may_be_made = progress.group->unheard > 0;
  const auto page = parsed(delivery, "list the groups", api::parse_groups);
  if (!page) return fail_new_group(now, !may_be_made, what_and_why(page.error()), page.error().cure);
  // Of several pages, the first one's time counts: a group that existed by then would show.
  if (!new_group.looked_at) new_group.looked_at = delivery.sent_at;
  for (const model::Group& one : page->items) {
    if (new_group.listing.add(one.id.text()) && one.name == plan.new_group->name)
      new_group.found.push_back(one.id);
  }
  if (!new_group.listing.ends_with(*page)) {
    const std::string_view trouble = new_group.listing.trouble_with(page->cursor);
    if (trouble.empty()) return look_for_group(page->cursor);
    return fail_new_group(now, !may_be_made, fmt::format("could not list the groups: {}", trouble), "");
  }
  judge_list(now);
}

/// Called when all groups with that name are known.
void Rollout::State::judge_list(Time now) {
  const std::vector<GroupId>& found = new_group.found;
  const std::string name = clean(plan.new_group->name);
  const bool may_be_made = progress.group->unheard > 0;
  if (found.size() > 1 && (may_be_made || !progress.made.empty()))
    return fail_new_group(now, false, fmt::format("there are {} groups named {}", found.size(), name),
                          "check in the Dashboard which of them is not needed");
  if (!progress.made.empty()) return read_new_group(plan.new_group->id);
  if (!may_be_made && found.empty()) return check_replaced(now);
  if (!may_be_made)
    return fail_new_group(now, true,
                          fmt::format("a group named {} exists now: somebody else created it", name),
                          "choose another name");
  if (found.size() == 1) return read_new_group(found.front());
  const Time shows_by = new_group.arrives_by.value_or(now) + list_lag;
  if (*new_group.looked_at < shows_by)
    return rest_group(now, shows_by,
                      fmt::format("it is not visible yet whether the group {} was created", name));
  // Another request could create a second group.
  if (progress.group->answer / 100 == 2)
    return fail_new_group(
        now, false,
        fmt::format("Render answered {}, but no group named {} appeared", progress.group->answer, name),
        "check the groups in the Dashboard, then: envlink resume");
  if (new_group.tries > plan.api.retries) {
    const Error error = api::explain(new_group.request, *new_group.answer, task_of(*plan.new_group));
    return fail_new_group(now, true, what_and_why(error), error.cure);
  }
  write_group(now);
}

void Rollout::State::rest_group(Time now, Time until, const std::string& why) {
  new_group.stage = Stage::resting;
  new_group.rest_until = until;
  wake_at(until);
  const auto left = std::chrono::ceil<std::chrono::seconds>(until - now);
  record(now, Waiting{static_cast<int>(left.count()),
                      fmt::format("{}, reading again in {}", why, format_duration(left))});
}

/// Whether the old group still has the planned services: time has passed since the plan.
void Rollout::State::check_replaced(Time now) {
  if (plan.new_group->replaces.empty()) return write_group(now);
  new_group.stage = Stage::looking;
  ask(api::get_group(plan.new_group->replaces), Repeat::safely, {Asked::replaced_read, 0});
}

void Rollout::State::replaced_read(Time now, const Delivery& delivery) {
  const auto read = parsed(delivery, "read the group that it replaces", api::parse_group_links);
  if (!read) return fail_new_group(now, true, what_and_why(read.error()), read.error().cure);
  const std::set<ServiceId> linked(read->links.begin(), read->links.end());
  const std::vector<ServiceId>& planned = plan.new_group->replaced_links;
  if (linked != std::set<ServiceId>(planned.begin(), planned.end()))
    return fail_new_group(
        now, true,
        fmt::format("{} is no longer linked to the same services: somebody changed it", clean(read->name)),
        "run the same command again");
  write_group(now);
}

void Rollout::State::write_group(Time now) {
  const plan::NewGroup& group = *plan.new_group;
  api::GroupToMake make{.name = group.name, .owner = plan.owner.id, .environment = group.environment};
  for (std::size_t value = 0; value < values.size(); ++value) {
    if (progress.values[value].with_group)
      make.values.push_back({plan.values[value].key, writes.bodies[value]});
  }
  for (const plan::PlannedService* service : linked_with_group(plan, progress))
    make.services.push_back(service->id);
  new_group.stage = Stage::writing;
  ++new_group.tries;
  new_group.request = api::make_group(api::WrittenValue::body(make));
  record(now, GroupIntended{named(group), progress.group->attempts + 1});
  ask(new_group.request, Repeat::if_not_carried_out, {Asked::group_write, 0});
}

void Rollout::State::group_answered(Time now, const Delivery& delivery) {
  const api::Response* accepted = success(delivery.outcome);
  new_group.stage = Stage::due;
  // Only the status of a success is used later; its body has values.
  new_group.answer = accepted != nullptr ? api::Response{.status = accepted->status} : delivery.outcome;
  GroupAnswered event{.group = named(*plan.new_group),
                      .not_sent = std::holds_alternative<api::NotSent>(delivery.outcome)};
  if (const auto* response = std::get_if<api::Response>(&delivery.outcome)) take_answer(*response, event);
  const std::string task = task_of(*plan.new_group);
  const Error error = accepted != nullptr ? Error{} : api::explain(new_group.request, delivery.outcome, task);
  event.why = without_task(task, error.what);
  record(now, std::move(event));
  if (accepted != nullptr) {
    new_group.arrives_by = now;
    const auto read = api::parse_group_links(*accepted);
    if (!read || read->id.empty()) return;
    const std::string how =
        read->name == plan.new_group->name ? "" : fmt::format("Render named it {}", clean(read->name));
    return group_is_made(now, read->id, how, api::date_of(*accepted));
  }
  if (api::is_passing(api::verdict_of(delivery.outcome))) {
    const auto* silence = std::get_if<api::NoAnswer>(&delivery.outcome);
    new_group.arrives_by = now + (silence != nullptr ? may_arrive_for(*silence) : latest_arrival_after_error);
    lost_until = std::max(lost_until.value_or(now), *new_group.arrives_by);
  } else if (progress.group->unheard == 0) {
    fail_new_group(now, true, what_and_why(error), error.cure);
  }
}

void Rollout::State::group_is_made(Time now, const GroupId& id, std::string how,
                                   std::optional<Time> server_time) {
  own_plan->name_new_group(id);
  for (ValueGroup& group : value_groups) {
    if (group.id == plan::not_made) group.id = id;
  }
  for (GroupRun& group : groups) {
    if (group.id == plan::not_made) group.id = id;
  }
  new_group.stage = Stage::due;  // to check that no other group has its name
  new_group.answered_at = now;
  new_group.request.secret.reset();
  record(now, GroupMade{{id, plan.new_group->name}, std::move(how), server_time});
}

/// Whether a group found by its name has the values that the run requested, and nothing else.
bool Rollout::State::is_what_was_asked_for(const model::Group& found) const {
  std::size_t held = 0;
  for (std::size_t value = 0; value < values.size(); ++value) {
    if (!progress.values[value].with_group) continue;
    const auto digest = found.digest_of(plan.values[value].key);
    if (!digest || digest->hex() != plan.values[value].after) return false;
    ++held;
  }
  std::set<ServiceId> asked;
  for (const plan::PlannedService* service : linked_with_group(plan, progress)) asked.insert(service->id);
  return found.keys().size() == held &&
         std::ranges::all_of(found.links, [&](const ServiceId& id) { return asked.contains(id); });
}

/// Somebody else may have created a group with that name while the answer to the run's request was lost.
void Rollout::State::found_group_read(Time now, const Delivery& delivery) {
  const std::string name = clean(plan.new_group->name);
  const auto read = parsed(delivery, "read " + name, [&](const api::Response& response) {
    return api::parse_group(response, nullptr, writes.digest);
  });
  if (!read) return fail_new_group(now, false, what_and_why(read.error()), read.error().cure);
  const Time shows_by = new_group.arrives_by.value_or(now) + list_lag;
  const bool settled = *new_group.looked_at >= shows_by;
  if (!is_what_was_asked_for(*read) && !settled)
    return rest_group(
        now, shows_by,
        fmt::format("a group named {} exists that is not the run's; the run's may still appear", name));
  if (!is_what_was_asked_for(*read))
    return fail_new_group(now, true,
                          fmt::format("a group named {} exists without the values of this "
                                      "run: somebody else created it",
                                      name),
                          "choose another name");
  group_is_made(now, read->id, "found by its name", api::date_of(std::get<api::Response>(delivery.outcome)));
  new_group.stage = Stage::made;
}

void Rollout::State::new_group_read(Time now, const Delivery& delivery) {
  if (progress.made.empty()) return found_group_read(now, delivery);
  const std::string name = clean(plan.new_group->name);
  const Time shows_by = new_group.answered_at + list_lag;
  const bool may_lag = delivery.sent_at < shows_by;
  if (may_lag && api::verdict_of(delivery.outcome) == api::Verdict::not_found)
    return rest_group(now, shows_by, fmt::format("the group {} is not visible yet", name));
  const auto values_of_group = std::ranges::find(value_groups, plan.new_group->id, &ValueGroup::id);
  const ValueGroup whole{.id = plan.new_group->id, .name = plan.new_group->name, .values = {}};
  const auto read =
      read_values(values_of_group == value_groups.end() ? whole : *values_of_group, delivery, "read back");
  if (!read) return fail_new_group(now, false, what_and_why(read.error()), read.error().cure);
  std::vector<std::string> missing;
  for (const plan::PlannedService* service : linked_with_group(plan, progress)) {
    if (!read->links_to(service->id)) missing.push_back(clean(service->name));
  }
  if (!missing.empty() && may_lag)
    return rest_group(now, shows_by,
                      fmt::format("{} does not show {} yet", name, join_and(missing, most_named)));
  if (!missing.empty())
    return fail_new_group(now, false, fmt::format("it does not contain {}", join_and(missing, most_named)),
                          "check the group in the Dashboard, then: envlink resume");
  new_group.stage = Stage::settled;
  if (values_of_group != value_groups.end()) {
    values_of_group->looked = true;
    for (const std::size_t value : values_of_group->values) {
      values[value].stage = ValueRun::Stage::reading;
      values[value].answer = api::Response{.status = 201};
      values[value].answered_at = new_group.answered_at;
      judge_value(now, value, *read, delivery);
    }
    // From here on, a different value was written by somebody else.
    values_before.groups[read->id] = plan::values_of(*read);
  }
  for (std::size_t link = 0; link < links.size(); ++link) {
    if (!progress.links[link].with_group) continue;
    links[link].stage = LinkRun::Stage::settled;
    links[link].answer = api::Response{.status = 201};
    links[link].answered_at = links[link].made_by.emplace(new_group.answered_at);
    links[link].read_back = api::date_of(std::get<api::Response>(delivery.outcome));
    record(now, LinkProved{event_link(plan, link), links[link].read_back});
  }
}

/// `unchanged`: no group was created.
void Rollout::State::fail_new_group(Time now, bool unchanged, const std::string& why, std::string cure) {
  new_group.stage = Stage::settled;
  new_group.request.secret.reset();
  stopped_writing = true;
  const std::string name = clean(plan.new_group->name);
  const std::string task = progress.made.empty() ? task_of(*plan.new_group) : "read back " + name;
  const std::string words = without_task(task, why);
  record(now, GroupFailed{{progress.made, plan.new_group->name}, unchanged, words, std::move(cure)});
  stop_waiting(now, fmt::format("could not {}: {}", task, words));
}

}  // namespace envlink::engine
