#include "plan/status.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "plan/context.h"

namespace envlink::plan {
namespace {

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
  Judgement judgement =
      judge(context, service, std::vector{group}, context.links.last_change(service.id, group->id));
  cell.freshness = judgement.freshness;
  cell.because = std::move(judgement.because);
  return cell;
}

StatusRow row_of(const Context& context, std::size_t index) {
  const model::DesiredService& wanted = context.desired.services[index];
  const model::Service* service = context.match.services[index];
  if (service == nullptr) return {{}, wanted.name.text, Freshness::unknown, "it was not found", {}};
  StatusRow row{service->id, service->name, {}, {}, {}};
  for (const model::SourceString& name : wanted.link)
    row.cells.push_back(cell_of(context, *service, name.text));
  Judgement judgement =
      judge(context, *service, context.asked_groups(index), context.links.last_change(service->id));
  row.freshness = judgement.freshness;
  row.because = std::move(judgement.because);
  return row;
}

}  // namespace

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
