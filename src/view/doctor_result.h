#pragma once
// The result of `doctor`: one line per check, with a cure for each problem. Pure.

#include <string>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "view/style.h"

namespace envlink::view {

enum class Health { good, doubtful, bad, not_looked_at };
constexpr auto words(Health) {
  return std::to_array<std::string_view>({"good", "doubtful", "bad", "not_looked_at"});
}

struct Check {
  std::string id;  // one word: "key"
  Health health = Health::good;
  std::string says;
  std::string cure{};  // what to do; empty if nothing is wrong
};

/// From the headers of a reply.
struct RateWindow {
  std::string bucket;
  int limit = 0;
  int remaining = 0;
  Duration resets_in{};
};

struct DoctorResult {
  std::vector<Check> checks;
  std::vector<RateWindow> windows;
  int exit_code = 0;
};

std::string render_doctor_result(const DoctorResult& result, const Style& style);
std::string doctor_result_json(const DoctorResult& result);

}  // namespace envlink::view
