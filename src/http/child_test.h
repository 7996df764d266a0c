#pragma once
// A program that a test starts and that ends with the test.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace envlink::http::testing {

class Child {
 public:
  /// Both outputs of the program are read through `line_with`.
  explicit Child(std::vector<std::string> arguments);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line of output that contains `text`, or "" if the output ended without it.
  std::string line_with(std::string_view text);
  void kill() const;
  /// Waits for the program to end and returns its exit status.
  int wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

/// A folder with a self-signed certificate for 127.0.0.1 (not for localhost): cert.pem, key.pem.
class Certificate {
 public:
  Certificate();
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  std::string cert() const { return folder_ + "/cert.pem"; }
  std::string key() const { return folder_ + "/key.pem"; }

 private:
  std::string folder_;
};

}  // namespace envlink::http::testing
