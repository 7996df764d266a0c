#pragma once
// Render's identifiers, one type each, so that a group's id cannot be passed as a service's.

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace envlink {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

using OwnerId = Id<struct OwnerTag>;              // tea-… or usr-…
using ServiceId = Id<struct ServiceTag>;          // srv-…, cron jobs crn-…
using GroupId = Id<struct GroupTag>;              // evg-…
using DeployId = Id<struct DeployTag>;            // dep-…
using EnvironmentId = Id<struct EnvironmentTag>;  // evm-…

bool looks_like_service_id(std::string_view text);
bool looks_like_group_id(std::string_view text);

}  // namespace envlink

template <class Tag>
struct std::hash<envlink::Id<Tag>> {
  std::size_t operator()(const envlink::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
