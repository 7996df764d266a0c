#include "plan/freshness.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"

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
  return {Freshness::live, fmt::format("since {}", format_rfc3339(*since).substr(0, 19) + "Z")};
}

}  // namespace envlink::plan
