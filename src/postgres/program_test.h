#pragma once
// A program that a test starts and that ends with the test. It runs as the user postgres if the test runs as
// root, because neither PostgreSQL nor PgBouncer runs as root.

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace envlink::postgres::testing {

class Program {
 public:
  explicit Program(std::vector<std::string> arguments);
  /// Sends SIGQUIT and waits.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Waits until its output contains `text`; false: it ended without.
  bool says(std::string_view text);
  /// Waits for its end. Throws with its output if it failed.
  void succeed();
  std::string output();

 private:
  void read_output();

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  bool ended_ = false;
  std::thread reader_;
};

/// Makes a file or folder belong to the user that programs run as.
void give_to_programs(const std::string& path);

int free_port();

}  // namespace envlink::postgres::testing
