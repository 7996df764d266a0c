#include "engine/survey.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <set>

#include "api/endpoints.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/choose_owner.h"
#include "engine/courier.h"
#include "plan/match.h"
#include "plan/preflight.h"

namespace envlink::engine {
namespace {

// Enough to see what is live, what is under way and how long the last ones took.
constexpr int deploys_read = 20;

enum class Kind { owners, services, groups, group, deploys, variables };

struct Purpose {
  Kind kind = Kind::owners;
  std::string doing;      // "list the services"
  std::size_t index = 0;  // of a group in the workspace
  ServiceId service;
};

}  // namespace

struct Survey::State {
  model::Desired desired;
  std::string workspace_name;
  Courier courier;
  std::map<Ticket, Purpose> under_way;
  std::map<Kind, std::set<std::string>> cursors;
  std::vector<model::Owner> owners;
  model::Workspace workspace;
  SurveyCounts counts;
  std::optional<Result<model::Workspace>> result;
  int lists_open = 0;
  int groups_open = 0;
  bool began = false;
  std::optional<Time> said_until;  // the wait that was spoken of last

  State(model::Desired wanted, std::string named, Budget budget)
      : desired(std::move(wanted)),
        workspace_name(std::move(named)),
        courier(desired.api, std::move(budget)) {}

  void ask(api::Request request, Purpose purpose);
  void stop(Error error) {
    if (!result) result = fail(std::move(error));
    courier.withdraw_pending();
  }
  void take(const Purpose& purpose, const api::Request& request, const api::Outcome& outcome, Time now);
  void read(const Purpose& purpose, const api::Response& response);
  template <class T, class Next>
  bool take_page(Kind kind, const std::string& what, Result<api::Page<T>> page, std::vector<T>& into,
                 Next next);
  void choose_workspace();
  void read_details();
  void read_unmet_services();
  void finish_if_done() {
    if (!result && under_way.empty()) result = std::move(workspace);
  }
};

void Survey::State::ask(api::Request request, Purpose purpose) {
  switch (purpose.kind) {
    case Kind::owners:
      ++counts.owners;
      break;
    case Kind::services:
      ++counts.services;
      break;
    case Kind::groups:
      ++counts.groups;
      break;
    case Kind::group:
      ++counts.group_reads;
      break;
    case Kind::deploys:
      ++counts.deploys;
      break;
    case Kind::variables:
      ++counts.variables;
      break;
  }
  under_way.emplace(courier.post(std::move(request), Repeat::safely), std::move(purpose));
}

/// Adds a page and asks for the next one. True when the list is whole.
template <class T, class Next>
bool Survey::State::take_page(Kind kind, const std::string& what, Result<api::Page<T>> page,
                              std::vector<T>& into, Next next) {
  if (!page) {
    stop(page.error());
    return false;
  }
  std::move(page->items.begin(), page->items.end(), std::back_inserter(into));
  if (page->length < static_cast<std::size_t>(api::page_size)) return true;
  if (page->cursor.empty() || !cursors[kind].insert(page->cursor).second) {
    stop({ErrorKind::general, fmt::format("Render's list of {} does not end", what),
          page->cursor.empty() ? "a full page came without a cursor for the next one" : "a cursor came twice",
          "Try again later. If it stays so, please report it.", ""});
    return false;
  }
  ask(next(page->cursor), {kind, fmt::format("list the {}", what), 0, {}});
  return false;
}

void Survey::State::choose_workspace() {
  Result<model::Owner> chosen = choose_owner(owners, desired, workspace_name);
  if (!chosen) return stop(chosen.error());
  workspace.owner = *chosen;
  lists_open = 2;
  ask(api::list_services(chosen->id), {Kind::services, "list the services", 0, {}});
  ask(api::list_groups(chosen->id), {Kind::groups, "list the environment groups", 0, {}});
}

void Survey::State::read_details() {
  const plan::Match matched = plan::match(desired, workspace);
  for (std::size_t i = 0; i < workspace.groups.size(); ++i) {
    const model::Group& group = workspace.groups[i];
    if (std::find(matched.groups.begin(), matched.groups.end(), &group) == matched.groups.end()) continue;
    ++groups_open;
    ask(api::get_group(group.id), {Kind::group, fmt::format("read group {}", clean(group.name)), i, {}});
  }
  for (const model::Service* service : matched.services) {
    if (service == nullptr) continue;
    ask(api::list_deploys(service->id, deploys_read),
        {Kind::deploys, fmt::format("list the deploys of {}", clean(service->name)), 0, service->id});
  }
  if (groups_open == 0) read_unmet_services();
}

void Survey::State::read_unmet_services() {
  const plan::Match matched = plan::match(desired, workspace);
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    if (matched.services[i] == nullptr) continue;
    std::vector<const model::Group*> groups;
    for (const model::Word& name : desired.services[i].link) {
      if (const model::Group* group = matched.group_named(desired, name.text)) groups.push_back(group);
    }
    if (plan::unmet(desired.services[i].require, groups, nullptr).empty()) continue;
    const model::Service& service = *matched.services[i];
    ask(api::list_service_variables(service.id),
        {Kind::variables, fmt::format("list the variables of {}", clean(service.name)), 0, service.id});
  }
}

void Survey::State::read(const Purpose& purpose, const api::Response& response) {
  switch (purpose.kind) {
    case Kind::owners: {
      const auto next = [](const std::string& cursor) { return api::list_owners(cursor); };
      if (take_page(Kind::owners, "workspaces", api::parse_owners(response), owners, next))
        choose_workspace();
      return;
    }
    case Kind::services: {
      const auto next = [this](const std::string& c) { return api::list_services(workspace.owner.id, c); };
      const bool whole =
          take_page(Kind::services, "services", api::parse_services(response), workspace.services, next);
      if (whole && --lists_open == 0) read_details();
      return;
    }
    case Kind::groups: {
      const auto next = [this](const std::string& c) { return api::list_groups(workspace.owner.id, c); };
      const bool whole =
          take_page(Kind::groups, "groups", api::parse_groups(response), workspace.groups, next);
      if (whole && --lists_open == 0) read_details();
      return;
    }
    case Kind::group: {
      Result<model::Group> group = api::parse_group(response);
      if (!group) return stop(group.error());
      workspace.groups[purpose.index] = std::move(*group);
      if (--groups_open == 0) read_unmet_services();
      return;
    }
    case Kind::deploys: {
      Result<api::Page<model::Deploy>> page = api::parse_deploys(response);
      if (!page) return stop(page.error());
      workspace.deploys[purpose.service] = std::move(page->items);
      return;
    }
    case Kind::variables: {
      Result<api::Page<std::string>> page = api::parse_variable_keys(response);
      if (!page) return stop(page.error());
      std::vector<std::string>& keys = workspace.service_keys[purpose.service];
      std::move(page->items.begin(), page->items.end(), std::back_inserter(keys));
      const bool more = page->length == static_cast<std::size_t>(api::page_size) && !page->cursor.empty() &&
                        cursors[Kind::variables].insert(purpose.service.text() + page->cursor).second;
      if (more) ask(api::list_service_variables(purpose.service, page->cursor), purpose);
      return;
    }
  }
}

void Survey::State::take(const Purpose& purpose, const api::Request& request, const api::Outcome& outcome,
                         Time now) {
  if (api::verdict_of(outcome) != api::Verdict::ok)
    return stop(api::explain(request, outcome, purpose.doing));
  const api::Response& response = std::get<api::Response>(outcome);
  if (purpose.kind == Kind::owners) workspace.read_at = api::date_of(response).value_or(now);
  read(purpose, response);
}

Survey::Survey(const model::Desired& desired, std::string workspace, Budget budget)
    : state_(std::make_unique<State>(desired, std::move(workspace), std::move(budget))) {}
Survey::~Survey() = default;

Step Survey::step(Time now) {
  if (!state_->began) {
    state_->began = true;
    state_->ask(api::list_owners(), {Kind::owners, "list the workspaces of the key", 0, {}});
  }
  Courier::Batch batch = state_->courier.collect(now);
  state_->counts.repeated = state_->courier.repeated();
  Step step;
  if (batch.notice && batch.notice->until != state_->said_until) {
    state_->said_until = batch.notice->until;
    Event event;
    event.at = now;
    event.kind = EventKind::waiting;
    event.text = batch.notice->text;
    step.events.push_back(std::move(event));
  }
  step.calls = std::move(batch.calls);
  step.wake = batch.wake;
  return step;
}

void Survey::receive(Time now, Reply reply) {
  std::optional<Delivery> delivery = state_->courier.receive(now, std::move(reply));
  if (!delivery) return;
  const auto found = state_->under_way.find(delivery->ticket);
  if (found == state_->under_way.end()) return;
  const Purpose purpose = std::move(found->second);
  state_->under_way.erase(found);
  if (state_->result) return;
  state_->take(purpose, delivery->request, delivery->outcome, now);
  state_->finish_if_done();
}

void Survey::interrupt(Time) {
  state_->stop(
      {ErrorKind::general, "interrupted while reading the workspace", "", "Nothing was changed.", ""});
}

bool Survey::finished() const {
  return state_->result.has_value();
}
const Result<model::Workspace>& Survey::result() const {
  return *state_->result;
}
const SurveyCounts& Survey::requests() const {
  return state_->counts;
}
const Budget& Survey::budget() const {
  return state_->courier.budget();
}

}  // namespace envlink::engine
