#pragma once
// What `store check` and `doctor` tell about a team's store. It only reads.

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "postgres/connection.h"

namespace envlink::postgres {

enum class Health { good, doubtful, bad, not_looked_at };
constexpr auto words(Health) {
  return std::to_array<std::string_view>({"good", "doubtful", "bad", "not_looked_at"});
}

struct Check {
  std::string id{};  // one word: "tls"
  Health health = Health::good;
  std::string says{};
  std::string cure{};  // what to do; empty if nothing is wrong
};

/// `now`: this machine's time of day. If the server cannot be reached, the only check is "connection".
std::vector<Check> look_at(Connection& connection, const std::function<Time()>& now);

}  // namespace envlink::postgres
