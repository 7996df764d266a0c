#include "cli/ready_plan.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "engine/rollback.h"
#include "plan/make_plan.h"
#include "plan/snapshot_diff.h"

namespace envlink::cli {

namespace {

constexpr std::size_t most_said = 20;

NoSurvey other_workspace(const plan::PlanFile& file, const Options& options, std::string why,
                         std::string cure) {
  const model::Owner& owner = file.plan.owner;
  return {{.kind = ErrorKind::refused,
           .what = fmt::format("{} is a plan for workspace {} ({}); nothing was written",
                               clean(options.plan_file), clean(owner.name), clean(owner.id.text())),
           .why = std::move(why),
           .cure = std::move(cure)}};
}

std::string listed(std::vector<std::string> moved) {
  const std::size_t count = moved.size();
  if (count > most_said) {
    moved.resize(most_said);
    moved.push_back(fmt::format("and {} more", count - most_said));
  }
  return join(moved, "\n");
}

Result<void> expected_hash(const std::string& sha256, const Options& options) {
  if (options.expect_hash.empty() || options.expect_hash == sha256) return {};
  return fail({.kind = ErrorKind::held,
               .what = "The plan is not the one that was expected; nothing was written",
               .why = fmt::format("its hash is {}, and --expect-hash says {}", sha256, options.expect_hash),
               .cure = "Read the plan, then expect its hash: envlink plan"});
}

/// Holds the file against its own hash and --expect-hash.
Result<plan::PlanFile> load_plan(const Options& options) {
  const std::string name = clean(options.plan_file);
  const auto text = read_file(options.plan_file, plan::max_plan_file_size);
  if (!text) return fail(text.error());
  if (!*text) {
    return fail(
        {.what = "There is no file " + name, .cure = fmt::format("Make one: envlink plan --out {}", name)});
  }
  auto file = plan::read_plan_file(**text);
  if (!file) {
    file.error().what = fmt::format("Cannot carry out {}; nothing was written", name);
    if (name.ends_with(".yaml") || name.ends_with(".yml"))
      file.error().cure =
          fmt::format("If it is your envlink.yaml, name it with -f: envlink apply -f {}", name);
    return fail(file.error());
  }
  if (auto expected = expected_hash(file->sha256, options); !expected) return fail(expected.error());
  if (file->plan.refused()) {
    return fail({.kind = ErrorKind::refused,
                 .what = fmt::format("{} was refused when it was made; nothing was written", name),
                 .cure = "See why: envlink plan"});
  }
  return std::move(*file);
}

/// The workspace, where it is still what the plan rests on.
tl::expected<model::Workspace, NoSurvey> still_holds(Session& session, const plan::PlanFile& file,
                                                     const Options& options, bool closely) {
  const model::Owner& owner = file.plan.owner;
  const std::string& named = session.workspace();
  if (!named.empty() && named != owner.name && named != owner.id.text()) {
    return tl::unexpected(
        other_workspace(file, options, "RENDER_WORKSPACE is " + clean(named),
                        "Unset it, or make a plan for that workspace: envlink plan --out FILE"));
  }
  auto actual = session.survey(engine::desired_by(file.plan), {.closely = closely});
  if (!actual) {
    const Error& error = actual.error().error;
    if (error.kind != ErrorKind::refused) return tl::unexpected(actual.error());
    return tl::unexpected(other_workspace(file, options,
                                          error.what + (error.why.empty() ? "" : "; " + error.why),
                                          "Use the key of a member of that workspace."));
  }
  const auto moved = plan::snapshot_diff(file.basis, plan::snapshot_of(file.plan, *actual), *actual);
  if (moved.empty()) return std::move(*actual);
  return tl::unexpected(NoSurvey{
      {.kind = ErrorKind::held,
       .what = fmt::format("The workspace has moved since {} was made; nothing was written",
                           clean(options.plan_file)),
       .why = listed(moved),
       .cure = fmt::format("Plan anew, and read it: envlink plan --out {}", clean(options.plan_file))}});
}

}  // namespace

tl::expected<Beginning, Trouble> begin_planning(const Options& options) {
  std::optional<plan::PlanFile> file;
  if (!options.plan_file.empty()) {
    auto loaded = load_plan(options);
    if (!loaded) return tl::unexpected<Trouble>(loaded.error());
    file = std::move(*loaded);
  }
  auto session = file ? Session::open_beside(file->plan.file, options) : Session::open(options);
  if (!session) return tl::unexpected<Trouble>(session.error());
  return Beginning{std::move(*session), std::move(file)};
}

tl::expected<PlanNow, Trouble> plan_now(Beginning& beginning, const Options& options, bool closely) {
  Session& session = beginning.session;
  const auto& file = beginning.file;
  plan::PlanOptions extra = options.extra;
  auto actual = file ? still_holds(session, *file, options, closely) : session.survey(extra);
  if (!actual) return tl::unexpected<Trouble>(actual.error());
  if (file) return PlanNow{file->plan, std::move(*actual)};
  plan::Plan plan = plan::make_plan(session.desired(), *actual, extra);
  return PlanNow{std::move(plan), std::move(*actual)};
}

Result<void> is_expected(const Beginning& beginning, const PlanNow& now, const Options& options) {
  if (beginning.file || options.expect_hash.empty())
    return {};  // a file's hash was looked at before it was read
  const plan::PlanText text = plan::plan_file_text(now.plan, plan::snapshot_of(now.plan, now.actual));
  return expected_hash(text.sha256, options);
}

}  // namespace envlink::cli
