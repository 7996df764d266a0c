#include "config/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "base/id.h"
#include "base/text.h"

namespace envlink::config {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

struct Visit {
  std::size_t node;
  std::size_t next = 0;  // among its edges
};

/// Tarjan's algorithm with an explicit stack: a long chain must not exhaust the program's.
class Finder {
 public:
  explicit Finder(const std::vector<std::vector<std::size_t>>& edges)
      : edges_(edges), order_(edges.size(), none), low_(edges.size()), knot_(edges.size(), none) {}

  std::vector<std::size_t> run() {
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (order_[node] == none) explore(node);
    }
    return std::move(knot_);
  }

 private:
  void explore(std::size_t root) {
    enter(root);
    while (!path_.empty()) {
      Visit& step = path_.back();
      const std::size_t node = step.node;
      if (step.next == edges_[node].size()) {
        leave(node);
        continue;
      }
      const std::size_t target = edges_[node][step.next++];
      if (order_[target] == none) {
        enter(target);
      } else if (knot_[target] == none) {
        low_[node] = std::min(low_[node], order_[target]);
      }
    }
  }

  void enter(std::size_t node) {
    order_[node] = low_[node] = count_++;
    open_.push_back(node);
    path_.push_back({node});
  }

  void leave(std::size_t node) {
    path_.pop_back();
    if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[node]);
    if (low_[node] != order_[node]) return;
    std::size_t member = none;
    do {
      member = open_.back();
      open_.pop_back();
      knot_[member] = knots_;
    } while (member != node);
    ++knots_;
  }

  const std::vector<std::vector<std::size_t>>& edges_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> low_;
  std::vector<std::size_t> knot_;
  std::vector<std::size_t> open_;  // not in a component yet
  std::vector<Visit> path_;
  std::size_t count_ = 0;
  std::size_t knots_ = 0;
};

using model::DesiredService;

/// Names and pinned ids → index in the file.
class Index {
 public:
  /// `kind` is "group" or "service".
  explicit Index(std::string_view kind) : kind_(kind) {}

  void add(const SourceString& name, const std::optional<SourceString>& id, std::size_t index,
           bool name_is_id, yaml::Diagnostics& diagnostics) {
    if (name.text.empty()) return;  // reported where it was read
    names_.push_back(name.text);
    enter(name, name, index, diagnostics);
    if (!id || id->text == name.text) return;
    if (name_is_id) {
      diagnostics.add(*id,
                      fmt::format("the name of {} {} is an id, and differs from its `id` {}", kind_,
                                  yaml::quoted(name.text), yaml::quoted(id->text)),
                      "keep one of the two, or use the name before the colon");
      return;
    }
    enter(*id, name, index, diagnostics);
  }

  std::optional<std::size_t> find(const std::string& word) const {
    const auto found = places_.find(word);
    return found == places_.end() ? std::nullopt : std::optional(found->second.first);
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  void enter(const SourceString& word, const SourceString& name, std::size_t index,
             yaml::Diagnostics& diagnostics) {
    const auto [found, fresh] = places_.emplace(word.text, std::pair(index, name.text));
    if (fresh) return;
    diagnostics.add(word, fmt::format("{} is already used for {} {}", yaml::quoted(word.text), kind_,
                                      yaml::quoted(found->second.second)));
  }

  std::string_view kind_;
  std::map<std::string, std::pair<std::size_t, std::string>> places_;
  std::vector<std::string> names_;
};

/// Replaces each word by its name in the file. Reports and leaves out what cannot be resolved.
std::vector<SourceString> resolve(const std::vector<SourceString>& words, const Index& index,
                                  std::string_view key, std::string_view section, std::string_view kind,
                                  const auto& name_of, yaml::Diagnostics& diagnostics) {
  std::vector<SourceString> resolved;
  for (const SourceString& word : words) {
    const auto found = index.find(word.text);
    if (!found) {
      std::string cure = yaml::did_you_mean(word.text, index.names(), diagnostics);
      if (cure.empty()) cure = fmt::format("define it under `{}`, or remove it here", section);
      diagnostics.add(word,
                      fmt::format("{} names {}, which is not defined under `{}`", yaml::quoted(key),
                                  yaml::quoted(word.text), section),
                      std::move(cure));
      continue;
    }
    const SourceString& name = name_of(*found);
    if (std::ranges::find(resolved, name.text, &SourceString::text) != resolved.end()) {
      diagnostics.add(word,
                      fmt::format("{} names {} {} twice", yaml::quoted(key), kind, yaml::quoted(name.text)),
                      "remove one");
      continue;
    }
    resolved.push_back({name.text, word.place});
  }
  return resolved;
}

void refuse_self(DesiredService& service, yaml::Diagnostics& diagnostics) {
  const auto self = std::ranges::find(service.after, service.name.text, &SourceString::text);
  if (self == service.after.end()) return;
  diagnostics.add(*self, fmt::format("service {} cannot come after itself", yaml::quoted(service.name.text)),
                  "remove it");
  service.after.erase(self);
}

/// `order: listed` keeps the file's order, so `after` may only name earlier services.
void check_listed_order(const model::Desired& desired, const Index& services,
                        yaml::Diagnostics& diagnostics) {
  for (std::size_t at = 0; at < desired.services.size(); ++at) {
    for (const SourceString& word : desired.services[at].after) {
      if (services.find(word.text).value_or(at) <= at) continue;
      diagnostics.add(word,
                      fmt::format("`order: listed` deploys {} before {}, but `after` requires the opposite",
                                  yaml::quoted(desired.services[at].name.text), yaml::quoted(word.text)),
                      "move the service down in the file, or use `order: dependencies`");
    }
  }
}

enum class Mark { unseen, open, done };

struct Step {
  std::size_t service;
  std::size_t next = 0;  // in its `after`
};

std::string spell(const std::vector<DesiredService>& services, std::span<const Step> path) {
  constexpr std::size_t most_names = 12;
  std::vector<std::string> names;
  for (const Step& step : path.first(std::min(path.size(), most_names))) {
    names.push_back(clean(services[step.service].name.text, 60));
  }
  if (path.size() > most_names) names.push_back(fmt::format("({} more)", path.size() - most_names));
  names.push_back(names.front());
  return join(names, " → ");
}

/// Reports cycles. `after` contains names of these services, never a service's own.
void report_cycles(const std::vector<DesiredService>& services, yaml::Diagnostics& diagnostics) {
  std::map<std::string_view, std::size_t> index;
  for (std::size_t at = 0; at < services.size(); ++at) index.emplace(services[at].name.text, at);
  std::vector<Mark> marks(services.size(), Mark::unseen);
  // Depth first with an explicit stack: a long chain must not exhaust the program's.
  for (std::size_t first = 0; first < services.size(); ++first) {
    std::vector<Step> path;
    if (marks[first] == Mark::unseen) path.push_back({first});
    while (!path.empty() && !diagnostics.full()) {
      Step& step = path.back();
      const auto& after = services[step.service].after;
      marks[step.service] = Mark::open;
      if (step.next == after.size()) {
        marks[step.service] = Mark::done;
        path.pop_back();
        continue;
      }
      const SourceString& word = after[step.next++];
      const std::size_t target = index.at(word.text);
      if (marks[target] == Mark::unseen) {
        path.push_back({target});
      } else if (marks[target] == Mark::open) {
        const auto begin = std::ranges::find(path, target, &Step::service);
        diagnostics.add(word, fmt::format("`after` forms a cycle: {}", spell(services, {begin, path.end()})),
                        "remove one of these dependencies");
      }
    }
  }
}

}  // namespace

std::vector<std::size_t> strongly_connected(const std::vector<std::vector<std::size_t>>& edges) {
  return Finder(edges).run();
}

void resolve_references(model::Desired& desired, yaml::Diagnostics& diagnostics) {
  Index groups("group");
  for (std::size_t at = 0; at < desired.groups.size(); ++at) {
    const auto& group = desired.groups[at];
    groups.add(group.name, group.id, at, looks_like_group_id(group.name.text), diagnostics);
  }
  Index services("service");
  for (std::size_t at = 0; at < desired.services.size(); ++at) {
    const auto& service = desired.services[at];
    services.add(service.name, service.id, at, looks_like_service_id(service.name.text), diagnostics);
  }
  const auto group_name = [&](std::size_t at) -> const SourceString& { return desired.groups[at].name; };
  const auto service_name = [&](std::size_t at) -> const SourceString& { return desired.services[at].name; };
  for (DesiredService& service : desired.services) {
    service.link = resolve(service.link, groups, "link", "groups", "group", group_name, diagnostics);
    service.after =
        resolve(service.after, services, "after", "services", "service", service_name, diagnostics);
    refuse_self(service, diagnostics);
  }
  if (desired.rollout.order == model::Order::listed) check_listed_order(desired, services, diagnostics);
  report_cycles(desired.services, diagnostics);
}

}  // namespace envlink::config
