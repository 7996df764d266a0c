#pragma once
// Which operation a request names.

#include <string>
#include <vector>

#include "emulator/operation.h"

namespace envlink::emulator {

struct Route {
  const Operation* operation = nullptr;
  /// Without an operation: the methods that the path has, for the header `allow`; empty: no such path.
  std::string allow{};
};
Route route_of(api::Method method, const Target& target);
/// The methods of a path, for the header `allow`; empty: no such path.
std::string methods_of(std::string_view target);

/// Every operation of Render's document.
const std::vector<const Operation*>& all_operations();
/// GET /_emulator/operations.
std::string operations_json();

}  // namespace envlink::emulator
