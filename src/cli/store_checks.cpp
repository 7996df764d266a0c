#include "cli/store_checks.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "cli/system.h"
#include "cli/team.h"
#include "postgres/facts.h"
#include "postgres/schema.h"

namespace envlink::cli {
namespace {

Time time_of_day() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

view::Check key_check(postgres::Connection& connection) {
  const auto id = postgres::key_id(connection);
  if (!id)
    return {"key", view::Health::not_looked_at, "not checked: the store does not say which key it has"};
  const KeyOrWhy key = team_key(*id);
  if (key)
    return {"key", view::Health::good, fmt::format("ENVLINK_STORE_KEY is the store's key, {}", key->id())};
  // Without a key envlink does less; another one is a mistake.
  const auto health = environment("ENVLINK_STORE_KEY") ? view::Health::bad : view::Health::doubtful;
  return {"key", health, key.error().why, key.error().cure};
}

}  // namespace

std::vector<view::Check> store_checks(const postgres::Address& address) {
  postgres::Connection connection(address);
  std::vector<view::Check> checks;
  bool reached = true;
  for (postgres::Check& one : postgres::look_at(connection, time_of_day)) {
    if (one.id == "connection" && one.health == postgres::Health::bad) reached = false;
    checks.push_back({std::move(one.id),
                      from_word<view::Health>(word(one.health)).value_or(view::Health::bad),
                      std::move(one.says), std::move(one.cure)});
  }
  if (reached) checks.push_back(key_check(connection));
  return checks;
}

}  // namespace envlink::cli
