#include "plan/only.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "plan/finding.h"
#include "plan/make_plan.h"
#include "plan/match.h"
#include "plan/waves.h"

namespace envlink::plan {
namespace {

using Mask = std::vector<bool>;

bool is_pattern(std::string_view word) {
  return word.find_first_of("*?") != std::string_view::npos;
}

Error names_nothing(const std::string& word, const model::Desired& file) {
  std::vector<std::string> names;
  for (const model::DesiredService& service : file.services) names.push_back(service.name.text);
  const std::string near = nearest(word, names);
  return {
      .kind = ErrorKind::usage,
      .what = is_pattern(word)
                  ? fmt::format("--only {}: no service in {} matches", clean(word), clean(file.file))
                  : fmt::format("--only {}: there is no such service in {}", clean(word), clean(file.file)),
      .cure = near.empty() ? "Name a service of the file, or a pattern such as 'api-*'."
                           : fmt::format("Did you mean {}?", clean(near))};
}

/// `match`: nullptr before Render was read.
std::vector<std::size_t> named_by(const std::string& word, const model::Desired& file, const Match* match) {
  const NamedServices named({word}, file);
  std::vector<std::size_t> services;
  for (std::size_t i = 0; i < file.services.size(); ++i) {
    const model::DesiredService& wanted = file.services[i];
    const bool fits = is_pattern(word) ? fits_glob(word, wanted.name.text)
                                       : named.name(wanted, match == nullptr ? nullptr : match->services[i]);
    if (fits) services.push_back(i);
  }
  return services;
}

/// Render may have a service of the file under that word.
bool only_render_knows(const std::string& word, const model::Desired& file) {
  if (is_pattern(word)) return false;
  return looks_like_service_id(word) ||
         std::ranges::any_of(file.services, [](const model::DesiredService& service) {
           return looks_like_service_id(service.name.text);
         });
}

Result<Mask> select(const std::vector<std::string>& words, const model::Desired& file, const Match& match) {
  Mask selected(file.services.size());
  for (const std::string& word : words) {
    const std::vector<std::size_t> named = named_by(word, file, &match);
    if (named.empty()) return fail(names_nothing(word, file));
    if (named.size() > 1 && !is_pattern(word)) {
      return fail({.kind = ErrorKind::usage,
                   .what = fmt::format("--only {}: {} services in {} have that name", clean(word),
                                       named.size(), clean(file.file)),
                   .cure = "Use the id of one."});
    }
    for (const std::size_t i : named) selected[i] = true;
  }
  return selected;
}

/// The file as if it did not name what Render does not have: no link of such a service can change. What came
/// after it comes after what it came after.
model::Desired without_missing(const model::Desired& file, const Mask& found) {
  const auto before = effective_dependencies(order_of(file), found);
  model::Desired known = file;
  known.services.clear();
  for (std::size_t i = 0; i < file.services.size(); ++i) {
    if (!found[i]) continue;
    known.services.push_back(file.services[i]);
    known.services.back().after.clear();
    for (const std::size_t earlier : before[i])
      known.services.back().after.push_back(file.services[earlier].name);
  }
  return known;
}

/// By service, the first of `these` that comes after it, directly or not.
std::vector<std::optional<std::size_t>> needed_by(const std::vector<std::vector<std::size_t>>& after,
                                                  const Mask& these) {
  std::vector<std::optional<std::size_t>> first(after.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (!these[i]) continue;
    std::vector<std::size_t> open{i};
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      for (const std::size_t before : after[next]) {
        if (first[before]) continue;
        first[before] = i;
        open.push_back(before);
      }
    }
  }
  return first;
}

/// What findings say of the services, groups and environments of a file.
class Subjects {
 public:
  Subjects(const model::Desired& file, const model::Workspace& actual, const Match& match, const Plan& plan,
           const Mask& taken) {
    std::set<std::string> linked;
    for (std::size_t i = 0; i < file.services.size(); ++i) {
      std::set<std::string>& subjects = taken[i] ? kept_ : left_out_;
      const model::DesiredService& wanted = file.services[i];
      subjects.insert("service " + clean(wanted.name.text));
      if (const model::Service* service = match.services[i]; service != nullptr) {
        subjects.insert("service " + clean(service->label()));
        add_environment(service->environment, actual, subjects);
      }
      for (const SourceString& group : wanted.link) {
        if (taken[i]) linked.insert(group.text);
      }
    }
    for (std::size_t i = 0; i < file.groups.size(); ++i) {
      const model::Group* group = match.groups[i];
      const bool planned = group != nullptr &&
                           std::ranges::find(plan.groups, group->id, &PlannedGroup::id) != plan.groups.end();
      const SourceString& name = file.groups[i].name;
      std::set<std::string>& subjects = planned || linked.contains(name.text) ? kept_ : left_out_;
      subjects.insert("group " + clean(name.text));
      if (file.groups[i].id) subjects.insert("group " + clean(file.groups[i].id->text));
      if (group == nullptr) continue;
      subjects.insert("group " + clean(group->label()));
      add_environment(group->environment, actual, subjects);
    }
  }

  bool left_out(const Finding& finding) const {
    return left_out_.contains(finding.subject) && !kept_.contains(finding.subject);
  }

 private:
  static void add_environment(const std::optional<EnvironmentId>& id, const model::Workspace& actual,
                              std::set<std::string>& subjects) {
    if (id) subjects.insert("environment " + clean(actual.environment_label(*id)));
  }

  std::set<std::string> kept_;
  std::set<std::string> left_out_;
};

/// The plan of a whole file, and which of its services the cut one takes. All by index in the file.
class Cut {
 public:
  Cut(const model::Desired& file, const model::Workspace& actual, const Match& match, const Plan& whole,
      Mask selected)
      : file_(file),
        actual_(actual),
        match_(match),
        whole_(whole),
        after_(order_of(file)),
        selected_(std::move(selected)),
        taken_(file.services.size()),
        changes_(file.services.size()),
        redeploys_(file.services.size()),
        in_whole_(file.services.size()) {
    Mask changing(whole.services.size());
    for (const LinkChange& link : whole.links) changing[link.service] = true;
    std::size_t next = 0;
    for (std::size_t i = 0; i < file.services.size(); ++i) {
      if (match.services[i] == nullptr) continue;
      in_whole_[i] = next;
      redeploys_[i] = whole.services[next].redeploys();
      changes_[i] = redeploys_[i] || changing[next];
      ++next;
    }
    Mask first(file.services.size());
    for (std::size_t i = 0; i < file.services.size(); ++i) first[i] = selected_[i] && changes_[i];
    needed_by_ = needed_by(after_, first);
    for (std::size_t i = 0; i < file.services.size(); ++i)
      taken_[i] = in_whole_[i] && (selected_[i] || (needed_by_[i] && changes_[i]));
  }

  bool takes(std::size_t service) const { return taken_[service]; }

  Plan plan(const std::vector<std::string>& words) const {
    Mask taken(whole_.services.size());
    for (std::size_t i = 0; i < file_.services.size(); ++i) {
      if (taken_[i]) taken[*in_whole_[i]] = true;
    }
    Plan plan = cut_down(whole_, taken);
    plan.only = only(words);
    drop_findings(plan, plan.findings);
    drop_findings(plan, plan.ignored);
    add_missing(plan.findings);
    put_in_order(plan.findings);
    return plan;
  }

 private:
  std::string name_of(std::size_t service) const {
    return in_whole_[service] ? whole_.services[*in_whole_[service]].name : file_.services[service].name.text;
  }

  Only only(const std::vector<std::string>& words) const {
    Only only{.words = words, .in_file = file_.services.size(), .selected = {}};
    for (std::size_t i = 0; i < file_.services.size(); ++i) {
      if (selected_[i]) {
        only.selected.push_back(name_of(i));
      } else if (taken_[i]) {
        only.with.push_back({name_of(i), name_of(*needed_by_[i])});
      } else if (changes_[i]) {
        only.left_out.push_back(name_of(i));
      }
    }
    return only;
  }

  /// A deploy in progress holds the plan only where a service that the plan redeploys comes after it.
  void drop_findings(const Plan& plan, std::vector<Finding>& findings) const {
    const Subjects subjects(file_, actual_, match_, plan, taken_);
    Mask started(file_.services.size());
    for (std::size_t i = 0; i < file_.services.size(); ++i) started[i] = taken_[i] && redeploys_[i];
    const auto awaited = needed_by(after_, started);
    std::set<std::string> dependencies;
    for (std::size_t i = 0; i < file_.services.size(); ++i) {
      if (in_whole_[i] && awaited[i]) dependencies.insert("service " + clean(match_.services[i]->label()));
    }
    std::erase_if(findings, [&](const Finding& finding) {
      return finding.id == "dependency-deploying" ? !dependencies.contains(finding.subject)
                                                  : subjects.left_out(finding);
    });
  }

  /// Why a service was not found that the plan needs. No policy changes these.
  void add_missing(std::vector<Finding>& findings) const {
    std::set<std::string> subjects;
    for (std::size_t i = 0; i < file_.services.size(); ++i) {
      if (in_whole_[i] || (!selected_[i] && !needed_by_[i])) continue;
      subjects.insert("service " + clean(file_.services[i].name.text));
      if (file_.services[i].id) subjects.insert("service " + clean(file_.services[i].id->text));
    }
    std::ranges::copy_if(match_.findings, std::back_inserter(findings),
                         [&](const Finding& finding) { return subjects.contains(finding.subject); });
  }

  const model::Desired& file_;
  const model::Workspace& actual_;
  const Match& match_;
  const Plan& whole_;
  const std::vector<std::vector<std::size_t>> after_;
  const Mask selected_;
  Mask taken_;
  Mask changes_;
  Mask redeploys_;
  std::vector<std::optional<std::size_t>> in_whole_;   // index in the whole plan; unset: not found
  std::vector<std::optional<std::size_t>> needed_by_;  // a selected service with changes
};

bool has(const PlannedService& service, const GroupId& group) {
  return std::ranges::find(service.final_groups, group) != service.final_groups.end();
}

void keep_groups(const Plan& whole, Plan& plan) {
  const auto used = [&](const GroupId& group) {
    return std::ranges::any_of(plan.services, [&](const auto& service) { return has(service, group); });
  };
  std::erase_if(plan.values, [&](const ValueChange& value) { return !used(value.group); });
  std::erase_if(plan.groups, [&](const PlannedGroup& group) {
    return !used(group.id) && std::ranges::find(plan.links, group.id, &LinkChange::group) == plan.links.end();
  });
  for (PlannedGroup& group : plan.groups) {
    if (std::ranges::find(plan.values, group.id, &ValueChange::group) == plan.values.end())
      group.values_from.reset();
  }
  if (plan.values.empty()) {
    plan.digest_key.clear();
    plan.keeps_undo = false;
  }
  const auto planned = [&](const std::string& name) {
    return std::ranges::find(plan.groups, name, &PlannedGroup::name) != plan.groups.end();
  };
  const auto named = [](const Plan& in, const std::string& name) {
    return std::ranges::find(in.services, name, &PlannedService::name) != in.services.end();
  };
  std::erase_if(plan.unmanaged, [&](const UnmanagedLink& link) {
    const bool outside = !named(whole, link.service_name) && planned(link.group_name);
    return !outside && !named(plan, link.service_name);
  });
}

/// Those of the whole plan, and services that are left out although their values change.
std::vector<StaleConsumer> stale_consumers(const Plan& whole, const Plan& plan, const Mask& taken) {
  std::vector<StaleConsumer> left;
  for (const PlannedGroup& group : plan.groups) {
    std::ranges::copy_if(whole.stale_consumers, std::back_inserter(left),
                         [&](const StaleConsumer& one) { return one.group_name == group.name; });
    if (std::ranges::find(plan.values, group.id, &ValueChange::group) == plan.values.end()) continue;
    for (std::size_t i = 0; i < whole.services.size(); ++i) {
      const PlannedService& service = whole.services[i];
      if (!taken[i] && service.redeploys() && has(service, group.id))
        left.push_back({group.name, service.name});
    }
  }
  return left;
}

}  // namespace

Result<void> check_only(const model::Desired& file, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (named_by(word, file, nullptr).empty() && !only_render_knows(word, file))
      return fail(names_nothing(word, file));
  }
  return {};
}

Result<Plan> make_plan_only(const model::Desired& file, const model::Workspace& actual,
                            const std::vector<std::string>& words, const PlanOptions& options) {
  const Match match = plan::match(file, actual);
  auto selected = select(words, file, match);
  if (!selected) return fail(std::move(selected.error()));
  Mask found;
  for (const model::Service* service : match.services) found.push_back(service != nullptr);
  PlanOptions all = options;
  if (std::exchange(all.redeploy_all, false)) {
    for (std::size_t i = 0; i < file.services.size(); ++i) {
      if ((*selected)[i]) all.redeploy.push_back(file.services[i].name.text);
    }
  }
  const Plan whole = make_plan(without_missing(file, found), actual, all);
  const Cut cut(file, actual, match, whole, std::move(*selected));
  const NamedServices redeploy(options.redeploy, file);
  for (std::size_t i = 0; i < file.services.size(); ++i) {
    if (cut.takes(i) || !redeploy.name(file.services[i], match.services[i])) continue;
    return fail({.kind = ErrorKind::usage,
                 .what = fmt::format("--redeploy names {}, which --only leaves out",
                                     clean(file.services[i].name.text)),
                 .cure = "Name it with --only as well, or remove --redeploy."});
  }
  return cut.plan(words);
}

Plan cut_down(const Plan& whole, const Mask& taken) {
  std::vector<std::size_t> place(whole.services.size());
  std::vector<std::vector<std::size_t>> after;
  for (const PlannedService& service : whole.services) after.push_back(service.after);
  const auto before = effective_dependencies(after, taken);
  Plan plan = whole;
  plan.services.clear();
  after.clear();
  Mask redeployed;
  for (std::size_t i = 0; i < whole.services.size(); ++i) {
    if (!taken[i]) continue;
    place[i] = plan.services.size();
    plan.services.push_back(whole.services[i]);
    redeployed.push_back(whole.services[i].redeploys());
  }
  for (std::size_t i = 0; i < whole.services.size(); ++i) {
    if (!taken[i]) continue;
    std::vector<std::size_t>& places = plan.services[place[i]].after;
    places.clear();
    for (const std::size_t earlier : before[i]) places.push_back(place[earlier]);
    after.push_back(places);
  }
  put_in_waves(plan, after, redeployed);
  std::erase_if(plan.links, [&](const LinkChange& link) { return !taken[link.service]; });
  for (LinkChange& link : plan.links) link.service = place[link.service];
  std::ranges::stable_sort(plan.links, {}, [&](const LinkChange& link) {
    return std::pair(plan.services[link.service].wave, link.service);
  });
  keep_groups(whole, plan);
  plan.stale_consumers = stale_consumers(whole, plan, taken);
  return plan;
}

std::string only_flags(const Plan& plan) {
  if (!plan.only) return {};
  std::string flags = " --only";
  for (const std::string& word : plan.only->words) flags += " " + shell_word(clean(word));
  return flags;
}

}  // namespace envlink::plan
