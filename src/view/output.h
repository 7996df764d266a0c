#pragma once
// Bytes to a descriptor whose reader may be slow or gone.

#include <functional>
#include <string_view>

namespace envlink::view {

/// Writes until nobody reads any more; a view that cannot be shown is no reason to stop a rollout.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// `no_more`, asked where a signal came in between: what is left is not worth writing.
  void write(std::string_view bytes, const std::function<bool()>& no_more = {}) noexcept;
  /// False while the terminal is stopped (Ctrl-S).
  bool ready() const noexcept;
  int descriptor() const { return descriptor_; }

 private:
  int wait(int milliseconds) const noexcept;

  int descriptor_;
  bool broken_ = false;
};

}  // namespace envlink::view
