#include "plan/verification.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

std::vector<std::string> problems_about(const std::vector<Finding>& findings, std::string_view noun) {
  std::vector<std::string> problems;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::error || !finding.subject.starts_with(noun)) continue;
    problems.push_back(fmt::format("{}: {}", finding.subject, finding.what));
  }
  return problems;
}

VerifiedStep step(std::string done, std::string failed, std::vector<std::string> problems) {
  const bool passed = problems.empty();
  return VerifiedStep{passed, passed ? std::move(done) : std::move(failed), std::move(problems)};
}

VerifiedStep groups_step(const Context& context) {
  std::vector<Finding> findings = context.match.findings;
  check_group_variables({context}, findings);
  check_variable_values({context}, findings);
  apply_policy(context, findings);
  const std::string count = count_of(context.desired.groups.size(), "environment group");
  return step(context.desired.groups.size() == 1 ? "The environment group exists"
                                                 : fmt::format("All {} exist", count),
              "The environment groups are not as the file expects", problems_about(findings, "group "));
}

std::string left_alone(std::size_t suspended) {
  return suspended == 0 ? "" : fmt::format(" ({} suspended and left alone)", suspended);
}

VerifiedStep links_step(const Context& context) {
  std::vector<std::string> problems = problems_about(context.match.findings, "service ");
  std::size_t lacking = problems.size();
  std::size_t skipped = 0;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    std::vector<std::string> missing;
    for (const SourceString& name : context.desired.services[i].link) {
      const model::Group* group = context.match.group_named(name.text);
      if (group != nullptr && context.links.has(*group, service->id)) continue;
      missing.push_back(
          fmt::format("service {}: {} {}", clean(service->name), clean(name.text),
                      group != nullptr ? "is not linked" : context.match.why_not("group", name.text)));
    }
    if (missing.empty()) continue;
    if (context.is_skipped(i)) {
      ++skipped;
    } else {
      ++lacking;
      problems.insert(problems.end(), missing.begin(), missing.end());
    }
  }
  const std::size_t all = context.desired.services.size();
  std::string done = fmt::format("All {} have their groups linked", count_of(all, "service"));
  if (all == 1) done = "The service has its groups linked";
  if (skipped > 0) done = fmt::format("{} of {} services have their groups linked", all - skipped, all);
  return step(done + left_alone(skipped),
              fmt::format("{} of {} not linked as the file says", lacking,
                          count_of(all, "service is", "services are")),
              std::move(problems));
}

bool runs_as_asked(const Context& context, Freshness freshness) {
  if (freshness == Freshness::live || freshness == Freshness::deploying) return true;
  return freshness == Freshness::unknown && context.desired.verify_unknown == model::VerifyUnknown::allow;
}

/// Those that rest are counted apart.
std::string live_services(const Context& context, const std::vector<VerifiedService>& services) {
  std::vector<Freshness> each;
  std::size_t adopted = 0;
  for (std::size_t i = 0; i < services.size(); ++i) {
    if (context.rests(i)) continue;
    each.push_back(services[i].freshness);
    adopted += services[i].evidence.source == EvidenceSource::adopted ? 1 : 0;
  }
  const std::string told = adopted > 0 ? fmt::format(" ({} adopted)", adopted) : "";
  const std::string resting = left_alone(services.size() - each.size());
  if (std::ranges::count(each, Freshness::live) != std::ssize(services))
    return count_by_freshness(each, services.size(), told) + resting;
  return (services.size() == 1 ? std::string("The service is live")
                               : fmt::format("All {} services are live", services.size())) +
         told + resting;
}

/// What the step before it told is not told again: a service that is not there or lacks a link.
VerifiedStep deploys_step(const Context& context, const std::vector<VerifiedService>& services) {
  VerifiedStep result{true, live_services(context, services), {}};
  for (const VerifiedService& service : services) {
    if (service.passed) continue;
    result.passed = false;
    if (service.id.empty() || service.freshness == Freshness::staged) continue;
    result.problems.push_back(fmt::format("service {}: {}, {}", clean(service.name),
                                          to_string(service.freshness), service.because));
  }
  return result;
}

}  // namespace

std::vector<VerifiedStep> Verification::all_steps() const {
  std::vector<VerifiedStep> all(steps.begin(), steps.end());
  if (health) all.push_back(*health);
  return all;
}

bool Verification::passed() const {
  return std::all_of(steps.begin(), steps.end(), [](const VerifiedStep& one) { return one.passed; }) &&
         (!health || health->passed);
}

Verification verify(const model::Desired& desired, const model::Workspace& actual, const History& history) {
  const Context context(desired, actual, history);
  Verification result;
  result.owner = actual.owner;
  result.journal_unreadable = history.unreadable;
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    if (context.match.services[i] == nullptr) {
      const std::string& name = desired.services[i].name.text;
      result.services.push_back(
          {{}, name, Freshness::unknown, "it " + context.match.why_not("service", name), {}});
      continue;
    }
    const model::Service& service = *context.match.services[i];
    Assessment assessment = assess_service(context, i);
    const bool passed = context.rests(i) || runs_as_asked(context, assessment.freshness);
    result.services.push_back({service.id, service.name, assessment.freshness, std::move(assessment.because),
                               std::move(assessment.evidence), passed, running_deploy(actual, service.id)});
  }
  result.steps = {VerifiedStep{true, "Connected to " + clean(actual.owner.name), {}}, groups_step(context),
                  links_step(context), deploys_step(context, result.services)};
  return result;
}

}  // namespace envlink::plan
