#include "config/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "base/mask_keys.h"
#include "base/text.h"
#include "config/dotenv.h"
#include "config/references.h"
#include "config/store_address.h"
#include "config/values.h"
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
    diagnostics.add(rule.id, fmt::format("`id` is {}, which is not a finding", yaml::quoted(rule.id.text)),
                    std::move(cure));
  } else if (!kind->goes_by_policy()) {
    diagnostics.add(
        rule.id,
        fmt::format("a policy cannot change {}: no plan of this file reports it", yaml::quoted(rule.id.text)),
        "remove this policy; docs/findings.md lists the findings that a policy can change");
  } else if (kind->guards) {
    diagnostics.add(
        rule.id,
        fmt::format("a policy cannot change {}: it prevents unintended writes", yaml::quoted(rule.id.text)),
        "remove this policy, and fix what the finding reports");
  }
}

std::optional<model::PolicyRule> read_rule(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "an entry of policy", diagnostics);
  if (!section.readable()) return std::nullopt;
  for (const std::string_view key : {"id", "severity", "reason"}) {
    section.require(key, {node.place, fmt::format("an entry of `policy` lacks {}", yaml::quoted(key)),
                          "each needs `id`, `severity` and `reason`", node.length});
  }
  const std::vector<std::string> severities = {"error", "warning", "note", "ignore"};
  model::PolicyRule rule;
  std::optional<SourceString> id;
  std::optional<SourceString> reason;
  std::optional<std::size_t> severity;
  section.read("id", id, yaml::read_word, "the id of a finding");
  section.read("severity", severity, yaml::read_choice_index, severities);
  bool whole = section.read("subject", rule.subject, yaml::read_word, "a group or a service of this file");
  whole = section.read("variable", rule.variable, yaml::read_word, "the name of a variable") && whole;
  section.read("reason", reason, yaml::read_word, "a text that says why");
  section.finish();
  if (!whole || !id || !severity || !reason) return std::nullopt;
  rule.id = *id;
  rule.severity = from_word<model::Severity>(severities[*severity]);
  rule.reason = reason->text;
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

/// Subjects must be groups or services of the file, except for findings that no plan reports.
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
    const plan::FindingKind* kind = plan::find_finding_kind(rule.id.text);
    const bool anything = !rule.subject || (kind != nullptr && !kind->command.empty());
    if (anything || std::ranges::find(names, rule.subject->text) != names.end()) continue;
    std::string cure = yaml::did_you_mean(rule.subject->text, names, diagnostics);
    if (cure.empty()) cure = "use one from this file, or leave `subject` out";
    diagnostics.add(*rule.subject,
                    fmt::format("`subject` is {}, which is not a group or a service of this file",
                                yaml::quoted(rule.subject->text)),
                    std::move(cure));
  }
}

using namespace std::chrono_literals;
using model::Desired;

constexpr int most_variables = 100'000;
constexpr int most_parallel = 1000;
constexpr std::size_t most_keys = 10'000;  // of a dotenv file

constexpr std::array<std::string_view, 1> group_ids = {"evg-"};
constexpr std::array<std::string_view, 2> service_ids = {"srv-", "crn-"};

std::optional<model::VariableCount> read_variable_count(const yaml::Node& node, std::string_view key,
                                                        yaml::Diagnostics& diagnostics) {
  std::optional<int> number;
  const bool at_least = node.kind == yaml::Kind::mapping;
  if (at_least) {
    yaml::MappingReader section(node, key, diagnostics);
    section.read("min", number, yaml::read_int, 0, most_variables);
    section.require("min",
                    {node.place, "`variables` lacks `min`", "write a number, or {min: 39}", node.length});
    section.finish();
  } else if (!yaml::is_number(node)) {
    diagnostics.wrong_kind(node, key, "a number, or {min: 39}");
  } else {
    number = yaml::read_int(node, key, 0, most_variables, diagnostics);
  }
  if (!number) return std::nullopt;
  return model::VariableCount{.number = *number, .at_least = at_least, .place = node.place};
}

/// `file:ca.pem` requires a secret file. Only its name can be checked.
bool check_file_name(const SourceString& key, bool shaped, yaml::Diagnostics& diagnostics) {
  if (!model::is_file_key(key.text)) return true;
  if (key.text.size() == model::file_prefix.size()) {
    diagnostics.add(key, "`require` has a secret file without a name", "write file:NAME");
    return false;
  }
  if (shaped)
    diagnostics.add(key,
                    fmt::format("{} is a secret file, which cannot have a shape", yaml::quoted(key.text)),
                    "write only its name");
  return !shaped;
}

/// {PORT: number}
std::optional<model::Requirement> read_shaped(const yaml::Node& item, yaml::Diagnostics& diagnostics) {
  if (item.entries.size() != 1) {
    diagnostics.add(item, "an entry of `require` must be a name, or a name with its shape",
                    "write KEY or KEY: url, one per entry");
    return std::nullopt;
  }
  const yaml::Entry& entry = item.entries.front();
  const auto key = read_name(entry, "a required variable", diagnostics);
  if (entry.value->broken) return std::nullopt;
  const auto shape = yaml::read_enum<model::Shape>(*entry.value, entry.key, diagnostics);
  if (!key || !shape || !check_file_name(*key, true, diagnostics)) return std::nullopt;
  return model::Requirement{*key, *shape};
}

/// [DATABASE_URL, PORT: number]
std::optional<std::vector<model::Requirement>> read_requirements(const yaml::Node& node,
                                                                 std::string_view require,
                                                                 yaml::Diagnostics& diagnostics) {
  std::vector<model::Requirement> requirements;
  if (node.kind != yaml::Kind::sequence) {
    const bool mapping = node.kind == yaml::Kind::mapping;
    diagnostics.wrong_kind(node, require, "a list of variable names",
                           yaml::is_text(node) ? fmt::format("write [{}]", clean(mask_keys(node.text), 60))
                           : mapping           ? "write `- KEY: url` instead of `KEY: url`"
                                               : "");
    return std::nullopt;
  }
  std::set<std::string> seen;
  for (const yaml::NodePtr& item : node.items) {
    std::optional<model::Requirement> requirement;
    if (item->kind == yaml::Kind::mapping) {
      if (!item->broken) requirement = read_shaped(*item, diagnostics);
    } else if (auto key = read_entry(*item, require, diagnostics);
               key && check_file_name(*key, false, diagnostics)) {
      requirement = model::Requirement{std::move(*key)};
    }
    if (!requirement) continue;
    if (!seen.insert(requirement->key.text).second) {
      diagnostics.add(requirement->key,
                      fmt::format("{} is listed twice in `require`", yaml::quoted(requirement->key.text)),
                      "remove one");
      continue;
    }
    requirements.push_back(std::move(*requirement));
  }
  return requirements;
}

/// Adds the keys of the service's dotenv file to what it requires. Its path is relative to `file`,
/// envlink.yaml.
void add_required_from(model::DesiredService& service, const std::string& file, const ReadFile& read,
                       yaml::Diagnostics& diagnostics) {
  const SourceString& source = *service.require_from;
  const std::string path = beside(file, source.text);
  const auto text = read(path);
  if (!text) {
    diagnostics.add(source,
                    fmt::format("`require_from` names {}, which cannot be read: {}", yaml::quoted(path),
                                clean(text.error().why)),
                    "check the path and its permissions");
    return;
  }
  if (!*text) {
    diagnostics.add(source, fmt::format("`require_from` names {}, which does not exist", yaml::quoted(path)),
                    "write a path relative to the folder of this file");
    return;
  }
  const auto variables = parse_dotenv(**text);
  if (variables.empty()) {
    diagnostics.add(source,
                    fmt::format("`require_from` names {}, which contains no variables", yaml::quoted(path)),
                    "write KEY= on its own line for each variable");
    return;
  }
  if (variables.size() > most_keys) {
    diagnostics.add(source, fmt::format("`require_from` names {}, which contains more than {} variables",
                                        yaml::quoted(path), most_keys));
    return;
  }
  for (const auto& [key, value] : variables) {
    const bool named =
        std::ranges::any_of(service.require, [&](const auto& one) { return one.key.text == key; });
    if (!named) service.require.push_back({{key, source.place}});
  }
}

model::DesiredGroup read_group(const yaml::Entry& entry, yaml::Diagnostics& diagnostics) {
  model::DesiredGroup group;
  group.name = read_name(entry, "a group", diagnostics).value_or(SourceString{});
  yaml::MappingReader section(*entry.value, entry.key, diagnostics);
  section.read("id", group.id, yaml::read_id, group_ids);
  section.read("variables", group.variables, read_variable_count);
  section.read("require", group.require, read_requirements);
  section.read("values", group.values, read_values);
  section.finish();
  return group;
}

model::DesiredService read_service(const yaml::Entry& entry, yaml::Diagnostics& diagnostics) {
  model::DesiredService service;
  service.name = read_name(entry, "a service", diagnostics).value_or(SourceString{});
  yaml::MappingReader section(*entry.value, entry.key, diagnostics);
  section.read("id", service.id, yaml::read_id, service_ids);
  section.read("type", service.type, yaml::read_one_of<model::ServiceType>, model::service_types);
  if (const auto* type = section.get("type")) service.type_place = type->place;
  if (const auto* link = section.get("link"))
    service.link = read_list(*link, "link", "group names", diagnostics);
  if (const auto* after = section.get("after"))
    service.after = read_list(*after, "after", "service names", diagnostics);
  section.read("require", service.require, read_requirements);
  section.read("require_from", service.require_from, yaml::read_word, "the path of a dotenv file");
  section.finish();
  return service;
}

/// `groups` and `services`: a mapping from names to their settings.
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
  section.read("order", rollout.order, yaml::read_enum<model::Order>);
  section.read("gate", rollout.gate, yaml::read_enum<model::Gate>);
  section.read("max_parallel", rollout.max_parallel, yaml::read_int, 1, most_parallel);
  section.read("on_failure", rollout.on_failure, yaml::read_enum<model::OnFailure>);
  section.read("suspended", rollout.suspended, yaml::read_enum<model::OnSuspended>);
  section.read("deploy", rollout.deploy, yaml::read_enum<model::DeployChoice>);
  section.read("hold", rollout.hold, yaml::read_bool);
  section.read("unknown", rollout.unknown, yaml::read_enum<model::OnUnknown>);
  section.read("poll_interval", rollout.poll_interval, yaml::read_duration, 1s, 1h);
  section.read("timeout", rollout.timeout, yaml::read_duration, 1ms, 24h);
  section.finish();
}

void read_verify(const yaml::Node& node, model::VerifyUnknown& unknown, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "verify", diagnostics);
  section.read("unknown", unknown, yaml::read_enum<model::VerifyUnknown>);
  section.finish();
}

void read_undo(const yaml::Node& node, Duration& keep, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "undo", diagnostics);
  section.read("keep", keep, yaml::read_duration, 1h, model::longest_undo_keep);
  section.finish();
}

void read_api(const yaml::Node& node, model::ApiSettings& api, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "api", diagnostics);
  section.read("link_method", api.link_method, yaml::read_enum<model::LinkMethod>);
  section.read("min_interval", api.min_interval, yaml::read_duration, 0s, 1min);
  section.read("retries", api.retries, yaml::read_int, 0, 10);
  section.read("backoff", api.backoff, yaml::read_duration, 0s, 5min);
  section.finish();
}

void read_links(const yaml::Node& node, model::Unmanaged& unmanaged, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "links", diagnostics);
  section.read("unmanaged", unmanaged, yaml::read_enum<model::Unmanaged>);
  section.finish();
}

/// [KEY, PREFIX_*]
std::vector<SourceString> read_build_time(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  std::vector<SourceString> patterns = read_list(node, "build_time", "variable names", diagnostics);
  for (const SourceString& pattern : patterns) {
    const std::size_t star = pattern.text.find('*');
    if (star == std::string::npos || (star > 0 && star + 1 == pattern.text.size())) continue;
    diagnostics.add(pattern,
                    fmt::format("`build_time` contains {}, but `*` is only allowed at the end of a prefix",
                                yaml::quoted(pattern.text)),
                    "write KEY, or PREFIX_*");
  }
  return patterns;
}

/// Sections whose key is probably misspelled: references to what they contain cannot be checked.
struct Misspelled {
  bool groups = false;
  bool services = false;
};

Misspelled read_top(const yaml::Node& root, Desired& desired, yaml::Diagnostics& diagnostics) {
  auto top = yaml::read_root(root, ", or run `envlink init`", diagnostics);
  if (!top) return {};
  top->read("workspace", desired.workspace, yaml::read_word, "the name or the id of a workspace");
  std::optional<SourceString> store;  // used through store_in
  top->read("store", store, read_store);
  read_named(top->get("groups"), "groups", read_group, desired.groups, diagnostics);
  read_named(top->get("services"), "services", read_service, desired.services, diagnostics);
  if (const auto* node = top->get("build_time")) desired.build_time = read_build_time(*node, diagnostics);
  if (const auto* node = top->get("links")) read_links(*node, desired.unmanaged, diagnostics);
  if (const auto* node = top->get("policy")) desired.policy = read_policy(*node, diagnostics);
  if (const auto* node = top->get("rollout")) read_rollout(*node, desired.rollout, diagnostics);
  if (const auto* node = top->get("verify")) read_verify(*node, desired.verify_unknown, diagnostics);
  if (const auto* node = top->get("api")) read_api(*node, desired.api, diagnostics);
  if (const auto* node = top->get("undo")) read_undo(*node, desired.undo_keep, diagnostics);
  top->finish();
  return {.groups = top->misspells("groups"), .services = top->misspells("services")};
}

void check_references(Desired& desired, const Misspelled& misspelled, yaml::Diagnostics& diagnostics) {
  if (misspelled.groups) {
    for (model::DesiredService& service : desired.services) service.link.clear();
  }
  resolve_references(desired, diagnostics);
  if (!misspelled.groups && !misspelled.services) check_policy_subjects(desired, diagnostics);
}

}  // namespace

tl::expected<Desired, std::vector<yaml::Problem>> parse_file(std::string_view text, const std::string& name,
                                                             const ReadFile& read) {
  yaml::Document document = yaml::parse(text, yaml::max_file_size);
  yaml::Diagnostics diagnostics(std::move(document.problems));
  Desired desired;
  desired.file = name;
  if (document.root) {
    check_references(desired, read_top(*document.root, desired, diagnostics), diagnostics);
    for (model::DesiredService& service : desired.services) {
      if (read && service.require_from) add_required_from(service, name, read, diagnostics);
    }
  }
  if (!diagnostics.empty()) return tl::make_unexpected(diagnostics.take());
  return desired;
}

}  // namespace envlink::config
