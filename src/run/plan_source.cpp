#include "run/plan_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "api/written_value.h"
#include "base/text.h"
#include "engine/rollback.h"
#include "plan/match.h"
#include "plan/new_group.h"
#include "plan/only.h"
#include "plan/plan_hash.h"
#include "plan/plan_snapshot.h"
#include "plan/values.h"

namespace envlink::run {
namespace {

constexpr std::size_t most_said = 20;

Error other_workspace(const PlanSource& source, std::string why, std::string cure) {
  const model::Owner& owner = source.file->plan.owner;
  return {.kind = ErrorKind::refused,
          .what = fmt::format("{} is a plan for workspace {} ({}); nothing was changed", source.file_name,
                              clean(owner.name), clean(owner.id.text())),
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

Result<model::Workspace> read_for_plan_file(Context& context, const PlanSource& source, bool for_model) {
  const plan::PlanFile& file = *source.file;
  const std::string& named = context.workspace;
  if (!named.empty() && named != file.plan.owner.name && named != file.plan.owner.id.text()) {
    return fail(other_workspace(source, "RENDER_WORKSPACE is " + clean(named),
                                "Unset it, or make a plan for that workspace: envlink plan --out FILE"));
  }
  std::set<ServiceId> unread;
  for (const plan::PlannedService& service : file.plan.services) {
    if (service.deploys_unread) unread.insert(service.id);
  }
  auto actual = read_workspace(context, engine::desired_by(file.plan),
                               {.include_preflight_data = for_model, .listed_later = std::move(unread)});
  if (actual || actual.error().kind != ErrorKind::refused) return actual;
  const Error& error = actual.error();
  return fail(other_workspace(source, error.what + (error.why.empty() ? "" : "; " + error.why),
                              "Use the key of a member of that workspace."));
}

/// What a plan may know about the given values.
std::vector<plan::GroupValues> described(const Context& context, const PlanSource& source) {
  const api::Fingerprinter* fingerprinter = context.fingerprinter ? &*context.fingerprinter : nullptr;
  std::vector<plan::GroupValues> groups;
  for (const GivenValues& given : source.values) {
    plan::GroupValues group{
        .group = given.group, .in_file = given.in_file, .removed = given.unset, .prune = given.prune};
    for (const GivenValues::One& one : given.set) {
      group.given.push_back(
          api::WrittenValue::describe(one.key, one.value, fingerprinter, context.values.digest));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

Error taken(const plan::NewGroup& group) {
  return {.kind = ErrorKind::refused,
          .what = fmt::format("A group called {} already exists; nothing was changed", clean(group.name)),
          .cure = fmt::format("Choose another name, or change that group: envlink groups push {}",
                              clean(group.name))};
}

Result<void> still_holds(const PlanSource& source, const model::Workspace& actual) {
  const plan::PlanFile& file = *source.file;
  const auto moved = plan::snapshot_diff(file.basis, plan::snapshot_of(file.plan, actual), actual);
  if (moved.empty()) return {};
  return fail(
      {.kind = ErrorKind::held,
       .what = fmt::format("The workspace has changed since {} was made; nothing was changed now",
                           source.file_name),
       .why = listed(moved),
       .cure = fmt::format("Make a new plan and review it: envlink plan --out {}", source.file_name)});
}

}  // namespace

model::Desired asked_by(const plan::Plan& plan) {
  model::Desired asked = engine::desired_by(plan);
  std::vector<std::set<std::string>> links(plan.services.size());  // ids
  for (const plan::LinkChange& change : plan.links) {
    if (change.action == plan::LinkAction::add) links[change.service].insert(change.group.text());
  }
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const std::vector<std::string>& linked = plan.services[i].linked_now;
    for (const plan::PlannedGroup& group : plan.groups) {
      if (std::ranges::find(linked, group.name) != linked.end()) links[i].insert(group.id.text());
    }
    std::erase_if(asked.services[i].link,
                  [&](const SourceString& group) { return !links[i].contains(group.text); });
  }
  // The links to the replaced group must be gone.
  if (plan.new_group) asked.unmanaged = plan.unmanaged_policy;
  return asked;
}

model::Desired PlanSource::wanted(const plan::Plan& plan) const {
  if (!plan.only) return file || consumers_alone ? asked_by(plan) : desired;
  model::Desired asked = asked_by(plan);
  asked.verify_unknown = desired.verify_unknown;
  return asked;
}

Result<void> check_hash(const plan::Plan& plan, const std::string& expected) {
  if (expected.empty()) return {};
  const std::string sha256 = plan::plan_hash(plan);
  if (expected == sha256) return {};
  return fail({.kind = ErrorKind::held,
               .what = "The plan is not the expected one; nothing was changed",
               .why = fmt::format("its hash is {}, and --expect-hash says {}", sha256, expected),
               .cure = "Review the plan with envlink plan, then pass its hash to --expect-hash"});
}

Result<model::Workspace> read_for_plan(Context& context, const PlanSource& source, bool for_model) {
  if (source.file) return read_for_plan_file(context, source, for_model);
  plan::PlanOptions options = source.options;
  options.values = described(context, source);
  // The services' new group does not exist yet, so it cannot be read.
  options.redeploy_all = options.redeploy_all || source.makes.has_value();
  return read_workspace(
      context, source.desired,
      {.include_preflight_data = true, .most_listed = context.most_listed, .extra = std::move(options)});
}

Result<plan::Plan> plan_by(const Context& context, const PlanSource& source, const model::Workspace& actual,
                           const plan::History& history) {
  if (source.file) {
    return still_holds(source, actual).map([&] { return source.file->plan; });
  }
  plan::PlanOptions options = source.options;
  options.values = described(context, source);
  options.history = history;
  if (!source.only.empty()) return plan::make_plan_only(source.desired, actual, source.only, options);
  if (!source.consumers_alone) return plan::make_plan(source.desired, actual, options);
  if (source.makes && plan::name_taken(*source.makes, actual) != nullptr) return fail(taken(*source.makes));
  if (source.makes && source.desired.groups.empty())
    return plan::make_new_group(source.desired, actual, *source.makes, options);
  if (source.makes && actual.find_group(GroupId(source.desired.groups.front().name.text)) == nullptr)
    return fail({.kind = ErrorKind::refused,
                 .what = "The group to replace no longer exists; nothing was changed",
                 .cure = {}});
  const auto still_linked = plan::still_consumers(source.desired, actual);
  if (still_linked && source.makes)
    return plan::make_new_group(*still_linked, actual, *source.makes, options);
  if (still_linked) return plan::make_plan(*still_linked, actual, options);
  return fail({.kind = ErrorKind::held,
               .what = "A service was linked to the group while the plan was made; nothing was changed",
               .cure = "Run the same command again to include it."});
}

engine::ValueWrites writes_for(const Context& context, const PlanSource& source,
                               const ResolvedPlan& planned) {
  engine::ValueWrites writes{.digest = context.values.digest};
  if (planned.plan.values.empty()) return writes;
  const plan::Match match = plan::match(source.desired, planned.actual);
  for (const plan::ValueChange& change : planned.plan.values) {
    const auto group = std::ranges::find_if(source.values, [&](const GivenValues& given) {
      if (!given.group.empty()) return given.group == change.group;
      const model::Group* meant = match.group_named(given.in_file);
      return meant != nullptr && meant->id == change.group;
    });
    std::shared_ptr<const api::SecretBody> body;
    if (group != source.values.end()) {
      const auto one = std::ranges::find(group->set, change.key, &GivenValues::One::key);
      if (one != group->set.end()) body = api::WrittenValue::body(change.key, one->value);
    }
    writes.bodies.push_back(std::move(body));
  }
  return writes;
}

Result<ResolvedPlan> resolve_plan(Context& context, const PlanSource& source, bool for_model) {
  auto actual = read_for_plan(context, source, for_model);
  if (!actual) return fail(actual.error());
  auto plan = plan_by(context, source, *actual, context.history);
  if (!plan) return fail(plan.error());
  return ResolvedPlan{std::move(*plan), std::move(*actual)};
}

Result<void> check_expected(const PlanSource& source, const plan::Plan& plan) {
  if (source.file) return {};
  return check_hash(plan, source.expected_hash);
}

}  // namespace envlink::run
