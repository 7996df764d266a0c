#include "plan/loose_ends.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace envlink::plan {
namespace {

Finding note(const char* id, const std::string& noun, const model::Word& name, std::string what,
             std::string cure) {
  return {id,
          Severity::note,
          fmt::format("{} {}", noun, clean(name.text)),
          std::move(what),
          std::move(cure),
          name.place};
}

bool is_linked(const model::Desired& desired, const std::string& group) {
  return std::any_of(desired.services.begin(), desired.services.end(), [&](const model::DesiredService& one) {
    return std::ranges::find(one.link, group, &model::Word::text) != one.link.end();
  });
}

}  // namespace

std::vector<Finding> check_loose_ends(const model::Desired& desired, const Match& matched,
                                      const model::Workspace& actual) {
  std::vector<Finding> findings;
  std::unordered_set<ServiceId> known;
  for (const model::Service& service : actual.services) known.insert(service.id);
  std::unordered_map<ServiceId, const model::Unread*> unread_of;
  for (const model::Unread& unread : actual.unread) unread_of.emplace(unread.service, &unread);
  for (std::size_t i = 0; i < desired.groups.size(); ++i) {
    const model::Word& name = desired.groups[i].name;
    if (!is_linked(desired, name.text)) {
      findings.push_back(note("group-unused", "group", name, "no service of the file links it",
                              "name it under a service's `link`, or take it out of the file"));
    }
    if (matched.groups[i] == nullptr) continue;
    std::vector<std::string> gone;
    for (const ServiceId& service : matched.groups[i]->links) {
      if (!known.contains(service)) gone.push_back(clean(service.text()));
    }
    if (gone.empty()) continue;
    findings.push_back(note("link-dangling", "group", name,
                            fmt::format("it shows a link to {}, which the list of services does not name: a "
                                        "service that is gone, or a preview",
                                        join_and(gone, 5)),
                            "look at the group on Render; envlink leaves such links alone"));
  }
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    const model::Service* service = matched.services[i];
    if (service == nullptr) continue;
    const auto unread = unread_of.find(service->id);
    if (unread == unread_of.end()) continue;
    findings.push_back(note("variables-unread", "service", desired.services[i].name,
                            fmt::format("its variables are not all known: {}", clean(unread->second->why)),
                            "plan again later, or look at them with: envlink explain SERVICE"));
    findings.back().severity = Severity::warning;
  }
  return findings;
}

}  // namespace envlink::plan
