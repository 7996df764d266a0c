#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/plan_options.h"
#include "cli/system.h"
#include "emulator/workspace_file.h"
#include "rehearsal/rehearsal.h"
#include "run/commands.h"
#include "view/json.h"

namespace envlink::cli {

namespace {

struct RehearseOptions : PlanOptions {
  rehearsal::Options model;
  std::string faults;  // a file with the emulator's faults; empty: none
};

std::vector<Parameter> parameters(RehearseOptions& options) {
  return {plan_argument(options, "Use this plan, written by plan --out (default: a new one)"),
          {"--faults", "FILE", &options.faults,
           "Use the faults, behaviour and outcomes of this emulator workspace file"},
          {"--seed", "N", &options.model.seed, "Random faults; the same number gives the same ones"},
          {"--fail", "SERVICE", &options.model.fail, "Make these services' deploys fail"},
          only_flag(options),
          redeploy_flag(options),
          expect_hash_flag(options)};
}

Result<std::optional<emulator::Workspace>> read_faults(const std::string& file) {
  if (file.empty()) return std::nullopt;
  const auto text = read_existing_file(file, "See docs/emulator.md, or use random faults: --seed N.");
  if (!text) return fail(text.error());
  auto workspace = emulator::parse_workspace(*text);
  if (!workspace) return fail({.text = yaml::render_without_lines(workspace.error(), file)});
  return std::move(*workspace);
}

void show(const view::Rehearsal& told, const RehearseOptions& options) {
  if (options.output == Output::jsonl) {
    write(Stream::result, view::rehearsal_stream(told, ENVLINK_VERSION));
    return;
  }
  write(Stream::result,
        options.output == Output::json
            ? view::rehearsal_json(told)
            : view::render_rehearsal(told, style_for(Stream::result, options), options.verbose));
}

Outcome run(const RehearseOptions& options) {
  if (options.model.seed && !options.faults.empty())
    return end_with(usage_error("--faults and --seed cannot be combined", "Remove one of them."));
  if (const auto good = check(options); !good) return end_with(good.error());
  auto planning = begin_planning(options, Values::left);
  if (!planning) return end_with(planning.error());
  const auto faults = read_faults(options.faults);
  if (!faults) return end_with(faults.error());
  run::Context& context = planning->session.context();
  context.keeps_history = false;
  const run::PlanSource& source = planning->source;
  if (std::ranges::any_of(source.desired.groups, [](const auto& group) { return !group.values.empty(); })) {
    write(Stream::talk,
          fmt::format("The values in {} are not part of a rehearsal.", clean(source.desired.file)));
  }
  const auto planned = run::resolve_plan(context, source, true);
  if (!planned) return end_with(planned.error());
  const auto& [plan, actual] = *planned;
  if (!plan.refused()) {
    if (const auto expected = run::check_expected(source, plan); !expected) return end_with(expected.error());
  }
  view::Rehearsal told;
  told.plan = plan;
  if (const auto without_run = run::outcome_without_run(plan)) {
    told.outcome = *without_run;
  } else {
    const auto setup = rehearsal::set_up(actual, plan, context.budget, options.model, *faults);
    if (!setup) return end_with(setup.error());
    told = rehearsal::rehearse(source.wanted(plan), plan, emulator::from_workspace(actual, setup->model),
                               source.file.has_value());
    told.assumptions = setup->assumptions;
    for (const emulator::Fault& fault : setup->model.faults) told.faults.push_back(emulator::written(fault));
  }
  show(told, options);
  run::tell_unfinished(context, actual.owner.id);
  return told.outcome;
}

}  // namespace

Command rehearse_command() {
  return {
      .name = "rehearse",
      .section = Section::plan_and_apply,
      .summary = "Simulate apply on a model of the workspace. Changes nothing.",
      .help =

          R"(Reads the workspace, makes the plan and carries it out on a model of the workspace in virtual time: how it
would end, how long it would take, and what would be left after a failure. Nothing is changed on Render or
in the journal; values are made up. -v shows each step and everything it assumes. As with
apply, a PLAN written by plan --out is refused if the workspace has changed since.)",
      .examples = R"(  envlink rehearse
  envlink rehearse plan.json                  # that plan and no other
  envlink rehearse --fail my-backend          # what happens if that one fails
  envlink rehearse --seed 7                   # with lost answers, delays
  envlink rehearse --faults faults.yaml       # the faults in an emulator file)",
      .endings =
          endings_of_rollout({{Outcome::refused},
                              {Outcome::deploy_failed, "a deploy would fail"},
                              {Outcome::rolled_back, "a deploy would fail and the run would be rolled back"},
                              {Outcome::held, "a deploy must finish first, or the plan is out of date"}}),
      .common = {.file = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
