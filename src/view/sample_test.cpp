#include "view/sample_test.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace envlink::view::sample {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;
using engine::WritePhase;
using model::DeployStatus;
using model::ServiceType;
using plan::LinkAction;
using plan::Reason;
using plan::Severity;
using std::chrono::seconds;

struct Row {
  const char* name;
  ServiceType type;
  const char* group;
  std::vector<std::size_t> waits_for;
  int wave;
  int expected;
  bool rebuild;
};

void add(plan::Plan& plan, const Row& row) {
  const auto index = plan.services.size();
  plan::PlannedService service;
  service.id = ServiceId("srv-" + std::string(18, static_cast<char>('a' + index)) + "00");
  service.name = row.name;
  service.type = row.type;
  service.redeploy = Reason::links_change;
  service.because = "gets " + std::string(row.group);
  service.rebuild = row.rebuild;
  service.rebuild_because = row.rebuild ? "a static site reads variables when it is built"
                                        : "its last build is enough for new variables";
  service.wave = row.wave;
  service.waits_for = row.waits_for;
  if (row.expected > 0) service.expected_duration = service.median_duration = seconds(row.expected);
  plan.services.push_back(service);
  if (plan.waves.size() < static_cast<std::size_t>(row.wave)) plan.waves.emplace_back();
  plan.waves[static_cast<std::size_t>(row.wave) - 1].push_back(index);
  plan.links.push_back({LinkAction::add, GroupId("evg-" + std::string(row.group)), row.group, index});
}

void ended(engine::ServiceProgress& service, ServiceOutcome outcome, DeployStatus status, int from, int to) {
  service.phase = ServicePhase::ended;
  service.outcome = outcome;
  service.status = status;
  service.deploy = DeployId("dep-d47pi5ripnbc73d2bjhg");
  service.requested_at = at(from);
  service.ended_at = at(to);
}

}  // namespace

plan::Plan guide() {
  plan::Plan plan;
  plan.owner = {OwnerId("tea-cexample0000000000000"), "toolboxai", "team"};
  plan.file = "envlink.yaml";
  plan.groups = {
      {GroupId("evg-d479opq4d50c73813bu0"), "toolboxai-secrets", 39, model::VariableCount{39, false, {}}},
      {GroupId("evg-d479opq4d50c73813c2g"), "toolboxai-frontend-env", 12, model::VariableCount{10, true, {}}},
      {GroupId("evg-d479opq4d50c73813c4g"), "toolboxai-monitoring", 5, std::nullopt}};
  const auto* secrets = "toolboxai-secrets";
  add(plan, {"toolboxai-monitoring", ServiceType::web_service, "toolboxai-monitoring", {}, 1, 85, false});
  add(plan, {"toolboxai-backend", ServiceType::web_service, secrets, {0}, 2, 105, false});
  add(plan, {"toolboxai-mcp", ServiceType::web_service, secrets, {1}, 3, 90, false});
  add(plan, {"toolboxai-agent-coordinator", ServiceType::web_service, secrets, {1, 2}, 4, 80, false});
  add(plan, {"toolboxai-celery-worker", ServiceType::background_worker, secrets, {1}, 3, 60, false});
  add(plan, {"toolboxai-celery-beat", ServiceType::background_worker, secrets, {1, 4}, 4, 60, false});
  add(plan, {"toolboxai-celery-flower", ServiceType::web_service, secrets, {4}, 4, 0, false});
  add(plan, {"toolboxai-cleanup", ServiceType::cron_job, secrets, {1}, 3, 45, false});
  add(plan, {"toolboxai-dashboard", ServiceType::static_site, "toolboxai-frontend-env", {1}, 3, 120, true});
  for (auto& service : plan.services) service.auto_deploy = true;
  return plan;
}

plan::Plan mixed() {
  auto plan = guide();
  plan.file = "deploy/envlink.yaml";
  plan.links = {plan.links[0],
                {LinkAction::remove, GroupId("evg-old"), "old-secrets", 0},
                {LinkAction::add, GroupId("evg-shared"), "shared", 3}};
  plan.waves = {{0}, {1, 2}};
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    auto& service = plan.services[i];
    service.waits_for.clear();
    if (i > 0) service.linked_now = {i == 8 ? "toolboxai-frontend-env" : "toolboxai-secrets"};
    if (i <= 2) continue;
    service.redeploy = Reason::none;
    service.wave = 0;
    service.because.clear();
  }
  plan.services[1].redeploy = Reason::stale;
  plan.services[1].because = "the running deploy is older than the last change of toolboxai-secrets";
  plan.services[2].redeploy = Reason::requested;
  plan.services[2].because = "asked for";
  plan.services[2].wave = 2;
  plan.services[1].waits_for = plan.services[2].waits_for = {0};
  plan.services[3].because = "the service is suspended";
  plan.unmanaged = {{"legacy-env", "toolboxai-backend"}, {"toolboxai-secrets", "some-other-service"}};
  plan.stale_consumers = {{"toolboxai-secrets", "some-other-service"}, {"toolboxai-secrets", "and-another"}};
  plan.services[0].has_disk = true;
  plan.services[3].auto_deploy = false;
  plan.findings = {
      {"deploy-running", Severity::note, "service toolboxai-mcp", "A deploy is under way.", "", {}},
      {"placeholder",
       Severity::warning,
       "group toolboxai-secrets",
       "It holds 39 variables and the file asks for exactly 39, but one of them, STRIPE_KEY, is named in no "
       "service's "
       "require.",
       "Name it where it is needed, so that a later removal is noticed.",
       {12, 5},
       "STRIPE_KEY",
       "known since the move, ticket 17"}};
  plan.ignored = {{"collision-different",
                   Severity::error,
                   "service toolboxai-backend",
                   "LOG_LEVEL is held by the service itself and group toolboxai-secrets.",
                   "Keep it in one place.",
                   {20, 3},
                   "LOG_LEVEL",
                   "the backend logs more than the others on purpose"}};
  return plan;
}

plan::Plan refused() {
  auto plan = guide();
  plan.findings = {{"group-missing",
                    Severity::error,
                    "group toolboxai-secretz",
                    "The workspace has no such environment group.",
                    "Did you mean toolboxai-secrets? The workspace's groups: envlink groups list.",
                    {7, 3}},
                   {"variable-missing",
                    Severity::error,
                    "service toolboxai-mcp",
                    "No linked group has MCP_SERVER_TOKEN.",
                    "Add it to toolboxai-secrets.",
                    {41, 15}}};
  return plan;
}

plan::Plan empty() {
  auto plan = guide();
  plan.links.clear();
  plan.waves.clear();
  for (auto& service : plan.services) {
    service.linked_now = {"toolboxai-secrets"};
    service.redeploy = Reason::none;
    service.waits_for.clear();
  }
  return plan;
}

plan::Plan alike(std::size_t count) {
  plan::Plan plan;
  plan.owner = {OwnerId("tea-1"), "big", ""};
  plan.file = "envlink.yaml";
  plan.groups = {{GroupId("evg-1"), "secrets", 3, std::nullopt}};
  plan.waves.emplace_back();
  for (std::size_t i = 0; i < count; ++i) {
    plan::PlannedService service;
    service.id = ServiceId("srv-" + std::to_string(i));
    service.name = "s" + std::to_string(i);
    service.redeploy = Reason::links_change;
    service.rebuild = false;
    service.wave = 1;
    plan.services.push_back(service);
    plan.waves[0].push_back(i);
    plan.links.push_back({LinkAction::add, GroupId("evg-1"), "secrets", i});
  }
  return plan;
}

plan::Plan hostile(std::size_t count) {
  const std::string harm =
      "a\x1b[2J\x1b]0;owned\x07\nb\r\x9b\xff\xe2\x80\xae\u009b31m rnd_0123456789abcdef 日本語🚀";
  plan::Plan plan;
  plan.owner = {OwnerId(harm), harm, harm};
  plan.file = harm;
  plan.groups = {{GroupId(harm), harm, 1, std::nullopt}};
  plan.waves.emplace_back();
  for (std::size_t i = 0; i < count; ++i) {
    plan::PlannedService service;
    service.id = ServiceId(harm);
    service.name = std::to_string(i) + harm;
    service.redeploy = Reason::stale;
    service.because = service.rebuild_because = harm;
    service.linked_now = {harm};
    service.wave = 1;
    if (i > 0) service.waits_for = {i - 1};
    plan.services.push_back(service);
    plan.waves[0].push_back(i);
    plan.links.push_back({LinkAction::add, GroupId(harm), harm, i});
  }
  plan.values = {{plan::ValueAction::set, GroupId(harm), harm, harm, true, "digest-before", "digest-after"}};
  plan.groups[0].unchanged = {harm};
  plan.unmanaged = {{harm, harm}};
  plan.stale_consumers = {{harm, harm}};
  plan.findings = {{harm, Severity::error, harm, harm, harm, {1, 1}}};
  plan.findings[0].variable = plan.findings[0].policy = harm;
  plan.ignored = plan.findings;
  return plan;
}

engine::Event event(int seconds, engine::Event::What what) {
  return {at(seconds), std::move(what)};
}

std::vector<engine::Event> every_kind(const plan::Plan& plan, std::size_t service, std::size_t link,
                                      const std::string& text) {
  using namespace engine;
  const EventService about = event_service(plan, service);
  const EventLink changed = event_link(plan, link);
  const EventValue value{plan::ValueAction::set, {GroupId(text), text}, text, 0};
  const DeployId deploy(text);
  const std::vector<Event::What> kinds = {
      RunBegan{{OwnerId(text), text}, 6, 1, 1, 1, 1},
      RunResumed{},
      HoldIntended{about, HoldAction::hold, text, 2},
      HoldAnswered{about, HoldAction::hold, 500, text, text, began},
      HoldProved{about, HoldAction::restore, text},
      HoldFailed{about, HoldAction::restore, text, text},
      GroupIntended{{GroupId(), text}, 2},
      GroupAnswered{{GroupId(), text}, 500, text, text, began},
      GroupMade{{GroupId(text), text}, text, began},
      GroupFailed{{GroupId(), text}, true, text, text},
      ValueIntended{value, 2},
      ValueAnswered{value, 500, text, text, began},
      ValueProved{value, began},
      ValueFailed{value, true, text, text},
      LinkIntended{changed, 2},
      LinkAnswered{changed, 500, text, text, began},
      LinkProved{changed, began},
      LinkFailed{changed, text, text},
      SnapshotTaken{about, {deploy}},
      DeployIntended{about, 2, engine::DeployMode::rollback, deploy},
      DeployAnswered{about, 0, deploy, text, text, {}},
      DeployAttributed{about, deploy, text},
      DeployObserved{about, deploy, text},
      HealthObserved{about, 500, text},
      ServiceEnded{about, engine::ServiceOutcome::failed, deploy, text, text},
      FailureTold{about, deploy, text, {text, text}, text},
      Waiting{5, text},
      Interrupted{1},
      RunEnded{model::Outcome::deploy_failed}};
  std::vector<Event> events;
  for (const Event::What& what : kinds) events.push_back(event(static_cast<int>(events.size()), what));
  return events;
}

engine::Progress untouched(const plan::Plan& plan) {
  engine::Progress progress;
  progress.values.resize(plan.values.size());
  progress.links.resize(plan.links.size());
  progress.services.resize(plan.services.size());
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    if (plan.services[i].redeploys()) progress.services[i].phase = ServicePhase::waiting;
  }
  return progress;
}

engine::Progress half_way(const plan::Plan& guide) {
  auto progress = untouched(guide);
  progress.began_at = began;
  for (auto& link : progress.links) link.phase = WritePhase::proved;
  ended(progress.services[0], ServiceOutcome::live, DeployStatus::live, 4, 96);
  auto& backend = progress.services[1];
  backend.phase = ServicePhase::watching;
  backend.status = DeployStatus::build_in_progress;
  backend.requested_at = at(97);
  return progress;
}

engine::Progress halted(const plan::Plan& guide) {
  auto progress = half_way(guide);
  auto& backend = progress.services[1];
  ended(backend, ServiceOutcome::failed, DeployStatus::build_failed, 97, 150);
  backend.reason = "its build failed";
  backend.cure =
      "read its log: https://dashboard.render.com/ → toolboxai-backend → Deploys → dep-d47pi5ripnbc73d2bjhg";
  backend.told_reason = "exit code 1";
  backend.log = {"==> Running build command 'npm ci && npm run build'...", "  DATABASE_URL=•••",
                 "npm ERR! missing script: build", "==> Build failed"};
  for (std::size_t i = 2; i < progress.services.size(); ++i) {
    progress.services[i].phase = ServicePhase::ended;
    progress.services[i].outcome = ServiceOutcome::not_started;
    progress.services[i].reason = "toolboxai-backend failed, so the rollout stopped";
  }
  progress.ended_at = at(151);
  progress.outcome = model::Outcome::deploy_failed;
  return progress;
}

plan::Explanation explained() {
  const auto fact = [](auto... set) {
    model::Facts facts;
    facts.told = true;
    ((facts.*set = true), ...);
    return facts;
  };
  using model::Facts;
  using model::Sameness;
  const plan::ExplainedSource own{std::nullopt, "", fact(), Sameness::equal};
  const GroupId secrets("evg-d479opq4d50c73813bu0");
  const GroupId shared("evg-d479opq4d50c73813sh0");
  const auto from = [&](const GroupId& id, const char* name, Facts facts, Sameness sameness) {
    return plan::ExplainedSource{id, name, facts, sameness};
  };
  plan::Explanation it;
  it.owner = {OwnerId("tea-cexample0000000000000"), "toolboxai", "team"};
  it.service = ServiceId("srv-ctoolboxai0000000002");
  it.name = "toolboxai-backend";
  it.type = ServiceType::web_service;
  it.groups = {{secrets, "toolboxai-secrets", 39}, {shared, "shared", std::nullopt}};
  it.variables = {
      {"API_URL", {from(secrets, "toolboxai-secrets", fact(), Sameness::equal)}, plan::Rule::only},
      {"CACHE_URL",
       {from(shared, "shared", fact(&Facts::stray_space, &Facts::quoted), Sameness::equal),
        from(secrets, "toolboxai-secrets", fact(&Facts::placeholder), Sameness::different)},
       plan::Rule::newest_group},
      {"LOG_LEVEL",
       {own, from(secrets, "toolboxai-secrets", fact(&Facts::empty), Sameness::different),
        from(shared, "shared", fact(), Sameness::equal)},
       plan::Rule::own},
      {"TOKEN",
       {from(secrets, "toolboxai-secrets", fact(), Sameness::equal),
        from(shared, "shared", {}, Sameness::unknown)},
       plan::Rule::unsettled}};
  it.after = {{{GroupId("evg-d479opq4d50c73813mo0"), "toolboxai-monitoring", 5}},
              {{shared, "shared", std::nullopt}},
              {{"API_URL",
                {from(GroupId("evg-d479opq4d50c73813mo0"), "toolboxai-monitoring", fact(), Sameness::equal),
                 from(secrets, "toolboxai-secrets", fact(), Sameness::different)},
                plan::Rule::newest_group},
               {"SHARED_ONLY", {}, plan::Rule::only}}};
  return it;
}

plan::Explanation not_explained() {
  auto it = explained();
  it.variables.clear();
  it.asked = "LOG_LEVLE";
  it.near = "LOG_LEVEL";
  it.after->variables.clear();
  return it;
}

plan::Verification verified() {
  plan::Verification verification;
  const auto plan = guide();
  verification.owner = plan.owner;
  verification.steps = {{{true, "Connected to toolboxai", {}},
                         {true, "All 3 environment groups exist", {}},
                         {true, "All 9 services have their groups linked", {}},
                         {true, "All 9 services are live", {}}}};
  for (const auto& service : plan.services) {
    verification.services.push_back(
        {service.id, service.name, plan::Freshness::live, "since 2025-11-08T10:00:00Z"});
  }
  verification.services[0].running = {DeployId("dep-1"), at(-7300), at(-7200)};
  verification.services[8].freshness = plan::Freshness::deploying;
  verification.services[8].because = "dep-d47pi5ripnbc73d2bjhg is build_in_progress";
  return verification;
}

plan::Verification unverified() {
  auto verification = verified();
  verification.steps[2] = {false,
                           "2 of 9 services are not linked as the file says",
                           {"service toolboxai-backend: toolboxai-secrets is not linked",
                            "service toolboxai-agent-coordinator: toolboxai-secrets is not linked"}};
  verification.steps[3] = {false,
                           "6 of 9 services are live, 1 stale, 1 staged, 1 unknown",
                           {"service toolboxai-mcp: unknown, it has no deploys"}};
  verification.services[1] = {ServiceId("srv-b"), "toolboxai-backend", plan::Freshness::staged,
                              "toolboxai-secrets is not linked"};
  verification.services[2] = {ServiceId("srv-c"), "toolboxai-mcp", plan::Freshness::unknown, ""};
  verification.services[3].freshness = plan::Freshness::stale;
  verification.services[3].because = "the running deploy is older than the last change of toolboxai-secrets";
  return verification;
}

void check_golden(std::string_view name, const std::string& text) {
  const auto path = std::string(ENVLINK_SOURCE_DIR "/src/view/testdata/") + std::string(name);
  const auto* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  CAPTURE(path);
  CHECK(text == golden);
}

std::string without_colour(std::string_view text) {
  std::string bare;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      REQUIRE(i != std::string_view::npos);
    } else {
      bare += text[i];
    }
  }
  return bare;
}

bool harmless(std::string_view text) {
  if (!is_valid_utf8(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) return false;
    const auto rest = text.substr(i);
    if (byte == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0) return false;
    if (rest.starts_with("\u202e") || rest.starts_with("rnd_0")) return false;
  }
  return true;
}

std::string joined(const std::vector<std::string>& lines) {
  return join(lines, "\n") + "\n";
}

}  // namespace envlink::view::sample
