#include "cli/ready_plan.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/environment.h"
#include "engine/rollback.h"

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

}  // namespace

Result<void> expected_hash(const std::string& sha256, const Options& options) {
  if (options.expect_hash.empty() || options.expect_hash == sha256) return {};
  return fail({.kind = ErrorKind::held,
               .what = "The plan is not the one that was expected; nothing was written",
               .why = fmt::format("its hash is {}, and --expect-hash says {}", sha256, options.expect_hash),
               .cure = "Read the plan, then expect its hash: envlink plan"});
}

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

tl::expected<void, NoSurvey> still_holds(Session& session, const plan::PlanFile& file,
                                         const Options& options) {
  const model::Owner& owner = file.plan.owner;
  const std::string& named = session.workspace();
  if (!named.empty() && named != owner.name && named != owner.id.text()) {
    return tl::unexpected(
        other_workspace(file, options, "RENDER_WORKSPACE is " + clean(named),
                        "Unset it, or make a plan for that workspace: envlink plan --out FILE"));
  }
  const auto actual = session.survey(engine::desired_by(file.plan));
  if (!actual) {
    const Error& error = actual.error().error;
    if (error.kind != ErrorKind::refused) return tl::unexpected(actual.error());
    return tl::unexpected(other_workspace(file, options,
                                          error.what + (error.why.empty() ? "" : "; " + error.why),
                                          "Use the key of a member of that workspace."));
  }
  const auto moved = plan::moved(file.basis, plan::basis_of(file.plan, *actual), *actual);
  if (moved.empty()) return {};
  return tl::unexpected(NoSurvey{
      {.kind = ErrorKind::held,
       .what = fmt::format("The workspace has moved since {} was made; nothing was written",
                           clean(options.plan_file)),
       .why = listed(moved),
       .cure = fmt::format("Plan anew, and read it: envlink plan --out {}", clean(options.plan_file))}});
}

}  // namespace envlink::cli
