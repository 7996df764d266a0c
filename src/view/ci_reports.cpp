#include "view/ci_reports.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/percent.h"
#include "json/writer.h"
#include "plan/finding.h"
#include "view/html.h"

namespace envlink::view {
namespace {

/// The place of a rule in the list; -1 is SARIF's word for none.
int rule_index(std::string_view id) {
  const plan::FindingKind* kind = plan::find_finding_kind(id);
  return kind == nullptr ? -1 : static_cast<int>(kind - plan::finding_kinds().data());
}

/// A path as a relative reference of RFC 3986.
std::string uri(std::string_view path) {
  const std::string encoded = percent_encode(path, "/");
  return path.starts_with('/') ? "file://" + encoded : encoded;
}

void write_rule(json::Writer& rule, const plan::FindingKind& kind) {
  const auto text = [&rule](std::string_view name, std::string_view value) {
    rule(name, [&](json::Writer& message) { message("text", value); });
  };
  rule("id", kind.id);
  text("shortDescription", kind.title);
  text("fullDescription", kind.looks_for);
  text("help", kind.cure);
  rule("defaultConfiguration", [&](json::Writer& configuration) { configuration("level", kind.severity); });
}

void write_location(json::Writer& out, const plan::Finding& finding, const std::string& file) {
  out("physicalLocation", [&](json::Writer& physical) {
    physical("artifactLocation", [&](json::Writer& artifact) { artifact("uri", uri(file)); });
    if (finding.place.line == 0) return;
    physical("region", [&](json::Writer& region) {
      region("startLine", finding.place.line);
      region.if_any("startColumn", finding.place.column);
    });
  });
}

void write_result(json::Writer& out, const plan::Finding& finding, const std::string& file, bool ignored) {
  std::string text = finding.subject.empty() ? finding.what : finding.subject + ": " + finding.what;
  if (!finding.cure.empty()) text += ". " + finding.cure;
  out("ruleId", finding.id);
  out("ruleIndex", rule_index(finding.id));
  out("level", finding.severity);
  out("message", [&](json::Writer& message) { message("text", text); });
  out.list("locations", std::array{file},
           [&](json::Writer& location, const std::string& one) { write_location(location, finding, one); });
  // What stays the same when lines move, so that a host can tell old findings from new ones.
  out("partialFingerprints", [&](json::Writer& prints) {
    prints("envlink/v1", finding.id + "/" + finding.subject + "/" + finding.variable);
  });
  if (!ignored) return;
  out.list("suppressions", std::array{finding.policy}, [](json::Writer& one, const std::string& policy) {
    one("kind", "external");
    one.if_any("justification", policy);
  });
}

void write_run(json::Writer& out, const plan::Plan& plan, std::string_view envlink_version) {
  out("tool", [&](json::Writer& tool) {
    tool("driver", [&](json::Writer& driver) {
      driver("name", "envlink");
      driver("version", envlink_version);
      driver.list("rules", plan::finding_kinds(), write_rule);
    });
  });
  out("columnKind", "unicodeCodePoints");
  out.key("results");
  out.begin_array();
  for (const bool ignored : {false, true}) {
    for (const plan::Finding& finding : ignored ? plan.ignored : plan.findings)
      out.object([&](json::Writer& one) { write_result(one, finding, plan.file, ignored); });
  }
  out.end_array();
}

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
  std::vector<Case> cases;
  const bool connected = verification.steps[0].passed;
  const std::vector<plan::VerifiedStep> steps = verification.all_steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool looked_at = connected || i == 0 || i >= verification.steps.size();
    cases.push_back(of_step(plan::step_names[i], steps[i], looked_at));
  }
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

std::string sarif_json(const plan::Plan& plan, std::string_view envlink_version) {
  return json::document([&](json::Writer& out) {
    out("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    out("version", "2.1.0");
    out.list("runs", std::array{&plan},
             [&](json::Writer& run, const plan::Plan* one) { write_run(run, *one, envlink_version); });
  });
}

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
