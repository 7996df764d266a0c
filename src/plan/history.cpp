#include "plan/history.h"

#include <algorithm>
#include <set>

namespace envlink::plan {
namespace {

constexpr std::size_t most_seen = 20;     // changes of one group's values
constexpr std::size_t most_deploys = 20;  // of one service, besides the running one

/// Replaces the digest of a value that Render hides from the key's owner. Such values are never compared.
constexpr std::string_view hidden = "hidden";

/// The reading may still show the state before `first`, which first showed the link's current state.
bool may_lag_behind(const model::Reading& reading, const model::Reading& first) {
  return reading.from && first.until && *reading.from < *first.until + model::link_lag;
}

/// The reading shows the links as they were after `time`, despite lag.
bool shows_links_after(const model::Reading& reading, Time time) {
  return reading.after(time + model::link_lag);
}

/// Without a digest key there is nothing to compare.
bool has_digests(const model::Workspace& workspace, const model::Group& group) {
  return !workspace.digest_key.empty() && group.variables.has_value();
}

/// Visits each name once with its entries in `a` and `b`; nullptr: no entry.
void walk(const Values& a, const Values& b, auto visit) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    const bool in_a = left != a.end() && (right == b.end() || left->name <= right->name);
    const bool in_b = right != b.end() && (left == a.end() || right->name <= left->name);
    visit(in_a ? &*left : nullptr, in_b ? &*right : nullptr);
    if (in_a) ++left;
    if (in_b) ++right;
  }
}

/// What two readings agree on. A name with different values keeps no digest.
Values agreed(const Values& before, const Values& after) {
  Values both;
  walk(before, after, [&](const ValueSeen* a, const ValueSeen* b) {
    const bool same = a != nullptr && b != nullptr && a->digest == b->digest;
    both.push_back({a != nullptr ? a->name : b->name, same ? a->digest : std::string()});
  });
  return both;
}

/// The values of the last reading; 0: not known.
std::int64_t newest_values(const History::State& state, const GroupId& group) {
  const auto seen = state.groups.find(group);
  return seen == state.groups.end() ? 0 : seen->second.back().values;
}

/// Visits the groups of known deploys, and of deploys that runs will request. `state`: const or not.
void each_carried(auto& state, auto visit) {
  for (auto& [service, deploys] : state.deploys) {
    for (auto& deploy : deploys) std::ranges::for_each(deploy.groups, visit);
  }
  for (auto& [service, draft] : state.drafts) std::ranges::for_each(draft.groups, visit);
}

void each_link(const History::State& state, const ServiceId& service, auto visit) {
  auto link = state.links.lower_bound({service, GroupId()});
  for (; link != state.links.end() && link->first.first == service; ++link) visit(link->second);
}

/// nullptr: neither a reading nor a run mentioned the link.
const History::LinkSeen* find_link(const History::State& state, const ServiceId& service,
                                   const GroupId& group) {
  const auto link = state.links.find({service, group});
  return link == state.links.end() ? nullptr : &link->second;
}

/// nullptr: nothing is known about the deploy. `state`: const or not.
auto* find_deploy(auto& state, const ServiceId& service, const DeployId& deploy) {
  const auto known = state.deploys.find(service);
  if (known == state.deploys.end()) return static_cast<decltype(known->second.data())>(nullptr);
  const auto place = std::ranges::find(known->second, deploy, &CarriedDeploy::deploy);
  return place == known->second.end() ? nullptr : &*place;
}

}  // namespace

Values values_of(const std::vector<model::Variable>& variables) {
  Values values;
  for (const model::Variable& variable : variables)
    values.push_back({variable.key, variable.digest ? variable.digest->hex() : std::string(hidden)});
  std::ranges::sort(values, {}, &ValueSeen::name);
  return values;
}

Values values_of(const model::Group& group) {
  Values values = values_of(*group.variables);
  for (const std::string& name : group.secret_files) {
    const auto digest = group.secret_file_digests.find(name);
    const bool told = digest != group.secret_file_digests.end();
    values.push_back({model::file_key(name), told ? digest->second.hex() : std::string(hidden)});
  }
  std::ranges::sort(values, {}, &ValueSeen::name);
  return values;
}

const CarriedGroup* CarriedDeploy::find(const GroupId& group) const {
  const auto found = std::ranges::find(groups, group, &CarriedGroup::group);
  return found == groups.end() ? nullptr : &*found;
}

std::int64_t History::keep(Values values) {
  for (const auto& [number, known] : state_.values) {
    if (known == values) return number;
  }
  const std::int64_t number = state_.values.empty() ? 1 : state_.values.rbegin()->first + 1;
  state_.values.emplace(number, std::move(values));
  return number;
}

std::int64_t History::merged(std::int64_t before, std::int64_t after) {
  if (before == 0 || after == 0) return 0;
  if (before == after) return before;
  return keep(agreed(state_.values.at(before), state_.values.at(after)));
}

void History::drop_unused_values() {
  std::set<std::int64_t> used;
  for (const auto& [group, seen] : state_.groups) {
    for (const GroupSeen& one : seen) used.insert(one.values);
  }
  each_carried(state_, [&](const CarriedGroup& group) { used.insert(group.values); });
  std::erase_if(state_.values, [&](const auto& one) { return !used.contains(one.first); });
}

/// Called when a link disappeared that readings after the deploy had shown, the last one at `last_shown`.
/// If they may have lagged, the link may have been removed before the deploy, so the deploy no longer
/// counts as having it.
void History::doubt_settled(const model::Workspace& workspace, const ServiceId& service,
                            CarriedDeploy& carried, const GroupId& group, const model::Reading& last_shown) {
  const auto& deploys = workspace.deploys_of(service);
  const auto deploy = std::ranges::find(deploys, carried.deploy, &model::Deploy::id);
  if (deploy == deploys.end()) return;
  const std::optional<Time> read_by = model::environment_read_by(*deploy);
  if (read_by && shows_links_after(last_shown, *read_by)) return;
  std::erase_if(carried.groups, [&](const CarriedGroup& one) { return one.group == group && !one.adopted; });
}

void History::read_group(const model::Workspace& workspace, const model::Group& group,
                         const model::Reading& when) {
  const bool timed = when.from && when.until;
  std::vector<GroupSeen>& seen = state_.groups[group.id];
  const std::optional<model::Reading> last_read =
      seen.empty() ? std::nullopt : std::optional(seen.back().last);
  std::map<ServiceId, model::Reading> gone;  // with the last reading that showed the link
  for (auto& [key, link] : state_.links) {
    if (link.group != group.id || group.links_to(link.service)) continue;
    if (link.linked) {
      if (may_lag_behind(when, link.first)) continue;
      gone.emplace(link.service, link.last);
      link = LinkSeen{group.id, link.service, false, when, when, std::nullopt};
    } else if (timed) {
      link.last = when;
    }
  }
  for (const ServiceId& service : group.links) {
    const auto [place, is_new] = state_.links.try_emplace({service, group.id});
    LinkSeen& link = place->second;
    if (!is_new && !link.linked && may_lag_behind(when, link.first)) continue;
    if (is_new || !link.linked) {
      link = LinkSeen{group.id, service, true, when, when, is_new ? last_read : std::optional(link.last)};
    } else if (timed) {
      link.last = when;
    }
  }
  const std::int64_t values = has_digests(workspace, group) ? keep(values_of(group)) : 0;
  // A deploy has what all readings agree on, from the last one before it to the first one after it has read
  // its environment.
  const auto take_in = [&](const ServiceId& service, std::vector<CarriedGroup>& groups, bool ended) {
    const auto carried = std::ranges::find(groups, group.id, &CarriedGroup::group);
    if (carried == groups.end() || carried->settled) return;
    if (gone.contains(service)) {
      groups.erase(carried);
      return;
    }
    carried->values = merged(carried->values, values);
    if (group.links_to(service)) carried->settled = ended;
  };
  for (auto& [service, deploys] : state_.deploys) {
    for (CarriedDeploy& deploy : deploys) {
      if (const auto link = gone.find(service); link != gone.end())
        doubt_settled(workspace, service, deploy, group.id, link->second);
      take_in(service, deploy.groups, deploy.ended);
    }
  }
  for (auto& [service, draft] : state_.drafts) take_in(service, draft.groups, false);
  if (!seen.empty() && seen.back().values == values) {
    if (timed) seen.back().last = when;
    return;
  }
  seen.push_back({values, when, when});
  if (seen.size() > most_seen) seen.erase(seen.begin());
}

std::vector<CarriedGroup> History::linked_groups(const ServiceId& service) const {
  std::vector<CarriedGroup> groups;
  each_link(state_, service, [&](const LinkSeen& seen) {
    if (seen.linked) groups.push_back({seen.group, newest_values(state_, seen.group), false});
  });
  return groups;
}

/// Derives what a deploy has from readings and Render's times alone.
std::optional<CarriedDeploy> History::derived(const ServiceId& service, const model::Deploy& deploy) {
  const std::optional<Time> began = model::began(deploy);
  const std::optional<Time> read_by = model::environment_read_by(deploy);
  if (!began || !read_by) return std::nullopt;
  CarriedDeploy carried{deploy.id, EvidenceSource::reading, 0, *began, true, {}};
  each_link(state_, service, [&](const LinkSeen& seen) {
    if (!seen.linked || !seen.first.before(*began) || !shows_links_after(seen.last, *read_by)) return;
    CarriedGroup group{seen.group, 0, true};
    const std::vector<GroupSeen>& all = state_.groups[seen.group];
    const auto before = std::find_if(all.rbegin(), all.rend(),
                                     [&](const GroupSeen& one) { return one.first.before(*began); });
    const auto after =
        std::ranges::find_if(all, [&](const GroupSeen& one) { return one.last.after(*read_by); });
    if (before != all.rend() && after != all.end()) {
      group.values = before->values;
      for (auto one = before.base(); one <= after && one != all.end(); ++one)
        group.values = merged(group.values, one->values);
    }
    carried.groups.push_back(group);
  });
  if (carried.groups.empty()) return std::nullopt;
  return carried;
}

void History::mark_ended(const model::Workspace& workspace, const ServiceId& service) {
  for (const model::Deploy& deploy : workspace.deploys_of(service)) {
    const std::optional<Time> read_by = model::environment_read_by(deploy);
    if (model::is_running(deploy.status) || !read_by || !workspace.reading.after(*read_by)) continue;
    if (CarriedDeploy* known = find_deploy(state_, service, deploy.id)) known->ended = true;
  }
}

void History::read_deploys(const model::Workspace& workspace, const ServiceId& service) {
  std::vector<CarriedDeploy>& known = state_.deploys[service];
  for (const model::Deploy& deploy : workspace.deploys_of(service)) {
    const auto meaning = model::class_of(deploy.status);
    if (meaning != model::DeployClass::live) continue;
    if (std::ranges::find(known, deploy.id, &CarriedDeploy::deploy) != known.end()) continue;
    if (auto carried = derived(service, deploy)) known.push_back(std::move(*carried));
  }
  const model::Deploy* live = model::live_of(workspace.deploys_of(service));
  while (known.size() > most_deploys) {
    const auto oldest = std::ranges::find_if(
        known, [&](const CarriedDeploy& one) { return live == nullptr || one.deploy != live->id; });
    known.erase(oldest);
  }
  if (known.empty()) state_.deploys.erase(service);
}

void History::read(const model::Workspace& workspace) {
  if (!workspace.digest_key.empty() && workspace.digest_key != state_.key) {
    // The digest key changed, so older digests cannot be compared.
    state_.key = workspace.digest_key;
    for (auto& [group, seen] : state_.groups) {
      for (GroupSeen& one : seen) one.values = 0;
    }
    each_carried(state_, [](CarriedGroup& group) { group.values = 0; });
  }
  for (const auto& [service, deploys] : workspace.deploys) mark_ended(workspace, service);
  for (const model::Group& group : workspace.groups) {
    if (group.variables) read_group(workspace, group, workspace.reading);
  }
  for (const auto& [service, deploys] : workspace.deploys) read_deploys(workspace, service);
  drop_unused_values();
}

void History::adopt(const model::Workspace& workspace) {
  read(workspace);
  for (const auto& [service, deploys] : workspace.deploys) {
    const model::Deploy* live = model::live_of(deploys);
    if (live == nullptr) continue;
    CarriedDeploy carried{live->id, EvidenceSource::adopted, 0, workspace.reading.from.value_or(Time{}),
                          true,     linked_groups(service)};
    // Leave out links that are known to be newer than the deploy.
    std::erase_if(carried.groups,
                  [&](const CarriedGroup& group) { return newer_link(service, group.group, *live); });
    // Leave out links that this reading does not show, even if a lagging replica may be the reason.
    std::erase_if(carried.groups, [&](const CarriedGroup& group) {
      const model::Group* read = workspace.find_group(group.group);
      return read == nullptr || !read->links_to(service);
    });
    for (CarriedGroup& group : carried.groups) {
      group.settled = true;
      group.adopted = carried.at;
    }
    std::vector<CarriedDeploy>& known = state_.deploys[service];
    const auto place = std::ranges::find(known, live->id, &CarriedDeploy::deploy);
    if (place == known.end()) {
      known.push_back(std::move(carried));
      continue;
    }
    // Proof outweighs adoption.
    for (const CarriedGroup& group : carried.groups) {
      if (place->find(group.group) == nullptr) place->groups.push_back(group);
    }
  }
}

/// The link exists, but a reading after the deploy had read its environment did not show it.
bool History::newer_link(const ServiceId& service, const GroupId& group, const model::Deploy& than) const {
  const std::optional<Time> read_by = model::environment_read_by(than);
  const LinkSeen* link = find_link(state_, service, group);
  return read_by && link != nullptr && link->linked && link->absent &&
         shows_links_after(*link->absent, *read_by);
}

void History::change_begins(std::int64_t run, const ServiceId& service) {
  const auto [draft, is_new] = state_.drafts.try_emplace(service, Draft{run, {}});
  if (!is_new && draft->second.run == run) return;
  draft->second = Draft{run, linked_groups(service)};
}

void History::link_changed(LinkAction action, const GroupId& group, const ServiceId& service,
                           std::optional<Time> server_time) {
  const model::Reading when = model::Reading::dated(server_time);
  LinkSeen& link = state_.links[{service, group}];
  const bool linked = action == LinkAction::add;
  if (link.group.empty() || link.linked != linked) {
    link = LinkSeen{group, service, linked,
                    when,  when,    linked && !link.group.empty() ? std::optional(link.last) : std::nullopt};
    if (linked && !link.absent) {
      if (const auto seen = state_.groups.find(group); seen != state_.groups.end())
        link.absent = seen->second.back().last;
    }
  }
  // Deploys that have not read their environment yet may do so without the link.
  const auto deploys = state_.deploys.find(service);
  if (deploys != state_.deploys.end() && !linked) {
    for (CarriedDeploy& deploy : deploys->second) {
      if (deploy.ended) continue;
      std::erase_if(deploy.groups, [&](const CarriedGroup& one) { return one.group == group; });
    }
  }
  const auto draft = state_.drafts.find(service);
  if (draft == state_.drafts.end()) return;
  std::vector<CarriedGroup>& drafted = draft->second.groups;
  if (!linked) {
    std::erase_if(drafted, [&](const CarriedGroup& one) { return one.group == group; });
    return;
  }
  // A resumed run reads its links back again, but what it deployed before has the older values.
  if (std::ranges::find(drafted, group, &CarriedGroup::group) != drafted.end()) return;
  drafted.push_back({group, newest_values(state_, group), false});
}

void History::group_made(const GroupId& group, std::optional<Time> server_time) {
  const model::Reading when = model::Reading::dated(server_time);
  state_.groups[group] = {GroupSeen{keep({}), when, when}};
}

void History::value_changed(const GroupId& group, std::string_view name, const std::string& digest,
                            std::string_view digest_key, std::optional<Time> server_time) {
  const auto known = state_.groups.find(group);
  if (known == state_.groups.end()) return;
  std::vector<GroupSeen>& seen = known->second;
  const GroupSeen before = seen.back();
  std::int64_t now = 0;
  if (before.values != 0 && digest_key == state_.key) {
    Values values = state_.values.at(before.values);
    std::erase_if(values, [&](const ValueSeen& one) { return one.name == name; });
    if (!digest.empty()) values.push_back({std::string(name), digest});
    std::ranges::sort(values, {}, &ValueSeen::name);
    now = keep(std::move(values));
  }
  if (now == before.values) return;
  // Only the value was read back, so for the group's links the last full reading stays the latest.
  const model::Reading when = model::Reading::dated(server_time);
  const bool same_reading =
      seen.size() > 1 && before.first == when && before.last == seen[seen.size() - 2].last;
  if (same_reading) {
    seen.back().values = now;
  } else {
    seen.push_back({now, when, before.last});
  }
  if (seen.size() > most_seen) seen.erase(seen.begin());
  drop_unused_values();
}

void History::deploy_attributed(std::int64_t run, const ServiceId& service, const DeployId& deploy, Time at) {
  const auto draft = state_.drafts.find(service);
  if (draft == state_.drafts.end()) return;
  std::vector<CarriedDeploy>& known = state_.deploys[service];
  std::erase_if(known, [&](const CarriedDeploy& one) { return one.deploy == deploy; });
  known.push_back({deploy, EvidenceSource::run, run, at, false, draft->second.groups});
}

void History::service_ended(const ServiceId& service, const DeployId& deploy) {
  state_.drafts.erase(service);
  if (CarriedDeploy* known = find_deploy(state_, service, deploy)) known->ended = true;
}

Carries History::carries(const ServiceId& service, const model::Deploy& deploy,
                         const model::Group& group) const {
  Carries result;
  const CarriedDeploy* known = find_deploy(state_, service, deploy.id);
  if (const CarriedGroup* carried = known == nullptr ? nullptr : known->find(group.id)) {
    result.link = Carries::Link::yes;
    result.source = carried->adopted ? EvidenceSource::adopted : known->source;
    result.run = carried->adopted ? 0 : known->run;
    result.at = carried->adopted.value_or(known->at);
    // The newest values seen are the current ones: the caller's reading is the last one.
    const std::int64_t now = newest_values(state_, group.id);
    if (carried->values == 0 || now == 0) return result;
    result.values_known = true;
    walk(
        state_.values.at(carried->values), state_.values.at(now),
        [&](const ValueSeen* then, const ValueSeen* current) {
          const bool both = then != nullptr && current != nullptr;
          const bool same = both && then->digest == current->digest && !then->digest.empty();
          if (same && then->digest == hidden) result.hidden.push_back(then->name);
          if (same) return;
          const bool unread = both && (then->digest == hidden || current->digest == hidden);
          const bool certain = carried->settled && !unread && (then == nullptr || !then->digest.empty());
          (certain ? result.changed : result.unknown).push_back(then != nullptr ? then->name : current->name);
        });
    return result;
  }
  const std::optional<Time> read_by = model::environment_read_by(deploy);
  const bool newer_group = read_by && group.created && *group.created > *read_by;
  if (newer_group || newer_link(service, group.id, deploy)) result.link = Carries::Link::no;
  return result;
}

std::vector<CarriedGroup> History::left_behind(const ServiceId& service, const DeployId& deploy,
                                               const model::Workspace& actual) const {
  std::vector<CarriedGroup> left;
  const CarriedDeploy* known = find_deploy(state_, service, deploy);
  if (known == nullptr) return left;
  for (const CarriedGroup& group : known->groups) {
    const model::Group* now = actual.find_group(group.group);
    if (now != nullptr && !now->links_to(service) && !last_known_linked(service, group.group))
      left.push_back(group);
  }
  return left;
}

bool History::last_known_linked(const ServiceId& service, const GroupId& group) const {
  const LinkSeen* link = find_link(state_, service, group);
  return link != nullptr && link->linked;
}

std::optional<History::Unsettled> History::unsettled(const LinkSeen& link,
                                                     const model::Workspace& reading) const {
  const model::Group* group = reading.find_group(link.group);
  if (!reading.reading.from || group == nullptr || !group->variables) return std::nullopt;
  if (group->links_to(link.service) != link.linked) {
    if (!may_lag_behind(reading.reading, link.first)) return std::nullopt;
    return Unsettled{Unsettled::What::link, link.service, link.group, *link.first.until + model::link_lag};
  }
  const model::Deploy* live = model::live_of(reading.deploys_of(link.service));
  if (!link.linked || live == nullptr || find_deploy(state_, link.service, live->id) != nullptr)
    return std::nullopt;
  const std::optional<Time> began = model::began(*live);
  const std::optional<Time> read_by = model::environment_read_by(*live);
  if (!began || !read_by || !link.first.before(*began) || shows_links_after(reading.reading, *read_by))
    return std::nullopt;
  return Unsettled{Unsettled::What::deploy, link.service, link.group, *read_by + model::link_lag};
}

std::vector<History::Unsettled> History::unsettled(const model::Workspace& reading) const {
  std::vector<Unsettled> links;
  for (const auto& [key, link] : state_.links) {
    if (const auto one = unsettled(link, reading)) links.push_back(*one);
  }
  return links;
}

std::optional<Duration> History::age_known_in(const ServiceId& service, const GroupId& group,
                                              const model::Workspace& reading) const {
  const LinkSeen* link = find_link(state_, service, group);
  const auto open = link == nullptr ? std::nullopt : unsettled(*link, reading);
  // If readings disagree on the link, later ones show whether it exists, but not since when.
  if (!open || open->what != Unsettled::What::deploy) return std::nullopt;
  return open->at - *reading.reading.from;
}

bool History::may_carry_unlinked(const ServiceId& service, const model::Deploy* deploy,
                                 const GroupId& group) const {
  const LinkSeen* link = find_link(state_, service, group);
  if (link == nullptr || link->linked) return false;
  const std::optional<Time> began = deploy == nullptr ? std::nullopt : model::began(*deploy);
  return !began || !link->first.before(*began);
}

}  // namespace envlink::plan
