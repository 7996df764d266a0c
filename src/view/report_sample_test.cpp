#include "view/report_sample_test.h"

#include <fmt/format.h>

#include "view/sample_test.h"

namespace envlink::view::sample {
namespace {

using engine::Event;
using engine::ServiceOutcome;

/// Adds the events of one service.
class Play {
 public:
  explicit Play(Report& report) : report_(report) {}

  void add(int seconds, Event::What what) { report_.events.push_back(event(seconds, std::move(what))); }
  engine::EventService the(std::size_t service) const { return engine::event_service(report_.plan, service); }

  void link(int seconds, std::size_t service) {
    for (std::size_t i = 0; i < report_.plan.links.size(); ++i) {
      if (report_.plan.links[i].service != service) continue;
      const engine::EventLink link = engine::event_link(report_.plan, i);
      add(seconds, engine::LinkIntended{link, 1});
      add(seconds, engine::LinkAnswered{.link = link, .http_status = 200});
      add(seconds, engine::LinkProved{.link = link});
    }
  }

  void ask(int seconds, std::size_t service) {
    const DeployId deploy("dep-1");
    add(seconds, engine::SnapshotTaken{.service = the(service)});
    add(seconds, engine::DeployIntended{.service = the(service), .attempt = 1});
    add(seconds + 1, engine::DeployAnswered{.service = the(service), .http_status = 201, .deploy = deploy});
    add(seconds + 1, engine::DeployAttributed{.service = the(service), .deploy = deploy});
  }

  void see(int seconds, std::size_t service, const char* status) {
    add(seconds, engine::DeployObserved{the(service), DeployId("dep-1"), status});
  }

  void end(int seconds, std::size_t service, engine::ServiceOutcome state, std::string why = {}) {
    add(seconds, engine::ServiceEnded{.service = the(service), .state = state, .why = std::move(why)});
  }

  void whole(int from, int to, std::size_t service) {
    link(from, service);
    ask(from + 1, service);
    see(from + 2, service, "build_in_progress");
    see(to, service, "live");
    end(to, service, ServiceOutcome::live);
  }

  void finish(int seconds, model::Outcome outcome) {
    add(seconds, engine::RunEnded{outcome});
    report_.ended = at(seconds);
    report_.outcome = outcome;
  }

 private:
  Report& report_;
};

Report begun(plan::Plan plan) {
  Report report;
  report.run = 7;
  report.user = "ada";
  report.host = "toolbox";
  report.began = began;
  report.plan = std::move(plan);
  report.events.push_back(event(0, engine::run_began(report.plan)));
  return report;
}

}  // namespace

Report failed_run() {
  Report report = begun(guide());
  report.plan.findings = mixed().findings;
  Play play(report);
  play.whole(0, 90, 0);
  play.add(91, engine::Waiting{5, "Render's limit for writes is used up: again in 5s"});
  play.link(96, 1);
  play.ask(97, 1);
  play.see(99, 1, "build_in_progress");
  play.see(150, 1, "build_failed");
  play.end(150, 1, ServiceOutcome::failed, "its build failed");
  play.add(151, engine::FailureTold{.service = play.the(1),
                                    .deploy = DeployId("dep-1"),
                                    .told_by_render = "exit code 1",
                                    .log = {"npm ERR! missing script: build", "  DATABASE_URL=•••"}});
  for (std::size_t i = 2; i < report.plan.services.size(); ++i)
    play.end(151, i, ServiceOutcome::not_started, "toolboxai-backend failed, so the rollout stopped");
  play.finish(151, model::Outcome::deploy_failed);
  return report;
}

Report resumed_run() {
  constexpr int hour = 3600;
  Report report = begun(guide());
  Play play(report);
  play.whole(0, 60, 0);
  play.link(60, 1);
  play.ask(61, 1);
  play.see(63, 1, "build_in_progress");
  play.add(hour + 63, engine::RunResumed{});
  play.see(hour + 73, 1, "live");
  play.end(hour + 73, 1, ServiceOutcome::live);
  for (std::size_t i = 2; i < report.plan.services.size(); ++i) play.whole(hour + 80, hour + 100, i);
  play.finish(hour + 100, model::Outcome::done);
  return report;
}

Report held_run() {
  plan::Plan plan = guide();
  const GroupId id("evg-new");
  plan.new_group.emplace(plan::NewGroup{.id = id, .name = "secrets-2"});
  for (const char* key : {"TOKEN", "file:ca.pem"})
    plan.values.push_back({.group = id, .group_name = "secrets-2", .key = key});
  Report report = begun(std::move(plan));
  Play play(report);
  play.add(1, engine::HoldIntended{play.the(0), engine::HoldAction::hold, "commit", 1});
  play.add(1, engine::HoldProved{play.the(0), engine::HoldAction::hold, "no"});
  play.add(2, engine::GroupIntended{{GroupId(), "secrets-2"}, 1});
  play.add(2, engine::GroupMade{.group = {id, "secrets-2"}});
  play.add(3, engine::ValueProved{.value = engine::event_value(report.plan, 0)});
  play.add(3,
           engine::ValueFailed{.value = engine::event_value(report.plan, 1), .why = "it shows another one"});
  play.add(4, engine::HoldIntended{play.the(0), engine::HoldAction::restore, "commit", 1});
  play.add(4,
           engine::HoldFailed{play.the(0), engine::HoldAction::restore, "Render answered 500", "try again"});
  play.finish(5, model::Outcome::error);
  return report;
}

Report crowd(std::size_t waves, std::size_t width) {
  plan::Plan plan;
  plan.owner = {OwnerId("tea-crowd"), "crowd", "team"};
  for (std::size_t wave = 0; wave < waves; ++wave) {
    plan.waves.emplace_back();
    for (std::size_t i = 0; i < width; ++i) {
      plan::PlannedService service;
      service.id = ServiceId(fmt::format("srv-{}-{}", wave, i));
      service.name = fmt::format("service-{}-{}", wave, i);
      service.redeploy = plan::Reason::links_change;
      service.wave = static_cast<int>(wave) + 1;
      if (wave > 0) service.waits_for = plan.waves[wave - 1];
      plan.waves.back().push_back(plan.services.size());
      plan.links.push_back({plan::LinkAction::add, GroupId("evg-1"), "shared", plan.services.size()});
      plan.services.push_back(std::move(service));
    }
  }
  Report report = begun(std::move(plan));
  Play play(report);
  const std::size_t bad = report.plan.services.size() - 1;
  for (std::size_t i = 0; i < bad; ++i) {
    const int from = (report.plan.services[i].wave - 1) * 60;
    play.whole(from, from + 20 + static_cast<int>(i % 40), i);
  }
  play.end(static_cast<int>(waves) * 60, bad, ServiceOutcome::failed, "its build failed");
  play.finish(static_cast<int>(waves) * 60, model::Outcome::deploy_failed);
  return report;
}

Report hostile_run() {
  const std::string harm = harm_to_pages;
  Report report = begun(hostile(4));
  report.user = report.host = report.plan.file = report.plan.owner.name = harm;
  for (plan::PlannedService& service : report.plan.services) {
    service.name += harm;
    service.id = ServiceId(harm);
    service.because = service.rebuild_because = harm;
    service.live_deploy = DeployId(harm);
    service.linked_now = {harm};
  }
  for (plan::LinkChange& link : report.plan.links) link.group_name = harm;
  report.plan.unmanaged = {{harm, harm}};
  report.plan.stale_consumers = {{harm, harm}};
  for (plan::Finding* finding : {&report.plan.findings[0], &report.plan.ignored[0]}) {
    finding->id = finding->subject = finding->what = finding->cure = finding->variable = finding->policy =
        harm;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    for (engine::Event& event : every_kind(report.plan, i, i, harm))
      report.events.push_back(std::move(event));
  }
  report.ended = at(60);
  report.outcome = model::Outcome::error;
  return report;
}

}  // namespace envlink::view::sample
