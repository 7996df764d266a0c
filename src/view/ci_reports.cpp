#include "view/ci_reports.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/text.h"
#include "json/writer.h"
#include "plan/finding.h"
#include "view/html.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

/// The index of the rule in the list; -1 means none in SARIF.
int rule_index(std::string_view id) {
  const plan::FindingKind* kind = plan::find_finding_kind(id);
  return kind == nullptr ? -1 : static_cast<int>(kind - plan::finding_kinds().data());
}

/// A path as a relative reference of RFC 3986.
std::string uri(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  append_percent_encoded(uri, path, "/");
  return uri;
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
  // Does not depend on line numbers, so that a host recognises old findings after lines move.
  out("partialFingerprints", [&](json::Writer& prints) {
    std::string print = finding.id + "/" + finding.subject + "/" + finding.variable;
    if (!finding.other.empty()) print += "/" + finding.other;
    prints("envlink/v1", print);
  });
  if (!ignored) return;
  out.list("suppressions", std::array{finding.policy}, [](json::Writer& one, const std::string& policy) {
    one("kind", "external");
    one.if_any("justification", policy);
  });
}

void write_run(json::Writer& out, const plan::FindingList& found, std::string_view envlink_version) {
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
    for (const plan::Finding& finding : ignored ? found.ignored : found.findings)
      out.object([&](json::Writer& one) { write_result(one, finding, found.file, ignored); });
  }
  out.end_array();
}

/// XML 1.0 cannot represent most control characters; html::text replaces them.
std::string xml(std::string_view text) {
  return html::text(text, 4000);
}

/// JUnit test cases, and their totals.
class Cases {
 public:
  /// The first of `problems` becomes the message; without problems the case passed.
  void add(std::string_view group, std::string_view name, const std::vector<std::string>& problems) {
    if (problems.empty()) return put(group, name, "");
    ++failed_;
    std::string lines;
    for (const std::string& problem : problems) lines += xml(problem) + "\n";
    put(group, name, fmt::format(R"(<failure message="{}">{}</failure>)", xml(problems.front()), lines));
  }
  void skip(std::string_view group, std::string_view name, std::string_view why) {
    ++skipped_;
    put(group, name, fmt::format(R"(<skipped message="{}"/>)", xml(why)));
  }

  /// `warning`: a remark about all of them; may be empty.
  std::string suite(const std::string& name, std::string_view warning) const {
    const std::string counts =
        fmt::format(R"(tests="{}" failures="{}" errors="0" skipped="{}")", all_, failed_, skipped_);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"envlink verify\" {0}>\n"
        "  <testsuite name=\"{1}\" {0}>\n{2}{3}  </testsuite>\n</testsuites>\n",
        counts, xml(name), body_,
        warning.empty() ? "" : fmt::format("    <system-err>{}</system-err>\n", xml(warning)));
  }

 private:
  void put(std::string_view group, std::string_view name, const std::string& verdict) {
    ++all_;
    body_ += fmt::format(R"(    <testcase classname="envlink.verify.{}" name="{}")", group, xml(name));
    body_ += verdict.empty() ? "/>\n" : ">\n      " + verdict + "\n    </testcase>\n";
  }

  std::size_t all_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
  std::string body_;
};

}  // namespace

std::string sarif_json(const plan::FindingList& found, std::string_view envlink_version) {
  return json::document([&](json::Writer& out) {
    out("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    out("version", "2.1.0");
    out.list("runs", std::array{&found},
             [&](json::Writer& run, const plan::FindingList* one) { write_run(run, *one, envlink_version); });
  });
}

std::string junit_xml(const plan::Verification& verification) {
  Cases cases;
  const std::vector<plan::VerifiedStep> steps = verification.all_steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool looked_at = steps[0].passed || i == 0 || i >= verification.steps.size();
    if (!looked_at && !steps[i].passed) {
      cases.skip("steps", plan::step_names[i], steps[i].title);
      continue;
    }
    std::vector<std::string> problems = steps[i].problems;
    if (!steps[i].passed) problems.insert(problems.begin(), steps[i].title);
    cases.add("steps", plan::step_names[i], problems);
  }
  for (const plan::VerifiedService& service : verification.services) {
    const std::string because = service.because.empty() ? "" : ": " + service.because;
    // As in step 4, a deploy in progress is not a failure.
    const bool good =
        service.freshness == plan::Freshness::live || service.freshness == plan::Freshness::deploying;
    std::vector<std::string> problems;
    if (!good) problems.push_back(std::string(to_string(service.freshness)) + because);
    cases.add("services", service.name, problems);
  }
  const std::string& workspace = verification.owner.name;
  return cases.suite(workspace.empty() ? "workspace" : "workspace " + workspace,
                     verification.journal_unreadable ? journal_unreadable : "");
}

}  // namespace envlink::view
