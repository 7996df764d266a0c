#include "plan/status.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "plan/context.h"

namespace envlink::plan {
namespace {

struct Change {
  Time at{};
  std::string what;
};

/// The latest change that the running deploy would have to be newer than.
std::optional<Change> last_change(std::span<const model::Group* const> groups, std::optional<Time> relinked) {
  std::optional<Change> last;
  const auto consider = [&last](Time at, std::string what) {
    if (!last || at > last->at) last = Change{at, std::move(what)};
  };
  for (const model::Group* group : groups) {
    if (group->updated) consider(*group->updated, fmt::format("the last change of {}", clean(group->name)));
  }
  if (relinked) consider(*relinked, "a link that envlink changed");
  return last;
}

std::size_t index_of(const model::Desired& desired, const std::string& name) {
  const auto found = std::find_if(desired.groups.begin(), desired.groups.end(),
                                  [&](const auto& group) { return group.name.text == name; });
  return static_cast<std::size_t>(found - desired.groups.begin());
}

StatusCell cell_of(const Context& context, const model::Service& service, const std::string& name) {
  StatusCell cell;
  cell.group = index_of(context.desired, name);
  const model::Group* group = context.match.group_named(name);
  if (group == nullptr) {
    cell.because = fmt::format("{} was not found", clean(name));
    return cell;
  }
  Assessment assessment = assess_freshness(context, service, std::vector{group},
                                           context.links.last_change(service.id, group->id));
  cell.freshness = assessment.freshness;
  cell.because = std::move(assessment.because);
  return cell;
}

StatusRow row_of(const Context& context, std::size_t index) {
  const model::DesiredService& wanted = context.desired.services[index];
  const model::Service* service = context.match.services[index];
  if (service == nullptr) return {{}, wanted.name.text, Freshness::unknown, "it was not found", {}};
  StatusRow row{service->id, service->name, {}, {}, {}};
  for (const SourceString& name : wanted.link) row.cells.push_back(cell_of(context, *service, name.text));
  Assessment assessment = assess_freshness(context, *service, context.asked_groups(index),
                                           context.links.last_change(service->id));
  row.freshness = assessment.freshness;
  row.because = std::move(assessment.because);
  return row;
}

}  // namespace

Assessment assess_freshness(const Context& context, const model::Service& service,
                            std::span<const model::Group* const> groups, std::optional<Time> relinked) {
  for (const model::Group* group : groups) {
    if (!context.links.has(*group, service.id))
      return {Freshness::staged, fmt::format("{} is not linked", clean(group->name))};
  }
  if (service.suspended) return {Freshness::unknown, "the service is suspended"};
  const std::vector<model::Deploy>& deploys = context.actual.deploys_of(service.id);
  if (deploys.empty()) return {Freshness::unknown, "it has no deploys"};
  const model::Deploy& newest = deploys.front();
  if (is_running(newest.status)) {
    return {Freshness::deploying,
            fmt::format("{} is {}", clean(newest.id.text()), clean(newest.status_text))};
  }
  const model::Deploy* live = model::live_of(deploys);
  if (live == nullptr) return {Freshness::unknown, "none of its last deploys is live"};
  // A deploy that somebody asked for through the API was meant to bring something; it did not.
  if (live != &newest && newest.trigger == "api") {
    return {Freshness::stale, fmt::format("its newest deploy {} is {}; an older one still runs",
                                          clean(newest.id.text()), clean(newest.status_text))};
  }
  const std::optional<Time> since = began(*live);
  if (!since) return {Freshness::unknown, "Render does not say when the running deploy began"};
  const std::optional<Change> change = last_change(groups, relinked);
  if (change && *since < change->at) {
    return {Freshness::stale, fmt::format("the running deploy is older than {}", change->what)};
  }
  const auto told = [](Time at) { return format_rfc3339(at).substr(0, 19) + "Z"; };
  if (const auto served = model::went_live(*live)) return {Freshness::live, "since " + told(*served)};
  return {Freshness::live, "its deploy began " + told(*since)};
}

bool Status::stale() const {
  return std::any_of(rows.begin(), rows.end(), [](const StatusRow& row) {
    return row.freshness == Freshness::stale || row.freshness == Freshness::staged;
  });
}

Status status_of(const model::Desired& desired, const model::Workspace& actual,
                 const std::vector<RememberedLink>& remembered) {
  const Context context(desired, actual, remembered);
  Status status;
  status.owner = actual.owner;
  for (const model::DesiredGroup& group : desired.groups) status.groups.push_back(group.name.text);
  for (std::size_t i = 0; i < desired.services.size(); ++i) status.rows.push_back(row_of(context, i));
  return status;
}

}  // namespace envlink::plan
