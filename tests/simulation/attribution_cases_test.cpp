// Which deploy has the change after a crash, when a colleague deploys in between, and in a rollback. Named
// cases against the World, with the oracles of the random schedules.

#include <doctest/doctest.h>

#include <utility>

#include "case_runner.h"
#include "engine/attribution.h"
#include "sample.h"

using namespace envlink;
using namespace envlink::simulation;
using engine::ServiceOutcome;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

Scenario with_colleagues() {
  Scenario scenario = two_services();
  scenario.untouched = false;
  scenario.lone = false;
  return scenario;
}

Scenario one_that_fails() {
  Scenario scenario = with_colleagues();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  scenario.desired.rollout.on_failure = model::OnFailure::rollback;
  return scenario;
}

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

bool lists_deploys(const api::Request& request) {
  return request.method == api::Method::get && says(request.target, "/deploys?");
}

constexpr CaseRunner::Death deaths[] = {
    CaseRunner::Death::before_the_request, CaseRunner::Death::after_the_request,
    CaseRunner::Death::after_its_answer, CaseRunner::Death::while_watching};

/// A colleague pushes as soon as a deploy was requested.
void push_behind_its_request(CaseRunner& runner) {
  runner.on_answer = [&runner, pushed = false](const api::Request& request, api::Outcome&) mutable {
    if (!asks_for_a_deploy(request) || std::exchange(pushed, true)) return;
    runner.world.push_commit(runner.first_id(), runner.wire.world_now());
  };
}

}  // namespace

TEST_CASE("a process killed around its deploy request leads to exactly one deploy") {
  for (const CaseRunner::Death death : deaths) {
    for (const Duration later : {Duration(seconds(1)), Duration(minutes(2)), Duration(hours(5))}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(later.count());
      CaseRunner runner(two_services());
      REQUIRE_FALSE(runner.carry_out(death));
      runner.pass(later);
      REQUIRE(runner.carry_out());
      CHECK(runner.exit_code == 0);
      CHECK(runner.first().outcome == ServiceOutcome::live);
      CHECK(runner.made("api") == 1);
      const bool by_the_list =
          death == CaseRunner::Death::after_the_request || death == CaseRunner::Death::after_its_answer;
      CHECK(says(runner.first().how, "found in the list; the answer was lost") == by_the_list);
    }
  }
}

TEST_CASE("a link that somebody removes after a process was killed is not made again") {
  for (const CaseRunner::Death death :
       {CaseRunner::Death::before_the_request, CaseRunner::Death::after_the_request}) {
    for (const bool told : {true, false}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(told);
      CaseRunner runner(with_colleagues());
      runner.on_answer = [told](const api::Request& request, api::Outcome& outcome) {
        const bool link = request.method == api::Method::post && request.target.starts_with("/env-groups/");
        if (link && !told) outcome = api::NoAnswer{"cut", false};
      };
      REQUIRE_FALSE(runner.carry_out(death));
      const plan::LinkChange& change = runner.plan().links[0];
      runner.world.unlink(change.group.text(), runner.first_id(), runner.wire.world_now());
      runner.pass(seconds(1));
      REQUIRE(runner.carry_out());
      const bool asked = death == CaseRunner::Death::after_the_request;
      CHECK(runner.made("api") == (asked ? 1 : 0));
      CHECK(runner.first().outcome == (asked ? ServiceOutcome::live : ServiceOutcome::failed));
      CHECK(says(runner.first().reason, "it was linked and confirmed, but now it is missing again") != asked);
      CHECK_FALSE(runner.world.is_linked(change.group.text(), runner.first_id()));
    }
  }
}

TEST_CASE("hours and more than a page of pushes after a crash, the newest deploy has the change") {
  for (const CaseRunner::Death death : deaths) {
    CAPTURE(static_cast<int>(death));
    CaseRunner runner(with_colleagues());
    REQUIRE_FALSE(runner.carry_out(death));
    runner.pass(minutes(5));
    runner.push(25);
    runner.pass(hours(5));
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(engine::succeeded(runner.first().outcome));
    CHECK(runner.made("api") == (death == CaseRunner::Death::before_the_request ? 0 : 1));
    const bool watched = death == CaseRunner::Death::while_watching;
    CHECK(runner.first().outcome == (watched ? ServiceOutcome::superseded : ServiceOutcome::live));
    CHECK(says(runner.first().reason, "(new_commit) replaced") == watched);
  }
}

TEST_CASE("a deploy that went live and was replaced unseen is superseded, and the newer one is named") {
  CaseRunner runner(with_colleagues());
  REQUIRE_FALSE(runner.carry_out(CaseRunner::Death::while_watching));
  runner.pass(minutes(2));
  runner.push(1);
  REQUIRE(runner.carry_out());
  CHECK(runner.exit_code == 0);
  CHECK(runner.first().status_text == "deactivated");
  CHECK(runner.first().outcome == ServiceOutcome::superseded);
  CHECK(says(runner.first().reason, "(new_commit) replaced"));
  CHECK(says(runner.first().reason, "has the change too"));
}

TEST_CASE("a push that replaces a running deploy is reported as the one that took over") {
  Scenario scenario = with_colleagues();
  scenario.workspace.behaviour.overlap = emulator::Overlap::override_;
  CaseRunner runner(scenario);
  push_behind_its_request(runner);
  REQUIRE(runner.carry_out());
  CHECK(runner.exit_code == 0);
  CHECK(runner.first().outcome == ServiceOutcome::live);
  CHECK(says(runner.first().how, "it replaced dep-"));
}

TEST_CASE("the deploy that took over is found by Render's times, even if the list shows it late") {
  Scenario scenario = with_colleagues();
  scenario.workspace.behaviour.overlap = emulator::Overlap::override_;
  scenario.workspace.behaviour.list_lag = seconds(20);
  for (const bool repeats : {false, true}) {
    scenario.workspace.behaviour.list_repeats = repeats;
    CaseRunner runner(scenario);
    push_behind_its_request(runner);
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(says(runner.first().how, "it replaced dep-"));
  }
  CaseRunner ahead(with_colleagues());
  ahead.wire.new_process(seconds(1), hours(24 * 365));  // the clock of envlink's machine
  REQUIRE_FALSE(ahead.carry_out(CaseRunner::Death::while_watching));
  ahead.pass(minutes(2));
  ahead.push(25);
  REQUIRE(ahead.carry_out());
  CHECK(says(ahead.first().reason, "(new_commit) replaced"));
}

TEST_CASE("a deploy is reported as canceled only when every list would show one that took over") {
  CaseRunner runner(with_colleagues());
  std::optional<Time> canceled;
  runner.on_answer = [&](const api::Request& request, api::Outcome&) {
    if (canceled || !says(request.target, "/deploys/dep-")) return;
    canceled = runner.wire.world_now();
    runner.world.cancel_deploy(request.target.substr(request.target.rfind('/') + 1), *canceled);
  };
  REQUIRE(runner.carry_out());
  REQUIRE(canceled.has_value());
  CHECK(says(runner.first().reason, "was canceled by somebody"));
  CHECK(*runner.first().ended_at >= *canceled + engine::list_lag);
  CHECK(*runner.first().ended_at < *canceled + engine::list_lag + seconds(10));
}

TEST_CASE("a deploy that somebody began after the link was read back has it, and no other is requested") {
  for (const std::string_view by : {"new_commit", "service_updated"}) {
    CAPTURE(by);
    CaseRunner runner(with_colleagues());
    int lists = 0;
    runner.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      if (lists_deploys(request) && ++lists == 1) outcome = api::Response{503, {}, {}};
    };
    runner.on_send = [&](const api::Request& request) {
      if (!lists_deploys(request) || lists != 1) return;
      if (by == "new_commit") {
        runner.world.push_commit(runner.first_id(), runner.wire.world_now());
      } else {
        runner.world.change_settings(runner.first_id(), runner.wire.world_now());
      }
    };
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(runner.made("api") == 0);
    CHECK(says(runner.first().how, "started after the link was read back"));
    CHECK(says(runner.first().how, by));
  }
}

TEST_CASE("a deploy that somebody began just before the link was read back does not count as having it") {
  for (const std::string_view by : {"new_commit", "service_updated"}) {
    CAPTURE(by);
    CaseRunner runner(with_colleagues());
    runner.on_send = [&](const api::Request& request) {
      if (request.method != api::Method::post || !request.target.ends_with("/services/" + runner.first_id()))
        return;
      if (by == "new_commit") {
        runner.world.push_commit(runner.first_id(), runner.wire.world_now());
      } else {
        runner.world.change_settings(runner.first_id(), runner.wire.world_now());
      }
    };
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(runner.made(by) == 1);
    CHECK(runner.made("api") == 1);
  }
}

TEST_CASE("an older push that the list shows late is not mistaken for the deploy whose answer was lost") {
  for (const bool told : {true, false}) {  // whether answers have a Date header
    CAPTURE(told);
    Scenario scenario = with_colleagues();
    scenario.workspace.behaviour.list_lag = seconds(20);
    CaseRunner runner(scenario);
    runner.world.push_commit(runner.first_id(), runner.wire.world_now());
    runner.pass(seconds(5));
    bool lost = false;
    runner.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      auto* response = std::get_if<api::Response>(&outcome);
      if (!told && response != nullptr)
        std::erase_if(response->headers, [](const auto& header) { return header.first == "date"; });
      if (asks_for_a_deploy(request) && !std::exchange(lost, true)) outcome = api::NoAnswer{"cut", false};
    };
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(runner.first().outcome == ServiceOutcome::live);
    CHECK(runner.made("api") == 1);
    CHECK(runner.deploy_of(0).trigger == "api");
  }
}

TEST_CASE("a deploy whose answer was lost is not requested again before every list must show it") {
  for (const bool error : {true, false}) {
    CAPTURE(error);
    Scenario scenario = two_services();
    scenario.workspace.behaviour.list_lag = engine::list_lag;
    CaseRunner runner(scenario);
    bool lost = false;
    runner.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      if (!asks_for_a_deploy(request) || std::exchange(lost, true)) return;
      if (error) {
        outcome = api::Response{500, {}, {}};
      } else {
        outcome = api::NoAnswer{"cut", false};
      }
    };
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(runner.made("api") == 1);
  }
}

TEST_CASE("a rollback requested in doubt does not undo a colleague's push that the list shows late") {
  Scenario scenario = one_that_fails();
  scenario.workspace.behaviour.list_lag = seconds(20);
  scenario.hostility.error_before = 1;
  scenario.hostility.only_deploys = true;
  scenario.hostility.most_faults = 1;
  scenario.hostility.from_the_start = false;
  CaseRunner runner(scenario);
  REQUIRE(runner.carry_out());
  runner.go_back();
  runner.world.push_commit(runner.first_id(), runner.wire.world_now());
  runner.pass(seconds(2));
  runner.wire.trouble_begins();
  REQUIRE(runner.carry_out());
  CHECK(runner.first().outcome == ServiceOutcome::failed);
  CHECK(says(runner.first().reason, "(new_commit): a rollback would undo it"));
  CHECK(runner.made("rollback") == 0);
}

TEST_CASE("a deploy that somebody rolls back counts as canceled, whether it was running or live") {
  struct Row {
    emulator::Overlap overlap;
    const char* seen;
  };
  for (const Row& row : {Row{emulator::Overlap::override_, "build_in_progress"},
                         Row{emulator::Overlap::wait, "deactivated"}}) {
    CAPTURE(row.seen);
    Scenario scenario = with_colleagues();
    scenario.workspace.behaviour.overlap = row.overlap;
    CaseRunner runner(scenario);
    const std::string old = runner.plan().services[0].live_deploy.text();
    REQUIRE_FALSE(runner.carry_out(CaseRunner::Death::while_watching));
    if (row.overlap == emulator::Overlap::wait) runner.pass(minutes(2));
    runner.world.handle(api::Method::post, "/v1/services/" + runner.first_id() + "/rollback",
                        "Bearer " + runner.scenario.workspace.api_key, "{\"deployId\":\"" + old + "\"}",
                        runner.wire.world_now());
    runner.pass(minutes(1));
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 5);
    CHECK(runner.first().outcome == ServiceOutcome::canceled);
    CHECK(says(runner.first().reason, "was rolled back by dep-"));
  }
}

TEST_CASE("a fresh id that Render does not know yet is looked up again, but not forever") {
  for (const int times : {4, 1'000}) {
    CAPTURE(times);
    CaseRunner runner(two_services());
    int left = times;
    runner.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      if (request.method != api::Method::get || request.target.find("/deploys/dep-") == std::string::npos)
        return;
      if (left-- > 0) outcome = api::Response{404, {}, "{\"message\":\"not found\"}"};
    };
    REQUIRE(runner.carry_out());
    const bool for_ever = times > 100;
    CHECK(runner.exit_code == (for_ever ? 1 : 0));
    CHECK(runner.first().outcome == (for_ever ? ServiceOutcome::unsettled : ServiceOutcome::live));
    CHECK(says(runner.first().reason, "Render does not know its deploy") == for_ever);
    CHECK(runner.made("api") == 1);
  }
}

TEST_CASE("a late second answer to the first service's request is not mistaken for the second's") {
  Scenario scenario = two_services();
  scenario.desired.services[1].after.clear();
  scenario.hostility.twice = 1;
  scenario.hostility.most_faults = 1'000;
  CaseRunner runner(scenario);
  REQUIRE(runner.carry_out());
  CHECK(runner.exit_code == 0);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(runner.deploy_of(i).service_id == runner.plan().services[i].id.text());
  }
}

TEST_CASE("a rollback is watched until the deploy that goes back is live") {
  for (const bool lost : {false, true}) {
    CAPTURE(lost);
    CaseRunner runner(one_that_fails());
    REQUIRE(runner.carry_out());
    REQUIRE(runner.exit_code == 5);
    runner.go_back();
    if (lost) {
      runner.on_answer = [](const api::Request& request, api::Outcome& outcome) {
        if (asks_for_a_deploy(request)) outcome = api::NoAnswer{"cut", false};
      };
    }
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(runner.first().outcome == ServiceOutcome::live);
    CHECK(runner.made("rollback") == 1);
    CHECK(says(runner.first().how, "found in the list; the answer was lost") == lost);
  }
}

TEST_CASE("a rollback that queues behind a push is watched through the queue") {
  CaseRunner runner(one_that_fails());
  REQUIRE(runner.carry_out());
  runner.go_back();
  runner.on_send = [&](const api::Request& request) {
    if (asks_for_a_deploy(request)) runner.world.push_commit(runner.first_id(), runner.wire.world_now());
  };
  REQUIRE(runner.carry_out());
  CHECK(runner.exit_code == 0);
  CHECK(runner.first().outcome == ServiceOutcome::live);
  CHECK(runner.made("rollback") == 1);
  CHECK(std::any_of(runner.journal.begin(), runner.journal.end(), [](const engine::Event& event) {
    const auto* observed = event.as<engine::DeployObserved>();
    return observed != nullptr && observed->deploy_status == "queued";
  }));
}

TEST_CASE("a rollback that takes effect late and is replaced by a push is not confirmed by the push alone") {
  Scenario scenario = one_that_fails();
  scenario.hostility.late = 1;
  scenario.hostility.most_faults = 1;
  scenario.hostility.from_the_start = false;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    CaseRunner runner(scenario, seed);
    REQUIRE(runner.carry_out());
    runner.go_back();
    runner.on_send = [&](const api::Request& request) {
      if (!asks_for_a_deploy(request)) return;
      runner.world.push_commit(runner.first_id(), runner.wire.world_now());
      runner.wire.trouble_begins();
    };
    REQUIRE(runner.carry_out());
    CHECK(runner.exit_code == 0);
    CHECK(runner.first().outcome == ServiceOutcome::live);
    CHECK(runner.deploy_of(0).trigger == "rollback");
  }
}

TEST_CASE("a rollback that is replaced by a push ends with the push's result, reported as such") {
  Scenario scenario = one_that_fails();
  scenario.workspace.behaviour.overlap = emulator::Overlap::override_;
  CaseRunner runner(scenario);
  REQUIRE(runner.carry_out());
  runner.go_back();
  push_behind_its_request(runner);
  REQUIRE(runner.carry_out());
  CHECK(runner.exit_code == 0);
  CHECK(runner.first().outcome == ServiceOutcome::live);
  CHECK(says(runner.first().how, "it replaced dep-"));
}

TEST_CASE("a link request of the run that arrives after the rollback's requests is also undone") {
  CaseRunner runner(one_that_fails());
  REQUIRE(runner.carry_out());
  runner.go_back();
  const std::string group = runner.plan().links[0].group.text();
  bool late = false;
  runner.on_answer = [&](const api::Request& request, api::Outcome&) {
    if (request.method != api::Method::delete_ || !request.target.ends_with(runner.first_id())) return;
    if (!std::exchange(late, true)) runner.world.link(group, runner.first_id(), runner.wire.world_now());
  };
  REQUIRE(runner.carry_out());
  CHECK(late);
  CHECK(runner.exit_code == 0);
  CHECK(runner.first().outcome == ServiceOutcome::live);
  CHECK_FALSE(runner.world.is_linked(group, runner.first_id()));
}

TEST_CASE("a rollback whose process is killed goes back once") {
  for (const CaseRunner::Death death : deaths) {
    for (const Duration later : {Duration(seconds(1)), Duration(hours(5))}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(later.count());
      CaseRunner runner(one_that_fails());
      REQUIRE(runner.carry_out());
      runner.go_back();
      REQUIRE_FALSE(runner.carry_out(death));
      runner.pass(later);
      REQUIRE(runner.carry_out());
      CHECK(runner.exit_code == 0);
      CHECK(runner.first().outcome == ServiceOutcome::live);
      CHECK(runner.made("rollback") == 1);
    }
  }
}

TEST_CASE("a rollback whose process was killed does not undo what was pushed meanwhile") {
  for (const CaseRunner::Death death : deaths) {
    for (const int pushes : {1, 25}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(pushes);
      CaseRunner runner(one_that_fails());
      REQUIRE(runner.carry_out());
      runner.go_back();
      REQUIRE_FALSE(runner.carry_out(death));
      runner.pass(minutes(5));
      runner.push(pushes);
      runner.pass(hours(5));
      REQUIRE(runner.carry_out());
      CHECK(runner.exit_code == 0);
      CHECK(engine::succeeded(runner.first().outcome));
      CHECK(runner.made("rollback") == (death == CaseRunner::Death::before_the_request ? 0 : 1));
      CHECK(runner.world.is_serving(runner.first_id()));
      const auto deploys = runner.world.deploys();
      const auto live = std::find_if(deploys.begin(), deploys.end(), [&](const auto& one) {
        return one.service_id == runner.first_id() && one.status == "live";
      });
      REQUIRE(live != deploys.end());
      CHECK(live->trigger == "new_commit");
      if (runner.made("rollback") == 0)
        CHECK(says(runner.first().how, "started meanwhile (new_commit): a rollback would undo it"));
    }
  }
}
