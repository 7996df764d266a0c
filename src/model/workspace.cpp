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

std::vector<std::string> Group::keys() const {
  std::vector<std::string> keys = variables ? keys_of(*variables) : std::vector<std::string>();
  for (const std::string& file : secret_files) keys.push_back(file_key(file));
  return keys;
}

bool Group::holds(std::string_view key) const {
  if (is_file_key(key)) return std::ranges::find(secret_files, name_of(key)) != secret_files.end();
  return variables && find_variable(*variables, key) != nullptr;
}

std::optional<ValueDigest> Group::digest_of(std::string_view key) const {
  if (is_file_key(key)) {
    const auto digest = secret_file_digests.find(name_of(key));
    return digest == secret_file_digests.end() ? std::nullopt : std::optional(digest->second);
  }
  const Variable* variable = variables ? find_variable(*variables, key) : nullptr;
  return variable == nullptr ? std::nullopt : variable->digest;
}

std::string Group::label() const {
  return shares_name ? name + " (" + id.text() + ")" : name;
}

const Service* Workspace::find_service(const ServiceId& id) const {
  return find_by_id(services, id);
}

const Group* Workspace::find_group(const GroupId& id) const {
  return find_by_id(groups, id);
}

std::string Workspace::environment_label(const EnvironmentId& id) const {
  const auto read = environments.find(id);
  if (read == environments.end() || read->second.name.empty()) return id.text();
  const std::string& name = read->second.name;
  const auto bearers =
      std::ranges::count(environments, name, [](const auto& one) { return one.second.name; });
  return bearers == 1 ? name : name + " (" + id.text() + ")";
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

const std::vector<std::string>* Workspace::secret_files_of(const ServiceId& service) const {
  const auto found = service_secret_files.find(service);
  return found == service_secret_files.end() ? nullptr : &found->second;
}

}  // namespace envlink::model
