// Whether the variables that the file asks for are there.

#include <fmt/format.h>

#include <algorithm>

#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

std::string suggestion(const std::string& key, const std::vector<std::string>& keys) {
  const std::string near = nearest(key, keys);
  return near.empty() ? std::string{} : fmt::format(" (it holds {})", clean(near));
}

void check_count(const model::DesiredGroup& wanted, const model::Group& group,
                 std::vector<Finding>& findings) {
  if (!wanted.variables) return;
  const auto asked = static_cast<std::size_t>(wanted.variables->number);
  const std::size_t held = group.variables->size();
  if (wanted.variables->at_least ? held >= asked : held == asked) return;
  findings.push_back(
      make_finding("group-variable-count", subject_of(group),
                   fmt::format("it holds {}, the file asks for {} {}", count_of(held, "variable"),
                               wanted.variables->at_least ? "at least" : "exactly", asked),
                   "add or remove variables on Render, or correct `variables`", wanted.variables->place));
}

void check_required_keys(const model::DesiredGroup& wanted, const model::Group& group,
                         std::vector<Finding>& findings) {
  const std::vector<std::string> held = model::keys_of(*group.variables);
  for (const model::SourceString& key : missing_keys(wanted.require, {&group}, nullptr)) {
    findings.push_back(
        make_finding("group-variable-missing", subject_of(group),
                     fmt::format("it has no variable {}{}", clean(key.text), suggestion(key.text, held)),
                     "add the variable to the group on Render", key.place, key.text));
  }
}

}  // namespace

std::vector<model::SourceString> missing_keys(const std::vector<model::Requirement>& required,
                                              const std::vector<const model::Group*>& groups,
                                              const std::vector<model::Variable>* own) {
  const auto holds = [](const std::vector<model::Variable>& variables, const std::string& key) {
    return model::find_variable(variables, key) != nullptr;
  };
  std::vector<model::SourceString> result;
  for (const model::Requirement& requirement : required) {
    const std::string& key = requirement.key.text;
    const bool held =
        (own != nullptr && holds(*own, key)) || std::ranges::any_of(groups, [&](const model::Group* group) {
          return group->variables && holds(*group->variables, key);
        });
    if (!held) result.push_back(requirement.key);
  }
  return result;
}

void check_group_variables(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.groups.size(); ++i) {
    const model::Group* group = in.context.match.groups[i];
    if (group == nullptr || !group->variables) continue;
    check_count(in.context.desired.groups[i], *group, findings);
    check_required_keys(in.context.desired.groups[i], *group, findings);
  }
}

void check_service_variables(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::DesiredService& wanted = in.context.desired.services[i];
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr) continue;
    const std::vector<const model::Group*> groups = in.context.asked_groups(i);
    // A group that was not found has its own finding; what it would have held cannot be known.
    if (groups.size() != wanted.link.size()) continue;
    for (const model::SourceString& key :
         missing_keys(wanted.require, groups, in.context.actual.variables_of(service->id))) {
      findings.push_back(
          make_finding("service-variable-missing", subject_of(*service),
                       fmt::format("{} reaches it neither through a linked group nor as its own variable",
                                   clean(key.text)),
                       "add the variable to one of its groups, or to the service", key.place, key.text));
    }
  }
}

}  // namespace envlink::plan
