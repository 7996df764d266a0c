#pragma once
// An open file, pipe or terminal that closes itself, and reading from it.

#include <sys/types.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "base/error.h"
#include "source/wiped.h"

namespace envlink::source {

class OpenFile {
 public:
  /// The result of `open`: negative if it failed.
  explicit OpenFile(int number) : number_(number) {}
  OpenFile(OpenFile&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() { close(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (is_open()) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

/// Reads once and appends within the capacity of `into`: like `read`, but continues after a signal.
ssize_t read_more(int file, Wiped& into);

/// Reads to the end, or to just over `most_bytes`, which `check_text` refuses.
Result<Wiped> read_whole(int file, std::string_view origin);

}  // namespace envlink::source
