#include "cli/ready_plan.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "base/text.h"
#include "cli/files.h"
#include "cli/output.h"
#include "engine/rollback.h"
#include "plan/make_plan.h"

namespace envlink::cli {

namespace {

constexpr std::size_t most_said = 20;

Error other_workspace(const plan::PlanFile& file, const PlanSource& options, std::string why,
                      std::string cure) {
  const model::Owner& owner = file.plan.owner;
  return {.kind = ErrorKind::refused,
          .what = fmt::format("{} is a plan for workspace {} ({}); nothing was written",
                              clean(options.plan_file), clean(owner.name), clean(owner.id.text())),
          .why = std::move(why),
          .cure = std::move(cure)};
}

std::string listed(std::vector<std::string> moved) {
  const std::size_t count = moved.size();
  if (count > most_said) {
    moved.resize(most_said);
    moved.push_back(fmt::format("and {} more", count - most_said));
  }
  return join(moved, "\n");
}

Result<void> expected_hash(const std::string& sha256, const PlanSource& options) {
  if (options.expect_hash.empty() || options.expect_hash == sha256) return {};
  return fail({.kind = ErrorKind::held,
               .what = "The plan is not the one that was expected; nothing was written",
               .why = fmt::format("its hash is {}, and --expect-hash says {}", sha256, options.expect_hash),
               .cure = "Read the plan, then expect its hash: envlink plan"});
}

/// Holds the file against its own hash and --expect-hash.
Result<plan::PlanFile> load_plan(const PlanSource& options) {
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
Result<model::Workspace> still_holds(Session& session, const plan::PlanFile& file, const PlanSource& options,
                                     bool closely) {
  const model::Owner& owner = file.plan.owner;
  const std::string& named = session.workspace();
  if (!named.empty() && named != owner.name && named != owner.id.text()) {
    return fail(other_workspace(file, options, "RENDER_WORKSPACE is " + clean(named),
                                "Unset it, or make a plan for that workspace: envlink plan --out FILE"));
  }
  auto actual = session.survey(engine::desired_by(file.plan), {.closely = closely});
  if (!actual) {
    const Error& error = actual.error();
    if (error.kind != ErrorKind::refused) return fail(actual.error());
    return fail(other_workspace(file, options, error.what + (error.why.empty() ? "" : "; " + error.why),
                                "Use the key of a member of that workspace."));
  }
  const auto moved = plan::moved(file.basis, plan::basis_of(file.plan, *actual), *actual);
  if (moved.empty()) return std::move(*actual);
  return fail(
      {.kind = ErrorKind::held,
       .what = fmt::format("The workspace has moved since {} was made; nothing was written",
                           clean(options.plan_file)),
       .why = listed(moved),
       .cure = fmt::format("Plan anew, and read it: envlink plan --out {}", clean(options.plan_file))});
}

plan::Extra extra_of(const PlanSource& source) {
  plan::Extra extra;
  for (const std::string& service : source.redeploy) {
    if (service == "all") {
      extra.redeploy_all = true;
    } else {
      extra.redeploy.push_back(service);
    }
  }
  return extra;
}

}  // namespace

Parameter plan_argument(PlanSource& source, std::string_view does) {
  return {"PLAN", "", &source.plan_file, does};
}

Parameter redeploy_flag(PlanSource& source) {
  return {"--redeploy", "SERVICE", &source.redeploy, "Redeploy these services as well; `all`: every one"};
}

Parameter expect_hash_flag(PlanSource& source) {
  return {"--expect-hash", "SHA256", &source.expect_hash, "Go on only if the plan has this hash"};
}

Result<void> check(const PlanSource& source, std::string_view command) {
  if (!source.expect_hash.empty() && !looks_like_sha256(source.expect_hash)) {
    return fail(usage_error("--expect-hash " + clean(source.expect_hash, 70) + " is no SHA-256",
                            "Write its 64 hexadecimal digits, as envlink plan prints them."));
  }
  if (source.plan_file.empty()) return {};
  for (const char* flag : {"--file", "--redeploy"}) {
    if (!source.was_given(flag)) continue;
    return fail(usage_error(fmt::format("{} {} goes by that plan: {} does not go with it", command,
                                        clean(source.plan_file, 60), flag),
                            "Leave one of them out, or make another plan: envlink plan --out FILE"));
  }
  return {};
}

Result<Beginning> begin_planning(const PlanSource& options) {
  std::optional<plan::PlanFile> file;
  if (!options.plan_file.empty()) {
    auto loaded = load_plan(options);
    if (!loaded) return fail(loaded.error());
    file = std::move(*loaded);
  }
  auto session = file ? Session::open_beside(file->plan.file, options) : Session::open(options);
  if (!session) return fail(session.error());
  return Beginning{std::move(*session), std::move(file)};
}

Result<PlanNow> plan_now(Beginning& beginning, const PlanSource& options, bool closely) {
  Session& session = beginning.session;
  const auto& file = beginning.file;
  plan::Extra extra = extra_of(options);
  auto actual = file ? still_holds(session, *file, options, closely) : session.survey(extra);
  if (!actual) return fail(actual.error());
  if (file) return PlanNow{file->plan, std::move(*actual)};
  plan::Plan plan = plan::make_plan(session.desired(), *actual, extra);
  return PlanNow{std::move(plan), std::move(*actual)};
}

Result<void> is_expected(const Beginning& beginning, const PlanNow& now, const PlanSource& options) {
  if (beginning.file || options.expect_hash.empty())
    return {};  // a file's hash was looked at before it was read
  const plan::PlanText text = plan::plan_file_text(now.plan, plan::basis_of(now.plan, now.actual));
  return expected_hash(text.sha256, options);
}

}  // namespace envlink::cli
