#include "plan/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "plan/build_choice.h"
#include "plan/checks/checks.h"
#include "plan/checks/collisions.h"
#include "plan/context.h"

namespace envlink::plan {
namespace {

constexpr std::size_t most_named = 5;
constexpr std::size_t most_keys = 40;

/// The workspace, indexed for frequent lookups.
class Linter {
 public:
  explicit Linter(const Context& context) : context_(context) {
    for (const model::Service& service : context.actual.services) listed_.emplace(service.id, &service);
    for (std::size_t i = 0; i < context.match.services.size(); ++i) {
      if (context.match.services[i] != nullptr) in_file_.emplace(context.match.services[i], i);
    }
    for (std::size_t i = 0; i < context.match.groups.size(); ++i) {
      if (context.match.groups[i] != nullptr)
        asked_.emplace(context.match.groups[i], &context.desired.groups[i]);
    }
  }

  std::vector<Finding> findings() {
    for (const model::Group& group : context_.actual.groups) {
      check_links(group);
      check_unrequired(group);
      if (!group.variables) tell_unread(group);
    }
    for (const model::Service& service : context_.actual.services) {
      if (!service.preview) check_collisions(service);
    }
    return std::move(findings_);
  }

 private:
  Place place_of(const model::Group& group) const {
    const auto asked = asked_.find(&group);
    return asked == asked_.end() ? Place{} : asked->second->name.place;
  }

  Finding& tell(std::string_view id, const model::Group& group, std::string what, std::string cure) {
    findings_.push_back(
        make_finding(id, subject_of(group), std::move(what), std::move(cure), place_of(group)));
    return findings_.back();
  }

  bool is_to_be_linked(const model::Group& group) const {
    const auto asked = asked_.find(&group);
    return asked != asked_.end() && is_linked(context_.desired, asked->second->name.text);
  }

  void tell_unread(const model::Group& group) {
    const auto& unread = context_.actual.unread;
    const auto found = std::ranges::find(unread, group.id, &model::Unread::group);
    tell("group-unread", group,
         fmt::format("its variables are unknown: {}",
                     found == unread.end() ? "Render's answer does not contain them" : clean(found->why)),
         "use a key that may read it");
  }

  void check_links(const model::Group& group) {
    if (group.links.empty()) {
      Finding& finding = tell("group-unlinked", group, "no service is linked to it",
                              "link a service, or delete the group on Render");
      if (!is_to_be_linked(group)) return;
      finding.severity = Severity::note;
      finding.cure = "the file links it: run envlink apply";
      return;
    }
    std::vector<std::string> gone;
    std::vector<std::string> previews;
    for (const ServiceId& id : group.links) {
      const auto found = listed_.find(id);
      if (found == listed_.end()) gone.push_back(clean(id.text()));
      if (found != listed_.end() && found->second->preview) previews.push_back(clean(found->second->label()));
    }
    const bool no_other = gone.size() + previews.size() == group.links.size();
    const std::string look = "check the group on Render";
    if (no_other && previews.empty()) {
      tell("group-leftover", group,
           fmt::format(
               "its only links are to {}, which Render does not list: deleted, or hidden from this key",
               join_and(gone, most_named)),
           look + ", and delete it if nobody needs it");
    } else if (no_other) {
      Finding& note = tell("group-leftover", group,
                           fmt::format("it is linked only to {}: nothing uses it once they are gone",
                                       (previews.size() == 1 ? "the preview " : "the previews ") +
                                           join_and(previews, most_named)),
                           look + ", and link the service itself if that was meant");
      note.severity = Severity::note;
    } else if (!gone.empty()) {
      tell("link-dangling", group,
           fmt::format("it is linked to {}, which Render does not list: deleted, or hidden from this key",
                       join_and(gone, most_named)),
           look);
    }
  }

  /// What the services linked to the group require; unset if one of them does not say, because it may use
  /// any variable. Previews are skipped: they need what their service needs.
  std::optional<std::vector<const model::Requirement*>> required_of(const model::Group& group) const {
    std::vector<const model::Requirement*> required;
    bool said = false;
    for (const ServiceId& id : group.links) {
      const auto found = listed_.find(id);
      if (found == listed_.end() || found->second->preview) continue;
      const auto index = in_file_.find(found->second);
      if (index == in_file_.end()) return std::nullopt;
      const auto& require = context_.desired.services[index->second].require;
      if (require.empty()) return std::nullopt;
      for (const model::Requirement& one : require) required.push_back(&one);
      said = true;
    }
    if (const auto asked = asked_.find(&group); asked != asked_.end()) {
      for (const model::Requirement& one : asked->second->require) required.push_back(&one);
    }
    return said ? std::optional(required) : std::nullopt;
  }

  void check_unrequired(const model::Group& group) {
    const auto required = required_of(group);
    if (!required) return;
    const std::vector<std::string> held = group.keys();
    std::vector<std::string> unrequired;
    for (const std::string& key : held) {
      const bool asked =
          std::ranges::any_of(*required, [&](const auto* one) { return one->key.text == key; });
      if (!asked && !is_build_time(key, context_.desired)) unrequired.push_back(clean(key));
    }
    if (unrequired.empty()) return;
    tell("variables-unrequired", group,
         fmt::format("no linked service requires {} of its {}: {}", unrequired.size(), held.size(),
                     join_and(unrequired, most_keys)),
         "list what is needed under `require`, and remove the rest from the group");
  }

  void check_collisions(const model::Service& service) {
    const auto& groups = context_.links.of(service.id);
    if (groups.size() < 2) return;
    const auto index = in_file_.find(&service);
    const Place place =
        index == in_file_.end() ? Place{} : context_.desired.services[index->second].name.place;
    add_collisions({.service = service, .groups = groups, .linked = groups, .place = place}, findings_);
  }

  const Context& context_;
  std::unordered_map<ServiceId, const model::Service*> listed_;
  std::unordered_map<const model::Service*, std::size_t> in_file_;  // index in the file
  std::unordered_map<const model::Group*, const model::DesiredGroup*> asked_;
  std::vector<Finding> findings_;
};

}  // namespace

bool Lint::passed() const {
  return !has_error(findings);
}

Lint lint(const model::Desired& desired, const model::Workspace& actual) {
  const Context context(desired, actual);
  Lint result{.owner = actual.owner, .file = desired.file, .groups = actual.groups.size()};
  result.services =
      static_cast<std::size_t>(std::ranges::count(actual.services, false, &model::Service::preview));
  for (const model::Group& group : actual.groups) {
    if (group.variables) result.variables += group.variables->size();
  }
  result.findings = Linter(context).findings();
  result.ignored = apply_policy(context, result.findings);
  std::ranges::stable_sort(result.findings, std::ranges::greater{}, &Finding::severity);
  return result;
}

}  // namespace envlink::plan
