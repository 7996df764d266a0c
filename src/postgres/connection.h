#pragma once
// One connection to the server, made when the first statement needs it, and again after it was lost. Every
// wait has a deadline. It relies on no state of a session (settings, prepared statements, transactions), so
// that it works through a pooler such as PgBouncer in transaction mode.
//
// libpq and not libpqxx: only libpq has calls that do not block, which a deadline needs, and it reports
// failures without exceptions.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/address.h"
#include "postgres/failure.h"
#include "postgres/lookup.h"
#include "team/database.h"

struct pg_conn;  // PGconn of libpq

namespace envlink::postgres {

struct Limits {
  Duration connect = std::chrono::seconds(5);
  Duration statement = std::chrono::seconds(5);
};

/// A value for $1, $2, … Text must be UTF-8 without NUL.
class Parameter {
 public:
  Parameter(std::int64_t number);
  Parameter(std::optional<std::int64_t> number);
  Parameter(std::string_view text);
  Parameter(const std::string& text) : Parameter(std::string_view(text)) {}
  Parameter(const std::optional<std::string>& text);
  static Parameter list(const std::vector<std::string>& texts);
  static Parameter list(const std::vector<std::int64_t>& numbers);
  static Parameter list_of_bytes(const std::vector<std::string>& all);

 private:
  friend class Connection;
  enum class Type : unsigned;
  explicit Parameter(Type type) : type_(type) {}

  Type type_;
  bool binary_ = false;
  std::optional<std::string> bytes_{};  // unset: NULL
};

/// As text; unset: NULL.
using Row = std::vector<std::optional<std::string>>;
using Rows = std::vector<Row>;

/// Of a column of numbers; 0 if it is NULL.
std::int64_t number_in(const std::optional<std::string>& cell);

/// For one thread at a time.
class Connection {
 public:
  explicit Connection(Address address, Limits limits = {});

  const Address& address() const { return address_; }
  /// One statement, as its own transaction. The rows have at most 64 MiB.
  team::Answer<Rows> ask(const std::string& sql, const std::vector<Parameter>& parameters = {});
  /// Several statements in one transaction. Rows are dropped.
  team::Answer<void> run(const std::string& sql);
  /// Whether the connection, if there is one, is encrypted.
  bool encrypted() const;

 private:
  template <class Value>
  using Outcome = tl::expected<Value, Complaint>;

  Outcome<void> connect();
  Outcome<void> connect_to(const Host& host, Deadline deadline);
  bool is_usable() const;
  Outcome<Rows> converse(const std::string& sql, const std::vector<Parameter>* parameters);
  Outcome<void> send_all(Deadline deadline);
  Outcome<Rows> receive(Deadline deadline);
  Complaint lost();
  team::Failure failure_of(Complaint complaint);

  Address address_;
  Limits limits_;
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> handle_;
};

}  // namespace envlink::postgres
