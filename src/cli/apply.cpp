#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string_view>

#include "cli/carry_out.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "journal/journal.h"
#include "journal/lock.h"
#include "plan/make_plan.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

int report(const Error& error) {
  complain(error);
  return exit_code_of(error);
}

bool agreed() {
  std::fputs("Apply? [y/N] ", stderr);
  std::fflush(stderr);
  std::array<char, 16> answer{};
  if (std::fgets(answer.data(), static_cast<int>(answer.size()), stdin) == nullptr) return false;
  const std::string_view text(answer.data());
  return text == "y\n" || text == "Y\n" || text == "yes\n" || text == "Yes\n";
}

/// The lock is free again when another run has ended, but the plan was made before what that run did.
Result<void> still_valid(const journal::Journal& journal, const plan::Plan& plan, Time looked_at) {
  const auto runs = journal.runs(plan.owner.id.text(), 1);
  if (!runs) return fail(runs.error());
  if (runs->empty() || runs->front().ended.value_or(runs->front().began) < looked_at) return {};
  return fail(
      {.kind = ErrorKind::held,
       .what = fmt::format("Run {} changed the workspace after this plan was made; nothing was written",
                           runs->front().number),
       .cure = "Plan anew: envlink apply"});
}

int ask_and_carry_out(Session& session, const plan::Plan& plan, Time looked_at, const Options& options) {
  if (!options.yes && !attended(options)) {
    return report({.kind = ErrorKind::usage,
                   .what = "Nobody is here to say whether to apply this; nothing was written",
                   .cure = "To apply without a question: envlink apply --yes"});
  }
  const auto directory = journal::state_directory();
  if (!directory) return report(directory.error());
  auto journal = journal::Journal::open(*directory);
  if (!journal) return report(journal.error());
  // Before the question: a run that ends while it stands open would make the plan above it stale.
  const auto lock = journal::Lock::take(*directory, plan.owner.id.text(), session.clock().now());
  if (!lock) return report(lock.error());
  if (const auto valid = still_valid(*journal, plan, looked_at); !valid) return report(valid.error());
  if (!options.yes && !agreed()) {
    put(Stream::talk, "Nothing was written.");
    return exit_codes::interrupted;
  }
  return carry_out(session, plan, *journal, options);
}

}  // namespace

int run_apply(const Options& options) {
  auto session = Session::open(options);
  if (!session) {
    put(Stream::talk, session.error().text);
    return session.error().exit_code;
  }
  const Time looked_at = session->clock().now();
  const auto actual = session->survey(*session->connect());
  if (!actual) {
    complain(actual.error().error);
    return actual.error().exit_code();
  }
  plan::Extra extra = options.extra;
  extra.remembered = remembered_links(actual->owner.id);
  const plan::Plan plan = plan::make_plan(session->desired(), *actual, extra);
  const bool question = !plan.empty() && !options.yes;
  if (!options.quiet || question || plan.refused()) {
    put(Stream::talk, view::render_plan(plan, style_for(Stream::talk, options)));
  }
  if (plan.refused()) return exit_codes::refused;
  if (plan.empty()) return exit_codes::done;
  return ask_and_carry_out(*session, plan, looked_at, options);
}

}  // namespace envlink::cli
