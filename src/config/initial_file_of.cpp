// A first envlink.yaml, made from a workspace or a Blueprint.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "config/initial_file.h"
#include "config/references.h"
#include "yaml/write.h"

namespace envlink::config {
namespace {

constexpr std::size_t most_variables = 100'000;  // the largest number that the file may require

/// How the file refers to a group or a service.
struct Called {
  std::string name;
  std::string id;  // pinned; empty: the name is enough, or the id cannot be written
  std::vector<std::string> remarks{};
};

std::string shown(std::string_view text) {
  return yaml::scalar(clean(text));
}

/// The groups or the services of a workspace, each once, with the names to use in the file.
template <class Thing>
class Names {
 public:
  Names(const std::vector<Thing>& things, bool (*may_be_id)(const std::string&)) : may_be_id_(may_be_id) {
    for (const Thing& thing : things) {
      if (!ids_.insert(thing.id.text()).second) continue;
      ++bearers_[thing.name];
      things_.push_back(&thing);
    }
    std::ranges::sort(things_, {}, [](const Thing* thing) { return std::tie(thing->name, thing->id); });
  }

  /// Sorted by name.
  const std::vector<const Thing*>& all() const { return things_; }

  bool has(const std::string& id) const { return ids_.contains(id); }

  /// Nothing if neither the name nor the id can be used in the file.
  std::optional<Called> call(const Thing& thing) const {
    const std::string& id = thing.id.text();
    const bool id_fits = may_be_id_(id);
    const bool unique = bearers_.at(thing.name) == 1;
    // A name that looks like an id would be read as one.
    const bool clear =
        !ids_.contains(thing.name) && !looks_like_group_id(thing.name) && !looks_like_service_id(thing.name);
    if (may_be_name(thing.name) && unique && clear) {
      return Called{.name = thing.name, .id = id_fits ? id : std::string{}};
    }
    if (!id_fits) return std::nullopt;
    // Another one may have this id as its name. Then `id` must be set as well.
    return Called{.name = id,
                  .id = bearers_.contains(id) ? id : std::string{},
                  .remarks = {fmt::format(
                      "Its name is {}{}.", shown(thing.name),
                      unique ? ", which cannot be used here" : ", and another one has the same name")}};
  }

 private:
  bool (*may_be_id_)(const std::string&);
  std::set<std::string> ids_;
  std::map<std::string, int> bearers_;
  std::vector<const Thing*> things_;
};

SourceString word(std::string text) {
  return {std::move(text), {}};
}

/// `service`: from a workspace or from a Blueprint.
template <class Read>
void say_type(const Read& service, InitialService& drafted) {
  if (service.type == model::ServiceType::unknown) {
    drafted.remarks.push_back(fmt::format("Its type is {}, which this version of envlink does not know.",
                                          shown(service.type_text)));
  } else {
    drafted.wanted.type = service.type;
  }
}

std::optional<SourceString> pin(const Called& called) {
  return called.id.empty() ? std::nullopt : std::optional(word(called.id));
}

/// Services that others usually call come first, judged by their types.
int turn_of(model::ServiceType type) {
  switch (type) {
    case model::ServiceType::private_service:
      return 0;
    case model::ServiceType::web_service:
      return 1;
    case model::ServiceType::background_worker:
      return 2;
    case model::ServiceType::cron_job:
      return 3;
    case model::ServiceType::static_site:
      return 4;
    case model::ServiceType::unknown:
      break;
  }
  return 5;
}

class WorkspaceDrafter {
 public:
  explicit WorkspaceDrafter(const model::Workspace& actual)
      : actual_(actual),
        groups_(actual.groups, may_be_group_id),
        services_(listed(actual), may_be_service_id) {}

  InitialFile run() {
    const model::Owner& owner = actual_.owner;
    draft_.head = {fmt::format("Written by envlink init from the workspace {}, with its current links.",
                               shown(owner.name)),
                   "This file contains no values. `envlink plan` compares it with the workspace."};
    draft_.order_remark =
        "Render does not say which service needs which. Suggested order: private services, web services,\n"
        "workers, cron jobs, static sites. If one must be live before another starts, write this below the\n"
        "one that waits: after: [my-database-proxy]. To deploy one at a time, in the order of this file:\n"
        "rollout: {order: listed}";
    if (may_be_word(owner.id.text())) {
      draft_.workspace = word(owner.id.text());
      draft_.workspace_remark = shown(owner.name);
    }
    const auto used = groups_in_use(actual_);
    const std::set<const model::Group*> in_use(used.begin(), used.end());
    std::vector<const model::Group*> others;
    for (const model::Group* group : groups_.all()) {
      if (in_use.contains(group)) add_group(*group);
      if (!in_use.contains(group)) others.push_back(group);
    }
    count_left_out(others);
    auto in_order = services_.all();
    std::ranges::stable_sort(in_order, {}, [](const auto* service) { return turn_of(service->type); });
    for (const model::Service* service : in_order) add_service(*service);
    return std::move(draft_);
  }

 private:
  /// Without previews, which exist only as long as their pull requests. The result points into the list.
  const std::vector<model::Service>& listed(const model::Workspace& actual) {
    for (const model::Service& service : actual.services) {
      if (!service.preview) kept_.push_back(service);
    }
    return kept_;
  }

  void add_group(const model::Group& group) {
    auto called = groups_.call(group);
    if (!called) return leave_out("group", group.name, group.id.text());
    InitialGroup drafted;
    drafted.wanted.name = word(called->name);
    drafted.wanted.id = pin(*called);
    drafted.remarks = std::move(called->remarks);
    if (group.environment) {
      drafted.remarks.push_back(fmt::format("It can only be linked to services in the environment {}.",
                                            shown(actual_.environment_label(*group.environment))));
    }
    if (group.variables && !group.variables->empty()) {
      const auto count = static_cast<int>(std::min(group.variables->size(), most_variables));
      drafted.wanted.variables = model::VariableCount{.number = count, .at_least = true, .place = {}};
      std::set<std::string> keys;
      for (const std::string& key : model::keys_of(*group.variables)) {
        if (may_be_word(key)) keys.insert(key);
      }
      drafted.keys.assign(keys.begin(), keys.end());
    }
    for (const std::string& file : group.secret_files) {
      if (!file.empty() && may_be_word(model::file_key(file))) drafted.keys.push_back(model::file_key(file));
    }
    std::size_t unlisted = 0;
    for (const ServiceId& id : group.links) {
      if (services_.has(id.text())) {
        links_[id].push_back(drafted.wanted.name);
      } else {
        ++unlisted;
      }
    }
    if (unlisted > 0) {
      drafted.remarks.push_back(fmt::format("It is also linked to {} that Render does not list, probably {}.",
                                            count_of(unlisted, "service"),
                                            unlisted == 1 ? "a preview" : "previews"));
    }
    draft_.groups.push_back(std::move(drafted));
  }

  void add_service(const model::Service& service) {
    auto called = services_.call(service);
    if (!called) return leave_out("service", service.name, service.id.text());
    InitialService drafted;
    drafted.wanted.name = word(called->name);
    drafted.wanted.id = pin(*called);
    drafted.remarks = std::move(called->remarks);
    if (service.environment) {
      drafted.remarks.push_back(fmt::format("It is in the environment {}.",
                                            shown(actual_.environment_label(*service.environment))));
    }
    say_type(service, drafted);
    if (service.suspended)
      drafted.remarks.push_back("It is suspended: a plan that would deploy it is refused.");
    if (const auto linked = links_.find(service.id); linked != links_.end()) {
      drafted.wanted.link = linked->second;
    }
    (drafted.wanted.link.empty() ? draft_.unlinked : draft_.services).push_back(std::move(drafted));
  }

  void count_left_out(const std::vector<const model::Group*>& groups) {
    if (groups.empty()) return;
    const auto unlinked = static_cast<std::size_t>(
        std::ranges::count_if(groups, [](const auto* group) { return group->links.empty(); }));
    std::vector<std::string> why;
    const auto add = [&](std::size_t number, std::string_view words) {
      if (number == 0) return;
      why.push_back(number == groups.size() ? std::string(words) : fmt::format("{} {}", number, words));
    };
    add(unlinked, "not linked to any service");
    add(groups.size() - unlinked, "linked only to services that Render does not list, such as previews");
    std::vector<std::string> names;
    for (const model::Group* group : groups) names.push_back(shown(group->name));
    const std::string what = groups.size() == 1 ? "group " : fmt::format("{} groups: ", groups.size());
    draft_.left_out.push_back(fmt::format("{}{} ({}).", what, join_and(names, 5), join_and(why)));
  }

  void leave_out(std::string_view kind, const std::string& name, const std::string& id) {
    draft_.left_out.push_back(fmt::format("The {} {} ({}): neither its name nor its id can be used here.",
                                          kind, shown(name), shown(id)));
  }

  const model::Workspace& actual_;
  std::vector<model::Service> kept_;
  Names<model::Group> groups_;
  Names<model::Service> services_;
  std::map<ServiceId, std::vector<SourceString>> links_;  // each service's groups, sorted
  InitialFile draft_;
};

class BlueprintDrafter {
 public:
  BlueprintDrafter(const Blueprint& blueprint, const std::string& file)
      : blueprint_(blueprint), file_(shown(file)) {}

  InitialFile run() {
    draft_.head = {fmt::format("Written by envlink init from the Blueprint {}.", file_),
                   "This file contains no values. `envlink plan` compares it with the workspace."};
    draft_.order_remark = fmt::format(
        "`after` comes from the variables that {} takes from other services (fromService). Add what else\n"
        "must be live before a service starts, for example: after: [my-database-proxy]",
        file_);
    for (const BlueprintGroup& group : blueprint_.groups) add_group(group);
    for (const BlueprintService& service : blueprint_.services) {
      ++bearers_[service.name.text];
      for (const SourceString& group : service.groups) add_foreign_group(group);
    }
    for (const BlueprintService& service : blueprint_.services) add_service(service);
    add_order();
    for (const BlueprintService& workflow : blueprint_.workflows) {
      draft_.left_out.push_back(fmt::format(
          "The workflow {}: envlink does not deploy workflows, which are released in versions.{}",
          shown(workflow.name.text),
          workflow.groups.empty()
              ? ""
              : fmt::format(" It has {} from {}.", count_of(workflow.groups.size(), "group"), file_)));
    }
    return std::move(draft_);
  }

 private:
  void add_group(const BlueprintGroup& group) {
    if (!may_be_name(group.name.text)) return leave_out("group", group.name.text);
    InitialGroup drafted;
    drafted.wanted.name = word(group.name.text);
    if (group.again_in != 0) {
      drafted.remarks.push_back(fmt::format(
          "Line {} of {} defines it again. If these are two groups on Render, use their ids instead.",
          group.again_in, file_));
    } else if (!group.keys.empty()) {
      drafted.wanted.variables =
          model::VariableCount{.number = static_cast<int>(group.keys.size()), .at_least = true, .place = {}};
      std::ranges::copy_if(group.keys, std::back_inserter(drafted.keys), may_be_word);
    }
    if (!group.ignored.empty()) {
      std::vector<std::string> keys;
      for (const std::string& key : group.ignored) keys.push_back(shown(key));
      drafted.remarks.push_back(
          fmt::format("Render ignores `sync: false` in a group and does not create {}.", join_and(keys, 5)));
    }
    groups_.insert(group.name.text);
    draft_.groups.push_back(std::move(drafted));
  }

  void add_foreign_group(const SourceString& group) {
    if (groups_.contains(group.text)) return;
    if (!may_be_name(group.text)) return leave_out("group", group.text);
    groups_.insert(group.text);
    InitialGroup drafted;
    drafted.wanted.name = word(group.text);
    drafted.remarks.push_back(
        fmt::format("{} does not define it, so it must already exist in the workspace.", file_));
    draft_.groups.push_back(std::move(drafted));
  }

  void add_service(const BlueprintService& service) {
    if (!may_be_name(service.name.text)) return leave_out("service", service.name.text);
    InitialService drafted;
    drafted.wanted.name = word(service.name.text);
    say_type(service, drafted);
    for (const SourceString& group : service.groups) {
      if (groups_.contains(group.text)) drafted.wanted.link.push_back(word(group.text));
    }
    if (bearers_.at(service.name.text) > 1) return leave_out_namesake(service, drafted);
    if (drafted.wanted.link.empty()) {
      draft_.unlinked.push_back(std::move(drafted));
      return;
    }
    index_.emplace(service.name.text, draft_.services.size());
    drawn_.push_back(&service);
    draft_.services.push_back(std::move(drafted));
  }

  /// A service comes after those it takes variables from, unless these also wait for it.
  void add_order() {
    std::vector<std::vector<std::size_t>> edges(drawn_.size());
    for (std::size_t at = 0; at < drawn_.size(); ++at) {
      for (const SourceString& source : drawn_[at]->sources) {
        if (const auto found = index_.find(source.text); found != index_.end())
          edges[at].push_back(found->second);
      }
    }
    const std::vector<std::size_t> knot = strongly_connected(edges);
    for (std::size_t at = 0; at < drawn_.size(); ++at) {
      InitialService& service = draft_.services[at];
      for (const std::size_t source : edges[at]) {
        if (source == at) continue;
        const std::string& name = draft_.services[source].wanted.name.text;
        if (knot[source] != knot[at]) {
          service.wanted.after.push_back(word(name));
        } else {
          service.remarks.push_back(fmt::format(
              "It takes a variable from {}, which also waits for it, so `after` was not set.", shown(name)));
        }
      }
      remark_others(*drawn_[at], service);
    }
  }

  void remark_others(const BlueprintService& read, InitialService& service) {
    for (const SourceString& source : read.sources) {
      if (index_.contains(source.text)) continue;
      const auto bearers = bearers_.find(source.text);
      if (bearers == bearers_.end() && stores().contains(source.text)) continue;
      const bool shared = bearers != bearers_.end() && bearers->second > 1;
      service.remarks.push_back(fmt::format(
          "It takes a variable from {}, {}.", shown(source.text),
          shared ? fmt::format("but {} services have that name, so `after` was not set", bearers->second)
                 : std::string("which is not linked to any group here")));
    }
  }

  const std::set<std::string>& stores() {
    if (stores_.empty()) stores_.insert(blueprint_.stores.begin(), blueprint_.stores.end());
    return stores_;
  }

  /// The name is ambiguous if another environment has a service with the same one; the id is not known
  /// offline.
  void leave_out_namesake(const BlueprintService& service, const InitialService& drafted) {
    const std::string type =
        drafted.wanted.type ? fmt::format("type: {}, ", model::to_string(*drafted.wanted.type)) : "";
    draft_.left_out.push_back(fmt::format(
        "The service {} on line {}{}: {} have that name. Add it above by its id, as in "
        "srv-…: {{{}link: {}}}",
        shown(service.name.text), service.name.place.line,
        service.environment.empty() ? "" : fmt::format(", in the environment {}", shown(service.environment)),
        bearers_.at(service.name.text), type, yaml::flow_list(drafted.wanted.link)));
  }

  void leave_out(const std::string& kind, const std::string& name) {
    if (!unnameable_.insert({kind, name}).second) return;
    draft_.left_out.push_back(
        fmt::format("The {} {}: this name cannot be used here. Use its id instead.", kind, shown(name)));
  }

  const Blueprint& blueprint_;
  std::string file_;
  std::set<std::string> groups_;
  std::set<std::pair<std::string, std::string>> unnameable_;  // kind and name
  std::set<std::string> stores_;
  std::map<std::string, int> bearers_;          // how many services have a name
  std::map<std::string, std::size_t> index_;    // in draft_.services
  std::vector<const BlueprintService*> drawn_;  // parallel to draft_.services
  InitialFile draft_;
};

}  // namespace

std::vector<const model::Group*> groups_in_use(const model::Workspace& actual) {
  std::set<ServiceId> listed;
  for (const model::Service& service : actual.services) {
    if (!service.preview) listed.insert(service.id);
  }
  std::vector<const model::Group*> used;
  std::vector<const model::Group*> all;
  for (const model::Group& group : actual.groups) {
    all.push_back(&group);
    if (std::ranges::any_of(group.links, [&](const ServiceId& id) { return listed.contains(id); }))
      used.push_back(&group);
  }
  return used.empty() ? all : used;
}

InitialFile initial_file_of(const model::Workspace& actual) {
  return WorkspaceDrafter(actual).run();
}

InitialFile initial_file_of(const Blueprint& blueprint, const std::string& file) {
  return BlueprintDrafter(blueprint, file).run();
}

}  // namespace envlink::config
