#include "cli/command.h"
#include "cli/output.h"
#include "cli/plan_options.h"
#include "cli/prune_flag.h"
#include "run/commands.h"

namespace envlink::cli {

namespace {

struct ApplyOptions : PlanOptions {
  bool anew = false;  // leave an unfinished run as it stands
  std::int64_t prune_at_most = -1;
};

std::vector<Parameter> parameters(ApplyOptions& options) {
  return {redeploy_flag(options),
          plan_argument(options, "Carry out this plan, written by plan --out, and no other"),
          {"--anew", "", &options.anew, "Leave an unfinished run as it stands, and plan anew"},
          prune_at_most_flag(options.prune_at_most,
                             "Refuse if `prune` in the file would unset more than N variables; "
                             "required with --yes if it would unset any"),
          expect_hash_flag(options)};
}

Outcome run(const ApplyOptions& options) {
  if (const auto good = check(options, "apply"); !good) return end_with(good.error());
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
          R"(Shows the plan, asks, writes the values that the file carries, links what is missing and reads all of it
back, redeploys in dependency order, watches until the services are live, and verifies. Where there is
no terminal, --yes is needed.
Ctrl-C stops starting things; press it twice to leave at once. What runs on Render runs on, and
envlink resume goes on with it. Where a run is unfinished, apply says so and writes nothing.)",
      .examples = R"(  envlink apply
  envlink apply --yes
  envlink apply --yes --redeploy my-backend my-worker
  envlink apply plan.json        # exactly that plan, or nothing)",
      .endings = endings_of_rollout(
          {{Outcome::held, "another run holds the lock or is unfinished, or the plan is stale"}}),
      .common =
          {.writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
