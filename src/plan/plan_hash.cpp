#include "plan/plan_hash.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "base/sha256.h"
#include "plan/stored_fields.h"

namespace envlink::plan {
namespace {

/// By service: the plan's order follows the waves, which depend on who is redeployed.
std::vector<LinkChange> by_service(std::vector<LinkChange> links) {
  std::ranges::sort(links, {}, [](const LinkChange& link) {
    return std::tuple(link.service, link.group.text(), link.action);
  });
  return links;
}

}  // namespace

std::string plan_hash(const Plan& plan) {
  return sha256_hex(json::to_text([&](json::Writer& out) {
    out("version", 1);
    out("workspace", plan.owner.id);
    out("unmanaged", plan.unmanaged_policy);
    out("rollout", plan.rollout);
    out("api", plan.api);
    if (plan.new_group) {
      out("new_group", plan.new_group->name);
      out("environment", plan.new_group->environment);
      out("replaces", plan.new_group->replaces);
    }
    out.list("services", plan.services, [](json::Writer& one, const PlannedService& service) {
      one("id", service.id);
      one("linked", service.linked_now);
      one("after", service.after);
      one("redeploy", service.redeploy == Reason::requested);
    });
    out.list("links", by_service(plan.links), [](json::Writer& one, const LinkChange& link) {
      one("action", link.action);
      one("group", link.group);
      one("service", link.service);
    });
    out.list("values", plan.values, [](json::Writer& one, const ValueChange& value) {
      one("action", value.action);
      one("group", value.group);
      one("key", value.key);
      one("exists", value.exists);
    });
  }));
}

}  // namespace envlink::plan
