// Missing or unread variables, and problems with values, judged from facts about them: empty, a
// placeholder, malformed, or not of the required shape.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "base/text.h"
#include "plan/checks/checks.h"
#include "plan/precedence.h"

namespace envlink::plan {
namespace {

/// "variable TOKEN", "secret file ca.pem"
std::string called(std::string_view key) {
  if (!model::is_file_key(key)) return fmt::format("variable {}", clean(key));
  return fmt::format("secret file {}", clean(model::name_of(key)));
}

std::string suggestion(const std::string& key, const std::vector<std::string>& keys) {
  const std::string near = nearest(key, keys);
  return near.empty() ? std::string{} : fmt::format(" (it has {})", clean(near));
}

void check_count(const model::DesiredGroup& wanted, const model::Group& group,
                 std::vector<Finding>& findings) {
  if (!wanted.variables) return;
  const auto asked = static_cast<std::size_t>(wanted.variables->number);
  const std::size_t held = group.variables->size();
  if (wanted.variables->at_least ? held >= asked : held == asked) return;
  findings.push_back(make_finding(
      "group-variable-count", subject_of(group),
      fmt::format("it has {}, but the file expects {} {}", count_of(held, "variable"),
                  wanted.variables->at_least ? "at least" : "exactly", asked),
      "add or remove variables on Render, or correct `variables` in the file", wanted.variables->place));
}

void check_required_keys(const model::DesiredGroup& wanted, const model::Group& group,
                         std::vector<Finding>& findings) {
  const std::vector<std::string> held = group.keys();
  for (const SourceString& key : missing_keys(wanted.require, nullptr, {&group}, nullptr, nullptr)) {
    const bool file = model::is_file_key(key.text);
    findings.push_back(
        make_finding("group-variable-missing", subject_of(group),
                     fmt::format("it has no {}{}", called(key.text), suggestion(key.text, held)),
                     file ? "add the file to the group on Render" : "add the variable to the group on Render",
                     key.place, key.text));
  }
}

using model::Facts;
using model::Requirement;
using model::Shape;
using model::Variable;

/// Something with variables: a group, or a service with its own.
struct Holder {
  std::string subject;  // "group secrets"
  const std::vector<Variable>& variables;
  const std::vector<Requirement>& require;
  Place place;
};

const Requirement* asked(const Holder& holder, const std::string& key) {
  const auto found = std::ranges::find(holder.require, key, [](const Requirement& r) { return r.key.text; });
  return found == holder.require.end() ? nullptr : &*found;
}

bool has_shape_trouble(const Holder& holder, const Variable& variable) {
  const Requirement* requirement = asked(holder, variable.key);
  return requirement != nullptr && requirement->shape && !variable.facts.has(*requirement->shape);
}

Finding flaw(const char* id, const Holder& holder, const Variable& variable, std::string what,
             std::string cure) {
  const Requirement* requirement = asked(holder, variable.key);
  return make_finding(id, holder.subject, std::move(what), std::move(cure),
                      requirement != nullptr ? requirement->key.place : holder.place, variable.key);
}

std::string flaws_of(const Facts& facts) {
  std::vector<std::string> flaws;
  if (facts.stray_space) flaws.emplace_back("starts or ends with a space or line break");
  if (facts.quoted) flaws.emplace_back("is in quotes, which are part of the value on Render");
  return join_and(flaws);
}

struct StrayWords {
  model::Stray stray;
  const char* id;
  std::string_view what;  // "the value of KEY …"
  std::string_view cure;
};
constexpr auto stray_words = std::to_array<StrayWords>({
    {model::Stray::reference, "variable-reference",
     "contains an unresolved reference: Render passes it on as it is", "set the real value on Render"},
    {model::Stray::no_value, "variable-no-value",
     "is a word such as null or undefined that programs write for no value",
     "set the real value on Render, or remove the variable"},
    {model::Stray::mask, "variable-masked", "is masked: it was copied from where the value was hidden",
     "copy the real value and set it on Render"},
    {model::Stray::escaped_pem, "variable-escaped-pem",
     "is a PEM with \\n in place of line breaks, which most programs cannot read",
     "set it on Render with real line breaks, or keep it as a secret file"},
});

void check_strays(const Holder& holder, std::vector<Finding>& findings) {
  for (const StrayWords& words : stray_words) {
    FindingLimiter limiter(findings);
    for (const Variable& variable : holder.variables) {
      if (variable.facts.stray != words.stray || has_shape_trouble(holder, variable)) continue;
      limiter.add(flaw(words.id, holder, variable,
                       fmt::format("the value of {} {}", clean(variable.key), words.what),
                       std::string(words.cure)));
    }
  }
}

void check_values(const Holder& holder, std::vector<Finding>& findings) {
  check_strays(holder, findings);
  FindingLimiter empty(findings);
  FindingLimiter placeholder(findings);
  FindingLimiter broken(findings);
  for (const Variable& variable : holder.variables) {
    const Facts& facts = variable.facts;
    if (!facts.told || has_shape_trouble(holder, variable)) continue;
    const std::string key = clean(variable.key);
    if (facts.empty) {
      empty.add(flaw("variable-empty", holder, variable, fmt::format("the value of {} is empty", key),
                     "set it on Render, or remove the variable"));
    }
    if (facts.placeholder) {
      placeholder.add(flaw("variable-placeholder", holder, variable,
                           fmt::format("the value of {} looks like a placeholder", key),
                           "set the real value on Render"));
    }
    if (const std::string why = flaws_of(facts); !why.empty()) {
      broken.add(flaw("variable-broken", holder, variable, fmt::format("the value of {} {}", key, why),
                      "correct it on Render; it was probably pasted with the quotes or spaces"));
    }
  }
}

std::string_view wanted(Shape shape) {
  switch (shape) {
    case Shape::nonempty:
      return "not empty";
    case Shape::url:
      return "a URL (scheme://…)";
    case Shape::number:
      return "a number";
    case Shape::boolean:
      return "a boolean (true, false, yes, no, on, off, 1, 0)";
    case Shape::json:
      return "JSON";
  }
  return "";
}

/// `from`: "group secrets"; "" if the subject itself has the variable.
void check_shape(const std::string& subject, const Requirement& requirement, const Variable& variable,
                 const std::string& from, std::vector<Finding>& findings) {
  if (!requirement.shape) return;
  const std::string key = clean(variable.key);
  const std::string where = from.empty() ? "" : fmt::format(" (from {})", from);
  if (!variable.facts.told) {
    findings.push_back(
        make_finding("variables-unread", subject,
                     fmt::format("Render hides the value of {}{}, so it could not be checked", key, where),
                     "use a key that may see it, or remove the shape", requirement.key.place, variable.key));
  } else if (!variable.facts.has(*requirement.shape)) {
    findings.push_back(make_finding(
        "variable-shape", subject,
        fmt::format("{1} must be {0}, but its value{2} is {3}", wanted(*requirement.shape), key, where,
                    variable.facts.empty ? "empty" : "not"),
        "correct the value on Render, or the shape in `require`", requirement.key.place, variable.key));
  }
}

std::string name_of(const Source& source) {
  return source.group == nullptr ? "the service's variables"
                                 : fmt::format("group {}", clean(source.group->label()));
}

void check_required_shapes(const std::string& subject, const std::vector<Requirement>& require,
                           const std::vector<Resolution>& resolved, std::vector<Finding>& findings) {
  for (const Requirement& requirement : require) {
    const auto found = std::ranges::lower_bound(resolved, requirement.key.text, {}, &Resolution::key);
    if (found == resolved.end() || found->key != requirement.key.text)
      continue;  // missing: another check reports it
    check_shape(subject, requirement, *found->sources.front().variable, name_of(found->sources.front()),
                findings);
  }
}

/// Checks the groups in the file.
void check_groups(const Context& context, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < context.desired.groups.size(); ++i) {
    const model::Group* group = context.match.groups[i];
    if (group == nullptr || !group->variables) continue;
    const model::DesiredGroup& wanted_group = context.desired.groups[i];
    const Holder holder{subject_of(*group), *group->variables, wanted_group.require, wanted_group.name.place};
    check_values(holder, findings);
    for (const Requirement& requirement : wanted_group.require) {
      const Variable* variable = model::find_variable(*group->variables, requirement.key.text);
      if (variable != nullptr) check_shape(holder.subject, requirement, *variable, "", findings);
    }
  }
}

/// Checks the services' own variables, if they were read, and their requirements.
void check_services(const Context& context, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    const model::DesiredService& wanted_service = context.desired.services[i];
    const std::string subject = subject_of(*service);
    const std::vector<Variable>* own = context.actual.variables_of(service->id);
    if (own != nullptr)
      check_values({subject, *own, wanted_service.require, wanted_service.name.place}, findings);
    check_required_shapes(subject, wanted_service.require,
                          resolve(context.groups_after(i), own, context.actual.secret_files_of(service->id)),
                          findings);
  }
}

/// A cause that affects many services is one finding.
void check_unread(const Context& context, std::vector<Finding>& findings) {
  constexpr std::size_t most_one_by_one = 3;
  std::unordered_map<ServiceId, std::string_view> why_of;
  for (const model::Unread& unread : context.actual.unread) why_of.emplace(unread.service, unread.why);
  std::map<std::string_view, std::vector<std::size_t>> services_by;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    const auto why = service == nullptr ? why_of.end() : why_of.find(service->id);
    if (why != why_of.end()) services_by[why->second].push_back(i);
  }
  for (const auto& [why, services] : services_by) {
    if (services.size() > most_one_by_one) {
      findings.push_back(
          make_finding("variables-unread", count_of(services.size(), "service"),
                       fmt::format("the own variables of {} of {} were not checked: {}", services.size(),
                                   count_of(context.desired.services.size(), "service"), clean(why)),
                       "check one service with: envlink explain SERVICE",
                       context.desired.services[services.front()].name.place));
      continue;
    }
    for (const std::size_t i : services) {
      const model::Service& service = *context.match.services[i];
      const SourceString& name = context.desired.services[i].name;
      findings.push_back(
          make_finding("variables-unread", fmt::format("service {}", clean(name.text)),
                       fmt::format("its own variables were not checked: {}", clean(why)),
                       fmt::format("plan again later, or check them with: envlink explain {}",
                                   clean(service.shares_name ? service.id.text() : service.name)),
                       name.place));
    }
  }
}

/// Variables that Render sets itself, unless a variable with the same key overrides them.
bool is_set_by_render(std::string_view key, const model::Service& service) {
  if (key == "PORT") return service.type == model::ServiceType::web_service;
  if (key == "RENDER_API_KEY") return false;
  return key == "RENDER" || key == "IS_PULL_REQUEST" || key.starts_with("RENDER_");
}

}  // namespace

std::vector<SourceString> missing_keys(const std::vector<model::Requirement>& required,
                                       const model::Service* service,
                                       const std::vector<const model::Group*>& groups,
                                       const std::vector<model::Variable>* own,
                                       const std::vector<std::string>* own_files) {
  const auto held = [&](const std::string& key) {
    if (std::ranges::any_of(groups, [&](const model::Group* group) { return group->holds(key); }))
      return true;
    if (!model::is_file_key(key)) return own != nullptr && model::find_variable(*own, key) != nullptr;
    return own_files != nullptr && std::ranges::find(*own_files, model::name_of(key)) != own_files->end();
  };
  std::vector<SourceString> result;
  for (const model::Requirement& requirement : required) {
    const std::string& key = requirement.key.text;
    if (service != nullptr && is_set_by_render(key, *service)) continue;
    if (!held(key)) result.push_back(requirement.key);
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
    // A missing group has its own finding; its keys are unknown.
    if (groups.size() != wanted.link.size()) continue;
    for (const SourceString& key :
         missing_keys(wanted.require, service, groups, in.context.actual.variables_of(service->id),
                      in.context.actual.secret_files_of(service->id))) {
      const bool file = model::is_file_key(key.text);
      findings.push_back(make_finding(
          "service-variable-missing", subject_of(*service),
          fmt::format("{} is not set in its linked groups or as its own {}",
                      file ? "the " + called(key.text) : clean(key.text), file ? "secret file" : "variable"),
          fmt::format("add the {} to one of its groups, or to the service", file ? "file" : "variable"),
          key.place, key.text));
    }
  }
}

void check_variable_values(const PreflightInput& in, std::vector<Finding>& findings) {
  check_groups(in.context, findings);
  check_services(in.context, findings);
  check_unread(in.context, findings);
}

}  // namespace envlink::plan
