#include "config/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/id.h"
#include "base/text.h"
#include "config/cycles.h"

namespace envlink::config {
namespace {

using model::DesiredService;
using model::SourceString;

/// Names and pinned ids → index in the file.
class Index {
 public:
  /// `kind` is "group" or "service".
  explicit Index(std::string_view kind) : kind_(kind) {}

  void add(const SourceString& name, const std::optional<SourceString>& id, std::size_t index,
           bool name_is_id, Report& report) {
    if (name.text.empty()) return;  // reported where it was read
    names_.push_back(name.text);
    enter(name, name, index, report);
    if (!id || id->text == name.text) return;
    if (name_is_id) {
      report.add(*id,
                 fmt::format("{} {} cannot have another id, {}", kind_, quoted(name.text), quoted(id->text)),
                 "keep one of the two, or write the name before the colon");
      return;
    }
    enter(*id, name, index, report);
  }

  std::optional<std::size_t> find(const std::string& word) const {
    const auto found = places_.find(word);
    return found == places_.end() ? std::nullopt : std::optional(found->second.first);
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  void enter(const SourceString& word, const SourceString& name, std::size_t index, Report& report) {
    const auto [found, fresh] = places_.emplace(word.text, std::pair(index, name.text));
    if (fresh) return;
    report.add(word, fmt::format("{} stands for {} {} already", quoted(word.text), kind_,
                                 quoted(found->second.second)));
  }

  std::string_view kind_;
  std::map<std::string, std::pair<std::size_t, std::string>> places_;
  std::vector<std::string> names_;
};

/// Each word replaced by the name that the file has for it; what cannot be resolved is reported and left out.
std::vector<SourceString> resolve(const std::vector<SourceString>& words, const Index& index,
                                  std::string_view key, std::string_view section, std::string_view kind,
                                  const auto& name_of, Report& report) {
  std::vector<SourceString> resolved;
  for (const SourceString& word : words) {
    const auto found = index.find(word.text);
    if (!found) {
      std::string cure = did_you_mean(word.text, index.names(), report);
      if (cure.empty()) cure = fmt::format("add it to `{}`, or remove it here", section);
      report.add(
          word,
          fmt::format("{} names {}, which is no {} in `{}`", quoted(key), quoted(word.text), kind, section),
          std::move(cure));
      continue;
    }
    const SourceString& name = name_of(*found);
    if (std::ranges::find(resolved, name.text, &SourceString::text) != resolved.end()) {
      report.add(word, fmt::format("{} names {} {} twice", quoted(key), kind, quoted(name.text)),
                 "remove one");
      continue;
    }
    resolved.push_back({name.text, word.place});
  }
  return resolved;
}

void refuse_self(DesiredService& service, Report& report) {
  const auto self = std::ranges::find(service.after, service.name.text, &SourceString::text);
  if (self == service.after.end()) return;
  report.add(*self, fmt::format("service {} cannot come after itself", quoted(service.name.text)),
             "remove it");
  service.after.erase(self);
}

/// `order: listed` keeps the file's order, so `after` may only look back.
void check_listed_order(const model::Desired& desired, const Index& services, Report& report) {
  for (std::size_t at = 0; at < desired.services.size(); ++at) {
    for (const SourceString& word : desired.services[at].after) {
      if (services.find(word.text).value_or(at) <= at) continue;
      report.add(word,
                 fmt::format("`order: listed` deploys {} before {}, yet `after` asks for the opposite",
                             quoted(desired.services[at].name.text), quoted(word.text)),
                 "move the service down in the file, or use `order: dependencies`");
    }
  }
}

}  // namespace

void resolve_references(model::Desired& desired, Report& report) {
  Index groups("group");
  for (std::size_t at = 0; at < desired.groups.size(); ++at) {
    const auto& group = desired.groups[at];
    groups.add(group.name, group.id, at, looks_like_group_id(group.name.text), report);
  }
  Index services("service");
  for (std::size_t at = 0; at < desired.services.size(); ++at) {
    const auto& service = desired.services[at];
    services.add(service.name, service.id, at, looks_like_service_id(service.name.text), report);
  }
  const auto group_name = [&](std::size_t at) -> const SourceString& { return desired.groups[at].name; };
  const auto service_name = [&](std::size_t at) -> const SourceString& { return desired.services[at].name; };
  for (DesiredService& service : desired.services) {
    service.link = resolve(service.link, groups, "link", "groups", "group", group_name, report);
    service.after = resolve(service.after, services, "after", "services", "service", service_name, report);
    refuse_self(service, report);
  }
  if (desired.rollout.order == model::Order::listed) check_listed_order(desired, services, report);
  report_cycles(desired.services, report);
}

}  // namespace envlink::config
