// The published schemas and the program use the same words.

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <span>

#include "engine/progress.h"
#include "plan/explain.h"
#include "plan/group_diff.h"
#include "plan/plan.h"
#include "plan/status.h"
#include "view/doctor_result.h"

namespace envlink::view {
namespace {

std::set<std::string> words_in(const std::string& schema_file, std::string_view pointer) {
  std::ifstream file(std::string(ENVLINK_SOURCE_DIR "/schema/") + schema_file);
  const auto schema = boost::json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
  std::set<std::string> words;
  for (const auto& one : schema.at_pointer(std::string(pointer) + "/enum").as_array())
    words.emplace(one.as_string());
  return words;
}

TEST_CASE("each list of words in a schema matches its enumeration") {
  struct Row {
    std::string schema;
    std::string_view pointer;
    std::span<const std::string_view> words;
  };
  const std::span service_types = words_of<model::ServiceType>;
  const std::span reasons = words_of<plan::Reason>;
  std::vector<std::string_view> of_plans(reasons.begin(), reasons.end());
  std::erase(of_plans, word(plan::Reason::undone));  // no rollback is shown there
  const std::span endings = words_of<engine::ServiceOutcome>;
  const std::span freshness = words_of<plan::Freshness>;
  const std::span holds = words_of<engine::HoldPhase>;
  const Row rows[] = {
      {"doctor", "/properties/checks/items/properties/health", words_of<Health>},
      {"envlink", "/definitions/requirements/items/oneOf/1/additionalProperties", words_of<model::Shape>},
      {"envlink", "/definitions/service/properties/type", service_types.first(5)},  // except `unknown`
      {"envlink", "/definitions/links/properties/unmanaged", words_of<model::Unmanaged>},
      {"envlink", "/definitions/rollout/properties/order", words_of<model::Order>},
      {"envlink", "/definitions/rollout/properties/gate", words_of<model::Gate>},
      {"envlink", "/definitions/rollout/properties/on_failure", words_of<model::OnFailure>},
      {"envlink", "/definitions/rollout/properties/suspended", words_of<model::OnSuspended>},
      {"envlink", "/definitions/rollout/properties/deploy", words_of<model::DeployChoice>},
      {"envlink", "/definitions/api/properties/link_method", words_of<model::LinkMethod>},
      {"events", "/definitions/link/properties/action", words_of<plan::LinkAction>},
      {"events", "/definitions/value/properties/action", words_of<plan::ValueAction>},
      {"events", "/definitions/value/properties/state", words_of<engine::WritePhase>},
      {"events", "/definitions/link/properties/state", words_of<engine::WritePhase>},
      {"events", "/definitions/deploy_intended/properties/mode", words_of<engine::DeployMode>},
      {"events", "/definitions/service_ended/properties/state", endings.subspan(1)},  // except `none`
      {"events", "/definitions/service/properties/automatic_deploys/properties/state",
       holds.subspan(1)},  // except `untouched`
      {"explain", "/properties/service/properties/type", service_types},
      {"explain", "/definitions/variable/properties/rule", words_of<plan::Rule>},
      {"explain", "/definitions/source/properties/compared", words_of<model::Sameness>},
      {"groups_diff", "/definitions/key/properties/state", words_of<plan::KeyState>},
      {"groups_diff", "/definitions/key/properties/expected", words_of<plan::Expected>},
      {"groups_diff", "/definitions/look", words_of<plan::Look>},
      {"groups_diff", "/definitions/finding/properties/severity", words_of<model::Severity>},
      {"lint", "/definitions/finding/properties/severity", words_of<model::Severity>},
      {"plan", "/properties/unmanaged_policy", words_of<model::Unmanaged>},
      {"plan", "/definitions/link/properties/action", words_of<plan::LinkAction>},
      {"plan", "/definitions/value/properties/action", words_of<plan::ValueAction>},
      {"plan", "/definitions/service/properties/type", service_types},
      {"plan", "/definitions/service/properties/redeploy", of_plans},
      {"plan", "/definitions/finding/properties/severity", words_of<model::Severity>},
      {"plan_file", "/definitions/plan/properties/unmanaged_policy", words_of<model::Unmanaged>},
      {"plan_file", "/definitions/service/properties/type", service_types},
      {"plan_file", "/definitions/service/properties/redeploy", reasons},
      {"plan_file", "/definitions/link/properties/action", words_of<plan::LinkAction>},
      {"plan_file", "/definitions/finding/properties/severity", words_of<model::Severity>},
      {"plan_file", "/definitions/rollout/properties/order", words_of<model::Order>},
      {"plan_file", "/definitions/rollout/properties/gate", words_of<model::Gate>},
      {"plan_file", "/definitions/rollout/properties/on_failure", words_of<model::OnFailure>},
      {"plan_file", "/definitions/rollout/properties/suspended", words_of<model::OnSuspended>},
      {"plan_file", "/definitions/rollout/properties/deploy", words_of<model::DeployChoice>},
      {"plan_file", "/definitions/api/properties/link_method", words_of<model::LinkMethod>},
      {"plan_file", "/definitions/basis/properties/services/items/properties/type", service_types},
      {"status", "/definitions/freshness", freshness},
      {"verify", "/properties/services/items/properties/freshness", freshness},
  };
  std::set<std::string> outcomes;
  for (const model::OutcomeRow& row : model::outcomes()) outcomes.emplace(row.word);
  for (const char* schema : {"events", "run", "runs", "report", "rehearse"})
    CHECK(words_in(std::string(schema) + ".schema.json", "/definitions/outcome_word") == outcomes);
  for (const Row& row : rows) {
    CAPTURE(row.schema);
    CAPTURE(row.pointer);
    CHECK(words_in(row.schema + ".schema.json", row.pointer) ==
          std::set<std::string>(row.words.begin(), row.words.end()));
  }
}

}  // namespace
}  // namespace envlink::view
