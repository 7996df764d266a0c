#include "model/workspace.h"

#include <algorithm>

namespace envlink::model {
namespace {

template <class T, class Key>
const T* find_by_id(const std::vector<T>& items, const Key& id) {
  const auto found = std::ranges::find(items, id, &T::id);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

bool Group::links_to(const ServiceId& service) const {
  return std::ranges::find(links, service) != links.end();
}

const Service* Workspace::find_service(const ServiceId& id) const {
  return find_by_id(services, id);
}

const Group* Workspace::find_group(const GroupId& id) const {
  return find_by_id(groups, id);
}

const Service* Workspace::service_called(std::string_view name_or_id) const {
  const auto found = std::ranges::find_if(services, [name_or_id](const Service& service) {
    return !service.preview && (service.name == name_or_id || service.id.text() == name_or_id);
  });
  return found == services.end() ? nullptr : &*found;
}

const std::vector<Deploy>& Workspace::deploys_of(const ServiceId& service) const {
  static const std::vector<Deploy> none;
  const auto found = deploys.find(service);
  return found == deploys.end() ? none : found->second;
}

const std::vector<Variable>* Workspace::variables_of(const ServiceId& service) const {
  const auto found = service_variables.find(service);
  return found == service_variables.end() ? nullptr : &found->second;
}

}  // namespace envlink::model
