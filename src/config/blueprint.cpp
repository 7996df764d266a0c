#include "config/blueprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "config/file.h"
#include "config/report.h"
#include "config/yaml.h"

namespace envlink::config {
namespace {

using model::ServiceType;
using model::SourceString;

/// The mappings of a list. What is no list and what is no mapping in it is reported; nothing counts as empty.
std::vector<const yaml::Node*> mappings(const yaml::Node* list, std::string_view key, Report& report) {
  std::vector<const yaml::Node*> result;
  if (list == nullptr || list->broken || yaml::is_null(*list)) return result;
  if (list->kind != yaml::Kind::sequence) {
    report.wrong_kind(*list, key, "a list");
    return result;
  }
  for (const yaml::NodePtr& item : list->items) {
    if (item->kind == yaml::Kind::mapping) {
      result.push_back(item.get());
    } else if (!item->broken) {
      report.add(*item, fmt::format("an entry of {} must be a mapping, found {}", quoted(key),
                                    yaml::kind_words(*item)));
    }
  }
  return result;
}

/// Numbers and words like `true` are names as well: what they are to Render is not for envlink to judge.
std::optional<SourceString> text_of(const yaml::Node& node, std::string_view key, Report& report) {
  if (node.kind == yaml::Kind::scalar && !node.broken && !yaml::is_null(node)) return report.word(node);
  report.wrong_kind(node, key, "text");
  return std::nullopt;
}

std::optional<SourceString> member_text(const yaml::Node& of, std::string_view key, std::string_view subject,
                                        Report& report) {
  if (const yaml::Node* node = of.find(key)) return text_of(*node, key, report);
  report.add(of, fmt::format("{} lacks {}", subject, quoted(key)));
  return std::nullopt;
}

void add_once(std::vector<SourceString>& words, std::set<std::string>& seen, SourceString word) {
  if (seen.insert(word.text).second) words.push_back(std::move(word));
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
  explicit Reader(std::vector<Problem> problems) : report_(std::move(problems)) {}

  tl::expected<Blueprint, std::vector<Problem>> read(const yaml::Node* root) {
    if (root != nullptr) read_root(*root);
    if (!report_.empty()) return tl::make_unexpected(report_.take());
    return std::move(blueprint_);
  }

 private:
  void read_root(const yaml::Node& root) {
    if (root.kind != yaml::Kind::mapping) {
      if (!root.broken)
        report_.add(root, fmt::format("a Blueprint must be a mapping, found {}", yaml::kind_words(root)));
      return;
    }
    read_resources(root);
    if (const yaml::Node* ungrouped = root.find("ungrouped");
        ungrouped != nullptr && ungrouped->kind == yaml::Kind::mapping) {
      read_resources(*ungrouped);
    }
    for (const yaml::Node* project : mappings(root.find("projects"), "projects", report_)) {
      for (const yaml::Node* environment : mappings(project->find("environments"), "environments", report_)) {
        read_resources(*environment);
      }
    }
  }

  void read_resources(const yaml::Node& holder) {
    for (const yaml::Node* group : mappings(holder.find("envVarGroups"), "envVarGroups", report_))
      read_group(*group);
    for (const yaml::Node* service : mappings(holder.find("services"), "services", report_))
      read_service(*service);
    for (const yaml::Node* database : mappings(holder.find("databases"), "databases", report_)) {
      if (const yaml::Node* name = database->find("name")) blueprint_.stores.push_back(name->text);
    }
  }

  void read_group(const yaml::Node& node) {
    BlueprintGroup group;
    auto name = member_text(node, "name", "a group", report_);
    if (!name) return;
    group.name = std::move(*name);
    std::set<std::string> seen;
    for (const yaml::Node* variable : mappings(node.find("envVars"), "envVars", report_)) {
      const yaml::Node* key = variable->find("key");
      if (key == nullptr) continue;
      const auto word = text_of(*key, "key", report_);
      if (word && seen.insert(word->text).second) group.keys.push_back(word->text);
    }
    // Whether groups of two environments may share a name is unknown.
    const auto [first, fresh] = groups_.emplace(group.name.text, blueprint_.groups.size());
    if (fresh) {
      blueprint_.groups.push_back(std::move(group));
    } else {
      blueprint_.groups[first->second].again_in = group.name.place.line;
    }
  }

  void read_service(const yaml::Node& node) {
    BlueprintService service;
    auto name = member_text(node, "name", "a service", report_);
    const auto type = member_text(node, "type", "a service", report_);
    if (!name || !type) return;
    service.name = std::move(*name);
    service.type_text = type->text;
    service.type = type_of(type->text, node);
    if (!claim(service.name)) return;
    if (type->text == "keyvalue" || type->text == "redis") {
      blueprint_.stores.push_back(service.name.text);
      return;
    }
    read_variables(node, service);
    blueprint_.services.push_back(std::move(service));
  }

  void read_variables(const yaml::Node& node, BlueprintService& service) {
    std::set<std::string> groups;
    std::set<std::string> sources;
    for (const yaml::Node* variable : mappings(node.find("envVars"), "envVars", report_)) {
      if (const yaml::Node* group = variable->find("fromGroup")) {
        if (auto word = text_of(*group, "fromGroup", report_))
          add_once(service.groups, groups, std::move(*word));
      }
      const yaml::Node* from = variable->find("fromService");
      if (from == nullptr) continue;
      if (from->kind != yaml::Kind::mapping) {
        report_.wrong_kind(*from, "fromService", "a mapping");
      } else if (auto word = member_text(*from, "name", quoted("fromService"), report_)) {
        add_once(service.sources, sources, std::move(*word));
      }
    }
  }

  /// True for the first of its name.
  bool claim(const SourceString& name) {
    const auto [seen, fresh] = services_.emplace(name.text, name.place.line);
    if (!fresh) {
      report_.add(name, fmt::format("service {} stands in line {} already", quoted(name.text), seen->second),
                  "keep one of the two: Render takes a service from one place of a Blueprint only");
    }
    return fresh;
  }

  Report report_;
  Blueprint blueprint_;
  std::map<std::string, std::size_t> groups_;
  std::map<std::string, int> services_;
};

}  // namespace

tl::expected<Blueprint, std::vector<Problem>> parse_blueprint(std::string_view text) {
  yaml::Document document = yaml::parse(text, max_file_size);
  return Reader(std::move(document.problems)).read(document.root.get());
}

}  // namespace envlink::config
