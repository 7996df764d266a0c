#pragma once
// A database with envlink's tables, used by a role that has only the rights from role_sql.

#include <doctest/doctest.h>

#include <string>

#include "postgres/database.h"
#include "postgres/schema.h"
#include "postgres/server_test.h"

namespace envlink::postgres::testing {

template <class Value>
std::string problem_in(const team::Answer<Value>& answer) {
  return answer ? "" : describe(answer.error().error);
}

/// The value of an answer that the test expects.
template <class Value>
Value got(team::Answer<Value> answer) {
  REQUIRE_MESSAGE(answer, problem_in(answer));
  return std::move(*answer);
}

struct Store {
  Server& server = Server::shared();
  std::string name = server.make_database();
  Connection owner{good(server.address(name))};
  Connection connection{good(address())};
  Database database{connection};

  Store() {
    REQUIRE_MESSAGE(create_tables(owner), "the tables cannot be made");
    server.run_all(name, role_sql("little role", name).value());
  }
  /// As the role with few rights.
  std::string address() const { return server.address(name, "little%20role"); }
  /// The first cell that the superuser sees.
  std::string seen(const std::string& sql) const {
    const Rows rows = server.run(name, sql);
    return rows.empty() ? "no row" : rows.front().front().value_or("NULL");
  }
};

}  // namespace envlink::postgres::testing
