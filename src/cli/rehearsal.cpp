#include "cli/rehearsal.h"

#include <fmt/format.h>

#include <stdexcept>

#include "api/endpoints.h"
#include "base/percent.h"
#include "cli/exit_code.h"
#include "engine/rollback.h"
#include "engine/rollout.h"
#include "engine/silent.h"
#include "engine/survey.h"
#include "plan/verification.h"

namespace envlink::cli {

namespace {

// A whole minute, so that a rate-limit window begins here; always the same, so that nothing else does.
constexpr Time virtual_start{std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)};
constexpr std::int64_t rehearsed_run = 1;  // its number, for the rollback that names it

/// "GET /services/{id}/deploys"
std::string kind_of(const api::Request& request) {
  if (request.foreign) return "GET of a health path";
  std::string kind(api::to_string(request.method));
  kind += ' ';
  std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  std::string_view before;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    const bool id = before == "services" || before == "env-groups" || before == "deploys";
    kind.append("/").append(id ? "{id}" : segment);
    before = id ? std::string_view() : segment;
  }
  return kind;
}

/// Collects what a run tells.
class Teller final : public engine::Silent {
 public:
  void record(const std::vector<engine::Event>& events) override {
    told.insert(told.end(), events.begin(), events.end());
  }

  std::vector<engine::Event> told;
};

class Play {
 public:
  Play(const model::Desired& desired, const plan::Plan& plan, ModelWire& wire, view::Rehearsal& told)
      : desired_(desired), plan_(plan), wire_(wire), told_(told) {}

  /// As apply does: read, carry out, go back or prove. The exit code.
  int through(bool closely) {
    int code = exit_codes::done;
    if (!survey(desired_, code, closely)) return code;
    engine::Progress progress;
    code = roll_out(plan_, progress);
    if (engine::calls_for_rollback(plan_, progress)) return go_back(progress);
    return code == exit_codes::done ? prove() : code;
  }

 private:
  std::optional<model::Workspace> survey(const model::Desired& desired, int& code, bool closely = false) {
    engine::Survey survey(desired, {}, budget_, {.closely = closely});
    engine::Silent unheard;
    wire_.new_activity();
    engine::run(survey, wire_, wire_, unheard, unheard);
    budget_ = survey.budget();
    if (survey.result()) return *survey.result();
    told_.problems.push_back(survey.result().error().what + ": " + survey.result().error().why);
    code = exit_code_of(survey.result().error());
    return std::nullopt;
  }

  int roll_out(const plan::Plan& plan, engine::Progress& progress) {
    engine::Rollout rollout(plan, budget_);
    Teller teller;
    wire_.new_activity();
    engine::run(rollout, wire_, wire_, teller, teller);
    budget_ = rollout.budget();
    progress = rollout.progress();
    told_.runs.push_back({plan, std::move(teller.told)});
    return exit_code(rollout.outcome());
  }

  int go_back(const engine::Progress& failed) {
    int code = exit_code(failed.outcome);
    const auto actual = survey(engine::desired_by(plan_), code);
    if (!actual) return code;
    const plan::Plan back = engine::rollback_plan(plan_, failed, rehearsed_run, *actual);
    if (back.refused()) {
      for (const plan::Finding& finding : back.findings) {
        if (finding.severity == plan::Severity::error)
          told_.problems.push_back(
              fmt::format("the rollback is refused: {}: {}", finding.subject, finding.what));
      }
      return exit_code(failed.outcome);
    }
    if (back.empty()) return exit_codes::rolled_back;
    engine::Progress progress;
    code = roll_out(back, progress);
    return code == exit_codes::done ? exit_codes::rolled_back : code;
  }

  int prove() {
    int code = exit_codes::done;
    const auto actual = survey(desired_, code);
    if (!actual) return code;
    for (const plan::VerifiedStep& step : plan::verify(desired_, *actual).steps) {
      told_.problems.insert(told_.problems.end(), step.problems.begin(), step.problems.end());
      if (!step.passed) code = exit_codes::error;
    }
    return code;
  }

  const model::Desired& desired_;
  const plan::Plan& plan_;
  ModelWire& wire_;
  view::Rehearsal& told_;
  engine::Budget budget_;
};

}  // namespace

ModelWire::ModelWire(const emulator::Workspace& workspace, std::map<std::string, ServiceId> health)
    : health_(std::move(health)),
      authorization_("Bearer " + workspace.api_key),
      site_(workspace, {}, 1.0, virtual_start),
      now_(virtual_start) {}

Duration ModelWire::passed() const {
  return now_ - virtual_start;
}

emulator::Act ModelWire::serve(const api::Request& request) {
  if (!request.foreign) {
    const std::string target = "/v1" + request.target;
    return site_.act({api::to_string(request.method), target, authorization_, request.body}, now_);
  }
  const auto service = health_.find(request.target);
  if (service == health_.end()) return {.response = {404, {}, {}}};
  const std::string page = "/_emulator/health/" + percent_encode(service->second.text());
  return site_.act({"GET", page, {}, {}}, now_);
}

void ModelWire::send(const engine::Call& call) {
  ++requests_[kind_of(call.request)];
  emulator::Act act = serve(call.request);
  if (!act.fault.empty()) ++faults_met_;
  api::Outcome outcome = std::move(act.response);
  if (act.cut) outcome = api::NoAnswer{.why = "the connection was cut"};
  if (act.delay > call.timeout) outcome = api::NoAnswer{.why = "no answer in time", .timed_out = true};
  on_the_way_.emplace(std::pair(now_ + std::min(act.delay, call.timeout), ++sent_),
                      engine::Reply{call.id, std::move(outcome)});
}

engine::Arrivals ModelWire::wait(std::optional<Time> until) {
  engine::Arrivals arrivals;
  if (on_the_way_.empty() && !until) throw std::logic_error("a rehearsal waits for nothing");
  const bool reply_first = !on_the_way_.empty() && (!until || on_the_way_.begin()->first.first <= *until);
  now_ = std::max(now_, reply_first ? on_the_way_.begin()->first.first : *until);
  while (!on_the_way_.empty() && on_the_way_.begin()->first.first <= now_) {
    arrivals.replies.push_back(std::move(on_the_way_.extract(on_the_way_.begin()).mapped()));
  }
  return arrivals;
}

view::Rehearsal play_through(const model::Desired& desired, const plan::Plan& plan,
                             const emulator::Workspace& model, bool made_earlier) {
  std::map<std::string, ServiceId> health;
  for (const plan::PlannedService& service : plan.services) {
    if (!service.health_url.empty()) health.emplace(service.health_url, service.id);
  }
  ModelWire wire(model, std::move(health));
  view::Rehearsal told;
  told.plan = plan;
  told.outcome = model::outcome_of_exit_code(Play(desired, plan, wire, told).through(!made_earlier));
  told.took = wire.passed();
  told.faults_met = wire.faults_met();
  told.requests.assign(wire.requests().begin(), wire.requests().end());
  return told;
}

}  // namespace envlink::cli
