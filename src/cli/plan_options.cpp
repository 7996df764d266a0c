#include "cli/plan_options.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "base/text.h"
#include "cli/file_values.h"
#include "cli/given_value.h"
#include "cli/output.h"
#include "cli/system.h"
#include "engine/rollback.h"
#include "plan/make_plan.h"
#include "plan/only.h"

namespace envlink::cli {

namespace {

/// Compares the file with its own hash and --expect-hash.
Result<plan::PlanFile> load_plan(const PlanOptions& options) {
  const std::string name = clean(options.plan_file);
  const auto text = read_existing_file(
      options.plan_file, fmt::format("Make one: envlink plan --out {}", name), plan::max_plan_file_size);
  if (!text) return fail(text.error());
  auto file = plan::read_plan_file(*text);
  if (!file) {
    file.error().what = fmt::format("Cannot apply {}; nothing was changed", name);
    if (name.ends_with(".yaml") || name.ends_with(".yml"))
      file.error().cure =
          fmt::format("If it is your envlink.yaml, name it with -f: envlink apply -f {}", name);
    return fail(file.error());
  }
  const bool is_these_bytes = options.expect_hash == file->sha256;
  if (auto expected = run::check_hash(file->plan, options.expect_hash); !expected && !is_these_bytes)
    return fail(expected.error());
  if (file->plan.refused()) {
    return fail({.kind = ErrorKind::refused,
                 .what = fmt::format("{} was refused when it was made; nothing was changed", name),
                 .cure = "See why: envlink plan"});
  }
  return std::move(*file);
}

plan::PlanOptions extra_of(const PlanOptions& source) {
  plan::PlanOptions extra;
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

Parameter plan_argument(PlanOptions& source, std::string_view does) {
  return {"PLAN", "", &source.plan_file, does};
}

Parameter redeploy_flag(PlanOptions& source) {
  return {"--redeploy", "SERVICE", &source.redeploy, "Also redeploy these services; `all` for every one"};
}

Parameter only_flag(PlanOptions& source) {
  return {"--only", "SERVICE", &source.only, "Only these services, by name, id or pattern ('api-*')"};
}

Parameter expect_hash_flag(PlanOptions& source) {
  return {"--expect-hash", "SHA256", &source.expect_hash, "Stop unless the plan has this hash"};
}

Result<void> check(const PlanOptions& source) {
  if (!source.expect_hash.empty() && !looks_like_sha256(source.expect_hash)) {
    return fail(usage_error("--expect-hash " + clean(source.expect_hash, 70) + " is not a plan hash",
                            "Use the 64 hex digits that envlink plan prints."));
  }
  if (source.plan_file.empty()) return {};
  for (const char* flag : {"--file", "--only", "--redeploy", "--prune-at-most"}) {
    if (!source.was_given(flag)) continue;
    return fail(usage_error(
        fmt::format("{} cannot be combined with the saved plan {}", flag, clean(source.plan_file, 60)),
        "Remove one of them, or save another plan: envlink plan --out FILE"));
  }
  return {};
}

Result<Planning> begin_planning(const PlanOptions& options, Values values) {
  run::PlanSource source{.options = extra_of(options),
                         .only = options.only,
                         .file_name = clean(options.plan_file),
                         .expected_hash = options.expect_hash};
  if (!options.plan_file.empty()) {
    auto loaded = load_plan(options);
    if (!loaded) return fail(loaded.error());
    source.file = std::move(*loaded);
  }
  auto session = source.file ? Session::open_beside(source.file->plan.file, options) : Session::open(options);
  if (!session) return fail(session.error());
  source.desired = session->desired();
  if (const auto known = plan::check_only(source.desired, source.only); !known) return fail(known.error());
  if (values == Values::read) {
    auto given = values_of_file(source.desired);
    if (!given) return fail(std::move(given.error()));
    source.values = std::move(*given);
    source.options.values_from =
        plan::ValueSource{plan::ValueOrigin::configuration, absolute_path(source.desired.file)};
  }
  return Planning{std::move(*session), std::move(source)};
}

}  // namespace envlink::cli
