// The same key from two sides: two groups of a service, or a group and the service itself; as it will be
// after the plan.

#include <fmt/format.h>

#include <algorithm>

#include "plan/checks/checks.h"
#include "plan/precedence.h"

namespace envlink::plan {
namespace {

using model::Sameness;

std::string holders(const Resolution& resolution) {
  std::vector<std::string> names;
  for (const Source& source : resolution.sources) {
    names.push_back(source.group == nullptr ? "the service itself"
                                            : fmt::format("group {}", clean(source.group->label())));
  }
  return join_and(names);
}

std::string winner(const Resolution& resolution) {
  if (!resolution.settled()) return fmt::format("who wins is unknown: {}", why(resolution.rule));
  const Source& first = resolution.sources.front();
  return fmt::format("{} wins: {}",
                     first.group == nullptr ? "the service's own" : "that of " + clean(first.group->label()),
                     why(resolution.rule));
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

/// `planned`: the plan makes one of the links.
Finding collision(const Resolution& resolution, Sameness sameness, bool planned, std::string subject,
                  Place place) {
  const char* const id = id_of(sameness);
  Finding finding =
      make_finding(id, std::move(subject),
                   fmt::format("{} is held by {}, {}; {}", clean(resolution.key), holders(resolution),
                               phrase(sameness), winner(resolution)),
                   sameness == Sameness::equal
                       ? "keep it in one place, so that a later change cannot miss the other"
                       : fmt::format("keep it in one place, or say under `policy` that it is meant ({})", id),
                   place, resolution.key);
  if (sameness == Sameness::different && !planned) finding.severity = Severity::warning;
  return finding;
}

}  // namespace

void check_collisions(const PreflightInput& in, std::vector<Finding>& findings) {
  const Context& context = in.context;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    FindingLimiter different(findings);
    FindingLimiter unknown(findings);
    FindingLimiter equal(findings);
    const auto groups = context.groups_after(i);
    const auto& linked = context.links.of(service->id);
    for (const Resolution& resolution : resolve(groups, context.actual.variables_of(service->id),
                                                context.actual.secret_files_of(service->id))) {
      if (resolution.sources.size() < 2) continue;
      const Sameness sameness = compare(resolution);
      const bool planned =
          std::any_of(resolution.sources.begin(), resolution.sources.end(), [&](const Source& source) {
            return source.group != nullptr &&
                   std::find(linked.begin(), linked.end(), source.group) == linked.end();
          });
      FindingLimiter& limiter = sameness == Sameness::different ? different
                                : sameness == Sameness::equal   ? equal
                                                                : unknown;
      limiter.add(collision(resolution, sameness, planned, subject_of(*service),
                            context.desired.services[i].name.place));
    }
  }
}

}  // namespace envlink::plan
