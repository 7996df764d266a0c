#include "view/json.h"
#include "engine/event_json.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "view/rehearsal.h"
#include "view/report_sample_test.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

/// The schema's errors for a document; empty: none.
std::string complaints(const std::string& schema_file, const std::string& document) {
  std::ifstream file(std::string(ENVLINK_SOURCE_DIR "/schema/") + schema_file);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto schema_value = json::parse(text);
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema_value), schema);
  const auto value = json::parse(document);
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

TEST_CASE("every kind of plan and verification conforms to its published schema") {
  for (const auto& plan : {sample::guide(), sample::mixed(), sample::refused(), sample::empty(),
                           sample::hostile(3), plan::Plan{}}) {
    CHECK(complaints("plan.schema.json", plan_json(plan)) == "");
  }
  for (const auto& verification : {sample::verified(), sample::unverified(), plan::Verification{}}) {
    CHECK(complaints("verify.schema.json", verification_json(verification)) == "");
  }
  auto with_health = sample::verified();
  with_health.health = plan::VerifiedStep{false, "Not every health path answers", {"service a answers 500"}};
  CHECK(complaints("verify.schema.json", verification_json(with_health)) == "");
}

TEST_CASE("a freshness matrix conforms to its published schema") {
  plan::Status status;
  CHECK(complaints("status.schema.json", status_json(status)) == "");
  status.groups = {"secrets"};
  status.rows = {
      {ServiceId("srv-1"), "api", plan::Freshness::stale, "older", {{0, plan::Freshness::stale, "older"}}}};
  CHECK(complaints("status.schema.json", status_json(status)) == "");
  auto document = json::parse(status_json(status)).as_object();
  document["services"].as_array()[0].as_object()["freshness"] = "fresh";
  CHECK(complaints("status.schema.json", json::serialize(document)) != "");
}

TEST_CASE("groups and their changes conform to their published schemas") {
  model::Workspace workspace;
  workspace.owner = {OwnerId("tea-1"), "acme", "team"};
  CHECK(complaints("groups_list.schema.json", groups_json(workspace)) == "");
  model::Group group;
  group.id = GroupId("evg-1");
  group.name = "secrets";
  group.links = {ServiceId("srv-1")};
  group.environment = EnvironmentId("evm-1");
  group.secret_files = {"ca.pem"};
  workspace.groups = {group};
  CHECK(complaints("groups_list.schema.json", groups_json(workspace)) == "");
  CHECK(complaints("groups_show.schema.json", group_json(group, workspace)) == "");
  const auto plan = sample::mixed();
  CHECK(complaints("groups_link.schema.json", link_changes_json(plan, engine::Progress::of(plan))) == "");
  auto document = json::parse(groups_json(workspace)).as_object();
  document["surprise"] = 1;
  CHECK(complaints("groups_list.schema.json", json::serialize(document)) != "");
}

TEST_CASE("the list of runs conforms to its published schema, and counts what each run was to change") {
  const plan::Plan plan = sample::mixed();
  const std::string text = runs_json({{.number = 2, .changes = changes_of(plan)}, {.number = 1}});
  CHECK(complaints("runs.schema.json", text) == "");
  const auto runs = json::parse(text).at("runs");
  const auto& changes = runs.at(0).at("changes");
  CHECK(changes.at("groups") == 0);
  CHECK(changes.at("values") == plan.values.size());
  CHECK(changes.at("links") == plan.links.size());
  CHECK(changes.at("deploys") == plan.deploys());
  CHECK(runs.at(1).at("changes").is_null());
}

TEST_CASE("a rehearsal conforms to its published schema") {
  Rehearsal told;
  CHECK(complaints("rehearse.schema.json", rehearsal_json(told)) == "");
  told.plan = sample::mixed();
  told.runs = {{told.plan, sample::every_kind(told.plan, 0, 0, "x")}, {sample::mixed(), {}}};
  told.runs[1].plan.undoes = 1;
  told.requests = {{"GET /owners", 1}};
  told.took = std::chrono::milliseconds(90'500);
  CHECK(complaints("rehearse.schema.json", rehearsal_json(told)) == "");
  auto document = json::parse(rehearsal_json(told)).as_object();
  CHECK(document["runs"].at(1).at("kind") == "rollback");
  CHECK(document["seconds"] == 90.5);
  document["runs"].as_array()[0].as_object()["kind"] = "play";
  CHECK(complaints("rehearse.schema.json", json::serialize(document)) != "");
}

TEST_CASE("the report of a run conforms to its published schema") {
  for (const auto& run :
       {sample::failed_run(), sample::resumed_run(), sample::held_run(), sample::hostile_run(), Report{}}) {
    CHECK(complaints("report.schema.json", report_json(run)) == "");
    CHECK(sample::harmless(report_json(run)));
  }
  auto document = json::parse(report_json(sample::failed_run())).as_object();
  CHECK(document["services"].at(1).at("state") == "failed");
  CHECK(document["services"].at(1).at("stages").at(3).at("seconds") == 51.0);
  CHECK(document["waited_seconds"] == 5.0);
  document["services"].as_array()[0].as_object()["state"] = "fresh";
  CHECK(complaints("report.schema.json", json::serialize(document)) != "");
}

TEST_CASE("a line of the stream conforms to the published schema, for any event") {
  const auto plan = sample::hostile(2);
  const auto events = sample::every_kind(plan, 0, 0, "a\x1b[2J\nb rnd_abcdefghijklmnopqrstuvwxyz0123");
  CHECK(events.size() == std::variant_size_v<engine::Event::What>);
  for (const engine::Event& event : events) {
    const auto line = event_line(7, event);
    CAPTURE(line);
    CHECK(complaints("events.schema.json", line) == "");
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(sample::harmless(line));
    CHECK(line.find("rnd_abc") == std::string::npos);
  }
  CHECK(complaints("events.schema.json", stream_head("apply", "0.1.0")) == "");
  CHECK(complaints("events.schema.json", R"({"event": "surprise"})") != "");
}

TEST_CASE("the schemas of the stream, a report and a rehearsal define an event identically") {
  const auto definitions = [](const std::string& name) {
    std::ifstream file(ENVLINK_SOURCE_DIR "/schema/" + name + ".schema.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return json::parse(text).at("definitions").as_object();
  };
  const auto stream = definitions("events");
  for (const engine::Event& event : sample::every_kind(sample::guide(), 0, 0, "x")) {
    const auto kind = kind_of(event);
    for (const char* other : {"report", "rehearse"}) CHECK(definitions(other).at(kind) == stream.at(kind));
  }
}

TEST_CASE("one event is the same object in the journal, the stream, a report and a rehearsal") {
  const auto plan = sample::guide();
  Report report;
  report.plan = plan;
  report.events = sample::every_kind(plan, 1, 1, "x");
  Rehearsal rehearsal;
  rehearsal.runs = {{plan, report.events}};
  const auto reported = json::parse(report_json(report)).at("events").as_array();
  const auto rehearsed = json::parse(rehearsal_json(rehearsal)).at("runs").at(0).at("events").as_array();
  for (std::size_t i = 0; i < report.events.size(); ++i) {
    const auto stored = json::parse(engine::to_json(report.events[i])).as_object();
    CHECK(reported[i] == stored);
    CHECK(rehearsed[i] == stored);
    auto streamed = json::parse(event_line(7, report.events[i])).as_object();
    CHECK(streamed.begin()->key() == "run");
    streamed.erase("run");
    CHECK(streamed == stored);
  }
}

TEST_CASE("the end of a rollout conforms to the published schemas") {
  const auto guide = sample::guide();
  RunAccount account{.command = "apply",
                     .outcome = model::Outcome::error,
                     .message = "it broke",
                     .runs = {},
                     .verification = {}};
  for (const auto& progress : {sample::untouched(guide), sample::half_way(guide), sample::halted(guide)}) {
    account.runs.push_back({7, guide, progress});
    CHECK(complaints("run.schema.json", run_account_json(account)) == "");
    CHECK(complaints("events.schema.json", outcome_line(account)) == "");
  }
  const Report held = sample::held_run();
  account.runs.push_back({8, held.plan, engine::Progress::of(held.plan, held.events)});
  CHECK(complaints("run.schema.json", run_account_json(account)) == "");
  CHECK(complaints("events.schema.json", outcome_line(account)) == "");
  const auto told = json::parse(run_account_json(account)).at("runs").at(3);
  CHECK(told.at("new_group").at("id") == "evg-new");
  CHECK(told.at("services").at(0).at("automatic_deploys").at("state") == "restoring");
  CHECK(told.at("services").at(0).at("automatic_deploys").at("was") == "commit");
  account.verification = sample::unverified();
  CHECK(complaints("run.schema.json", run_account_json(account)) == "");
  CHECK(complaints("events.schema.json", outcome_line(account)) == "");
  account.command = "plan";
  CHECK(complaints("run.schema.json", run_account_json(account)) != "");
}

TEST_CASE("an explanation conforms to its published schema") {
  for (const auto& explanation : {sample::explained(), sample::not_explained(), plan::Explanation{}}) {
    CHECK(complaints("explain.schema.json", explanation_json(explanation)) == "");
  }
  sample::check_golden("explained.json", explanation_json(sample::explained()));
  auto object = json::parse(explanation_json(sample::explained())).as_object();
  object["value"] = "x";
  CHECK(complaints("explain.schema.json", json::serialize(object)) != "");
}

TEST_CASE("the schemas reject unknown fields, so that no field changes unnoticed") {
  auto plan = json::parse(plan_json(sample::guide())).as_object();
  plan["surprise"] = 1;
  CHECK(complaints("plan.schema.json", json::serialize(plan)) != "");
  plan.erase("surprise");
  plan["services"].as_array()[0].as_object().erase("wave");
  CHECK(complaints("plan.schema.json", json::serialize(plan)) != "");
  auto verification = json::parse(verification_json(sample::verified())).as_object();
  verification["services"].as_array()[0].as_object()["freshness"] = "fresh";
  CHECK(complaints("verify.schema.json", json::serialize(verification)) != "");
}

TEST_CASE("the JSON matches the golden files, with version first") {
  sample::check_golden("plan_mixed.json", plan_json(sample::mixed()));
  sample::check_golden("verification_failed.json", verification_json(sample::unverified()));
  CHECK(plan_json(sample::guide()).starts_with("{\n  \"version\": 1,\n"));
  CHECK(verification_json(sample::verified()).starts_with("{\n  \"version\": 1,\n"));
}

TEST_CASE("a hostile name is complete if JSON can represent it, and cannot control a terminal") {
  auto plan = sample::hostile(1);
  CHECK(sample::harmless(plan_json(plan)));
  plan.owner.name = "a\x1b[2J\nb\u009b31m\u202e\x7f\"\\ é日本";
  const auto text = plan_json(plan);
  CHECK(sample::harmless(text));
  CHECK(json::parse(text).at("workspace").at("name").as_string() == plan.owner.name);
}

}  // namespace
}  // namespace envlink::view
