#include "plan/checks/checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "plan/finding.h"

namespace envlink::plan {
namespace {

bool is_called(const std::string& subject, const char* noun, const std::string& name) {
  return subject == fmt::format("{} {}", noun, clean(name));
}

/// A finding uses the name on Render; the rule may use the name in the file or an id.
template <class Wanted, class Thing>
bool means(const SourceString& word, const std::string& subject, const char* noun,
           const std::vector<Wanted>& wanted, const std::vector<const Thing*>& matched) {
  if (is_called(subject, noun, word.text)) return true;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool meant = wanted[i].name.text == word.text || (wanted[i].id && wanted[i].id->text == word.text);
    if (!meant) continue;
    if (is_called(subject, noun, wanted[i].name.text)) return true;
    if (matched[i] != nullptr && is_called(subject, noun, matched[i]->label())) return true;
  }
  return false;
}

bool fits(const model::PolicyRule& rule, const Finding& finding, const Context& context) {
  if (rule.id.text != finding.id) return false;
  if (rule.variable && rule.variable->text != finding.variable) return false;
  const auto is_about = [&](const std::string& subject) {
    return means(*rule.subject, subject, "group", context.desired.groups, context.match.groups) ||
           means(*rule.subject, subject, "service", context.desired.services, context.match.services);
  };
  return !rule.subject || is_about(finding.subject) || (!finding.other.empty() && is_about(finding.other));
}

}  // namespace

std::vector<Finding> preflight(const PreflightInput& in) {
  std::vector<Finding> findings;
  std::vector<Check*> done;
  for (const FindingKind& kind : finding_kinds()) {
    if (kind.check == nullptr || std::ranges::find(done, kind.check) != done.end()) continue;
    kind.check(in, findings);
    done.push_back(kind.check);
  }
  return findings;
}

std::vector<Finding> apply_policy(const Context& context, std::vector<Finding>& findings) {
  std::vector<Finding> ignored;
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const auto rule = std::ranges::find_if(context.desired.policy,
                                           [&](const auto& one) { return fits(one, finding, context); });
    const FindingKind* kind = find_finding_kind(finding.id);
    const bool bound = rule == context.desired.policy.end() || kind == nullptr || !kind->policy_may_change();
    if (!bound) finding.policy = rule->reason;
    if (!bound && rule->severity) finding.severity = *rule->severity;
    (bound || rule->severity ? kept : ignored).push_back(std::move(finding));
  }
  findings = std::move(kept);
  return ignored;
}

}  // namespace envlink::plan
