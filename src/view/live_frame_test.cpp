#include "view/live_frame.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "api/rate_limit_headers.h"
#include "base/text.h"
#include "view/rollout_summary.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;
using engine::ServicePhase;
using engine::WritePhase;
using model::DeployStatus;

Style style_of(std::size_t width, bool colour = false, bool unicode = true) {
  return {colour, unicode, width};
}

const Allowance allowed{Allowance::Window{371, 400}, Allowance::Window{91, 100}};

/// Services of every group: of each 10, one failed, one running, one live; the rest waits.
engine::Progress varied(const plan::Plan& plan) {
  auto progress = sample::untouched(plan);
  progress.began_at = sample::began;
  for (auto& link : progress.links) link.phase = WritePhase::proved;
  for (std::size_t i = 0; i < progress.services.size(); ++i) {
    auto& service = progress.services[i];
    if (i % 10 == 9) {
      service.phase = ServicePhase::ended;
      service.outcome = ServiceOutcome::failed;
      service.status = DeployStatus::build_failed;
    } else if (i % 10 == 5) {
      service.phase = ServicePhase::watching;
      service.status = DeployStatus::update_in_progress;
      service.requested_at = sample::at(10);
    } else if (i % 10 == 0) {
      service.phase = ServicePhase::ended;
      service.outcome = ServiceOutcome::live;
    }
  }
  return progress;
}

TEST_CASE("a frame matches the golden files at every width") {
  const auto plan = sample::guide();
  const auto progress = sample::half_way(plan);
  for (const std::size_t width : {40U, 80U, 120U}) {
    const auto frame = render_live_frame(plan, progress, allowed, sample::at(139), style_of(width), 24);
    sample::check_golden("frame_" + std::to_string(width) + ".txt", sample::joined(frame));
  }
  const auto ascii =
      render_live_frame(plan, progress, allowed, sample::at(139), style_of(80, false, false), 24);
  sample::check_golden("frame_ascii.txt", sample::joined(ascii));
  sample::check_golden(
      "frame_halted.txt",
      sample::joined(render_live_frame(plan, sample::halted(plan), {}, sample::at(500), style_of(80), 24)));
}

TEST_CASE("each phase of a service has its words") {
  const auto plan = sample::guide();
  auto progress = sample::half_way(plan);
  auto& backend = progress.services[1];
  const auto line = [&] {
    return render_live_frame(plan, progress, {}, sample::at(139), style_of(100), 24)[3];
  };
  const auto says = [&](std::string_view words) { return line().find(words) != std::string::npos; };

  CHECK(says("building 0:42 of ~1:45"));
  backend.requested_at = sample::at(139 - 158);
  CHECK(says("building 2:38, usually ~1:45"));
  backend.requested_at = sample::at(97);
  backend.status = DeployStatus::update_in_progress;
  CHECK(says("starting 0:42"));
  backend.status = DeployStatus::unknown_running;
  backend.status_text = "warming\x1b[0m_up";
  CHECK(says("warming\uFFFD[0m_up 0:42"));
  backend.phase = ServicePhase::checking;
  CHECK(says("live, checking its health path"));
  backend.phase = ServicePhase::settling;
  CHECK(says("looking for its deploy"));
  backend.phase = ServicePhase::requesting;
  backend.attempts = 2;
  CHECK(says("requesting a deploy, attempt 2"));
  backend.phase = ServicePhase::waiting;
  CHECK(says("waiting for its turn"));
  backend.phase = ServicePhase::linking;
  progress.links[1].phase = WritePhase::proving;
  CHECK(says("● toolboxai-backend"));
  CHECK(says("linking toolboxai-secrets"));
  backend.phase = ServicePhase::ended;
  backend.outcome = ServiceOutcome::superseded;
  backend.ended_at = sample::at(189);
  CHECK(says("live in 1m32s, then replaced by a newer deploy"));
  backend.outcome = ServiceOutcome::failed;
  backend.deploy = {};
  backend.reason = "could not link toolboxai-secrets";
  CHECK(says("failed: could not link toolboxai-secrets"));
  backend.outcome = ServiceOutcome::timed_out;
  backend.reason.clear();
  CHECK(says("! toolboxai-backend"));
  CHECK(says("still running after 1m32s"));
}

TEST_CASE("a service shows which others it waits for until they pass the gate") {
  auto plan = sample::guide();
  auto progress = sample::half_way(plan);
  const auto coordinator = [&] {
    return sample::joined(render_live_frame(plan, progress, {}, sample::at(139), style_of(120), 24));
  };
  CHECK(coordinator().find("waiting for toolboxai-backend and toolboxai-mcp") != std::string::npos);
  plan.rollout.gate = model::Gate::started;
  CHECK(coordinator().find("waiting for toolboxai-backend") == std::string::npos);
  CHECK(coordinator().find("waiting for toolboxai-mcp") != std::string::npos);
}

TEST_CASE("the head shows the current activity, and a notice takes its place if only one fits") {
  const auto plan = sample::guide();
  auto progress = sample::untouched(plan);
  const auto head = [&](std::size_t width) {
    return render_live_frame(plan, progress, {}, sample::at(72), style_of(width), 24)[0];
  };
  progress.began_at = sample::began;
  CHECK(head(80) == " 1:12  links 0/9  live 0/9  linking  6 min or more left");
  CHECK(head(50) == " 1:12  links 0/9  live 0/9  linking");
  for (auto& link : progress.links) link.phase = WritePhase::proved;
  progress.notice = "rate limit: next request in 12s";
  CHECK(head(80) == " 1:12  links 9/9  live 0/9  wave 1 of 4  rate limit: next request in 12s");
  CHECK(head(61) == " 1:12  links 9/9  live 0/9  rate limit: next request in 12s");
  progress.interrupts = 1;
  progress.notice.clear();
  CHECK(head(80) == " 1:12  links 9/9  live 0/9  stopping: deploys continue on Render");
  progress.ended_at = sample::at(3661);
  progress.outcome = model::Outcome::interrupted;
  CHECK(head(80) == "1:01:01  links 9/9  live 0/9  stopped");
}

TEST_CASE("with more services than lines the most interesting ones come first and the rest is counted") {
  const auto plan = sample::hostile(1000);
  const auto frame = render_live_frame(plan, varied(plan), {}, sample::at(20), style_of(80), 206);
  REQUIRE(frame.size() == 206);
  CHECK(frame[2].find("build failed") != std::string::npos);
  CHECK(frame[101].find("build failed") != std::string::npos);
  CHECK(frame[102].find("starting 0:10") != std::string::npos);
  CHECK(frame[202].find("waiting for") != std::string::npos);
  CHECK(frame[205] == "  and 797 more: 697 waiting, 100 done");
}

TEST_CASE("the head shows the known part of the budget until the run ends") {
  const auto plan = sample::guide();
  auto progress = sample::half_way(plan);
  const auto second = [&](const Allowance& allowance) {
    return render_live_frame(plan, progress, allowance, sample::at(139), style_of(80, false, false), 24)[1];
  };
  CHECK(second({}) == "       ##++................");
  CHECK(second({Allowance::Window{7, 400}, {}}) ==
        "       ##++................  budget left: 7 of 400 reads");
  CHECK(second(allowed) == "       ##++................  budget left: 371 of 400 reads, 91 of 100 writes");
  const auto narrow =
      render_live_frame(plan, progress, allowed, sample::at(139), style_of(60, false, false), 24);
  CHECK(narrow[1] == "       ##++................  budget 371 reads, 91 writes");
  const auto narrower =
      render_live_frame(plan, progress, allowed, sample::at(139), style_of(50, false, false), 24);
  CHECK(narrower[1] == "       ##++................  4 min or more left");
  progress.services[1].phase = ServicePhase::ended;
  progress.services[1].outcome = ServiceOutcome::failed;
  CHECK(second({}) == "       ##xx................");
  progress.ended_at = sample::at(139);
  CHECK(second(allowed).starts_with("ok toolboxai-monitoring"));
}

TEST_CASE("the head shows steps before the links, and the restoring of automatic deploys") {
  const auto plan = sample::guide();
  auto progress = sample::untouched(plan);
  progress.began_at = sample::began;
  progress.values.resize(1);
  const auto first = [&] {
    return render_live_frame(plan, progress, {}, sample::at(1), style_of(80, false, false), 24)[0];
  };
  CHECK(first().find("setting values") != std::string::npos);
  progress.group.emplace();
  CHECK(first().find("creating the group") != std::string::npos);
  progress.made = GroupId("evg-new");
  CHECK(first().find("setting values") != std::string::npos);
  progress.values[0].phase = WritePhase::proved;
  CHECK(first().find("linking") != std::string::npos);
  progress.interrupts = 1;
  CHECK(first().find("stopping") != std::string::npos);
  progress.services[0].hold.phase = engine::HoldPhase::restoring;
  CHECK(first().find("switching auto-deploy back on") != std::string::npos);
}

TEST_CASE("links that do not fit into one window of writes take longer") {
  const auto plan = sample::hostile(1000);
  auto progress = sample::untouched(plan);
  progress.began_at = sample::began;
  auto timed = plan;
  for (auto& service : timed.services) {
    service.expected_duration = std::chrono::seconds(1);
    service.waits_for.clear();
  }
  timed.rollout.max_parallel = 1000;
  const auto head = [&](const Allowance& allowance) {
    return render_live_frame(timed, progress, allowance, sample::at(1), style_of(80), 24)[0];
  };
  CHECK(head({}).ends_with("about 9 min left"));
  CHECK(head({{}, Allowance::Window{40, 100}}).ends_with("about 10 min left"));
}

TEST_CASE("each kind of budget is shown as soon as Render reports it") {
  engine::Budget budget;
  CHECK_FALSE(allowance_of(budget, sample::began).reads.has_value());
  budget.sent("reads", sample::began);
  budget.answered("reads", sample::began, sample::began, api::RateLimit{400, 371, std::chrono::seconds(30)});
  const auto told = allowance_of(budget, sample::at(1));
  REQUIRE(told.reads.has_value());
  CHECK(told.reads->left == 371);
  CHECK(told.reads->limit == 400);
  CHECK_FALSE(told.writes.has_value());
  CHECK(allowance_of(budget, sample::at(32)).reads->left == 400);
}

TEST_CASE("on a small screen services are more important than the second line of the head") {
  const auto plan = sample::guide();
  const auto progress = sample::half_way(plan);
  const auto lines = [&](std::size_t height) {
    return render_live_frame(plan, progress, allowed, sample::at(139), style_of(39), height);
  };
  CHECK(lines(1) == std::vector<std::string>{" 2:19  links 9/9  live 1/9  wave 2 of 4"});
  CHECK(lines(2)[1] == "  9 services: 1 running, 7 waiting, 1 …");
  CHECK(lines(4)[1].find("building 0:42") != std::string::npos);
  CHECK(lines(10)[1].find("░") != std::string::npos);
  CHECK(lines(11).size() == 11);
}

TEST_CASE("names lose their common prefix only on a narrow screen") {
  auto plan = sample::guide();
  const auto second_service = [&](std::size_t width) {
    return render_live_frame(plan, sample::half_way(plan), {}, sample::at(139), style_of(width), 24)[3];
  };
  CHECK(second_service(59).find("…backend") != std::string::npos);
  CHECK(second_service(60).find("toolboxai-backend") != std::string::npos);
  plan.services[2].name = "toolboxai";
  CHECK(second_service(59).find("toolboxai-backend") != std::string::npos);
  plan.services[2].name = "toolboxai-";
  CHECK(second_service(59).find("toolboxai-backend") != std::string::npos);
}

TEST_CASE("half of the rows show running services, however many failed") {
  const auto plan = sample::hostile(1000);
  const auto frame = render_live_frame(plan, varied(plan), {}, sample::at(20), style_of(80), 13);
  const auto how_many = [&](std::string_view words) {
    return std::count_if(frame.begin(), frame.end(),
                         [&](const auto& line) { return line.find(words) != std::string::npos; });
  };
  CHECK(how_many("build failed") == 5);
  CHECK(how_many("starting 0:10") == 5);
  CHECK(frame.back() == "  and 990 more: 95 failed, 95 running, 700 waiting, 100 done");
}

TEST_CASE("a frame never exceeds its height and width") {
  for (const std::size_t services : {0U, 1U, 7U, 1000U}) {
    const auto plan = sample::hostile(services);
    const auto progress = varied(plan);
    for (const std::size_t width : {0U, 1U, 7U, 40U, 79U, 200U}) {
      for (const std::size_t height : {0U, 1U, 2U, 3U, 8U, 24U}) {
        for (const bool unicode : {true, false}) {
          const auto frame = render_live_frame(plan, progress, allowed, sample::at(20),
                                               style_of(width, true, unicode), height);
          CHECK(frame.size() <= height);
          for (const auto& line : frame) {
            CHECK(display_width(sample::without_colour(line)) <= width);
            CHECK(sample::harmless(sample::without_colour(line)));
          }
        }
      }
    }
  }
}

TEST_CASE("a frame without colour is the coloured one without colour codes") {
  const auto plan = sample::guide();
  for (const auto& progress : {sample::half_way(plan), sample::halted(plan)}) {
    CHECK(sample::without_colour(sample::joined(
              render_live_frame(plan, progress, {}, sample::at(139), style_of(80, true), 24))) ==
          sample::joined(render_live_frame(plan, progress, {}, sample::at(139), style_of(80), 24)));
    CHECK(sample::without_colour(render_rollout_summary(plan, progress, style_of(80, true))) ==
          render_rollout_summary(plan, progress, style_of(80)));
  }
}

TEST_CASE("a service whose links change without a redeploy has its own line") {
  const auto plan = sample::mixed();
  auto progress = sample::untouched(plan);
  progress.began_at = sample::began;
  const auto last = [&] {
    return render_live_frame(plan, progress, {}, sample::at(5), style_of(80), 24).back();
  };
  auto& service = progress.services[plan.links[2].service];
  service.phase = engine::ServicePhase::linking;
  CHECK(last().find("linking shared") != std::string::npos);
  progress.links[2].phase = WritePhase::proved;
  service.phase = engine::ServicePhase::ended;
  service.outcome = engine::ServiceOutcome::linked;
  CHECK(last().find("linked, not redeployed") != std::string::npos);
  service.outcome = engine::ServiceOutcome::failed;
  service.reason = "could not link shared";
  CHECK(last().find("failed: could not link shared") != std::string::npos);
}

TEST_CASE("a summary shows what happened, what was left alone and what to type next") {
  const auto plan = sample::guide();
  sample::check_golden("outcome_halted.txt",
                       render_rollout_summary(plan, sample::halted(plan), style_of(80)));

  auto untold = sample::halted(plan);
  untold.services[1].log.clear();
  untold.services[1].no_log =
      "no line of its log is shown: could not read the values of a group: Render answered 503, so values "
      "in it could not be masked. Read it at https://dashboard.render.com/ → toolboxai-backend → Logs";
  sample::check_golden("outcome_untold.txt", render_rollout_summary(plan, untold, style_of(80)));

  auto done = sample::half_way(plan);
  for (auto& service : done.services) {
    service.phase = ServicePhase::ended;
    service.outcome = ServiceOutcome::live;
  }
  done.ended_at = sample::at(372);
  CHECK(render_rollout_summary(plan, done, style_of(80)) ==
        "✓ Done in 6m12s: 9 links confirmed, 9 services live.\n");

  auto late = done;
  late.outcome = model::Outcome::timed_out;
  late.services[3].outcome = ServiceOutcome::timed_out;
  late.services[3].requested_at = sample::at(100);
  late.services[3].ended_at = sample::at(700);
  late.services[3].deploy = DeployId("dep-slow");
  late.links[2].phase = WritePhase::failed;
  late.services[2] = {};
  late.services[2].phase = ServicePhase::ended;
  late.services[2].outcome = ServiceOutcome::failed;
  late.services[2].reason = "could not link toolboxai-secrets: Render answered 404";
  late.services[2].cure = "check the group's id in the file";
  auto elsewhere = plan;
  elsewhere.file = "it's here.yaml";
  sample::check_golden("outcome_late.txt", render_rollout_summary(elsewhere, late, style_of(80)));

  elsewhere.file = "a/path/that/is/longer/than/most/of/them/and/more/envlink.yaml";
  const auto narrow = render_rollout_summary(elsewhere, sample::halted(plan), style_of(80));
  CHECK(narrow.find("/envlink.yaml\n     shows what is left to do\n") != std::string::npos);

  auto interrupted = sample::half_way(plan);
  interrupted.interrupts = 2;
  interrupted.services[7].phase = ServicePhase::linking;
  sample::check_golden("outcome_interrupted.txt", render_rollout_summary(plan, interrupted, style_of(80)));
}

TEST_CASE("a summary with hostile names is harmless") {
  const auto plan = sample::hostile(30);
  auto progress = varied(plan);
  progress.services[9].reason = plan.owner.name;
  progress.services[9].cure = plan.owner.name;
  progress.services[9].told_reason = plan.owner.name;
  progress.services[9].log = {plan.owner.name};
  progress.services[9].no_log = plan.owner.name;
  progress.ended_at = sample::at(100);
  progress.outcome = model::Outcome::deploy_failed;
  CHECK(sample::harmless(render_rollout_summary(plan, progress, style_of(80))));
}

}  // namespace
}  // namespace envlink::view
