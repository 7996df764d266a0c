#pragma once
// The tables of a team's store: the schema `envlink` of its database.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "postgres/connection.h"
#include "team/database.h"

namespace envlink::postgres {

constexpr int schema_version = 1;

struct Table {
  std::string_view name{};
  std::vector<std::string_view> columns{};
  std::vector<std::string_view> rights{};  // that postgres::Database needs
};
const std::vector<Table>& tables();

/// Creates the tables, or finds them there. Refuses a schema `envlink` that envlink did not make. Several may
/// do this at once.
team::Answer<void> create_tables(Connection& connection);

/// Fails if there are no tables, or with ErrorKind::too_new if a newer envlink made them.
team::Answer<void> check_version(Connection& connection);

/// The id of the key that the team shares (16 hexadecimal digits); nullopt: none was set.
team::Answer<std::optional<std::string>> key_id(Connection& connection);
/// False: the stored one is neither `instead_of` nor `id` already.
team::Answer<bool> set_key_id(Connection& connection, const std::string& id,
                              const std::optional<std::string>& instead_of);

/// SQL for psql that makes a role, if it is missing, and gives it exactly the rights that envlink needs.
Result<std::string> role_sql(const std::string& role, const std::string& database);

}  // namespace envlink::postgres
