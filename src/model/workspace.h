#pragma once
// A workspace as read: the actual state that a plan compares with the desired one.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"
#include "model/environment.h"
#include "model/group.h"
#include "model/service.h"
#include "model/variable.h"

namespace envlink::model {

struct Owner {
  OwnerId id;
  std::string name;
  std::string type;  // user | team
  bool operator==(const Owner&) const = default;
};

/// Variables of a service or a group that could not be read, although a finding might depend on them.
struct Unread {
  ServiceId service;
  std::string why;  // "could not list the variables of base: Render answered 503"
  GroupId group{};  // if set, `service` is empty
};

/// A service that is linked to a group but missing from the list of services, read by its id.
enum class Unlisted { gone, preview, other };

/// For this long, reads of a group may not show that a link was added or removed; one read may show it and a
/// later one not.
constexpr Duration link_lag = std::chrono::seconds(30);

/// When something was read, by Render's clock. It has whole seconds and a read takes time, so the moment is
/// between two times. Unset if the replies had no time.
struct Reading {
  std::optional<Time> from{};
  std::optional<Time> until{};
  /// From the Date of one reply, which Render truncates to whole seconds; unset: no Date.
  static Reading dated(std::optional<Time> date) {
    return date ? Reading{*date, *date + std::chrono::seconds(1)} : Reading{};
  }
  bool before(Time time) const { return until && *until <= time; }
  bool after(Time time) const { return from && *from >= time; }
  bool operator==(const Reading&) const = default;
};

struct Workspace {
  Owner owner;
  std::vector<Service> services;
  std::vector<Group> groups;
  std::map<ServiceId, std::vector<Deploy>> deploys;  // newest first; only requested services
  std::map<ServiceId, Time> deploys_at;  // when each list was read, by Render's clock in whole seconds
  std::set<ServiceId> deploys_left;      // not requested yet: their links change anyway
  std::map<ServiceId, std::vector<Variable>> service_variables;        // a service's own; only if requested
  std::map<ServiceId, std::vector<std::string>> service_secret_files;  // names of its own; only if requested
  std::vector<Unread> unread;
  std::map<EnvironmentId, Environment> environments;  // only if requested
  std::map<ServiceId, Unlisted> unlisted;             // only if requested
  Reading reading;
  std::string digest_key;  // identifies the key of the digests; empty: no digests

  const Service* find_service(const ServiceId& id) const;
  const Group* find_group(const GroupId& id) const;
  /// The environment's name if it was read, else its id; both if two projects use the same name.
  std::string environment_label(const EnvironmentId& id) const;
  /// Newest first; empty if there are none or they were not requested.
  const std::vector<Deploy>& deploys_of(const ServiceId& service) const;
  /// nullptr: not read.
  const std::vector<Variable>* variables_of(const ServiceId& service) const;
  const std::vector<std::string>* secret_files_of(const ServiceId& service) const;
};

}  // namespace envlink::model
