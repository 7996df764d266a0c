#include "cli/key_printer.h"

#include <cstdio>

namespace envlink::cli {

void KeyPrinter::print(const Secret& key) {
  std::fwrite(key.value_.data(), 1, key.value_.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace envlink::cli
