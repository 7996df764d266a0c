#pragma once
// An open file or folder of the system, closed at the end.

#include <unistd.h>

#include <string_view>

namespace envlink::journal {

class Descriptor {
 public:
  /// As `open` answered: negative where it failed.
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

/// All of the bytes, to the disk. False: errno says why.
bool write_all(int file, std::string_view bytes);

}  // namespace envlink::journal
