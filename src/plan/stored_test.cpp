#include "plan/stored.h"

#include <doctest/doctest.h>

#include <random>

#include "plan/make_plan.h"
#include "plan/sample_test.h"
#include "plan/stored_fields.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

/// Fills every listed field with a random value, so that new fields are tested automatically.
class Filler {
 public:
  explicit Filler(std::uint32_t seed) : lot_(seed) {}
  void operator()(std::string_view, auto& field) { fill(field); }
  void later(std::string_view, auto& field) { fill(field); }
  void if_any(std::string_view, auto& field) { fill(field); }
  std::size_t below(std::size_t limit) { return lot_() % limit; }

 private:
  void fill(std::string& field) {
    static const std::array<std::string, 8> pieces = {"srv-1", "\"",       "\\", "\n\x1b\x7f",
                                                      "☃",     "\xff\xc3", " ",  std::string(1, '\0')};
    field.clear();
    for (std::size_t left = below(4); left > 0; --left) field += pieces[below(pieces.size())];
  }
  template <class Tag>
  void fill(Id<Tag>& field) {
    std::string text;
    fill(text);
    field = Id<Tag>(text);
  }
  void fill(bool& field) { field = below(2) == 1; }
  void fill(Duration& field) { field = Duration(static_cast<Duration::rep>(lot_()) * 1'000'003); }
  template <class T>
  void fill(std::optional<T>& field) {
    field.reset();
    if (below(2) == 1) fill(field.emplace());
  }
  template <class T>
  void fill(std::vector<T>& field) {
    field.resize(below(5));
    for (T& element : field) fill(element);
  }
  template <class T>
  void fill(T& field) {
    if constexpr (std::is_enum_v<T>) {
      field = static_cast<T>(below(words_of<T>.size()));
    } else if constexpr (std::is_arithmetic_v<T>) {
      field = static_cast<T>(lot_());
    } else {
      fields(*this, field);
    }
  }

  std::mt19937 lot_;
};

Plan random_plan(std::uint32_t seed) {
  Filler filler(seed);
  Plan plan;
  fields(filler, plan);
  // Rules for any stored plan, see plan_from_json.
  const std::size_t count = plan.services.size();
  for (std::size_t i = 0; i < count; ++i) {
    auto& service = plan.services[i];
    service.wave = static_cast<int>(i);
    if (i == 0) service.waits_for.clear();
    for (std::size_t& before : service.waits_for) before %= i;
  }
  if (count == 0) plan.links.clear();
  if (count == 0) plan.waves.clear();
  for (LinkChange& link : plan.links) link.service %= count;
  for (auto& wave : plan.waves) {
    for (std::size_t& service : wave) service %= count;
  }
  plan.rollout.max_parallel = 1 + static_cast<int>(filler.below(100));
  return plan;
}

struct Counter {
  std::size_t count = 0;
  void operator()(std::string_view, const auto&) { ++count; }
  void later(std::string_view, const auto&) { ++count; }
  void if_any(std::string_view, const auto&) { ++count; }
};

struct Anything {
  template <class T>
    requires(!json::is_optional<T>)
  operator T() const {
    return T{};
  }
};

/// The number of members of a struct: how many initialisers it accepts.
template <class T, class... Taken>
constexpr std::size_t member_count() {
  if constexpr (requires { T{Taken{}..., Anything{}}; }) {
    return member_count<T, Taken..., Anything>();
  } else {
    return sizeof...(Taken);
  }
}

template <class T>
std::size_t listed_count() {
  Counter counter;
  const T value;
  fields(counter, value);
  return counter.count;
}

std::string why_not(std::string_view text) {
  const auto plan = plan_from_json(text);
  REQUIRE_FALSE(plan.has_value());
  CHECK_FALSE(plan.error().cure.empty());
  return plan.error().why;
}

std::string with(std::string text, std::string_view old, std::string_view replacement) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), replacement);
}

Plan sample_plan() {
  return make_plan(sample::file(), sample::workspace());
}

}  // namespace

TEST_CASE_TEMPLATE("every member of every part of a plan is stored", Part, Plan, PlannedGroup, PlannedService,
                   LinkChange, UnmanagedLink, StaleConsumer, Finding, Place, model::Owner,
                   model::VariableCount, model::RolloutSettings, model::ApiSettings, PlanSnapshot,
                   ServiceSnapshot, GroupSnapshot, ValueChange, ValueSource) {
  CHECK(listed_count<Part>() == member_count<Part>());
}

TEST_CASE("any plan is read back equal, and written again byte for byte") {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    const Plan plan = random_plan(seed);
    const std::string text = to_json(plan);
    const auto read = plan_from_json(text);
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().why));
    REQUIRE(*read == plan);
    REQUIRE(to_json(*read) == text);
  }
}

TEST_CASE("a stored plan is one line in a fixed order without unset fields") {
  Plan plan;
  plan.owner = {OwnerId("tea-1"), "acme", "team"};
  plan.file = "envlink.yaml";
  plan.groups = {{GroupId("evg-1"), "secrets", std::nullopt, model::VariableCount{39, true, {7, 3}}}};
  CHECK(
      to_json(plan) ==
      R"({"version":1,"owner":{"id":"tea-1","name":"acme","type":"team"},"file":"envlink.yaml","groups":[)"
      R"({"id":"evg-1","name":"secrets","asked":{"number":39,"at_least":true,"place":{"line":7,"column":3}},)"
      R"("secret_files":0}],)"
      R"("services":[],"links":[],"waves":[],"unmanaged":[],"findings":[],"unmanaged_policy":"report",)"
      R"("rollout":{"order":"dependencies","gate":"live","max_parallel":8,"on_failure":"halt","deploy":"auto",)"
      R"("unknown":"redeploy","poll_interval":10000000,"timeout":600000000,"suspended":"refuse"},)"
      R"("api":{"link_method":"env-group","min_interval":0,"retries":3,"backoff":2000000},)"
      R"("undoes":0,"stale_consumers":[],"ignored":[],"journal_unreadable":false})");
}

TEST_CASE("a plan stored before findings had a variable and a policy can still be read") {
  Plan plan = sample_plan();
  plan.findings = {{"group-scope", Severity::error, "service db", "what", "cure", {3, 1}}};
  std::string text = with(to_json(plan), R"(,"variable":"","policy":"")", "");
  text = with(text, R"(,"ignored":[])", "");
  const auto read = plan_from_json(text);
  REQUIRE(read.has_value());
  CHECK(*read == plan);
}

TEST_CASE("a plan from the planner is read back, ignoring fields of a later envlink") {
  const Plan plan = sample_plan();
  std::string text = with(to_json(plan), R"("file":)", R"("mood":{"a":[1,{"b":null}]},"file":)");
  text = with(text, R"("because":)", R"("colour":"blue","because":)");
  const auto read = plan_from_json(text);
  REQUIRE(read.has_value());
  CHECK(*read == plan);
}

TEST_CASE("a missing field or one with the wrong type is reported with its place") {
  const std::string text = to_json(sample_plan());
  CHECK(why_not(with(text, R"("version":1,)", "")) == "`version` is missing");
  CHECK(why_not(with(text, R"("file":)", R"("fill":)")) == "`file` is missing");
  CHECK(why_not(with(text, R"("rebuild":)", R"("rebuilt":)")) == "`services[0].rebuild` is missing");
  CHECK(why_not(with(text, R"("timeout":600000000)", R"("timeout":-1)")) ==
        "`rollout.timeout` is not a duration");
  CHECK(why_not(with(text, R"("retries":3)", R"("retries":3.5)")) ==
        "`api.retries` is not a whole number, or is too large");
  CHECK(why_not(with(text, R"("retries":3)", R"("retries":3000000000)")) ==
        "`api.retries` is not a whole number, or is too large");
  CHECK(why_not(with(text, R"("redeploy":"links_change")", R"("redeploy":"whim")")) ==
        "`services[0].redeploy` is an unknown word, perhaps from a newer envlink");
  CHECK(why_not(with(text, R"("redeploy":"links_change")", R"("redeploy":true)")) ==
        "`services[0].redeploy` is not text");
  CHECK(why_not(with(text, R"("waits_for":[0])", R"("waits_for":0)")) ==
        "`services[1].waits_for` is not a list");
  CHECK(why_not(with(text, R"("waits_for":[0])", R"("waits_for":["0"])")) ==
        "`services[1].waits_for[0]` is not a whole number, or is too large");
}

TEST_CASE("a plan that no rollout could carry out is refused") {
  const std::string text = to_json(sample_plan());
  CHECK(why_not(with(text, R"("waits_for":[0])", R"("waits_for":[9])")) ==
        "`services[1]` waits for no service of the plan");
  CHECK(why_not(with(text, R"("waits_for":[0])", R"("waits_for":[2])")) ==
        "`services[1]` waits for one that is not in an earlier wave");
  CHECK(why_not(with(text, R"("waits_for":[0])", R"("waits_for":[1])")) ==
        "`services[1]` waits for one that is not in an earlier wave");
  CHECK(why_not(with(text, R"("service":2})", R"("service":3})")) == "a link names no service of the plan");
  CHECK(why_not(with(text, R"("waves":[[0])", R"("waves":[[7])")) == "a wave names no service of the plan");
  CHECK(why_not(with(text, R"("max_parallel":8)", R"("max_parallel":0)")) ==
        "`rollout.max_parallel` lets no service start");
}

TEST_CASE("a later version, invalid JSON, and input that is too deep or too large are refused") {
  const std::string text = to_json(sample_plan());
  CHECK(why_not(with(text, R"("version":1)", R"("version":2)")) ==
        "its version is 2, and this envlink knows 1");
  CHECK(why_not("[]") == "it is not a JSON object");
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(plan_from_json(std::string_view(text).substr(0, size)).has_value());
  }
  CHECK_FALSE(plan_from_json(std::string(100'000, '[')).has_value());
  CHECK(why_not(text + std::string(32 * 1024 * 1024, ' ')) == "it is larger than 32 MiB");
}
