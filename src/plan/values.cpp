#include "plan/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/text.h"
#include "plan/match.h"
#include "plan/waves.h"

namespace envlink::plan {
namespace {

std::string hex_of(const std::optional<model::ValueDigest>& digest) {
  return digest ? digest->hex() : std::string();
}

void put(model::Group& group, const model::Variable& given) {
  if (!model::is_file_key(given.key)) {
    const auto place = std::ranges::find(*group.variables, given.key, &model::Variable::key);
    if (place == group.variables->end()) {
      group.variables->push_back(given);
    } else {
      *place = given;
    }
    return;
  }
  const std::string name(model::name_of(given.key));
  if (!group.holds(given.key)) group.secret_files.push_back(name);
  group.secret_file_digests.erase(name);
  if (given.digest) group.secret_file_digests.emplace(name, *given.digest);
}

void take_away(model::Group& group, const std::string& key) {
  std::erase_if(*group.variables, [&](const model::Variable& one) { return one.key == key; });
  if (!model::is_file_key(key)) return;
  const std::string name(model::name_of(key));
  std::erase(group.secret_files, name);
  group.secret_file_digests.erase(name);
}

}  // namespace

std::vector<std::string> unnamed_variables(const model::Group& group, const std::vector<std::string>& named) {
  std::vector<std::string> keys;
  if (group.variables) keys = model::keys_of(*group.variables);
  std::erase_if(keys, [&](const std::string& key) { return std::ranges::find(named, key) != named.end(); });
  return keys;
}

std::vector<GroupValues> resolve_values(const std::vector<GroupValues>& asked, const Match& match,
                                        const model::Workspace& actual) {
  std::vector<GroupValues> resolved;
  for (GroupValues values : asked) {
    const model::Group* group =
        values.group.empty() ? match.group_named(values.in_file) : actual.find_group(values.group);
    if (group == nullptr) continue;
    values.group = group->id;
    if (values.prune)
      std::ranges::move(unnamed_variables(*group, model::keys_of(values.given)),
                        std::back_inserter(values.removed));
    resolved.push_back(std::move(values));
  }
  return resolved;
}

ComparedValues compare_values(const std::vector<GroupValues>& asked, const model::Workspace& actual) {
  ComparedValues compared;
  for (const GroupValues& wanted : asked) {
    const model::Group* group = actual.find_group(wanted.group);
    if (group == nullptr || !group->variables) continue;
    const auto change = [&](ValueAction action, const std::string& key, std::string after) {
      return ValueChange{.action = action,
                         .group = group->id,
                         .group_name = group->label(),
                         .key = key,
                         .exists = group->holds(key),
                         .before = hex_of(group->digest_of(key)),
                         .after = std::move(after)};
    };
    for (const model::Variable& given : wanted.given) {
      const auto now = group->digest_of(given.key);
      if (now && given.digest && *now == *given.digest) {
        compared.unchanged[group->id].push_back(given.key);
      } else {
        compared.changes.push_back(change(ValueAction::set, given.key, hex_of(given.digest)));
      }
    }
    for (const std::string& key : wanted.removed) {
      if (group->holds(key)) compared.changes.push_back(change(ValueAction::unset, key, {}));
    }
  }
  return compared;
}

model::Workspace with_values(model::Workspace actual, const std::vector<GroupValues>& asked) {
  for (const GroupValues& wanted : asked) {
    const auto group = std::ranges::find(actual.groups, wanted.group, &model::Group::id);
    if (group == actual.groups.end() || !group->variables) continue;
    for (const model::Variable& given : wanted.given) put(*group, given);
    for (const std::string& key : wanted.removed) take_away(*group, key);
  }
  return actual;
}

bool consumes(const Context& context, const std::vector<ValueChange>& changes, std::size_t service) {
  return !values_clause(context, changes, service).empty();
}

std::string values_clause(const Context& context, const std::vector<ValueChange>& changes,
                          std::size_t service) {
  std::vector<std::string> parts;
  for (const model::Group* group : context.links.of(context.match.services[service]->id)) {
    std::vector<std::string> keys;
    for (const ValueChange& change : changes) {
      if (change.group == group->id) keys.push_back(clean(model::name_of(change.key)));
    }
    if (keys.empty()) continue;
    const std::string what = keys.size() > 3 ? count_of(keys.size(), "value") : join_and(keys);
    parts.push_back(fmt::format("{} of {}", what, clean(group->label())));
  }
  return parts.empty() ? std::string() : join_and(parts) + " changed";
}

model::Desired consumers_of(const model::Desired& file, const model::Group& group,
                            const model::Workspace& actual, const std::vector<std::string>& changed) {
  const Match match = plan::match(file, actual);
  const std::size_t count = file.services.size();
  std::vector<bool> linked(count);
  std::set<ServiceId> named;
  for (std::size_t i = 0; i < count; ++i) {
    linked[i] = match.services[i] != nullptr && group.links_to(match.services[i]->id);
    if (linked[i]) named.insert(match.services[i]->id);
  }
  const auto behind = effective_dependencies(order_of(file), linked);

  model::Desired desired = file;
  desired.unmanaged = model::Unmanaged::keep;
  desired.services.clear();
  // By ids, which are unambiguous.
  model::DesiredGroup wanted;
  const auto in_file = std::ranges::find_if(
      match.groups, [&](const model::Group* one) { return one != nullptr && one->id == group.id; });
  if (in_file != match.groups.end())
    wanted = file.groups[static_cast<std::size_t>(in_file - match.groups.begin())];
  wanted.name.text = group.id.text();
  wanted.id.reset();
  desired.groups = {wanted};
  std::set<GroupId> other_groups;
  const auto add = [&](model::DesiredService service, const ServiceId& id) {
    service.name.text = id.text();
    service.id.reset();
    service.link = {{group.id.text(), service.name.place}};
    std::erase_if(service.require, [&](const model::Requirement& one) {
      return std::ranges::find(changed, one.key.text) == changed.end();
    });
    for (const model::Group& other : actual.groups) {
      if (service.require.empty() || other.id == group.id || !other.links_to(id)) continue;
      service.link.push_back({other.id.text(), service.name.place});
      if (!other_groups.insert(other.id).second) continue;
      model::DesiredGroup also;
      also.name.text = other.id.text();
      desired.groups.push_back(std::move(also));
    }
    desired.services.push_back(std::move(service));
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (!linked[i]) continue;
    model::DesiredService service = file.services[i];
    service.after.clear();
    for (const std::size_t before : behind[i])
      service.after.push_back({match.services[before]->id.text(), {}});
    add(std::move(service), match.services[i]->id);
  }
  for (const ServiceId& id : group.links) {
    if (!named.contains(id) && actual.find_service(id) != nullptr) add({}, id);
  }
  return desired;
}

std::optional<model::Desired> still_consumers(model::Desired consumers, const model::Workspace& actual) {
  const model::Group* group = actual.find_group(GroupId(consumers.groups.front().name.text));
  if (group == nullptr) return consumers;
  std::set<std::string> gone;
  std::set<std::string> named;
  for (const model::DesiredService& service : consumers.services) {
    named.insert(service.name.text);
    if (!group->links_to(ServiceId(service.name.text))) gone.insert(service.name.text);
  }
  const bool others = std::ranges::any_of(group->links, [&](const ServiceId& id) {
    const model::Service* service = actual.find_service(id);
    return !named.contains(id.text()) && service != nullptr && !service->preview;
  });
  if (others) return std::nullopt;
  std::erase_if(consumers.services, [&](const auto& service) { return gone.contains(service.name.text); });
  for (model::DesiredService& service : consumers.services)
    std::erase_if(service.after, [&](const SourceString& before) { return gone.contains(before.text); });
  return consumers;
}

}  // namespace envlink::plan
