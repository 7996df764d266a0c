#include "plan/collisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "plan/crowd.h"
#include "plan/differences.h"
#include "plan/precedence.h"

namespace envlink::plan {
namespace {

using model::Sameness;

std::string holders(const Resolution& resolution) {
  std::vector<std::string> names;
  for (const Source& source : resolution.sources) {
    names.push_back(source.group == nullptr ? "the service itself"
                                            : fmt::format("group {}", clean(source.group->name)));
  }
  return join_and(names);
}

std::string winner(const Resolution& resolution) {
  if (resolution.rule == Rule::unsettled) return fmt::format("who wins is unknown: {}", why(resolution.rule));
  const Source& first = resolution.sources.front();
  return fmt::format("{} wins: {}",
                     first.group == nullptr ? "the service's own" : "that of " + clean(first.group->name),
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

std::string_view words(Sameness sameness) {
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

Severity severity_of(Sameness sameness, bool planned) {
  if (sameness == Sameness::equal) return Severity::note;
  return sameness == Sameness::different && planned ? Severity::error : Severity::warning;
}

}  // namespace

std::vector<Finding> check_collisions(const Context& context) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    Crowd different(findings);
    Crowd unknown(findings);
    Crowd equal(findings);
    const auto groups = context.groups_after(i);
    const auto& linked = context.links.of(service->id);
    for (const Resolution& resolution : resolve(groups, context.actual.variables_of(service->id))) {
      if (resolution.sources.size() < 2) continue;
      const Sameness sameness = compare(resolution);
      const bool planned =
          std::any_of(resolution.sources.begin(), resolution.sources.end(), [&](const Source& source) {
            return source.group != nullptr &&
                   std::find(linked.begin(), linked.end(), source.group) == linked.end();
          });
      Crowd& crowd = sameness == Sameness::different ? different
                     : sameness == Sameness::equal   ? equal
                                                     : unknown;
      crowd.add({id_of(sameness), severity_of(sameness, planned),
                 fmt::format("service {}", clean(service->name)),
                 fmt::format("{} is held by {}, {}; {}", clean(resolution.key), holders(resolution),
                             words(sameness), winner(resolution)),
                 sameness == Sameness::equal
                     ? "keep it in one place, so that a later change cannot miss the other"
                     : fmt::format("keep it in one place, or say under `policy` that it is meant ({})",
                                   id_of(sameness)),
                 context.desired.services[i].name.place, resolution.key});
    }
  }
  return findings;
}

}  // namespace envlink::plan
