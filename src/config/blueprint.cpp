#include "config/blueprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "config/file.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {
namespace {

using model::ServiceType;

/// The mappings in a list. Reports a node that is not a list and entries that are not mappings; null is
/// empty.
std::vector<const yaml::Node*> mappings(const yaml::Node* list, std::string_view key,
                                        yaml::Diagnostics& diagnostics) {
  std::vector<const yaml::Node*> result;
  if (list == nullptr || list->broken || yaml::is_null(*list)) return result;
  if (list->kind != yaml::Kind::sequence) {
    diagnostics.wrong_kind(*list, key, "a list");
    return result;
  }
  for (const yaml::NodePtr& item : list->items) {
    if (item->kind == yaml::Kind::mapping) {
      result.push_back(item.get());
    } else if (!item->broken) {
      diagnostics.add(*item, fmt::format("an entry of {} must be a mapping, found {}", yaml::quoted(key),
                                         yaml::kind_words(*item)));
    }
  }
  return result;
}

/// Numbers and words like `true` are accepted as names: Render decides whether they are valid.
std::optional<SourceString> text_of(const yaml::Node& node, std::string_view key,
                                    yaml::Diagnostics& diagnostics) {
  if (node.kind == yaml::Kind::scalar && !node.broken && !yaml::is_null(node)) return diagnostics.word(node);
  diagnostics.wrong_kind(node, key, "text");
  return std::nullopt;
}

std::optional<SourceString> member_text(const yaml::Node& of, std::string_view key, std::string_view subject,
                                        yaml::Diagnostics& diagnostics) {
  if (const yaml::Node* node = of.find(key)) return text_of(*node, key, diagnostics);
  diagnostics.add(of, fmt::format("{} lacks {}", subject, yaml::quoted(key)));
  return std::nullopt;
}

void add_once(std::vector<SourceString>& words, std::set<std::string>& seen, SourceString word) {
  if (seen.insert(word.text).second) words.push_back(std::move(word));
}

/// Key Value, by its current and its former name. A service may have the same name as one.
bool is_store(std::string_view type) {
  return type == "keyvalue" || type == "redis";
}

ServiceType type_of(std::string_view type, const yaml::Node& service) {
  if (type == "pserv") return ServiceType::private_service;
  if (type == "worker") return ServiceType::background_worker;
  if (type == "cron") return ServiceType::cron_job;
  if (type != "web") return ServiceType::unknown;
  for (const std::string_view key : {"runtime", "env"}) {
    const yaml::Node* runtime = service.find(key);
    if (runtime != nullptr && runtime->text == "static") return ServiceType::static_site;
  }
  return ServiceType::web_service;
}

class Reader {
 public:
  explicit Reader(std::vector<yaml::Problem> problems) : diagnostics_(std::move(problems)) {}

  tl::expected<Blueprint, std::vector<yaml::Problem>> read(const yaml::Node* root) {
    if (root != nullptr) read_root(*root);
    if (!diagnostics_.empty()) return tl::make_unexpected(diagnostics_.take());
    return std::move(blueprint_);
  }

 private:
  void read_root(const yaml::Node& root) {
    if (root.kind != yaml::Kind::mapping) {
      if (!root.broken)
        diagnostics_.add(root,
                         fmt::format("a Blueprint must be a mapping, found {}", yaml::kind_words(root)));
      return;
    }
    read_resources(root, {});
    if (const yaml::Node* ungrouped = root.find("ungrouped");
        ungrouped != nullptr && ungrouped->kind == yaml::Kind::mapping) {
      read_resources(*ungrouped, {});
    }
    for (const yaml::Node* project : mappings(root.find("projects"), "projects", diagnostics_)) {
      read_resources(*project, {});
      for (const yaml::Node* environment :
           mappings(project->find("environments"), "environments", diagnostics_)) {
        const yaml::Node* name = environment->find("name");
        read_resources(*environment, {environment, name == nullptr ? std::string{} : name->text});
      }
    }
  }

  /// Where a service is defined: in an environment, or outside all of them.
  struct Scope {
    const yaml::Node* environment = nullptr;
    std::string name{};
  };

  void read_resources(const yaml::Node& holder, const Scope& scope) {
    for (const yaml::Node* group : mappings(holder.find("envVarGroups"), "envVarGroups", diagnostics_))
      read_group(*group);
    for (const yaml::Node* service : mappings(holder.find("services"), "services", diagnostics_))
      read_service(*service, scope);
    for (const yaml::Node* database : mappings(holder.find("databases"), "databases", diagnostics_)) {
      if (const yaml::Node* name = database->find("name")) blueprint_.stores.push_back(name->text);
    }
  }

  void read_group(const yaml::Node& node) {
    BlueprintGroup group;
    auto name = member_text(node, "name", "a group", diagnostics_);
    if (!name) return;
    group.name = std::move(*name);
    std::set<std::string> seen;
    for (const yaml::Node* variable : mappings(node.find("envVars"), "envVars", diagnostics_)) {
      const yaml::Node* key = variable->find("key");
      if (key == nullptr) continue;
      const auto word = text_of(*key, "key", diagnostics_);
      if (!word || !seen.insert(word->text).second) continue;
      const yaml::Node* sync = variable->find("sync");
      const bool created = sync == nullptr || yaml::as_bool(*sync) != false;
      (created ? group.keys : group.ignored).push_back(word->text);
    }
    // Whether groups of two environments may share a name is unknown.
    const auto [first, fresh] = groups_.emplace(group.name.text, blueprint_.groups.size());
    if (fresh) {
      blueprint_.groups.push_back(std::move(group));
    } else {
      blueprint_.groups[first->second].again_in = group.name.place.line;
    }
  }

  void read_service(const yaml::Node& node, const Scope& scope) {
    BlueprintService service;
    auto name = member_text(node, "name", "a service", diagnostics_);
    const auto type = member_text(node, "type", "a service", diagnostics_);
    if (!name || !type) return;
    service.name = std::move(*name);
    service.type_text = type->text;
    service.type = type_of(type->text, node);
    service.environment = scope.name;
    if (is_store(type->text)) {
      blueprint_.stores.push_back(service.name.text);
      return;
    }
    if (!claim(service.name, scope)) return;
    read_variables(node, service);
    if (type->text == "workflow") {
      blueprint_.workflows.push_back(std::move(service));
      return;
    }
    blueprint_.services.push_back(std::move(service));
  }

  void read_variables(const yaml::Node& node, BlueprintService& service) {
    std::set<std::string> groups;
    std::set<std::string> sources;
    for (const yaml::Node* variable : mappings(node.find("envVars"), "envVars", diagnostics_)) {
      if (const yaml::Node* group = variable->find("fromGroup")) {
        if (auto word = text_of(*group, "fromGroup", diagnostics_))
          add_once(service.groups, groups, std::move(*word));
      }
      const yaml::Node* from = variable->find("fromService");
      if (from == nullptr) continue;
      if (from->kind != yaml::Kind::mapping) {
        diagnostics_.wrong_kind(*from, "fromService", "a mapping");
      } else if (auto word = member_text(*from, "name", yaml::quoted("fromService"), diagnostics_)) {
        const yaml::Node* type = from->find("type");
        if (type == nullptr || !is_store(type->text)) add_once(service.sources, sources, std::move(*word));
      }
    }
  }

  /// True for the first service with its name in its environment.
  bool claim(const SourceString& name, const Scope& scope) {
    const auto [seen, fresh] = services_.emplace(std::pair(scope.environment, name.text), name.place.line);
    if (!fresh) {
      diagnostics_.add(
          name,
          fmt::format("service {} is already defined on line {}", yaml::quoted(name.text), seen->second),
          "remove one of them: services share a name only across environments");
    }
    return fresh;
  }

  yaml::Diagnostics diagnostics_;
  Blueprint blueprint_;
  std::map<std::string, std::size_t> groups_;
  std::map<std::pair<const yaml::Node*, std::string>, int> services_;  // by environment and name
};

}  // namespace

tl::expected<Blueprint, std::vector<yaml::Problem>> parse_blueprint(std::string_view text) {
  yaml::Document document = yaml::parse(text, yaml::max_file_size);
  return Reader(std::move(document.problems)).read(document.root.get());
}

}  // namespace envlink::config
