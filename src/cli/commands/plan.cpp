#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/plan_options.h"
#include "cli/system.h"
#include "plan/only.h"
#include "plan/plan_hash.h"
#include "plan/stored.h"
#include "run/commands.h"
#include "view/ci_reports.h"
#include "view/json.h"
#include "view/no_services.h"
#include "view/plan_brief.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

struct PlanCommandOptions : PlanOptions {
  std::string out;    // empty: no file is written
  std::string sarif;  // empty: no file is written
  bool detailed_exitcode = false;
};

std::vector<Parameter> parameters(PlanCommandOptions& options) {
  return {{"--out", "FILE", &options.out, "Also write the plan to this file, for envlink apply FILE"},
          {"--sarif", "FILE", &options.sarif, "Also write the findings as SARIF, for code scanning"},
          {"--detailed-exitcode", "", &options.detailed_exitcode, "Exit 2 if something would change"},
          only_flag(options),
          redeploy_flag(options)};
}

std::string as_text(const plan::Plan& plan, const std::string& sha256, const PlanCommandOptions& options) {
  const view::Style style = style_for(Stream::result, options);
  if (view::names_no_service(plan)) return view::render_no_services(plan, style);
  std::string text = options.verbose ? view::render_plan(plan, style) : view::render_plan_brief(plan, style);
  if (!sha256.empty() && (!plan.empty() || !options.out.empty())) text += "Plan hash " + sha256 + "\n";
  return text;
}

/// With the flags of this command, so that apply makes the same plan.
std::string next_command(const plan::Plan& plan, const PlanCommandOptions& options) {
  std::string next = "Next: envlink apply";
  if (options.was_given("--file")) next += " -f " + shell_word(clean(options.file));
  next += plan::only_flags(plan);
  for (const std::string& service : options.redeploy) next += " --redeploy " + shell_word(clean(service));
  constexpr std::string_view details = "  (details: envlink plan -v)";
  const bool fits = next.size() + details.size() <= style_for(Stream::result, options).width;
  return options.verbose || !fits ? next : next.append(details);
}

/// False if the plan should have been written but was not.
bool write_out(const run::ResolvedPlan& planned, const std::string& sha256,
               const PlanCommandOptions& options) {
  const plan::Plan& made = planned.plan;
  const std::string name = clean(options.out);
  if (!made.values.empty() && !made.refused()) {
    print_error({.what = fmt::format("{} was not written: the plan changes values", name),
                 .why = "a plan file never contains values",
                 .cure = fmt::format("Where the sources are available, apply exactly this plan:\n"
                                     "envlink apply --expect-hash {}",
                                     sha256)});
    return false;
  }
  if (made.refused()) {
    write(Stream::talk, fmt::format("The plan was refused, so {} was not written.", name));
    return true;
  }
  const plan::PlanText file = plan::plan_file_text(made, plan::snapshot_of(made, planned.actual));
  if (const auto written = write_file(options.out, file.text); !written) {
    print_error(written.error());
    return false;
  }
  if (!options.quiet) {
    write(Stream::talk, fmt::format("Wrote {}. Apply exactly this plan: envlink apply {}", name, name));
  }
  return true;
}

Outcome run(const PlanCommandOptions& options) {
  auto planning = begin_planning(options, Values::read);
  if (!planning) return end_with(planning.error());
  run::Context& context = planning->session.context();
  const auto planned = run::resolve_plan(context, planning->source);
  if (!planned) return end_with(planned.error());
  const plan::Plan& made = planned->plan;
  // A refused plan cannot be carried out, so it has no hash and is not written.
  const std::string sha256 = made.refused() ? std::string{} : plan::plan_hash(made);
  write(Stream::result, options.output == Output::json ? view::plan_json(made, {sha256, context.reads})
                                                       : as_text(made, sha256, options));
  github::tell(made);
  const auto unfinished = run::tell_unfinished(context, made.owner.id);
  const bool apply_is_next = !made.refused() && !made.empty() && options.out.empty() &&
                             !(unfinished && run::blocks_apply(context.store, *unfinished));
  if (apply_is_next && options.output == Output::text && !view::names_no_service(made))
    write(Stream::result, next_command(made, options));
  // Also for a refused plan, because its findings say why.
  if (!options.sarif.empty()) {
    const auto written = write_file(options.sarif, view::sarif_json(made.found(), ENVLINK_VERSION));
    if (!written) return end_with(written.error());
  }
  if (!options.out.empty() && !write_out(*planned, sha256, options)) return Outcome::error;
  if (made.refused()) return Outcome::refused;
  return options.detailed_exitcode && !made.empty() ? Outcome::differences : Outcome::done;
}

}  // namespace

Command plan_command() {
  return {
      .name = "plan",
      .section = Section::plan_and_apply,
      .summary = "Show what would change. Changes nothing.",
      .help =

          R"(Shows the values and links that would change, the services that would be redeployed, wave by wave, and what
would go wrong. A wave is a set of services that can deploy at the same time, once everything they depend on
is live. -v shows every detail. If envlink.yaml has `values`, plan reads their sources. Values are never
shown.)",
      .examples = R"(  envlink plan
  envlink plan --detailed-exitcode   # exits 2 when something differs
  envlink plan --redeploy all        # as if every service had to redeploy
  envlink plan --only my-backend     # for this service and what it waits for
  envlink plan --out plan.json       # for: envlink apply plan.json)",
      .endings = endings_of_reading({{Outcome::differences, "differences (--detailed-exitcode)"},
                                     {Outcome::refused, "refused: the plan has errors"}}),
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
