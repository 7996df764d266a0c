#pragma once
// How long deploys without a build take in this run, compared with the usual deploys of their services.
// Render reports no such length in advance.

#include <optional>

#include "base/time.h"

namespace envlink::engine {

class UnbuiltDeploys {
 public:
  /// `usual`: median of the service's last deploys, more than zero.
  void learn(Duration took, Duration usual) {
    shares_ += static_cast<double>(took.count()) / static_cast<double>(usual.count());
    ++count_;
  }

  bool known() const { return count_ > 0; }

  /// Unset before the first one was learned.
  std::optional<Duration> length(Duration usual) const {
    if (!known()) return std::nullopt;
    return Duration(static_cast<Duration::rep>(static_cast<double>(usual.count()) * shares_ / count_));
  }

 private:
  double shares_ = 0;  // of the usual length, summed up
  int count_ = 0;
};

}  // namespace envlink::engine
