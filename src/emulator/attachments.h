#pragma once
// What a service or a workspace can have besides its settings. Each is read from a body and written to
// replies under Render's names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "json/fields.h"

namespace envlink::emulator {

enum class DomainType { apex, subdomain };
constexpr auto words(DomainType) {
  return std::to_array<std::string_view>({"apex", "subdomain"});
}
enum class Verification { verified, unverified };
constexpr auto words(Verification) {
  return std::to_array<std::string_view>({"verified", "unverified"});
}

struct CustomDomain {
  Time created{};
  DomainType type = DomainType::subdomain;
  std::string id;
  std::string name;
  std::string public_suffix;
  std::string redirects_to;  // the name of another domain; empty: it serves the service
  Verification verification = Verification::unverified;
};
void fields(auto& visit, json::Like<CustomDomain> auto& domain) {
  visit("createdAt", domain.created);
  visit("domainType", domain.type);
  visit("id", domain.id);
  visit("name", domain.name);
  visit("publicSuffix", domain.public_suffix);
  visit("redirectForName", domain.redirects_to);
  visit("verificationStatus", domain.verification);
}

/// A header that a static site answers with. A body has no id.
struct HeaderRule {
  std::string id;
  std::string name;
  std::string path;
  std::string value;
};
void fields(auto& visit, json::Like<HeaderRule> auto& rule) {
  if (!visit.reads) visit("id", rule.id);
  visit("name", rule.name);
  visit("path", rule.path);
  visit("value", rule.value);
}

enum class RouteType { redirect, rewrite };
constexpr auto words(RouteType) {
  return std::to_array<std::string_view>({"redirect", "rewrite"});
}

/// A redirect or rewrite of a static site. Its priority is its place among the rules of the site.
struct RouteRule {
  std::string id;
  std::string source;
  std::string destination;
  RouteType type = RouteType::redirect;
};
void fields(auto& visit, json::Like<RouteRule> auto& rule) {
  if (visit.reads) {
    std::optional<int> priority;  // checked alone: the place in the list decides
    visit("priority", priority);
  }
  visit("source", rule.source);
  visit("destination", rule.destination);
  visit("type", rule.type);
}

/// Which deploys of a workspace's services are notified of.
enum class Notified { none, failure, all };
constexpr auto words(Notified) {
  return std::to_array<std::string_view>({"none", "failure", "all"});
}
struct NotificationSettings {
  bool email = true;
  Notified send = Notified::failure;
  bool previews = false;
};
void fields(auto& visit, json::Like<NotificationSettings> auto& settings) {
  visit.later("emailEnabled", settings.email);
  visit.later("notificationsToSend", settings.send);
  visit.later("previewNotificationsEnabled", settings.previews);
}

enum class NotifiedOverride { default_, none, failure, all };
constexpr auto words(NotifiedOverride) {
  return std::to_array<std::string_view>({"default", "none", "failure", "all"});
}
enum class PreviewOverride { default_, no, yes };
constexpr auto words(PreviewOverride) {
  return std::to_array<std::string_view>({"default", "false", "true"});
}
/// A service's differences from the workspace's settings.
struct NotificationOverride {
  NotifiedOverride send = NotifiedOverride::default_;
  PreviewOverride previews = PreviewOverride::default_;

  bool operator==(const NotificationOverride&) const = default;
};
void fields(auto& visit, json::Like<NotificationOverride> auto& override_) {
  visit.later("notificationsToSend", override_.send);
  visit.later("previewNotificationsEnabled", override_.previews);
}

enum class Forwarding { send, drop };
constexpr auto words(Forwarding) {
  return std::to_array<std::string_view>({"send", "drop"});
}
struct LogStream {
  std::string endpoint;
  Forwarding setting = Forwarding::send;  // of the workspace: for previews
};

}  // namespace envlink::emulator
