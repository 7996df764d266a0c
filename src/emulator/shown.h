#pragma once
// The JSON of one thing, written when somebody first asks for it and kept until the thing changes: it is read
// far more often. Copies of a World share it.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/json_writer.h"

namespace envlink::emulator {

class Shown {
 public:
  /// Of what it belongs to, something that replies show is different from now on.
  void changed() { text_.reset(); }
  /// `write(json)` writes it.
  template <class Write>
  std::string_view text(Write write) const {
    if (text_ == nullptr) {
      JsonWriter json;
      write(json);
      text_ = std::make_shared<const std::string>(json.take());
    }
    return *text_;
  }

 private:
  mutable std::shared_ptr<const std::string> text_;
};

}  // namespace envlink::emulator
