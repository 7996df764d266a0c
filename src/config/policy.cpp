#include "config/policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "plan/finding.h"

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

}  // namespace

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

}  // namespace envlink::config
