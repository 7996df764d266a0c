#include "emulator/call.h"

#include <fmt/format.h>

#include "base/text.h"

namespace envlink::emulator {

Reply refuse(int status, std::string_view message) {
  return answer_object([&](json::Writer& out) { out("message", message); }, status);
}

Reply not_found(std::string_view id) {
  return refuse(404, fmt::format("not found: {}", clean(id, 100)));
}

// Render's words are unknown.
Reply forbidden() {
  return refuse(403, "forbidden");
}

// Render's words are unknown.
Reply refuse_body(const json::Fault& fault) {
  if (fault.what == "is missing") return refuse(400, clean(fault.where, 200) + " is required");
  return refuse(400, fault.where.empty() ? "invalid JSON" : "invalid " + clean(fault.where, 200));
}

}  // namespace envlink::emulator
