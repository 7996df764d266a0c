#include "config/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "config/references.h"
#include "plan/finding.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {
namespace {

void check_id(const model::PolicyRule& rule, yaml::Diagnostics& diagnostics) {
  const plan::FindingKind* kind = plan::find_finding_kind(rule.id.text);
  if (kind == nullptr) {
    std::vector<std::string> ids;
    for (const plan::FindingKind& one : plan::finding_kinds()) ids.emplace_back(one.id);
    std::string cure = yaml::did_you_mean(rule.id.text, ids, diagnostics);
    if (cure.empty())
      cure = "docs/findings.md lists them; `envlink plan -o json` shows the id of each finding";
    diagnostics.add(rule.id, fmt::format("`id` names {}, which is no finding", yaml::quoted(rule.id.text)),
                    std::move(cure));
  } else if (kind->check == nullptr) {
    diagnostics.add(
        rule.id,
        fmt::format("no policy changes {}: no plan of this file tells it", yaml::quoted(rule.id.text)),
        "remove this policy; docs/findings.md lists those of the preflight");
  } else if (kind->guards) {
    diagnostics.add(rule.id,
                    fmt::format("{} keeps writes from what was not meant: no policy lowers it",
                                yaml::quoted(rule.id.text)),
                    "remove this policy, and cure what the finding says");
  }
}

std::optional<model::PolicyRule> read_rule(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  enum class Choice { unset, error, warning, note, ignore };
  yaml::MappingReader section(node, "an entry of policy", diagnostics);
  if (!section.readable()) return std::nullopt;
  model::PolicyRule rule;
  bool whole = true;
  const auto required = [&](std::string_view key) {
    const yaml::Node* value = section.get(key);
    if (value == nullptr && node.find(key) == nullptr)
      diagnostics.add(node, fmt::format("an entry of `policy` lacks {}", yaml::quoted(key)),
                      "each needs `id`, `severity` and `reason`");
    whole = whole && value != nullptr;
    return value;
  };
  if (const auto* id = required("id")) {
    const auto word = read_word(*id, "id", "the id of a finding", diagnostics);
    whole = whole && word.has_value();
    if (word) rule.id = *word;
  }
  Choice choice = Choice::unset;
  read_choice(required("severity"), "severity",
              {{"error", Choice::error},
               {"warning", Choice::warning},
               {"note", Choice::note},
               {"ignore", Choice::ignore}},
              choice, diagnostics);
  if (choice == Choice::error) rule.severity = model::Severity::error;
  if (choice == Choice::warning) rule.severity = model::Severity::warning;
  if (choice == Choice::note) rule.severity = model::Severity::note;
  whole = whole && choice != Choice::unset;
  if (const auto* subject = section.get("subject")) {
    rule.subject = read_word(*subject, "subject", "a group or a service of this file", diagnostics);
    whole = whole && rule.subject;
  }
  if (const auto* variable = section.get("variable")) {
    rule.variable = read_word(*variable, "variable", "the name of a variable", diagnostics);
    whole = whole && rule.variable;
  }
  if (const auto* reason = required("reason")) {
    const auto word = read_word(*reason, "reason", "a text that says why", diagnostics);
    whole = whole && word.has_value();
    if (word) rule.reason = word->text;
  }
  section.finish();
  if (!whole) return std::nullopt;
  check_id(rule, diagnostics);
  return rule;
}

std::vector<model::PolicyRule> read_policy(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  std::vector<model::PolicyRule> rules;
  if (yaml::is_null(node)) return rules;
  if (node.kind != yaml::Kind::sequence) {
    diagnostics.wrong_kind(node, "policy", "a list", "write `- id: …`");
    return rules;
  }
  for (const yaml::NodePtr& item : node.items) {
    if (item->broken) continue;
    if (item->kind != yaml::Kind::mapping) {
      diagnostics.wrong_kind(*item, "an entry of policy", "a mapping with `id`, `severity` and `reason`");
    } else if (auto rule = read_rule(*item, diagnostics)) {
      rules.push_back(std::move(*rule));
    }
  }
  return rules;
}

/// Subjects must be groups or services of the file.
void check_policy_subjects(const model::Desired& desired, yaml::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  const auto take = [&names](const auto& things) {
    for (const auto& thing : things) {
      names.push_back(thing.name.text);
      if (thing.id) names.push_back(thing.id->text);
    }
  };
  take(desired.groups);
  take(desired.services);
  for (const model::PolicyRule& rule : desired.policy) {
    if (!rule.subject || std::ranges::find(names, rule.subject->text) != names.end()) continue;
    std::string cure = yaml::did_you_mean(rule.subject->text, names, diagnostics);
    if (cure.empty()) cure = "name one of this file, or leave `subject` out";
    diagnostics.add(*rule.subject,
                    fmt::format("`subject` names {}, which is no group and no service of this file",
                                yaml::quoted(rule.subject->text)),
                    std::move(cure));
  }
}

using namespace std::chrono_literals;
using model::Desired;

constexpr int most_variables = 100'000;
constexpr int most_parallel = 1000;

constexpr std::array<std::string_view, 1> group_ids = {"evg-"};
constexpr std::array<std::string_view, 2> service_ids = {"srv-", "crn-"};

/// One of the words of an enumeration.
template <HasWords Enum>
void read_word_of(const yaml::Node* node, std::string_view key, Enum& into, yaml::Diagnostics& diagnostics) {
  if (node == nullptr) return;
  const std::vector<std::string> words(words_of<Enum>.begin(), words_of<Enum>.end());
  if (const auto index = read_choice_index(*node, key, words, diagnostics)) into = static_cast<Enum>(*index);
}

template <class T>
void assign(T& into, std::optional<T> value) {
  if (value) into = std::move(*value);
}

std::optional<model::VariableCount> read_variable_count(const yaml::Node& node,
                                                        yaml::Diagnostics& diagnostics) {
  model::VariableCount count;
  count.place = node.place;
  if (node.kind != yaml::Kind::mapping) {
    if (!yaml::is_number(node)) {
      diagnostics.wrong_kind(node, "variables", "a number, or {min: 39}");
      return std::nullopt;
    }
    const auto number = read_int(node, "variables", 0, most_variables, diagnostics);
    if (!number) return std::nullopt;
    count.number = *number;
    return count;
  }
  yaml::MappingReader section(node, "variables", diagnostics);
  const yaml::Node* min = section.get("min");
  section.finish();
  if (min == nullptr) {
    if (node.find("min") == nullptr)
      diagnostics.add(node, "`variables` lacks `min`", "write a number, or {min: 39}");
    return std::nullopt;
  }
  const auto number = read_int(*min, "min", 0, most_variables, diagnostics);
  if (!number) return std::nullopt;
  count.number = *number;
  count.at_least = true;
  return count;
}

model::DesiredGroup read_group(const yaml::Entry& entry, yaml::Diagnostics& diagnostics) {
  model::DesiredGroup group;
  assign(group.name, read_name(entry, "a group", diagnostics));
  yaml::MappingReader section(*entry.value, entry.key, diagnostics);
  if (const auto* id = section.get("id")) group.id = read_id(*id, "id", group_ids, diagnostics);
  if (const auto* variables = section.get("variables")) {
    group.variables = read_variable_count(*variables, diagnostics);
  }
  if (const auto* require = section.get("require")) {
    group.require = read_requirements(*require, diagnostics);
  }
  section.finish();
  return group;
}

model::DesiredService read_service(const yaml::Entry& entry, yaml::Diagnostics& diagnostics) {
  model::DesiredService service;
  assign(service.name, read_name(entry, "a service", diagnostics));
  yaml::MappingReader section(*entry.value, entry.key, diagnostics);
  if (const auto* id = section.get("id")) service.id = read_id(*id, "id", service_ids, diagnostics);
  if (const auto* type = section.get("type")) {
    std::vector<std::string> types(words_of<model::ServiceType>.begin(), words_of<model::ServiceType>.end());
    types.pop_back();  // `unknown` is for what Render calls by a new word
    if (const auto index = read_choice_index(*type, "type", types, diagnostics))
      service.type = static_cast<model::ServiceType>(*index);
    service.type_place = type->place;
  }
  if (const auto* link = section.get("link"))
    service.link = read_list(*link, "link", "group names", diagnostics);
  if (const auto* after = section.get("after")) {
    service.after = read_list(*after, "after", "service names", diagnostics);
  }
  if (const auto* require = section.get("require")) {
    service.require = read_requirements(*require, diagnostics);
  }
  if (const auto* from = section.get("require_from")) {
    service.require_from = read_word(*from, "require_from", "the path of a dotenv file", diagnostics);
  }
  section.finish();
  return service;
}

/// `groups` and `services`: a mapping from names to what is wished of them.
template <class T>
void read_named(const yaml::Node* node, std::string_view key,
                T (*read)(const yaml::Entry&, yaml::Diagnostics&), std::vector<T>& into,
                yaml::Diagnostics& diagnostics) {
  if (node == nullptr) return;
  if (node->kind != yaml::Kind::mapping) {
    const bool listed = node->kind == yaml::Kind::sequence;
    if (!yaml::is_null(*node)) {
      diagnostics.wrong_kind(*node, key, "a mapping", listed ? "write `name:` instead of `- name`" : "");
    }
    return;
  }
  for (const yaml::Entry& entry : node->entries) {
    if (!entry.key.starts_with("x-")) into.push_back(read(entry, diagnostics));
  }
}

void read_rollout(const yaml::Node& node, model::RolloutSettings& rollout, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "rollout", diagnostics);
  read_word_of(section.get("order"), "order", rollout.order, diagnostics);
  read_word_of(section.get("gate"), "gate", rollout.gate, diagnostics);
  if (const auto* value = section.get("max_parallel")) {
    assign(rollout.max_parallel, read_int(*value, "max_parallel", 1, most_parallel, diagnostics));
  }
  read_word_of(section.get("on_failure"), "on_failure", rollout.on_failure, diagnostics);
  read_word_of(section.get("deploy"), "deploy", rollout.deploy, diagnostics);
  if (const auto* value = section.get("poll_interval")) {
    assign(rollout.poll_interval, read_duration(*value, "poll_interval", 1s, 1h, diagnostics));
  }
  if (const auto* value = section.get("timeout")) {
    assign(rollout.timeout, read_duration(*value, "timeout", 1ms, 24h, diagnostics));
  }
  section.finish();
}

void read_api(const yaml::Node& node, model::ApiSettings& api, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "api", diagnostics);
  read_word_of(section.get("link_method"), "link_method", api.link_method, diagnostics);
  if (const auto* value = section.get("min_interval")) {
    assign(api.min_interval, read_duration(*value, "min_interval", 0s, 1min, diagnostics));
  }
  if (const auto* value = section.get("retries"))
    assign(api.retries, read_int(*value, "retries", 0, 10, diagnostics));
  if (const auto* value = section.get("backoff")) {
    assign(api.backoff, read_duration(*value, "backoff", 0s, 5min, diagnostics));
  }
  section.finish();
}

void read_links(const yaml::Node& node, model::Unmanaged& unmanaged, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "links", diagnostics);
  read_word_of(section.get("unmanaged"), "unmanaged", unmanaged, diagnostics);
  section.finish();
}

void read_top(const yaml::Node& root, Desired& desired, yaml::Diagnostics& diagnostics) {
  if (yaml::is_null(root)) {
    diagnostics.add({1, 1}, 1, "the file is empty",
                    "begin it with `version: 1`; `envlink init` writes a whole one");
    return;
  }
  if (root.kind != yaml::Kind::mapping) {
    if (!root.broken)
      diagnostics.add(root, fmt::format("the file must be a mapping, found {}", yaml::kind_words(root)));
    return;
  }
  yaml::MappingReader top(root, "the file", diagnostics);
  top.get("version");
  read_version(root, diagnostics);
  if (const auto* node = top.get("workspace")) {
    desired.workspace = read_word(*node, "workspace", "the name or the id of a workspace", diagnostics);
  }
  read_named(top.get("groups"), "groups", read_group, desired.groups, diagnostics);
  read_named(top.get("services"), "services", read_service, desired.services, diagnostics);
  if (const auto* node = top.get("links")) read_links(*node, desired.unmanaged, diagnostics);
  if (const auto* node = top.get("policy")) desired.policy = read_policy(*node, diagnostics);
  if (const auto* node = top.get("rollout")) read_rollout(*node, desired.rollout, diagnostics);
  if (const auto* node = top.get("api")) read_api(*node, desired.api, diagnostics);
  top.finish();
}

}  // namespace

tl::expected<Desired, std::vector<yaml::Problem>> parse_file(std::string_view text, const std::string& name,
                                                             const ReadFile& read) {
  yaml::Document document = yaml::parse(text, yaml::max_file_size);
  yaml::Diagnostics diagnostics(std::move(document.problems));
  Desired desired;
  desired.file = name;
  if (document.root) {
    read_top(*document.root, desired, diagnostics);
    resolve_references(desired, diagnostics);
    check_policy_subjects(desired, diagnostics);
    for (model::DesiredService& service : desired.services) {
      if (read && service.require_from) add_required_from(service, name, read, diagnostics);
    }
  }
  if (!diagnostics.empty()) return tl::make_unexpected(diagnostics.take());
  return desired;
}

}  // namespace envlink::config
