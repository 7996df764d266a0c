#include "cli/command.h"
#include "cli/output.h"
#include "cli/plan_options.h"
#include "cli/prune_flag.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

struct ApplyOptions : PlanOptions {
  bool anew = false;  // ignore unfinished runs
  std::int64_t prune_at_most = -1;
};

std::vector<Parameter> parameters(ApplyOptions& options) {
  return {only_flag(options),
          redeploy_flag(options),
          plan_argument(options, "Carry out exactly this plan, written by plan --out"),
          {"--anew", "", &options.anew, "Ignore an unfinished run and plan again"},
          prune_at_most_flag(options.prune_at_most,
                             "Refuse if `prune` in the file would remove more than N variables; "
                             "required with --yes if it would remove any"),
          expect_hash_flag(options)};
}

Outcome run(const ApplyOptions& options) {
  if (const auto good = check(options); !good) return end_with(good.error());
  auto planning = begin_planning(options, Values::read);
  return answer("apply", options, planning.map([](Planning& begun) { return std::move(begun.session); }),
                [&](run::Context& context) {
                  return run::apply(context, planning->source,
                                    {.lock_wait = {options.lock_wait},
                                     .anew = options.anew,
                                     .prune = prune_limit(options.prune_at_most, options)});
                });
}

}  // namespace

Command apply_command() {
  return {
      .name = "apply",
      .section = Section::plan_and_apply,
      .summary = "Carry out the plan: link, redeploy in order, confirm.",
      .help =

          R"(Shows the plan and asks for confirmation. Then it sets values, adds missing links, reads both back, redeploys in
dependency order, waits until every service is live, and verifies the result. Without a terminal, pass
--yes.
Ctrl-C starts nothing more; a second Ctrl-C quits at once. Deploys continue on Render, and envlink resume
finishes the run. After Ctrl-C, apply makes a new plan for what is left. If an earlier run was killed or has
something to restore, apply changes nothing until you decide: resume, rollback or --anew.
--only works on these services, and on services with changes that they come after; the rest is left out.)",
      .examples = R"(  envlink apply
  envlink apply --yes
  envlink apply --yes --redeploy my-backend my-worker
  envlink apply --only my-backend 'api-*'
  envlink apply plan.json        # exactly that plan, or nothing)",
      .endings = endings_of_rollout(
          {{Outcome::held, "another run is in progress or unfinished, or the plan is out of date"}}),
      .common =
          {.writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
