#pragma once
// What was read of a workspace: the actual state that a plan compares with the desired one.

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

/// Variables that reach a service, or of a group, that were not read, though a finding could have come of it.
struct Unread {
  ServiceId service;
  std::string why;  // "could not list the variables of base: Render answered 503"
  GroupId group{};  // then no service is named
};

/// A service that a group shows and that the list of services does not name, looked up.
enum class Unlisted { gone, preview, other };

/// A link that was made or removed may not show so in readings of the group for this long; one reading may
/// show it and a later one not.
constexpr Duration link_lag = std::chrono::seconds(30);

/// When something was read, by Render's clock. It tells whole seconds and a reading takes its time: the
/// instant lies between two. Unset where the answers told no time.
struct Reading {
  std::optional<Time> from{};
  std::optional<Time> until{};
  /// Of one answer with that Date, which Render cuts to whole seconds; unset: it told none.
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
  std::map<ServiceId, std::vector<Deploy>> deploys;  // newest first; only services that were asked about
  std::map<ServiceId, Time> deploys_at;  // when each list was read, by Render's clock in whole seconds
  std::set<ServiceId> deploys_left;      // of these, nobody asked yet: their links change anyway
  std::map<ServiceId, std::vector<Variable>> service_variables;        // a service's own; only where asked
  std::map<ServiceId, std::vector<std::string>> service_secret_files;  // names of its own; only where asked
  std::vector<Unread> unread;
  std::map<EnvironmentId, Environment> environments;  // only those that were asked about
  std::map<ServiceId, Unlisted> unlisted;             // only those that were asked about
  Reading reading;
  std::string digest_key;  // tells with which key the digests of values were made; empty: there are none

  const Service* find_service(const ServiceId& id) const;
  const Group* find_group(const GroupId& id) const;
  /// Its name where it was read, its id otherwise; both where two projects call one so.
  std::string environment_label(const EnvironmentId& id) const;
  /// Newest first; empty where there are none or nobody asked.
  const std::vector<Deploy>& deploys_of(const ServiceId& service) const;
  /// nullptr: not read.
  const std::vector<Variable>* variables_of(const ServiceId& service) const;
  const std::vector<std::string>* secret_files_of(const ServiceId& service) const;
};

}  // namespace envlink::model
