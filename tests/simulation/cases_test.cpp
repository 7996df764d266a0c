// Named cases of a rollout: what Render or a colleague does, and the verdict that envlink must reach. The
// same wire, World and oracles as the random schedules.

#include <doctest/doctest.h>

#include <functional>

#include "engine/rollout.h"
#include "engine/survey.h"
#include "oracles.h"
#include "plan/make_plan.h"

using namespace envlink;
using namespace envlink::simulation;
using engine::Ending;
using std::chrono::seconds;

namespace {

class Quiet final : public engine::Recorder, public engine::Observer {
 public:
  void record(const std::vector<engine::Event>& events) override {
    all.insert(all.end(), events.begin(), events.end());
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    REQUIRE(++turns < 100'000);
    return std::nullopt;
  }
  std::vector<engine::Event> all;
  int turns = 0;
};

struct Told {
  int exit_code = 0;
  engine::ServiceProgress first;
  engine::ServiceProgress second;
  std::size_t api_deploys = 0;  // of the first service
  std::vector<engine::Event> events;
};

/// One group; the second service comes after the first; builds of 30 s, starts of 5 s.
Scenario two_services() {
  Scenario scenario;
  emulator::SeedGroup group;
  group.name = "secrets";
  group.id = "evg-00000000000000000001";
  group.variables = {{"KEY", std::string(planted_secret)}};
  scenario.workspace.groups = {group};
  scenario.desired.file = "envlink.yaml";
  model::DesiredGroup wanted_group;
  wanted_group.name.text = "secrets";
  scenario.desired.groups = {wanted_group};
  for (const char* name : {"first", "second"}) {
    emulator::SeedService seed;
    seed.name = name;
    seed.id = std::string("srv-0000000000000000") + (seed.name == "first" ? "0001" : "0002");
    seed.build = seconds(30);
    seed.start = seconds(5);
    scenario.workspace.services.push_back(seed);
    model::DesiredService wanted;
    wanted.name.text = name;
    wanted.link = {{"secrets", {}}};
    if (seed.name == "second") wanted.after = {{"first", {}}};
    scenario.desired.services.push_back(wanted);
  }
  scenario.desired.rollout.deploy = model::DeployChoice::rebuild;
  return scenario;
}

Told play(const Scenario& scenario, std::uint64_t seed = 1) {
  Choices choices(seed);
  const Time start{std::chrono::hours(24 * 365 * 56)};
  emulator::World world(scenario.workspace, start, 1.0, 1);
  Oracles oracles(scenario, world, start);
  Wire wire(scenario, choices, world, oracles, start);
  Quiet quiet;
  engine::Survey survey(scenario.desired, "");
  engine::run(survey, wire, wire, quiet, quiet);
  REQUIRE(survey.result().has_value());
  const plan::Plan plan = plan::make_plan(scenario.desired, *survey.result());
  REQUIRE_FALSE(plan.refused());
  oracles.run_begins(plan, wire.now());
  quiet.all.clear();
  engine::Rollout rollout(plan, survey.budget());
  engine::run(rollout, wire, wire, quiet, quiet);
  oracles.run_ended(rollout.exit_code(), quiet.all);
  Told told{rollout.exit_code(), rollout.progress().services[0], rollout.progress().services[1], 0,
            quiet.all};
  for (const auto& deploy : world.deploys()) {
    if (deploy.created < start) continue;
    if (deploy.service_id == plan.services[0].id.text() && deploy.trigger == "api") ++told.api_deploys;
  }
  return told;
}

}  // namespace

TEST_CASE("each case of a deploy's life has its verdict") {
  struct Row {
    std::string name;
    std::function<void(Scenario&)> change;
    int exit_code;
    Ending first;
    Ending second;
  };
  const auto strike_deploys = [](Scenario& s, double Hostility::* dial) {
    s.hostility.only_deploys = true;
    s.hostility.*dial = 1;
    s.hostility.most_faults = 1;
  };
  const auto act = [](Act::Kind kind, int after) {
    return [=](Scenario& s) { s.acts = {{kind, seconds(after), s.workspace.services[0].id}}; };
  };
  const std::vector<Row> rows = {
      {"201, and live", [](Scenario&) {}, 0, Ending::live, Ending::live},
      {"empty 202 behind a push, wait policy", act(Act::Kind::push, 0), 0, Ending::live, Ending::live},
      {"a push in progress is overridden",
       [&](Scenario& s) {
         act(Act::Kind::push, 0)(s);
         s.workspace.behaviour.overlap = emulator::Overlap::override_;
       },
       0, Ending::live, Ending::live},
      {"a later push overrides ours and carries the change",
       [&](Scenario& s) {
         act(Act::Kind::push, 15)(s);
         s.workspace.behaviour.overlap = emulator::Overlap::override_;
       },
       0, Ending::live, Ending::live},
      {"a human cancels ours", act(Act::Kind::cancel_newest, 15), 5, Ending::canceled, Ending::not_started},
      {"the answer is lost after it took effect",
       [&](Scenario& s) { strike_deploys(s, &Hostility::lose_after); }, 0, Ending::live, Ending::live},
      {"the connection is cut before it takes effect",
       [&](Scenario& s) { strike_deploys(s, &Hostility::lose_before); }, 0, Ending::live, Ending::live},
      {"the answer is lost and the effect comes late",
       [&](Scenario& s) { strike_deploys(s, &Hostility::late); }, 0, Ending::live, Ending::live},
      {"503 and no effect", [&](Scenario& s) { strike_deploys(s, &Hostility::error_before); }, 0,
       Ending::live, Ending::live},
      {"500 and it took effect", [&](Scenario& s) { strike_deploys(s, &Hostility::error_after); }, 0,
       Ending::live, Ending::live},
      {"a success whose body is no JSON", [&](Scenario& s) { strike_deploys(s, &Hostility::garbage); }, 0,
       Ending::live, Ending::live},
      {"429",
       [&](Scenario& s) {
         strike_deploys(s, &Hostility::limited);
         s.lone = false;
       },
       0, Ending::live, Ending::live},
      {"an image cron job is live at once",
       [](Scenario& s) {
         s.workspace.services[0].type = model::ServiceType::cron_job;
         s.workspace.services[0].id = "crn-00000000000000000001";
         s.workspace.services[0].image = true;
       },
       0, Ending::live, Ending::live},
      {"the build fails",
       [](Scenario& s) { s.workspace.services[0].outcome = emulator::Outcome::build_failed; }, 5,
       Ending::failed, Ending::not_started},
      {"the start fails",
       [](Scenario& s) { s.workspace.services[0].outcome = emulator::Outcome::update_failed; }, 5,
       Ending::failed, Ending::not_started},
      {"the time is up before it is live", [](Scenario& s) { s.desired.rollout.timeout = seconds(20); }, 7,
       Ending::timed_out, Ending::not_started},
      {"Render redeploys by itself when a link changes",
       [](Scenario& s) { s.workspace.behaviour.link_deploys = true; }, 0, Ending::live, Ending::live},
      {"the PATCH of the service links",
       [](Scenario& s) {
         s.desired.api.link_method = model::LinkMethod::service_patch;
         s.workspace.behaviour.service_patch_links = true;
       },
       0, Ending::live, Ending::live},
      {"the PATCH of the service changes nothing",
       [](Scenario& s) { s.desired.api.link_method = model::LinkMethod::service_patch; }, 1, Ending::failed,
       Ending::not_started},
  };
  for (const Row& row : rows) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      CAPTURE(row.name);
      CAPTURE(seed);
      Scenario scenario = two_services();
      row.change(scenario);
      const Told told = play(scenario, seed);
      CHECK(told.exit_code == row.exit_code);
      CHECK(told.first.ending == row.first);
      CHECK(told.second.ending == row.second);
      CHECK(told.api_deploys <= 1);
    }
  }
}

TEST_CASE("when Render redeploys by itself, envlink asks for no second deploy") {
  Scenario scenario = two_services();
  scenario.workspace.behaviour.link_deploys = true;
  const Told told = play(scenario);
  CHECK(told.api_deploys == 0);
  CHECK(told.first.how.find("service_updated") != std::string::npos);
}

TEST_CASE("a PATCH that changed nothing is reported as exactly that, with the setting that does work") {
  Scenario scenario = two_services();
  scenario.desired.api.link_method = model::LinkMethod::service_patch;
  const Told told = play(scenario);
  CHECK(told.first.reason.find("answered the PATCH of the service with 200, and it changed nothing") !=
        std::string::npos);
  CHECK(told.first.cure.find("link_method: env-group") != std::string::npos);
  CHECK(told.api_deploys == 0);
}

TEST_CASE("the events alone rebuild the progress that was shown") {
  Scenario scenario = two_services();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  const Told told = play(scenario);
  engine::Progress progress;
  progress.links.resize(2);
  progress.services.resize(2);
  for (const engine::Event& event : told.events) progress.apply(event);
  CHECK(progress.exit_code == 5);
  CHECK(progress.services[0].ending == Ending::live);
  CHECK(progress.services[0].deploy == told.first.deploy);
  CHECK(progress.services[1].ending == Ending::failed);
  CHECK(progress.services[1].reason == told.second.reason);
}
