#include "view/report_sample_test.h"

#include <fmt/format.h>

#include "view/sample_test.h"

namespace envlink::view::sample {
namespace {

using engine::Event;
using engine::EventKind;

/// Adds the events of a service's part of the run.
class Play {
 public:
  explicit Play(Report& report) : report_(report) {}

  Event& add(int seconds, EventKind kind, int number = 0) {
    report_.events.push_back(event(seconds, kind, number));
    return report_.events.back();
  }

  Event& of(int seconds, EventKind kind, std::size_t service, int number = 0) {
    Event& added = add(seconds, kind, number);
    added.service = service;
    return added;
  }

  void link(int seconds, std::size_t service) {
    for (std::size_t i = 0; i < report_.plan.links.size(); ++i) {
      if (report_.plan.links[i].service != service) continue;
      for (const auto& [kind, number] : {std::pair{EventKind::link_intended, 1},
                                         {EventKind::link_answered, 200},
                                         {EventKind::link_proved, 0}}) {
        of(seconds, kind, service, number).link = i;
      }
    }
  }

  void ask(int seconds, std::size_t service) {
    of(seconds, EventKind::snapshot_taken, service);
    of(seconds, EventKind::deploy_intended, service, 1);
    of(seconds + 1, EventKind::deploy_answered, service, 201);
    of(seconds + 1, EventKind::deploy_attributed, service).deploy = DeployId("dep-1");
  }

  void see(int seconds, std::size_t service, const char* status) {
    of(seconds, EventKind::deploy_observed, service).status = status;
  }

  Event& end(int seconds, std::size_t service, const char* ending) {
    Event& added = of(seconds, EventKind::service_ended, service);
    added.status = ending;
    return added;
  }

  void whole(int from, int to, std::size_t service) {
    link(from, service);
    ask(from + 1, service);
    see(from + 2, service, "build_in_progress");
    see(to, service, "live");
    end(to, service, "live");
  }

  void finish(int seconds, int exit_code) {
    add(seconds, EventKind::run_ended, exit_code);
    report_.ended = at(seconds);
    report_.exit_code = exit_code;
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
  report.events.push_back(event(0, EventKind::run_began));
  return report;
}

}  // namespace

Report failed_run() {
  Report report = begun(guide());
  report.plan.findings = mixed().findings;
  Play play(report);
  play.whole(0, 90, 0);
  play.add(91, EventKind::waiting, 5).text = "Render's limit for writes is used up: again in 5s";
  play.link(96, 1);
  play.ask(97, 1);
  play.see(99, 1, "build_in_progress");
  play.see(150, 1, "build_failed");
  play.end(150, 1, "failed").text = "its build failed";
  Event& told = play.of(151, EventKind::failure_told, 1);
  told.text = "exit code 1";
  told.lines = {"npm ERR! missing script: build", "  DATABASE_URL=•••"};
  for (std::size_t i = 2; i < report.plan.services.size(); ++i)
    play.end(151, i, "not_started").text = "toolboxai-backend did not come through and the rollout halted";
  play.finish(151, 5);
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
  play.add(hour + 63, EventKind::run_resumed);
  play.see(hour + 73, 1, "live");
  play.end(hour + 73, 1, "live");
  for (std::size_t i = 2; i < report.plan.services.size(); ++i) play.whole(hour + 80, hour + 100, i);
  play.finish(hour + 100, 0);
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
  play.end(static_cast<int>(waves) * 60, bad, "failed").text = "its build failed";
  play.finish(static_cast<int>(waves) * 60, 5);
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
  report.plan.left_behind = {{harm, harm}};
  for (plan::Finding* finding : {&report.plan.findings[0], &report.plan.ignored[0]}) {
    finding->id = finding->subject = finding->what = finding->cure = finding->variable = finding->policy =
        harm;
  }
  Play play(report);
  for (int kind = 0; kind <= static_cast<int>(EventKind::run_ended); ++kind) {
    for (std::size_t i = 0; i < 4; ++i) {
      Event& event = play.of(kind, static_cast<EventKind>(kind), i, kind % 2 == 0 ? 0 : 500);
      if (kind >= 2 && kind <= 5) event.link = i;
      event.text = event.cure = event.status = event.subject = event.request_id = harm;
      event.deploy = DeployId(harm);
      event.lines = {harm, harm};
    }
  }
  report.ended = at(60);
  report.exit_code = 1;
  return report;
}

}  // namespace envlink::view::sample
