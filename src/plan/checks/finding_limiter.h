#pragma once
// Findings of one kind about many variables: the first ones each for itself, the rest as a number.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "plan/finding.h"

namespace envlink::plan {

class FindingLimiter {
 public:
  explicit FindingLimiter(std::vector<Finding>& findings) : findings_(findings) {}

  void add(Finding finding) {
    if (++count_ <= most_told) {
      last_ = finding;
      findings_.push_back(std::move(finding));
    }
  }
  ~FindingLimiter() {
    if (count_ <= most_told) return;
    last_.what = fmt::format("the same holds for {} more of its variables", count_ - most_told);
    last_.variable.clear();
    findings_.push_back(std::move(last_));
  }
  FindingLimiter(const FindingLimiter&) = delete;
  FindingLimiter& operator=(const FindingLimiter&) = delete;

 private:
  static constexpr std::size_t most_told = 20;
  std::vector<Finding>& findings_;
  std::size_t count_ = 0;
  Finding last_;
};

}  // namespace envlink::plan
