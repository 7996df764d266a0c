#include "plan/preflight.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "plan/differences.h"
#include "plan/rebuild.h"
#include "plan/values.h"

namespace envlink::plan {
namespace {

Finding error(std::string id, std::string subject, std::string what, std::string cure, Place place) {
  return Finding{std::move(id), Severity::error, std::move(subject), std::move(what), std::move(cure), place};
}

std::string suggestion(const std::string& key, const std::vector<std::string>& keys) {
  const std::string near = nearest(key, keys);
  return near.empty() ? std::string{} : fmt::format(" (it holds {})", clean(near));
}

void check_count(const model::DesiredGroup& wanted, const model::Group& group,
                 std::vector<Finding>& findings) {
  if (!wanted.variables || !group.variables) return;
  const auto asked = static_cast<std::size_t>(wanted.variables->number);
  const std::size_t held = group.variables->size();
  if (wanted.variables->at_least ? held >= asked : held == asked) return;
  findings.push_back(error("group-variable-count", fmt::format("group {}", clean(group.name)),
                           fmt::format("it holds {}, the file asks for {} {}", count_of(held, "variable"),
                                       wanted.variables->at_least ? "at least" : "exactly", asked),
                           "add or remove variables on Render, or correct `variables`",
                           wanted.variables->place));
}

void check_required_keys(const model::DesiredGroup& wanted, const model::Group& group,
                         std::vector<Finding>& findings) {
  if (!group.variables) return;
  const std::vector<std::string> held = model::keys_of(*group.variables);
  for (const model::Word& key : unmet(wanted.require, {&group}, nullptr)) {
    findings.push_back(
        error("group-variable-missing", fmt::format("group {}", clean(group.name)),
              fmt::format("it has no variable {}{}", clean(key.text), suggestion(key.text, held)),
              "add the variable to the group on Render", key.place));
    findings.back().variable = key.text;
  }
}

void check_type(const model::DesiredService& wanted, const model::Service& service,
                std::vector<Finding>& findings) {
  if (!wanted.type || *wanted.type == service.type) return;
  findings.push_back(error(
      "service-type-mismatch", fmt::format("service {}", clean(service.name)),
      fmt::format("it is a {}, the file says {}", clean(service.type_text), model::to_string(*wanted.type)),
      "correct `type`, or the name: this may be another service than you mean", wanted.type_place));
}

void check_state(const model::DesiredService& wanted, const model::Service& service,
                 const model::Workspace& actual, bool touched, std::vector<Finding>& findings) {
  const std::string subject = fmt::format("service {}", clean(service.name));
  if (service.suspended && touched) {
    findings.push_back(error("service-suspended", subject, "it is suspended: a deploy of it cannot succeed",
                             "resume it on Render, or take it out of the file", wanted.name.place));
  }
  if (touched && service.auto_deploy == false) {
    findings.push_back(
        Finding{"autodeploy-off", Severity::note, subject,
                "automatic deploys are off: later changes of its groups reach it with a deploy only",
                "nothing, if that is meant; envlink redeploys it where it has to", wanted.name.place});
  }
  const std::vector<model::Deploy>& deploys = actual.deploys_of(service.id);
  if (!touched || deploys.empty()) return;
  const model::Deploy& newest = deploys.front();
  if (!is_running(newest.status)) return;
  findings.push_back(Finding{
      "deploy-under-way", Severity::warning, subject,
      fmt::format("its deploy {} is {} already", clean(newest.id.text()), clean(newest.status_text)),
      "Render lets it finish first, or cancels it for the new one: the workspace's overlap setting decides",
      wanted.name.place});
}

void check_build(const model::Desired& desired, std::size_t index, const model::Service& service,
                 const std::vector<const model::Group*>& groups, bool touched,
                 std::vector<Finding>& findings) {
  if (!touched || desired.rollout.deploy != model::DeployChoice::deploy_only) return;
  const std::string because = build_time_reason(service, groups);
  if (because.empty()) return;
  findings.push_back(
      Finding{"rebuild-needed", Severity::warning, fmt::format("service {}", clean(service.name)),
              fmt::format("{}, and `deploy: deploy_only` builds nothing", because),
              "use `deploy: auto`, which builds where it has to", desired.services[index].name.place});
}

}  // namespace

std::vector<model::Word> unmet(const std::vector<model::Requirement>& required,
                               const std::vector<const model::Group*>& groups,
                               const std::vector<model::Variable>* own) {
  const auto holds = [](const std::vector<model::Variable>& variables, const std::string& key) {
    return model::find_variable(variables, key) != nullptr;
  };
  std::vector<model::Word> result;
  for (const model::Requirement& required_one : required) {
    const std::string& key = required_one.key.text;
    const bool met = (own != nullptr && holds(*own, key)) ||
                     std::any_of(groups.begin(), groups.end(), [&](const model::Group* group) {
                       return group->variables && holds(*group->variables, key);
                     });
    if (!met) result.push_back(required_one.key);
  }
  return result;
}

std::vector<Finding> check_groups(const Context& context) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < context.desired.groups.size(); ++i) {
    if (context.match.groups[i] == nullptr) continue;
    check_count(context.desired.groups[i], *context.match.groups[i], findings);
    check_required_keys(context.desired.groups[i], *context.match.groups[i], findings);
  }
  const std::vector<Finding> values = check_group_values(context);
  findings.insert(findings.end(), values.begin(), values.end());
  return findings;
}

std::vector<Finding> check_services(const Context& context, const std::vector<bool>& touched) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::DesiredService& wanted = context.desired.services[i];
    if (context.match.services[i] == nullptr) continue;
    const model::Service& service = *context.match.services[i];
    check_type(wanted, service, findings);
    check_state(wanted, service, context.actual, touched[i], findings);
    check_build(context.desired, i, service, context.groups_after(i), touched[i], findings);
    const std::vector<const model::Group*> groups = context.asked_groups(i);
    // A group that was not found has its own finding; what it would have held cannot be known.
    if (groups.size() != wanted.link.size()) continue;
    for (const model::Word& key : unmet(wanted.require, groups, context.actual.variables_of(service.id))) {
      findings.push_back(
          error("service-variable-missing", fmt::format("service {}", clean(service.name)),
                fmt::format("{} reaches it neither through a linked group nor as its own variable",
                            clean(key.text)),
                "add the variable to one of its groups, or to the service", key.place));
      findings.back().variable = key.text;
    }
  }
  return findings;
}

}  // namespace envlink::plan
