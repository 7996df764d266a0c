#pragma once
// Which fault a request meets, and faults drawn at random. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "emulator/workspace.h"

namespace envlink::emulator {

/// Two to five faults that a rollout of about so many services is likely to meet.
std::vector<Fault> draw_faults(std::uint64_t seed, std::size_t services);

/// As it stands in an emulator's file: {match: "GET /v1/services/*", every: 7, do: {status: 503}}
std::string written(const Fault& fault);

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
