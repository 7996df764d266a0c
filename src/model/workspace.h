#pragma once
// What was read of a workspace: the actual state that a plan compares with the desired one.

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"
#include "model/group.h"
#include "model/service.h"

namespace envlink::model {

struct Owner {
  OwnerId id;
  std::string name;
  std::string type;  // user | team
  bool operator==(const Owner&) const = default;
};

struct Workspace {
  Owner owner;
  std::vector<Service> services;
  std::vector<Group> groups;
  std::map<ServiceId, std::vector<Deploy>> deploys;  // newest first; only services that were asked about
  std::map<ServiceId, std::vector<std::string>> service_keys;  // a service's own variables; only where asked
  Time read_at{};  // by Render's clock where a Date header told it

  const Service* find_service(const ServiceId& id) const;
  const Group* find_group(const GroupId& id) const;
};

}  // namespace envlink::model
