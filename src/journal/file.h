#pragma once
// The journal's file: private to its owner, opened and upgraded, with errors that say what to do.

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "journal/sqlite.h"

namespace envlink::journal {

Error damaged(const std::string& path, std::string_view why);
/// The error for data from a newer envlink; `what` says what cannot be read.
Error too_new(std::string what, std::string why);
Error explain(const std::string& path, const sqlite::Failure& failure);

std::string file_in(const std::string& directory);

class File {
 public:
  /// Creates the folder, the file and its tables if missing, and upgrades older tables.
  static Result<std::unique_ptr<File>> open(const std::string& directory);
  explicit File(std::string path);

  const std::string& path() const { return path_; }

  /// The result of `action` on the database. SQLite failures become errors.
  template <class Action>
  auto use(Action action) -> Result<std::invoke_result_t<Action, sqlite::Database&>> {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Action, sqlite::Database&>>) {
        action(database_);
        return {};
      } else {
        return action(database_);
      }
    } catch (const sqlite::Failure& failure) {
      return fail(explain(path_, failure));
    }
  }

 private:
  Result<void> prepare();

  std::string path_;
  sqlite::Database database_;
};

}  // namespace envlink::journal
