#include "plan/history_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "json/reader.h"
#include "json/writer.h"

namespace envlink::model {

void fields(auto& visit, json::Like<Reading> auto& reading) {
  visit("from", reading.from);
  visit("until", reading.until);
}

}  // namespace envlink::model

namespace envlink::plan {
namespace {

constexpr int newest_version = 1;
constexpr json::Limits limits{.depth = 12, .any_bytes = true};

struct StoredGroup {
  GroupId group{};
  std::vector<History::GroupSeen> seen{};
};
struct StoredDeploys {
  ServiceId service{};
  std::vector<CarriedDeploy> deploys{};
};
struct StoredDraft {
  ServiceId service{};
  History::Draft draft{};
};
struct StoredValues {
  std::int64_t number = 0;
  Values values{};
};
struct Stored {
  int version = newest_version;
  std::string key{};
  std::vector<History::LinkSeen> links{};
  std::vector<StoredGroup> groups{};
  std::vector<StoredDeploys> deploys{};
  std::vector<StoredDraft> drafts{};
  std::vector<StoredValues> values{};
};

}  // namespace

void fields(auto& visit, json::Like<ValueSeen> auto& value) {
  visit("name", value.name);
  visit.if_any("digest", value.digest);
}

void fields(auto& visit, json::Like<CarriedGroup> auto& group) {
  visit("group", group.group);
  visit("values", group.values);
  visit("settled", group.settled);
  visit("adopted", group.adopted);
}

void fields(auto& visit, json::Like<CarriedDeploy> auto& deploy) {
  visit("deploy", deploy.deploy);
  visit("source", deploy.source);
  visit("run", deploy.run);
  visit("at", deploy.at);
  visit("ended", deploy.ended);
  visit("groups", deploy.groups);
}

void fields(auto& visit, json::Like<History::LinkSeen> auto& link) {
  visit("group", link.group);
  visit("service", link.service);
  visit("linked", link.linked);
  visit("first", link.first);
  visit("last", link.last);
  visit("absent", link.absent);
}

void fields(auto& visit, json::Like<History::GroupSeen> auto& seen) {
  visit("values", seen.values);
  visit("first", seen.first);
  visit("last", seen.last);
}

void fields(auto& visit, json::Like<History::Draft> auto& draft) {
  visit("run", draft.run);
  visit("groups", draft.groups);
}

namespace {

void fields(auto& visit, json::Like<StoredGroup> auto& group) {
  visit("group", group.group);
  visit("seen", group.seen);
}
void fields(auto& visit, json::Like<StoredDeploys> auto& service) {
  visit("service", service.service);
  visit("deploys", service.deploys);
}
void fields(auto& visit, json::Like<StoredDraft> auto& draft) {
  visit("service", draft.service);
  visit("draft", draft.draft);
}
void fields(auto& visit, json::Like<StoredValues> auto& values) {
  visit("number", values.number);
  visit("values", values.values);
}
void fields(auto& visit, json::Like<Stored> auto& stored) {
  visit("version", stored.version);
  // The fields of a later version are unknown.
  if (stored.version > newest_version) return;
  visit("key", stored.key);
  visit("links", stored.links);
  visit("groups", stored.groups);
  visit("deploys", stored.deploys);
  visit("drafts", stored.drafts);
  visit("values", stored.values);
}

Error unreadable(std::string why) {
  return {.what = "The record of earlier runs and readings cannot be read", .why = std::move(why)};
}

/// Every number refers to existing values, and no list of a group is empty.
bool holds_together(const History::State& state) {
  const auto known = [&](std::int64_t number) { return number == 0 || state.values.contains(number); };
  for (const auto& [group, seen] : state.groups) {
    if (seen.empty()) return false;
    for (const auto& one : seen) {
      if (!known(one.values)) return false;
    }
  }
  const auto all_known = [&](const std::vector<CarriedGroup>& groups) {
    return std::ranges::all_of(groups, known, &CarriedGroup::values);
  };
  for (const auto& [service, deploys] : state.deploys) {
    for (const CarriedDeploy& deploy : deploys) {
      if (!all_known(deploy.groups)) return false;
    }
  }
  return std::ranges::all_of(state.drafts, [&](const auto& one) { return all_known(one.second.groups); });
}

}  // namespace

std::string to_json(const History& history) {
  const History::State& state = history.state();
  Stored stored{.key = state.key};
  for (const auto& [key, link] : state.links) stored.links.push_back(link);
  for (const auto& [group, seen] : state.groups) stored.groups.push_back({group, seen});
  for (const auto& [service, deploys] : state.deploys) stored.deploys.push_back({service, deploys});
  for (const auto& [service, draft] : state.drafts) stored.drafts.push_back({service, draft});
  for (const auto& [number, values] : state.values) stored.values.push_back({number, values});
  return json::to_text([&](json::Writer& out) { fields(out, stored); });
}

Result<History> history_from_json(std::string_view text) {
  if (text.empty()) return History();
  json::Document document;
  const auto root = document.read(text, limits);
  if (!root) return fail(unreadable(root.error().text()));
  auto stored = json::read<Stored>(**root, **root);
  if (!stored) return fail(unreadable(stored.error().text()));
  if (stored->version > newest_version) {
    Error error = unreadable(fmt::format("a newer envlink wrote it, as version {}", stored->version));
    error.kind = ErrorKind::too_new;
    return fail(std::move(error));
  }
  History::State state{.key = std::move(stored->key)};
  for (auto& link : stored->links) state.links.emplace(std::pair(link.service, link.group), link);
  for (auto& group : stored->groups) state.groups.emplace(group.group, std::move(group.seen));
  for (auto& one : stored->deploys) state.deploys.emplace(one.service, std::move(one.deploys));
  for (auto& one : stored->drafts) state.drafts.emplace(one.service, std::move(one.draft));
  for (auto& one : stored->values) state.values.emplace(one.number, std::move(one.values));
  if (!holds_together(state)) return fail(unreadable("it refers to values that it does not contain"));
  return History(std::move(state));
}

}  // namespace envlink::plan
