#include "rehearsal/rehearsal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/forecast.h"
#include "model/deploy_phases.h"
#include "plan/build_choice.h"
#include "plan/match.h"

namespace envlink::rehearsal {

namespace {

using emulator::Outcome;

class SetupBuilder {
 public:
  SetupBuilder(const model::Workspace& actual, const plan::Plan& plan, const engine::Budget& budget,
               const Options& options, const std::optional<emulator::Workspace>& file)
      : actual_(actual), plan_(plan), budget_(budget), options_(options), file_(file) {}

  Result<Setup> all() {
    if (const auto good = outcomes(); !good) return fail(good.error());
    behave();
    lengths();
    states();
    say_outcomes();
    say_behaviour();
    faults();
    return std::move(made_);
  }

 private:
  void say(std::string sentence) { made_.assumptions.push_back(std::move(sentence)); }

  /// A deploy with a build fails in its build, others when they start.
  Outcome failure_of(const ServiceId& id) const {
    const auto planned = std::ranges::find(plan_.services, id, &plan::PlannedService::id);
    const model::Service* service = actual_.find_service(id);
    const bool builds = planned != plan_.services.end() && planned->rebuild && !service->image_backed;
    return builds ? Outcome::build_failed : Outcome::update_failed;
  }

  /// If several services have that name, the one in the plan.
  Result<ServiceId> service_called(const std::string& name, std::string_view source) const {
    const auto called = plan::services_called(actual_, name, {});
    std::vector<ServiceId> planned;
    for (const model::Service* service : called) {
      if (std::ranges::find(plan_.services, service->id, &plan::PlannedService::id) != plan_.services.end())
        planned.push_back(service->id);
    }
    if (called.size() == 1) return called.front()->id;
    if (planned.size() == 1) return planned.front();
    Error error = plan::service_called(actual_, name, {}).error();
    error.kind = ErrorKind::usage;
    error.what = called.empty() ? fmt::format("{} names {}, which is not a service of {}", source,
                                              clean(name), clean(actual_.owner.name))
                                : fmt::format("{} names {}, and {}", source, clean(name), error.what);
    return envlink::fail(std::move(error));
  }

  Result<void> outcomes() {
    if (file_) {
      for (const emulator::SeedService& seed : file_->services) {
        if (seed.outcome == Outcome::live) continue;
        const auto id = service_called(seed.id.empty() ? seed.name : seed.id, "The --faults file");
        if (!id) return envlink::fail(id.error());
        made_.model.outcomes[*id] = seed.outcome;
      }
    }
    for (const std::string& name : options_.fail) {
      const auto id = service_called(name, "--fail");
      if (!id) return envlink::fail(id.error());
      made_.model.outcomes[*id] = failure_of(*id);
    }
    return {};
  }

  /// Settings that the file does not change come from what Render reported.
  void behave() {
    emulator::Behaviour& behaviour = made_.model.behaviour;
    if (file_) behaviour = file_->behaviour;
    const emulator::Behaviour usual;
    if (behaviour.latency == Duration{0}) behaviour.latency = engine::usual_answer;
    const auto told = budget_.limit("reads");
    if (told && *told > 0 && behaviour.read_limit == usual.read_limit) behaviour.read_limit = *told;
  }

  void lengths() {
    std::vector<std::string> guessed;
    std::size_t known = 0;
    std::size_t as_others = 0;
    const std::optional<Duration> others = engine::usual_length(plan_);
    for (const plan::PlannedService& service : plan_.services) {
      const auto deploys = actual_.deploys.find(service.id);
      const auto length =
          deploys == actual_.deploys.end() ? std::nullopt : plan::expected_duration(deploys->second, true);
      if (length) made_.model.lengths[service.id] = *length;
      if (!service.redeploys()) continue;
      if (service.deploys_unread && others) {
        made_.model.lengths[service.id] = *others;
        ++as_others;
        continue;
      }
      known += length ? 1 : 0;
      if (!length) guessed.push_back(clean(service.name));
    }
    if (known > 0)
      say(fmt::format(
          "{} {} the median of the last deploys; at most half of it, and at most {}, counts as the start, "
          "because Render reports only the total",
          count_of(known, "service"), known == 1 ? "takes" : "take", format_duration(model::usual_start)));
    if (as_others > 0)
      say(fmt::format(
          "{} more, whose deploys are looked at when their turn comes, take {}, the median of these",
          as_others, format_duration(*others)));
    const emulator::SeedService usual;
    if (!guessed.empty())
      say(fmt::format("{} {} no earlier deploys: assuming {} to build and {} to start", join_and(guessed, 5),
                      guessed.size() == 1 ? "has" : "have", format_duration(usual.build),
                      format_duration(usual.start)));
    const auto unbuilt = std::ranges::count_if(
        plan_.services, [](const plan::PlannedService& one) { return one.redeploys() && !one.rebuild; });
    if (unbuilt > 0)
      say(fmt::format("{} of these {} deploy_only, which takes only the start (unknown)", unbuilt,
                      unbuilt == 1 ? "is" : "are"));
  }

  void states() {
    std::vector<std::string> under_way;
    for (const plan::PlannedService& service : plan_.services) {
      if (service.redeploy == plan::Reason::stale) made_.model.stale.insert(service.id);
      const auto deploys = actual_.deploys.find(service.id);
      if (deploys != actual_.deploys.end() && !deploys->second.empty() &&
          is_running(deploys->second.front().status))
        under_way.push_back(clean(service.name));
    }
    if (!under_way.empty())
      say(fmt::format("the running deploy of {} starts now, and {} (unknown)", join_and(under_way, 5),
                      made_.model.behaviour.overlap == emulator::Overlap::wait ? "a new one waits for its end"
                                                                               : "a new one cancels it"));
    std::size_t keys = 0;
    for (const model::Group& group : actual_.groups) keys += group.variables ? group.variables->size() : 0;
    say(fmt::format("keys are real; {} {} invented", count_of(keys, "value"), keys == 1 ? "is" : "are"));
  }

  void say_outcomes() {
    std::vector<std::string> failing;
    for (const auto& [id, outcome] : made_.model.outcomes) {
      const std::string name = clean(actual_.find_service(id)->name);
      const auto planned = std::ranges::find(plan_.services, id, &plan::PlannedService::id);
      if (planned == plan_.services.end() || !planned->redeploys()) {
        say(fmt::format("{} would fail, but this plan does not deploy it", name));
      } else {
        failing.push_back(name);
      }
    }
    say(failing.empty()
            ? "every deploy succeeds, and the health path of a live service answers"
            : fmt::format(
                  "the deploy of {} fails, every other one succeeds; the details of the failure are invented",
                  join_and(failing, 5)));
  }

  void say_behaviour() {
    const emulator::Behaviour& behaviour = made_.model.behaviour;
    say(
        fmt::format("an answer takes {}; each minute, starting now, allows {} reads, {} writes and {} "
                    "deploys per service",
                    format_duration(behaviour.latency), behaviour.read_limit, behaviour.write_limit,
                    behaviour.deploy_limit));
    say(behaviour.link_deploys ? "Render redeploys by itself when a link changes"
                               : "Render does not redeploy by itself when a link changes (unknown)");
    if (plan_.api.link_method == model::LinkMethod::service_patch)
      say(behaviour.service_patch_links ? "PATCH with envGroupIds links"
                                        : "PATCH with envGroupIds returns 200 but links nothing "
                                          "(unknown; to change this, write `behaviour: {service_patch_links: "
                                          "true}` to the --faults file)");
    say("nobody else changes the workspace during the run");
  }

  void faults() {
    if (file_) made_.model.faults = file_->faults;
    if (!options_.seed) return;
    made_.model.faults = emulator::draw_faults(*options_.seed, plan_.services.size());
    say(fmt::format("the faults below, drawn with --seed {}", *options_.seed));
  }

  const model::Workspace& actual_;
  const plan::Plan& plan_;
  const engine::Budget& budget_;
  const Options& options_;
  const std::optional<emulator::Workspace>& file_;
  Setup made_;
};

}  // namespace

Result<Setup> set_up(const model::Workspace& actual, const plan::Plan& plan, const engine::Budget& budget,
                     const Options& options, const std::optional<emulator::Workspace>& file) {
  return SetupBuilder(actual, plan, budget, options, file).all();
}

}  // namespace envlink::rehearsal
