#include "engine/workspace_reader.h"

#include <fmt/format.h>
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <set>
#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/attribution.h"
#include "engine/choose_owner.h"
#include "engine/listing.h"
#include "engine/request_scheduler.h"
#include "model/canonical_order.h"
#include "plan/fetch_scope.h"

namespace envlink::engine {
namespace {

// Beyond this an answer is not a plausible workspace, and reading on would only fill memory.
constexpr std::size_t most_bytes = std::size_t{256} << 20;  // of all answers together

using Kind = ReadKind;

struct Purpose {
  Kind kind = Kind::owners;
  std::string doing;      // "list the services"
  std::size_t index = 0;  // of a group in the workspace
  ServiceId service{};
  bool optional = false;  // the plan continues without it and says so
  EnvironmentId environment{};
};

const std::string& identity_of(const auto& entry) {
  return entry.id.text();
}
const std::string& identity_of(const std::string& name) {
  return name;
}
const std::string& identity_of(const model::Variable& variable) {
  return variable.key;
}

/// The list of workspaces, services or groups, or of one service's variables.
using ListingKey = std::pair<Kind, ServiceId>;

Error endless(const std::string& doing, const Listing& list, std::string_view trouble) {
  return {.what = fmt::format("could not {}: the list has no end", doing),
          .why = fmt::format("after {} with {}, {}", count_of(list.pages(), "page"),
                             count_of(list.entries(), "entry", "entries"), trouble),
          .cure = "Try again later. If it persists, check RENDER_HOST and please report it.",
          .request_id = {}};
}

Error too_much(const std::string& doing) {
  return {.what = fmt::format("could not {}: Render's answers are larger than envlink accepts", doing),
          .why = fmt::format("more than {} MiB for one workspace", most_bytes >> 20),
          .cure = "Check RENDER_HOST, and whether a proxy changes answers.",
          .request_id = {}};
}

}  // namespace

struct WorkspaceReader::State {
  model::Desired desired;
  std::string workspace_name;
  ReadOptions options;
  RequestScheduler scheduler;
  boost::unordered_flat_map<RequestId, Purpose> under_way;
  std::map<ListingKey, Listing> listings;
  std::size_t bytes = 0;  // of all answers
  std::size_t longest_page = 0;
  std::vector<model::Owner> owners;
  model::Workspace workspace;
  ReadCounts counts;
  std::optional<Result<model::Workspace>> result;
  int lists_open = 0;
  int details_open = 0;
  bool preflight_data_asked = false;
  bool began = false;

  State(model::Desired wanted, std::string named, Budget budget, ReadOptions wanted_options)
      : desired(std::move(wanted)),
        workspace_name(std::move(named)),
        options(std::move(wanted_options)),
        scheduler(desired.api, std::move(budget)) {}

  void ask(api::Request request, Purpose purpose);
  void stop(Error error) {
    if (!result) result = fail(std::move(error));
    scheduler.withdraw_pending();
  }
  void give_up(const Purpose& purpose, Error error) {
    if (!purpose.optional) return stop(std::move(error));
    if (purpose.kind == Kind::unlisted || purpose.kind == Kind::called)
      return;  // what the list says about it is all that is known
    if (purpose.kind == Kind::environment) {
      workspace.environments[purpose.environment].unread = std::move(error.what);
      return;
    }
    if (purpose.kind == Kind::variables) workspace.service_variables.erase(purpose.service);
    if (purpose.kind == Kind::secret_files) workspace.service_secret_files.erase(purpose.service);
    workspace.unread.push_back({purpose.service, std::move(error.what)});
  }
  void unreadable(const Purpose& purpose, Error error) {
    error.what = fmt::format("could not {}: {}", purpose.doing, error.what);
    give_up(purpose, std::move(error));
  }
  void take(const Purpose& purpose, const api::Request& request, const api::Outcome& outcome);
  void read(const Purpose& purpose, const api::Response& response);
  template <class T>
  bool is_last(Kind kind, const api::Page<T>& page, Listing& list) const;
  template <class T, class Next>
  bool take_page(const Purpose& purpose, Result<api::Page<T>> page, std::vector<T>& into, Next next);
  void choose_workspace();
  void read_details();
  void list_deploys(const model::Service& service);
  bool lists_what_does_not_change();
  const model::Deploy* seen_live(const ServiceId& service) const;
  void read_single_service(const std::string& service);
  /// `optional_for`: empty: nothing can continue without the group.
  void read_group(std::size_t index, const ServiceId& optional_for = {});
  void read_variables(const model::Service& service, bool optional);
  void read_secret_files(const model::Service& service, bool optional);
  void detail_is_read() {
    if (--details_open == 0) read_preflight_data();
    const std::size_t all = workspace.groups.size();
    if (options.group_read) options.group_read(all - static_cast<std::size_t>(details_open), all);
  }
  void read_preflight_data();
  void look_around(const plan::Match& matched);
  void read_environments(const std::set<EnvironmentId>& ids);
  const api::Fingerprinter* fingerprinter() const {
    return options.fingerprinter ? &*options.fingerprinter : nullptr;
  }
  void finish_if_done() {
    if (result || !under_way.empty()) return;
    model::put_in_canonical_order(workspace);
    result = std::move(workspace);
  }
};

void WorkspaceReader::State::ask(api::Request request, Purpose purpose) {
  ++counts.of(purpose.kind);
  under_way.emplace(scheduler.enqueue(std::move(request), Repeat::safely), std::move(purpose));
}

/// There are many lists of variables, and a key sees such a list as a whole or not at all. So a page shorter
/// than an earlier one is the last, which saves a request.
template <class T>
bool WorkspaceReader::State::is_last(Kind kind, const api::Page<T>& page, Listing& list) const {
  if (list.ends_with(page)) return true;
  if (page.length >= static_cast<std::size_t>(api::page_size)) return false;
  return (kind == Kind::owners && is_decided(owners, desired, workspace_name)) ||
         ((kind == Kind::variables || kind == Kind::secret_files) && page.length < longest_page);
}

/// Adds a page and requests the next one. True when the list is complete.
template <class T, class Next>
bool WorkspaceReader::State::take_page(const Purpose& purpose, Result<api::Page<T>> page,
                                       std::vector<T>& into, Next next) {
  if (!page) {
    unreadable(purpose, page.error());
    return false;
  }
  Listing& list = listings[{purpose.kind, purpose.service}];
  for (T& entry : page->items) {
    if (list.add(identity_of(entry))) into.push_back(std::move(entry));
  }
  longest_page = std::max(longest_page, page->length);
  if (is_last(purpose.kind, *page, list)) return true;
  if (const std::string_view trouble = list.trouble_with(page->cursor); !trouble.empty()) {
    give_up(purpose, endless(purpose.doing, list, trouble));
    return false;
  }
  ask(next(page->cursor), purpose);
  return false;
}

void WorkspaceReader::State::choose_workspace() {
  Result<model::Owner> chosen = choose_owner(owners, desired, workspace_name);
  if (!chosen) return stop(chosen.error());
  workspace.owner = *chosen;
  if (options.owner_alone) return;
  workspace.digest_key = options.digest_key;
  lists_open = 2;
  ask(api::list_services(chosen->id, {}, options.every_group), {Kind::services, "list the services", 0, {}});
  ask(api::list_groups(chosen->id), {Kind::groups, "list the environment groups", 0, {}});
}

void WorkspaceReader::State::read_details() {
  if (!options.single_service.empty()) return read_single_service(options.single_service);
  if (options.every_group) {
    preflight_data_asked = true;
    for (std::size_t i = 0; i < workspace.groups.size(); ++i) read_group(i);
    return;
  }
  const plan::Match matched = plan::match(desired, workspace);
  read_environments(options.environments ? plan::environments_of(workspace) : matched.environments);
  const std::set<const model::Group*> named(matched.groups.begin(), matched.groups.end());
  for (std::size_t i = 0; i < workspace.groups.size(); ++i) {
    const model::Group& group = workspace.groups[i];
    if (named.contains(&group)) read_group(i);
  }
  workspace.deploys_left = options.listed_later;
  if (options.most_listed)
    workspace.deploys_left =
        plan::services_to_list_later(plan::Context(desired, workspace), options.extra, *options.most_listed);
  for (const model::Service* service : matched.services) {
    if (service == nullptr || workspace.deploys_left.contains(service->id)) continue;
    if (const model::Deploy* seen = seen_live(service->id)) {
      workspace.deploys[service->id] = {*seen};
      continue;
    }
    list_deploys(*service);
  }
  if (details_open == 0) read_preflight_data();
}

/// nullptr: the deploys must be listed.
const model::Deploy* WorkspaceReader::State::seen_live(const ServiceId& service) const {
  const auto seen = options.seen_live.find(service);
  const std::optional<Time>& now = workspace.reading.until;
  if (seen == options.seen_live.end() || !now || *now > seen->second.at + look_counts_for) return nullptr;
  return &seen->second.deploy;
}

void WorkspaceReader::State::list_deploys(const model::Service& service) {
  ++details_open;
  ask(api::list_deploys(service.id, deploys_read),
      {Kind::deploys, fmt::format("list the deploys of {}", clean(service.name)), 0, service.id});
}

/// The group itself may show a link that the list did not show: then nothing changes for the service.
bool WorkspaceReader::State::lists_what_does_not_change() {
  if (!options.most_listed || workspace.deploys_left.empty()) return false;
  const auto changing = plan::services_to_list_later(plan::Context(desired, workspace), options.extra, 0);
  for (const model::Service& service : workspace.services) {
    if (!workspace.deploys_left.contains(service.id) || changing.contains(service.id)) continue;
    workspace.deploys_left.erase(service.id);
    list_deploys(service);
  }
  return details_open > 0;
}

void WorkspaceReader::State::read_group(std::size_t index, const ServiceId& optional_for) {
  const model::Group& group = workspace.groups[index];
  ++details_open;
  ask(api::get_group(group.id), {Kind::group, fmt::format("read group {}", clean(group.name)), index,
                                 optional_for, !optional_for.empty()});
}

void WorkspaceReader::State::read_variables(const model::Service& service, bool optional) {
  ask(api::list_service_variables(service.id),
      {Kind::variables, fmt::format("list the variables of {}", clean(service.name)), 0, service.id,
       optional});
}

void WorkspaceReader::State::read_secret_files(const model::Service& service, bool optional) {
  ask(api::list_service_secret_files(service.id),
      {Kind::secret_files, fmt::format("list the secret files of {}", clean(service.name)), 0, service.id,
       optional});
}

void WorkspaceReader::State::read_single_service(const std::string& wanted) {
  preflight_data_asked = true;
  const auto called = plan::services_called(workspace, wanted, desired);
  if (called.size() != 1) return read_environments(plan::environments_of(called));
  const model::Service* service = called.front();
  const auto groups = plan::groups_to_explain(plan::Context(desired, workspace), *service);
  for (std::size_t i = 0; i < workspace.groups.size(); ++i) {
    if (groups.contains(&workspace.groups[i])) read_group(i);
  }
  read_variables(*service, false);
  read_secret_files(*service, true);
}

void WorkspaceReader::State::read_preflight_data() {
  if (lists_what_does_not_change()) return;
  if (std::exchange(preflight_data_asked, true) || !options.include_preflight_data) return;
  if (options.history) options.extra.history = options.history(workspace);
  const plan::Context context(desired, workspace, options.extra.history);
  look_around(context.match);
  std::map<std::size_t, ServiceId> groups;  // with one of the services that it is linked to
  std::size_t services = 0;
  for (const plan::ServiceToRead& wanted : plan::services_to_read(context, options.extra)) {
    const model::Service& service = *context.match.services[wanted.index];
    if (++services > most_preflight_reads) {
      workspace.unread.push_back(
          {service.id, fmt::format("a plan reads those of {} services at most", most_preflight_reads)});
      continue;
    }
    read_variables(service, !wanted.required);
    if (wanted.files) read_secret_files(service, !wanted.files_required);
    for (const model::Group* group : context.groups_around(wanted.index)) {
      if (group->variables || groups.size() >= most_preflight_reads) continue;
      groups.emplace(static_cast<std::size_t>(group - workspace.groups.data()), service.id);
    }
  }
  for (const auto& [group, service] : groups) read_group(group, service);
}

void WorkspaceReader::State::read_environments(const std::set<EnvironmentId>& ids) {
  for (const EnvironmentId& id : ids) {
    const auto [environment, is_new] = workspace.environments.try_emplace(id);
    if (!is_new) continue;
    if (workspace.environments.size() > most_preflight_reads) {
      environment->second.unread = "too many requests";
      continue;
    }
    ask(api::get_environment(id), {.kind = Kind::environment,
                                   .doing = fmt::format("read environment {}", clean(id.text())),
                                   .optional = true,
                                   .environment = id});
  }
}

void WorkspaceReader::State::look_around(const plan::Match& matched) {
  read_environments(plan::environments_to_read(matched));
  auto ids = plan::services_to_look_up(matched, workspace);
  for (const std::string& word : plan::services_to_find(desired, matched)) {
    if (looks_like_service_id(word)) {
      ids.insert(ServiceId(word));
      continue;
    }
    ask(api::list_services_called(workspace.owner.id, word),
        {.kind = Kind::called, .doing = fmt::format("look up {}", clean(word)), .optional = true});
  }
  for (const ServiceId& id : ids) {
    ask(api::get_service(id), {.kind = Kind::unlisted,
                               .doing = fmt::format("look up {}", clean(id.text())),
                               .service = id,
                               .optional = true});
  }
}

void WorkspaceReader::State::read(const Purpose& purpose, const api::Response& response) {
  switch (purpose.kind) {
    case Kind::owners: {
      const auto next = [](const std::string& cursor) { return api::list_owners(cursor); };
      if (take_page(purpose, api::parse_owners(response), owners, next)) choose_workspace();
      return;
    }
    case Kind::services: {
      const auto next = [this](const std::string& c) {
        return api::list_services(workspace.owner.id, c, options.every_group);
      };
      const bool whole = take_page(purpose, api::parse_services(response), workspace.services, next);
      if (whole && --lists_open == 0) read_details();
      return;
    }
    case Kind::groups: {
      const auto next = [this](const std::string& c) { return api::list_groups(workspace.owner.id, c); };
      const bool whole = take_page(purpose, api::parse_groups(response), workspace.groups, next);
      if (whole && --lists_open == 0) read_details();
      return;
    }
    case Kind::group: {
      Result<model::Group> group = api::parse_group(response, fingerprinter(), options.digest);
      if (!group) return unreadable(purpose, group.error());
      workspace.groups[purpose.index] = std::move(*group);
      return detail_is_read();
    }
    case Kind::deploys: {
      Result<api::Page<model::Deploy>> page = api::parse_deploys(response);
      if (!page) return unreadable(purpose, page.error());
      workspace.deploys[purpose.service] = std::move(page->items);
      if (const auto date = api::date_of(response)) workspace.deploys_at[purpose.service] = *date;
      return detail_is_read();
    }
    case Kind::environment: {
      Result<model::Environment> environment = api::parse_environment(response);
      if (!environment) return unreadable(purpose, environment.error());
      workspace.environments[purpose.environment] = std::move(*environment);
      return;
    }
    case Kind::unlisted: {
      const Result<model::Service> service = api::parse_service(response);
      if (!service) return unreadable(purpose, service.error());
      workspace.unlisted[purpose.service] =
          service->preview ? model::Unlisted::preview : model::Unlisted::other;
      if (service->preview) workspace.services.push_back(*service);
      return;
    }
    case Kind::called: {
      const Result<api::Page<model::Service>> page = api::parse_services(response);
      if (!page) return unreadable(purpose, page.error());
      std::ranges::copy_if(page->items, std::back_inserter(workspace.services), &model::Service::preview);
      return;
    }
    case Kind::secret_files: {
      const auto next = [&](const std::string& c) {
        return api::list_service_secret_files(purpose.service, c);
      };
      take_page(purpose, api::parse_secret_files(response), workspace.service_secret_files[purpose.service],
                next);
      return;
    }
    case Kind::variables: {
      const auto next = [&](const std::string& c) { return api::list_service_variables(purpose.service, c); };
      take_page(purpose, api::parse_variables(response, fingerprinter(), options.digest),
                workspace.service_variables[purpose.service], next);
      return;
    }
  }
}

void WorkspaceReader::State::take(const Purpose& purpose, const api::Request& request,
                                  const api::Outcome& outcome) {
  const api::Response* answered = std::get_if<api::Response>(&outcome);
  if (purpose.kind == Kind::unlisted && answered != nullptr && answered->status == 404) {
    workspace.unlisted[purpose.service] = model::Unlisted::gone;
    return;
  }
  // A group that was deleted meanwhile, or is hidden from the key's owner, does not affect the others.
  const bool kept_from = answered != nullptr && (answered->status == 403 || answered->status == 404);
  if (options.every_group && purpose.kind == Kind::group && kept_from) {
    workspace.unread.push_back({.service = {},
                                .why = api::explain(request, outcome, purpose.doing).what,
                                .group = workspace.groups[purpose.index].id});
    return detail_is_read();
  }
  if (api::verdict_of(outcome) != api::Verdict::ok)
    return give_up(purpose, api::explain(request, outcome, purpose.doing));
  const api::Response& response = std::get<api::Response>(outcome);
  bytes += response.body.size();
  if (bytes > most_bytes) return stop(too_much(purpose.doing));
  if (const auto date = api::date_of(response)) {
    // Date has whole seconds.
    workspace.reading.from = std::min(workspace.reading.from.value_or(*date), *date);
    const Time until = *date + std::chrono::seconds(1);
    workspace.reading.until = std::max(workspace.reading.until.value_or(until), until);
  }
  read(purpose, response);
}

WorkspaceReader::WorkspaceReader(const model::Desired& desired, std::string workspace, Budget budget,
                                 ReadOptions options)
    : state_(std::make_unique<State>(desired, std::move(workspace), std::move(budget), std::move(options))) {}
WorkspaceReader::~WorkspaceReader() = default;

Step WorkspaceReader::step(Time now) {
  if (!state_->began) {
    state_->began = true;
    state_->ask(api::list_owners(), {Kind::owners, "list the workspaces of the key", 0, {}});
  }
  RequestScheduler::Batch batch = state_->scheduler.due(now);
  state_->counts.repeated = state_->scheduler.repeated();
  Step step;
  if (batch.notice) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(batch.notice->until - now);
    step.events.push_back({now, Waiting{static_cast<int>(left.count()), std::move(batch.notice->text)}});
  }
  step.calls = std::move(batch.calls);
  step.wake = batch.wake;
  return step;
}

void WorkspaceReader::receive(Time now, Reply reply) {
  std::optional<Delivery> delivery = state_->scheduler.receive(now, std::move(reply));
  if (!delivery) return;
  const auto found = state_->under_way.find(delivery->id);
  if (found == state_->under_way.end()) return;
  const Purpose purpose = std::move(found->second);
  state_->under_way.erase(found);
  if (state_->result) return;
  state_->take(purpose, delivery->request, delivery->outcome);
  state_->finish_if_done();
}

void WorkspaceReader::interrupt(Time) {
  state_->stop({.what = "interrupted while reading the workspace", .cure = "Nothing was changed."});
}
bool WorkspaceReader::finished() const {
  return state_->result.has_value();
}
const Result<model::Workspace>& WorkspaceReader::result() const {
  return *state_->result;
}
const ReadCounts& WorkspaceReader::requests() const {
  return state_->counts;
}
WorkspaceReader::Answered WorkspaceReader::answered() const {
  const std::size_t known = state_->counts.total() - state_->counts.repeated;
  return {known - state_->under_way.size(), known};
}
const Budget& WorkspaceReader::budget() const {
  return state_->scheduler.budget();
}
Budget* WorkspaceReader::limits() {
  return &state_->scheduler.budget();
}

}  // namespace envlink::engine
