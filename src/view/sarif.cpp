#include "view/sarif.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plan/finding_kind.h"
#include "view/json_printer.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

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

json::object message(std::string_view text) {
  json::object object;
  object["text"] = json_text(text);
  return object;
}

json::object rule_of(const plan::FindingKind& kind) {
  return {{"id", json_text(kind.id)},
          {"shortDescription", message(kind.title)},
          {"fullDescription", message(kind.looks_for)},
          {"help", message(kind.cure)},
          {"defaultConfiguration", json::object{{"level", to_string(kind.severity)}}}};
}

json::object location_of(const plan::Finding& finding, const std::string& file) {
  json::object physical;
  physical["artifactLocation"] = json::object{{"uri", uri(file)}};
  if (finding.place.line > 0) {
    json::object region{{"startLine", finding.place.line}};
    if (finding.place.column > 0) region["startColumn"] = finding.place.column;
    physical["region"] = std::move(region);
  }
  json::object location;
  location["physicalLocation"] = std::move(physical);
  return location;
}

json::object result_of(const plan::Finding& finding, const std::string& file) {
  std::string text = finding.subject.empty() ? finding.what : finding.subject + ": " + finding.what;
  if (!finding.cure.empty()) text += ". " + finding.cure;
  json::array locations;
  locations.emplace_back(location_of(finding, file));
  // What stays the same when lines move, so that a host can tell old findings from new ones.
  const std::string same = finding.id + "/" + finding.subject + "/" + finding.variable;
  return {{"ruleId", json_text(finding.id)},
          {"ruleIndex", rule_index(finding.id)},
          {"level", to_string(finding.severity)},
          {"message", message(text)},
          {"locations", std::move(locations)},
          {"partialFingerprints", json::object{{"envlink/v1", json_text(same)}}}};
}

}  // namespace

std::string sarif_json(const plan::Plan& plan, std::string_view envlink_version) {
  json::array rules;
  for (const plan::FindingKind& kind : plan::finding_kinds()) rules.emplace_back(rule_of(kind));
  json::array results;
  for (const plan::Finding& finding : plan.findings) results.emplace_back(result_of(finding, plan.file));
  for (const plan::Finding& finding : plan.ignored) {
    json::object result = result_of(finding, plan.file);
    json::object suppression{{"kind", "external"}};
    if (!finding.policy.empty()) suppression["justification"] = json_text(finding.policy);
    json::array suppressions;
    suppressions.emplace_back(std::move(suppression));
    result["suppressions"] = std::move(suppressions);
    results.emplace_back(std::move(result));
  }
  const json::object driver{
      {"name", "envlink"}, {"version", json_text(envlink_version)}, {"rules", std::move(rules)}};
  json::object tool;
  tool["driver"] = driver;
  json::object run{
      {"tool", std::move(tool)}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
  json::array runs;
  runs.emplace_back(std::move(run));
  return pretty(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                             {"version", "2.1.0"},
                             {"runs", std::move(runs)}});
}

}  // namespace envlink::view
