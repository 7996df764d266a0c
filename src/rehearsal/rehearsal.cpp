#include "rehearsal/rehearsal.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <stdexcept>

#include "api/endpoints.h"
#include "api/written_value.h"
#include "base/text.h"
#include "emulator/http_frontend.h"
#include "engine/ports.h"
#include "model/outcome.h"
#include "run/execute.h"
#include "run/memory_store.h"

namespace envlink::rehearsal {

namespace {

using model::Outcome;

// A whole minute, so that a rate-limit window starts here; fixed, so that rehearsals are reproducible.
constexpr Time virtual_start{std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)};

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

/// A transport whose server is the model.
class EmulatorTransport final : public engine::Transport, public engine::Clock {
 public:
  /// `health`: the service of each health check address.
  EmulatorTransport(const emulator::Workspace& workspace, std::map<std::string, ServiceId> health)
      : health_(std::move(health)),
        authorization_("Bearer " + workspace.api_key),
        frontend_(workspace, {}, 1.0, virtual_start),
        now_(virtual_start) {}

  Time now() override { return now_; }
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;
  /// Drops answers that were on the way to the previous activity.
  void new_activity() { on_the_way_.clear(); }

  std::size_t faults_met() const { return faults_met_; }
  const std::map<std::string, std::size_t>& requests() const { return requests_; }  // by kind

 private:
  emulator::ServerAction serve(const api::Request& request);

  std::map<std::string, ServiceId> health_;
  std::string authorization_;
  emulator::HttpFrontend frontend_;
  Time now_;
  std::uint64_t sent_ = 0;
  std::map<std::pair<Time, std::uint64_t>, engine::Reply> on_the_way_;
  std::map<std::string, std::size_t> requests_;
  std::size_t faults_met_ = 0;
};

emulator::ServerAction EmulatorTransport::serve(const api::Request& request) {
  if (!request.foreign) {
    const std::string target = "/v1" + request.target;
    return frontend_.handle(
        {api::to_string(request.method), target, authorization_, api::WrittenValue::body_of(request)}, now_);
  }
  const auto service = health_.find(request.target);
  if (service == health_.end()) return {.response = {404, {}, {}}};
  const std::string page = "/_emulator/health/" + percent_encode(service->second.text());
  return frontend_.handle({"GET", page, {}, {}}, now_);
}

void EmulatorTransport::send(const engine::Call& call) {
  ++requests_[kind_of(call.request)];
  emulator::ServerAction action = serve(call.request);
  if (!action.fault.empty()) ++faults_met_;
  api::Outcome outcome = std::move(action.response);
  if (action.cut) outcome = api::NoAnswer{.why = "the connection was cut"};
  if (action.delay > call.timeout) outcome = api::NoAnswer{.why = "no answer in time", .timed_out = true};
  on_the_way_.emplace(std::pair(now_ + std::min(action.delay, call.timeout), ++sent_),
                      engine::Reply{call.id, std::move(outcome)});
}

engine::Arrivals EmulatorTransport::wait(std::optional<Time> until) {
  engine::Arrivals arrivals;
  if (on_the_way_.empty() && !until) throw std::logic_error("a rehearsal waits for nothing");
  const bool reply_first = !on_the_way_.empty() && (!until || on_the_way_.begin()->first.first <= *until);
  now_ = std::max(now_, reply_first ? on_the_way_.begin()->first.first : *until);
  while (!on_the_way_.empty() && on_the_way_.begin()->first.first <= now_) {
    arrivals.replies.push_back(std::move(on_the_way_.extract(on_the_way_.begin()).mapped()));
  }
  return arrivals;
}

/// The transport of one activity.
class Connection final : public engine::Transport {
 public:
  explicit Connection(EmulatorTransport& transport) : transport_(transport) { transport_.new_activity(); }
  void send(const engine::Call& call) override { transport_.send(call); }
  engine::Arrivals wait(std::optional<Time> until) override { return transport_.wait(until); }

 private:
  EmulatorTransport& transport_;
};

/// Collects what a workflow would show. Answers every question with yes.
class Recording final : public run::Frontend, public run::Network {
 public:
  Recording(EmulatorTransport& transport, const run::MemoryStore& store, view::Rehearsal& told)
      : transport_(transport), store_(store), told_(told) {}

  std::unique_ptr<engine::Transport> connect() override { return std::make_unique<Connection>(transport_); }
  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader&) override {
    return std::make_unique<engine::NullObserver>();
  }
  void show_plan(const plan::Plan& plan) override {
    for (const plan::Finding& finding : plan.findings) {
      if (plan.undoes != 0 && finding.severity == plan::Severity::error)
        told_.problems.push_back(
            fmt::format("the rollback is refused: {}: {}", finding.subject, finding.what));
    }
  }
  Result<void> confirm(run::Question) override { return {}; }
  std::unique_ptr<engine::Observer> watch(std::int64_t, const engine::Rollout&) override {
    return std::make_unique<engine::NullObserver>();
  }
  void rolled_out(std::int64_t run, const engine::Rollout& rollout, run::RunEnd) override {
    told_.runs.push_back({rollout.plan(), store_.at(run).events});
  }
  void show_verification(const plan::Verification& verification) override {
    for (const plan::VerifiedStep& step : verification.steps)
      told_.problems.insert(told_.problems.end(), step.problems.begin(), step.problems.end());
  }
  void show_reads(const engine::ReadCounts&) override {}
  void show_unfinished(const run::StoredRun&, std::string_view) override {}
  void report(const Error& error) override {
    // The verification's problems already say it.
    if (told_.problems.empty()) told_.problems.push_back(error.what + ": " + error.why);
  }
  void say(std::string_view) override {}
  void say_waiting(std::string_view) override {}

 private:
  EmulatorTransport& transport_;
  const run::MemoryStore& store_;
  view::Rehearsal& told_;
};

Outcome carry_out(run::Context& context, const model::Desired& desired, const plan::Plan& plan,
                  bool made_earlier) {
  std::set<ServiceId> unread;
  for (const plan::PlannedService& service : plan.services) {
    if (service.deploys_unread) unread.insert(service.id);
  }
  const auto actual = run::read_workspace(
      context, desired, {.include_preflight_data = !made_earlier, .listed_later = std::move(unread)});
  if (!actual) return run::end_with(context, actual.error());
  const auto taken = run::take_lock(context, plan.owner.id.text(), {});
  if (!taken) return run::end_with(context, taken.error());
  return run::execute_plan(context, plan, desired, {});
}

}  // namespace

view::Rehearsal rehearse(const model::Desired& desired, const plan::Plan& plan,
                         const emulator::Workspace& model, bool made_earlier) {
  std::map<std::string, ServiceId> health;
  for (const plan::PlannedService& service : plan.services) {
    if (!service.health_url.empty()) health.emplace(service.health_url, service.id);
  }
  EmulatorTransport transport(model, std::move(health));
  run::MemoryStore store;
  view::Rehearsal told;
  told.plan = plan;
  Recording recording(transport, store, told);
  run::Context context{
      .store = store, .locks = store, .network = recording, .clock = transport, .frontend = recording};
  // A rehearsal changes no values, so no digests are needed.
  context.digests = [](bool) { return run::Digests{{}, "rehearsal"}; };
  told.outcome = carry_out(context, desired, plan, made_earlier);
  told.took = transport.now() - virtual_start;
  told.faults_met = transport.faults_met();
  told.requests.assign(transport.requests().begin(), transport.requests().end());
  return told;
}

}  // namespace envlink::rehearsal
