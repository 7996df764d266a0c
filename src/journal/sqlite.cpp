#include "journal/sqlite.h"

namespace envlink::journal::sqlite {
namespace {

/// The errno behind the failure, or 0. After a COMMIT only the file that failed remembers it.
int system_reason(sqlite3* database, int code) {
  if (code == SQLITE_CANTOPEN) return sqlite3_system_errno(database);
  if (code != SQLITE_IOERR) return 0;
  for (const int pointer : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    int reason = 0;
    sqlite3_file_control(database, "main", pointer, static_cast<void*>(&file));
    if (file == nullptr || file->pMethods == nullptr) continue;
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &reason);
    if (reason != 0) return reason;
  }
  return sqlite3_system_errno(database);
}

[[noreturn]] void raise(sqlite3* database) {
  // The file ends before a page that it should have. Older SQLite reads that as a damaged page.
  if (sqlite3_extended_errcode(database) == SQLITE_IOERR_SHORT_READ)
    throw Failure(SQLITE_CORRUPT, 0, "the file is cut short");
  const int code = sqlite3_errcode(database);
  throw Failure(code, system_reason(database, code), sqlite3_errmsg(database));
}

}  // namespace

Database::Database(const std::string& path, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code == SQLITE_OK) return;
  if (handle == nullptr) throw Failure(code, 0, sqlite3_errstr(code));
  raise(handle);
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) raise(handle_.get());
}

Statement::Statement(const Database& database, std::string_view sql) : database_(database) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) raise(database.handle());
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  if (sqlite3_bind_int64(handle_.get(), parameter, value) != SQLITE_OK) raise(database_.handle());
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  // An empty view may have a null address, which SQLite would store as NULL.
  const char* data = value.empty() ? "" : value.data();
  if (sqlite3_bind_text64(handle_.get(), parameter, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK) {
    raise(database_.handle());
  }
  return *this;
}

Statement& Statement::bind(int parameter, Blob value) {
  const char* data = value.bytes.empty() ? "" : value.bytes.data();
  if (sqlite3_bind_blob64(handle_.get(), parameter, data, value.bytes.size(), SQLITE_TRANSIENT) != SQLITE_OK)
    raise(database_.handle());
  return *this;
}

Statement& Statement::bind(int parameter, std::optional<std::int64_t> value) {
  if (value) return bind(parameter, *value);
  sqlite3_bind_null(handle_.get(), parameter);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) raise(database_.handle());
  return code == SQLITE_ROW;
}

void Statement::run() {
  step();
  sqlite3_reset(handle_.get());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* data = sqlite3_column_text(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return data == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

std::string Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace envlink::journal::sqlite
