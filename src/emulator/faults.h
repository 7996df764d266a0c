#pragma once
// Which fault applies to a request, and random faults. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/workspace.h"

namespace envlink::emulator {

/// Two to five faults that are likely to occur in a rollout of about `services` services.
std::vector<Fault> draw_faults(std::uint64_t seed, std::size_t services);

/// In the format of an emulator's file: {match: "GET /v1/services/*", every: 7, do: {status: 503}}
std::string written(const Fault& fault);

/// Stands for the method of a delivery to a webhook; its path is the type of the event.
inline constexpr std::string_view webhook_method = "webhook";
/// Whether the fault is for deliveries to webhooks.
bool is_of_webhooks(std::string_view match);
/// Whether this kind of fault works for deliveries to webhooks, or else for requests.
bool is_possible(FaultKind kind, bool of_webhooks);

class Faults {
 public:
  explicit Faults(std::vector<Fault> faults);
  std::optional<Fault> next(std::string_view method, std::string_view path);

 private:
  std::vector<Fault> faults_;
  std::vector<int> seen_;
};

/// `*` matches any characters. "GET /v1/services/*" matches deeper paths too.
bool matches(std::string_view pattern, std::string_view method, std::string_view path);

}  // namespace envlink::emulator
