// Names that match nothing or the wrong thing, unused groups, and links to missing services.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

constexpr std::size_t most_named = 5;

/// Render creates links to previews by itself, so they are not dangling.
void check_links(const SourceString& name, const model::Group& group, const model::Workspace& actual,
                 const std::unordered_set<ServiceId>& listed, std::vector<Finding>& findings) {
  std::vector<std::string> gone;
  std::vector<std::string> unclear;
  for (const ServiceId& service : group.links) {
    if (listed.contains(service)) continue;
    const auto known = actual.unlisted.find(service);
    if (known == actual.unlisted.end() || known->second == model::Unlisted::other) {
      unclear.push_back(clean(service.text()));
    } else if (known->second == model::Unlisted::gone) {
      gone.push_back(clean(service.text()));
    }
  }
  const auto tell = [&](const std::vector<std::string>& services, std::string_view what) {
    if (services.empty()) return;
    findings.push_back(
        make_finding("link-dangling", fmt::format("group {}", clean(name.text)),
                     fmt::format("it is linked to {}, {}", join_and(services, most_named), what),
                     "check the group on Render; envlink leaves such links alone", name.place));
  };
  tell(gone, "which Render does not find: deleted, or hidden from this key");
  tell(unclear, "not in the list of services");
}

}  // namespace

bool is_linked(const model::Desired& desired, const std::string& group) {
  return std::ranges::any_of(desired.services, [&](const model::DesiredService& one) {
    return std::ranges::find(one.link, group, &SourceString::text) != one.link.end();
  });
}

void check_names(const PreflightInput& in, std::vector<Finding>& findings) {
  const auto& found = in.context.match.findings;
  findings.insert(findings.end(), found.begin(), found.end());
}

void check_service_types(const PreflightInput& in, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < in.context.desired.services.size(); ++i) {
    const model::DesiredService& wanted = in.context.desired.services[i];
    const model::Service* service = in.context.match.services[i];
    if (service == nullptr || !wanted.type || *wanted.type == service->type) continue;
    findings.push_back(make_finding("service-type-mismatch", subject_of(*service),
                                    fmt::format("it is a {}, but the file says {}", clean(service->type_text),
                                                model::to_string(*wanted.type)),
                                    "correct `type` or the name: this may be the wrong service",
                                    wanted.type_place));
  }
}

void check_redeploy_names(const PreflightInput& in, std::vector<Finding>& findings) {
  std::vector<std::string> names;
  for (const model::DesiredService& wanted : in.context.desired.services) names.push_back(wanted.name.text);
  const std::set<std::string> in_file(names.begin(), names.end());
  std::set<std::string> ids;
  std::map<std::string, std::vector<std::string>> called;  // ids by name on Render
  for (const model::Service* service : in.context.match.services) {
    if (service == nullptr) continue;
    ids.insert(service->id.text());
    called[service->name].push_back(clean(service->id.text()));
  }
  for (const std::string& name : in.asked) {
    if (in_file.contains(name) || ids.contains(name)) continue;
    if (const auto found = called.find(name); found != called.end()) {
      if (found->second.size() == 1) continue;
      findings.push_back(make_finding("redeploy-ambiguous", fmt::format("--redeploy {}", clean(name)),
                                      fmt::format("{} services in the file have that name: {}",
                                                  found->second.size(), join_and(found->second)),
                                      "use its id"));
      continue;
    }
    const std::string near = nearest(name, names);
    findings.push_back(make_finding(
        "redeploy-unknown", fmt::format("--redeploy {}", clean(name)), "there is no such service in the file",
        near.empty() ? "name a service from the file, or `all`" : fmt::format("did you mean {}?", near)));
  }
}

void check_unused_groups(const PreflightInput& in, std::vector<Finding>& findings) {
  for (const model::DesiredGroup& group : in.context.desired.groups) {
    if (is_linked(in.context.desired, group.name.text)) continue;
    findings.push_back(make_finding(
        "group-unused", fmt::format("group {}", clean(group.name.text)), "no service in the file links it",
        "add it to a service's `link`, or remove it from the file", group.name.place));
  }
}

void check_dangling_links(const PreflightInput& in, std::vector<Finding>& findings) {
  std::unordered_set<ServiceId> listed;
  for (const model::Service& service : in.context.actual.services) listed.insert(service.id);
  for (std::size_t i = 0; i < in.context.desired.groups.size(); ++i) {
    if (in.context.match.groups[i] == nullptr) continue;
    check_links(in.context.desired.groups[i].name, *in.context.match.groups[i], in.context.actual, listed,
                findings);
  }
}

}  // namespace envlink::plan
