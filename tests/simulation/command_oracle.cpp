#include "command_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace envlink::simulation {

using model::Outcome;

void CommandOracle::applies(bool plan_file, bool anew, int process) {
  actor(process).plan_file = plan_file;
  actor(process).anew = anew;
  actor(process).applies = true;
}

void CommandOracle::reading_begins(int process, Time now) {
  Actor& one = actor(process);
  if (one.run != 0) return;
  if (!one.began_to_read) one.began_to_read = now;
  one.overtaken = false;
  one.half_shown = one.others_deploy = false;
  for (std::size_t i = 0; i < world_.deploy_count() && !one.half_shown; ++i)
    one.half_shown = !world_.deploy(i).listed;
  for (std::size_t i = 0; i < world_.deploy_count() && !one.others_deploy; ++i) {
    const auto deploy = world_.deploy(i);
    const auto service = std::ranges::find(scenario_.workspace.services, deploy.service_id,
                                           [](const auto& seed) { return std::string_view(seed.id); });
    // If somebody links meanwhile, it may be unknown whether the running deploy has that link.
    one.others_deploy =
        !deploy.finished && (service->outcome != emulator::Outcome::live || !scenario_.own_links);
  }
  if (one.plan_file) one.moved = has_moved();
}

bool CommandOracle::has_moved() const {
  return what_the_plan_rests_on() != planned_for_;
}

void CommandOracle::lock_taken(int process) {
  if (actor(1 - process).holds_lock) throw Violation("two processes hold the lock");
  actor(process).holds_lock = true;
}

/// A run that ended has nothing left to resume.
void CommandOracle::reopens(std::int64_t run) const {
  const run::MemoryStore::Kept& kept = store_.at(run);
  if (kept.summary.ended && !engine::Progress::of(*kept.plan, kept.events).unfinished())
    throw Violation(fmt::format("run {} was gone on with, and nothing of it was left", run));
}

void CommandOracle::may_write(int process) {
  if (!actor(process).holds_lock) throw Violation("a process changes something without the lock");
  if (!actor(process).confirmed) throw Violation("a process changes something before anybody has agreed");
}

/// A rollback does not undo what a later run did.
bool CommandOracle::only_rollbacks_follow(std::int64_t run) const {
  return std::ranges::all_of(std::span(store_.all()).subspan(static_cast<std::size_t>(run)),
                             [run](const auto& later) { return later.summary.undoes == run; });
}

void CommandOracle::plan_shown(const plan::Plan& plan) const {
  if (plan.undoes == 0 || !plan.refused() || !scenario_.untouched) return;
  // Render's own deploy has the links too. If the answer to a deploy request was lost or named that deploy,
  // the deploy that was requested looks like a colleague's.
  const Hostility& h = scenario_.hostility;
  if (scenario_.redeploys_by_itself() && (h.late > 0 || h.old_deploy > 0)) return;
  // The run's plan did not know which deploy was live before the run.
  if (planned_half_shown_.contains(plan.undoes)) return;
  if (only_rollbacks_follow(plan.undoes)) throw Violation("a rollback was refused though nobody interfered");
}

void CommandOracle::run_begins(std::int64_t run, int process) {
  may_write(process);
  Actor& one = actor(process);
  one.run = run;
  if (one.half_shown) planned_half_shown_.insert(run);
  actor(1 - process).overtaken = true;
  const run::RunSummary& begun = store_.at(run).summary;
  for (const run::MemoryStore::Kept& other : store_.all()) {
    const run::RunSummary& summary = other.summary;
    if (summary.number == run) continue;
    if (begun.undoes) {
      if (summary.undoes == begun.undoes && !summary.ended)
        throw Violation(fmt::format("run {} is rolled back while a rollback of it is open", *begun.undoes));
      if (!summary.undoes && !summary.ended && summary.number > *begun.undoes)
        throw Violation(fmt::format("run {} is rolled back beneath run {}, which is open", *begun.undoes,
                                    summary.number));
      continue;
    }
    if (!summary.ended && !one.anew)
      throw Violation(fmt::format("run {} was begun over run {}, which is open", run, summary.number));
  }
  if (!begun.undoes && one.overtaken)
    throw Violation(fmt::format("run {} was planned before what another process did", run));
  // A lagging replica shows the old links.
  if (one.moved && has_moved() && scenario_.workspace.behaviour.link_lag == Duration{0})
    throw Violation("a plan was carried out that the workspace has moved away from");
}

void CommandOracle::run_goes_on(std::int64_t run, int process) {
  may_write(process);
  actor(process).run = run;
}

/// The undone run must be closed before its rollback: a crash between the two leaves the rollback to resume.
/// In the other order, the run would be rolled back twice.
void CommandOracle::run_closed(std::int64_t run, int process) {
  actor(1 - process).overtaken = true;
  const run::RunSummary& closed = store_.at(run).summary;
  if (closed.undoes && closed.outcome == Outcome::done &&
      store_.at(*closed.undoes).summary.outcome != Outcome::rolled_back)
    throw Violation(fmt::format("rollback {} was closed before run {}", run, *closed.undoes));
  if (closed.outcome != Outcome::deploy_failed) return;
  for (const run::MemoryStore::Kept& other : store_.all()) {
    if (other.summary.undoes == run && !other.summary.ended &&
        engine::Progress::of(*other.plan, other.events).unfinished())
      throw Violation(fmt::format("run {} was closed, whose rollback is unfinished", run));
  }
}

void CommandOracle::sends(const api::Request& request, int process) {
  Actor& one = actor(process);
  // A colleague may restore the old state before it is read.
  if (one.moved && one.run == 0) one.moved = has_moved();
  if (request.method == api::Method::get) return;
  may_write(process);
  one.wrote = true;
  if (one.disk_full) throw Violation("something was written after the store could not be");
}

bool CommandOracle::left_a_link_open() const {
  std::set<std::pair<GroupId, ServiceId>> open;
  for (const run::MemoryStore::Kept& run : store_.all()) {
    for (const engine::Event& event : run.events) {
      if (const auto* asked = event.as<engine::LinkIntended>())
        open.emplace(asked->link.group.id, asked->link.service.id);
      if (const auto* proved = event.as<engine::LinkProved>())
        open.erase({proved->link.group.id, proved->link.service.id});
    }
  }
  return !open.empty();
}

/// Lists and replicas may lag; that must not turn a complete run into a failure.
void CommandOracle::proof_shown(const plan::Verification& verification, int process) {
  const Actor& one = actor(process);
  if (one.run == 0 || verification.passed()) return;
  const Hostility& h = scenario_.hostility;
  // Render may have started a deploy for the link in the second in which the link was read back, and named
  // it in the answer (Oracles::runs_with_its_links). The requested deploy is live, but the run does not know
  // it.
  const bool may_name_another = h.old_deploy > 0 && scenario_.redeploys_by_itself();
  if (scenario_.second || h.late > 0 || h.damage > 0 || h.disk_full > 0 || h.clock_jumps || may_name_another)
    return;
  if (scenario_.untouched && scenario_.acts.empty() && store_.all().size() == 1)
    throw Violation("a run is not proved, though nobody interfered");
  // What colleagues and earlier runs did before the command read the workspace is no excuse.
  const emulator::Behaviour& render = scenario_.workspace.behaviour;
  const Duration lag = std::max({render.link_lag, render.list_lag, render.value_lag});
  // Making a plan file does not wait for a later read, so a replica may still show a link that somebody
  // removed.
  if (one.plan_file && oracles_.last_act() >= planned_file_ - model::link_lag) return;
  const bool undisturbed = oracles_.last_act() < *one.began_to_read - lag && !one.others_deploy &&
                           h.beforehand <= 0 && !left_a_link_open();
  if (one.applies && undisturbed) throw Violation("an apply is not proved, though nobody interfered with it");
}

/// A run that was interrupted before its end does not count: a person chose to roll it back.
bool CommandOracle::calls_for_rollback(std::int64_t run) const {
  const run::MemoryStore::Kept& kept = store_.at(run);
  const auto progress = engine::Progress::of(*kept.plan, kept.events);
  return kept.plan->rollout.on_failure == model::OnFailure::rollback && progress.failed() &&
         !progress.unfinished();
}

void CommandOracle::ends(std::optional<Outcome> outcome, int process) {
  const Actor one = std::exchange(actor(process), {});
  if (!outcome) return;
  const bool without_writes = *outcome == Outcome::held || *outcome == Outcome::refused ||
                              *outcome == Outcome::nothing_to_do || *outcome == Outcome::usage;
  if (without_writes && one.wrote)
    throw Violation(fmt::format("a command ended with {}, and had written", to_string(*outcome)));
  if (one.run == 0) return;
  const run::RunSummary& summary = store_.at(one.run).summary;
  // Reading the workspace after the run may fail, or closing the run in the store.
  const bool broken = *outcome == Outcome::error || *outcome == Outcome::interrupted || one.disk_full;
  const auto ended = summary.undoes && *outcome == Outcome::rolled_back
                         ? store_.at(*summary.undoes).summary.outcome
                         : summary.outcome;
  const bool gone_back =
      summary.undoes && summary.ended && !one.disk_full &&
      !engine::Progress::of(*store_.at(one.run).plan, store_.at(one.run).events).unfinished();
  if (gone_back && !store_.at(*summary.undoes).summary.ended)
    throw Violation(fmt::format("run {} is open, and its rollback has come to its end", *summary.undoes));
  // The command reports that the rollback is still to come.
  const bool to_go_back = !ended && *outcome == Outcome::deploy_failed;
  if (!broken && !to_go_back && ended != outcome)
    throw Violation(fmt::format("a command ended with {}, and run {} with {}", to_string(*outcome), one.run,
                                ended ? to_string(*ended) : "nothing"));
  if (*outcome == Outcome::done && !summary.undoes) oracles_.success_was_read_back();
  const bool after_failure = summary.undoes && !one.rolls_back && calls_for_rollback(*summary.undoes);
  if (*outcome == Outcome::done && after_failure)
    throw Violation("success was reported of a run that failed and was rolled back");
  const std::int64_t undone = summary.undoes.value_or(one.run);
  const bool went_back = *outcome == Outcome::rolled_back || (*outcome == Outcome::done && summary.undoes);
  if (!went_back) return;
  oracles_.links_are_out_of_use(undone, *store_.at(undone).plan);
  // Requests of an earlier run may arrive after a later one has started.
  if (undone == 1 && only_rollbacks_follow(undone)) oracles_.went_back(undone);
}

std::vector<std::string> CommandOracle::what_the_plan_rests_on() const {
  std::vector<std::string> state;
  const auto among = [](const std::vector<std::string>& services, std::string_view service) {
    return std::ranges::find(services, service) != services.end();
  };
  for (const auto& group : scenario_.workspace.groups) {
    for (const auto& service : scenario_.workspace.services) {
      if (among(planned_services_, service.id) && world_.is_linked(group.id, service.id))
        state.push_back(group.id + "/" + service.id);
    }
  }
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    if (among(listed_services_, world_.deploy(i).service_id) && world_.deploy(i).listed)
      state.emplace_back(world_.deploy(i).id);
  }
  std::ranges::sort(state);
  return state;
}

/// Uses what the plan says it saw: a colleague may have changed something while it was made.
void CommandOracle::plan_file_made(const plan::Plan& plan, Time began) {
  planned_file_ = began;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const plan::PlannedService& service = plan.services[i];
    if (!service.redeploys()) continue;
    planned_services_.push_back(service.id.text());
    if (!service.deploys_unread) listed_services_.push_back(service.id.text());
    std::set<std::string> linked;
    for (const GroupId& group : service.final_groups) linked.insert(group.text());
    for (const plan::LinkChange& change : plan.links) {
      if (change.service != i) continue;
      if (change.action == plan::LinkAction::add) linked.erase(change.group.text());
      if (change.action == plan::LinkAction::remove) linked.insert(change.group.text());
    }
    for (const std::string& group : linked) planned_for_.push_back(group + "/" + service.id.text());
    for (const DeployId& deploy : service.known_deploys) planned_for_.push_back(deploy.text());
  }
  std::ranges::sort(planned_for_);
}

void CommandOracle::nothing_is_left() const {
  for (const run::MemoryStore::Kept& run : store_.all()) {
    if (!run.summary.ended)
      throw Violation(fmt::format("run {} is open, and nothing says that it is", run.summary.number));
  }
}

}  // namespace envlink::simulation
