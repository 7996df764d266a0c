#include "view/ci_reports.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "plan/finding.h"
#include "view/sample_test.h"

using namespace envlink;
namespace json = boost::json;

namespace {

json::value run_of(const plan::Plan& plan) {
  return json::parse(view::sarif_json(plan.found(), "1.2.3")).at("runs").at(0);
}

std::string text_of(const json::value& rule, std::string_view property) {
  return std::string(rule.at(property).at("text").as_string());
}

}  // namespace

TEST_CASE("each kind of finding is a rule with a title, a description, a cure and a severity") {
  const auto rules = run_of({}).at("tool").at("driver").at("rules").as_array();
  const auto kinds = plan::finding_kinds();
  REQUIRE(rules.size() == kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    CAPTURE(std::string(kinds[i].id));
    CHECK(rules[i].at("id").as_string() == kinds[i].id);
    CHECK(text_of(rules[i], "shortDescription") == kinds[i].title);
    CHECK(text_of(rules[i], "fullDescription") == kinds[i].looks_for);
    CHECK(text_of(rules[i], "help") == kinds[i].cure);
    CHECK(rules[i].at("defaultConfiguration").at("level").as_string() == to_string(kinds[i].severity));
  }
}

TEST_CASE("each result names its rule by id and index, and has the finding's level") {
  plan::Plan plan;
  plan.file = "envlink.yaml";
  plan.findings = {plan::make_finding("group-missing", "group a", "it is not there", "make it", {3, 5})};
  plan.ignored = {plan::make_finding("collision-different", "service b", "A is held twice", "", {9, 1}, "A")};
  plan.ignored[0].severity = plan::Severity::warning;
  plan.ignored[0].policy = "meant so";
  const json::value run = run_of(plan);
  const auto& results = run.at("results").as_array();
  REQUIRE(results.size() == 2);
  for (const json::value& result : results) {
    const auto index = static_cast<std::size_t>(result.at("ruleIndex").as_int64());
    CHECK(run.at("tool").at("driver").at("rules").at(index).at("id") == result.at("ruleId"));
  }
  CHECK(results[0].at("level").as_string() == "error");
  CHECK(results[0].at("message").at("text").as_string() == "group a: it is not there. make it");
  CHECK(results[1].at("level").as_string() == "warning");
  CHECK(results[1].at("suppressions").at(0).at("justification").as_string() == "meant so");
}
