#pragma once
// Which fault a request meets. Pure: counts matching requests, first applicable fault wins.

#include <optional>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "emulator/workspace.h"

namespace envlink::emulator {

class Faults {
 public:
  explicit Faults(std::vector<Fault> faults);
  std::optional<Fault> next(api::Method method, std::string_view path);

 private:
  std::vector<Fault> faults_;
  std::vector<int> seen_;
};

/// `*` stands for any run of characters. "GET /v1/services/*" matches deeper paths too.
bool matches(std::string_view pattern, api::Method method, std::string_view path);

}  // namespace envlink::emulator
