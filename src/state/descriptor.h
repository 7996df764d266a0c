#pragma once
// An open file descriptor that closes itself.

#include <unistd.h>

#include <string_view>

namespace envlink::state {

class Descriptor {
 public:
  /// The result of `open`: negative if it failed.
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (is_open()) close(number_);
  }
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

/// Writes all bytes and syncs them to disk. False: see errno.
bool write_all(int file, std::string_view bytes);

}  // namespace envlink::state
