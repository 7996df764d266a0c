#pragma once
// The journal's file: made for its owner alone, opened, brought up to date, and what is wrong with it in the
// words a user needs.

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "journal/sqlite.h"

namespace envlink::journal {

Error damaged(const std::string& path, std::string_view why);
/// A newer envlink wrote it: `what` says what cannot be read.
Error too_new(std::string what, std::string why);
Error explain(const std::string& path, const sqlite::Failure& failure);

std::string file_in(const std::string& directory);

class File {
 public:
  /// Makes the folder, the file and its tables where they are missing, and brings older tables up to date.
  static Result<std::unique_ptr<File>> open(const std::string& directory);
  explicit File(std::string path);

  const std::string& path() const { return path_; }

  /// What `action` makes of the database; what SQLite objects to becomes an error.
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
