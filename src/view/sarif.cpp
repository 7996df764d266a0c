#include "view/sarif.h"

#include <fmt/format.h>

#include <array>

#include "json/writer.h"
#include "plan/finding.h"

namespace envlink::view {
namespace {

/// The place of a rule in the list; -1 is SARIF's word for none.
int rule_index(std::string_view id) {
  int index = 0;
  for (const plan::FindingKind& kind : plan::finding_kinds()) {
    if (kind.id == id) return index;
    ++index;
  }
  return -1;
}

/// A path as a relative reference of RFC 3986.
std::string uri(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '/' || c == '-' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return path.starts_with('/') ? "file://" + out : out;
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

}  // namespace

std::string sarif_json(const plan::Plan& plan, std::string_view envlink_version) {
  return json::document([&](json::Writer& out) {
    out("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    out("version", "2.1.0");
    out.list("runs", std::array{&plan},
             [&](json::Writer& run, const plan::Plan* one) { write_run(run, *one, envlink_version); });
  });
}

}  // namespace envlink::view
