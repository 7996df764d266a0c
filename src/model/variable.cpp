#include "model/variable.h"

#include <algorithm>

namespace envlink::model {

bool Facts::has(Shape shape) const {
  switch (shape) {
    case Shape::nonempty:
      return !empty;
    case Shape::url:
      return url;
    case Shape::number:
      return number;
    case Shape::boolean:
      return boolean;
    case Shape::json:
      return json;
  }
  return false;
}

std::string file_key(std::string_view name) {
  return std::string(file_prefix).append(name);
}

const Variable* find_variable(const std::vector<Variable>& variables, std::string_view key) {
  const auto found = std::ranges::find(variables, key, &Variable::key);
  return found == variables.end() ? nullptr : &*found;
}

std::vector<std::string> keys_of(const std::vector<Variable>& variables) {
  std::vector<std::string> keys;
  keys.reserve(variables.size());
  for (const Variable& variable : variables) keys.push_back(variable.key);
  return keys;
}

Sameness compare(const Variable& a, const Variable& b) {
  if (!a.fingerprint || !b.fingerprint) return Sameness::unknown;
  return *a.fingerprint == *b.fingerprint ? Sameness::equal : Sameness::different;
}

}  // namespace envlink::model
