#pragma once
// The part of SQLite that the journal needs: a connection, statements and transactions that clean up after
// themselves. Failures are thrown as sqlite::Failure; the journal converts them to errors in its interface.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace envlink::journal::sqlite {

class Failure : public std::runtime_error {
 public:
  Failure(int code, int system, const char* message)
      : std::runtime_error(message), code_(code), system_(system) {}
  int code() const { return code_; }      // SQLITE_FULL, SQLITE_CORRUPT, …
  int system() const { return system_; }  // the errno beneath it, or 0

 private:
  int code_;
  int system_;
};

class Database {
 public:
  /// `flags`: see sqlite3_open_v2.
  Database(const std::string& path, int flags);
  void execute(const char* sql);
  std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
  sqlite3* handle() const { return handle_.get(); }

 private:
  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> handle_{nullptr, &sqlite3_close};
};

/// Bytes that are not text.
struct Blob {
  std::string_view bytes;
};

/// As in SQLite, parameters count from 1 and columns from 0.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);
  /// Binds the values to its parameters, in order.
  template <class... Values>
  Statement(const Database& database, std::string_view sql, const Values&... values)
      : Statement(database, sql) {
    int parameter = 0;
    (bind(++parameter, values), ...);
  }
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view value);             // copied
  Statement& bind(int parameter, Blob value);                         // copied
  Statement& bind(int parameter, std::optional<std::int64_t> value);  // unset: NULL
  /// True: it has a row.
  bool step();
  /// Runs a statement that returns no rows, and resets it.
  void run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const;

 private:
  const Database& database_;
  std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> handle_{nullptr, &sqlite3_finalize};
};

/// Takes the write lock at once, so that it cannot fail to get it later. Rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace envlink::journal::sqlite
