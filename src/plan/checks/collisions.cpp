#include "plan/checks/collisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "plan/checks/checks.h"
#include "plan/precedence.h"

namespace envlink::plan {
namespace {

using model::Sameness;

std::string holders(const Resolution& resolution) {
  std::vector<std::string> names;
  for (const Source& source : resolution.sources) {
    names.push_back(source.group == nullptr ? "on the service"
                                            : fmt::format("in group {}", clean(source.group->label())));
  }
  return join_and(names);
}

/// `all`: the service's own variables were read as well; one of them would win.
std::string winner(const Resolution& resolution, bool all) {
  if (!resolution.settled()) return fmt::format("which one wins is unknown: {}", why(resolution.rule));
  const Source& first = resolution.sources.front();
  const std::string which = first.group == nullptr
                                ? std::string("the service's value")
                                : fmt::format("the value in {}", clean(first.group->label()));
  return fmt::format(
      "{}{} wins ({})", all ? "" : "among its groups, ", which,
      resolution.rule == Rule::own ? "guaranteed by Render" : "today's behaviour, not guaranteed by Render");
}

const char* id_of(Sameness sameness) {
  switch (sameness) {
    case Sameness::equal:
      return "collision-equal";
    case Sameness::different:
      return "collision-different";
    case Sameness::unknown:
      break;
  }
  return "collision-unknown";
}

std::string_view phrase(Sameness sameness) {
  switch (sameness) {
    case Sameness::equal:
      return "with the same value";
    case Sameness::different:
      return "with different values";
    case Sameness::unknown:
      break;
  }
  return "with values that could not be compared";
}

/// `planned`: one of the links will be made by the plan.
Finding collision(const Resolution& resolution, Sameness sameness, bool planned, const Receiver& receiver) {
  const char* const id = id_of(sameness);
  Finding finding = make_finding(
      id, subject_of(receiver.service),
      fmt::format("{} is set {} {}; {}", clean(resolution.key), holders(resolution), phrase(sameness),
                  winner(resolution, receiver.own != nullptr)),
      sameness == Sameness::equal ? "keep it in one place, so that a later change does not miss the other"
                                  : fmt::format("keep it in one place, or accept it under `policy` ({})", id),
      receiver.place, resolution.key);
  if (sameness == Sameness::different && !planned) finding.severity = Severity::warning;
  return finding;
}

}  // namespace

void add_collisions(const Receiver& receiver, std::vector<Finding>& findings) {
  FindingLimiter different(findings);
  FindingLimiter unknown(findings);
  FindingLimiter equal(findings);
  const auto is_new = [&](const Source& source) {
    return source.group != nullptr &&
           std::ranges::find(receiver.linked, source.group) == receiver.linked.end();
  };
  for (const Resolution& resolution : resolve(receiver.groups, receiver.own, receiver.own_files)) {
    if (resolution.sources.size() < 2) continue;
    const Sameness sameness = compare(resolution);
    FindingLimiter& limiter = sameness == Sameness::different ? different
                              : sameness == Sameness::equal   ? equal
                                                              : unknown;
    limiter.add(collision(resolution, sameness, std::ranges::any_of(resolution.sources, is_new), receiver));
  }
}

void check_collisions(const PreflightInput& in, std::vector<Finding>& findings) {
  const Context& context = in.context;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    add_collisions({.service = *service,
                    .groups = context.groups_after(i),
                    .linked = context.links.of(service->id),
                    .own = context.actual.variables_of(service->id),
                    .own_files = context.actual.secret_files_of(service->id),
                    .place = context.desired.services[i].name.place},
                   findings);
  }
}

}  // namespace envlink::plan
