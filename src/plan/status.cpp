#include "plan/status.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "plan/match.h"

namespace envlink::plan {
namespace {

struct Inputs {
  const model::Desired& desired;
  const model::Workspace& actual;
  const std::vector<RememberedLink>& remembered;
  const Match matched;
};

std::size_t index_of(const model::Desired& desired, const std::string& name) {
  const auto found = std::find_if(desired.groups.begin(), desired.groups.end(),
                                  [&](const auto& group) { return group.name.text == name; });
  return static_cast<std::size_t>(found - desired.groups.begin());
}

StatusCell cell_of(const Inputs& in, const model::Service& service, const std::string& name) {
  StatusCell cell;
  cell.group = index_of(in.desired, name);
  const model::Group* group = in.matched.group_named(in.desired, name);
  if (group == nullptr) {
    cell.because = fmt::format("{} was not found", clean(name));
    return cell;
  }
  std::vector<RememberedLink> of_this_link;
  std::copy_if(in.remembered.begin(), in.remembered.end(), std::back_inserter(of_this_link),
               [&](const RememberedLink& link) { return link.group == group->id; });
  Judgement judgement = judge(service, std::vector{group}, in.actual, of_this_link);
  cell.freshness = judgement.freshness;
  cell.because = std::move(judgement.because);
  return cell;
}

StatusRow row_of(const Inputs& in, std::size_t index) {
  const model::DesiredService& wanted = in.desired.services[index];
  const model::Service* service = in.matched.services[index];
  if (service == nullptr) return {{}, wanted.name.text, Freshness::unknown, "it was not found", {}};
  StatusRow row{service->id, service->name, {}, {}, {}};
  std::vector<const model::Group*> groups;
  for (const model::Word& name : wanted.link) {
    if (const model::Group* group = in.matched.group_named(in.desired, name.text)) groups.push_back(group);
    row.cells.push_back(cell_of(in, *service, name.text));
  }
  Judgement judgement = judge(*service, groups, in.actual, in.remembered);
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
  const Inputs in{desired, actual, remembered, match(desired, actual)};
  Status status;
  status.owner = actual.owner;
  for (const model::DesiredGroup& group : desired.groups) status.groups.push_back(group.name.text);
  for (std::size_t i = 0; i < desired.services.size(); ++i) status.rows.push_back(row_of(in, i));
  return status;
}

}  // namespace envlink::plan
