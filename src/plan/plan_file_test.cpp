#include "plan/stored.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/sha256.h"
#include "plan/make_plan.h"
#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

PlanText text_of(const model::Desired& desired, const model::Workspace& actual) {
  const Plan plan = make_plan(desired, actual);
  return plan_file_text(plan, snapshot_of(plan, actual));
}

PlanText sample_text() {
  return text_of(sample::file(), sample::workspace());
}

std::string with(std::string text, std::string_view old, std::string_view replacement) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), replacement);
}

/// The text after a change, with a correct new hash.
std::string rehashed(std::string text) {
  text.erase(text.find(R"(,"sha256":)"));
  return text + R"(,"sha256":")" + sha256_hex(text + "}") + "\"}\n";
}

std::string why_not(std::string_view text) {
  const auto read = read_plan_file(text);
  REQUIRE_FALSE(read.has_value());
  CHECK_FALSE(read.error().cure.empty());
  return read.error().why;
}

std::string complaints(const std::string& document) {
  std::ifstream file(ENVLINK_SOURCE_DIR "/schema/plan_file.schema.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto schema_value = boost::json::parse(text);
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema_value), schema);
  const auto value = boost::json::parse(document);
  valijson::ValidationResults results;
  valijson::Validator validator;
  validator.validate(schema, valijson::adapters::BoostJsonAdapter(value), &results);
  std::string all;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const auto& part : error.context) all += part;
    all += ": " + error.description + "\n";
  }
  return all;
}

/// A file and a workspace with every kind of entry: a link to remove, one that stays, a finding.
model::Desired rich_file() {
  model::Desired desired = sample::file();
  desired.unmanaged = model::Unmanaged::remove;
  desired.groups[0].variables = model::VariableCount{2, true, {3, 4}};
  return desired;
}

model::Workspace rich_workspace() {
  model::Workspace actual = sample::workspace();
  model::Group legacy;
  legacy.id = GroupId("evg-legacy");
  legacy.name = "legacy";
  legacy.links = {ServiceId("srv-db")};
  actual.groups.push_back(legacy);
  actual.services.push_back(sample::service("other"));
  actual.groups[0].links = {ServiceId("srv-web"), ServiceId("srv-other")};
  actual.groups[0].updated = sample::now;
  actual.services[0].url = "https://db.example";
  actual.services[0].health_check_path = "/health";
  auto& deploys = actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(), sample::deploy("dep-new", "build_in_progress", sample::now));
  return actual;
}

}  // namespace

TEST_CASE("a plan file is read back equal, and written again byte for byte") {
  const model::Workspace actual = rich_workspace();
  const Plan plan = make_plan(rich_file(), actual);
  const PlanText text = plan_file_text(plan, snapshot_of(plan, actual));
  const auto read = read_plan_file(text.text);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().why));
  CHECK(read->plan == plan);
  CHECK(read->basis == snapshot_of(plan, actual));
  CHECK(read->sha256 == text.sha256);
  CHECK(plan_file_text(read->plan, read->basis).text == text.text);
}

TEST_CASE("a plan file is one line with the version first and the hash of the rest last") {
  const PlanText text = sample_text();
  CHECK(text.text.starts_with(R"({"version":1,"plan":{"version":1,)"));
  CHECK(text.text.ends_with(",\"sha256\":\"" + text.sha256 + "\"}\n"));
  CHECK(text.text.find('\n') == text.text.size() - 1);
  CHECK(rehashed(text.text) == text.text);
}

TEST_CASE("any changed byte and any truncation is noticed") {
  const std::string text = sample_text().text;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    CAPTURE(at);
    std::string changed = text;
    changed[at] = changed[at] == '1' ? '2' : '1';
    REQUIRE_FALSE(read_plan_file(changed).has_value());
    REQUIRE_FALSE(read_plan_file(std::string_view(text).substr(0, at)).has_value());
  }
  CHECK(why_not(std::string_view(text).substr(0, text.size() / 2)) == "it is cut off: its end is missing");
  CHECK(why_not("") == "it is cut off: its end is missing");
  CHECK(why_not(with(text, "rebuild\":false", "rebuild\":true")) ==
        "its hash does not match: it was changed after envlink wrote it");
  CHECK(why_not(" " + text) == "its hash does not match: it was changed after envlink wrote it");
}

TEST_CASE("a text that is not a plan, or a newer envlink's plan, is reported as such") {
  const std::string text = sample_text().text;
  CHECK(why_not("{}") == "it is not an envlink plan");
  CHECK(why_not("[1]") == "it is not an envlink plan");
  CHECK(why_not(R"({"version":1})") == "it is not an envlink plan");
  CHECK(why_not("version: 1\n").starts_with("it is not JSON"));
  CHECK(why_not(with(text, R"({"version":1,)", R"({"version":2,)")) ==
        "its version is 2, and this envlink knows 1");
  CHECK(why_not(rehashed(with(text, R"("basis":{"services")", R"("basis":{"servants")"))) ==
        "`basis.services` is missing");
  CHECK(why_not(rehashed(with(text, R"("waits_for":[0])", R"("waits_for":[9])"))) ==
        "`services[1]` waits for no service of the plan");
  CHECK(why_not(std::string(max_plan_file_size + 1, ' ')) == "it is larger than 32 MiB");
}

TEST_CASE("a plan file conforms to the published schema, and nothing else does") {
  for (const auto& text :
       {sample_text(), text_of(rich_file(), rich_workspace()), text_of(sample::file(), sample::settled())}) {
    CHECK(complaints(text.text) == "");
  }
  auto document = boost::json::parse(sample_text().text).as_object();
  document["plan"].as_object()["services"].as_array()[0].as_object()["surprise"] = 1;
  CHECK(complaints(boost::json::serialize(document)) != "");
}

TEST_CASE("a plan file that changes values contains no value and no folder, and is refused when read") {
  PlanOptions options;
  options.values = {{.in_file = "secrets", .given = {{.key = "TOKEN"}}}};
  options.values[0].given[0].digest = model::ValueDigest({1});
  options.values_from = ValueSource{ValueOrigin::configuration, "/home/one/envlink.yaml"};
  const model::Workspace actual = sample::settled();
  const Plan plan = make_plan(sample::file(), actual, options);
  REQUIRE(plan.values.size() == 1);
  const std::string text = plan_file_text(plan, snapshot_of(plan, actual)).text;
  CHECK(text.find("/home/one") == std::string::npos);
  CHECK(text.find("before") == std::string::npos);
  CHECK(text.find(plan.values[0].after) == std::string::npos);
  CHECK(why_not(text) == "it changes values, which a plan file cannot");
}
