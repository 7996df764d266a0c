#pragma once
// A team's store as commands use it: the database, the runs in it, and the key that the team shares.

#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "base/error.h"
#include "http/system_clock.h"
#include "keys/team_key.h"
#include "postgres/connection.h"
#include "postgres/database.h"
#include "team/team_store.h"

namespace envlink::cli {

/// The team's key, or why values are neither compared nor kept for a rollback.
using KeyOrWhy = tl::expected<keys::TeamKey, Error>;

/// ENVLINK_STORE_KEY, if it is the key that the store names; `id`: none was set yet.
KeyOrWhy team_key(const std::optional<std::string>& id);

/// How hard to try to reach a store.
struct Effort {
  postgres::Limits limits{};
  Duration repeat_for = team::tried_for;
};

class Team {
 public:
  /// Asks the store which key it has, so that a store that does not answer is reported once, at the start.
  static Result<std::unique_ptr<Team>> open(postgres::Address address, Effort effort = {});
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  /// "envlink@db.example.com/envlink"
  const std::string& shown() const { return connection_.address().shown(); }
  const KeyOrWhy& key() const { return key_; }
  postgres::Database& database() { return database_; }
  team::TeamStore& store() { return *store_; }

 private:
  Team(postgres::Address address, const Effort& effort)
      : connection_(std::move(address), effort.limits), database_(connection_) {}

  http::SystemClock clock_;
  postgres::Connection connection_;
  postgres::Database database_;
  KeyOrWhy key_ = fail({});
  std::unique_ptr<team::TeamStore> store_;
};

}  // namespace envlink::cli
