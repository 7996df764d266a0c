#include "plan/match.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "plan/finding.h"

namespace envlink::plan {
namespace {

// Groups and services are matched by the same rules, with different words.
struct Kind {
  const char* noun;     // "group"
  const char* missing;  // ids of findings
  const char* ambiguous;
  const char* mismatch;
  const char* elsewhere;
};
// In the wrong workspace every name is missing, so comparing all pairs would be slow.
constexpr std::size_t most_suggestions = 50;
constexpr Kind group_kind{"group", "group-missing", "group-ambiguous", "group-id-mismatch",
                          "group-other-workspace"};
constexpr Kind service_kind{"service", "service-missing", "service-ambiguous", "service-id-mismatch",
                            "service-other-workspace"};

Finding finding_for(const Kind& kind, const char* id, const SourceString& name, std::string what,
                    std::string cure) {
  return make_finding(id, fmt::format("{} {}", kind.noun, clean(name.text)), std::move(what), std::move(cure),
                      name.place);
}

/// Finds what a name or an id may mean. Points into the workspace.
template <class Thing>
struct Candidates {
  std::vector<const Thing*> all;
  std::unordered_map<std::string_view, std::vector<const Thing*>> by_name;
  std::unordered_map<std::string_view, const Thing*> by_id;

  void add(const Thing& thing) {
    all.push_back(&thing);
    by_name[thing.name].push_back(&thing);
    by_id.emplace(thing.id.text(), &thing);
  }
  const Thing* with_id(const std::string& id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : found->second;
  }
  std::vector<const Thing*> meant_by(const std::string& word) const {
    const auto named = by_name.find(word);
    auto found = named == by_name.end() ? std::vector<const Thing*>{} : named->second;
    const Thing* thing = with_id(word);
    if (thing != nullptr && thing->name != word) found.push_back(thing);
    return found;
  }
};

/// "srv-1 (environment production) and srv-2 (no environment)"
template <class Thing>
std::string told_apart(const std::vector<const Thing*>& things, const model::Workspace& actual) {
  std::vector<std::string> all;
  for (const Thing* thing : things) {
    all.push_back(
        fmt::format("{} ({})", clean(thing->id.text()),
                    thing->environment
                        ? fmt::format("environment {}", clean(actual.environment_label(*thing->environment)))
                        : std::string("no environment")));
  }
  return join_and(all);
}

template <class Thing>
Finding missing(const Kind& kind, const SourceString& name, const Candidates<Thing>& things,
                const std::string& workspace, bool suggest) {
  std::vector<std::string> names;
  if (suggest) {
    for (const Thing* thing : things.all) names.push_back(thing->name);
  }
  const std::string near = nearest(name.text, names);
  return finding_for(
      kind, kind.missing, name,
      fmt::format("workspace {} has no {} called {}", clean(workspace), kind.noun, clean(name.text)),
      near.empty() ? fmt::format("create it on Render, or correct the name ({} found)",
                                 count_of(things.all.size(), kind.noun))
                   : fmt::format("did you mean {}?", clean(near)));
}

/// Matches one name of the file. If it is missing or ambiguous, adds a finding to `result`.
template <class Thing>
const Thing* match_one(const Kind& kind, const SourceString& name, const std::optional<SourceString>& id,
                       const Candidates<Thing>& things, const model::Desired& desired,
                       const model::Workspace& actual, Match& result) {
  std::vector<Finding>& findings = result.findings;
  const std::string& workspace = actual.owner.name;
  if (id) {
    const Thing* thing = things.with_id(id->text);
    if (thing == nullptr) {
      findings.push_back(finding_for(
          kind, kind.missing, *id,
          fmt::format("workspace {} has no {} with the id {}", clean(workspace), kind.noun, clean(id->text)),
          "correct the id, or remove it: the name is enough"));
    } else if (thing->name != name.text && thing->id.text() != name.text) {
      findings.push_back(finding_for(
          kind, kind.mismatch, *id,
          fmt::format("{} is named {}, not {}", clean(id->text), clean(thing->name), clean(name.text)),
          "id and name must match: correct one of them"));
      return nullptr;
    }
    return thing;
  }
  const std::vector<const Thing*> found = things.meant_by(name.text);
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    findings.push_back(missing(kind, name, things, workspace, findings.size() < most_suggestions));
    return nullptr;
  }
  for (const Thing* thing : found) {
    if (thing->environment) result.environments.insert(*thing->environment);
  }
  findings.push_back(finding_for(
      kind, kind.ambiguous, name,
      fmt::format("{} {}s are named {}: {}", found.size(), kind.noun, clean(name.text),
                  told_apart(found, actual)),
      desired.file.empty() ? "use its id" : "add `id:` to say which one, or use the id instead of the name"));
  return nullptr;
}

/// Render filters its lists by workspace. If it did not, a link across two workspaces would be requested.
template <class Thing, class Wanted>
void refuse_elsewhere(const Kind& kind, const std::vector<Wanted>& wanted, const model::Owner& owner,
                      std::vector<const Thing*>& matched, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < matched.size(); ++i) {
    if (matched[i] == nullptr || matched[i]->owner.empty() || matched[i]->owner == owner.id) continue;
    findings.push_back(finding_for(kind, kind.elsewhere, wanted[i].name,
                                   fmt::format("it belongs to the workspace {}, not to {}",
                                               clean(matched[i]->owner.text()), clean(owner.name)),
                                   "name one in this workspace, or correct `workspace`"));
    matched[i] = nullptr;
  }
}

/// A preview is deleted with its pull request, and its links with it.
void tell_previews(const model::Desired& desired, const model::Workspace& actual, Match& result) {
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    const model::DesiredService& wanted = desired.services[i];
    if (result.services[i] != nullptr) continue;
    const auto named = [&](const model::Service& service) {
      return service.preview && (service.name == wanted.name.text || service.id.text() == wanted.name.text ||
                                 (wanted.id && service.id.text() == wanted.id->text));
    };
    const bool is_preview = std::any_of(actual.services.begin(), actual.services.end(), named);
    const Place place = wanted.id ? wanted.id->place : wanted.name.place;
    const auto missing_one =
        std::find_if(result.findings.begin(), result.findings.end(),
                     [&](const Finding& f) { return f.id == service_kind.missing && f.place == place; });
    if (!is_preview || missing_one == result.findings.end()) continue;
    *missing_one = finding_for(service_kind, "service-preview", wanted.name,
                               "it is a preview of another service and disappears with its pull request",
                               "name the service");
  }
}

/// Two entries of the file for the same thing would be linked and deployed twice.
template <class Thing, class Wanted>
void refuse_twice(const Kind& kind, const char* id, const std::vector<Wanted>& wanted,
                  std::vector<const Thing*>& matched, std::vector<Finding>& findings) {
  std::map<const Thing*, std::size_t> first;
  for (std::size_t i = 0; i < matched.size(); ++i) {
    if (matched[i] == nullptr) continue;
    const auto [seen, is_new] = first.emplace(matched[i], i);
    if (is_new) continue;
    findings.push_back(
        finding_for(kind, id, wanted[i].name,
                    fmt::format("{} and {} are the same {} on Render", clean(wanted[seen->second].name.text),
                                clean(wanted[i].name.text), kind.noun),
                    "name it once"));
    matched[i] = nullptr;
  }
}

}  // namespace

std::string Match::why_not(std::string_view noun, std::string_view name) const {
  const std::string subject = fmt::format("{} {}", noun, clean(name));
  const auto finding = std::ranges::find(findings, subject, &Finding::subject);
  if (finding != findings.end() && finding->id.ends_with("-ambiguous"))
    return fmt::format("may mean several {}s", noun);
  return "was not found";
}

const model::Group* Match::group_named(const std::string& name) const {
  const auto place = group_places.find(name);
  return place == group_places.end() ? nullptr : groups[place->second];
}

std::vector<const model::Service*> services_called(const model::Workspace& actual, std::string_view word,
                                                   const model::Desired& desired) {
  const auto pinned = std::ranges::find_if(
      desired.services, [word](const auto& wanted) { return wanted.id && wanted.name.text == word; });
  if (pinned != desired.services.end()) word = pinned->id->text;
  std::vector<const model::Service*> found;
  for (const model::Service& service : actual.services) {
    if (!service.preview && (service.name == word || service.id.text() == word)) found.push_back(&service);
  }
  return found;
}

Result<const model::Service*> service_called(const model::Workspace& actual, std::string_view word,
                                             const model::Desired& desired) {
  const auto found = services_called(actual, word, desired);
  if (found.size() == 1) return found.front();
  if (!found.empty()) {
    return fail({.what = fmt::format("{} services in workspace {} are named {}", found.size(),
                                     clean(actual.owner.name), clean(word)),
                 .why = "they are " + told_apart(found, actual),
                 .cure = "Use its id."});
  }
  std::vector<std::string> names;
  for (const model::Service& service : actual.services) {
    if (!service.preview) names.push_back(service.name);
  }
  const std::string near = nearest(word, names);
  return fail(
      {.what = fmt::format("Workspace {} has no service called {}", clean(actual.owner.name), clean(word)),
       .cure = near.empty()
                   ? fmt::format("Name one of its {}, or an id (srv-…).", count_of(names.size(), "service"))
                   : fmt::format("Did you mean {}?", clean(near))});
}

Match match(const model::Desired& desired, const model::Workspace& actual) {
  Match result;
  Candidates<model::Group> groups;
  for (const model::Group& group : actual.groups) groups.add(group);
  Candidates<model::Service> services;
  for (const model::Service& service : actual.services) {
    if (!service.preview) services.add(service);
  }
  for (const model::DesiredGroup& wanted : desired.groups) {
    result.group_places.emplace(wanted.name.text, result.groups.size());
    result.groups.push_back(match_one(group_kind, wanted.name, wanted.id, groups, desired, actual, result));
  }
  for (const model::DesiredService& wanted : desired.services) {
    result.services.push_back(
        match_one(service_kind, wanted.name, wanted.id, services, desired, actual, result));
  }
  tell_previews(desired, actual, result);
  refuse_elsewhere(group_kind, desired.groups, actual.owner, result.groups, result.findings);
  refuse_elsewhere(service_kind, desired.services, actual.owner, result.services, result.findings);
  refuse_twice(group_kind, "group-twice", desired.groups, result.groups, result.findings);
  refuse_twice(service_kind, "service-twice", desired.services, result.services, result.findings);
  return result;
}

}  // namespace envlink::plan
