#include "engine/log_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/replies.h"
#include "base/text.h"
#include "model/service.h"

namespace envlink::engine {
namespace {

// A request each. With more than two pages of groups that takes longer than anybody waits.
constexpr std::size_t most_groups_masked = 200;
constexpr std::size_t most_pages_masked = 10;  // of a list
// After the end of a deploy its last lines may still come.
constexpr Duration log_runs_on = std::chrono::seconds(5);

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

/// What `parse` makes of a success; an error without words for anything else.
template <class T>
Result<T> read_as(const Delivery& delivery, auto parse) {
  const api::Response* response = success(delivery.outcome);
  return response != nullptr ? parse(*response) : Result<T>(fail({}));
}

}  // namespace

std::optional<Time> printed_all_by(const model::Deploy& deploy) {
  const model::DeployClass outcome = class_of(deploy.status);
  const bool ended = outcome == model::DeployClass::failed || outcome == model::DeployClass::canceled;
  if (!ended || !deploy.finished) return std::nullopt;
  return *deploy.finished + log_runs_on;
}

std::optional<Time> printed_all_by(const model::Deploy& deploy,
                                   const std::vector<model::Deploy>& newest_first) {
  if (const auto ended = printed_all_by(deploy)) return ended;
  const auto listed = std::ranges::find(newest_first, deploy.id, &model::Deploy::id);
  if (listed == newest_first.begin()) return std::nullopt;
  // An older one than are listed: what replaced it is not known, so its build and its start.
  const auto next = listed == newest_first.end() ? std::nullopt : model::began(*(listed - 1));
  if (!deploy.finished) return next;
  return std::max(next.value_or(*deploy.finished), *deploy.finished + log_runs_on);
}

std::string why_unread(const Delivery& delivery, std::string_view what, const Error& unread) {
  if (success(delivery.outcome) != nullptr) return fmt::format("could not read {}: {}", what, unread.why);
  return api::explain(delivery.request, delivery.outcome, fmt::format("read {}", what)).what;
}

LogReading::LogReading(LogOf log, KnownBefore before, api::Redactor redactor)
    : log_(std::move(log)), before_(std::move(before)), redactor_(std::move(redactor)) {}

void LogReading::begin(const Ask& ask) {
  stage_ = Stage::learning;
  // Every group: an instance that still runs, or an earlier deploy, may print what it was given before a link
  // was removed, and nothing tells which groups were linked once.
  ask_for(Part::groups, api::list_groups(log_.workspace), ask);
  ask_for(Part::variables, api::list_service_variables(log_.service), ask);
  ask_for(Part::secret_files, api::list_service_secret_files(log_.service), ask);
}

void LogReading::refuse(std::string why) {
  unmasked_ = std::move(why);
  stage_ = Stage::finished;
}

void LogReading::ask_for(Part part, api::Request request, const Ask& ask) {
  open_.emplace(ask(std::move(request)), part);
}

void LogReading::read_log(const Ask& ask) {
  stage_ = Stage::reading;
  again_at_.reset();
  ask_for(Part::log, api::list_logs(log_.workspace, log_.service, log_of(log_.deploy), log_.from, log_.until),
          ask);
}

std::optional<model::Group> LogReading::receive(Time now, const Delivery& delivery, const Ask& ask) {
  const auto answered = open_.extract(delivery.id);
  if (answered.empty() || finished()) return std::nullopt;
  std::optional<model::Group> group;
  switch (const Part part = answered.mapped(); part) {
    case Part::groups:
      take_groups(delivery, ask);
      break;
    case Part::group:
      group = take_group(delivery);
      break;
    case Part::variables:
    case Part::secret_files:
      take_own(part, delivery, ask);
      break;
    case Part::log:
      take_log(now, delivery);
      break;
  }
  advance(ask);
  return group;
}

void LogReading::advance(const Ask& ask) {
  if (!open_.empty() || again_at_) return;
  if (stage_ == Stage::learning) {
    if (unmasked_.empty()) unmasked_ = not_masked();
    stage_ = unmasked_.empty() ? Stage::learnt : Stage::finished;
    all_known_ = learnt();
  } else if (stage_ == Stage::reading) {
    // Was a group linked meanwhile?
    stage_ = Stage::checking;
    lists_.erase(Part::groups);
    ask_for(Part::groups, api::list_groups(log_.workspace), ask);
  } else if (stage_ == Stage::checking) {
    stage_ = Stage::finished;
  }
  if (finished() && !unmasked_.empty()) lines_.clear();
}

void LogReading::take_groups(const Delivery& delivery, const Ask& ask) {
  const auto page = read_as<api::Page<model::Group>>(delivery, api::parse_groups);
  if (!page) {
    unmasked_ = why_unread(delivery, "the groups", page.error());
    return;
  }
  Listing& list = lists_[Part::groups];
  for (const model::Group& group : page->items) {
    list.add(group.id.text());
    // Nobody read what it held before.
    if (group.links_to(log_.service) && !before_.groups.contains(group.id))
      unmasked_ = fmt::format("{} was linked to it meanwhile", clean(group.name));
    if (!to_mask_.insert(group.id).second || stage_ == Stage::checking) continue;
    ask_for(Part::group, api::get_group(group.id), ask);
  }
  if (list.ends_with(*page)) return;
  if (to_mask_.size() >= most_groups_masked) {
    unmasked_ = "the workspace has more groups than envlink reads for masking";
  } else if (list.pages() >= most_pages_masked || !list.trouble_with(page->cursor).empty()) {
    unmasked_ = "the list of groups has no end";
  } else {
    ask_for(Part::groups, api::list_groups(log_.workspace, page->cursor), ask);
  }
}

std::optional<model::Group> LogReading::take_group(const Delivery& delivery) {
  const auto shown = read_as<std::size_t>(
      delivery, [&](const api::Response& response) { return redactor_.learn_group(response); });
  auto group = shown ? read_as<model::Group>(delivery,
                                             [&](const api::Response& response) {
                                               return api::parse_group(response, nullptr, before_.digest);
                                             })
                     : Result<model::Group>(fail(shown.error()));
  if (!group) {
    unmasked_ = why_unread(delivery, "the values of a group", group.error());
    return std::nullopt;
  }
  for (std::string why : {changed_in(*group), hidden_in(*group, *shown)})
    if (!why.empty()) unmasked_ = std::move(why);
  return std::move(*group);
}

/// A page of the service's own secret files, by their names.
Result<api::Page<std::string>> LogReading::learn_files(const api::Response& response) {
  if (auto learnt = redactor_.learn_secret_files(response); !learnt) return fail(learnt.error());
  auto page = api::parse_secret_files(response);
  if (page) {
    for (const std::string& name : page->items) lists_[Part::secret_files].add(name);
  }
  return page;
}

/// A page of the service's own variables, by their keys.
Result<api::Page<std::string>> LogReading::learn_variables(const api::Response& response) {
  if (auto learnt = redactor_.learn_variables(response); !learnt) return fail(learnt.error());
  const auto page = api::parse_variables(response, nullptr, before_.digest);
  if (!page) return fail(page.error());
  api::Page<std::string> keys{{}, page->cursor, page->length};
  for (const model::Variable& variable : page->items) {
    if (lists_[Part::variables].add(variable.key)) own_.push_back(variable);
    keys.items.push_back(variable.key);
  }
  return keys;
}

void LogReading::take_own(Part part, const Delivery& delivery, const Ask& ask) {
  const bool files = part == Part::secret_files;
  const auto page = read_as<api::Page<std::string>>(delivery, [&](const api::Response& response) {
    return files ? learn_files(response) : learn_variables(response);
  });
  if (!page) {
    unmasked_ = why_unread(delivery, files ? "its secret files" : "its own variables", page.error());
    return;
  }
  Listing& list = lists_[part];
  if (list.ends_with(*page)) return;
  if (list.pages() >= most_pages_masked || !list.trouble_with(page->cursor).empty()) {
    unmasked_ =
        fmt::format("it has more {} than envlink reads for masking", files ? "secret files" : "variables");
    return;
  }
  ask_for(part,
          files ? api::list_service_secret_files(log_.service, page->cursor)
                : api::list_service_variables(log_.service, page->cursor),
          ask);
}

void LogReading::take_log(Time now, const Delivery& delivery) {
  auto read = read_as<std::vector<std::string>>(delivery, [&](const api::Response& response) {
    return api::parse_log_tail(response, redactor_, log_.most_lines);
  });
  if (!read) {
    trouble_ = why_unread(delivery, "its log", read.error());
    return;
  }
  lines_ = std::move(*read);
  if (lines_.empty() && --log_.tries > 0) again_at_ = now + read_again_after;
}

/// Why what the deploy began with may be other values than those that were read for masking; "": nothing says
/// so.
std::string LogReading::changed_in(const model::Group& group) const {
  if (!before_.groups.contains(group.id)) return {};
  const auto before = before_.values.find(group.id);
  if (!before_.digest || before == before_.values.end() || !group.variables ||
      before->second == plan::values_of(group)) {
    return {};
  }
  return fmt::format("values of {} changed after they were read", clean(group.name));
}

/// The same of what is known once everything was read.
std::string LogReading::not_masked() const {
  for (const auto& [id, name] : before_.groups)
    if (!to_mask_.contains(id)) return fmt::format("{} no longer exists", clean(name));
  if (!before_.digest || !before_.own || *before_.own == plan::values_of(own_)) return {};
  return "its own variables changed after they were read";
}

/// Why a group that shows no value may hold some that the key's owner may not see; "": it holds none, or none
/// that matters here.
std::string LogReading::hidden_in(const model::Group& group, std::size_t shown) const {
  if (shown > 0) return {};
  if (!before_.not_empty.contains(group.id) && !group.links_to(log_.service)) return {};
  return fmt::format("{} shows no value: it is empty, or Render hides its values from the owner of this key",
                     clean(group.name));
}

void LogReading::give_up(const std::string& why) {
  if (finished()) return;
  if (trouble_.empty()) trouble_ = why;
  stage_ = Stage::finished;
  lines_.clear();  // a group may have been linked meanwhile
}

std::string LogReading::why_no_lines() const {
  if (!unmasked_.empty()) return fmt::format("{}, so values in it could not be masked", unmasked_);
  return trouble_.empty() ? "Render has no lines of that time" : trouble_;
}

std::vector<std::string> LogReading::masked(std::string_view text) const {
  return all_known_ && unmasked_.empty() ? api::log_lines_of(text, redactor_) : std::vector<std::string>();
}

std::string where_log_is(const std::string& dashboard_url, std::string_view service_name) {
  const std::string page = model::log_page(dashboard_url);
  return page.empty() ? fmt::format("https://dashboard.render.com/ → {} → Logs", clean(service_name)) : page;
}

}  // namespace envlink::engine
