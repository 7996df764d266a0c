#include "view/junit.h"

#include <fmt/format.h>

#include <vector>

#include "view/html.h"

namespace envlink::view {
namespace {

/// XML 1.0 has no way to write most control characters; what makes text fit for a page replaces them.
std::string xml(std::string_view text) {
  return html::text(text, 4000);
}

struct Case {
  std::string group;
  std::string name;
  std::vector<std::string> problems;  // empty: passed
  std::string skipped;                // why nothing was looked at
};

Case of_step(std::string_view name, const plan::VerifiedStep& step, bool looked_at) {
  Case one{"steps", std::string(name), {}, {}};
  if (step.passed) return one;
  if (!looked_at) {
    one.skipped = step.title;
    return one;
  }
  one.problems = {step.title};
  one.problems.insert(one.problems.end(), step.problems.begin(), step.problems.end());
  return one;
}

Case of_service(const plan::VerifiedService& service) {
  Case one{"services", service.name, {}, {}};
  const std::string words =
      std::string(to_string(service.freshness)) + (service.because.empty() ? "" : ": " + service.because);
  // As step 4 judges: what is on its way is no failure.
  if (service.freshness != plan::Freshness::live && service.freshness != plan::Freshness::deploying)
    one.problems = {words};
  return one;
}

std::vector<Case> cases_of(const plan::Verification& verification) {
  constexpr std::string_view names[] = {"connection", "groups", "links", "deploys"};
  std::vector<Case> cases;
  const bool connected = verification.steps[0].passed;
  for (std::size_t i = 0; i < verification.steps.size(); ++i)
    cases.push_back(of_step(names[i], verification.steps[i], connected || i == 0));
  if (verification.health) cases.push_back(of_step("health", *verification.health, true));
  for (const plan::VerifiedService& service : verification.services) cases.push_back(of_service(service));
  return cases;
}

std::string element_of(const Case& one) {
  const std::string head =
      fmt::format("    <testcase classname=\"envlink.verify.{}\" name=\"{}\"", one.group, xml(one.name));
  if (!one.skipped.empty())
    return fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head, xml(one.skipped));
  if (one.problems.empty()) return head + "/>\n";
  std::string lines;
  for (const std::string& problem : one.problems) lines += xml(problem) + "\n";
  return fmt::format("{}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", head,
                     xml(one.problems.front()), lines);
}

}  // namespace

std::string junit_xml(const plan::Verification& verification) {
  std::size_t failures = 0;
  std::size_t skipped = 0;
  std::string body;
  const std::vector<Case> cases = cases_of(verification);
  for (const Case& one : cases) {
    failures += one.problems.empty() ? 0 : 1;
    skipped += one.skipped.empty() ? 0 : 1;
    body += element_of(one);
  }
  const std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="0" skipped="{}")", cases.size(), failures, skipped);
  const std::string& workspace = verification.owner.name;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"envlink verify\" {0}>\n"
      "  <testsuite name=\"{1}\" {0}>\n{2}  </testsuite>\n</testsuites>\n",
      counts, xml(workspace.empty() ? "workspace" : "workspace " + workspace), body);
}

}  // namespace envlink::view
